// A market whose price and margin lean on its skew, what all its positions add up to (Synthetix v3): who increases the skew
// pays for it at once, and a large position against the scale of the market needs a larger share of margin.

/** oracle × (1 + (skew before + skew after) ÷ 2 ÷ scale): the price of a trade that takes the skew from one to the other. */
export function skewedPrice(oracle: number, before: number, after: number, scale: number): number {
  return oracle * (1 + (before + after) / 2 / scale);
}

/** What a position gains or loses at `price` against the price at which it was opened on a market of that skew. */
export function skewedProfit(
  size: number,
  price: number,
  { oracle, skew, scale }: { readonly oracle: number; readonly skew: number; readonly scale: number },
): number {
  return size * (price - skewedPrice(oracle, skew, skew + size, scale));
}

export interface SkewMargin {
  /** The scale of the market, in coins: |size| ÷ scale is a position's impact. */
  readonly scale: number;
  readonly least: number;
  /** Added to the least initial rate for an impact of 1. */
  readonly fraction: number;
  /** Maintenance ÷ initial rate. */
  readonly maintenanceShare: number;
  /** Money that every position needs on top of both. */
  readonly minimum: number;
}

/** Initial rate = impact × fraction + least; maintenance a share of it; margin = notional × rate + minimum. */
export function skewMargin(size: number, price: number, { scale, least, fraction, maintenanceShare, minimum }: SkewMargin) {
  const initialRate = (Math.abs(size) / scale) * fraction + least;
  const maintenanceRate = initialRate * maintenanceShare;
  const notional = Math.abs(size) * price;
  return {
    initialRate,
    maintenanceRate,
    initial: notional * initialRate + minimum,
    maintenance: notional * maintenanceRate + minimum,
  };
}
