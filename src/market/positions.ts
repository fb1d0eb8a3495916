// Positions as a pool of rows, linked per account in instrument order: an account has rows only for the instruments in
// which it holds something or has orders open. What open orders add up to is a second, smaller pool, since most
// accounts that hold a position have no order on the book.
//
// The first accounts have a home in both pools, for the first position they open: its row is known from their id. Whoever looks for it
// compares what the account says with that, goes on with the home, and does not wait for the account to come from memory: a
// processor guesses how a comparison ends, but not what will be read.
//
// A row is one stretch of memory, so that an order finds all there is in one or two lines of the cache. It is named by its
// first word, and each column is a view that begins at the column's place in the first row: `lots[row]` is the row's lots. Of
// floats there are half as many: `entry[row >> 1]`.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Lots, Ppm, Quote, Side } from '../base/units.ts';
import type { Accounts } from './accounts.ts';
import * as arena from './arena.ts';
import { columnOf, grown, moreThan } from './room.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { ROWS } = arena;

/** Words from one row to the next: a float, then four integers. */
export const POSITION_ROW = 6;
const NEXT = 2;
const LOTS = 3;
const ORDERS = 4;
const PLACE = 5;
/** Of the open-order pool: two floats, then two integers; of each two, the first is of the buys. As long as a position's: they share names. */
const ORDERS_ROW = POSITION_ROW;
const OPEN_LOTS = 4;
/** The words of a row of positions and of open orders, for those who take more than one of them. */
export const POSITION = { NEXT, LOTS, ORDERS, PLACE, OPEN_LOTS } as const;
/** In place of open orders, of a row that is not in use. */
const FREE = -1;

export class Positions {
  /** Rows from POSITION_ROW to this one have been given out at some time; row 0 is none. */
  lastRow = 0;
  /** Rows up to this one are homes: of account n, `POSITION_ROW × n`, and its open orders there as well. */
  private readonly homes: number;
  /** Next row of the same account, of its last row minus the account; of a free row, the next free one. */
  next!: Int32Array;
  /** Signed. */
  lots!: Int32Array;
  /** Row of the open-order pool, 0 for none: all its columns are 0 there, so reading needs no branch. Negative in a free row. */
  orders!: Int32Array;
  /** By `row >> 1`: Σ signed lots × price of what is held, in quote units: for display and ranking, never for money. */
  entry!: Float64Array;
  /** By instrument: the word of a row that has had all funding applied, as a new one has. */
  private readonly paid: Int32Array;

  lastOrders = 0;
  buyLots!: Int32Array;
  sellLots!: Int32Array;
  /** By `orders >> 1`: Σ lots × price of the open buys (sells), in quote units. */
  buyValue!: Float64Array;
  sellValue!: Float64Array;

  /** All columns of positions are views of these; of open orders, of these and of `buyValue`. */
  words!: Int32Array;
  orderWords!: Int32Array;

  private readonly accounts: Accounts;
  private readonly instrumentBits: number;
  private readonly instrumentMask: number;
  /** By row ÷ POSITION_ROW: the maintenance factor that a grandfathered position keeps. Empty as long as nobody keeps one. */
  private caps: Int32Array = new Int32Array(0);
  private free = 0;
  private ordersFree = 0;

  /** `instruments`: the highest id there will be. `homes`: how many accounts have one, `hint` at most. */
  constructor(accounts: Accounts, hint = 64, instruments = 255, ordersHint = 16, homes = 0) {
    this.accounts = accounts;
    this.homes = POSITION_ROW * homes;
    this.lastRow = this.homes;
    this.lastOrders = this.homes;
    this.instrumentBits = 32 - Math.clz32(instruments);
    this.instrumentMask = (1 << this.instrumentBits) - 1;
    this.paid = Int32Array.from({ length: columnOf(instruments) }, (_, instrument) => instrument & this.instrumentMask);
    this.spread(new Int32Array(POSITION_ROW * Math.max(2, hint + 2)));
    this.spreadOrders(new Int32Array(ORDERS_ROW * (Math.max(ordersHint, homes) + 1)));
    for (let row = POSITION_ROW; row <= this.homes; row += POSITION_ROW) this.orders[row] = FREE;
  }

  instrumentOf(row: number): InstrumentId {
    return this.words[row + PLACE] & this.instrumentMask;
  }

  /** The settlement of funding that a row last had applied, counted by instrument. */
  settlementOf(row: number): number {
    return this.words[row + PLACE] >>> this.instrumentBits;
  }

  setSettlement(row: number, settlement: number): void {
    this.words[row + PLACE] = (settlement << this.instrumentBits) | this.instrumentOf(row);
  }

  /** Whether a row, which is in this instrument, has had all funding applied. */
  isPaid(row: number, instrument: InstrumentId): boolean {
    return this.words[row + PLACE] === this.paid[instrument];
  }

  /** How many settlements of funding there were. */
  settlementsOf(instrument: InstrumentId): number {
    return this.paid[instrument] >>> this.instrumentBits;
  }

  setSettlements(instrument: InstrumentId, settlements: number): void {
    this.paid[instrument] = (settlements << this.instrumentBits) | instrument;
  }

  /** How many settlements of an instrument a row can tell apart. */
  get mostSettlements(): number {
    return (-1 >>> this.instrumentBits) + 1;
  }

  /** Of a row in use. */
  accountOf(row: number): AccountId {
    let at = row;
    while (at > 0) at = this.next[at];
    return -at;
  }

  /** Reads of an account's home, if it has one. */
  fetch(account: AccountId): number {
    const home = POSITION_ROW * account;
    return home > this.homes ? 0 : this.words[home + LOTS] ^ this.orderWords[home + OPEN_LOTS];
  }

  /** Where a row's open orders are. The home is chosen by a comparison: see above. */
  openOf(row: number): number {
    const known = this.words[row + ORDERS];
    return (known === row ? row : known) & ROWS;
  }

  isFree(row: number): boolean {
    return this.orders[row] === FREE;
  }

  /** The maintenance factor that a grandfathered position keeps; not kept up in other instruments. */
  capOf(row: number): Ppm {
    return this.caps.length === 0 ? 0 : this.caps[row / POSITION_ROW];
  }

  setCap(row: number, cap: Ppm): void {
    if (this.caps.length === 0) this.caps = new Int32Array(this.words.length / POSITION_ROW);
    this.caps[row / POSITION_ROW] = cap;
  }

  /** The row of an account in an instrument, 0 for none. */
  find(account: AccountId, instrument: InstrumentId): number {
    const home = POSITION_ROW * account;
    const head = this.accounts.head(account);
    const row = head === home ? home : head;
    return this.instrumentOf(row) === instrument ? row : this.search(row, instrument);
  }

  /** Row 0 is in no instrument. */
  private search(first: number, instrument: InstrumentId): number {
    let row = first;
    while (row > 0 && this.instrumentOf(row) < instrument) row = this.next[row];
    return row > 0 && this.instrumentOf(row) === instrument ? row : 0;
  }

  /** What an account holds in an instrument, signed. */
  lotsOf(account: AccountId, instrument: InstrumentId): Lots {
    return this.lots[this.find(account, instrument)];
  }

  /** In how many instruments an account holds something. */
  countOf(account: AccountId): number {
    let count = 0;
    for (let row = this.accounts.head(account); row > 0; row = this.next[row]) if (this.lots[row] !== 0) count++;
    return count;
  }

  /** Σ entry values of what an account holds. */
  entryOf(account: AccountId): Quote {
    let entry = 0;
    for (let row = this.accounts.head(account); row > 0; row = this.next[row]) entry += this.entry[row >> 1];
    return entry;
  }

  /** In instrument order, what an account holds (never 0). The visitor must not trade. */
  forEachOf(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void {
    for (let row = this.accounts.head(account); row > 0; row = this.next[row]) {
      if (this.lots[row] !== 0) visit(this.instrumentOf(row), this.lots[row]);
    }
  }

  /** What an account has open on one side of an instrument. */
  openLotsOf(account: AccountId, instrument: InstrumentId, side: Side): Lots {
    const orders = this.orders[this.find(account, instrument)];
    return side > 0 ? this.buyLots[orders] : this.sellLots[orders];
  }

  /** The row of an account in an instrument, made when there is none: nothing is held then, and no funding due. */
  ensure(account: AccountId, instrument: InstrumentId): number {
    let previous = 0;
    let row = this.accounts.head(account);
    while (row > 0 && this.instrumentOf(row) < instrument) {
      previous = row;
      row = this.next[row];
    }
    if (row > 0 && this.instrumentOf(row) === instrument) return row;
    const made = this.allocate(account);
    const { words } = this;
    words[made + PLACE] = this.paid[instrument];
    words[made + LOTS] = 0;
    this.entry[made >> 1] = 0;
    words[made + ORDERS] = 0;
    words[made + NEXT] = row === 0 ? -account : row;
    if (previous === 0) this.accounts.setHead(account, made);
    else words[previous + NEXT] = made;
    return made;
  }

  /** Frees a row that holds nothing and has no orders open, unless it is free already. */
  releaseIfEmpty(row: number): void {
    if (this.words[row + LOTS] === 0 && this.words[row + ORDERS] === 0 && row !== 0) this.release(row);
  }

  private release(row: number): void {
    const account = this.accountOf(row);
    const first = this.accounts.head(account);
    if (first === row) this.accounts.setHead(account, Math.max(0, this.next[row]));
    else {
      let previous = first;
      while (this.next[previous] !== row) previous = this.next[previous];
      this.next[previous] = this.next[row];
    }
    this.orders[row] = FREE;
    if (row <= this.homes) return;
    this.next[row] = this.free;
    this.free = row;
  }

  /** Adds to what the row has open on one side; lots and value may be negative. */
  addOrders(row: number, side: Side, lots: Lots, value: Quote): void {
    const known = this.words[row + ORDERS];
    const orders = (known === row ? row : known !== 0 ? known : this.openOrders(row) & ROWS) & ROWS;
    const sell = side >>> 31;
    const { orderWords, buyValue } = this;
    const open = orderWords[orders + OPEN_LOTS + sell] + lots;
    orderWords[orders + OPEN_LOTS + sell] = open;
    buyValue[(orders >> 1) + sell] += value;
    if (open === 0 && orderWords[orders + OPEN_LOTS + 1 - sell] === 0) this.closeOrders(row, orders);
  }

  private openOrders(row: number): number {
    const orders = row <= this.homes ? row : this.allocateOrders();
    this.words[row + ORDERS] = orders;
    return orders;
  }

  private closeOrders(row: number, orders: number): void {
    assert(this.buyValue[orders >> 1] === 0 && this.sellValue[orders >> 1] === 0, 'open orders of no lots have a value');
    this.words[row + ORDERS] = 0;
    if (row <= this.homes) return;
    this.buyLots[orders] = this.ordersFree;
    this.ordersFree = orders;
  }

  /** All positions in an instrument keep this maintenance factor from now on. */
  keep(instrument: InstrumentId, cap: Ppm): void {
    for (let row = POSITION_ROW; row <= this.lastRow; row += POSITION_ROW) if (this.instrumentOf(row) === instrument) this.setCap(row, cap);
  }

  /** Rows given out and not free. */
  live(): number {
    let free = 0;
    for (let row = this.free; row > 0; row = this.next[row]) free++;
    for (let row = POSITION_ROW; row <= this.homes; row += POSITION_ROW) if (this.isFree(row)) free++;
    return this.lastRow / POSITION_ROW - free;
  }

  private allocate(account: AccountId): number {
    const home = POSITION_ROW * account;
    if (home <= this.homes && this.isFree(home)) return home;
    if (this.free !== 0) {
      const row = this.free;
      this.free = this.next[row];
      return row;
    }
    const row = this.lastRow + POSITION_ROW;
    this.lastRow = row;
    if (row >= this.words.length) {
      this.spread(longer(this.words, POSITION_ROW));
      if (this.caps.length > 0) this.caps = grown(this.caps, this.words.length / POSITION_ROW);
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
    const orders = this.lastOrders + ORDERS_ROW;
    this.lastOrders = orders;
    if (orders >= this.orderWords.length) this.spreadOrders(longer(this.orderWords, ORDERS_ROW));
    return orders;
  }

  private spread(words: Int32Array): void {
    assert(words.length <= ROWS, 'positions outgrow the names of their rows');
    const { buffer } = words;
    this.words = words;
    this.entry = new Float64Array(buffer);
    this.next = words.subarray(NEXT);
    this.lots = words.subarray(LOTS);
    this.orders = words.subarray(ORDERS);
  }

  private spreadOrders(words: Int32Array): void {
    const { buffer } = words;
    this.orderWords = words;
    this.buyValue = new Float64Array(buffer);
    this.sellValue = new Float64Array(buffer, 8);
    this.buyLots = words.subarray(OPEN_LOTS);
    this.sellLots = words.subarray(OPEN_LOTS + 1);
  }
}

/** A copy with more rows. */
function longer(words: Int32Array, row: number): Int32Array {
  return grown(words, row * moreThan(words.length / row));
}
