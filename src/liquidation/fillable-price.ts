// The price at which a liquidation order may fill (dYdX v4): at the oracle for an account that just failed maintenance, and
// further from it the deeper the account is under, up to a spread measured in maintenance margin. It is that of the whole
// position, whatever part is closed.

import { ceilDiv, floorDiv, fraction, greatest, least, type Fraction } from '../base/wide.ts';
import { PPM, type Ppm } from '../base/units.ts';

const MILLION = BigInt(PPM);

export interface Fillable {
  /** Of the position at the oracle, signed. */
  readonly value: bigint;
  readonly maintenance: bigint;
  readonly equity: bigint;
  /** Of all positions of the account; more than 0. */
  readonly totalMaintenance: bigint;
  /** How fast the price worsens with the shortfall. */
  readonly adjustment: Ppm;
  /** The furthest from the oracle, in maintenance margins of the position. */
  readonly spread: Ppm;
}

/**
 * value − abr × spread × maintenance with abr = clamp(adjustment × (1 − equity ÷ total maintenance), 0, 1): what the whole position
 * is let go for, in money, exact. Divided by the size of the position it is the price, which is below 0 when the spread is
 * wider than the position is worth.
 */
export function fillableValue({ value, maintenance, equity, totalMaintenance, adjustment, spread }: Fillable): Fraction {
  const whole = MILLION * totalMaintenance;
  const shortfall = least(whole, greatest(0n, BigInt(adjustment) * (totalMaintenance - equity)));
  // abr = shortfall ÷ whole, and the spread is in ppm once more.
  return fraction(value * whole * MILLION - shortfall * BigInt(spread) * maintenance, whole * MILLION);
}

/**
 * A price on the grid: up when a long is sold, down when a short is bought back, so that it is never worse for the account
 * than asked; at least one `step`, at most the last step up to `most`.
 */
export function onGrid({ numerator, denominator }: Fraction, isLong: boolean, step: bigint, most: bigint): bigint {
  const steps = isLong ? ceilDiv(numerator, denominator * step) : floorDiv(numerator, denominator * step);
  return least(greatest(steps, 1n), most / step) * step;
}
