// Margin that a risk controller moves: the tiers of a venue times a factor, and what a position opened before a rise keeps
// paying where it is grandfathered.

import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type Lots, type Ppm } from '../base/units.ts';
import type { TierSpec } from './margin-tiers.ts';

export interface MarginScale {
  /** Factors of the rates of all tiers; PPM leaves them as they are. */
  readonly initial: Ppm;
  readonly maintenance: Ppm;
  /** No initial rate is lower: 1 ÷ the greatest leverage; 0 for none. */
  readonly leastInitial: Ppm;
  /** A position pays no more than the maintenance factor at which it was opened; for what is added to it later, that of then. */
  readonly grandfathered: boolean;
}

export const UNSCALED: MarginScale = { initial: PPM, maintenance: PPM, leastInitial: 0, grandfathered: false };

/** What positions keep is counted in whole percents of the tiers' rates, rounded up: few schedules, whatever is traded. */
const CAP_STEP: Ppm = 10_000;

/**
 * Rates times their factors, rounded up; deductions that a venue publishes likewise, down. A rate stays below 100 %, and an
 * initial rate is never below its maintenance rate, so that raised maintenance may raise it too.
 */
export function scaledTiers(tiers: readonly TierSpec[], { initial, maintenance, leastInitial }: MarginScale): readonly TierSpec[] {
  if (initial === PPM && maintenance === PPM && leastInitial === 0) return tiers;
  return tiers.map(({ floor, maintenance: rate, initial: least, deduction }) => {
    const scaled = Math.max(1, Math.min(PPM - 1, mulDivCeil(rate, maintenance, PPM)));
    return {
      floor,
      maintenance: scaled,
      initial: Math.max(scaled, Math.min(PPM, Math.max(mulDivCeil(least, initial, PPM), leastInitial))),
      ...(deduction !== undefined && { deduction: mulDivFloor(deduction, maintenance, PPM) }),
    };
  });
}

/**
 * The factor that a position keeps after a trade, while `factor` is in force: what was there keeps its own, what is added
 * pays that of now, by lots; what goes over to the other side is new.
 */
export function capAfter(cap: Ppm, before: Lots, after: Lots, factor: Ppm): Ppm {
  const kept = before === 0 || before * after <= 0 ? 0 : Math.min(Math.abs(before), Math.abs(after));
  if (kept === 0) return stepped(factor);
  const added = Math.abs(after) - kept;
  // Nobody pays more than what is in force, so what is there does not carry a factor above it into the mean.
  return added === 0 ? cap : stepped(Math.min(cap, factor) + mulDivCeil(Math.max(0, factor - cap), added, kept + added));
}

function stepped(factor: Ppm): Ppm {
  return Math.ceil(factor / CAP_STEP) * CAP_STEP;
}
