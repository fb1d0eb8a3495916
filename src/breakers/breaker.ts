// The shelf's interface: a breaker rule watches one instrument and says when trading there should be limited or stop. It
// sees what the venue sees, and what it asks for follows from that alone; the circuit breaker does it, and says when trading
// begins again.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { Lots, Micros, Quote, Ticks } from '../base/units.ts';

/** What a rule asks for. */
export interface Trip {
  /**
   * `limit`: no trade beyond `low` and `high` from now on, and a halt of `duration` unless `clear` comes within `grace`.
   * `clear`: no limit any more. `halt`: no trade at all. `throttle`: no liquidation order for `duration`.
   */
  readonly action: 'limit' | 'clear' | 'halt' | 'throttle';
  /** How long; 0: for the rest of the run. */
  readonly duration: Micros;
  /** The price, notional or lots that it is measured against. */
  readonly reference: number;
  readonly grace?: Micros;
  readonly low?: Ticks;
  readonly high?: Ticks;
}

export interface BreakerRule {
  /** Every execution on the book; null: nothing to say. */
  traded?(price: Ticks, at: Micros): Trip | null;
  /** Every mark as it is published. */
  marked?(sample: MarkSample): Trip | null;
  /** Every forced closing on the book or off it. */
  liquidated?(notional: Quote, at: Micros): Trip | null;
  /** Its band is `factor` times as wide as its parameters say, from now on. Rules without a band have none of this. */
  widen?(factor: number): void;
  /** The prices at which it would trip now; null or left out where that is no question of a price. */
  levels?(): Levels | null;
  /** Trading began again at `at`: what was before is no measure any more. */
  reopened?(at: Micros): void;
  /** How near it is to asking for something, for who watches; changes nothing. Null while there is nothing to measure. */
  nearness?(sample: MarkSample): Nearness | null;
}

/** What a rule measures now, and where it trips: shares of a reference, or quote units. */
export interface Nearness {
  readonly now: number;
  readonly trips: number;
  readonly unit: 'share' | 'money';
}

export interface Levels {
  /** Ticks; 0 for none on that side. */
  readonly low: Ticks;
  readonly high: Ticks;
}

export interface MarkSample {
  readonly mark: Ticks;
  readonly index: Ticks;
  /** 0 before the first trade. */
  readonly last: Ticks;
  /** Of all longs. */
  readonly openInterest: Lots;
  readonly at: Micros;
}

export interface BreakerContext {
  /** Of the index, when the run begins. */
  readonly reference: Ticks;
}

export interface BreakerKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(params: Values<S>, context: BreakerContext): BreakerRule;
}

export function breakerKind<S extends ParamSpecs>(kind: BreakerKind<S>): BreakerKind<S> {
  return kind;
}

/** No band is wider, a fraction of its reference. */
export const WIDEST = 0.99;

/** The highest price that `movedBy` finds so far below a reference, and the lowest above it. */
export function movedTo(reference: number, share: number): Levels {
  const part = Math.round(share * 1_000_000);
  return { low: Math.floor((reference * (1_000_000 - part)) / 1_000_000), high: Math.ceil((reference * (1_000_000 + part)) / 1_000_000) };
}

/** |price ÷ reference − 1| ≥ share, with whole numbers as far as they go: 40.4 is exactly 1 % above 40. */
export function movedBy(price: number, reference: number, share: number): boolean {
  return Math.abs(price - reference) * 1_000_000 >= Math.round(share * 1_000_000) * reference;
}
