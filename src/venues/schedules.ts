// Margin tables that venues state as a rule instead of a list: in the words of a scenario's `margin.tiers`.

/** One tier as a scenario writes it, in numbers: money, a fraction, a leverage. */
export type WrittenTier = {
  readonly from: number;
  readonly maintenance: number;
  readonly leverage: number;
};

export interface RiskLimits {
  /** Up to here the first rates hold; each `step` beyond adds the first maintenance rate again to both. */
  readonly base: number;
  readonly step: number;
  readonly maintenance: number;
  readonly initial: number;
  /** How many steps there are above the base. */
  readonly steps: number;
}

/** BitMEX: risk limits, whose rates the whole position pays. Rates beyond 100 % are left out. */
export function riskLimits({ base, step, maintenance, initial, steps }: RiskLimits): WrittenTier[] {
  const tiers: WrittenTier[] = [{ from: 0, maintenance, leverage: 1 / initial }];
  for (let n = 1; n <= steps; n++) {
    const rates = { maintenance: grown(maintenance, maintenance, n), initial: grown(initial, maintenance, n) };
    if (rates.initial > 1) break;
    tiers.push({ from: base + (n - 1) * step, maintenance: rates.maintenance, leverage: 1 / rates.initial });
  }
  return tiers;
}

/** A rate that grows with the size of the whole position, as Deribit's: `base` + `slope` × |size|. */
export function grown(base: number, slope: number, size: number): number {
  // In parts of 10¹², so that 0.005 + 2 × 0.005 is 0.015.
  return Math.round((base + slope * Math.abs(size)) * 1e12) / 1e12;
}

export interface GrowingRates {
  readonly maintenance: number;
  readonly initial: number;
  /** Added to both rates for each unit of size, unless maintenance has a slope of its own. */
  readonly slope: number;
  readonly maintenanceSlope?: number;
  /** The price of a unit of size that money is counted by. */
  readonly price: number;
  /** Where tiers end, in units of size, ascending; the last has no end. */
  readonly ends: readonly number[];
}

/** So many tiers of one width. */
export function evenly(width: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => (n + 1) * width);
}

/**
 * A growing rate as tiers for the whole position, each at the rate of its upper end: never less than the rule asks for.
 * Maintenance in whole millionths, rounded up.
 */
export function growingTiers({ maintenance, initial, slope, maintenanceSlope = slope, price, ends }: GrowingRates): WrittenTier[] {
  return ends.map((size, n) => {
    const rate = wholeMillionths(grown(maintenance, maintenanceSlope, size));
    return { from: n === 0 ? 0 : ends[n - 1] * price, maintenance: rate, leverage: 1 / grown(initial, slope, size) };
  });
}

/** Rounded up, but for what a float adds. */
function wholeMillionths(rate: number): number {
  return Math.ceil(Math.round(rate * 1e9) / 1e3) / 1e6;
}

export interface RootRates {
  readonly maintenance: number;
  readonly initial: number;
  readonly factor: number;
  /** The price of a unit of size that money is counted by. */
  readonly price: number;
  /** Tiers above the first, each twice as wide as all before it. */
  readonly count: number;
}

/** A rate that grows with the root of the size, as Drift's: max(base, 0.8 × base + factor × √size). */
export function rootRate(base: number, factor: number, size: number): number {
  return Math.max(base, 0.8 * base + factor * Math.sqrt(size));
}

/** Such a rate as tiers for the whole position, each at the rate of its upper end; rates beyond 100 % are left out. */
export function rootTiers({ maintenance, initial, factor, price, count }: RootRates): WrittenTier[] {
  // Where the root first asks for more than the base.
  const first = Math.floor(((0.2 * maintenance) / factor) * ((0.2 * maintenance) / factor));
  const tiers: WrittenTier[] = [{ from: 0, maintenance: wholeMillionths(maintenance), leverage: 1 / initial }];
  let size = first;
  for (let n = 0; n < count; n++) {
    const rates = { maintenance: rootRate(maintenance, factor, 2 * size), initial: rootRate(initial, factor, 2 * size) };
    if (rates.initial >= 1) break;
    tiers.push({ from: size * price, maintenance: wholeMillionths(rates.maintenance), leverage: 1 / rates.initial });
    size *= 2;
  }
  return tiers;
}
