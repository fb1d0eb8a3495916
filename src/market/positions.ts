// Positions as a pool of rows, linked per account in instrument order: an account has rows only for the instruments in
// which it holds something or has orders open. What open orders add up to is a second, smaller pool, since most
// accounts that hold a position have no order on the book.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Lots, Quote, Side } from '../base/units.ts';
import { grown, type Accounts } from './accounts.ts';

export class Positions {
  /** Rows 1 … `used` have been given out at some time; row 0 is none. A free row has account 0. */
  used = 0;
  account: Int32Array;
  instrument: Uint16Array;
  /** Next row of the same account; of a free row, the next free one. */
  next: Int32Array;
  /** Signed. */
  lots: Int32Array;
  /** Σ signed lots × price of what is held, in quote units: for display and ranking, never for money. */
  entry: Float64Array;
  /** The instrument's funding index when funding was last applied. */
  fundingIndex: Float64Array;
  /** Row of the open-order pool, 0 for none: all its columns are 0 there, so reading needs no branch. */
  orders: Int32Array;

  ordersUsed = 0;
  buyLots: Int32Array;
  sellLots: Int32Array;
  /** Σ lots × price of the open buys (sells), in quote units. */
  buyValue: Float64Array;
  sellValue: Float64Array;

  private readonly accounts: Accounts;
  private free = 0;
  private ordersFree = 0;

  constructor(accounts: Accounts, hint = 64) {
    this.accounts = accounts;
    const size = Math.max(2, hint + 1);
    this.account = new Int32Array(size);
    this.instrument = new Uint16Array(size);
    this.next = new Int32Array(size);
    this.lots = new Int32Array(size);
    this.entry = new Float64Array(size);
    this.fundingIndex = new Float64Array(size);
    this.orders = new Int32Array(size);
    this.buyLots = new Int32Array(16);
    this.sellLots = new Int32Array(16);
    this.buyValue = new Float64Array(16);
    this.sellValue = new Float64Array(16);
  }

  /** The row of an account in an instrument, 0 for none. */
  find(account: AccountId, instrument: InstrumentId): number {
    let row = this.accounts.head[account];
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
    for (let row = this.accounts.head[account]; row !== 0; row = this.next[row]) if (this.lots[row] !== 0) count++;
    return count;
  }

  /** Σ entry values of what an account holds. */
  entryOf(account: AccountId): Quote {
    let entry = 0;
    for (let row = this.accounts.head[account]; row !== 0; row = this.next[row]) entry += this.entry[row];
    return entry;
  }

  /** In instrument order, what an account holds (never 0). The visitor must not trade. */
  forEachOf(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void {
    for (let row = this.accounts.head[account]; row !== 0; row = this.next[row]) {
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
    const heads = this.accounts.head;
    let previous = 0;
    let row = heads[account];
    while (row !== 0 && this.instrument[row] < instrument) {
      previous = row;
      row = this.next[row];
    }
    if (row !== 0 && this.instrument[row] === instrument) return row;
    const made = this.allocate();
    this.account[made] = account;
    this.instrument[made] = instrument;
    this.lots[made] = 0;
    this.entry[made] = 0;
    this.fundingIndex[made] = fundingIndex;
    this.orders[made] = 0;
    this.next[made] = row;
    if (previous === 0) heads[account] = made;
    else this.next[previous] = made;
    return made;
  }

  /** Frees a row that holds nothing and has no orders open, unless it is free already. */
  releaseIfEmpty(row: number): void {
    if (this.lots[row] !== 0 || this.orders[row] !== 0) return;
    const account = this.account[row];
    if (account === 0) return;
    const heads = this.accounts.head;
    if (heads[account] === row) heads[account] = this.next[row];
    else {
      let previous = heads[account];
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
      this.buyValue[orders] += value;
    } else {
      this.sellLots[orders] += lots;
      this.sellValue[orders] += value;
    }
    if (this.buyLots[orders] === 0 && this.sellLots[orders] === 0) {
      assert(this.buyValue[orders] === 0 && this.sellValue[orders] === 0, 'open orders of no lots have a value');
      this.orders[row] = 0;
      this.buyLots[orders] = this.ordersFree;
      this.ordersFree = orders;
    }
  }

  /** Rows given out and not free. */
  live(): number {
    let free = 0;
    for (let row = this.free; row !== 0; row = this.next[row]) free++;
    return this.used - free;
  }

  private allocate(): number {
    if (this.free !== 0) {
      const row = this.free;
      this.free = this.next[row];
      return row;
    }
    const row = ++this.used;
    if (row >= this.account.length) {
      const size = Math.ceil(this.account.length * 1.5) + 8;
      this.account = grown(this.account, new Int32Array(size));
      this.instrument = grown(this.instrument, new Uint16Array(size));
      this.next = grown(this.next, new Int32Array(size));
      this.lots = grown(this.lots, new Int32Array(size));
      this.entry = grown(this.entry, new Float64Array(size));
      this.fundingIndex = grown(this.fundingIndex, new Float64Array(size));
      this.orders = grown(this.orders, new Int32Array(size));
    }
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
    const orders = ++this.ordersUsed;
    if (orders >= this.buyLots.length) {
      const size = Math.ceil(this.buyLots.length * 1.5) + 8;
      this.buyLots = grown(this.buyLots, new Int32Array(size));
      this.sellLots = grown(this.sellLots, new Int32Array(size));
      this.buyValue = grown(this.buyValue, new Float64Array(size));
      this.sellValue = grown(this.sellValue, new Float64Array(size));
    }
    return orders;
  }
}
