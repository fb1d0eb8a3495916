// Positions as a pool of rows, linked per account in instrument order: an account has rows only for the instruments in
// which it holds something or has orders open. What open orders add up to is a second, smaller pool, since most
// accounts that hold a position have no order on the book.
//
// A row is one stretch of memory, so that an order finds all there is in one or two lines of the cache. It is named by its
// first word, and each column is a view that begins at the column's place in the first row: `lots[row]` is the row's lots. Of
// floats there are half as many: `entry[row >> 1]`.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Lots, Ppm, Quote, Side } from '../base/units.ts';
import type { Accounts } from './accounts.ts';

/** Words from one row to the next: two floats, then six integers. */
export const POSITION_ROW = 10;
/** Of the open-order pool: two floats, then two integers. */
const ORDERS_ROW = 6;

export class Positions {
  /** Rows from POSITION_ROW to this one have been given out at some time; row 0 is none. A free row has account 0. */
  lastRow = 0;
  account!: Int32Array;
  instrument!: Int32Array;
  /** Next row of the same account; of a free row, the next free one. */
  next!: Int32Array;
  /** Signed. */
  lots!: Int32Array;
  /** Row of the open-order pool, 0 for none: all its columns are 0 there, so reading needs no branch. */
  orders!: Int32Array;
  /** The maintenance factor that a grandfathered position keeps; not kept up in other instruments. */
  cap!: Int32Array;
  /** By `row >> 1`: Σ signed lots × price of what is held, in quote units: for display and ranking, never for money. */
  entry!: Float64Array;
  /** By `row >> 1`: the instrument's funding index when funding was last applied. */
  fundingIndex!: Float64Array;

  lastOrders = 0;
  buyLots!: Int32Array;
  sellLots!: Int32Array;
  /** By `orders >> 1`: Σ lots × price of the open buys (sells), in quote units. */
  buyValue!: Float64Array;
  sellValue!: Float64Array;

  private readonly accounts: Accounts;
  private words!: Int32Array;
  private orderWords!: Int32Array;
  private free = 0;
  private ordersFree = 0;

  constructor(accounts: Accounts, hint = 64) {
    this.accounts = accounts;
    this.spread(new Int32Array(POSITION_ROW * Math.max(2, hint + 1)));
    this.spreadOrders(new Int32Array(ORDERS_ROW * 16));
  }

  /** The row of an account in an instrument, 0 for none. */
  find(account: AccountId, instrument: InstrumentId): number {
    let row = this.accounts.head(account);
    while (row !== 0 && this.instrument[row] < instrument) row = this.next[row];
    return row !== 0 && this.instrument[row] === instrument ? row : 0;
  }

  /** What an account holds in an instrument, signed. */
  lotsOf(account: AccountId, instrument: InstrumentId): Lots {
    return this.lots[this.find(account, instrument)];
  }

  /** In how many instruments an account holds something. */
  countOf(account: AccountId): number {
    let count = 0;
    for (let row = this.accounts.head(account); row !== 0; row = this.next[row]) if (this.lots[row] !== 0) count++;
    return count;
  }

  /** Σ entry values of what an account holds. */
  entryOf(account: AccountId): Quote {
    let entry = 0;
    for (let row = this.accounts.head(account); row !== 0; row = this.next[row]) entry += this.entry[row >> 1];
    return entry;
  }

  /** In instrument order, what an account holds (never 0). The visitor must not trade. */
  forEachOf(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void {
    for (let row = this.accounts.head(account); row !== 0; row = this.next[row]) {
      if (this.lots[row] !== 0) visit(this.instrument[row], this.lots[row]);
    }
  }

  /** What an account has open on one side of an instrument. */
  openLotsOf(account: AccountId, instrument: InstrumentId, side: Side): Lots {
    const orders = this.orders[this.find(account, instrument)];
    return side > 0 ? this.buyLots[orders] : this.sellLots[orders];
  }

  /** The row of an account in an instrument, made when there is none; `fundingIndex` is the instrument's of now. */
  ensure(account: AccountId, instrument: InstrumentId, fundingIndex: number): number {
    let previous = 0;
    let row = this.accounts.head(account);
    while (row !== 0 && this.instrument[row] < instrument) {
      previous = row;
      row = this.next[row];
    }
    if (row !== 0 && this.instrument[row] === instrument) return row;
    const made = this.allocate();
    this.account[made] = account;
    this.instrument[made] = instrument;
    this.lots[made] = 0;
    this.entry[made >> 1] = 0;
    this.fundingIndex[made >> 1] = fundingIndex;
    this.orders[made] = 0;
    this.next[made] = row;
    if (previous === 0) this.accounts.setHead(account, made);
    else this.next[previous] = made;
    return made;
  }

  /** Frees a row that holds nothing and has no orders open, unless it is free already. */
  releaseIfEmpty(row: number): void {
    if (this.lots[row] !== 0 || this.orders[row] !== 0) return;
    const account = this.account[row];
    if (account === 0) return;
    const first = this.accounts.head(account);
    if (first === row) this.accounts.setHead(account, this.next[row]);
    else {
      let previous = first;
      while (this.next[previous] !== row) previous = this.next[previous];
      this.next[previous] = this.next[row];
    }
    this.account[row] = 0;
    this.next[row] = this.free;
    this.free = row;
  }

  /** Adds to what the row has open on one side; lots and value may be negative. */
  addOrders(row: number, side: Side, lots: Lots, value: Quote): void {
    let orders = this.orders[row];
    if (orders === 0) {
      orders = this.allocateOrders();
      this.orders[row] = orders;
    }
    if (side > 0) {
      this.buyLots[orders] += lots;
      this.buyValue[orders >> 1] += value;
    } else {
      this.sellLots[orders] += lots;
      this.sellValue[orders >> 1] += value;
    }
    if (this.buyLots[orders] === 0 && this.sellLots[orders] === 0) {
      assert(this.buyValue[orders >> 1] === 0 && this.sellValue[orders >> 1] === 0, 'open orders of no lots have a value');
      this.orders[row] = 0;
      this.buyLots[orders] = this.ordersFree;
      this.ordersFree = orders;
    }
  }

  /** All positions in an instrument keep this maintenance factor from now on. */
  keep(instrument: InstrumentId, cap: Ppm): void {
    for (let row = POSITION_ROW; row <= this.lastRow; row += POSITION_ROW) if (this.instrument[row] === instrument) this.cap[row] = cap;
  }

  /** Rows given out and not free. */
  live(): number {
    let free = 0;
    for (let row = this.free; row !== 0; row = this.next[row]) free++;
    return this.lastRow / POSITION_ROW - free;
  }

  private allocate(): number {
    if (this.free !== 0) {
      const row = this.free;
      this.free = this.next[row];
      return row;
    }
    const row = this.lastRow + POSITION_ROW;
    this.lastRow = row;
    if (row >= this.words.length) this.spread(longer(this.words, POSITION_ROW));
    return row;
  }

  /** A free row of the open-order pool keeps the next free one in `buyLots`; all else in it is 0. */
  private allocateOrders(): number {
    if (this.ordersFree !== 0) {
      const orders = this.ordersFree;
      this.ordersFree = this.buyLots[orders];
      this.buyLots[orders] = 0;
      return orders;
    }
    const orders = this.lastOrders + ORDERS_ROW;
    this.lastOrders = orders;
    if (orders >= this.orderWords.length) this.spreadOrders(longer(this.orderWords, ORDERS_ROW));
    return orders;
  }

  private spread(words: Int32Array): void {
    const { buffer } = words;
    this.words = words;
    this.entry = new Float64Array(buffer);
    this.fundingIndex = new Float64Array(buffer, 8);
    this.account = words.subarray(4);
    this.instrument = words.subarray(5);
    this.next = words.subarray(6);
    this.lots = words.subarray(7);
    this.orders = words.subarray(8);
    this.cap = words.subarray(9);
  }

  private spreadOrders(words: Int32Array): void {
    const { buffer } = words;
    this.orderWords = words;
    this.buyValue = new Float64Array(buffer);
    this.sellValue = new Float64Array(buffer, 8);
    this.buyLots = words.subarray(4);
    this.sellLots = words.subarray(5);
  }
}

/** A copy with room for half as many rows again. */
function longer(words: Int32Array, row: number): Int32Array {
  const to = new Int32Array(row * (Math.ceil((words.length / row) * 1.5) + 8));
  to.set(words);
  return to;
}
