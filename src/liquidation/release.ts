// What closing on the actual book would release: a plan over all positions of an account that restores its margin at the
// least cost, level by level. `science`: minimal quantity with own impact, and the choice between positions.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Quote, type Ticks } from '../base/units.ts';
import { tickValue, unitValue, type Instrument } from '../market/instrument.ts';
import type { MarginTiers } from '../market/margin-tiers.ts';
import type { BookView, MarketView } from '../market/market-view.ts';
import { holdingsOf, type Holding } from './orders.ts';

export interface ReleaseTarget {
  /** Equity must be this times maintenance margin … */
  readonly ratio: number;
  /** … and maintenance margin plus this share of the notional of each position that is left. */
  cushion(instrument: InstrumentId): number;
  /** The worst price of an order, 0 for none. */
  limit(holding: Holding): Ticks;
  /** How much of its way through the book the mark goes along. */
  readonly markShare: number;
}

/** One position on its way down the book. */
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
  /** Best price of the side it trades with, 0 for none. */
  readonly best: Ticks;
  readonly book: BookView;
  /** So far: lots closed, what they lost against the mark in tick-lots, their value in tick-lots, the last price. */
  closed: Lots;
  loss: number;
  value: number;
  last: Ticks;
  /** Of the level at hand, 0 when there is none within the limit. */
  price: Ticks;
  left: Lots;
}

interface State {
  cost: Quote;
  maintenance: Quote;
  cushion: Quote;
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
 * Takes book levels in the order of cost per margin released until equity covers the target. For one position that is
 * the smallest quantity, exactly; for several it is optimal where the mark is not moved (`markShare` 0), else greedy.
 */
export function planRelease(market: MarketView, account: AccountId, target: ReleaseTarget): Release {
  const equity = market.equity(account);
  const legs = holdingsOf(market, account).map((holding) => legOf(market, holding, target));
  const states = legs.map((leg) => stateOf(leg, target, 0));
  const sums: State = { cost: 0, maintenance: 0, cushion: 0 };
  for (const state of states) add(sums, state, 1);
  const surplusOf = (cost: Quote, maintenance: Quote, cushion: Quote) =>
    equity - cost - Math.max(target.ratio * maintenance, maintenance + cushion);
  const surplus = () => surplusOf(sums.cost, sums.maintenance, sums.cushion);
  /** With leg `i` in another state. */
  const surplusWith = (i: number, { cost, maintenance, cushion }: State) => {
    const now = states[i];
    return surplusOf(sums.cost - now.cost + cost, sums.maintenance - now.maintenance + maintenance, sums.cushion - now.cushion + cushion);
  };

  const before = surplus();
  let at = before;
  let peak = { surplus: before, closed: legs.map(() => 0) };
  const steps = legs.map((leg) => stepOf(leg));
  /** Each leg after its next step; another leg's step does not change it. */
  const nexts = legs.map((leg, i) => stateOf(leg, target, steps[i]));
  while (at < 0) {
    let chosen = -1;
    let leastCost = Infinity;
    let leastDamage = -Infinity;
    for (let i = 0; i < legs.length; i++) {
      if (steps[i] === 0) continue;
      const next = nexts[i];
      const released = surplusWith(i, next) - at;
      const perRelease = (next.cost - states[i].cost) / released;
      // Steps that help come first, the cheapest first; among steps that do not, the one that hurts least a lot.
      if (released > 0 ? perRelease < leastCost : leastCost === Infinity && released / steps[i] > leastDamage) {
        chosen = i;
        if (released > 0) leastCost = perRelease;
        else leastDamage = released / steps[i];
      }
    }
    if (chosen < 0) break;
    const leg = legs[chosen];
    let lots = steps[chosen];
    const reaches = (size: Lots) => surplusWith(chosen, stateOf(leg, target, size)) >= 0;
    if (reaches(1)) lots = 1;
    else if (reaches(lots)) {
      // Within a level and a tier the surplus is a straight line, so that it crosses zero once.
      let short = 1;
      while (lots - short > 1) {
        const middle = Math.floor((lots + short) / 2);
        if (reaches(middle)) lots = middle;
        else short = middle;
      }
    }
    const next = lots === steps[chosen] ? nexts[chosen] : stateOf(leg, target, lots);
    add(sums, states[chosen], -1);
    add(sums, next, 1);
    states[chosen] = next;
    take(leg, lots);
    steps[chosen] = stepOf(leg);
    nexts[chosen] = stateOf(leg, target, steps[chosen]);
    at = surplus();
    if (at > peak.surplus) peak = { surplus: at, closed: legs.map(({ closed }) => closed) };
  }
  const reached = at >= 0;
  if (reached) return { legs, reached, before, after: at };
  peak.closed.forEach((closed, i) => (legs[i].closed = closed));
  return { legs, reached, before, after: peak.surplus };
}

/** What it would cost to close `lots` of a leg right now, against its mark, with the fee; all of the book there is. */
export function costOf({ book, side, mark, multiplier, limit, feePpm }: Leg, lots: Lots): Quote {
  const swept = { lots: 0, notional: 0, worst: 0 };
  book.sweep(side, lots, limit, swept);
  return (side * (swept.notional - swept.lots * mark) + (swept.notional * feePpm) / PPM) * multiplier;
}

function legOf(market: MarketView, holding: Holding, target: ReleaseTarget): Leg {
  const { instrument, lots, side } = holding;
  const contract = market.instrument(instrument);
  const { tiers, liquidationFeePpm } = contract;
  const book = market.book(instrument);
  const best = side > 0 ? book.bestAsk : book.bestBid;
  const leg: Leg = {
    ...holding,
    held: Math.abs(lots),
    mark: market.markPrice(instrument),
    contract,
    multiplier: tickValue(contract, market.markPrice(instrument)),
    tiers,
    feePpm: liquidationFeePpm,
    cushion: target.cushion(instrument),
    limit: target.limit(holding),
    best,
    book,
    closed: 0,
    loss: 0,
    value: 0,
    last: best,
    price: 0,
    left: 0,
  };
  enter(leg, best);
  return leg;
}

/** The level at `price`, if it is within the limit. */
function enter(leg: Leg, price: Ticks): void {
  const within = price !== 0 && (leg.limit === 0 || (leg.side > 0 ? price <= leg.limit : price >= leg.limit));
  leg.price = within ? price : 0;
  leg.left = within ? leg.book.lotsAt(leg.side > 0 ? -1 : 1, price) : 0;
}

/** Lots up to the end of the level or of the margin tier, whichever comes first. */
function stepOf(leg: Leg): Lots {
  if (leg.price === 0) return 0;
  const open = leg.held - leg.closed;
  const step = Math.min(leg.left, open);
  const unit = leg.mark * leg.multiplier;
  const tier = leg.tiers.tierAt(open * unit);
  const above = open - mulDivCeil(leg.tiers.floors[tier], 1, unit) + 1;
  return tier === 0 || above <= 0 ? step : Math.min(step, above);
}

function take(leg: Leg, lots: Lots): void {
  leg.closed += lots;
  leg.loss += leg.side * (leg.price - leg.mark) * lots;
  leg.value += leg.price * lots;
  leg.last = leg.price;
  leg.left -= lots;
  if (leg.left === 0) enter(leg, leg.book.worse(leg.side > 0 ? -1 : 1, leg.price));
}

/** The leg with `more` lots closed at the level at hand: what it has cost by then, and what is still required for it. */
function stateOf(leg: Leg, { markShare }: ReleaseTarget, more: Lots): State {
  const last = more > 0 ? leg.price : leg.last;
  const open = leg.held - leg.closed - more;
  const displaced = leg.best === 0 ? 0 : markShare * Math.abs(last - leg.best);
  const loss = leg.loss + leg.side * (leg.price - leg.mark) * more + open * displaced;
  const fee = mulDivCeil(Math.ceil((leg.value + leg.price * more) * leg.multiplier), leg.feePpm, PPM);
  const notional = Math.ceil(open * unitValue(leg.contract, Math.max(1, Math.round(leg.mark + leg.side * displaced))));
  return {
    cost: loss * leg.multiplier + fee,
    maintenance: open === 0 ? 0 : leg.tiers.maintenance(notional),
    cushion: notional * leg.cushion,
  };
}

function add(sums: State, state: State, sign: 1 | -1): void {
  sums.cost += sign * state.cost;
  sums.maintenance += sign * state.maintenance;
  sums.cushion += sign * state.cushion;
}

/** Ticks that a lot moves the price when all of a leg goes to the book, as far as it fits. */
export function impactOf({ book, side, held, limit, best }: Leg): number {
  const swept = { lots: 0, notional: 0, worst: 0 };
  book.sweep(side, held, limit, swept);
  return swept.lots === 0 ? Infinity : Math.abs(swept.worst - best) / swept.lots;
}
