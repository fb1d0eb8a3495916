// Why a policy chose what it chose: everything that it could see when it decided, the alternatives with what each was
// expected to cost, and the choice. Made only while somebody keeps a record, from the same market in the same instant, and
// without a draw, so that recording changes nothing.

import type { AccountId, CaseId, InstrumentId, Lots, Micros, Ppm, Quote, Side, Ticks } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { holdingsOf, withinBankruptcy, type Holding } from './orders.ts';
import type { CaseView, Decision, LiquidationPolicy, MarketEstimate } from './policy.ts';
import { costOf, planRelease } from './release.ts';

/** Prices in ticks, sizes in lots, money in quote units. */
export interface DecisionRecord {
  readonly case: CaseId;
  readonly account: AccountId;
  readonly at: Micros;
  readonly startedAt: Micros;
  readonly round: number;
  readonly inputs: {
    readonly equity: Quote;
    readonly maintenance: Quote;
    readonly wallet: Quote;
    readonly leverage: Ppm;
    readonly positions: readonly PositionInput[];
    /** What the policy had measured or remembered. */
    readonly seen?: Explanation['seen'];
  };
  readonly alternatives: readonly Alternative[];
  readonly choice: Choice;
  readonly reason: string;
}

export interface PositionInput {
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly mark: Ticks;
  readonly index: Ticks;
  readonly notional: Quote;
  readonly liquidationPrice: Ticks;
  readonly bankruptcyPrice: Ticks;
  /** The side of the book that closing meets, best first, as far as the position could go: `[price, lots]`. */
  readonly book: readonly (readonly [price: Ticks, lots: Lots])[];
  /** What the policy took this market for instead, where it was refitted during the run. */
  readonly estimate?: MarketEstimate;
}

/** Something that could have been done instead. */
export interface Alternative {
  readonly action: Decision['action'];
  /** In words: `close everything now`. */
  readonly what: string;
  readonly instrument?: InstrumentId;
  readonly lots?: Lots;
  /** Expected cost in quote units: slippage against the mark and fees, or what is given away. Less is better. */
  readonly score: number;
}

export interface Choice {
  readonly action: Decision['action'];
  readonly instrument?: InstrumentId;
  readonly side?: Side;
  readonly lots?: Lots;
  /** Worst acceptable price, 0 for none. */
  readonly limit?: Ticks;
  readonly until?: Micros;
}

/** What a policy adds of its own: the schedules that it weighed, and why. */
export interface Explanation {
  readonly alternatives: readonly Alternative[];
  readonly reason: string;
  /** What it decided from that is neither in the market nor among its parameters, by name: with it the decision can be made again. */
  readonly seen?: Readonly<Record<string, number>>;
}

/** Deeper levels are left out of a record. */
const LEVELS = 200;

/** The same policy; whatever it decides is handed to `keep` too. */
export function recorded(policy: LiquidationPolicy, keep: (record: DecisionRecord) => void): LiquidationPolicy {
  const { startsAt, memory } = policy;
  return {
    ...(startsAt !== undefined && { startsAt }),
    ...(memory !== undefined && { memory }),
    ...(policy.isRestored && { isRestored: (liquidation, market) => policy.isRestored!(liquidation, market) }),
    ...(policy.estimateOf && { estimateOf: (instrument, side) => policy.estimateOf!(instrument, side) }),
    ...(policy.recalibrated && { recalibrated: (estimate) => policy.recalibrated!(estimate) }),
    ...(policy.arrange && { arrange: (accounts, count, market) => policy.arrange!(accounts, count, market) }),
    ...(policy.observe && { observe: (instrument, mark, at) => policy.observe!(instrument, mark, at) }),
    decide(liquidation, market, decision) {
      policy.decide(liquidation, market, decision);
      keep(recordOf(policy, liquidation, market, decision));
    },
  };
}

function recordOf(policy: LiquidationPolicy, liquidation: CaseView, market: MarketView, decision: Decision): DecisionRecord {
  const { account, now, startedAt, rounds } = liquidation;
  const own = policy.explain?.(liquidation, market);
  return {
    case: liquidation.case,
    account,
    at: now,
    startedAt,
    round: rounds,
    inputs: {
      equity: market.equity(account),
      maintenance: market.maintenance(account),
      wallet: market.wallet(account),
      leverage: market.leverage(account),
      positions: holdingsOf(market, account).map((holding) => ({
        ...positionInput(market, account, holding),
        ...estimateInput(policy, holding),
      })),
      ...(own?.seen !== undefined && { seen: own.seen }),
    },
    alternatives: [...alternatives(market, account), ...(own?.alternatives ?? [])],
    choice: choiceOf(decision),
    reason: own?.reason ?? reasonOf(market, account, decision),
  };
}

function estimateInput(policy: LiquidationPolicy, { instrument, side }: Holding): Pick<PositionInput, 'estimate'> {
  const estimate = policy.estimateOf?.(instrument, side);
  return estimate === undefined ? {} : { estimate };
}

function positionInput(market: MarketView, account: AccountId, { instrument, lots, side }: Holding): PositionInput {
  const mark = market.markPrice(instrument);
  const book = market.book(instrument);
  const levels: [Ticks, Lots][] = [];
  let open = Math.abs(lots);
  for (let price = side > 0 ? book.bestAsk : book.bestBid; price !== 0 && open > 0 && levels.length < LEVELS;) {
    const there = book.lotsAt(side > 0 ? -1 : 1, price);
    levels.push([price, there]);
    open -= there;
    price = book.worse(side > 0 ? -1 : 1, price);
  }
  return {
    instrument,
    lots,
    mark,
    index: market.indexPrice(instrument),
    notional: notional(market.instrument(instrument), lots, mark),
    liquidationPrice: market.liquidationPrice(account, instrument),
    bankruptcyPrice: market.bankruptcyPrice(account, instrument),
    book: levels,
  };
}

/** What any policy could have done: close all, close the least that restores maintenance, give it away. */
function alternatives(market: MarketView, account: AccountId): Alternative[] {
  const aim = {
    ratio: 1,
    cushion: () => 0,
    limit: (holding: Holding) => withinBankruptcy(market, account, holding),
    markShare: 0,
  };
  const { legs, reached } = planRelease(market, account, aim);
  const all = legs.map((leg) => costOf(leg, leg.held)).reduce((sum, cost) => sum + cost, 0);
  const equity = market.equity(account);
  const found: Alternative[] = [
    { action: 'order', what: 'close everything that the book takes now', score: all },
    { action: 'hand-over', what: 'give positions and margin to the loss layers', score: Math.abs(equity) },
  ];
  if (reached)
    for (const leg of legs) {
      if (leg.closed === 0) continue;
      const what = 'close the least that restores maintenance';
      found.push({ action: 'order', what, instrument: leg.instrument, lots: leg.closed, score: costOf(leg, leg.closed) });
    }
  return found;
}

function choiceOf({ action, instrument, side, lots, limit, until }: Decision): Choice {
  if (action === 'hand-over') return { action };
  return action === 'wait' ? { action, until } : { action, instrument, side, lots, limit };
}

function reasonOf(market: MarketView, account: AccountId, { action }: Decision): string {
  const below = market.isLiquidatable(account)
    ? 'equity is below maintenance'
    : 'above maintenance, but not yet as safe as the policy asks';
  switch (action) {
    case 'order':
      return `${below}: the policy closes on the book`;
    case 'assign':
      return `${below}: the policy asks volunteers`;
    case 'hand-over':
      return `${below}: the policy leaves the rest to the loss layers`;
    case 'wait':
      return `${below}: the policy waits`;
  }
}
