// The quotes of Guéant, Lehalle & Fernandez-Tapia (2013) in closed form: how far from its reference price a market maker
// that holds an inventory quotes, when fills come at the rate A × exp(−k × distance) and the price diffuses with σ.

import { log1p, pow } from '../base/math.ts';

/** Distances in one unit of price, any; `volatility` in that unit per √second, `fillRate` in 1 ÷ second. */
export interface QuoteModel {
  /** k: how fast fills thin out with distance, per unit of price. */
  readonly decay: number;
  /** A: fills a second at distance 0. */
  readonly fillRate: number;
  /** γ: per unit of price and lot of inventory. */
  readonly riskAversion: number;
}

/** Half of the spread around the reservation price that the fill model alone asks for: ln(1 + γ/k) ÷ γ. */
export function monopolyMargin({ decay, riskAversion }: QuoteModel): number {
  return log1p(riskAversion / decay) / riskAversion;
}

/** The decay k for which `monopolyMargin` is `margin`, given x = γ ÷ k. */
export function decayForMargin(margin: number, x: number): number {
  return log1p(x) / (x * margin);
}

/** How far a unit of inventory shifts both quotes, for σ = 1: √(γ ÷ (2kA) × (1 + γ/k)^(1 + k/γ)). Proportional to σ. */
export function skewPerVolatility({ decay, fillRate, riskAversion }: QuoteModel): number {
  const x = riskAversion / decay;
  return Math.sqrt((x / (2 * fillRate)) * pow(1 + x, 1 + 1 / x));
}

/** Distance of the bid below the reference price with `inventory` units held. May be negative. */
export function bidDistance(margin: number, skew: number, inventory: number): number {
  return margin + ((2 * inventory + 1) / 2) * skew;
}

/** Distance of the ask above the reference price with `inventory` units held. May be negative. */
export function askDistance(margin: number, skew: number, inventory: number): number {
  return margin - ((2 * inventory - 1) / 2) * skew;
}
