// Walls in the price axis: each belongs to an account and hangs in a bucket of marks of one instrument, so that a mark that
// moves finds those it passed without looking at any other. One array of integers holds them all.

import { assert } from '../base/assert.ts';
import type { AccountId, InstrumentId, Ticks } from '../base/units.ts';

// A wall is eight integers. Record `a` of the pool is the first wall of account `a`, and has room for what its owner
// knows of the account; further walls come from the pool's end and hang on SIBLING.
const STRIDE = 8;
export const STRIDE_SHIFT = 3;
/** The wall's mark in ticks: the last one inside the box. */
export const PRICE = 0;
/** 2 × instrument, + 1 for a wall above the mark; 0 when the record is not a wall. */
export const KEY = 1;
/** Neighbours in the bucket, as records; 0 is none. The first one's PREV is minus its bucket's position in `heads`, − 1. */
const NEXT = 2;
const PREV = 3;
export const SIBLING = 4;
export const ACCOUNT = 5;
/** Two integers of an account's own record that belong to the owner of the walls. */
export const RATIO = 6;
export const STATE = 7;

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
  pool: Int32Array;
  /** Account ids below this have a record. */
  accounts: number;
  readonly maxPrices: Int32Array;

  private records: number;
  private free = 0;
  /** First wall of each bucket; those of one key are consecutive. */
  private readonly heads: Int32Array;
  private readonly headsOf: Int32Array;
  private readonly shifts: Int32Array;

  constructor(instruments: readonly WalledInstrument[], accounts: number) {
    this.accounts = accounts + 1;
    this.records = this.accounts;
    this.pool = new Int32Array((this.accounts + 64) << STRIDE_SHIFT);
    const ids = instruments.reduce((most, { id }) => Math.max(most, id), 0) + 1;
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
    return this.pool.byteLength + this.heads.byteLength;
  }

  /** Touches every account with a wall in the instrument. */
  touchAll(instrument: InstrumentId, touched: Touched): void {
    const { pool } = this;
    const end = this.headsOf[2 * instrument + 1] + (this.maxPrices[instrument] >> this.shifts[instrument]);
    for (let bucket = this.headsOf[2 * instrument]; bucket <= end; bucket++) {
      for (let record = this.heads[bucket]; record !== 0; record = pool[(record << STRIDE_SHIFT) + NEXT]) {
        touched.touch(pool[(record << STRIDE_SHIFT) + ACCOUNT]);
      }
    }
  }

  /** Touches the accounts with a wall that a mark going from `before` to `mark` has passed. */
  touchPassed(instrument: InstrumentId, before: Ticks, mark: Ticks, touched: Touched): void {
    const { pool } = this;
    const shift = this.shifts[instrument];
    if (mark < before) {
      const heads = this.headsOf[2 * instrument];
      for (let bucket = before >> shift; bucket >= mark >> shift; bucket--) {
        for (let record = this.heads[heads + bucket]; record !== 0;) {
          const wall = record << STRIDE_SHIFT;
          if (pool[wall + PRICE] > mark) touched.touch(pool[wall + ACCOUNT]);
          record = pool[wall + NEXT];
        }
      }
    } else if (mark > before) {
      const heads = this.headsOf[2 * instrument + 1];
      for (let bucket = before >> shift; bucket <= mark >> shift; bucket++) {
        for (let record = this.heads[heads + bucket]; record !== 0;) {
          const wall = record << STRIDE_SHIFT;
          if (pool[wall + PRICE] < mark) touched.touch(pool[wall + ACCOUNT]);
          record = pool[wall + NEXT];
        }
      }
    }
  }

  /** Hangs the wall at `price`, leaving it where it is if the bucket is the same. */
  place(record: number, key: number, price: Ticks): void {
    const pool = this.pool;
    const wall = record << STRIDE_SHIFT;
    const shift = this.shifts[key >> 1];
    const before = pool[wall + PRICE];
    pool[wall + PRICE] = price;
    if (pool[wall + KEY] === key && before >> shift === price >> shift) return;
    if (pool[wall + KEY] !== 0) this.unlink(wall);
    pool[wall + KEY] = key;
    const bucket = this.headsOf[key] + (price >> shift);
    const next = this.heads[bucket];
    pool[wall + NEXT] = next;
    pool[wall + PREV] = -bucket - 1;
    if (next !== 0) pool[(next << STRIDE_SHIFT) + PREV] = record;
    this.heads[bucket] = record;
  }

  private unlink(wall: number): void {
    const pool = this.pool;
    const next = pool[wall + NEXT];
    const prev = pool[wall + PREV];
    if (prev < 0) this.heads[-prev - 1] = next;
    else pool[(prev << STRIDE_SHIFT) + NEXT] = next;
    if (next !== 0) pool[(next << STRIDE_SHIFT) + PREV] = prev;
  }

  /** Takes down the walls from `record` on; all but the account's own record go back to the pool. */
  drop(record: number, account: AccountId): void {
    const pool = this.pool;
    while (record !== 0) {
      const wall = record << STRIDE_SHIFT;
      const sibling = pool[wall + SIBLING];
      if (pool[wall + KEY] !== 0) this.unlink(wall);
      pool[wall + KEY] = 0;
      pool[wall + SIBLING] = 0;
      if (record !== account) {
        pool[wall + NEXT] = this.free;
        this.free = record;
      }
      record = sibling;
    }
  }

  /** A new record, not yet a wall, behind record `after` of the account. */
  append(account: AccountId, after: number): number {
    let record = this.free;
    if (record !== 0) this.free = this.pool[(record << STRIDE_SHIFT) + NEXT];
    else {
      record = this.records++;
      if (this.records << STRIDE_SHIFT > this.pool.length)
        this.pool = grown(this.pool, (this.records + (this.records >> 2)) << STRIDE_SHIFT);
    }
    const wall = record << STRIDE_SHIFT;
    this.pool[wall + KEY] = 0;
    this.pool[wall + SIBLING] = 0;
    this.pool[wall + ACCOUNT] = account;
    this.pool[(after << STRIDE_SHIFT) + SIBLING] = record;
    return record;
  }

  /** Makes room for `account` among the first records: those from the pool's end move up, and all that points at them. */
  grow(account: AccountId): void {
    const before = this.accounts;
    const accounts = Math.max(2 * before, account + 1);
    const up = accounts - before;
    const pool = new Int32Array((this.records + up + 64) << STRIDE_SHIFT);
    pool.set(this.pool.subarray(0, before << STRIDE_SHIFT));
    pool.set(this.pool.subarray(before << STRIDE_SHIFT, this.records << STRIDE_SHIFT), accounts << STRIDE_SHIFT);
    for (let wall = 0; wall < pool.length; wall += STRIDE) {
      for (const link of [NEXT, PREV, SIBLING]) if (pool[wall + link] >= before) pool[wall + link] += up;
    }
    for (let bucket = 0; bucket < this.heads.length; bucket++) if (this.heads[bucket] >= before) this.heads[bucket] += up;
    if (this.free >= before) this.free += up;
    this.pool = pool;
    this.accounts = accounts;
    this.records += up;
  }
}

export function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
