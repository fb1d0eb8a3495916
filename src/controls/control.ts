// The shelf's interface: a margin control watches one instrument and says by what factor its margin should differ from what
// the tiers say. It sees what the venue sees, and what it asks for follows from that alone; what is charged of it, how fast
// and from when, is the same for all (see charge.ts), and the risk controller does it.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { Lots, Micros, Ticks } from '../base/units.ts';

/** The market of one instrument at one instant. */
export interface ControlSample {
  readonly at: Micros;
  readonly mark: Ticks;
  readonly index: Ticks;
  /** Of all longs. */
  readonly openInterest: Lots;
  /** What rests on each side of the book within a distance of the mark, a fraction of it. */
  readonly depth: (distance: number) => { readonly bids: Lots; readonly asks: Lots };
  /** What of the longs a fall by the distance would liquidate, and of the shorts a rise. Looks at everybody. */
  readonly exposed: (distance: number) => { readonly below: Lots; readonly above: Lots };
}

export interface ControlRule {
  /** The factor that margin should have; null: nothing to say yet. Called once an interval, in the order of time. */
  sampled(sample: ControlSample): number | null;
}

/** Implied volatility from `at` on, as a fraction a year. */
export interface VolatilityPoint {
  readonly at: Micros;
  readonly volatility: number;
}

export interface ControlContext {
  /** Between two samples. */
  readonly interval: Micros;
  /** Maintenance margin rate of the lowest tier, a fraction: what a factor of 1 charges the smallest position. */
  readonly maintenance: number;
  /** What the rule's file holds, ascending; empty without one. */
  readonly impliedVolatility: readonly VolatilityPoint[];
}

export interface ControlKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(params: Values<S>, context: ControlContext): ControlRule;
}

export function controlKind<S extends ParamSpecs>(kind: ControlKind<S>): ControlKind<S> {
  return kind;
}

export const DAY: Micros = 86_400_000_000;
export const YEAR: Micros = 365 * DAY;
