// From the decimals of worked examples to the integers of the market and back.

import { parseDecimal, plain, type Decimal } from '../../base/decimal.ts';
import { PPM, type Ppm } from '../../base/units.ts';
import { Unsupported } from './family.ts';

/** Prices and money of examples count in millionths, unless a venue has units of its own. */
export const MILLIONTHS = 6;

function exactly(value: number | bigint): Decimal {
  const decimal = parseDecimal(String(value));
  if (decimal === undefined) throw new Unsupported(`${value} is not a decimal number`);
  return decimal;
}

/** `value` in units of 10^−`decimals`, the nearest. */
export function scaled(value: number, decimals = MILLIONTHS): number {
  const units = exactly(value).mul(`1e${decimals}`).round().toNumber() + 0;
  if (!Number.isSafeInteger(units)) throw new Unsupported(`${value} does not fit in units of 1e-${decimals}`);
  return units;
}

export function unscaled(units: number | bigint, decimals = MILLIONTHS): number {
  return exactly(units).mul(`1e-${decimals}`).toNumber() + 0;
}

/** A rate in parts per million, which it must be a whole number of. */
export function ppmOf(rate: number): Ppm {
  const ppm = exactly(rate).mul(PPM);
  if (!ppm.isInteger()) throw new Unsupported(`the rate ${plain(exactly(rate))} is finer than a millionth`);
  return ppm.toNumber() + 0;
}
