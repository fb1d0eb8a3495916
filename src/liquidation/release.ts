// What closing on the actual book would release: a plan over all positions of an account that restores its margin at the
// least cost. `science`: minimal quantity with fees, slippage and own impact on the mark, and the choice between positions.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Quote, type Side, type Ticks } from '../base/units.ts';
import { tickValue, unitValue, type Instrument } from '../market/instrument.ts';
import type { MarginTiers } from '../market/margin-tiers.ts';
import type { BookView, MarketView } from '../market/market-view.ts';
import { BookLadder, type Ladder } from './ladder.ts';
import { holdingsOf, type Holding } from './orders.ts';
import { searchRelease, type Option, type State } from './release-search.ts';

export interface ReleaseTarget {
  /** Equity must be this times maintenance margin … */
  readonly ratio: number;
  /** … and maintenance margin plus this share of the notional of each position that is left. */
  cushion(instrument: InstrumentId, side: Side): number;
  /** The worst price of an order, 0 for none. */
  limit(holding: Holding): Ticks;
  /** How much of its way through the book the mark goes along. */
  readonly markShare: number;
  /** What the depth is taken for; the book as it rests when left out. */
  ladder?(holding: Holding, limit: Ticks): Ladder;
  /** What equity is taken for; as it is when left out. */
  readonly equity?: Quote;
}

/** One position, and how much of it a plan closes. */
export interface Leg extends Holding {
  readonly held: Lots;
  readonly mark: Ticks;
  readonly contract: Instrument;
  /** Of a lot and a tick of the price, at the mark. */
  readonly multiplier: number;
  readonly tiers: MarginTiers;
  readonly feePpm: number;
  readonly cushion: number;
  readonly limit: Ticks;
  /** Best price of the side it trades with; the mark where there is none. */
  readonly best: Ticks;
  readonly book: BookView;
  readonly ladder: Ladder;
  closed: Lots;
}

export interface Release {
  readonly legs: readonly Leg[];
  /** Whether the target is reached; if not, the legs stand where the surplus is greatest. */
  readonly reached: boolean;
  /** Equity less what is required: before, and as planned. */
  readonly before: Quote;
  readonly after: Quote;
}

/**
 * The plan that brings equity to the target at the least cost: slippage against the mark, fees, and what the rest loses as
 * the mark goes along. For one position that is the smallest quantity; for several it is within 1 % of the least cost,
 * or, where lots are too coarse for that, the best of those tried (all, where they are few).
 */
export function planRelease(market: MarketView, account: AccountId, target: ReleaseTarget): Release {
  const equity = target.equity ?? market.equity(account);
  const legs = holdingsOf(market, account).map((holding) => legOf(market, holding, target));
  const required: State = { cost: 0, maintenance: 0, cushion: 0 };
  const state: State = { cost: 0, maintenance: 0, cushion: 0 };
  for (const leg of legs) {
    stateOf(leg, target, 0, state);
    required.maintenance += state.maintenance;
    required.cushion += state.cushion;
  }
  /** With one leg in another state than `now`, and all others untouched. */
  const restores = (now: State, next: State) => {
    const maintenance = required.maintenance - now.maintenance + next.maintenance;
    const cushion = required.cushion - now.cushion + next.cushion;
    return equity - next.cost >= Math.max(target.ratio * maintenance, maintenance + cushion);
  };
  const options = legs.map((leg) => optionOf(leg, target, restores));
  const { lots, reached, before, after } = searchRelease(options, equity, target.ratio);
  for (let i = 0; i < legs.length; i++) legs[i].closed = lots[i];
  return { legs, reached, before, after };
}

/** What it would cost to close `lots` of a leg right now, against its mark, with the fee; all of the book there is. */
export function costOf({ book, side, mark, multiplier, limit, feePpm }: Leg, lots: Lots): Quote {
  const swept = { lots: 0, notional: 0, worst: 0 };
  book.sweep(side, lots, limit, swept);
  return (side * (swept.notional - swept.lots * mark) + (swept.notional * feePpm) / PPM) * multiplier;
}

/** What a planner expects `lots` to lose against the mark, before any fee; a part of a lot is allowed. */
export function slippageOf({ ladder, side, mark, best, multiplier }: Leg, lots: number): Quote {
  return (side * (best - mark) * lots + ladder.loss(lots)) * multiplier;
}

/** Ticks that a lot is expected to move the price when all of a leg goes to the book, as far as it fits. */
export function impactOf({ ladder, held }: Leg): number {
  let lots = 0;
  for (let i = 0, end = ladder.end(0); end !== 0 && lots < held; end = ladder.end(++i)) lots = Math.min(end, held);
  return lots === 0 ? Infinity : ladder.away(lots) / lots;
}

function legOf(market: MarketView, holding: Holding, target: ReleaseTarget): Leg {
  const { instrument, lots, side } = holding;
  const contract = market.instrument(instrument);
  const { tiers, liquidationFeePpm } = contract;
  const book = market.book(instrument);
  const mark = market.markPrice(instrument);
  const limit = target.limit(holding);
  return {
    ...holding,
    held: Math.abs(lots),
    mark,
    contract,
    multiplier: tickValue(contract, mark),
    tiers,
    feePpm: liquidationFeePpm,
    cushion: target.cushion(instrument, side),
    limit,
    best: (side > 0 ? book.bestAsk : book.bestBid) || mark,
    book,
    ladder: target.ladder?.(holding, limit) ?? new BookLadder(book, side, limit, {}),
    closed: 0,
  };
}

/** The course of a leg as far as it is worth closing: up to where it would restore the account alone. */
function optionOf(leg: Leg, target: ReleaseTarget, restores: (now: State, next: State) => boolean): Option {
  const { ladder, held } = leg;
  const points: Lots[] = [];
  const costs: number[] = [];
  const maintenances: number[] = [];
  const cushions: number[] = [];
  const now: State = { cost: 0, maintenance: 0, cushion: 0 };
  const state: State = { cost: 0, maintenance: 0, cushion: 0 };
  const push = (lots: Lots): boolean => {
    stateOf(leg, target, lots, state);
    points.push(lots);
    costs.push(state.cost);
    maintenances.push(state.maintenance);
    cushions.push(state.cushion);
    return restores(now, state);
  };
  stateOf(leg, target, 0, now);
  push(0);
  for (let i = 0, from = 0, done = false; from < held && !done; i++) {
    const end = ladder.end(i);
    if (end === 0) break;
    const to = Math.min(end, held);
    // Between the ends of two levels nothing is better than both: the first lot takes the mark along for all that is left.
    for (const bend of tierBends(leg, from, to)) done ||= bend > points[points.length - 1] && push(bend);
    done ||= to > points[points.length - 1] && push(to);
    from = to;
  }
  return { points, costs, maintenances, cushions, stateAt: (lots, out) => stateOf(leg, target, lots, out) };
}

const NO_BENDS: readonly Lots[] = [];

/** Quantities between two at which the rest comes into a lower margin tier, and those next to them. */
function tierBends({ tiers, held, mark, multiplier }: Leg, from: Lots, to: Lots): readonly Lots[] {
  if (tiers.count === 1) return NO_BENDS;
  const unit = mark * multiplier;
  const highest = tiers.tierAt((held - from) * unit);
  const lowest = tiers.tierAt((held - to) * unit);
  if (highest === lowest) return NO_BENDS;
  const bends: Lots[] = [];
  for (let tier = highest; tier > lowest; tier--) {
    const below = held - mulDivCeil(tiers.floors[tier], 1, unit) + 1;
    for (const lots of [below - 1, below, below + 1]) if (lots > from && lots < to) bends.push(lots);
  }
  return bends;
}

/** The leg with so many lots closed: what that has cost, and what is still required for the rest. */
function stateOf(
  { ladder, held, best, mark, side, multiplier, feePpm, contract, tiers, cushion }: Leg,
  target: ReleaseTarget,
  lots: Lots,
  out: State,
): void {
  const open = held - lots;
  const walked = ladder.loss(lots);
  const displaced = target.markShare === 0 ? 0 : target.markShare * ladder.away(lots);
  const loss = side * (best - mark) * lots + walked + open * displaced;
  const value = Math.max(0, Math.ceil((best * lots + side * walked) * multiplier));
  const notional = Math.ceil(open * unitValue(contract, Math.max(1, Math.round(mark + side * displaced))));
  out.cost = loss * multiplier + mulDivCeil(value, feePpm, PPM);
  out.maintenance = open === 0 ? 0 : tiers.maintenance(notional);
  out.cushion = notional * cushion;
}
