// What the charts of a run are drawn from: the run is played from its start and looked at in even steps of simulated time.
// It only reads, between messages and as they pass by: the run is the same as if nobody had looked.

import { MICROS_PER_SECOND, type ActorId, type CaseId, type Micros, type Quote } from '../base/units.ts';
import { FILL_MAKER, REASONS, Type, type Message } from '../messages.ts';
import { notional, valueOf } from '../market/instrument.ts';
import { byId, forcedNotional, type Listing } from '../simulation/cases.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { LiquidationMap, type MapSeries } from './map-series.ts';

/** Who bears what positions lose beyond what is left of them, in the order in which they are asked. */
export const PAYERS = ['margin', 'fund', 'vault', 'winners', 'socialised', 'clawback', 'lost'] as const;
export type Payer = (typeof PAYERS)[number];

/** Columns of equal length, one row a step; prices and money in human units, times in micros since 1970. */
export interface RunSeries {
  /** Of a step. */
  readonly width: Micros;
  /** Where each row ends. */
  readonly at: readonly number[];
  /** Prices traded in the row, NaN where there was no trade. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** At its end; NaN before the first. */
  readonly last: readonly number[];
  readonly mark: readonly number[];
  readonly index: readonly number[];
  /** Closed by force in the row, of longs and of shorts. */
  readonly longs: readonly number[];
  readonly shorts: readonly number[];
  /** At its end. */
  readonly openInterest: readonly number[];
  readonly fund: readonly number[];
  /** Since the start. */
  readonly paid: Readonly<Record<Payer, readonly number[]>>;
  /** When trading in the first instrument was halted. */
  readonly halts: readonly (readonly [from: number, to: number])[];
  readonly map: MapSeries;
  readonly who: Who;
}

/** How many were concerned. */
export interface Who {
  /** Cases that lost margin, accounts that were deleveraged, deficits that nobody paid. */
  readonly owners: number;
  readonly winners: number;
  readonly debts: number;
  /** Notional that went off the book: to the fund, to a vault, to volunteers, to winners. */
  readonly takenOver: number;
  readonly pooled: number;
  readonly assigned: number;
  readonly deleveraged: number;
  /** Notional closed on the book, and the fees for it. */
  readonly onBook: number;
  readonly fees: number;
}

const { OrderFilled, SessionChanged, LiquidationOrdersCanceled, LiquidationFilled, PositionTakenOver, Deleveraged } = Type;
const { BadDebtBooked, LiquidationClosed, PositionAssigned, LossSocialised, DebtRepaid } = Type;
const OPEN = 1;
/** About so many rows, and columns of the map, over a whole run. */
const ROWS = 720;
const MAP_COLUMNS = 180;

type Column = number[];

export class RunReader {
  readonly #simulation: Simulation;
  readonly #until: Micros;
  readonly #width: Micros;
  readonly #mapEvery: number;
  readonly #engine: ActorId;
  readonly #gateway: ActorId;
  readonly #listings: readonly Listing[];
  readonly #unit: number;
  readonly #tick: number;
  readonly #map: LiquidationMap;
  readonly #fundStart: Quote;
  #poolStart: Quote | undefined;
  readonly #columns = Object.fromEntries(
    ['at', 'low', 'high', 'last', 'mark', 'index', 'longs', 'shorts', 'openInterest', 'fund'].map((name) => [name, [] as Column]),
  ) as Record<'at' | 'low' | 'high' | 'last' | 'mark' | 'index' | 'longs' | 'shorts' | 'openInterest' | 'fund', Column>;
  readonly #paid = Object.fromEntries(PAYERS.map((payer) => [payer, [] as Column])) as Record<Payer, Column>;
  readonly #sums = { margin: 0, winners: 0, socialised: 0, clawback: 0, lost: 0 };
  readonly #who = { owners: 0, winners: 0, debts: 0, takenOver: 0, pooled: 0, assigned: 0, deleveraged: 0, onBook: 0, fees: 0 };
  readonly #winners = new Set<number>();
  /** Equity at the breach, by open case. */
  readonly #breached = new Map<CaseId, Quote>();
  readonly #halts: [from: number, to: number][] = [];
  /** Of the row in progress. */
  #low = 0;
  #high = 0;
  #longs = 0;
  #shorts = 0;
  #rows = 0;

  /** Reads a simulation that has not begun yet, up to `until`. */
  constructor(simulation: Simulation, until: Micros) {
    const { market, scenario } = simulation;
    this.#simulation = simulation;
    this.#until = Math.min(until, scenario.duration);
    this.#width = stepFor(this.#until);
    this.#mapEvery = Math.max(1, Math.ceil(this.#until / this.#width / MAP_COLUMNS));
    this.#engine = simulation.kernel.idOf('exchange/liquidation-engine');
    this.#gateway = simulation.kernel.idOf('exchange/gateway');
    this.#listings = byId(market.instruments);
    this.#unit = Number(scenario.settlement.unit);
    this.#tick = Number(scenario.instruments[0].tick);
    this.#map = new LiquidationMap(simulation);
    this.#fundStart = market.fund.equity;
    simulation.kernel.tap((message) => this.#read(message));
  }

  /** Plays one step. False when it was the last. */
  step(): boolean {
    const simulation = this.#simulation;
    const to = Math.min(this.#until, (this.#rows + 1) * this.#width);
    simulation.runUntil(to);
    this.#look(to);
    return to < this.#until;
  }

  /** What was read so far. */
  series(): RunSeries {
    const { start } = this.#simulation.scenario;
    const now = start + this.#simulation.now;
    return {
      width: this.#width,
      ...this.#columns,
      paid: this.#paid,
      halts: this.#halts.map(([from, to]) => [start + from, to < 0 ? now : start + to]),
      map: this.#map.series(
        Math.min(...known(this.#columns.low), ...known(this.#columns.mark)),
        Math.max(...known(this.#columns.high), ...known(this.#columns.mark)),
      ),
      who: { ...this.#who, winners: this.#winners.size },
    };
  }

  #look(to: Micros): void {
    const { market, scenario } = this.#simulation;
    const columns = this.#columns;
    const price = (ticks: number) => (ticks === 0 ? NaN : ticks * this.#tick);
    this.#rows++;
    columns.at.push(scenario.start + to);
    columns.low.push(price(this.#low));
    columns.high.push(price(this.#high));
    columns.last.push(price(market.lastPrice(1)));
    columns.mark.push(price(market.markPrice(1)));
    columns.index.push(price(market.indexPrice(1)));
    columns.longs.push(this.#longs * this.#unit);
    columns.shorts.push(this.#shorts * this.#unit);
    let interest = 0;
    for (const { id } of market.instruments) interest += notional(this.#listings[id], market.openInterest(id), market.markPrice(id));
    columns.openInterest.push(interest * this.#unit);
    columns.fund.push(market.fund.equity * this.#unit);
    const { all } = market.pools;
    const pooled = all.reduce((sum, { account }) => sum + market.equity(account), 0);
    if (all.length > 0) this.#poolStart ??= pooled;
    const { margin, winners, socialised, clawback, lost } = this.#sums;
    const fund = Math.max(0, this.#fundStart - market.fund.equity);
    const vault = Math.max(0, (this.#poolStart ?? 0) - pooled);
    const paid: Record<Payer, Quote> = { margin, fund, vault, winners, socialised, clawback, lost };
    for (const payer of PAYERS) this.#paid[payer].push(Math.max(0, paid[payer]) * this.#unit);
    if ((this.#rows - 1) % this.#mapEvery === 0) this.#map.look(scenario.start + to, this.#mapEvery * this.#width);
    this.#low = this.#high = this.#longs = this.#shorts = 0;
  }

  #read(message: Message): void {
    const { type } = message;
    if (type === OrderFilled) {
      if (message.instrument !== 1 || (message.flags & FILL_MAKER) === 0) return;
      if (this.#low === 0 || message.price < this.#low) this.#low = message.price;
      if (message.price > this.#high) this.#high = message.price;
      return;
    }
    if (type === SessionChanged) {
      // Told to the engine when it has happened, whether by the clock or by a breaker.
      if (message.to === this.#engine && message.instrument === 1) this.#session(message);
      return;
    }
    if (type === DebtRepaid) {
      this.#sums.lost -= message.amount;
      if (REASONS[message.reason] === 'withdrawal-haircut') this.#sums.socialised += message.amount;
      return;
    }
    if (type < LiquidationOrdersCanceled || (type > LiquidationClosed && type < PositionAssigned)) return;
    this.#readCase(message);
  }

  #session(message: Message): void {
    const open = message.phase === OPEN;
    const running = this.#halts.at(-1);
    const halted = running !== undefined && running[1] < 0;
    if (open && halted) running[1] = message.sentAt;
    else if (!open && !halted) this.#halts.push([message.sentAt, -1]);
  }

  #readCase(message: Message): void {
    const { market } = this.#simulation;
    const sums = this.#sums;
    const who = this.#who;
    // Facts go to owners too: the engine's copy counts.
    const counts = message.to === this.#engine;
    switch (message.type) {
      case LiquidationOrdersCanceled:
        this.#breached.set(message.case, message.amount);
        return;
      case LiquidationFilled:
        if (!counts || message.lots === 0) return;
        this.#force(-message.side, message.amount);
        if (message.account === market.fundAccount) return;
        who.onBook += message.amount * this.#unit;
        who.fees += message.flags * this.#unit;
        return;
      case PositionTakenOver:
      case PositionAssigned: {
        if (!counts || message.lots === 0) return;
        const closed = forcedNotional(message, this.#listings);
        this.#force(Math.sign(message.lots), closed);
        const to = message.type === PositionTakenOver ? 'takenOver' : market.pools.has(message.counterparty) ? 'pooled' : 'assigned';
        who[to] += closed * this.#unit;
        return;
      }
      case Deleveraged: {
        if (!counts || message.lots === 0) return;
        const closed = forcedNotional(message, this.#listings);
        this.#force(Math.sign(message.lots), closed);
        who.deleveraged += closed * this.#unit;
        // Against a long that is closed, the winner is short: it buys back at more than the mark.
        const listing = this.#listings[message.instrument];
        sums.winners +=
          valueOf(listing, message.lots, message.price) - valueOf(listing, message.lots, market.markPrice(message.instrument));
        this.#winners.add(message.counterparty);
        return;
      }
      case BadDebtBooked:
        if (!counts) return;
        sums.lost += message.amount;
        who.debts++;
        return;
      case LossSocialised:
        if (!counts) return;
        sums[REASONS[message.reason] === 'clawed-back' ? 'clawback' : 'socialised'] += message.amount;
        return;
      case LiquidationClosed: {
        if (message.to !== this.#gateway) return;
        const before = this.#breached.get(message.case);
        if (before === undefined) return;
        this.#breached.delete(message.case);
        const spent = Math.max(0, before) - Math.max(0, message.amount);
        if (spent <= 0) return;
        sums.margin += spent;
        who.owners++;
        return;
      }
      default:
        return;
    }
  }

  /** `side` of the position that is closed. */
  #force(side: number, closed: Quote): void {
    if (side > 0) this.#longs += closed;
    else this.#shorts += closed;
  }
}

const STEPS_IN_SECONDS = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];

/** An even stretch of time, such that there are not many more than `ROWS`. */
function stepFor(duration: Micros): Micros {
  const rough = duration / ROWS / MICROS_PER_SECOND;
  const seconds = STEPS_IN_SECONDS.find((step) => step >= rough * 0.999) ?? Math.ceil(rough);
  return seconds * MICROS_PER_SECOND;
}

function known(column: readonly number[]): number[] {
  return column.filter((value) => Number.isFinite(value));
}
