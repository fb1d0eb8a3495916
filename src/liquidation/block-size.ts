// How much of a position may be closed in one block (dYdX v4): a share of it, but no less than a least notional, and no more
// than what the account has left of its own cap.

import { mulDivFloor } from '../base/rounding.ts';
import { PPM, type Lots, type Ppm, type Quote } from '../base/units.ts';

export interface BlockLimits {
  /** Share of a position's notional. */
  readonly portion: Ppm;
  readonly minNotional: Quote;
}

/** The least and the greatest notional of one position that an order may close, ignoring the account's own cap. */
export function notionalBounds(notional: Quote, { portion, minNotional }: BlockLimits): { readonly least: Quote; readonly most: Quote } {
  const least = Math.min(minNotional, notional);
  return { least, most: Math.max(least, mulDivFloor(notional, portion, PPM)) };
}

/**
 * Lots (unsigned) of an order: the whole position when its notional is within the limits, else as many as they pay for, in
 * whole `step`s; at least one step, at most the position. `left` is what the account may still have closed in this block.
 */
export function blockLots(held: Lots, notional: Quote, limits: BlockLimits, left: Quote, step: Lots = 1): Lots {
  const most = Math.min(notionalBounds(notional, limits).most, left);
  if (notional <= most) return held;
  const affordable = mulDivFloor(held, most, notional);
  return Math.min(held, Math.max(step, affordable - (affordable % step)));
}

/** What is left of a cap of the block after what it was used for; below 0 when it was passed. */
export function blockAllowance(limit: Quote, used: Quote): Quote {
  return limit - used;
}
