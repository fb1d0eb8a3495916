// What a run has come to, summed since its start: how many were called and closed, and what each layer of the waterfall had to
// pay.

import type { AccountId, Micros, Quote } from '../base/units.ts';

/** Sums since the start, quote units; what each layer of the waterfall came to, and when it last had to. */
export interface Totals {
  calls: number;
  liquidations: number;
  halts: number;
  /** Halts, limits and liquidations held back. */
  trips: number;
  /** Cases of accounts that owed more than they had. */
  bankrupt: number;
  /** Liquidations that others caused, and the deepest generation of one. */
  caused: number;
  generations: number;
  /** Who was called and who was liquidated last. */
  lastCalled: AccountId;
  lastLiquidated: AccountId;
  onBook: Quote;
  fees: Quote;
  /** What liquidated accounts had when they fell below maintenance and no longer had at the end of their case. */
  margin: Quote;
  takenOver: Quote;
  takeOvers: number;
  covered: Quote;
  deleveraged: Quote;
  deleverages: number;
  /** What the winners gave up: the price at which they were closed against the mark of that moment. */
  givenUp: Quote;
  badDebt: Quote;
  /** Notional given to volunteers and to pools of the venue such as a vault. */
  assigned: Quote;
  pooled: Quote;
  /** Deficits that all positions of an instrument paid, and that winners paid back. */
  socialised: Quote;
  clawedBack: Quote;
  paidAt: { margin: Micros; fund: Micros; vault: Micros; assigned: Micros; deleveraged: Micros; shared: Micros; lost: Micros };
}

export function noTotals(): Totals {
  const never = -Infinity;
  return {
    calls: 0,
    liquidations: 0,
    halts: 0,
    trips: 0,
    bankrupt: 0,
    caused: 0,
    generations: 0,
    lastCalled: 0,
    lastLiquidated: 0,
    onBook: 0,
    fees: 0,
    margin: 0,
    takenOver: 0,
    takeOvers: 0,
    covered: 0,
    deleveraged: 0,
    deleverages: 0,
    givenUp: 0,
    badDebt: 0,
    assigned: 0,
    pooled: 0,
    socialised: 0,
    clawedBack: 0,
    paidAt: { margin: never, fund: never, vault: never, assigned: never, deleveraged: never, shared: never, lost: never },
  };
}
