// Walls in the price axis: each belongs to an account and hangs in a bucket of marks of one instrument, so that a mark that
// moves finds those it passed without looking at any other. One array of integers holds them all, and the walls of an
// account lie in it side by side: what a million accounts cost is not the sums but the waiting for memory.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Ticks } from '../base/units.ts';

// A block is two integers, its account and its capacity, and then so many walls of four.
const ACCOUNT = 0;
const CAPACITY = 1;
const HEADER = 2;
const WALL_SHIFT = 2;

/** Words of a wall: its mark in ticks, the last one inside the box. */
export const PRICE = 0;
/** 2 × instrument, + 1 for a wall above the mark, and above SLOT_SHIFT its place in the block; 0 when it does not hang. */
const KEY = 1;
const SLOT_SHIFT = 16;
const KEY_MASK = (1 << SLOT_SHIFT) - 1;
/** Neighbours in the bucket; 0 is none. The first one's PREV is minus its bucket's position in `heads`, − 1. */
const NEXT = 2;
const PREV = 3;

export interface WalledInstrument {
  readonly id: InstrumentId;
  /** No mark is ever higher. */
  readonly maxPrice: Ticks;
  /** Buckets are 2^bucketShift ticks wide; 7 unless the instrument's prices are small numbers of ticks. */
  readonly bucketShift?: number;
}

export interface Touched {
  touch(account: AccountId): void;
}

export class PriceWalls {
  /** Replaced when it grows: not to be kept over a call. */
  words: Int32Array;
  readonly maxPrices: Int32Array;

  private used = HEADER;
  /** First free block by capacity; each knows the next in place of its account. */
  private readonly free: Int32Array;
  /** First wall of each bucket; those of one key are consecutive. */
  private readonly heads: Int32Array;
  private readonly headsOf: Int32Array;
  private readonly shifts: Int32Array;

  /** With room for a wall of each of so many accounts; more are welcome. */
  constructor(instruments: readonly WalledInstrument[], accounts: number) {
    this.words = new Int32Array(accounts * (HEADER + (1 << WALL_SHIFT)) + HEADER);
    const ids = instruments.reduce((most, { id }) => Math.max(most, id), 0) + 1;
    assert(2 * ids <= KEY_MASK, 'price walls: too many instruments');
    this.free = new Int32Array(2 * ids + 1);
    this.maxPrices = new Int32Array(ids);
    this.shifts = new Int32Array(ids);
    this.headsOf = new Int32Array(2 * ids);
    let heads = 0;
    for (const { id, maxPrice, bucketShift = 7 } of instruments) {
      assert(id > 0 && this.maxPrices[id] === 0, () => `price walls: instrument ${id} twice or not positive`);
      assert(maxPrice > 0 && maxPrice < 2 ** 31, () => `price walls: highest price ${maxPrice} of instrument ${id}`);
      this.shifts[id] = bucketShift;
      this.maxPrices[id] = maxPrice;
      for (let up = 0; up < 2; up++) {
        this.headsOf[2 * id + up] = heads;
        heads += (maxPrice >> bucketShift) + 1;
      }
    }
    this.heads = new Int32Array(heads);
  }

  get bytes(): number {
    return this.words.byteLength + this.heads.byteLength;
  }

  /** Touches every account with a wall in the instrument. */
  touchAll(instrument: InstrumentId, touched: Touched): void {
    const { words } = this;
    const end = this.headsOf[2 * instrument + 1] + (this.maxPrices[instrument] >> this.shifts[instrument]);
    for (let bucket = this.headsOf[2 * instrument]; bucket <= end; bucket++) {
      for (let wall = this.heads[bucket]; wall !== 0; wall = words[wall + NEXT]) touched.touch(this.accountOf(wall));
    }
  }

  /** Touches the accounts with a wall that a mark going from `before` to `mark` has passed. */
  touchPassed(instrument: InstrumentId, before: Ticks, mark: Ticks, touched: Touched): void {
    const { words } = this;
    const shift = this.shifts[instrument];
    if (mark < before) {
      const heads = this.headsOf[2 * instrument];
      for (let bucket = before >> shift; bucket >= mark >> shift; bucket--) {
        for (let wall = this.heads[heads + bucket]; wall !== 0; wall = words[wall + NEXT]) {
          if (words[wall + PRICE] > mark) touched.touch(this.accountOf(wall));
        }
      }
    } else if (mark > before) {
      const heads = this.headsOf[2 * instrument + 1];
      for (let bucket = before >> shift; bucket <= mark >> shift; bucket++) {
        for (let wall = this.heads[heads + bucket]; wall !== 0; wall = words[wall + NEXT]) {
          if (words[wall + PRICE] < mark) touched.touch(this.accountOf(wall));
        }
      }
    }
  }

  private accountOf(wall: number): AccountId {
    const { words } = this;
    return words[wall - ((words[wall + KEY] >>> SLOT_SHIFT) << WALL_SHIFT) - HEADER + ACCOUNT];
  }

  /** A block with room for so many walls, of which none hangs. May replace `words`. */
  take(account: AccountId, capacity: number): number {
    let block = this.free[capacity];
    if (block !== 0) this.free[capacity] = this.words[block + ACCOUNT];
    else {
      block = this.used;
      this.used += HEADER + (capacity << WALL_SHIFT);
      if (this.used > this.words.length) this.words = grown(this.words, this.used + (this.used >> 2));
      this.words[block + CAPACITY] = capacity;
    }
    this.words[block + ACCOUNT] = account;
    return block;
  }

  /** Takes the walls down and gives the block back. */
  give(block: number): void {
    const { words } = this;
    const capacity = words[block + CAPACITY];
    for (let slot = 0; slot < capacity; slot++) this.takeDown(block, slot);
    words[block + ACCOUNT] = this.free[capacity];
    this.free[capacity] = block;
  }

  capacity(block: number): number {
    return this.words[block + CAPACITY];
  }

  /** 0 when the block is the account's and its last wall knows where it is: reads the block's first and last words. */
  astray(block: number, account: AccountId): number {
    const { words } = this;
    const last = words[block + CAPACITY] - 1;
    const key = words[block + HEADER + (last << WALL_SHIFT) + KEY];
    return (words[block + ACCOUNT] ^ account) | (key === 0 ? 0 : (key >>> SLOT_SHIFT) ^ last);
  }

  /** The wall in a place of a block, or 0 when no wall of this key hangs there. */
  find(block: number, slot: number, key: number): number {
    const wall = block + HEADER + (slot << WALL_SHIFT);
    return this.words[wall + KEY] === (key | (slot << SLOT_SHIFT)) ? wall : 0;
  }

  /** Hangs the wall in a place of a block at `price`, leaving it in its bucket if that is the same. */
  hang(block: number, slot: number, key: number, price: Ticks): void {
    const { words } = this;
    const wall = block + HEADER + (slot << WALL_SHIFT);
    const shift = this.shifts[key >> 1];
    const before = words[wall + PRICE];
    words[wall + PRICE] = price;
    if (words[wall + KEY] !== 0) {
      if ((words[wall + KEY] & KEY_MASK) === key && before >> shift === price >> shift) return;
      this.unlink(wall);
    }
    words[wall + KEY] = key | (slot << SLOT_SHIFT);
    const bucket = this.headsOf[key] + (price >> shift);
    const next = this.heads[bucket];
    words[wall + NEXT] = next;
    words[wall + PREV] = -bucket - 1;
    if (next !== 0) words[next + PREV] = wall;
    this.heads[bucket] = wall;
  }

  private takeDown(block: number, slot: number): void {
    const wall = block + HEADER + (slot << WALL_SHIFT);
    if (this.words[wall + KEY] === 0) return;
    this.unlink(wall);
    this.words[wall + KEY] = 0;
  }

  private unlink(wall: number): void {
    const { words } = this;
    const next = words[wall + NEXT];
    const prev = words[wall + PREV];
    if (prev < 0) this.heads[-prev - 1] = next;
    else words[prev + NEXT] = next;
    if (next !== 0) words[next + PREV] = prev;
  }
}

export function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
