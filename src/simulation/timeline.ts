// What happened minute by minute, and the moments at which a run turned. One row a simulated minute; liquidations and
// calls are counted in the minute in which the exchange decided them.

import { MICROS_PER_MINUTE, type ActorId, type InstrumentId, type Lots, type Micros, type Quote, type Ticks } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import { Type, type Message } from '../messages.ts';
import { cascadesOf } from './cascades.ts';
import { byId, forcedNotional, NEVER, type Cases, type Probe, type Listing, type ReaderOptions } from './cases.ts';

/** Prices are those of the first instrument; money is all instruments' together, in quote units. */
export interface Minute {
  /** Counted from 0; the row covers [at, at + 1 minute). */
  readonly minute: number;
  readonly at: Micros;
  /** The mid in half ticks as sampled at every mark, 0 when there was none in this minute. */
  readonly open: number;
  readonly low: number;
  readonly high: number;
  readonly close: number;
  /** The last of the minute (or the one before, when nothing was published). */
  readonly index: Ticks;
  readonly mark: Ticks;
  /** Notional closed by force: on the book, taken over, deleveraged. */
  readonly liquidatedNotional: Quote;
  /** Thereof deleveraged. */
  readonly deleveragedNotional: Quote;
  readonly liquidations: number;
  /** Thereof of longs and of shorts, by the position closed first. */
  readonly longs: number;
  readonly shorts: number;
  readonly marginCalls: number;
  /** At the minute's end: the fund's equity, open interest at mark, both sides of the book within 1 % of the mid. */
  readonly fund: Quote;
  readonly openInterest: Quote;
  readonly depth: Lots;
}

export type TurningPoint = {
  readonly at: Micros;
} & (
  | { readonly kind: 'first-margin-call'; readonly account: number }
  | { readonly kind: 'first-liquidation'; readonly account: number; readonly side: number }
  | { readonly kind: 'deepest-cascade'; readonly depth: number; readonly size: number; readonly duration: Micros; readonly notional: Quote }
  | { readonly kind: 'worst-minute'; readonly liquidations: number; readonly notional: Quote; readonly move: number }
  | { readonly kind: 'price-low'; readonly mid: number; readonly fall: number }
  | { readonly kind: 'price-high'; readonly mid: number; readonly rise: number }
  | { readonly kind: 'fund-low'; readonly fund: Quote; readonly paid: Quote }
  | { readonly kind: 'first-deleveraging'; readonly account: number }
  | { readonly kind: 'halt' | 'resumption' }
);

export interface TimelineOptions extends ReaderOptions {
  readonly cases: Cases;
}

const { MarkPublished, LiquidationFilled, PositionTakenOver, Deleveraged, SessionChanged, MarginCalled, LiquidationClosed } = Type;
const { AssignPosition, PositionAssigned } = Type;
const DEPTH_BP = 100;
const OPEN = 1;
const HALTED = 2;

type Row = { -readonly [Field in keyof Minute]: Minute[Field] };

export class Timeline {
  private readonly instruments: readonly Listing[];
  private readonly listings: readonly Listing[];
  private readonly first: InstrumentId;
  private readonly engine: ActorId;
  private readonly probe: Probe;
  private readonly cases: Cases;
  private readonly rows: Row[] = [];
  private row: Row;
  /** When the minute in progress ends. */
  private turnsAt: Micros = MICROS_PER_MINUTE;
  private firstDeleveraging: TurningPoint | undefined;
  private fundStart: Quote | undefined;
  private fundLow = 0;
  private fundLowAt: Micros = 0;
  private readonly halts: TurningPoint[] = [];
  private phase = 0;

  constructor({ instruments, engine, probe, cases }: TimelineOptions) {
    this.instruments = instruments;
    this.listings = byId(instruments);
    this.first = instruments[0].id;
    this.engine = engine;
    this.probe = probe;
    this.cases = cases;
    this.row = blank(0, 0, 0);
  }

  /** To be called with every message that is not read. */
  pass(at: Micros): void {
    if (at >= this.turnsAt) this.turn(at);
  }

  /** To be called with every message that is, after `cases.read`. */
  read(message: Message): void {
    this.pass(message.at);
    const type = message.type;
    if ((type >= MarginCalled && type <= LiquidationClosed) || type >= AssignPosition) this.watchFund(message.at);
    else if (type !== MarkPublished && type !== SessionChanged) return;
    switch (type) {
      case MarkPublished:
        if (message.to !== this.engine) return;
        this.watchFund(message.at);
        if (message.instrument === this.first) this.price(message);
        return;
      case LiquidationFilled:
      case PositionTakenOver:
      case PositionAssigned:
      case Deleveraged: {
        if (message.to !== this.engine || message.lots === 0) return;
        const closed = forcedNotional(message, this.listings);
        this.row.liquidatedNotional += closed;
        if (type !== Deleveraged) return;
        this.row.deleveragedNotional += closed;
        this.firstDeleveraging ??= { kind: 'first-deleveraging', at: message.at, account: message.counterparty };
        return;
      }
      case SessionChanged:
        if (message.instrument !== this.first || message.phase === this.phase) return;
        if (message.phase === HALTED) this.halts.push({ kind: 'halt', at: message.at });
        else if (message.phase === OPEN && this.phase === HALTED) this.halts.push({ kind: 'resumption', at: message.at });
        this.phase = message.phase;
        return;
    }
  }

  /** The minutes so far, the one in progress included. */
  minutes(): Minute[] {
    const rows = this.rows.map((row) => ({ ...row }));
    rows.push({ ...this.row, ...this.state() });
    const cases = this.cases;
    for (let id = 1; id <= cases.last; id++) {
      const called = rows[Math.floor(cases.calledAt[id] / MICROS_PER_MINUTE)];
      if (cases.calledAt[id] !== NEVER && called !== undefined) called.marginCalls++;
      const started = rows[Math.floor(cases.startedAt[id] / MICROS_PER_MINUTE)];
      if (cases.startedAt[id] === NEVER || started === undefined) continue;
      started.liquidations++;
      if (cases.side[id] > 0) started.longs++;
      else if (cases.side[id] < 0) started.shorts++;
    }
    return rows;
  }

  /** What a reader would want to be told, in the order in which it happened; at most one of each kind, but for halts. */
  turningPoints(): TurningPoint[] {
    const cases = this.cases;
    const points = [...this.halts];
    const called = earliest(cases.calledAt, cases.last);
    if (called !== 0) points.push({ kind: 'first-margin-call', at: cases.calledAt[called], account: cases.account[called] });
    const started = earliest(cases.startedAt, cases.last);
    if (started !== 0)
      points.push({ kind: 'first-liquidation', at: cases.startedAt[started], account: cases.account[started], side: cases.side[started] });
    if (this.firstDeleveraging !== undefined) points.push(this.firstDeleveraging);
    // Among trees of the same depth the first in `cascadesOf` is the largest.
    let deepest: ReturnType<typeof cascadesOf>[number] | undefined;
    for (const cascade of cascadesOf(cases)) if (cascade.depth > Math.max(1, deepest?.depth ?? 0)) deepest = cascade;
    if (deepest !== undefined) {
      const { depth, size, duration, notional, startedAt } = deepest;
      points.push({ kind: 'deepest-cascade', at: startedAt, depth, size, duration, notional });
    }
    points.push(...this.fromMinutes());
    if (this.fundStart !== undefined && this.fundLow < this.fundStart) {
      points.push({ kind: 'fund-low', at: this.fundLowAt, fund: this.fundLow, paid: this.fundStart - this.fundLow });
    }
    return points.sort((a, b) => a.at - b.at);
  }

  private fromMinutes(): TurningPoint[] {
    const points: TurningPoint[] = [];
    const minutes = this.minutes();
    const first = minutes.find(({ open }) => open > 0);
    if (first === undefined) return points;
    let low = first;
    let high = first;
    let worst: Minute | undefined;
    for (const minute of minutes) {
      if (minute.liquidatedNotional > (worst?.liquidatedNotional ?? 0)) worst = minute;
      if (minute.open === 0) continue;
      if (minute.low < low.low) low = minute;
      if (minute.high > high.high) high = minute;
    }
    if (worst !== undefined) {
      const move = worst.open === 0 ? 0 : worst.close / worst.open - 1;
      points.push({ kind: 'worst-minute', at: worst.at, liquidations: worst.liquidations, notional: worst.liquidatedNotional, move });
    }
    const fall = 1 - low.low / first.open;
    const rise = high.high / first.open - 1;
    // The side on which the market went further is the story.
    if (fall >= rise && fall > 0) points.push({ kind: 'price-low', at: low.at, mid: low.low, fall });
    else if (rise > 0) points.push({ kind: 'price-high', at: high.at, mid: high.high, rise });
    return points;
  }

  private price(message: Message): void {
    const row = this.row;
    row.index = message.index;
    row.mark = message.price;
    const bid = this.probe.bid(this.first);
    const ask = this.probe.ask(this.first);
    if (bid === 0 || ask === 0) return;
    const mid = bid + ask;
    if (row.open === 0) {
      row.open = mid;
      row.low = mid;
      row.high = mid;
    }
    if (mid < row.low) row.low = mid;
    if (mid > row.high) row.high = mid;
    row.close = mid;
  }

  /** The market is still as the last message before `at` left it. */
  private turn(at: Micros): void {
    Object.assign(this.row, this.state());
    this.rows.push(this.row);
    const { fund, openInterest, depth, index, mark } = this.row;
    let minute = this.row.minute + 1;
    for (; (minute + 1) * MICROS_PER_MINUTE <= at; minute++) this.rows.push({ ...blank(minute, index, mark), fund, openInterest, depth });
    this.row = blank(minute, index, mark);
    this.turnsAt = this.row.at + MICROS_PER_MINUTE;
  }

  private state(): Pick<Minute, 'fund' | 'openInterest' | 'depth'> {
    const probe = this.probe;
    return {
      fund: probe.fundCash() + probe.fundInventoryMarked(),
      openInterest: this.instruments.reduce(
        (sum, listing) => sum + notional(listing, probe.openInterestLots(listing.id), probe.mark(listing.id)),
        0,
      ),
      depth: probe.depthLots(this.first, DEPTH_BP),
    };
  }

  private watchFund(at: Micros): void {
    const fund = this.probe.fundCash() + this.probe.fundInventoryMarked();
    if (this.fundStart === undefined) this.fundStart = this.fundLow = fund;
    if (fund >= this.fundLow) return;
    this.fundLow = fund;
    this.fundLowAt = at;
  }
}

function blank(minute: number, index: Ticks, mark: Ticks): Row {
  return {
    minute,
    at: minute * MICROS_PER_MINUTE,
    open: 0,
    low: 0,
    high: 0,
    close: 0,
    index,
    mark,
    liquidatedNotional: 0,
    deleveragedNotional: 0,
    liquidations: 0,
    longs: 0,
    shorts: 0,
    marginCalls: 0,
    fund: 0,
    openInterest: 0,
    depth: 0,
  };
}

/** The case with the earliest instant in `column` (the smallest id among equals), 0 for none. */
function earliest(column: Float64Array, last: number): number {
  let best = 0;
  for (let id = 1; id <= last; id++) if (column[id] !== NEVER && (best === 0 || column[id] < column[best])) best = id;
  return best;
}
