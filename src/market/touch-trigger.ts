// Liquidation by the touch instead of a mark (lfest): a long when the best bid, a short when the best ask is beyond the price
// at which a share of its initial margin is lost.

import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import type { Ppm, Side, Ticks } from '../base/units.ts';

/**
 * The first touch beyond entry × (1 ∓ share ÷ leverage), strictly: the highest bid that liquidates a long, the lowest ask that
 * liquidates a short. `leverage` in ppm of 1×.
 */
export function touchTrigger(entry: Ticks, side: Side, leverage: Ppm, share: Ppm): Ticks {
  return side > 0 ? mulDivCeil(entry, leverage - share, leverage) - 1 : mulDivFloor(entry, leverage + share, leverage) + 1;
}
