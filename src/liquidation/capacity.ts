// What may be liquidated of one market within a rolling window, whoever it belongs to (Synthetix v3).

import { MICROS_PER_SECOND, type Micros } from '../base/units.ts';

export interface CapacityTerms {
  readonly makerFee: number;
  readonly takerFee: number;
  /** In coins or in money; the capacity is in the same. */
  readonly skewScale: number;
  readonly multiplier: number;
  readonly window: Micros;
}

/** (maker + taker fee) × skew scale × multiplier for every second of the window. */
export function capacityOf({ makerFee, takerFee, skewScale, multiplier, window }: CapacityTerms): number {
  return (makerFee + takerFee) * skewScale * multiplier * (window / MICROS_PER_SECOND);
}

export interface Used {
  readonly at: Micros;
  readonly amount: number;
}

/** What still counts: used less than a window ago. In the order of time. */
export function withinWindow(used: readonly Used[], window: Micros, now: Micros): Used[] {
  return used.filter(({ at }) => at + window > now);
}

export function leftOf(capacity: number, recent: readonly Used[]): number {
  return recent.reduce((left, { amount }) => left - amount, capacity);
}
