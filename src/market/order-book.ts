// The book of one instrument: price–time priority in integers, all order types and self-trade prevention in one matching
// loop. It knows nothing of money or margin; what it did is rows that are used again, and no object is made while matching.

import { assert, AssertionFailure } from '../base/assert.ts';
import type { AccountId, Lots, OrderId, Side, Ticks } from '../base/units.ts';
import { levelsOf, ordersOf, sweepOf, type Depth, type Sweep } from './depth.ts';
import * as memory from './arena.ts';
import * as executed from './executions.ts';
import type { Executions } from './executions.ts';
import { BookRows } from './book-rows.ts';
import type { Canceled } from './fills.ts';
import { whyNotFilled, type Reducible } from './fill-or-kill.ts';
import * as words from './order.ts';
import { LEVEL_ROW, MAX_PRICE } from './price-levels.ts';
import { ORDER_ROW, RestingOrders } from './resting-orders.ts';

export type { Depth, Sweep } from './depth.ts';

/** The most lots one order may have. */
export const MAX_ORDER_LOTS: Lots = 0x7fff_ffff;

export interface OrderBookOptions {
  /** Orders to have room for at the start; it grows by doubling. */
  readonly orders?: number;
  /** Asked only when a resting reduce-only order is about to trade. Without it such orders trade in full. */
  readonly reducible?: Reducible;
  /** Where it leaves what a command did: books of one market share it. */
  readonly done?: BookRows;
}

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { NEXT, PREVIOUS, ACCOUNT, LOTS, FLAGS, ORDER, TAG } = ORDER_ROW;
const { LEVEL_LOTS } = LEVEL_ROW;
const { ROWS } = memory;
const { ACCOUNT: PARTY, ORDER: PARTY_ORDER, TAG: PARTY_TAG, LEFT, PRICE, LOTS: EXECUTED } = executed.EXECUTION;
const { ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_POST_ONLY, ORDER_REDUCE_ONLY: REDUCES } = words;
const { isBeyond, Reason, STP_CANCEL_BOTH, STP_CANCEL_OLDEST } = words;
const TAKES_ONLY = ORDER_MARKET | ORDER_IOC;
const SELF_TRADE = STP_CANCEL_OLDEST | STP_CANCEL_BOTH;
// Not by `assert`, which V8 looks up at each call.
const outOfRange = (what: string): never => {
  throw new AssertionFailure(`${what} out of range`);
};

const REQUESTED = Reason['requested'];
const NO_LIQUIDITY = Reason['no-liquidity'];
const WOULD_CROSS = Reason['would-cross'];
const WOULD_INCREASE = Reason['would-increase'];
const WOULD_SELF_TRADE = Reason['would-self-trade'];
const UNKNOWN_ORDER = Reason['unknown-order'];
const NO_MARGIN = Reason['insufficient-margin'];
const UNFILLED_REMAINDER = Reason['unfilled-remainder'];

/**
 * Commands are `place`, `amend`, `cancel`, `cancelAll`: each starts with empty `executions` and `canceled`, and leaves in
 * `outcome` a Reason (0: nothing to object) and in `filled` the lots that traded. `trimReduceOnly` and
 * `trimOpening` follow a command and add to its rows.
 *
 * - **Priority**: better price, then earlier at that price. A trade is at the resting order's price.
 * - **Amend**: fewer lots at the same price keep the place; another price, or more lots, lose it. An amended order that
 *   would cross trades as a taker; a post-only one is refused and stays as it was.
 * - **Self-trade** is prevented by account, as the incoming order's flags say: what is left of it is canceled (no flag),
 *   the resting order is canceled and matching goes on (oldest), or both. Fills made before that stand.
 * - **Fill or kill** looks first, with the same rules, and does nothing at all if it could not fill in full.
 * - **Reduce-only**: the market hands in how much the position can be reduced; the order is cut to that. A resting one
 *   that is about to trade is first cut to what `reducible` still allows, so that it never turns a position around even
 *   when several orders of its account trade within one command.
 */
export class OrderBook {
  outcome = 0;
  filled: Lots = 0;
  readonly executions: Executions;
  readonly canceled: Canceled;
  readonly resting: RestingOrders;
  private readonly reducible: Reducible | undefined;

  constructor({ orders = 256, reducible, done = new BookRows() }: OrderBookOptions = {}) {
    this.executions = done.executions;
    this.canceled = done.canceled;
    this.resting = new RestingOrders(orders);
    this.reducible = reducible;
  }

  /** Best prices in ticks, 0 when the side is empty. */
  get bestBid(): Ticks {
    return this.resting.bestBid;
  }

  get bestAsk(): Ticks {
    return this.resting.bestAsk;
  }

  /** Orders on the book. */
  get size(): number {
    return this.resting.index.size;
  }

  // Commands. The busiest are fields, so that V8 compiles them for one book (docs/performance.md, "Compiled for one").

  /**
   * Matches and, if its flags let it, rests. `order` is 1 … 2 ** 32 − 1 and was never used before; `lots` 1 …
   * MAX_ORDER_LOTS; `price` 1 … MAX_PRICE (ignored for ORDER_MARKET); flags as `areFlagsValid`. `reduceLimit` is the lots
   * by which a reduce-only order may reduce its account's position.
   * Returns the lots that rest. What neither filled nor rests was canceled; `outcome` says why (0 for a reduce-only
   * order that was cut to its limit).
   */
  readonly place = (
    order: OrderId,
    account: AccountId,
    side: Side,
    price: Ticks,
    lots: Lots,
    flags: number,
    tag: number,
    reduceLimit: Lots = 0,
  ): Lots => {
    if (!(order >>> 0 === order && order !== 0 && (lots | 0) === lots && lots > 0)) outOfRange('order id or lots');
    this.begin();
    let limit = price;
    if (flags !== 0) {
      if ((flags & REDUCES) !== 0) {
        if (reduceLimit < lots) lots = reduceLimit;
        if (lots <= 0) return this.refuse(WOULD_INCREASE);
      }
      if ((flags & ORDER_MARKET) !== 0) limit = side > 0 ? MAX_PRICE : 1;
      else if ((flags & ORDER_POST_ONLY) !== 0 && this.crosses(side, price)) return this.refuse(WOULD_CROSS);
      else if ((flags & ORDER_FOK) !== 0) {
        this.outcome = whyNotFilled(this.resting, this.reducible, account, side, price, lots, flags);
        if (this.outcome !== 0) return 0;
      }
    }
    if (!((limit | 0) === limit && limit > 0)) outOfRange('order price');

    let left = lots;
    if (this.crosses(side, limit)) {
      left = this.take(account, side, limit, lots, flags);
      this.filled = lots - left;
      if ((flags & REDUCES) !== 0 && left < lots) this.executions.addReducer(account);
      if (left === 0 || this.outcome !== 0) return 0;
    }
    if ((flags & TAKES_ONLY) !== 0) return this.refuse(left === lots ? NO_LIQUIDITY : UNFILLED_REMAINDER);
    this.resting.add(order, account, side, price, left, flags, tag);
    return left;
  };

  /**
   * The best price that an order of `side` meets within `limit`, if there is enough for all its lots; 0 if it meets none, −1 if
   * it would have to go further.
   */
  readonly meets = (side: Side, limit: Ticks, lots: Lots): number => {
    const { resting } = this;
    const best = resting.facing(side);
    if (best === 0 || isBeyond(side, limit, best)) return 0;
    return resting.lotsAt(best) < lots ? -1 : best;
  };

  /**
   * Gives a resting order another price and another number of open lots (what is still to be filled, not what it began
   * with). False if refused, and then nothing changed: `outcome` is unknown-order, would-cross or would-increase.
   * True otherwise; if it traded, `filled` and `executions` tell, and what does not rest (`orderLots` is then 0) was
   * filled, or canceled if `outcome` is would-self-trade. `reduceLimit` matters for reduce-only orders only.
   */
  amend(order: OrderId, price: Ticks, lots: Lots, reduceLimit: Lots = MAX_ORDER_LOTS): boolean {
    assert((price | 0) === price && price > 0 && (lots | 0) === lots && lots > 0, 'order price or lots out of range');
    this.begin();
    const { resting } = this;
    const row = resting.index.get(order);
    if (row === 0) return !!this.refuse(UNKNOWN_ORDER);
    const flags = resting.flagsOf(row);
    if ((flags & REDUCES) !== 0) {
      if (reduceLimit < lots) lots = reduceLimit;
      if (lots <= 0) return !!this.refuse(WOULD_INCREASE);
    }
    if (price === resting.priceOf(row) && lots <= resting.lotsOf(row)) {
      resting.cut(row, resting.lotsOf(row) - lots);
      return true;
    }
    const side = resting.sideOf(row);
    if ((flags & ORDER_POST_ONLY) !== 0 && this.crosses(side, price)) return !!this.refuse(WOULD_CROSS);

    resting.dequeue(row);
    const account = resting.accountOf(row);
    const left = this.take(account, side, price, lots, flags);
    this.filled = lots - left;
    if ((flags & REDUCES) !== 0 && left < lots) this.executions.addReducer(account);
    if (left === 0 || this.outcome !== 0) {
      resting.index.remove(order, row);
      resting.release(row);
    } else {
      resting.enqueue(row, side, price, left);
    }
    return true;
  }

  /** Takes the order off the book, as a row of `canceled`; false if it is not there, or not of `account` (0: whose it is does not matter). */
  readonly cancel = (order: OrderId, account: AccountId = 0): boolean => {
    this.begin();
    const row = this.resting.index.get(order) & ROWS;
    if (row === 0 || (account !== 0 && this.resting.accountOf(row) !== account)) return !!this.refuse(UNKNOWN_ORDER);
    this.remove(row, REQUESTED);
    return true;
  };

  /** Takes all orders of the account off the book, oldest first, as rows of `canceled`. Returns how many. */
  cancelAll(account: AccountId): number {
    this.begin();
    const { resting } = this;
    for (let row = resting.rings.oldest(account); row !== 0; row = resting.rings.oldest(account)) this.remove(row, REQUESTED);
    return this.canceled.count - this.canceled.taken;
  }

  /**
   * After a position shrank: the account's reduce-only orders on `side` may together have no more than `limit` lots.
   * What is too much is taken from the newest, as rows of `canceled` added to those of the last command. Returns the sum.
   */
  trimReduceOnly(account: AccountId, side: Side, limit: Lots): Lots {
    assert(limit >= 0, 'a limit below 0');
    const trimmed = Math.max(0, this.resting.reducingLots(account, side) - limit);
    this.trim(account, side, trimmed, REDUCES, WOULD_INCREASE);
    return trimmed;
  }

  /** As `trimReduceOnly`: takes `excess` lots, which must be there, from the account's newest other orders on `side`. */
  trimOpening(account: AccountId, side: Side, excess: Lots): void {
    this.trim(account, side, excess, 0, NO_MARGIN);
  }

  private trim(account: AccountId, side: Side, lots: Lots, kind: number, reason: number): void {
    const { resting } = this;
    let excess = lots;
    let row = resting.rings.newest(account);
    while (excess > 0) {
      const older = resting.rings.older(row, account);
      if ((resting.flagsOf(row) & REDUCES) === kind && resting.sideOf(row) === side) excess -= this.curtail(row, excess, reason);
      row = older;
    }
  }

  // Questions about orders: 0 for one that is not on the book

  has(order: OrderId): boolean {
    return this.resting.index.get(order) !== 0;
  }

  orderAccount(order: OrderId): AccountId {
    return this.resting.accountOf(this.resting.index.get(order));
  }

  orderSide(order: OrderId): Side | 0 {
    const row = this.resting.index.get(order);
    return row === 0 ? 0 : this.resting.sideOf(row);
  }

  orderPrice(order: OrderId): Ticks {
    return this.resting.priceOf(this.resting.index.get(order));
  }

  /** What is still open. */
  orderLots(order: OrderId): Lots {
    return this.resting.lotsOf(this.resting.index.get(order));
  }

  /** Those of its flags that matter while it rests: post-only, reduce-only, self-trade prevention. */
  orderFlags(order: OrderId): number {
    return this.resting.flagsOf(this.resting.index.get(order));
  }

  orderTag(order: OrderId): number {
    return this.resting.tagOf(this.resting.index.get(order));
  }

  /** In the order they were placed. The order visited may be canceled by the visitor, others may not. */
  forEachOrderOf(account: AccountId, visit: (order: OrderId) => void): void {
    const { resting } = this;
    let row = resting.rings.oldest(account);
    while (row !== 0) {
      const newer = resting.rings.newer(row, account);
      visit(resting.idOf(row));
      row = newer;
    }
  }

  /** In the order in which they would trade. The visitor must leave the book as it is. */
  forEachOrder(side: Side, visit: (order: OrderId, account: AccountId, price: Ticks, lots: Lots, flags: number) => void): void {
    ordersOf(this.resting, side, visit);
  }

  /** Open lots of the account's reduce-only orders on one side. */
  reduceOnlyLots(account: AccountId, side: Side): Lots {
    return this.resting.reducingLots(account, side);
  }

  // Questions about depth

  best(side: Side): Ticks {
    return this.resting.best(side);
  }

  /** The next price of `side` with orders, away from the other side; 0 if there is none. */
  worse(side: Side, price: Ticks): Ticks {
    return this.resting.worse(side, price);
  }

  /** Lots that rest on `side` at exactly this price. */
  lotsAt(side: Side, price: Ticks): Lots {
    const best = this.resting.best(side);
    return best === 0 || (side > 0 ? price > best : price < best) ? 0 : this.resting.lotsAt(price);
  }

  /** Up to `count` levels of `side` at `from` or worse (0: from the best), best first, into `out`. Returns how many. */
  levels(side: Side, from: Ticks, count: number, out: Depth): number {
    return levelsOf(this.resting, side, from, count, out);
  }

  /**
   * Walks the levels that an order of `side` would meet: up to `lots` (MAX_SAFE_INTEGER: all of them), no further than
   * `limit` (0: no limit). Orders are counted as they rest: whose they are, and reduce-only limits, are not looked at.
   * Returns the lots found, and fills `out` if given.
   */
  sweep(side: Side, lots: Lots, limit: Ticks, out?: Sweep): Lots {
    return sweepOf(this.resting, side, lots, limit, out);
  }

  /** Of `lots`, how many an order of `side` with this limit (0: none) would find. */
  fillable(side: Side, lots: Lots, limit: Ticks): Lots {
    return this.sweep(side, lots, limit);
  }

  /** Recomputes everything that is kept twice. Returns what is wrong, null if nothing is. */
  check(): string | null {
    return this.resting.check();
  }

  // Matching

  private begin(): void {
    this.executions.clear();
    this.canceled.count = this.canceled.taken;
    this.outcome = 0;
    this.filled = 0;
  }

  private refuse(reason: number): 0 {
    this.outcome = reason;
    return 0;
  }

  private crosses(side: Side, price: Ticks): boolean {
    const best = this.resting.facing(side);
    return best !== 0 && !isBeyond(side, price, best);
  }

  /** Trades against the other side up to `limit`; returns what is left of `lots`. */
  private take(account: AccountId, side: Side, limit: Ticks, lots: Lots, flags: number): Lots {
    const { resting, executions } = this;
    const { words, floats } = resting.arena;
    let left = lots;
    let price = resting.facing(side);
    /** A reduce-only order that was already cut to what it may trade. */
    let cleared = 0;
    while (left > 0 && price !== 0 && !isBeyond(side, limit, price)) {
      const level = resting.levels.at(price);
      const before = left;
      let row = words[level + NEXT] & ROWS;
      let met = 0;
      do {
        const maker = words[row + ACCOUNT];
        if (maker === account || ((words[row + FLAGS] & REDUCES) !== 0 && row !== cleared)) {
          met = row;
          break;
        }
        const open = words[row + LOTS];
        const traded = open < left ? open : left;
        const order = words[row + ORDER] >>> 0;
        left -= traded;
        const fill = executions.add() & ROWS;
        const said = executions.words;
        executions.floats[(fill >> 1) + PARTY_TAG + 1] = floats[(row >> 1) + TAG];
        said[fill + PARTY_ORDER + 1] = order;
        said[fill + PARTY + 1] = maker;
        said[fill + PRICE] = price;
        said[fill + EXECUTED] = traded;
        said[fill + LEFT + 1] = open - traded;
        if (traded < open) {
          words[row + LOTS] = open - traded;
          break;
        }
        const next = words[row + NEXT] & ROWS;
        resting.index.remove(order, row);
        resting.release(row);
        row = next;
      } while (row !== level && left > 0);

      words[level + NEXT] = row;
      words[row + PREVIOUS] = level;
      floats[(level >> 1) + LEVEL_LOTS] -= before - left;
      if (row === level) resting.close(price, level);
      if (met !== 0) {
        if (words[met + ACCOUNT] === account) {
          if ((flags & SELF_TRADE) !== 0) this.remove(met, WOULD_SELF_TRADE);
          if ((flags & STP_CANCEL_OLDEST) === 0) {
            this.outcome = WOULD_SELF_TRADE;
            return left;
          }
        } else {
          cleared = met;
          const room = this.roomOf(met);
          if (room > 0) executions.addReducer(words[met + ACCOUNT]);
          const excess = resting.lotsOf(met) - room;
          if (excess > 0) this.curtail(met, excess, WOULD_INCREASE);
        }
      }
      price = resting.facing(side);
    }
    return left;
  }

  /** What a resting reduce-only order may trade at this point of the running command. */
  private roomOf(row: number): Lots {
    const { executions, resting, reducible } = this;
    if (reducible === undefined) return MAX_ORDER_LOTS;
    const account = resting.accountOf(row);
    let room = reducible(account, resting.sideOf(row));
    for (let i = 0; i < executions.count; i++) if (executions.makerAccount(i) === account) room -= executions.lots(i);
    return room;
  }

  /** Takes `lots` off an order, all of it if it has no more. Returns what was taken. */
  private curtail(row: number, lots: Lots, reason: number): Lots {
    const open = this.resting.lotsOf(row);
    if (open <= lots) {
      this.remove(row, reason);
      return open;
    }
    this.resting.report(this.canceled, row, lots, reason);
    this.resting.cut(row, lots);
    return lots;
  }

  private remove(row: number, reason: number): void {
    const { resting } = this;
    resting.report(this.canceled, row, resting.lotsOf(row), reason);
    resting.index.remove(resting.idOf(row), row);
    resting.dequeue(row);
    resting.release(row);
  }
}
