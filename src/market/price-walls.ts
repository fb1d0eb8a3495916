// Walls in the price axis: each belongs to an account and hangs in a bucket of marks of one instrument, so that a mark that
// moves finds those it passed without looking at any other. One array of integers holds them all, and the walls of an
// account lie in it side by side: what a million accounts cost is not the sums but the waiting for memory.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Ticks } from '../base/units.ts';
import { columnOf, grown, moreThan } from './room.ts';

// A block is named by the word that holds ~ its account: the one word of a block in use that is negative where a wall's NEXT
// would be, so that walls need not know where they are in it. After it come the walls, three words each. Before it, from the
// word next to it backwards, lie fields of few bits: how many walls there are, and the key of each.
const WALL = 3;

/** Words of a wall: its mark in ticks, the last one inside the box. */
export const PRICE = 1;
/** Neighbours in the bucket; 0 is none. The first one's PREV is minus its bucket's position in `heads`, − 1. */
const PREV = 2;
const NEXT = 3;

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

/** Keys are 2 × instrument, + 1 for a wall above the mark; 0 is that of a wall that does not hang. */
export class PriceWalls {
  /** Replaced when it grows: not to be kept over a call. A wall is named by the word before its first. */
  words: Int32Array;
  readonly maxPrices: Int32Array;

  private used = 4;
  /** First free block by capacity; each knows the next in place of its account. */
  private readonly free: Int32Array;
  /** First wall of each bucket; those of one key are consecutive. */
  private readonly heads: Int32Array;
  private readonly headsOf: Int32Array;
  private readonly shifts: Int32Array;
  /** Fields are 4, 8 or 16 bits: the binary logarithm of that, and of how many are in a word. */
  private readonly fieldShift: number;
  private readonly wordShift: number;
  private readonly fieldMask: number;

  /** With room for a wall of each of so many accounts; more are welcome. */
  constructor(instruments: readonly WalledInstrument[], accounts: number) {
    const ids = instruments.reduce((most, { id }) => Math.max(most, id), 0) + 1;
    assert(2 * ids < 65_536, 'price walls: too many instruments');
    this.fieldShift = 2 * ids < 16 ? 2 : 2 * ids < 256 ? 3 : 4;
    this.wordShift = 5 - this.fieldShift;
    this.fieldMask = (1 << (1 << this.fieldShift)) - 1;
    this.words = new Int32Array(accounts * this.sizeOf(1) + this.used);
    this.free = new Int32Array(2 * ids + 1);
    this.maxPrices = new Int32Array(columnOf(ids - 1));
    this.shifts = new Int32Array(columnOf(ids - 1));
    this.headsOf = new Int32Array(columnOf(2 * ids - 1));
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

  /** The word that names a wall is the NEXT of the one before it in the block, or the block's account. */
  private accountOf(wall: number): AccountId {
    const { words } = this;
    let at = wall;
    while (words[at] >= 0) at -= WALL;
    return ~words[at];
  }

  /** A block with room for so many walls, of which none hangs. May replace `words`. */
  take(account: AccountId, capacity: number): number {
    let block = this.free[capacity];
    if (block !== 0) this.free[capacity] = this.words[block];
    else {
      const size = this.sizeOf(capacity);
      block = this.used + size - 1 - WALL * capacity;
      this.used += size;
      if (this.used > this.words.length) this.words = grown(this.words, Math.max(this.used, moreThan(this.words.length)));
      this.words[block - 1] = capacity;
    }
    this.words[block] = ~account;
    return block;
  }

  /** Takes the walls down and gives the block back. */
  give(block: number): void {
    const { words } = this;
    const capacity = this.capacity(block);
    for (let slot = 0; slot < capacity; slot++) {
      if (this.keyOf(block, slot) !== 0) this.unlink(block + WALL * slot);
    }
    for (let n = this.headerOf(capacity); n > 1; n--) words[block - n] = 0;
    words[block - 1] = capacity;
    words[block] = this.free[capacity];
    this.free[capacity] = block;
  }

  /** The first of the fields. */
  capacity(block: number): number {
    return this.words[block - 1] & this.fieldMask;
  }

  /** 0 when the block is the account's: reads its first word and its last. */
  astray(block: number, account: AccountId): number {
    const { words } = this;
    const last = words[block + WALL * this.capacity(block)];
    return (~words[block] ^ account) | (last >> 31);
  }

  /** The wall in a place of a block, whether it hangs or not. */
  wallAt(block: number, slot: number): number {
    return block + WALL * slot;
  }

  /** The key of the wall in a place of a block, 0 when none hangs there. */
  keyOf(block: number, slot: number): number {
    return this.field(block, slot + 1);
  }

  /** The key of the wall of a block that has no other, 0 when there are more or it does not hang. */
  onlyKey(block: number): number {
    const fields = this.words[block - 1];
    return (fields & this.fieldMask) === 1 ? fields >>> (1 << this.fieldShift) : 0;
  }

  /** Hangs the wall in a place of a block at `price`, leaving it in its bucket if that is the same. */
  hang(block: number, slot: number, key: number, price: Ticks): void {
    const { words } = this;
    const wall = block + WALL * slot;
    const shift = this.shifts[key >> 1];
    const before = words[wall + PRICE];
    const keyBefore = this.keyOf(block, slot);
    words[wall + PRICE] = price;
    if (keyBefore !== 0) {
      if (keyBefore === key && before >> shift === price >> shift) return;
      this.unlink(wall);
    }
    if (keyBefore !== key) this.setField(block, slot + 1, key);
    const bucket = this.headsOf[key] + (price >> shift);
    const next = this.heads[bucket];
    words[wall + NEXT] = next;
    words[wall + PREV] = -bucket - 1;
    if (next !== 0) words[next + PREV] = wall;
    this.heads[bucket] = wall;
  }

  private unlink(wall: number): void {
    const { words } = this;
    const next = words[wall + NEXT];
    const prev = words[wall + PREV];
    if (prev < 0) this.heads[-prev - 1] = next;
    else words[prev + NEXT] = next;
    if (next !== 0) words[next + PREV] = prev;
  }

  /** Words before the account of a block with so many walls. */
  private headerOf(capacity: number): number {
    return (capacity >> this.wordShift) + 1;
  }

  private sizeOf(capacity: number): number {
    return this.headerOf(capacity) + 1 + WALL * capacity;
  }

  private field(block: number, n: number): number {
    const { wordShift, fieldShift } = this;
    const place = (n & ((1 << wordShift) - 1)) << fieldShift;
    return (this.words[block - 1 - (n >> wordShift)] >>> place) & this.fieldMask;
  }

  private setField(block: number, n: number, value: number): void {
    const { wordShift, fieldShift } = this;
    const place = (n & ((1 << wordShift) - 1)) << fieldShift;
    const at = block - 1 - (n >> wordShift);
    this.words[at] = (this.words[at] & ~(this.fieldMask << place)) | (value << place);
  }
}
