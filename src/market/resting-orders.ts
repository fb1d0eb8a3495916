// The orders that rest on one book: each is in the queue of its price, in the list of its account and in the index of
// ids. Here is how they are held; order-book.ts has the rules by which they trade.

import type { AccountId, Lots, OrderId, Side, Ticks } from '../base/units.ts';
import { AccountRings } from './account-rings.ts';
import * as memory from './arena.ts';
import { Arena } from './arena.ts';
import type { Canceled } from './fills.ts';
import { OrderIndex } from './order-index.ts';
import * as words from './order.ts';
import { ORDER_POST_ONLY, ORDER_REDUCE_ONLY, STP_CANCEL_BOTH, STP_CANCEL_OLDEST } from './order.ts';
import { LEVEL_ROW, PriceLevels } from './price-levels.ts';

/**
 * One order is 12 words. The first two link it into the ring of its price, on which the level itself stands between the
 * last and the first order; the next two into the ring of its account (account-rings.ts).
 */
const NEXT = 0;
const PREVIOUS = 1;
const ACCOUNT = 4;
const PRICE = 5;
const LOTS = 6;
const FLAGS = 7;
const ORDER = 8;
const LEVEL = 9;
/** Words 10 and 11 are one float: `floats[(row >> 1) + TAG]`. */
const TAG = 5;
const ORDER_WORDS = 12;

/** The arena's own words: the first is the index's; the first free row, linked by NEXT; the best bid, and after it the best ask, 0 where a side is empty. */
const FREE = 1;
const BEST = 2;

/** Of an owner's row: how many of the account's orders are reduce-only. */
const REDUCING = 0;

/** In the flags of a resting order: it sells. Above every bit that an order is placed with. */
const SELLS = 1 << 30;
/** What of an order's flags still matters when it rests. */
const RESTING_FLAGS = ORDER_POST_ONLY | ORDER_REDUCE_ONLY | STP_CANCEL_OLDEST | STP_CANCEL_BOTH;

/** The words, for the matching loop. */
export const ORDER_ROW = { NEXT, PREVIOUS, ACCOUNT, PRICE, LOTS, FLAGS, ORDER, TAG, SELLS } as const;

// Named again here because the engine folds a module's own constants into the code, but reads an imported one from its
// module each time: a quarter of a command's time in all.
const { LEVEL_LOTS } = LEVEL_ROW;
const { ROWS } = memory;
const { isBeyond } = words;
const REDUCES = ORDER_REDUCE_ONLY;

/** Orders are named by where their row begins; 0 is no order, and its words are 0. */
export class RestingOrders {
  readonly arena: Arena;
  readonly levels: PriceLevels;
  readonly index: OrderIndex;
  readonly rings: AccountRings;

  constructor(capacity: number) {
    this.arena = new Arena(ORDER_WORDS * (capacity + 1) + 16_384);
    // Nobody's row: what is asked of order 0 is answered from it.
    this.arena.take(ORDER_WORDS);
    this.index = new OrderIndex(this.arena, ORDER, capacity);
    this.levels = new PriceLevels(this.arena);
    this.rings = new AccountRings(this.arena);
  }

  // Changes

  /** A new order joins the end of its price. */
  add(order: OrderId, account: AccountId, side: Side, price: Ticks, lots: Lots, flags: number, tag: number): void {
    const owner = this.rings.open(account) & ROWS;
    const row = this.takeRow() & ROWS;
    const { words } = this.arena;
    const kept = flags & RESTING_FLAGS;
    words[row + ACCOUNT] = account;
    words[row + FLAGS] = kept | (side & SELLS);
    words[row + ORDER] = order;
    this.index.add(order, row);
    this.arena.floats[(row >> 1) + TAG] = tag;
    this.rings.join(row, owner);
    if ((kept & REDUCES) !== 0) words[owner + REDUCING] += 1;
    this.enqueue(row, side, price, lots);
  }

  private takeRow(): number {
    const { words } = this.arena;
    const row = words[FREE] & ROWS;
    if (row === 0) return this.arena.take(ORDER_WORDS) & ROWS;
    words[FREE] = words[row + NEXT];
    return row;
  }

  /** Puts an order that is in no queue at the end of a price. */
  enqueue(row: number, side: Side, price: Ticks, lots: Lots): void {
    const { arena, levels } = this;
    let level = levels.at(price);
    let last = arena.words[level + PREVIOUS] & ROWS;
    if (last === level) {
      level = levels.open(price, level) & ROWS;
      last = level;
      const own = BEST + (side >>> 31);
      const best = arena.words[own];
      if (best === 0 || isBeyond(side, best, price)) arena.words[own] = price;
    }
    const { words } = arena;
    words[row + PRICE] = price;
    words[row + LOTS] = lots;
    words[row + LEVEL] = level;
    words[row + NEXT] = level;
    words[row + PREVIOUS] = last;
    words[last + NEXT] = row;
    words[level + PREVIOUS] = row;
    arena.floats[(level >> 1) + LEVEL_LOTS] += lots;
  }

  /** Takes the order out of the queue of its price. */
  dequeue(row: number): void {
    const { words, floats } = this.arena;
    const next = words[row + NEXT] & ROWS;
    const previous = words[row + PREVIOUS] & ROWS;
    const level = words[row + LEVEL] & ROWS;
    words[previous + NEXT] = next;
    words[next + PREVIOUS] = previous;
    floats[(level >> 1) + LEVEL_LOTS] -= words[row + LOTS];
    if (next === previous) this.close(words[row + PRICE], level);
  }

  /** Frees the row of an order that is in no queue and out of the index. */
  release(row: number): void {
    const { words } = this.arena;
    this.rings.leave(row);
    if ((words[row + FLAGS] & REDUCES) !== 0) words[this.rings.owner(words[row + ACCOUNT]) + REDUCING] -= 1;
    words[row + NEXT] = words[FREE];
    words[FREE] = row;
  }

  /** Takes `lots` off an order that keeps some, and its place. */
  cut(row: number, lots: Lots): void {
    const { words, floats } = this.arena;
    words[row + LOTS] -= lots;
    floats[(words[row + LEVEL] >> 1) + LEVEL_LOTS] -= lots;
  }

  /** A row of what is taken off the order, before it is. */
  report(into: Canceled, row: number, lots: Lots, reason: number): void {
    const { words, floats } = this.arena;
    const left = words[row + LOTS] - lots;
    const tag = floats[(row >> 1) + TAG];
    into.add(0, words[row + ORDER], words[row + ACCOUNT], tag, this.sideOf(row), words[row + PRICE], lots, left, reason);
  }

  /** The level lost its last order. */
  close(price: Ticks, level: number): void {
    const near = this.levels.close(price, level);
    const { words } = this.arena;
    // Nearly always the next price is one of the same 32.
    if (price === words[BEST]) {
      const below = near & ((1 << (price & 31)) - 1);
      words[BEST] = below !== 0 ? (price & ~31) | (31 - Math.clz32(below)) : this.levels.below(price);
    } else if (price === words[BEST + 1]) {
      const above = near & ~((2 << (price & 31)) - 1);
      words[BEST + 1] = above !== 0 ? (price & ~31) | (31 - Math.clz32(above & -above)) : this.levels.above(price);
    }
  }

  // Questions

  /** Reads of an owner's row, and makes anything of it: to have it come from memory while other things do. */
  fetch(account: AccountId): number {
    return this.arena.words[(this.rings.owner(account) & ROWS) + REDUCING];
  }

  /** Of order 0 these are 0. */
  lotsOf(row: number): Lots {
    return this.arena.words[row + LOTS];
  }

  priceOf(row: number): Ticks {
    return this.arena.words[row + PRICE];
  }

  accountOf(row: number): AccountId {
    return this.arena.words[row + ACCOUNT];
  }

  /** Without the side. */
  flagsOf(row: number): number {
    return this.arena.words[row + FLAGS] & RESTING_FLAGS;
  }

  tagOf(row: number): number {
    return this.arena.floats[(row >> 1) + TAG];
  }

  idOf(row: number): OrderId {
    return this.arena.words[row + ORDER] >>> 0;
  }

  /** Not to be asked of order 0. */
  sideOf(row: number): Side {
    return (this.arena.words[row + FLAGS] & SELLS) === 0 ? 1 : -1;
  }

  /** Best prices in ticks, 0 when the side is empty. */
  get bestBid(): Ticks {
    return this.arena.words[BEST];
  }

  get bestAsk(): Ticks {
    return this.arena.words[BEST + 1];
  }

  best(side: Side): Ticks {
    return this.arena.words[BEST + (side >>> 31)];
  }

  /** The best price that an order of `side` would meet. */
  facing(side: Side): Ticks {
    return this.arena.words[BEST + 1 - (side >>> 31)];
  }

  /** The next price of `side`, away from the other side; 0 if there is none. */
  worse(side: Side, price: Ticks): Ticks {
    return side > 0 ? this.levels.below(price) : this.levels.above(price);
  }

  /** Lots at a price, on whichever side it is. */
  lotsAt(price: Ticks): Lots {
    return this.arena.floats[(this.levels.at(price) >> 1) + LEVEL_LOTS];
  }

  /** The first order in the queue of a price, 0 if there is none. */
  first(price: Ticks): number {
    const level = this.levels.at(price);
    const row = this.arena.words[level + NEXT];
    return row === level ? 0 : row;
  }

  /** The order behind in the queue, 0 behind the last. */
  next(row: number): number {
    const next = this.arena.words[row + NEXT];
    return next === this.arena.words[row + LEVEL] ? 0 : next;
  }

  /** Open lots of the account's reduce-only orders on one side. */
  reducingLots(account: AccountId, side: Side): Lots {
    let unseen = this.arena.words[this.rings.owner(account) + REDUCING];
    let sum = 0;
    for (let row = this.rings.oldest(account); unseen > 0; row = this.rings.newer(row, account)) {
      if ((this.flagsOf(row) & REDUCES) === 0) continue;
      unseen -= 1;
      if (this.sideOf(row) === side) sum += this.lotsOf(row);
    }
    return sum;
  }

  /** Recomputes everything that is kept twice. Returns what is wrong, null if nothing is. */
  check(): string | null {
    const lists = new Map<AccountId, { orders: number; reducing: number }>();
    const bids = this.checkSide(1, lists);
    if (typeof bids === 'string') return bids;
    const asks = this.checkSide(-1, lists);
    if (typeof asks === 'string') return asks;
    const { bestBid, bestAsk, levels } = this;
    if (bestBid !== 0 && bestAsk !== 0 && bestBid >= bestAsk) return `crossed: bid ${bestBid}, ask ${bestAsk}`;
    // A level that neither side knows would lie here.
    if (levels.above(bestBid) !== bestAsk) return `a level between bid ${bestBid} and ask ${bestAsk}`;
    if (bestAsk !== 0 && levels.below(bestAsk) !== bestBid) return `a level between bid ${bestBid} and ask ${bestAsk}`;
    if (bids + asks !== this.index.size) return `${this.index.size} orders in the index, ${bids + asks} in queues`;
    for (const [account, { orders, reducing }] of lists) {
      const problem = this.checkAccount(account, orders, reducing);
      if (problem !== null) return problem;
    }
    return null;
  }

  /** The number of orders on a side, or what is wrong with it. */
  private checkSide(side: Side, lists: Map<AccountId, { orders: number; reducing: number }>): number | string {
    const { words } = this.arena;
    let seen = 0;
    for (let price = this.best(side); price !== 0; price = this.worse(side, price)) {
      const level = this.levels.at(price);
      let sum = 0;
      let previous = level;
      for (let row = this.first(price); row !== 0; row = this.next(row)) {
        const id = this.idOf(row);
        if (words[row + PREVIOUS] !== previous) return `order ${id}: wrong neighbour in its queue`;
        if (this.priceOf(row) !== price || words[row + LEVEL] !== level) return `order ${id}: in the queue of ${price}, not its own`;
        if (this.sideOf(row) !== side) return `order ${id}: on the wrong side`;
        if (this.lotsOf(row) <= 0) return `order ${id}: ${this.lotsOf(row)} lots`;
        if (this.index.get(id) !== row) return `order ${id}: not in the index`;
        const list = lists.get(this.accountOf(row)) ?? { orders: 0, reducing: 0 };
        lists.set(this.accountOf(row), list);
        list.orders += 1;
        if ((this.flagsOf(row) & REDUCES) !== 0) list.reducing += 1;
        sum += this.lotsOf(row);
        previous = row;
        seen += 1;
        if (seen > this.index.size) return `level ${price}: a circle, or orders that the index does not know`;
      }
      if (previous === level) return `level ${price}: marked but empty`;
      if (words[level + PREVIOUS] !== previous) return `level ${price}: wrong last order`;
      if (this.lotsAt(price) !== sum) return `level ${price}: ${this.lotsAt(price)} lots, its orders have ${sum}`;
    }
    return seen;
  }

  private checkAccount(account: AccountId, orders: number, reducing: number): string | null {
    let listed = 0;
    let previous = 0;
    for (let row = this.rings.oldest(account); row !== 0; row = this.rings.newer(row, account)) {
      if (this.accountOf(row) !== account) return `account ${account}: a stranger's order in its list`;
      if (this.rings.older(row, account) !== previous) return `account ${account}: wrong neighbour in its list`;
      previous = row;
      listed += 1;
      if (listed > orders) return `account ${account}: more orders listed than in queues`;
    }
    if (listed !== orders) return `account ${account}: ${listed} orders listed, ${orders} in queues`;
    if (this.rings.newest(account) !== previous) return `account ${account}: wrong newest order`;
    return this.arena.words[this.rings.owner(account) + REDUCING] === reducing
      ? null
      : `account ${account}: wrong count of reduce-only orders`;
  }
}
