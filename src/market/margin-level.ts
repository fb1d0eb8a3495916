// When an account is below a level of margin: exactly, at the unit.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type Ppm, type Quote } from '../base/units.ts';

/**
 * Equity below `ratio` × maintenance (also at equality when `inclusive`, as most venues have it), exactly. Without
 * maintenance there is no position, and only negative equity counts.
 */
export function isBelow(equity: Quote, maintenance: Quote, ratio: Ppm, inclusive: boolean): boolean {
  return isBelowRequired(equity, mulDivCeil(maintenance, ratio, PPM), maintenance, ratio, inclusive);
}

/** The level itself lies in (required − 1, required]: an equity of `required` is at it only if nothing was rounded up. */
export function isBelowRequired(equity: Quote, required: Quote, maintenance: Quote, ratio: Ppm, inclusive: boolean): boolean {
  if (equity !== required || !inclusive) return equity < required;
  return maintenance > 0 && ((maintenance % PPM) * (ratio % PPM)) % PPM === 0;
}
