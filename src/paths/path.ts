// The shelf's interface: an index-price process is a function from time to price, drawn once from its own streams, so
// that what traders do cannot move it.

import type { Micros, Ticks } from '../base/units.ts';
import type { ParamSpecs, Values } from '../base/params.ts';
import type { Rng } from '../base/random.ts';

export interface PathContext {
  rng(purpose: string): Rng;
  readonly start: Micros;
  readonly end: Micros;
  /** Value of one tick in price units, as a number: for processes that work in logarithms. */
  readonly tick: number;
  /** Bars named by the scenario, prices in ticks; present for `replay` only. */
  readonly bars?: readonly Bar[];
}

/** One bar: prices in ticks, `at` the bar's opening instant in simulated micros. */
export interface Bar {
  readonly at: Micros;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
}

export interface Path {
  /** The index at `at`, in ticks (a whole number ≥ 1). Called with times that never go back. */
  price(at: Micros): Ticks;
  /** As a liquidation policy's: all that it remembers, `{}` for nothing. */
  readonly memory?: object;
}

export interface PathKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(context: PathContext, params: Values<S>): Path;
}

export function pathKind<S extends ParamSpecs>(kind: PathKind<S>): PathKind<S> {
  return kind;
}
