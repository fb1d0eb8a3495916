// How much an insurance fund should hold: the newsvendor's answer to a fund that costs something to keep and something to
// lack (Chitra, arXiv 2512.01112).

import { exp, ln } from '../base/math.ts';

/**
 * The capital K that minimises rate × K + price × E[(loss − K)⁺] over observed losses: their quantile 1 − rate ÷ price,
 * that is the least K with F(K) ≥ it. `rate` is what a unit of capital costs over the horizon, `price` what a unit of
 * loss beyond it costs; no capital at all when it costs as much.
 */
export function fundFor(losses: readonly number[], rate: number, price: number): number {
  if (losses.length === 0 || rate >= price) return 0;
  const sorted = [...losses].sort((a, b) => a - b);
  const level = 1 - rate / price;
  return Math.max(0, sorted[Math.min(sorted.length - 1, Math.ceil(level * sorted.length - 1e-9) - 1)]);
}

/** The same for exponential losses of this mean: −mean × ln(rate ÷ price). */
export function fundForExponential(mean: number, rate: number, price: number): number {
  return rate >= price ? 0 : -mean * ln(rate / price);
}

/** What holding `fund` costs in expectation against exponential losses: rate × fund + price × E[(loss − fund)⁺]. */
export function exponentialCost(mean: number, fund: number, rate: number, price: number): number {
  return rate * fund + price * mean * exp(-fund / mean);
}

/** The same against observed losses. */
export function fundCost(losses: readonly number[], fund: number, rate: number, price: number): number {
  const beyond = losses.reduce((sum, loss) => sum + Math.max(0, loss - fund), 0);
  return rate * fund + (price * beyond) / losses.length;
}
