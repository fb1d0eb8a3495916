// The order book as its specification: sorted arrays of plain objects, no index, no reuse. Slow, and obviously right.
// `src/market/order-book.ts` must give the same fills, the same outcome and the same digest for every stream of commands.

import {
  ORDER_FOK,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_POST_ONLY,
  ORDER_REDUCE_ONLY,
  Reason,
  STP_CANCEL_BOTH,
  STP_CANCEL_OLDEST,
} from '../../src/market/order.ts';

export interface ReferenceOrder {
  readonly order: number;
  readonly account: number;
  readonly side: 1 | -1;
  price: number;
  lots: number;
  readonly flags: number;
  readonly tag: number;
}

export interface Fill {
  readonly maker: number;
  readonly makerAccount: number;
  readonly makerTag: number;
  readonly price: number;
  readonly lots: number;
  readonly makerLeft: number;
}

export interface Cancellation {
  readonly order: number;
  readonly account: number;
  readonly tag: number;
  readonly side: 1 | -1;
  readonly price: number;
  readonly lots: number;
  readonly left: number;
  readonly reason: number;
}

type Reducible = (account: number, side: 1 | -1) => number;

const RESTING = ORDER_POST_ONLY | ORDER_REDUCE_ONLY | STP_CANCEL_OLDEST | STP_CANCEL_BOTH;

export class ReferenceBook {
  outcome: number = 0;
  filled = 0;
  fills: Fill[] = [];
  canceled: Cancellation[] = [];
  /** Whose reduce-only orders traded. */
  reducers: number[] = [];
  /** Each in order of priority. */
  private bids: ReferenceOrder[] = [];
  private asks: ReferenceOrder[] = [];
  /** All live orders in the order they were placed. */
  private placed: ReferenceOrder[] = [];
  private readonly reducible: Reducible;

  constructor(reducible: Reducible = () => Infinity) {
    this.reducible = reducible;
  }

  get bestBid(): number {
    return this.bids[0]?.price ?? 0;
  }

  get bestAsk(): number {
    return this.asks[0]?.price ?? 0;
  }

  get size(): number {
    return this.placed.length;
  }

  find(order: number): ReferenceOrder | undefined {
    return this.placed.find((candidate) => candidate.order === order);
  }

  place(order: number, account: number, side: 1 | -1, price: number, lots: number, flags: number, tag: number, reduceLimit = 0): number {
    this.begin();
    if (flags & ORDER_REDUCE_ONLY) lots = Math.min(lots, reduceLimit);
    if (lots <= 0) return this.refuse('would-increase');
    const limit = flags & ORDER_MARKET ? side * Infinity : price;
    if (flags & ORDER_POST_ONLY && this.opposite(side).some((maker) => meets(side, limit, maker))) return this.refuse('would-cross');
    if (flags & ORDER_FOK) {
      const rehearsal = this.copy();
      rehearsal.match(account, side, limit, lots, flags);
      if (rehearsal.filled < lots)
        return this.refuse(rehearsal.outcome === Reason['would-self-trade'] ? 'would-self-trade' : 'no-liquidity');
    }
    const left = this.match(account, side, limit, lots, flags);
    if (flags & ORDER_REDUCE_ONLY && this.filled > 0) this.reducers.push(account);
    if (left === 0 || this.outcome !== 0) return 0;
    if (flags & (ORDER_MARKET | ORDER_IOC)) return this.refuse(this.filled === 0 ? 'no-liquidity' : 'unfilled-remainder');
    const resting = { order, account, side, price, lots: left, flags: flags & RESTING, tag };
    this.placed.push(resting);
    this.queue(resting);
    return left;
  }

  amend(order: number, price: number, lots: number, reduceLimit = Infinity): boolean {
    this.begin();
    const resting = this.find(order);
    if (resting === undefined) return !!this.refuse('unknown-order');
    if (resting.flags & ORDER_REDUCE_ONLY) lots = Math.min(lots, reduceLimit);
    if (lots <= 0) return !!this.refuse('would-increase');
    if (price === resting.price && lots <= resting.lots) {
      resting.lots = lots;
      return true;
    }
    if (resting.flags & ORDER_POST_ONLY && this.opposite(resting.side).some((maker) => meets(resting.side, price, maker))) {
      return !!this.refuse('would-cross');
    }
    this.leaveQueue(resting);
    const left = this.match(resting.account, resting.side, price, lots, resting.flags);
    if (resting.flags & ORDER_REDUCE_ONLY && this.filled > 0) this.reducers.push(resting.account);
    resting.price = price;
    resting.lots = left;
    if (left === 0 || this.outcome !== 0) this.placed = this.placed.filter((other) => other !== resting);
    else this.queue(resting);
    return true;
  }

  cancel(order: number): boolean {
    this.begin();
    const resting = this.find(order);
    if (resting === undefined) return !!this.refuse('unknown-order');
    this.take(resting, resting.lots, 'requested');
    return true;
  }

  cancelAll(account: number): number {
    this.begin();
    for (const resting of this.ordersOf(account)) this.take(resting, resting.lots, 'requested');
    return this.canceled.length;
  }

  trimReduceOnly(account: number, side: 1 | -1, limit: number): number {
    const candidates = this.ordersOf(account).filter((resting) => resting.side === side && resting.flags & ORDER_REDUCE_ONLY);
    let excess = candidates.reduce((sum, resting) => sum + resting.lots, 0) - limit;
    const trimmed = Math.max(0, excess);
    for (const resting of candidates.toReversed()) {
      if (excess <= 0) break;
      const lots = Math.min(excess, resting.lots);
      this.take(resting, lots, 'would-increase');
      excess -= lots;
    }
    return trimmed;
  }

  /** Takes `excess` lots from the account's orders on `side` that are not reduce-only, newest first. */
  trimOpening(account: number, side: 1 | -1, excess: number): void {
    for (const resting of this.ordersOf(account).toReversed()) {
      if (excess <= 0) break;
      if (resting.side !== side || resting.flags & ORDER_REDUCE_ONLY) continue;
      const lots = Math.min(excess, resting.lots);
      this.take(resting, lots, 'insufficient-margin');
      excess -= lots;
    }
  }

  ordersOf(account: number): ReferenceOrder[] {
    return this.placed.filter((resting) => resting.account === account);
  }

  /** In order of priority. */
  orders(side: 1 | -1): readonly ReferenceOrder[] {
    return side === 1 ? this.bids : this.asks;
  }

  digest(into: { fold(value: number): void }): void {
    for (const side of [this.bids, this.asks]) {
      for (const { order, account, price, lots, flags, tag } of side)
        for (const value of [order, account, price, lots, flags, tag]) into.fold(value);
      into.fold(0);
    }
  }

  private begin(): void {
    this.outcome = 0;
    this.filled = 0;
    this.fills = [];
    this.canceled = [];
    this.reducers = [];
  }

  private refuse(reason: Reason): 0 {
    this.outcome = Reason[reason];
    return 0;
  }

  private match(account: number, side: 1 | -1, limit: number, lots: number, flags: number): number {
    let left = lots;
    while (left > 0) {
      const maker = this.opposite(side)[0];
      if (maker === undefined || !meets(side, limit, maker)) break;
      if (maker.account === account) {
        if (flags & (STP_CANCEL_OLDEST | STP_CANCEL_BOTH)) this.take(maker, maker.lots, 'would-self-trade');
        if (flags & STP_CANCEL_OLDEST) continue;
        this.refuse('would-self-trade');
        break;
      }
      if (maker.flags & ORDER_REDUCE_ONLY) {
        const sold = this.fills.filter((fill) => fill.makerAccount === maker.account).reduce((sum, fill) => sum + fill.lots, 0);
        const room = Math.max(0, this.reducible(maker.account, maker.side) - sold);
        if (room < maker.lots) this.take(maker, maker.lots - room, 'would-increase');
        if (room === 0) continue;
      }
      const traded = Math.min(left, maker.lots);
      if (maker.flags & ORDER_REDUCE_ONLY) this.reducers.push(maker.account);
      left -= traded;
      maker.lots -= traded;
      this.fills.push({
        maker: maker.order,
        makerAccount: maker.account,
        makerTag: maker.tag,
        price: maker.price,
        lots: traded,
        makerLeft: maker.lots,
      });
      if (maker.lots === 0) this.drop(maker);
    }
    this.filled = lots - left;
    return left;
  }

  /** Cuts the order by `lots`, and takes it off the book when nothing is left. */
  private take(resting: ReferenceOrder, lots: number, reason: Reason): void {
    resting.lots -= lots;
    const { order, account, tag, side, price, lots: left } = resting;
    this.canceled.push({ order, account, tag, side, price, lots, left, reason: Reason[reason] });
    if (left === 0) this.drop(resting);
  }

  private drop(resting: ReferenceOrder): void {
    this.leaveQueue(resting);
    this.placed = this.placed.filter((other) => other !== resting);
  }

  private queue(resting: ReferenceOrder): void {
    const side = resting.side === 1 ? this.bids : this.asks;
    const behind = side.findIndex((other) => resting.side * other.price < resting.side * resting.price);
    side.splice(behind < 0 ? side.length : behind, 0, resting);
  }

  private leaveQueue(resting: ReferenceOrder): void {
    this.bids = this.bids.filter((other) => other !== resting);
    this.asks = this.asks.filter((other) => other !== resting);
  }

  private opposite(side: 1 | -1): ReferenceOrder[] {
    return side === 1 ? this.asks : this.bids;
  }

  private copy(): ReferenceBook {
    const copy = new ReferenceBook(this.reducible);
    copy.placed = this.placed.map((resting) => ({ ...resting }));
    const twin = (resting: ReferenceOrder) => copy.find(resting.order)!;
    copy.bids = this.bids.map(twin);
    copy.asks = this.asks.map(twin);
    return copy;
  }
}

const meets = (side: 1 | -1, limit: number, maker: ReferenceOrder): boolean => (side === 1 ? maker.price <= limit : maker.price >= limit);
