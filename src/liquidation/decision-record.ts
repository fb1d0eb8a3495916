// Why a policy chose what it chose: everything that it could see when it decided, the alternatives with what each was
// expected to cost, and the choice. Made only while somebody keeps a record, from the same market in the same instant, and
// without a draw, so that recording changes nothing. It is enough to decide the same again: see `decideAgain`.

import type { AccountId, CaseId, InstrumentId, Lots, Micros, Ppm, Quote, Side, Ticks } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import { UNSCALED, type MarginScale } from '../market/margin-scale.ts';
import type { MarketView } from '../market/market-view.ts';
import { holdingsOf, withinBankruptcy, type Holding } from './orders.ts';
import type { CaseView, Decision, LiquidationPolicy, MarketEstimate } from './policy.ts';
import { recordedMarket, type RecordedRules } from './recorded-market.ts';
import { costOf, planRelease } from './release.ts';
import { remember, rememberedBy, type Remembered } from './remembered.ts';
import { Witness, type Asked } from './witness.ts';

/** Prices in ticks, sizes in lots, money in quote units. */
export interface DecisionRecord {
  readonly case: CaseId;
  readonly account: AccountId;
  readonly at: Micros;
  readonly startedAt: Micros;
  readonly round: number;
  readonly inputs: DecisionInputs;
  readonly alternatives: readonly Alternative[];
  readonly choice: Choice;
  readonly reason: string;
}

export interface DecisionInputs {
  readonly equity: Quote;
  readonly maintenance: Quote;
  readonly wallet: Quote;
  readonly leverage: Ppm;
  /** Of the case's last order since it was handed over or waited, 0 for none. */
  readonly lastInstrument: InstrumentId;
  readonly positions: readonly PositionInput[];
  /** Those who would have taken a position over, where anybody was asked and willing. */
  readonly volunteers?: readonly Asked[];
  /** What the policy had measured or remembered, in words that people know. */
  readonly seen?: Explanation['seen'];
  /** All that it remembered before, its streams of chance included; see remembered.ts. */
  readonly memory?: Remembered;
}

export interface PositionInput {
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly mark: Ticks;
  readonly index: Ticks;
  readonly notional: Quote;
  readonly liquidationPrice: Ticks;
  readonly bankruptcyPrice: Ticks;
  readonly unrealised: Quote;
  /** What a risk controller makes of the tiers, where it does; and the factor that a grandfathered position keeps instead. */
  readonly marginScale?: MarginScale;
  readonly kept?: Ppm;
  /** The side of the book that closing meets, best first, as far as the position could go or was looked at: `[price, lots]`. */
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

/** Deeper levels that were not looked at are left out of a record. */
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
    ...(policy.observe && { observe: (instrument, mark, at, index) => policy.observe!(instrument, mark, at, index) }),
    decide(liquidation, market, decision) {
      const witness = new Witness(market);
      const instruments: InstrumentId[] = [];
      market.forEachPosition(liquidation.account, (instrument) => instruments.push(instrument));
      const memory = rememberedBy(policy, liquidation, instruments);
      policy.decide(liquidation, witness.market, decision);
      keep(recordOf(policy, liquidation, { market, witness }, decision, memory));
    },
  };
}

/** What a policy, just made by the same rule, makes of what is on record; with a reason why it cannot, NotRecorded. */
export function decideAgain(policy: LiquidationPolicy, record: DecisionRecord, rules: RecordedRules): DecisionRecord {
  const { case: id, account, at, startedAt, round, inputs } = record;
  const market = recordedMarket(account, inputs, rules);
  // Whatever it makes for an instrument at its first mark is there before it is filled.
  for (const { instrument, mark, index } of inputs.positions) policy.observe?.(instrument, mark, at, index);
  if (inputs.memory !== undefined) remember(policy, inputs.memory);
  const decision: Decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };
  let again: DecisionRecord | undefined;
  const view = { case: id, account, startedAt, now: at, rounds: round, lastInstrument: inputs.lastInstrument };
  recorded(policy, (made) => (again = made)).decide(view, market, decision);
  return again!;
}

function recordOf(
  policy: LiquidationPolicy,
  liquidation: CaseView,
  { market, witness }: { readonly market: MarketView; readonly witness: Witness },
  decision: Decision,
  memory: Remembered | undefined,
): DecisionRecord {
  const { account, now, startedAt, rounds, lastInstrument } = liquidation;
  const own = policy.explain?.(liquidation, witness.market);
  const known = alternatives(witness.market, account);
  const positions = holdingsOf(market, account).map((holding) => ({
    ...positionInput(market, account, holding, witness),
    ...estimateInput(policy, holding),
  }));
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
      lastInstrument,
      positions,
      ...(witness.asked.length > 0 && { volunteers: witness.asked }),
      ...(own?.seen !== undefined && { seen: own.seen }),
      ...(memory !== undefined && { memory }),
    },
    alternatives: [...known, ...(own?.alternatives ?? [])],
    choice: choiceOf(decision),
    reason: own?.reason ?? reasonOf(market, account, decision),
  };
}

function estimateInput(policy: LiquidationPolicy, { instrument, side }: Holding): Pick<PositionInput, 'estimate'> {
  const estimate = policy.estimateOf?.(instrument, side);
  return estimate === undefined ? {} : { estimate };
}

function positionInput(market: MarketView, account: AccountId, { instrument, lots, side }: Holding, witness: Witness): PositionInput {
  const mark = market.markPrice(instrument);
  const contract = market.instrument(instrument);
  const { marginScale, vintages } = contract;
  const own = market.tiersOf(account, instrument);
  const kept = own === contract.tiers ? undefined : [...vintages].find(([, tiers]) => tiers === own)?.[0];
  const isScaled = Object.entries(UNSCALED).some(([key, value]) => marginScale[key as keyof MarginScale] !== value);
  return {
    instrument,
    lots,
    mark,
    index: market.indexPrice(instrument),
    notional: notional(contract, lots, mark),
    liquidationPrice: market.liquidationPrice(account, instrument),
    bankruptcyPrice: market.bankruptcyPrice(account, instrument),
    unrealised: market.unrealised(account, instrument),
    ...(isScaled && { marginScale: { ...marginScale } }),
    ...(kept !== undefined && { kept }),
    book: witness.levels(market, instrument, side, Math.abs(lots), LEVELS),
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
