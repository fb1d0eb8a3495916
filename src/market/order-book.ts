// The book of one instrument: price–time priority in integers, all order types and self-trade prevention in one matching
// loop. It knows nothing of money or margin; what it did is rows in reused buffers, and no object is made while matching.

import { assert } from '../base/assert.ts';
import { BUY, SELL, type AccountId, type Lots, type OrderId, type Side, type Ticks } from '../base/units.ts';
import {
  ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_POST_ONLY, ORDER_REDUCE_ONLY, Reason, STP_CANCEL_BOTH, STP_CANCEL_OLDEST,
} from './order.ts';
import { MAX_ORDER_ID, OrderIndex } from './order-index.ts';
import { PagedRows } from './paged-rows.ts';
import { LEVEL_HEAD, LEVEL_LOTS, LEVEL_TAIL, MAX_PRICE, PriceLevels } from './price-levels.ts';

/** The most lots one order may have. */
export const MAX_ORDER_LOTS: Lots = 0x7fff_ffff;

/** Fills of the last command, in order. The arrays are replaced when they grow: do not keep them across commands. */
export class Executions {
  count = 0;
  maker = new Float64Array(16);
  makerAccount = new Int32Array(16);
  makerTag = new Float64Array(16);
  price = new Int32Array(16);
  lots = new Int32Array(16);
  /** What the maker still has open after the fill; 0: it is done. */
  makerLeft = new Int32Array(16);

  grow(): void {
    const size = 2 * this.count;
    this.maker = widened(this.maker, new Float64Array(size));
    this.makerAccount = widened(this.makerAccount, new Int32Array(size));
    this.makerTag = widened(this.makerTag, new Float64Array(size));
    this.price = widened(this.price, new Int32Array(size));
    this.lots = widened(this.lots, new Int32Array(size));
    this.makerLeft = widened(this.makerLeft, new Int32Array(size));
  }
}

/**
 * Resting orders that the last command took off the book, or cut, without a fill: by `cancel`, `cancelAll`, self-trade
 * prevention or the reduce-only rule. The arrays are replaced when they grow.
 */
export class CanceledOrders {
  count = 0;
  order = new Float64Array(16);
  account = new Int32Array(16);
  tag = new Float64Array(16);
  side = new Int8Array(16);
  price = new Int32Array(16);
  /** What was taken off. */
  lots = new Int32Array(16);
  /** What stays open: more than 0 only where a reduce-only order was cut. */
  left = new Int32Array(16);
  reason = new Int32Array(16);
  /** How many executions of the same command came before. */
  after = new Int32Array(16);

  grow(): void {
    const size = 2 * this.count;
    this.order = widened(this.order, new Float64Array(size));
    this.account = widened(this.account, new Int32Array(size));
    this.tag = widened(this.tag, new Float64Array(size));
    this.side = widened(this.side, new Int8Array(size));
    this.price = widened(this.price, new Int32Array(size));
    this.lots = widened(this.lots, new Int32Array(size));
    this.left = widened(this.left, new Int32Array(size));
    this.reason = widened(this.reason, new Int32Array(size));
    this.after = widened(this.after, new Int32Array(size));
  }
}

function widened<A extends Int8Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** What a walk into the book would meet; made once by the caller and reused. */
export interface Sweep {
  /** Lots found, at most what was asked for. */
  lots: Lots;
  /** Sum of price × lots, in tick-lots. The average price is `notional / lots`. */
  notional: number;
  /** The last price touched, 0 if none: a limit there fills `lots`. */
  worst: Ticks;
}

/** Levels from best to worst; made once by the caller and reused. */
export interface Depth {
  readonly price: Int32Array;
  readonly lots: Float64Array;
}

export interface OrderBookOptions {
  /** Orders to have room for at the start; it grows by doubling. */
  readonly orders?: number;
  /**
   * By how many lots `account` may still sell (or buy) before its position is closed, as of before the running command.
   * Asked only when a resting reduce-only order is about to trade. Without it such orders trade in full.
   */
  readonly reducible?: (account: AccountId, side: Side) => Lots;
}

// One order is 12 words: a row of `orders`, of which the last two words are one float of `tags`.
const ORDER_WORDS = 12;
const ACCOUNT = 0;
const PRICE = 1;
const LOTS = 2;
const FLAGS = 3;
const NEXT = 4;
const PREVIOUS = 5;
const ACCOUNT_NEXT = 6;
const ACCOUNT_PREVIOUS = 7;
const ORDER = 8;
const TAG = 5;

/** In the flags of a resting order: it sells. Above every ORDER_ and STP_ bit. */
const SELLS = 1 << 30;
const SELF_TRADE = STP_CANCEL_OLDEST | STP_CANCEL_BOTH;
/** What of an order's flags still matters when it rests. */
const RESTING_FLAGS = ORDER_POST_ONLY | ORDER_REDUCE_ONLY | SELF_TRADE;

// An account's row: its first and last order here, oldest first, and how many of them are reduce-only.
const FIRST = 0;
const LAST = 1;
const REDUCING = 2;
const ACCOUNT_PAGE_BITS = 6;

const REQUESTED = Reason['requested'];
const NO_LIQUIDITY = Reason['no-liquidity'];
const WOULD_CROSS = Reason['would-cross'];
const WOULD_INCREASE = Reason['would-increase'];
const WOULD_SELF_TRADE = Reason['would-self-trade'];
const UNKNOWN_ORDER = Reason['unknown-order'];
const UNFILLED_REMAINDER = Reason['unfilled-remainder'];

/**
 * Commands are `place`, `amend`, `cancel`, `cancelAll`: each starts with empty `executions` and `canceled`, and leaves in
 * `outcome` a Reason (0: nothing to object) and in `filled` the lots that traded. `trimReduceOnly` follows a command and
 * adds to its rows.
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
  /** Best prices in ticks, 0 when the side is empty. */
  bestBid: Ticks = 0;
  bestAsk: Ticks = 0;
  outcome = 0;
  filled: Lots = 0;
  readonly executions = new Executions();
  readonly canceled = new CanceledOrders();

  private readonly ladder = new PriceLevels();
  private readonly index = new OrderIndex();
  private readonly accounts = new PagedRows(ACCOUNT_PAGE_BITS);
  /** Accounts with orders, by page of `accounts`. */
  private used: Int32Array = new Int32Array(this.accounts.capacity);
  private readonly reducible: ((account: AccountId, side: Side) => Lots) | undefined;

  /** Slot 0 is nobody: 0 ends every list. */
  private orders: Int32Array;
  private tags: Float64Array;
  /** Head of the free slots, linked by NEXT. */
  private free = 0;
  /** Slots from here on were never used. */
  private fresh = 1;

  constructor({ orders = 256, reducible }: OrderBookOptions = {}) {
    this.orders = new Int32Array(ORDER_WORDS * (orders + 1));
    this.tags = new Float64Array(this.orders.buffer);
    this.reducible = reducible;
  }

  /** Orders on the book. */
  get size(): number {
    return this.index.size;
  }

  // Commands

  /**
   * Matches and, if its flags let it, rests. `order` must be new and grow from call to call for good hashing, at most
   * MAX_ORDER_ID; `lots` 1 … MAX_ORDER_LOTS; `price` 1 … MAX_PRICE (ignored for ORDER_MARKET); flags as `areFlagsValid`.
   * `reduceLimit` is the lots by which a reduce-only order may reduce its account's position.
   * Returns the lots that rest. What neither filled nor rests was canceled; `outcome` says why (0 for a reduce-only
   * order that was cut to its limit).
   */
  place(order: OrderId, account: AccountId, side: Side, price: Ticks, lots: Lots, flags: number, tag: number, reduceLimit: Lots = 0): Lots {
    assert(order > 0 && order <= MAX_ORDER_ID, 'order id out of range');
    assert(lots > 0 && lots <= MAX_ORDER_LOTS, 'order lots out of range');
    this.begin();
    let limit = price;
    if (flags !== 0) {
      if ((flags & ORDER_REDUCE_ONLY) !== 0) {
        if (reduceLimit < lots) lots = reduceLimit;
        if (lots <= 0) return this.refuse(WOULD_INCREASE);
      }
      if ((flags & ORDER_MARKET) !== 0) limit = side === BUY ? MAX_PRICE : 1;
      else if ((flags & ORDER_POST_ONLY) !== 0 && this.crosses(side, price)) return this.refuse(WOULD_CROSS);
      else if ((flags & ORDER_FOK) !== 0 && this.takeable(account, side, price, lots, flags) < lots) return this.refuse(this.outcome);
    }
    assert(limit > 0 && limit <= MAX_PRICE, 'order price out of range');

    const left = this.take(account, side, limit, lots, flags);
    this.filled = lots - left;
    if (left === 0 || this.outcome !== 0) return 0;
    if ((flags & (ORDER_MARKET | ORDER_IOC)) !== 0) return this.refuse(left === lots ? NO_LIQUIDITY : UNFILLED_REMAINDER);

    const slot = this.allocate();
    const { orders } = this;
    const row = slot * ORDER_WORDS;
    orders[row + ACCOUNT] = account;
    orders[row + FLAGS] = side === BUY ? flags & RESTING_FLAGS : (flags & RESTING_FLAGS) | SELLS;
    orders[row + ORDER] = order;
    this.tags[slot * (ORDER_WORDS / 2) + TAG] = tag;
    this.index.add(order, slot);
    this.linkToAccount(slot, account);
    this.append(slot, side, price, left);
    return left;
  }

  /**
   * Gives a resting order another price and another number of open lots (what is still to be filled, not what it began
   * with). False if refused, and then nothing changed: `outcome` is unknown-order, would-cross or would-increase.
   * True otherwise; if it traded, `filled` and `executions` tell, and what does not rest (`orderLots` is then 0) was
   * filled, or canceled if `outcome` is would-self-trade. `reduceLimit` matters for reduce-only orders only.
   */
  amend(order: OrderId, price: Ticks, lots: Lots, reduceLimit: Lots = MAX_ORDER_LOTS): boolean {
    assert(price > 0 && price <= MAX_PRICE, 'order price out of range');
    assert(lots > 0 && lots <= MAX_ORDER_LOTS, 'order lots out of range');
    this.begin();
    const slot = this.slot(order);
    if (slot === 0) return this.no(UNKNOWN_ORDER);
    const { orders } = this;
    const row = slot * ORDER_WORDS;
    const flags = orders[row + FLAGS];
    if ((flags & ORDER_REDUCE_ONLY) !== 0) {
      if (reduceLimit < lots) lots = reduceLimit;
      if (lots <= 0) return this.no(WOULD_INCREASE);
    }
    if (price === orders[row + PRICE] && lots <= orders[row + LOTS]) {
      this.cut(slot, orders[row + LOTS] - lots);
      return true;
    }
    const side: Side = (flags & SELLS) === 0 ? BUY : SELL;
    if ((flags & ORDER_POST_ONLY) !== 0 && this.crosses(side, price)) return this.no(WOULD_CROSS);

    this.unlinkFromLevel(slot);
    const left = this.take(orders[row + ACCOUNT], side, price, lots, flags);
    this.filled = lots - left;
    if (left === 0 || this.outcome !== 0) this.release(slot);
    else this.append(slot, side, price, left);
    return true;
  }

  /** Takes the order off the book, as a row of `canceled`; false if it is not there. */
  cancel(order: OrderId): boolean {
    this.begin();
    const slot = this.slot(order);
    if (slot === 0) return this.no(UNKNOWN_ORDER);
    this.remove(slot, REQUESTED);
    return true;
  }

  /** Takes all orders of the account off the book, oldest first, as rows of `canceled`. Returns how many. */
  cancelAll(account: AccountId): number {
    this.begin();
    for (let slot = this.first(account); slot !== 0; slot = this.first(account)) this.remove(slot, REQUESTED);
    return this.canceled.count;
  }

  /**
   * After a position shrank: the account's reduce-only orders on `side` may together have no more than `limit` lots.
   * What is too much is taken from the newest, as rows of `canceled` added to those of the last command.
   * Costs nothing for accounts without such orders. Returns the lots taken off.
   */
  trimReduceOnly(account: AccountId, side: Side, limit: Lots): Lots {
    assert(limit >= 0, 'a limit below 0');
    let excess = this.reduceOnlyLots(account, side) - limit;
    if (excess <= 0) return 0;
    const trimmed = excess;
    const { orders } = this;
    const wanted = ORDER_REDUCE_ONLY | (side === BUY ? 0 : SELLS);
    let slot = this.accounts.words[this.accounts.row(account) + LAST];
    while (excess > 0) {
      const row = slot * ORDER_WORDS;
      const older = orders[row + ACCOUNT_PREVIOUS];
      if ((orders[row + FLAGS] & (ORDER_REDUCE_ONLY | SELLS)) === wanted) {
        const lots = orders[row + LOTS];
        if (lots <= excess) {
          excess -= lots;
          this.remove(slot, WOULD_INCREASE);
        } else {
          this.report(slot, excess, WOULD_INCREASE);
          this.cut(slot, excess);
          excess = 0;
        }
      }
      slot = older;
    }
    return trimmed;
  }

  // Questions about orders

  has(order: OrderId): boolean {
    return this.slot(order) !== 0;
  }

  /** 0 if the order is not on the book; so for the following. */
  orderAccount(order: OrderId): AccountId {
    return this.orders[this.slot(order) * ORDER_WORDS + ACCOUNT];
  }

  orderSide(order: OrderId): Side | 0 {
    const slot = this.slot(order);
    return slot === 0 ? 0 : this.sideOf(slot);
  }

  orderPrice(order: OrderId): Ticks {
    return this.orders[this.slot(order) * ORDER_WORDS + PRICE];
  }

  /** What is still open. */
  orderLots(order: OrderId): Lots {
    return this.orders[this.slot(order) * ORDER_WORDS + LOTS];
  }

  /** Of its flags: post-only, reduce-only and self-trade prevention. */
  orderFlags(order: OrderId): number {
    return this.orders[this.slot(order) * ORDER_WORDS + FLAGS] & RESTING_FLAGS;
  }

  orderTag(order: OrderId): number {
    return this.tags[this.slot(order) * (ORDER_WORDS / 2) + TAG];
  }

  /** Oldest first. The order visited may be canceled by the visitor, others may not. */
  forEachOrderOf(account: AccountId, visit: (order: OrderId) => void): void {
    let slot = this.first(account);
    while (slot !== 0) {
      const next = this.orders[slot * ORDER_WORDS + ACCOUNT_NEXT];
      visit(this.idOf(slot));
      slot = next;
    }
  }

  /** Best price first, at a price the earliest first. The visitor must leave the book as it is. */
  forEachOrder(side: Side, visit: (order: OrderId) => void): void {
    for (let price = this.best(side); price !== 0; price = this.worse(side, price)) {
      let slot = this.ladder.rows[this.ladder.row(price) + LEVEL_HEAD];
      while (slot !== 0) {
        visit(this.idOf(slot));
        slot = this.orders[slot * ORDER_WORDS + NEXT];
      }
    }
  }

  /** Open lots of the account's reduce-only orders on one side. */
  reduceOnlyLots(account: AccountId, side: Side): Lots {
    const { accounts, orders } = this;
    const owner = accounts.row(account);
    let remaining = accounts.words[owner + REDUCING];
    if (remaining === 0) return 0;
    const wanted = ORDER_REDUCE_ONLY | (side === BUY ? 0 : SELLS);
    let sum = 0;
    for (let slot = accounts.words[owner + FIRST]; remaining > 0; slot = orders[slot * ORDER_WORDS + ACCOUNT_NEXT]) {
      const row = slot * ORDER_WORDS;
      const flags = orders[row + FLAGS];
      if ((flags & ORDER_REDUCE_ONLY) === 0) continue;
      remaining -= 1;
      if ((flags & (ORDER_REDUCE_ONLY | SELLS)) === wanted) sum += orders[row + LOTS];
    }
    return sum;
  }

  // Questions about depth

  best(side: Side): Ticks {
    return side === BUY ? this.bestBid : this.bestAsk;
  }

  /** The next price of `side` with orders, away from the other side; 0 if there is none. */
  worse(side: Side, price: Ticks): Ticks {
    return side === BUY ? this.ladder.below(price) : this.ladder.above(price);
  }

  /** Lots that rest on `side` at exactly this price. */
  lotsAt(side: Side, price: Ticks): Lots {
    const best = this.best(side);
    if (best === 0 || (side === BUY ? price > best : price < best)) return 0;
    return this.ladder.lots[(this.ladder.row(price) >> 1) + LEVEL_LOTS];
  }

  /**
   * Up to `count` levels of `side` at `from` or worse (0: from the best), best first, into `out`. Returns how many.
   */
  levels(side: Side, from: Ticks, count: number, out: Depth): number {
    const { ladder } = this;
    let price = this.best(side);
    if (from !== 0 && price !== 0 && (side === BUY ? from < price : from > price)) {
      price = ladder.rows[ladder.row(from) + LEVEL_HEAD] !== 0 ? from : this.worse(side, from);
    }
    let found = 0;
    while (price !== 0 && found < count) {
      out.price[found] = price;
      out.lots[found] = ladder.lots[(ladder.row(price) >> 1) + LEVEL_LOTS];
      found += 1;
      price = this.worse(side, price);
    }
    return found;
  }

  /**
   * Walks the levels that an order of `side` would meet: up to `lots` (MAX_SAFE_INTEGER: all of them), no further than
   * `limit` (0: no limit). Orders are counted as they rest: whose they are, and reduce-only limits, are not looked at.
   * Returns the lots found, and fills `out` if given.
   */
  sweep(side: Side, lots: Lots, limit: Ticks, out?: Sweep): Lots {
    const { ladder } = this;
    let found = 0;
    let notional = 0;
    let worst = 0;
    let price = side === BUY ? this.bestAsk : this.bestBid;
    while (price !== 0 && found < lots && (limit === 0 || (side === BUY ? price <= limit : price >= limit))) {
      const level = ladder.lots[(ladder.row(price) >> 1) + LEVEL_LOTS];
      const taken = level < lots - found ? level : lots - found;
      found += taken;
      notional += taken * price;
      worst = price;
      price = side === BUY ? ladder.above(price) : ladder.below(price);
    }
    if (out !== undefined) {
      out.lots = found;
      out.notional = notional;
      out.worst = worst;
    }
    return found;
  }

  /** Of `lots`, how many an order of `side` with this limit (0: none) would find. */
  fillable(side: Side, lots: Lots, limit: Ticks): Lots {
    return this.sweep(side, lots, limit);
  }

  // State as a whole

  /**
   * Folds what the book holds, however it holds it: bids, then asks, levels from best to worst, orders in time; then
   * 0 after each side.
   */
  digest(into: { fold(value: number): void }): void {
    for (const side of [BUY, SELL] as const) {
      this.forEachOrder(side, (order) => {
        into.fold(order);
        into.fold(this.orderAccount(order));
        into.fold(this.orderPrice(order));
        into.fold(this.orderLots(order));
        into.fold(this.orderFlags(order));
        into.fold(this.orderTag(order));
      });
      into.fold(0);
    }
  }

  /** Recomputes everything that is kept twice. Returns what is wrong, null if nothing is. For tests and invariants. */
  check(): string | null {
    const { ladder, orders, accounts } = this;
    if (this.bestBid !== 0 && this.bestAsk !== 0 && this.bestBid >= this.bestAsk) return `crossed: bid ${this.bestBid}, ask ${this.bestAsk}`;
    const lowest = this.lowestPrice();
    let seen = 0;
    let bid = 0;
    let ask = 0;
    const reducing = new Map<AccountId, number>();
    const owned = new Map<AccountId, number>();
    for (let price = lowest; price !== 0; price = ladder.above(price)) {
      const row = ladder.row(price);
      let sum = 0;
      let previous = 0;
      let side: Side | 0 = 0;
      for (let slot = ladder.rows[row + LEVEL_HEAD]; slot !== 0; slot = orders[slot * ORDER_WORDS + NEXT]) {
        const at = slot * ORDER_WORDS;
        const id = this.idOf(slot);
        if (orders[at + PREVIOUS] !== previous) return `order ${id}: wrong previous order`;
        if (orders[at + PRICE] !== price) return `order ${id}: price ${orders[at + PRICE]} on level ${price}`;
        if (orders[at + LOTS] <= 0) return `order ${id}: ${orders[at + LOTS]} lots`;
        if (this.index.get(id) !== slot) return `order ${id}: not in the index`;
        if (side !== 0 && this.sideOf(slot) !== side) return `level ${price}: two sides`;
        side = this.sideOf(slot);
        const account = orders[at + ACCOUNT];
        owned.set(account, (owned.get(account) ?? 0) + 1);
        reducing.set(account, (reducing.get(account) ?? 0) + ((orders[at + FLAGS] & ORDER_REDUCE_ONLY) !== 0 ? 1 : 0));
        sum += orders[at + LOTS];
        previous = slot;
        seen += 1;
        if (seen > this.index.size) return 'more orders on levels than in the index, or a level in a circle';
      }
      if (side === 0) return `level ${price}: marked but empty`;
      if (ladder.rows[row + LEVEL_TAIL] !== previous) return `level ${price}: wrong last order`;
      if (ladder.lots[(row >> 1) + LEVEL_LOTS] !== sum) return `level ${price}: ${ladder.lots[(row >> 1) + LEVEL_LOTS]} lots, orders have ${sum}`;
      if (side === BUY && ask !== 0) return `bid at ${price} above an ask`;
      if (side === BUY) bid = price;
      else if (ask === 0) ask = price;
    }
    if (bid !== this.bestBid || ask !== this.bestAsk) return `best ${this.bestBid}/${this.bestAsk}, levels say ${bid}/${ask}`;
    if (seen !== this.index.size) return `${this.index.size} orders in the index, ${seen} on levels`;
    for (const [account, count] of owned) {
      let listed = 0;
      let previous = 0;
      for (let slot = this.first(account); slot !== 0; slot = orders[slot * ORDER_WORDS + ACCOUNT_NEXT]) {
        if (orders[slot * ORDER_WORDS + ACCOUNT] !== account) return `account ${account}: a stranger's order in its list`;
        if (orders[slot * ORDER_WORDS + ACCOUNT_PREVIOUS] !== previous) return `account ${account}: wrong previous order`;
        previous = slot;
        listed += 1;
        if (listed > count) return `account ${account}: more orders listed than on levels`;
      }
      if (listed !== count) return `account ${account}: ${listed} orders listed, ${count} on levels`;
      if (accounts.words[accounts.row(account) + LAST] !== previous) return `account ${account}: wrong last order`;
      if (accounts.words[accounts.row(account) + REDUCING] !== reducing.get(account)) return `account ${account}: wrong count of reduce-only orders`;
    }
    let spare = 0;
    for (let slot = this.free; slot !== 0; slot = orders[slot * ORDER_WORDS + NEXT]) spare += 1;
    if (seen + spare !== this.fresh - 1) return `${this.fresh - 1} slots used, ${seen} live and ${spare} free`;
    return null;
  }

  // Matching

  private begin(): void {
    this.executions.count = 0;
    this.canceled.count = 0;
    this.outcome = 0;
    this.filled = 0;
  }

  private refuse(reason: number): 0 {
    this.outcome = reason;
    return 0;
  }

  private no(reason: number): false {
    this.outcome = reason;
    return false;
  }

  private crosses(side: Side, price: Ticks): boolean {
    return side === BUY ? this.bestAsk !== 0 && price >= this.bestAsk : price <= this.bestBid;
  }

  /** Trades against the other side up to `limit`; returns what is left of `lots`. */
  private take(account: AccountId, side: Side, limit: Ticks, lots: Lots, flags: number): Lots {
    const { orders, tags, ladder, executions } = this;
    let left = lots;
    let price = side === BUY ? this.bestAsk : this.bestBid;
    /** A reduce-only order that was already cut to what it may trade. */
    let cleared = 0;
    while (left > 0 && price !== 0 && (side === BUY ? price <= limit : price >= limit)) {
      const level = ladder.row(price);
      const before = left;
      let slot = ladder.rows[level + LEVEL_HEAD];
      let met = 0;
      do {
        const row = slot * ORDER_WORDS;
        const maker = orders[row + ACCOUNT];
        if (maker === account || ((orders[row + FLAGS] & ORDER_REDUCE_ONLY) !== 0 && slot !== cleared)) {
          met = slot;
          break;
        }
        const open = orders[row + LOTS];
        const traded = open < left ? open : left;
        left -= traded;
        const fill = executions.count;
        if (fill === executions.price.length) executions.grow();
        executions.count = fill + 1;
        executions.maker[fill] = orders[row + ORDER] >>> 0;
        executions.makerAccount[fill] = maker;
        executions.makerTag[fill] = tags[slot * (ORDER_WORDS / 2) + TAG];
        executions.price[fill] = price;
        executions.lots[fill] = traded;
        executions.makerLeft[fill] = open - traded;
        if (traded < open) {
          orders[row + LOTS] = open - traded;
          break;
        }
        const next = orders[row + NEXT];
        this.release(slot);
        slot = next;
      } while (slot !== 0 && left > 0);

      if (slot === 0) {
        ladder.close(price);
        price = side === BUY ? ladder.above(price) : ladder.below(price);
      } else {
        orders[slot * ORDER_WORDS + PREVIOUS] = 0;
        ladder.rows[level + LEVEL_HEAD] = slot;
        ladder.lots[(level >> 1) + LEVEL_LOTS] -= before - left;
      }
      if (met !== 0) {
        if (orders[met * ORDER_WORDS + ACCOUNT] === account) {
          if ((flags & SELF_TRADE) !== 0) this.remove(met, WOULD_SELF_TRADE);
          if ((flags & STP_CANCEL_OLDEST) === 0) {
            this.outcome = WOULD_SELF_TRADE;
            return left;
          }
        } else if (this.clear(met)) {
          cleared = met;
        }
        // The level, and with it the best price, may have gone with the order.
        price = side === BUY ? this.bestAsk : this.bestBid;
      } else if (side === BUY) this.bestAsk = price;
      else this.bestBid = price;
    }
    return left;
  }

  /** Cuts a reduce-only order that is about to trade to what its account may still reduce. False if nothing was left of it. */
  private clear(slot: number): boolean {
    const { orders, executions, reducible } = this;
    if (reducible === undefined) return true;
    const row = slot * ORDER_WORDS;
    const account = orders[row + ACCOUNT];
    let room = reducible(account, this.sideOf(slot));
    for (let i = 0; i < executions.count; i++) if (executions.makerAccount[i] === account) room -= executions.lots[i];
    const excess = orders[row + LOTS] - room;
    if (excess <= 0) return true;
    if (room <= 0) {
      this.remove(slot, WOULD_INCREASE);
      return false;
    }
    this.report(slot, excess, WOULD_INCREASE);
    this.cut(slot, excess);
    return true;
  }

  /** What `take` would fill, without doing it; `outcome` is why it is less than `lots`, if it is. */
  private takeable(account: AccountId, side: Side, limit: Ticks, lots: Lots, flags: number): Lots {
    const { orders, ladder, reducible } = this;
    this.outcome = 0;
    let found = 0;
    let price = side === BUY ? this.bestAsk : this.bestBid;
    while (price !== 0 && (side === BUY ? price <= limit : price >= limit)) {
      for (let slot = ladder.rows[ladder.row(price) + LEVEL_HEAD]; slot !== 0; slot = orders[slot * ORDER_WORDS + NEXT]) {
        const row = slot * ORDER_WORDS;
        if (orders[row + ACCOUNT] === account) {
          if ((flags & STP_CANCEL_OLDEST) !== 0) continue;
          this.outcome = WOULD_SELF_TRADE;
          return found;
        }
        let open = orders[row + LOTS];
        if ((orders[row + FLAGS] & ORDER_REDUCE_ONLY) !== 0 && reducible !== undefined) {
          const room = reducible(orders[row + ACCOUNT], this.sideOf(slot)) - this.takenBefore(slot, side);
          if (room < open) open = room > 0 ? room : 0;
        }
        found += open;
        if (found >= lots) return lots;
      }
      price = side === BUY ? ladder.above(price) : ladder.below(price);
    }
    this.outcome = NO_LIQUIDITY;
    return found;
  }

  /** What a taker of `side` fills of the same account's orders before it comes to this one. */
  private takenBefore(target: number, side: Side): Lots {
    const { orders, ladder, reducible } = this;
    const account = orders[target * ORDER_WORDS + ACCOUNT];
    const room = reducible === undefined ? MAX_ORDER_LOTS : reducible(account, this.sideOf(target));
    let taken = 0;
    for (let price = side === BUY ? this.bestAsk : this.bestBid; ; price = side === BUY ? ladder.above(price) : ladder.below(price)) {
      for (let slot = ladder.rows[ladder.row(price) + LEVEL_HEAD]; slot !== 0; slot = orders[slot * ORDER_WORDS + NEXT]) {
        if (slot === target) return taken;
        const row = slot * ORDER_WORDS;
        if (orders[row + ACCOUNT] !== account) continue;
        const open = orders[row + LOTS];
        const capped = (orders[row + FLAGS] & ORDER_REDUCE_ONLY) !== 0 && room - taken < open;
        taken += capped ? Math.max(0, room - taken) : open;
      }
    }
  }

  // Lists

  private slot(order: OrderId): number {
    const slot = this.index.get(order);
    // The index compares 32 bits; a caller's number may have more.
    return slot !== 0 && this.orders[slot * ORDER_WORDS + ORDER] >>> 0 === order ? slot : 0;
  }

  private idOf(slot: number): OrderId {
    return this.orders[slot * ORDER_WORDS + ORDER] >>> 0;
  }

  private sideOf(slot: number): Side {
    return (this.orders[slot * ORDER_WORDS + FLAGS] & SELLS) === 0 ? BUY : SELL;
  }

  private first(account: AccountId): number {
    return this.accounts.words[this.accounts.row(account) + FIRST];
  }

  private lowestPrice(): Ticks {
    let price = this.bestBid !== 0 ? this.bestBid : this.bestAsk;
    for (let lower = price; lower !== 0; lower = this.ladder.below(lower)) price = lower;
    return price;
  }

  private allocate(): number {
    let slot = this.free;
    if (slot !== 0) {
      this.free = this.orders[slot * ORDER_WORDS + NEXT];
      return slot;
    }
    slot = this.fresh;
    this.fresh = slot + 1;
    if ((slot + 1) * ORDER_WORDS > this.orders.length) {
      this.orders = widened(this.orders, new Int32Array(2 * this.orders.length));
      this.tags = new Float64Array(this.orders.buffer);
    }
    return slot;
  }

  /** Puts the order at the end of its price. */
  private append(slot: number, side: Side, price: Ticks, lots: Lots): void {
    const { orders, ladder } = this;
    const row = slot * ORDER_WORDS;
    orders[row + PRICE] = price;
    orders[row + LOTS] = lots;
    orders[row + NEXT] = 0;
    let level = ladder.row(price);
    const last = ladder.rows[level + LEVEL_TAIL];
    orders[row + PREVIOUS] = last;
    if (last === 0) {
      level = ladder.open(price);
      ladder.rows[level + LEVEL_HEAD] = slot;
      if (side === BUY) {
        if (price > this.bestBid) this.bestBid = price;
      } else if (this.bestAsk === 0 || price < this.bestAsk) this.bestAsk = price;
    } else {
      orders[last * ORDER_WORDS + NEXT] = slot;
    }
    ladder.rows[level + LEVEL_TAIL] = slot;
    ladder.lots[(level >> 1) + LEVEL_LOTS] += lots;
  }

  private unlinkFromLevel(slot: number): void {
    const { orders, ladder } = this;
    const row = slot * ORDER_WORDS;
    const price = orders[row + PRICE];
    const next = orders[row + NEXT];
    const previous = orders[row + PREVIOUS];
    if (next === 0 && previous === 0) {
      ladder.close(price);
      if (price === this.bestBid) this.bestBid = ladder.below(price);
      else if (price === this.bestAsk) this.bestAsk = ladder.above(price);
      return;
    }
    const level = ladder.row(price);
    if (next === 0) ladder.rows[level + LEVEL_TAIL] = previous;
    else orders[next * ORDER_WORDS + PREVIOUS] = previous;
    if (previous === 0) ladder.rows[level + LEVEL_HEAD] = next;
    else orders[previous * ORDER_WORDS + NEXT] = next;
    ladder.lots[(level >> 1) + LEVEL_LOTS] -= orders[row + LOTS];
  }

  /** Fewer lots, same place; some must stay. */
  private cut(slot: number, lots: Lots): void {
    const row = slot * ORDER_WORDS;
    this.orders[row + LOTS] -= lots;
    this.ladder.lots[(this.ladder.row(this.orders[row + PRICE]) >> 1) + LEVEL_LOTS] -= lots;
  }

  private remove(slot: number, reason: number): void {
    this.report(slot, this.orders[slot * ORDER_WORDS + LOTS], reason);
    this.unlinkFromLevel(slot);
    this.release(slot);
  }

  private report(slot: number, lots: Lots, reason: number): void {
    const { orders, canceled } = this;
    const row = slot * ORDER_WORDS;
    const at = canceled.count;
    if (at === canceled.price.length) canceled.grow();
    canceled.count = at + 1;
    canceled.order[at] = orders[row + ORDER] >>> 0;
    canceled.account[at] = orders[row + ACCOUNT];
    canceled.tag[at] = this.tags[slot * (ORDER_WORDS / 2) + TAG];
    canceled.side[at] = this.sideOf(slot);
    canceled.price[at] = orders[row + PRICE];
    canceled.lots[at] = lots;
    canceled.left[at] = orders[row + LOTS] - lots;
    canceled.reason[at] = reason;
    canceled.after[at] = this.executions.count;
  }

  private linkToAccount(slot: number, account: AccountId): void {
    const { accounts, orders } = this;
    const page = accounts.open(account);
    const owner = accounts.row(account);
    const { words } = accounts;
    const row = slot * ORDER_WORDS;
    const last = words[owner + LAST];
    orders[row + ACCOUNT_PREVIOUS] = last;
    orders[row + ACCOUNT_NEXT] = 0;
    words[owner + LAST] = slot;
    if (last === 0) {
      words[owner + FIRST] = slot;
      if (page >= this.used.length) this.used = widened(this.used, new Int32Array(accounts.capacity));
      this.used[page] += 1;
    } else {
      orders[last * ORDER_WORDS + ACCOUNT_NEXT] = slot;
    }
    if ((orders[row + FLAGS] & ORDER_REDUCE_ONLY) !== 0) words[owner + REDUCING] += 1;
  }

  /** Frees the slot of an order that is on no level any more. */
  private release(slot: number): void {
    const { orders, accounts } = this;
    const row = slot * ORDER_WORDS;
    this.index.delete(orders[row + ORDER]);
    const next = orders[row + ACCOUNT_NEXT];
    const previous = orders[row + ACCOUNT_PREVIOUS];
    const reducing = (orders[row + FLAGS] & ORDER_REDUCE_ONLY) !== 0;
    if (next !== 0) orders[next * ORDER_WORDS + ACCOUNT_PREVIOUS] = previous;
    if (previous !== 0) orders[previous * ORDER_WORDS + ACCOUNT_NEXT] = next;
    if (next === 0 || previous === 0 || reducing) {
      const account = orders[row + ACCOUNT];
      const { words } = accounts;
      const owner = accounts.row(account);
      if (reducing) words[owner + REDUCING] -= 1;
      if (previous === 0) words[owner + FIRST] = next;
      if (next === 0) {
        words[owner + LAST] = previous;
        if (previous === 0) {
          const page = accounts.page(account);
          this.used[page] -= 1;
          if (this.used[page] === 0) accounts.drop(account);
        }
      }
    }
    orders[row + NEXT] = this.free;
    this.free = slot;
  }
}
