// Orders that wait for the mark. Those that trigger when it falls to their price and those that trigger when it rises to
// it are two heaps an instrument, so that a mark update costs what triggers and not what waits.

import { type AccountId, type InstrumentId, type Lots, type OrderId, type Side, type Ticks } from '../base/units.ts';
import { ORDER_TAKE_PROFIT } from './order.ts';

interface Stop {
  readonly order: OrderId;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly lots: Lots;
  readonly price: Ticks;
  readonly trigger: Ticks;
  readonly flags: number;
  readonly tag: number;
  /** Its mark has come: it is on its way to the book. */
  reached: boolean;
}

/** Rows of the last `trigger`, by trigger price, then order id. */
interface Triggered {
  readonly order: OrderId[];
  readonly account: AccountId[];
  readonly tag: number[];
}

const NOBODY: Stop = { order: 0, account: 0, instrument: 0, side: 1, lots: 0, price: 0, trigger: 0, flags: 0, tag: 0, reached: false };

export class Stops {
  readonly triggered: Triggered = { order: [], account: [], tag: [] };
  /** What the last `take` removed. */
  taken: Readonly<Stop> = NOBODY;

  readonly #stops = new Map<OrderId, Stop>();
  readonly #ofAccount = new Map<AccountId, Set<OrderId>>();
  /** By instrument: waiting for a fall, the highest trigger first; waiting for a rise, the lowest first. */
  readonly #falls: TriggerHeap[] = [];
  readonly #rises: TriggerHeap[] = [];

  get size(): number {
    return this.#stops.size;
  }

  add(order: OrderId, account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, price: Ticks, trigger: Ticks, flags: number, tag: number): void {
    this.#stops.set(order, { order, account, instrument, side, lots, price, trigger, flags, tag, reached: false });
    let orders = this.#ofAccount.get(account);
    if (orders === undefined) this.#ofAccount.set(account, (orders = new Set()));
    orders.add(order);
    // A sell stop waits for a fall, a buy stop for a rise; taking profit is the other way round.
    const waitsForFall = side < 0 !== ((flags & ORDER_TAKE_PROFIT) !== 0);
    const heaps = waitsForFall ? this.#falls : this.#rises;
    (heaps[instrument] ??= new TriggerHeap(waitsForFall ? -1 : 1)).push(trigger, order);
  }

  has(order: OrderId): boolean {
    return this.#stops.has(order);
  }

  isOf(order: OrderId, account: AccountId): boolean {
    return this.#stops.get(order)?.account === account;
  }

  /** Removes the order; `taken` is what it was. False if it does not wait here. */
  take(order: OrderId): boolean {
    const stop = this.#stops.get(order);
    if (stop === undefined) return false;
    this.taken = stop;
    this.#stops.delete(order);
    const orders = this.#ofAccount.get(stop.account)!;
    orders.delete(order);
    if (orders.size === 0) this.#ofAccount.delete(stop.account);
    return true;
  }

  /** The account's earliest waiting order in the instrument (0: in any); 0 if there is none. */
  firstOf(account: AccountId, instrument: InstrumentId | 0): OrderId {
    for (const order of this.#ofAccount.get(account) ?? []) {
      if (instrument === 0 || this.#stops.get(order)!.instrument === instrument) return order;
    }
    return 0;
  }

  /** Finds what `mark` reaches, each order once, into `triggered`; returns how many. They wait on until they are taken. */
  trigger(instrument: InstrumentId, mark: Ticks): number {
    const reached: Stop[] = [];
    for (const heap of [this.#falls[instrument], this.#rises[instrument]]) {
      while (heap !== undefined && heap.reachedBy(mark)) {
        const stop = this.#stops.get(heap.pop());
        if (stop === undefined || stop.reached) continue;
        stop.reached = true;
        reached.push(stop);
      }
    }
    reached.sort((a, b) => a.trigger - b.trigger || a.order - b.order);
    const { order, account, tag } = this.triggered;
    order.length = account.length = tag.length = reached.length;
    reached.forEach((stop, row) => {
      order[row] = stop.order;
      account[row] = stop.account;
      tag[row] = stop.tag;
    });
    return reached.length;
  }

  /** Folds what waits, in the order of the ids. */
  digest(into: { fold(value: number): void }): void {
    for (const order of [...this.#stops.keys()].sort((a, b) => a - b)) {
      const { account, instrument, side, lots, price, trigger, flags, tag, reached } = this.#stops.get(order)!;
      for (const value of [order, account, instrument, side, lots, price, trigger, flags, tag, reached ? 1 : 0]) into.fold(value);
    }
  }
}

/** A binary heap on trigger × direction; orders that were canceled are skipped when they come up. */
class TriggerHeap {
  readonly #direction: 1 | -1;
  readonly #triggers: Ticks[] = [];
  readonly #orders: OrderId[] = [];

  /** 1: the lowest trigger first, reached from below; −1: the highest first, reached from above. */
  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  reachedBy(mark: Ticks): boolean {
    return this.#triggers.length > 0 && (mark - this.#triggers[0]) * this.#direction >= 0;
  }

  push(trigger: Ticks, order: OrderId): void {
    let at = this.#triggers.push(trigger) - 1;
    this.#orders.push(order);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): OrderId {
    const order = this.#orders[0];
    const last = this.#triggers.length - 1;
    this.#swap(0, last);
    this.#triggers.pop();
    this.#orders.pop();
    let at = 0;
    for (;;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < last && this.#before(child, first)) first = child;
      if (first === at) return order;
      this.#swap(at, first);
      at = first;
    }
  }

  #before(a: number, b: number): boolean {
    return (this.#triggers[a] - this.#triggers[b]) * this.#direction < 0;
  }

  #swap(a: number, b: number): void {
    [this.#triggers[a], this.#triggers[b]] = [this.#triggers[b], this.#triggers[a]];
    [this.#orders[a], this.#orders[b]] = [this.#orders[b], this.#orders[a]];
  }
}
