// Orders that wait for the mark. Those that trigger when it falls to their price and those that trigger when it rises to
// it are two heaps an instrument, so that a mark update costs what triggers and not what waits.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Lots, OrderId, Side, Ticks } from '../base/units.ts';
import { AccountRings } from './account-rings.ts';
import { Arena } from './arena.ts';
import { OrderIndex } from './order-index.ts';
import { ORDER_TAKE_PROFIT } from './order.ts';

/**
 * One stop is 16 words: NEXT and PREVIOUS link it into the ring of all stops in the order they came, the next two into
 * the ring of its account (account-rings.ts).
 */
const NEXT = 0;
const PREVIOUS = 1;
const ACCOUNT = 4;
const PRICE = 5;
const LOTS = 6;
const FLAGS = 7;
const ORDER = 8;
const INSTRUMENT = 9;
/** Words 10 and 11 are one float: `floats[(row >> 1) + TAG]`. */
const TAG = 5;
const TRIGGER = 12;
const SIDE = 13;
/** Where it stands in its heap; REACHED: its mark has come, and it is on its way to the book. */
const PLACE = 14;
const STOP_WORDS = 16;
const REACHED = -1;

/** What a stop was when it was taken. The same object every time. */
export interface TakenStop {
  order: OrderId;
  account: AccountId;
  instrument: InstrumentId;
  side: Side;
  lots: Lots;
  price: Ticks;
  trigger: Ticks;
  flags: number;
  tag: number;
}

/** Rows of the last `trigger`. The columns are replaced when they grow. */
class TriggeredStops {
  count = 0;
  order = new Float64Array(16);
  account = new Int32Array(16);
  tag = new Float64Array(16);

  add(order: OrderId, account: AccountId, tag: number): void {
    const row = this.count;
    if (row === this.order.length) this.grow();
    this.count = row + 1;
    this.order[row] = order;
    this.account[row] = account;
    this.tag[row] = tag;
  }

  private grow(): void {
    const { order, account, tag } = this;
    this.order = new Float64Array(2 * this.count);
    this.account = new Int32Array(2 * this.count);
    this.tag = new Float64Array(2 * this.count);
    this.order.set(order);
    this.account.set(account);
    this.tag.set(tag);
  }
}

export class Stops {
  readonly triggered = new TriggeredStops();
  /** What the last `take` removed. */
  readonly taken: TakenStop = { order: 0, account: 0, instrument: 0, side: 1, lots: 0, price: 0, trigger: 0, flags: 0, tag: 0 };
  private readonly arena = new Arena(4_096);
  private readonly rings = new AccountRings(this.arena);
  private readonly index = new OrderIndex(this.arena, ORDER);
  /** Where the ring of all stops begins and ends. */
  private readonly all = this.arena.take(STOP_WORDS);
  /** Free rows, linked by NEXT. */
  private free = 0;
  /** By instrument. */
  private readonly falls: TriggerHeap[] = [];
  private readonly rises: TriggerHeap[] = [];

  constructor() {
    this.arena.words[this.all + NEXT] = this.all;
    this.arena.words[this.all + PREVIOUS] = this.all;
  }

  get size(): number {
    return this.index.size;
  }

  /**
   * A sell stop waits for a fall to `trigger`, a buy stop for a rise; taking profit is the other way round. A mark that
   * is there already triggers it when it is published next.
   */
  add(
    order: OrderId,
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    price: Ticks,
    trigger: Ticks,
    flags: number,
    tag: number,
  ): void {
    const owner = this.rings.open(account);
    const row = this.free !== 0 ? this.free : this.arena.take(STOP_WORDS);
    const { words, floats } = this.arena;
    if (row === this.free) this.free = words[row + NEXT];
    words[row + ACCOUNT] = account;
    words[row + INSTRUMENT] = instrument;
    words[row + SIDE] = side;
    words[row + LOTS] = lots;
    words[row + PRICE] = price;
    words[row + TRIGGER] = trigger;
    words[row + FLAGS] = flags;
    words[row + ORDER] = order;
    floats[(row >> 1) + TAG] = tag;
    const last = words[this.all + PREVIOUS];
    assert(last === this.all || words[last + ORDER] >>> 0 < order, 'a stop with an id that is not the newest');
    words[row + PREVIOUS] = last;
    words[row + NEXT] = this.all;
    words[last + NEXT] = row;
    words[this.all + PREVIOUS] = row;
    this.rings.join(row, owner);
    this.index.add(order, row);
    this.heapOf(row).add(row);
  }

  has(order: OrderId): boolean {
    return this.index.get(order) !== 0;
  }

  isOf(order: OrderId, account: AccountId, instrument: InstrumentId): boolean {
    const row = this.index.get(order);
    return row !== 0 && this.arena.words[row + ACCOUNT] === account && this.arena.words[row + INSTRUMENT] === instrument;
  }

  /** Removes the order; `taken` is what it was. False if it does not wait here. */
  take(order: OrderId): boolean {
    const row = this.index.delete(order);
    if (row === 0) return false;
    const { words, floats } = this.arena;
    const { taken } = this;
    taken.order = order;
    taken.account = words[row + ACCOUNT];
    taken.instrument = words[row + INSTRUMENT];
    taken.side = words[row + SIDE] as Side;
    taken.lots = words[row + LOTS];
    taken.price = words[row + PRICE];
    taken.trigger = words[row + TRIGGER];
    taken.flags = words[row + FLAGS];
    taken.tag = floats[(row >> 1) + TAG];
    if (words[row + PLACE] !== REACHED) this.heapOf(row).removeAt(words[row + PLACE]);
    this.rings.leave(row);
    words[words[row + PREVIOUS] + NEXT] = words[row + NEXT];
    words[words[row + NEXT] + PREVIOUS] = words[row + PREVIOUS];
    words[row + NEXT] = this.free;
    this.free = row;
    return true;
  }

  /** The account's earliest waiting order in the instrument (0: in any); 0 if there is none. */
  firstOf(account: AccountId, instrument: InstrumentId | 0): OrderId {
    const { words } = this.arena;
    for (let row = this.rings.oldest(account); row !== 0; row = this.rings.newer(row, account)) {
      if (instrument === 0 || words[row + INSTRUMENT] === instrument) return words[row + ORDER] >>> 0;
    }
    return 0;
  }

  /**
   * Finds what `mark` reaches, each order once, into `triggered`; returns how many. In the order in which a mark on its
   * way would have come by: of falls the highest trigger first, of rises the lowest, at the same trigger the earlier
   * order. They wait on until they are taken.
   */
  trigger(instrument: InstrumentId, mark: Ticks): number {
    const { triggered } = this;
    const { words, floats } = this.arena;
    triggered.count = 0;
    for (const heap of [this.falls[instrument], this.rises[instrument]]) {
      if (heap === undefined) continue;
      for (let row = heap.reachedBy(mark); row !== 0; row = heap.reachedBy(mark)) {
        heap.removeAt(0);
        words[row + PLACE] = REACHED;
        triggered.add(words[row + ORDER] >>> 0, words[row + ACCOUNT], floats[(row >> 1) + TAG]);
      }
    }
    return triggered.count;
  }

  /** Folds what waits, in the order of the ids. */
  digest(into: { fold(value: number): void }): void {
    const { words, floats } = this.arena;
    for (let row = words[this.all + NEXT]; row !== this.all; row = words[row + NEXT]) {
      into.fold(words[row + ORDER] >>> 0);
      for (const word of [ACCOUNT, INSTRUMENT, SIDE, LOTS, PRICE, TRIGGER, FLAGS]) into.fold(words[row + word]);
      into.fold(floats[(row >> 1) + TAG]);
      into.fold(words[row + PLACE] === REACHED ? 1 : 0);
    }
  }

  /** Recomputes what is kept twice. Returns what is wrong, null if nothing is. */
  check(): string | null {
    const { words } = this.arena;
    let waiting = 0;
    let reached = 0;
    for (let row = words[this.all + NEXT]; row !== this.all; row = words[row + NEXT]) {
      const order = words[row + ORDER] >>> 0;
      if (this.index.get(order) !== row) return `stop ${order}: not in the index`;
      if (words[row + PLACE] === REACHED) reached += 1;
      else if (this.heapOf(row).at(words[row + PLACE]) !== row) return `stop ${order}: not in its place`;
      waiting += 1;
    }
    if (waiting !== this.size) return `${this.size} stops in the index, ${waiting} on the ring`;
    let inHeaps = 0;
    for (const heap of [...this.falls, ...this.rises]) {
      if (heap === undefined) continue;
      const problem = heap.check();
      if (problem !== null) return problem;
      inHeaps += heap.size;
    }
    return inHeaps + reached === waiting ? null : `${waiting} stops, ${inHeaps} in heaps and ${reached} reached`;
  }

  private heapOf(row: number): TriggerHeap {
    const { words } = this.arena;
    const falls = words[row + SIDE] < 0 !== ((words[row + FLAGS] & ORDER_TAKE_PROFIT) !== 0);
    const heaps = falls ? this.falls : this.rises;
    return (heaps[words[row + INSTRUMENT]] ??= new TriggerHeap(this.arena, falls ? -1 : 1));
  }
}

/** A binary heap of rows; each knows its place, so that a canceled one leaves at once. */
export class TriggerHeap {
  size = 0;
  private rows: Int32Array = new Int32Array(16);
  private readonly arena: Arena;
  /** 1: the lowest trigger first, reached from below; −1: the highest first, reached from above. */
  private readonly direction: 1 | -1;

  constructor(arena: Arena, direction: 1 | -1) {
    this.arena = arena;
    this.direction = direction;
  }

  at(place: number): number {
    return place < this.size ? this.rows[place] : 0;
  }

  /** The first row if the mark has come to its trigger, otherwise 0. */
  reachedBy(mark: Ticks): number {
    if (this.size === 0) return 0;
    const row = this.rows[0];
    return (mark - this.arena.words[row + TRIGGER]) * this.direction >= 0 ? row : 0;
  }

  add(row: number): void {
    if (this.size === this.rows.length) {
      const rows = new Int32Array(2 * this.size);
      rows.set(this.rows);
      this.rows = rows;
    }
    this.size += 1;
    this.rise(row, this.size - 1);
  }

  removeAt(place: number): void {
    this.size -= 1;
    if (place === this.size) return;
    const row = this.rows[this.size];
    // The last row fills the gap: from there it belongs further up or further down.
    const parent = (place - 1) >> 1;
    if (place > 0 && this.isBefore(row, this.rows[parent])) this.rise(row, place);
    else this.sink(row, place);
  }

  check(): string | null {
    for (let place = 1; place < this.size; place++) {
      if (this.isBefore(this.rows[place], this.rows[(place - 1) >> 1])) return `a stop stands behind a later one, at ${place}`;
    }
    return null;
  }

  private rise(row: number, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(row, this.rows[parent])) break;
      this.put(this.rows[parent], place);
      place = parent;
    }
    this.put(row, place);
  }

  private sink(row: number, from: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.isBefore(this.rows[child + 1], this.rows[child])) child += 1;
      if (!this.isBefore(this.rows[child], row)) break;
      this.put(this.rows[child], place);
      place = child;
    }
    this.put(row, place);
  }

  private put(row: number, place: number): void {
    this.rows[place] = row;
    this.arena.words[row + PLACE] = place;
  }

  private isBefore(a: number, b: number): boolean {
    const { words } = this.arena;
    const gap = (words[a + TRIGGER] - words[b + TRIGGER]) * this.direction;
    return gap < 0 || (gap === 0 && words[a + ORDER] >>> 0 < words[b + ORDER] >>> 0);
  }
}
