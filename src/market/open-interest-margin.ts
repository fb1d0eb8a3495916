// Margin that grows with what is open in the whole market (dYdX v4): between two caps of open notional the initial rate
// climbs from its base to 100 %, so that nobody adds leverage to a market that could not be closed. Maintenance is a share
// of the base margin and does not grow.

import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type Ppm, type Quote } from '../base/units.ts';

/** Open notional up to which the base rate holds, and from which the rate is 100 %; an upper cap of 0 means none. */
export interface OpenInterestCaps {
  readonly lower: Quote;
  readonly upper: Quote;
}

/** min(1, base + (1 − base) × (open − lower) ÷ (upper − lower)), rounded down; never below base. */
export function scaledInitialRate(base: Ppm, open: Quote, { lower, upper }: OpenInterestCaps): Ppm {
  if (upper === 0 || open <= lower) return base;
  if (open >= upper) return PPM;
  return base + mulDivFloor(open - lower, PPM - base, upper - lower);
}

/** ⌈notional × rate⌉. */
export function initialMargin(notional: Quote, rate: Ppm): Quote {
  return mulDivCeil(notional, rate, PPM);
}

/** ⌈⌈notional × initial⌉ × maintenance ÷ initial⌉: a share of initial margin, rounded up twice. */
export function maintenanceOfInitial(notional: Quote, initial: Ppm, maintenance: Ppm): Quote {
  return mulDivCeil(initialMargin(notional, initial), maintenance, initial);
}

/** How far a rate may be from 0 (of funding, or of a premium's vote): factor × (initial − maintenance), rounded down. */
export function rateBound(factor: Ppm, initial: Ppm, maintenance: Ppm): Ppm {
  return mulDivFloor(factor, initial - maintenance, PPM);
}
