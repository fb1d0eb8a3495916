// Amounts as a chain keeps them (dYdX v4): positions in quanta of the coin, prices as integers with an exponent of ten, and
// what both come to in quanta of the settlement asset.

import { powerOfTen } from '../base/wide.ts';

/** How many quanta of the settlement asset one is: 10^−6. */
export const QUOTE_RESOLUTION = -6;

/** value × 10^exponent, toward zero. */
export function timesPowerOfTen(value: bigint, exponent: number): bigint {
  return exponent >= 0 ? value * powerOfTen(exponent) : value / powerOfTen(-exponent);
}

/** What `base` quanta (signed) of 10^`resolution` coins are worth at `price` × 10^`exponent`, in quote quanta, toward zero. */
export function quoteQuantums(base: bigint, resolution: number, price: bigint, exponent: number): bigint {
  return timesPowerOfTen(base * price, resolution + exponent - QUOTE_RESOLUTION);
}

/**
 * By how much the funding index, quote quanta for a base quantum in millionths, moves in `elapsed` of the `period` that `rate`
 * (ppm) is for; every division toward zero.
 */
export function fundingIndexDelta(
  rate: bigint,
  price: bigint,
  {
    exponent,
    resolution,
    elapsed,
    period,
  }: { readonly exponent: number; readonly resolution: number; readonly elapsed: bigint; readonly period: bigint },
): bigint {
  return timesPowerOfTen(rate * elapsed * price, exponent + resolution - QUOTE_RESOLUTION) / period;
}
