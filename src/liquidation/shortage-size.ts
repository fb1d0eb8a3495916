// How much of a position covers a shortage of margin, and what its closing may cost (Drift v2). Whole numbers throughout, in
// whatever units the caller counts money and coins; rates in parts per million; divisions round as the venue's do.

import { ceilDiv, least } from '../base/wide.ts';
import { PPM, type Ppm } from '../base/units.ts';

const MILLION = BigInt(PPM);

/** A position whose closing frees margin. */
export interface Closing {
  /** Margin that is missing, in money. */
  readonly shortage: bigint;
  /** Maintenance rate, the buffer included. */
  readonly marginRate: Ppm;
  /** What whoever takes the position over gets, of its value. */
  readonly liquidatorFee: Ppm;
  /** Money for `unit` of the position, and the worth of one unit of that money in ppm. */
  readonly price: bigint;
  readonly quotePrice: Ppm;
  readonly unit: bigint;
}

/**
 * The size whose closing frees the shortage: shortage ÷ (value × (rate − liquidator's fee) − price × the fund's fee), rounded
 * down. Null: closing frees nothing, so that only the whole position helps.
 */
export function sizeToCover({ shortage, marginRate, liquidatorFee, price, quotePrice, unit }: Closing, fundFee: Ppm): bigint | null {
  if (price === 0n || marginRate <= liquidatorFee) return null;
  const value = (price * BigInt(quotePrice)) / MILLION;
  const freed = (value * BigInt(marginRate - liquidatorFee)) / MILLION - (price * BigInt(fundFee)) / MILLION;
  return freed <= 0n ? null : (shortage * unit) / freed;
}

/** Of what the position can bear beyond the shortage, the share that the fund may take: the rest is room for rounding. */
const BEARABLE = { numerator: 19n, denominator: 20n };

/**
 * The insurance fund's fee: at most `most`, and at most 95 % of what rate − liquidator's fee leaves beyond the shortage per
 * value, so that the fee never keeps the account from being restored. 0 where nothing is left.
 */
export function fundFee({ shortage, marginRate, liquidatorFee, price, quotePrice, unit }: Closing, size: bigint, most: Ppm): Ppm {
  const value = (price * BigInt(quotePrice)) / MILLION;
  if (value === 0n || size === 0n || marginRate <= liquidatorFee) return 0;
  const missing = (((shortage * unit) / size) * MILLION) / value;
  const left = BigInt(marginRate - liquidatorFee) - missing;
  if (left <= 0n) return 0;
  return Number(least(BigInt(most), (left * BEARABLE.numerator) / BEARABLE.denominator));
}

export interface Ramp {
  /** Share that may be freed at once, in parts of `scale`. */
  readonly initial: bigint;
  /** Time until everything may be; 0 for at once. */
  readonly duration: bigint;
  readonly scale: bigint;
  /** A shortage below this is covered at once. */
  readonly small: bigint;
}

/** The share of the present shortage that may be covered now, in parts of `scale`: the ramp counts what was freed before. */
export function shareToCover(shortage: bigint, freed: bigint, elapsed: bigint, { initial, duration, scale, small }: Ramp): bigint {
  if (shortage < small || shortage === 0n) return scale;
  const grown = duration === 0n ? scale : (elapsed * scale) / duration;
  const freeable = ((shortage + freed) * least(scale, grown + initial)) / scale - freed;
  return freeable <= 0n ? 0n : (freeable * scale) / shortage;
}

export interface SizeLimits {
  /** Sizes are multiples of it. */
  readonly step: bigint;
  /** The share of the shortage that may be covered, and its whole. */
  readonly share: bigint;
  readonly scale: bigint;
  /** A position worth no more than this may be closed whole. */
  readonly smallValue: bigint;
  /** What whoever takes it over would take, if that is bounded. */
  readonly most?: bigint;
}

/** What is closed of a position of `held` (unsigned) now: what covers the share of the shortage, up to the next step. */
export function sizeToClose(closing: Closing, fee: Ppm, held: bigint, { step, share, scale, smallValue, most = held }: SizeLimits): bigint {
  const whole = sizeToCover(closing, fee);
  // Without an answer any share of all there is covers nothing: the whole.
  const allowed = whole === null ? held : (ceilDiv(whole, step) * step * share) / scale;
  if (allowed === 0n) return 0n;
  const atLeast = (held * closing.price) / closing.unit > smallValue ? 0n : held;
  const size = least(least(held, most), allowed > atLeast ? allowed : atLeast);
  return least(held, ceilDiv(size, step) * step);
}

export interface FeeRamp {
  readonly base: Ppm;
  readonly most: Ppm;
  /** Nothing is added before. */
  readonly grace: number;
  readonly perSlot: Ppm;
}

/** The liquidator's fee for an account that nobody touched for so many slots: after the grace, all of them count. */
export function liquidatorFeeAfter(slots: number, { base, most, grace, perSlot }: FeeRamp): Ppm {
  return slots < grace ? base : Math.min(most, base + slots * perSlot);
}
