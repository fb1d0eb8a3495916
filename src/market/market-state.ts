// Everything the market is made of, in one place for those who work on it: the sums after a match (settlement.ts), the way
// of an order (order-entry.ts), money that comes and goes (treasury.ts), and the facade (market.ts).

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, OrderId, Quote, Side, Ticks } from '../base/units.ts';
import { Accounts } from './accounts.ts';
import * as arena from './arena.ts';
import { BookRows } from './book-rows.ts';
import { Collateral, type CollateralSpec } from './collateral.ts';
import { Funding } from './funding.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from './instrument.ts';
import { Ledger } from './ledger.ts';
import { Margin } from './margin.ts';
import { OrderBook } from './order-book.ts';
import { Positions } from './positions.ts';
import { RiskIndex } from './risk-index.ts';
import { columnOf } from './room.ts';
import { Stops } from './stops.ts';

export interface MarketOptions {
  /** `unit`: the value of one quote unit, a decimal string. */
  readonly settlement: { readonly asset: string; readonly unit: string };
  /** Their ids are 1, 2, … in this order. */
  readonly instruments: readonly InstrumentSpec[];
  /** What the insurance fund begins with. */
  readonly fundCash: Quote;
  /** Who is exactly at a level of margin is below it already; true unless said otherwise. */
  readonly inclusive?: boolean;
  /** Assets beside the settlement asset that count as margin; none unless said otherwise. */
  readonly collateral?: readonly CollateralSpec[];
  /** Room to make at the start; more is made when needed. So many accounts are found faster (see positions.ts). */
  readonly accountsHint?: number;
  readonly ordersHint?: number;
}

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { ACCOUNT_IDS } = arena;
const CROWD = 10_000;

/** What an instrument's session allows: nothing but cancels, all, or gathering limit orders. */
export const CLOSED = 0;
export const OPEN = 1;
export const AUCTION = 2;

export class MarketState {
  /** Replaced one by one when rules change; in the order of their ids, which run from 1. */
  readonly instruments: Instrument[];
  readonly inclusive: boolean;
  readonly accounts: Accounts;
  readonly positions: Positions;
  readonly ledger = new Ledger();
  readonly funding: Funding;
  readonly collateral: Collateral;
  readonly margin: Margin;
  readonly riskIndex: RiskIndex;
  readonly stops = new Stops();

  // By instrument; position 0 belongs to none.

  readonly books: readonly OrderBook[];
  readonly index: Float64Array;
  readonly last: Float64Array;
  readonly openInterest: Float64Array;
  /** CLOSED, OPEN or AUCTION. */
  readonly open: Uint8Array;
  /** Orders gathered for a call auction: buys and sells apart. */
  readonly gathered: readonly (readonly [buys: OrderBook, sells: OrderBook])[];

  /** What its books did for the last command. */
  readonly done = new BookRows();

  lastOrder: OrderId = 0;
  /** 1 where there will be so many accounts that caches do not hold them. */
  private readonly crowd: number;
  /** What came of reading ahead, kept so that no compiler leaves it out. */
  ahead = 0;

  constructor({ settlement, instruments, inclusive = true, collateral = [], accountsHint, ordersHint = 256 }: MarketOptions) {
    this.inclusive = inclusive;
    assert(instruments.length > 0 && instruments.length < 65_536, 'a market needs at least one instrument');
    this.instruments = instruments.map((spec, i) => createInstrument(spec, i + 1, settlement.unit));
    // Homes only for accounts that are announced.
    const accountsRoom = accountsHint ?? 64;
    this.accounts = new Accounts(accountsRoom);
    this.crowd = accountsRoom > CROWD ? 1 : 0;
    const openHint = Math.min(accountsRoom, ordersHint);
    this.positions = new Positions(this.accounts, accountsRoom, this.instruments.length, openHint, accountsHint);
    this.funding = new Funding(this.instruments, this.accounts, this.positions, this.ledger);
    this.collateral = new Collateral(collateral);
    this.margin = new Margin(this.instruments, this.accounts, this.positions, this.funding, inclusive, this.collateral);
    this.riskIndex = new RiskIndex({
      source: this.margin,
      instruments: [...this.instruments, ...this.collateral.walled(this.instruments.length)],
      accounts: accountsRoom,
      inclusive,
    });
    const { done } = this;
    this.books = [0, ...this.instruments.map(({ id }) => id)].map(
      (id) => new OrderBook({ orders: id === 0 ? 1 : ordersHint, reducible: (account, side) => this.reducible(account, id, side), done }),
    );
    const size = this.instruments.length + 1;
    const column = columnOf(this.instruments.length);
    this.index = new Float64Array(column);
    this.last = new Float64Array(column);
    this.openInterest = this.margin.openInterest;
    this.open = new Uint8Array(column).fill(OPEN, 1, size);
    this.gathered = Array.from({ length: size }, () => [new OrderBook({ orders: 1, done }), new OrderBook({ orders: 1, done })] as const);
  }

  /** An instrument under other rules. What is open when grandfathering begins keeps what it pays now. */
  replace(changed: Instrument): void {
    const before = this.instruments[changed.id - 1].marginScale;
    if (changed.marginScale.grandfathered && !before.grandfathered) this.positions.keep(changed.id, before.maintenance);
    this.instruments[changed.id - 1] = changed;
    this.margin.terms.set(changed);
  }

  /**
   * Reads what an order of this account will need, each from a place of its own that is known without waiting for another, so that all of
   * it comes from memory at once. A field, so that V8 compiles it for this market (docs/performance.md, "Compiled for one").
   */
  readonly fetch = (account: AccountId, instrument: InstrumentId): void => {
    if (this.crowd !== 0) this.readAhead(account, instrument);
  };

  private readAhead(known: AccountId, instrument: InstrumentId): void {
    const account = known & ACCOUNT_IDS;
    if (account > this.accounts.count || instrument >>> 0 >= this.books.length) return;
    this.ahead = this.positions.fetch(account) ^ this.books[instrument].resting.fetch(account);
  }

  isInstrument(instrument: InstrumentId): boolean {
    return instrument >= 1 && instrument <= this.instruments.length && Number.isInteger(instrument);
  }

  isPrice(instrument: InstrumentId, price: Ticks): boolean {
    const { minPrice, maxPrice } = this.instruments[instrument - 1];
    return Number.isInteger(price) && price >= minPrice && price <= maxPrice;
  }

  /** By how much a position can still be reduced by an order on `side`. */
  private reducible(account: AccountId, instrument: InstrumentId, side: Side): number {
    return Math.max(0, -side * this.positions.lotsOf(account, instrument));
  }
}
