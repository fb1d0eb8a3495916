// One row a liquidation case, in typed columns, filled from the stream: what cascades, metrics and the timeline read.
// Messages to owners may come late and in copies, so everything is timed by when it was sent and counted once a case.

import {
  PPM,
  type AccountId,
  type ActorId,
  type CaseId,
  type InstrumentId,
  type Lots,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import { Type, type Message } from '../messages.ts';
import { notional, unitValue, type Instrument } from '../market/instrument.ts';

/** What only the market knows, as it is before the message that is being read is handled. */
export interface Probe {
  /** 0 when that side of the book is empty. */
  bid(instrument: InstrumentId): Ticks;
  ask(instrument: InstrumentId): Ticks;
  /** 0 before the first publication. */
  mark(instrument: InstrumentId): Ticks;
  index(instrument: InstrumentId): Ticks;
  /** One side of it: the longs. */
  openInterestLots(instrument: InstrumentId): Lots;
  /** Both sides of the book within `bp` basis points of the mid. */
  depthLots(instrument: InstrumentId, bp: number): Lots;
  fundCash(): Quote;
  /** What the fund's positions are worth: its equity less its cash. */
  fundInventoryMarked(): Quote;
  readonly fundAccount: AccountId;
  /** Other accounts of the venue itself: a vault, say. Left out: it has none. */
  isPool?(account: AccountId): boolean;
  /** What these are worth together at mark; undefined when there are none. */
  poolEquity?(): Quote | undefined;
  positionLots(account: AccountId, instrument: InstrumentId): Lots;
  equity(account: AccountId): Quote;
  maintenance(account: AccountId): Quote;
  /** Of a position that nobody need hold: what it is worth at a price (see `valueOf`), and its maintenance margin there. */
  positionValue(instrument: InstrumentId, lots: Lots, price: Ticks): Quote;
  maintenanceOf(instrument: InstrumentId, lots: Lots, price: Ticks): Quote;
}

/** Of an instrument, what readers of the stream need to know. */
export type Listing = Pick<Instrument, 'id' | 'symbol' | 'tick' | 'multiplier' | 'inverse' | 'liquidationFeePpm'>;

/** Indexed by instrument id. */
export function byId(instruments: readonly Listing[]): Listing[] {
  const listings: Listing[] = [];
  for (const listing of instruments) listings[listing.id] = listing;
  return listings;
}

export interface ReaderOptions {
  /** Where one price stands for the market, it is that of the first. */
  readonly instruments: readonly Listing[];
  /** `unit`: the value of one quote unit, a decimal string. */
  readonly settlement: { readonly asset: string; readonly unit: string };
  /** The liquidation engine: of facts that are copied to several actors, the copy to it counts. */
  readonly engine: ActorId;
  readonly probe: Probe;
}

const { MarginCalled, LiquidationStarted, LiquidationOrdersCanceled, LiquidateOnBook, LiquidationFilled, LiquidationClosed } = Type;
const { TakeOver, PositionTakenOver, Deleverage, Deleveraged, DeficitCovered, BadDebtBooked } = Type;
const { AssignPosition, PositionAssigned, LossSocialised } = Type;

/** Not yet, or never. */
export const NEVER = -1;

const FIRST_CAPACITY = 256;

export class Cases {
  /** Cases are numbered from 1; `last` is the greatest id seen. Columns are indexed by id, and rows never seen are NEVER. */
  last: CaseId = 0;
  /** How many were called, and how many reached liquidation. */
  called = 0;
  started = 0;
  account = new Float64Array(FIRST_CAPACITY);
  instrument = new Float64Array(FIRST_CAPACITY);
  /** Of the position closed first: +1 long, −1 short, 0 when nothing was closed. */
  side = new Int8Array(FIRST_CAPACITY);
  parent = new Float64Array(FIRST_CAPACITY);
  depth = new Float64Array(FIRST_CAPACITY);
  calledAt = new Float64Array(FIRST_CAPACITY).fill(NEVER);
  startedAt = new Float64Array(FIRST_CAPACITY).fill(NEVER);
  /** When the first order of the case reached the gateway. */
  firstOrderAt = new Float64Array(FIRST_CAPACITY).fill(NEVER);
  closedAt = new Float64Array(FIRST_CAPACITY).fill(NEVER);
  /** What left the account by force, at the prices paid: on the book, taken over, deleveraged; quote units. */
  notional = new Float64Array(FIRST_CAPACITY);
  /** The same at the mark of the first step, and the least that would have restored maintenance then. */
  executed = new Float64Array(FIRST_CAPACITY);
  minimal = new Float64Array(FIRST_CAPACITY);
  /** Mark of the case's instrument at the first step, ticks. */
  firstMark = new Float64Array(FIRST_CAPACITY);
  /** 1: equity at the mark was negative while the exchange was closing, or a deficit was left at the end. */
  bankrupt = new Uint8Array(FIRST_CAPACITY);

  private readonly instruments: readonly Listing[];
  private readonly listings: readonly Listing[];
  private readonly engine: ActorId;
  private readonly probe: Probe;

  constructor({ instruments, engine, probe }: ReaderOptions) {
    this.instruments = instruments;
    this.listings = byId(instruments);
    this.engine = engine;
    this.probe = probe;
  }

  read(message: Message): void {
    const { type } = message;
    // Most of the stream is none of its business; nor is what the fund sells on, though it may name the case it got it from.
    if (type < MarginCalled || (type > LiquidationClosed && type < AssignPosition) || isVenues(this.probe, message.account)) return;
    switch (type) {
      case MarginCalled: {
        const id = this.row(message);
        if (this.calledAt[id] !== NEVER) return;
        this.calledAt[id] = message.sentAt;
        this.called++;
        return;
      }
      case LiquidationStarted: {
        const id = this.row(message);
        if (this.startedAt[id] !== NEVER) return;
        this.startedAt[id] = message.sentAt;
        this.started++;
        if (this.firstMark[id] === 0) this.instrument[id] = message.instrument;
        this.parent[id] = message.parent;
        this.depth[id] = message.depth;
        if (message.amount < 0) this.bankrupt[id] = 1;
        return;
      }
      case LiquidationOrdersCanceled: {
        const id = this.row(message);
        if (message.amount < 0) this.bankrupt[id] = 1;
        return;
      }
      case LiquidateOnBook:
        this.firstStep(message, message.side < 0 ? 1 : -1);
        return;
      case TakeOver:
      case AssignPosition:
      case Deleverage:
        this.firstStep(message, message.lots > 0 ? 1 : -1);
        return;
      case LiquidationFilled:
      case PositionTakenOver:
      case PositionAssigned:
      case Deleveraged:
        this.closed(message);
        return;
      case DeficitCovered:
      case LossSocialised:
      case BadDebtBooked: {
        if (message.case === 0 || message.amount <= 0) return;
        this.bankrupt[this.row(message)] = 1;
        return;
      }
      case LiquidationClosed: {
        const id = this.row(message);
        if (this.closedAt[id] === NEVER) this.closedAt[id] = message.sentAt;
        return;
      }
    }
  }

  /**
   * The instant before anything is closed: the least notional that brings equity back to maintenance is
   * (MM − E) ÷ (m − f) for margin rate m and fee rate f (linear, no impact), all of it when the fee cannot be paid or
   * m ≤ f. `m` is the account's average rate; with tiers the marginal rate is higher, so this is on the safe side.
   */
  private firstStep(message: Message, side: Side): void {
    if (message.case === 0) return;
    const id = this.row(message);
    if (message.type === LiquidateOnBook && this.firstOrderAt[id] === NEVER) this.firstOrderAt[id] = message.at;
    if (this.firstMark[id] !== 0) return;
    const probe = this.probe;
    const account = message.account;
    const mark = probe.mark(message.instrument);
    this.instrument[id] = message.instrument;
    this.side[id] = side;
    this.firstMark[id] = mark;
    let value = 0;
    let fee = 0;
    for (const listing of this.instruments) {
      const lots = probe.positionLots(account, listing.id);
      if (lots !== 0) value += notional(listing, lots, probe.mark(listing.id));
      if (listing.id === message.instrument) fee = listing.liquidationFeePpm / PPM;
    }
    const equity = probe.equity(account);
    const maintenance = probe.maintenance(account);
    if (equity < 0) this.bankrupt[id] = 1;
    const shortfall = maintenance - equity;
    let minimal = value;
    if (shortfall <= 0) minimal = 0;
    else if (equity >= fee * value && maintenance > fee * value) {
      const lot = unitValue(this.listings[message.instrument], mark);
      minimal = Math.min(value, Math.ceil((shortfall * value) / (maintenance - fee * value) / lot) * lot);
    }
    this.minimal[id] = minimal;
  }

  private closed(message: Message): void {
    if (message.to !== this.engine || message.case === 0) return;
    const id = this.row(message);
    this.notional[id] += forcedNotional(message, this.listings);
    const mark = message.instrument === this.instrument[id] ? this.firstMark[id] : this.probe.mark(message.instrument);
    this.executed[id] += notional(this.listings[message.instrument], message.lots, mark);
  }

  private row(message: Message): CaseId {
    const id = message.case;
    if (id > this.last) {
      this.last = id;
      if (id >= this.account.length) this.grow(id + 1);
    }
    this.account[id] = message.account;
    return id;
  }

  private grow(needed: number): void {
    let capacity = this.account.length;
    while (capacity < needed) capacity *= 2;
    const wider = (column: Float64Array, blank: number) => {
      const copy = new Float64Array(capacity);
      if (blank !== 0) copy.fill(blank, column.length);
      copy.set(column);
      return copy;
    };
    this.account = wider(this.account, 0);
    this.instrument = wider(this.instrument, 0);
    this.parent = wider(this.parent, 0);
    this.depth = wider(this.depth, 0);
    this.calledAt = wider(this.calledAt, NEVER);
    this.startedAt = wider(this.startedAt, NEVER);
    this.firstOrderAt = wider(this.firstOrderAt, NEVER);
    this.closedAt = wider(this.closedAt, NEVER);
    this.notional = wider(this.notional, 0);
    this.executed = wider(this.executed, 0);
    this.minimal = wider(this.minimal, 0);
    this.firstMark = wider(this.firstMark, 0);
    const side = new Int8Array(capacity);
    side.set(this.side);
    this.side = side;
    const bankrupt = new Uint8Array(capacity);
    bankrupt.set(this.bankrupt);
    this.bankrupt = bankrupt;
  }
}

/** The fund's account, or another of the venue's own: what it trades is no liquidation. */
export function isVenues(probe: Pick<Probe, 'fundAccount' | 'isPool'>, account: AccountId): boolean {
  return account === probe.fundAccount || probe.isPool?.(account) === true;
}

/** What a LiquidationFilled, PositionTakenOver, PositionAssigned or Deleveraged closed, in quote units at the price paid. */
export function forcedNotional(message: Message, listings: readonly Listing[]): Quote {
  if (message.type === LiquidationFilled) return message.amount;
  return notional(listings[message.instrument], message.lots, message.price);
}
