// Who is below the watched margin level at this mark? Found without looking at everybody: each account gets a box of
// marks inside which it is proven safe, its walls hang in buckets of price, and a mark that moves only touches the walls
// it passes. Accounts that traded, paid or were hit are examined exactly; the answer is the same as a scan of all.

import { assert } from '../base/assert.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { MarginTiers } from './margin-tiers.ts';

/**
 * Equity below `ratio` × maintenance (also at equality when `inclusive`, as most venues have it), exactly. Without
 * maintenance there is no position, and only negative equity counts.
 */
export function isBelow(equity: Quote, maintenance: Quote, ratio: Ppm, inclusive: boolean): boolean {
  return isBelowRequired(equity, mulDivCeil(maintenance, ratio, PPM), maintenance, ratio, inclusive);
}

/** The level itself lies in (required − 1, required]: an equity of `required` is at it only if nothing was rounded up. */
function isBelowRequired(equity: Quote, required: Quote, maintenance: Quote, ratio: Ppm, inclusive: boolean): boolean {
  if (equity !== required || !inclusive) return equity < required;
  return maintenance > 0 && ((maintenance % PPM) * (ratio % PPM)) % PPM === 0;
}

/** One account at the marks of now, written by the market and read by the index; reused for every account. */
export class Exposure {
  /** Of the account row, funding that is due included. */
  equity: Quote = 0;
  maintenance: Quote = 0;
  count = 0;
  readonly instruments: Int32Array;
  readonly marks: Int32Array;
  readonly values: Float64Array;

  constructor(capacity: number) {
    this.instruments = new Int32Array(capacity);
    this.marks = new Int32Array(capacity);
    this.values = new Float64Array(capacity);
  }

  clear(): void {
    this.equity = 0;
    this.maintenance = 0;
    this.count = 0;
  }

  /**
   * Once for each instrument held. `valuePerTick` is lots × multiplier, signed: quote units by which equity moves with one
   * tick of the mark.
   */
  add(instrument: InstrumentId, mark: Ticks, valuePerTick: number): void {
    const i = this.count++;
    this.instruments[i] = instrument;
    this.marks[i] = mark;
    this.values[i] = valuePerTick;
  }
}

/** What the index asks of the market. */
export interface RiskSource {
  /** Writes the account into `exposure`, which is clear, and changes nothing else. */
  examine(account: AccountId, exposure: Exposure): void;
}

/** An Instrument is one. */
export interface RiskInstrument {
  readonly id: InstrumentId;
  /** No mark is ever higher. */
  readonly maxPrice: Ticks;
  readonly tiers: MarginTiers;
  /** Buckets are 2^bucketShift ticks wide; 7 unless the instrument's prices are small numbers of ticks. */
  readonly bucketShift?: number;
}

export interface RiskIndexOptions {
  readonly source: RiskSource;
  readonly instruments: readonly RiskInstrument[];
  /** How many accounts to make room for; more are welcome. */
  readonly accounts?: number;
  /** Equity equal to the level is below it; true unless said otherwise. */
  readonly inclusive?: boolean;
}

// A wall is eight integers. Record `a` of the pool is the first wall of account `a` and holds what is known of the
// account; further walls, of accounts with several positions, come from the pool's end and hang on SIBLING.
const STRIDE = 8;
const STRIDE_SHIFT = 3;
/** The wall's mark in ticks: the last one inside the box. */
const PRICE = 0;
/** 2 × instrument, + 1 for a wall above the mark; 0 when the record is not a wall. */
const KEY = 1;
/** Neighbours in the bucket, as records; 0 is none. The first one's PREV is minus its bucket's position in `heads`, − 1. */
const NEXT = 2;
const PREV = 3;
const SIBLING = 4;
const ACCOUNT = 5;
const RATIO = 6;
const STATE = 7;

const WATCHED = 1;
const DIRTY = 2;

/** A new box goes only so far towards where safety ends, so that most later trades find it still safe and leave it. */
const SHRINK = 0.9;

export class RiskIndex {
  /** The accounts below their level, ascending: the first `collect()` entries. Valid until the next collect. */
  breached: Int32Array = new Int32Array(64);
  /** How many accounts were examined since the start: what the index really costs. */
  examined = 0;
  /** How many of those got a new box. */
  moved = 0;

  readonly #source: RiskSource;
  readonly #inclusive: boolean;
  readonly #exposure: Exposure;
  #pool: Int32Array;
  #accounts: number;
  #records: number;
  #free = 0;
  #dirty: Int32Array;
  #dirtyCount = 0;
  /** The list being consumed by `collect`; the two swap. */
  #consumed: Int32Array;

  /** First wall of each bucket; those of one key are consecutive. */
  readonly #heads: Int32Array;
  readonly #headsOf: Int32Array;
  readonly #shifts: Int32Array;
  readonly #marks: Int32Array;
  readonly #maxPrices: Int32Array;
  readonly #tiers: MarginTiers[] = [];

  // The walls an account should have, while it is examined.
  readonly #wantKey: Int32Array;
  readonly #wantMark: Int32Array;
  readonly #wantBound: Int32Array;
  readonly #wantLoss: Float64Array;

  constructor({ source, instruments, accounts = 1024, inclusive = true }: RiskIndexOptions) {
    this.#source = source;
    this.#inclusive = inclusive;
    this.#accounts = accounts + 1;
    this.#records = this.#accounts;
    this.#pool = new Int32Array((this.#accounts + 64) << STRIDE_SHIFT);
    this.#dirty = new Int32Array(this.#accounts);
    this.#consumed = new Int32Array(this.#accounts);

    const ids = instruments.reduce((most, { id }) => Math.max(most, id), 0) + 1;
    this.#shifts = new Int32Array(ids);
    this.#marks = new Int32Array(ids);
    this.#maxPrices = new Int32Array(ids);
    this.#headsOf = new Int32Array(2 * ids);
    let heads = 0;
    for (const { id, maxPrice, tiers, bucketShift = 7 } of instruments) {
      assert(id > 0 && this.#maxPrices[id] === 0, () => `risk index: instrument ${id} twice or not positive`);
      assert(maxPrice > 0 && maxPrice < 2 ** 31, () => `risk index: highest price ${maxPrice} of instrument ${id}`);
      this.#shifts[id] = bucketShift;
      this.#maxPrices[id] = maxPrice;
      this.#tiers[id] = tiers;
      for (let up = 0; up < 2; up++) {
        this.#headsOf[2 * id + up] = heads;
        heads += (maxPrice >> bucketShift) + 1;
      }
    }
    this.#heads = new Int32Array(heads);
    this.#exposure = new Exposure(ids);
    this.#wantKey = new Int32Array(2 * ids);
    this.#wantMark = new Int32Array(2 * ids);
    this.#wantBound = new Int32Array(2 * ids);
    this.#wantLoss = new Float64Array(2 * ids);
  }

  /** Bytes held for accounts, walls and buckets. */
  get bytes(): number {
    return this.#pool.byteLength + this.#dirty.byteLength + this.#consumed.byteLength + this.#heads.byteLength;
  }

  /** From the next collect on, `account` is reported whenever its equity is below `ratio` × maintenance. */
  watch(account: AccountId, ratio: Ppm): void {
    if (account >= this.#accounts) this.#growAccounts(account);
    const a = account << STRIDE_SHIFT;
    assert((this.#pool[a + STATE] & WATCHED) === 0, () => `risk index: account ${account} is watched already`);
    this.#pool[a + ACCOUNT] = account;
    this.#pool[a + RATIO] = ratio;
    this.#pool[a + STATE] |= WATCHED;
    this.touch(account);
  }

  unwatch(account: AccountId): void {
    assert(this.isWatched(account), () => `risk index: account ${account} is not watched`);
    this.#dropWalls(account, account);
    this.#pool[(account << STRIDE_SHIFT) + STATE] &= ~WATCHED;
  }

  isWatched(account: AccountId): boolean {
    return account < this.#accounts && (this.#pool[(account << STRIDE_SHIFT) + STATE] & WATCHED) !== 0;
  }

  ratio(account: AccountId): Ppm {
    return this.#pool[(account << STRIDE_SHIFT) + RATIO];
  }

  setRatio(account: AccountId, ratio: Ppm): void {
    assert(this.isWatched(account), () => `risk index: account ${account} is not watched`);
    this.#pool[(account << STRIDE_SHIFT) + RATIO] = ratio;
    this.touch(account);
  }

  /** Something about the account other than a mark changed: it is examined with the next collect. */
  touch(account: AccountId): void {
    if (account >= this.#accounts) return;
    const state = (account << STRIDE_SHIFT) + STATE;
    if ((this.#pool[state] & (WATCHED | DIRTY)) !== WATCHED) return;
    this.#pool[state] |= DIRTY;
    this.#dirty[this.#dirtyCount++] = account;
  }

  /** The instrument's tiers were replaced. */
  setTiers(instrument: InstrumentId, tiers: MarginTiers): void {
    this.#tiers[instrument] = tiers;
    this.touchHolders(instrument);
  }

  /** Something changed for everyone who holds the instrument: funding was settled. */
  touchHolders(instrument: InstrumentId): void {
    const end = this.#headsOf[2 * instrument + 1] + (this.#maxPrices[instrument] >> this.#shifts[instrument]);
    for (let bucket = this.#headsOf[2 * instrument]; bucket <= end; bucket++) {
      for (let wall = this.#heads[bucket]; wall !== 0; wall = this.#pool[(wall << STRIDE_SHIFT) + NEXT]) {
        this.touch(this.#pool[(wall << STRIDE_SHIFT) + ACCOUNT]);
      }
    }
  }

  /** The market's mark of `instrument` is now `mark`: accounts whose walls it passed will be examined. */
  move(instrument: InstrumentId, mark: Ticks): void {
    assert(mark > 0 && mark <= this.#maxPrices[instrument], () => `risk index: mark ${mark} of instrument ${instrument}`);
    const pool = this.#pool;
    const shift = this.#shifts[instrument];
    const before = this.#marks[instrument];
    this.#marks[instrument] = mark;
    if (before === 0) {
      this.touchHolders(instrument);
    } else if (mark < before) {
      const walls = this.#headsOf[2 * instrument];
      for (let bucket = before >> shift; bucket >= mark >> shift; bucket--) {
        for (let wall = this.#heads[walls + bucket]; wall !== 0; ) {
          const record = wall << STRIDE_SHIFT;
          if (pool[record + PRICE] > mark) this.touch(pool[record + ACCOUNT]);
          wall = pool[record + NEXT];
        }
      }
    } else if (mark > before) {
      const walls = this.#headsOf[2 * instrument + 1];
      for (let bucket = before >> shift; bucket <= mark >> shift; bucket++) {
        for (let wall = this.#heads[walls + bucket]; wall !== 0; ) {
          const record = wall << STRIDE_SHIFT;
          if (pool[record + PRICE] < mark) this.touch(pool[record + ACCOUNT]);
          wall = pool[record + NEXT];
        }
      }
    }
  }

  /** Examines whoever was touched or hit; returns how many watched accounts are below their level now (see `breached`). */
  collect(): number {
    const consumed = this.#dirty;
    const count = this.#dirtyCount;
    this.#dirty = this.#consumed;
    this.#dirtyCount = 0;
    this.#consumed = consumed;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const account = consumed[i];
      const state = (account << STRIDE_SHIFT) + STATE;
      this.#pool[state] &= ~DIRTY;
      if ((this.#pool[state] & WATCHED) === 0) continue;
      if (this.#review(account)) {
        if (found === this.breached.length) this.breached = grown(this.breached, 2 * found);
        this.breached[found++] = account;
        // Nobody is forgotten while below: it is looked at again each time, whatever moves.
        this.touch(account);
      }
    }
    sortAscending(this.breached, found);
    return found;
  }

  tick(instrument: InstrumentId, mark: Ticks): number {
    this.move(instrument, mark);
    return this.collect();
  }

  /** True when the account is below its level, which then has no walls; otherwise its box is proven safe. */
  #review(account: AccountId): boolean {
    const exposure = this.#exposure;
    const ratio = this.#pool[(account << STRIDE_SHIFT) + RATIO];
    this.examined++;
    exposure.clear();
    this.#source.examine(account, exposure);
    const { equity, maintenance, count } = exposure;
    const required = mulDivCeil(maintenance, ratio, PPM);
    if (isBelowRequired(equity, required, maintenance, ratio, this.#inclusive)) {
      this.#dropWalls(account, account);
      return true;
    }

    // Loss per tick of adverse mark, at most: a long's maintenance only falls on the way down, so its bound is the price
    // move itself; a short's maintenance rises with its tier's rate, up to the ceiling where the tier and the box end. A
    // long is in danger on the way up only where maintenance jumps, or takes more than the whole gain.
    const times = ratio / PPM;
    let walls = 0;
    let weight = 0;
    // Maintenance is rounded, and each deduction was: what that can shift between here and the walls.
    let rounding = 1;
    for (let i = 0; i < count; i++) {
      const instrument = exposure.instruments[i];
      const mark = exposure.marks[i];
      const value = exposure.values[i];
      const size = Math.abs(value);
      const tiers = this.#tiers[instrument];
      const tier = tiers.tierAt(size * mark);
      const top = tiers.count - 1;
      const share = (tiers.maintenanceRates[tier] / PPM) * times;
      rounding += (2 + tiers.count) * times;
      if (value > 0) {
        const upLoss = Math.max(0, value * (share - 1));
        weight += mark * Math.max(value, upLoss);
        this.#want(walls++, 2 * instrument, mark, value, 1);
        const hurtsAbove = tier < top && (!tiers.deducted || (tiers.maintenanceRates[top] / PPM) * times > 1);
        if (hurtsAbove || upLoss > 0) this.#want(walls++, 2 * instrument + 1, mark, upLoss, this.#ceiling(instrument, tier, size, mark));
      } else {
        const upLoss = size * (1 + share);
        weight += mark * upLoss;
        this.#want(walls++, 2 * instrument + 1, mark, upLoss, this.#ceiling(instrument, tier, size, mark));
      }
    }
    const slack = Math.max(0, equity - required - rounding);
    if (this.#isSafe(account, walls, slack)) return false;
    this.moved++;
    const reach = weight > 0 ? (SHRINK * slack) / weight : 0;
    let record = account;
    let last = 0;
    for (let i = 0; i < walls; i++) {
      if (record === 0) record = this.#newRecord(account, last);
      const key = this.#wantKey[i];
      const mark = this.#wantMark[i];
      const bound = this.#wantBound[i];
      const price = (key & 1) === 0
        ? Math.max(bound, mark - Math.floor(reach * mark))
        : this.#wantLoss[i] > 0 ? Math.min(bound, mark + Math.floor(reach * mark)) : bound;
      this.#place(record, key, price);
      last = record;
      record = this.#pool[(record << STRIDE_SHIFT) + SIBLING];
    }
    if (walls === 0) this.#dropWalls(account, account);
    else if (record !== 0) {
      this.#pool[(last << STRIDE_SHIFT) + SIBLING] = 0;
      this.#dropWalls(record, account);
    }
    return false;
  }

  /** The highest mark at which a position is still in `tier`, where it is at `mark`. */
  #ceiling(instrument: InstrumentId, tier: number, size: number, mark: Ticks): Ticks {
    const { count, floors } = this.#tiers[instrument];
    const maxPrice = this.#maxPrices[instrument];
    return tier === count - 1 ? maxPrice : Math.max(mark, Math.min(maxPrice, Math.ceil(floors[tier + 1] / size) - 1));
  }

  #want(i: number, key: number, mark: Ticks, loss: number, bound: Ticks): void {
    this.#wantKey[i] = key;
    this.#wantMark[i] = mark;
    this.#wantLoss[i] = loss;
    this.#wantBound[i] = bound;
  }

  /** The walls that stand are the ones wanted, and even with every mark at its wall the loss is within `slack`. */
  #isSafe(account: AccountId, walls: number, slack: number): boolean {
    const pool = this.#pool;
    let record = account;
    let loss = 0;
    for (let i = 0; i < walls; i++) {
      if (record === 0) return false;
      const wall = record << STRIDE_SHIFT;
      const key = pool[wall + KEY];
      if (key !== this.#wantKey[i]) return false;
      const price = pool[wall + PRICE];
      const distance = (key & 1) === 0 ? this.#wantMark[i] - price : price - this.#wantMark[i];
      if (distance < 0 || ((key & 1) === 1 && price > this.#wantBound[i])) return false;
      loss += distance * this.#wantLoss[i];
      record = pool[wall + SIBLING];
    }
    return walls > 0 && record === 0 && loss <= slack;
  }

  /** Hangs the wall at `price`, leaving it where it is if the bucket is the same. */
  #place(record: number, key: number, price: Ticks): void {
    const pool = this.#pool;
    const wall = record << STRIDE_SHIFT;
    const shift = this.#shifts[key >> 1];
    const before = pool[wall + PRICE];
    pool[wall + PRICE] = price;
    if (pool[wall + KEY] === key && before >> shift === price >> shift) return;
    if (pool[wall + KEY] !== 0) this.#unlink(wall);
    pool[wall + KEY] = key;
    const bucket = this.#headsOf[key] + (price >> shift);
    const next = this.#heads[bucket];
    pool[wall + NEXT] = next;
    pool[wall + PREV] = -bucket - 1;
    if (next !== 0) pool[(next << STRIDE_SHIFT) + PREV] = record;
    this.#heads[bucket] = record;
  }

  #unlink(wall: number): void {
    const pool = this.#pool;
    const next = pool[wall + NEXT];
    const prev = pool[wall + PREV];
    if (prev < 0) this.#heads[-prev - 1] = next;
    else pool[(prev << STRIDE_SHIFT) + NEXT] = next;
    if (next !== 0) pool[(next << STRIDE_SHIFT) + PREV] = prev;
  }

  /** Takes down the walls from `record` on; all but the account's own record go back to the pool. */
  #dropWalls(record: number, account: AccountId): void {
    const pool = this.#pool;
    while (record !== 0) {
      const wall = record << STRIDE_SHIFT;
      const sibling = pool[wall + SIBLING];
      if (pool[wall + KEY] !== 0) this.#unlink(wall);
      pool[wall + KEY] = 0;
      pool[wall + SIBLING] = 0;
      if (record !== account) {
        pool[wall + NEXT] = this.#free;
        this.#free = record;
      }
      record = sibling;
    }
  }

  #newRecord(account: AccountId, after: number): number {
    let record = this.#free;
    if (record !== 0) this.#free = this.#pool[(record << STRIDE_SHIFT) + NEXT];
    else {
      record = this.#records++;
      if (this.#records << STRIDE_SHIFT > this.#pool.length) this.#pool = grown(this.#pool, (this.#records + (this.#records >> 2)) << STRIDE_SHIFT);
    }
    const wall = record << STRIDE_SHIFT;
    this.#pool[wall + KEY] = 0;
    this.#pool[wall + SIBLING] = 0;
    this.#pool[wall + ACCOUNT] = account;
    this.#pool[(after << STRIDE_SHIFT) + SIBLING] = record;
    return record;
  }

  /** Makes room for `account` among the first records: those from the pool's end move up, and all that points at them. */
  #growAccounts(account: AccountId): void {
    const before = this.#accounts;
    const accounts = Math.max(2 * before, account + 1);
    const up = accounts - before;
    const pool = new Int32Array((this.#records + up + 64) << STRIDE_SHIFT);
    pool.set(this.#pool.subarray(0, before << STRIDE_SHIFT));
    pool.set(this.#pool.subarray(before << STRIDE_SHIFT, this.#records << STRIDE_SHIFT), accounts << STRIDE_SHIFT);
    for (let wall = 0; wall < pool.length; wall += STRIDE) {
      for (const link of [NEXT, PREV, SIBLING]) if (pool[wall + link] >= before) pool[wall + link] += up;
    }
    for (let bucket = 0; bucket < this.#heads.length; bucket++) if (this.#heads[bucket] >= before) this.#heads[bucket] += up;
    if (this.#free >= before) this.#free += up;
    this.#pool = pool;
    this.#accounts = accounts;
    this.#records += up;
    this.#dirty = grown(this.#dirty, accounts);
    this.#consumed = grown(this.#consumed, accounts);
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** In place and without allocation: by insertion while few, which is nearly always, and as a heap when many. */
function sortAscending(values: Int32Array, count: number): void {
  if (count > 32) {
    for (let i = (count >> 1) - 1; i >= 0; i--) sink(values, i, count);
    for (let end = count - 1; end > 0; end--) {
      const largest = values[0];
      values[0] = values[end];
      values[end] = largest;
      sink(values, 0, end);
    }
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    for (; j >= 0 && values[j] > value; j--) values[j + 1] = values[j];
    values[j + 1] = value;
  }
}

function sink(values: Int32Array, at: number, count: number): void {
  const value = values[at];
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && values[child + 1] > values[child]) child++;
    if (values[child] <= value) break;
    values[at] = values[child];
    at = child;
  }
  values[at] = value;
}
