// The shelf's interface: a liquidation policy says what to do next with one account that is below maintenance. What it
// decides follows from what it has been shown and from its own streams; the liquidation engine says when, and the market
// does the sums.

import type { ParamSpecs, Values } from '../base/params.ts';
import type { Rng } from '../base/random.ts';
import type { AccountId, CaseId, InstrumentId, Lots, Micros, Ppm, Side, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Explanation } from './decision-record.ts';

/** A liquidation case as a policy sees it. */
export interface CaseView {
  readonly case: CaseId;
  readonly account: AccountId;
  readonly startedAt: Micros;
  readonly now: Micros;
  /** Orders sent for this case so far. */
  readonly rounds: number;
  /** The instrument of the last order since the case was last handed over or waited, 0 for none. */
  readonly lastInstrument: InstrumentId;
}

/** What orders of one side meet, as the venue reckons. */
export interface MarketEstimate {
  readonly instrument: InstrumentId;
  readonly side: Side;
  /** Resting within 1 % of the mark; 0: as the book shows. */
  readonly depth: Lots;
  /** In which half of what was taken is back. */
  readonly halfLife: Micros;
  /** A year. */
  readonly volatility: number;
  /** How much of an order's own way through the book the mark goes along. */
  readonly markShare: number;
}

/** What to do next; a reused record that `decide` fills. */
export interface Decision {
  /**
   * `order`: an order on the book, immediate or canceled. `assign`: off the book to volunteers, at `limit`. `hand-over`: to
   * the loss layers. `wait`: decide again at `until`.
   */
  action: 'order' | 'assign' | 'hand-over' | 'wait';
  instrument: InstrumentId;
  side: Side;
  lots: Lots;
  /** Worst acceptable price. */
  limit: Ticks;
  until: Micros;
}

export interface LiquidationPolicy {
  /** Cases begin when equity is at or below this times maintenance margin, in ppm; at maintenance when left out. */
  readonly startsAt?: Ppm;
  decide(liquidation: CaseView, market: MarketView, decision: Decision): void;
  /** Whether the case may end with positions left. Without it, as soon as the account is above maintenance. */
  isRestored?(liquidation: CaseView, market: MarketView): boolean;
  /** What it weighed when it decided this, without a draw and without remembering anything; see decision-record.ts. */
  explain?(liquidation: CaseView, market: MarketView): Explanation;
  /** Puts the first `count` accounts, found below at one mark, in the order in which they are begun with; else by account. */
  arrange?(accounts: Int32Array, count: number, market: MarketView): void;
  /** What it takes the market for from now on, where that is refitted during the run. */
  recalibrated?(estimate: MarketEstimate): void;
  /** What it takes the market for where it was refitted: a part of what it could see when it decided. */
  estimateOf?(instrument: InstrumentId, side: Side): MarketEstimate | undefined;
  /** Every mark as it is published, for policies that measure how restless the market is. */
  observe?(instrument: InstrumentId, mark: Ticks, at: Micros, index: Ticks): void;
  /**
   * All that it remembers, in objects that stay the same, so that a run can be forked by copying: `{}` for nothing. A class
   * that remembers in its fields needs none. Where neither is so, a run is forked by running it again.
   */
  readonly memory?: object;
}

export interface PolicyContext {
  /** A stream of chance for each purpose. */
  readonly rng: (purpose: string) => Rng;
}

export interface PolicyKind<S extends ParamSpecs = ParamSpecs> {
  readonly kind: string;
  readonly doc: string;
  readonly params: S;
  create(params: Values<S>, context: PolicyContext): LiquidationPolicy;
}

export function policyKind<S extends ParamSpecs>(kind: PolicyKind<S>): PolicyKind<S> {
  return kind;
}
