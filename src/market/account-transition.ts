// Whether an account may go from one state to another by a match that is not of its making. What leaves it well margined may
// always happen; else it must not come nearer to bankruptcy (dYdX v4).

import { mulDivCeil } from '../base/rounding.ts';
import type { Quote } from '../base/units.ts';

export interface AccountRisk {
  readonly equity: Quote;
  readonly initial: Quote;
  readonly maintenance: Quote;
}

/**
 * Equity that covers initial margin afterwards; or maintenance margin that has not grown, and equity ÷ maintenance that has
 * not fallen. Without positions on either side equity must have risen, and whoever ends without positions and below
 * nothing may not get there.
 */
export function isValidTransition(before: AccountRisk, after: AccountRisk): boolean {
  if (after.equity >= after.initial) return true;
  if (after.maintenance > before.maintenance) return false;
  if (after.maintenance === 0 || before.maintenance === 0) {
    return after.maintenance === 0 && before.maintenance === 0 && after.equity > before.equity;
  }
  // after.equity ≥ before.equity × after.maintenance ÷ before.maintenance; a whole number is iff it is at or above the ceiling.
  return after.equity >= mulDivCeil(before.equity, after.maintenance, before.maintenance);
}
