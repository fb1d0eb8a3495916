// Who is below the watched margin level at this mark? Found without looking at everybody: each account gets a box of
// marks inside which it is proven safe, its walls hang in buckets of price, and a mark that moves only touches the walls
// it passes. Accounts that traded, paid or were hit are examined exactly; the answer is the same as a scan of all.

import { assert } from '../base/assert.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import { AccountSet } from './account-set.ts';
import { Exposure, type RiskInstrument, type RiskSource } from './exposure.ts';
import { isBelowRequired } from './margin-level.ts';
import type { MarginTiers } from './margin-tiers.ts';
import { PRICE, PriceWalls } from './price-walls.ts';
import { grown, moreThan } from './room.ts';

export { isBelow } from './margin-level.ts';

export interface RiskIndexOptions {
  readonly source: RiskSource;
  readonly instruments: readonly RiskInstrument[];
  /** How many accounts to make room for; more are welcome. */
  readonly accounts?: number;
  /** Equity equal to the level is below it; true unless said otherwise. */
  readonly inclusive?: boolean;
}

// An account's row is two integers: its block of walls, 0 for none, and its ratio, shifted, with the bit below.
const BLOCK = 0;
const RATIO = 1;
const RATIO_SHIFT = 1;
const MAX_RATIO: Ppm = 500 * PPM;
const WATCHED = 1;

/** 1 ÷ PPM, where what is rounded is allowed for. */
const A_PPM = 1e-6;
/** A new box goes only so far towards where safety ends, so that most later trades find it still safe and leave it. */
const SHRINK = 0.9;
/** What a box is found to be: see `boxOf`. */
const SAFE = 0;
const PASSED = 1;
const OTHER = 2;
/** So many accounts are fetched from memory before the first of them is examined, all of them together. */
const AHEAD = 32;

export class RiskIndex {
  /** The accounts below their level, ascending: the first `collect()` entries. Valid until the next collect. */
  breached: Int32Array = new Int32Array(64);
  /** How many accounts were examined since the start: what the index really costs. */
  examined = 0;
  /** How many of those got a new box. */
  moved = 0;

  private readonly source: RiskSource;
  private readonly inclusive: boolean;
  private readonly exposure: Exposure;
  private readonly walls: PriceWalls;
  private rows: Int32Array;
  /** Whom the next collect examines, watched or not. */
  private readonly dirty: AccountSet;
  private readonly batch = new Int32Array(AHEAD);
  /** What came of reading ahead, kept so that no compiler leaves it out. */
  readAhead = 0;

  private readonly marks: Int32Array;
  private readonly tiers: MarginTiers[] = [];
  /** By instrument. */
  private readonly inverse: Uint8Array;
  /** By instrument: the rate at which maintenance grows where it grows most, Infinity where it jumps or the contract is inverse. */
  private readonly steepest: Float64Array;
  /** By instrument: how many tiers there are, and of the first its rate of maintenance, its deduction, and the notional at which it ends. */
  private readonly tierCount: Float64Array;
  private readonly firstRate: Float64Array;
  private readonly firstDeduction: Float64Array;
  private readonly firstEnd: Float64Array;

  // The walls an account should have, while it is examined.
  private readonly wantKey: Int32Array;
  private readonly wantMark: Int32Array;
  private readonly wantBound: Int32Array;
  private readonly wantLoss: Float64Array;
  private readonly wantRoot: Float64Array;

  constructor({ source, instruments, accounts = 1024, inclusive = true }: RiskIndexOptions) {
    this.source = source;
    this.inclusive = inclusive;
    this.walls = new PriceWalls(instruments, accounts);
    this.rows = new Int32Array(2 * (accounts + 1));
    this.dirty = new AccountSet(accounts + 1);
    const ids = this.walls.maxPrices.length;
    this.marks = new Int32Array(ids);
    this.inverse = new Uint8Array(ids);
    this.steepest = new Float64Array(ids);
    this.tierCount = new Float64Array(ids);
    this.firstRate = new Float64Array(ids);
    this.firstDeduction = new Float64Array(ids);
    this.firstEnd = new Float64Array(ids);
    for (const { id, tiers, inverse } of instruments) {
      this.inverse[id] = inverse === true ? 1 : 0;
      this.know(id, tiers);
    }
    this.exposure = new Exposure(ids);
    this.wantKey = new Int32Array(2 * ids);
    this.wantMark = new Int32Array(2 * ids);
    this.wantBound = new Int32Array(2 * ids);
    this.wantLoss = new Float64Array(2 * ids);
    this.wantRoot = new Float64Array(2 * ids);
  }

  /** Bytes held for accounts, walls and buckets. */
  get bytes(): number {
    return this.walls.bytes + this.rows.byteLength + this.dirty.bytes;
  }

  /** From the next collect on, `account` is reported whenever its equity is below `ratio` × maintenance. */
  watch(account: AccountId, ratio: Ppm): void {
    if (account >= this.dirty.room) {
      const room = Math.max(moreThan(this.dirty.room), account + 1);
      this.rows = grown(this.rows, 2 * room);
      this.dirty.makeRoom(room);
    }
    assert(!this.isWatched(account), () => `risk index: account ${account} is watched already`);
    this.rows[2 * account + RATIO] |= WATCHED;
    this.setRatio(account, ratio);
  }

  unwatch(account: AccountId): void {
    assert(this.isWatched(account), () => `risk index: account ${account} is not watched`);
    this.takeDown(account);
    this.rows[2 * account + RATIO] &= ~WATCHED;
  }

  isWatched(account: AccountId): boolean {
    return account < this.dirty.room && (this.rows[2 * account + RATIO] & WATCHED) !== 0;
  }

  ratio(account: AccountId): Ppm {
    return this.rows[2 * account + RATIO] >> RATIO_SHIFT;
  }

  setRatio(account: AccountId, ratio: Ppm): void {
    assert(this.isWatched(account), () => `risk index: account ${account} is not watched`);
    assert(ratio >= 0 && ratio <= MAX_RATIO, () => `risk index: a ratio of ${ratio} ppm`);
    const row = 2 * account + RATIO;
    this.rows[row] = (ratio << RATIO_SHIFT) | (this.rows[row] & WATCHED);
    this.touch(account);
  }

  /** Something about the account other than a mark changed: it is examined with the next collect. */
  touch(account: AccountId): void {
    if (account < this.dirty.room) this.dirty.add(account);
  }

  /** The instrument's tiers were replaced. */
  setTiers(instrument: InstrumentId, tiers: MarginTiers): void {
    this.know(instrument, tiers);
    this.touchHolders(instrument);
  }

  private know(instrument: InstrumentId, tiers: MarginTiers): void {
    this.tiers[instrument] = tiers;
    this.tierCount[instrument] = tiers.count;
    this.firstRate[instrument] = tiers.maintenanceRates[0];
    this.firstDeduction[instrument] = tiers.deductions[0];
    this.firstEnd[instrument] = tiers.count > 1 ? tiers.floors[1] : Infinity;
    const smooth = tiers.deducted && this.inverse[instrument] === 0;
    this.steepest[instrument] = smooth ? tiers.maintenanceRates[tiers.count - 1] : Infinity;
  }

  /** Something changed for everyone who holds the instrument: funding was settled. */
  touchHolders(instrument: InstrumentId): void {
    this.walls.touchAll(instrument, this);
  }

  /** The market's mark of `instrument` is now `mark`: accounts whose walls it passed will be examined. */
  move(instrument: InstrumentId, mark: Ticks): void {
    assert(mark > 0 && mark <= this.walls.maxPrices[instrument], () => `risk index: mark ${mark} of instrument ${instrument}`);
    const before = this.marks[instrument];
    this.marks[instrument] = mark;
    // Walls that were hung before the first mark stand around marks that the index has not seen.
    if (before === 0) this.walls.touchAll(instrument, this);
    else this.walls.touchPassed(instrument, before, mark, this);
  }

  /**
   * Examines whoever was touched or hit; returns how many watched accounts are below their level now (see `breached`). A field, so that V8
   * compiles it for this index (docs/performance.md, "Compiled for one").
   */
  readonly collect = (): number => {
    const { batch } = this;
    let found = 0;
    if (this.dirty.isEmpty) return 0;
    for (let count = this.fetch(0); count > 0; count = this.fetch(batch[count - 1] + 1)) {
      for (let i = 0; i < count; i++) {
        const account = batch[i];
        const ratio = this.rows[2 * account + RATIO];
        if ((ratio & WATCHED) === 0) continue;
        this.examined++;
        if (this.stays(account, ratio >> RATIO_SHIFT) || !this.review(account)) continue;
        if (found === this.breached.length) this.breached = grown(this.breached, 2 * found);
        this.breached[found++] = account;
        // Nobody is forgotten while below: it is looked at again each time, whatever moves.
        this.dirty.add(account);
      }
    }
    return found;
  };

  tick(instrument: InstrumentId, mark: Ticks): number {
    this.move(instrument, mark);
    return this.collect();
  }

  /**
   * Takes the next accounts from `from` on out of the touched into `batch`, and reads what an examination reads of each,
   * which is anywhere in memory: none of these reads waits for another account's, as those of examinations do, so that the
   * processor has many of them under way at once. Returns how many.
   */
  private fetch(from: AccountId): number {
    const { batch, rows, source, walls } = this;
    const count = this.dirty.take(batch, from);
    let read = 0;
    // One loop for each, because short ones have more under way.
    for (let i = 0; i < count; i++) read |= rows[2 * batch[i] + BLOCK];
    if (source.fetch !== undefined) for (let i = 0; i < count; i++) read |= source.fetch(batch[i]);
    this.readAhead = read;
    let astray = 0;
    for (let i = 0; i < count; i++) {
      const account = batch[i];
      const block = rows[2 * account + BLOCK];
      if (block !== 0) astray |= walls.astray(block, account);
    }
    assert(astray === 0, 'risk index: an account has walls of another');
    return count;
  }

  /**
   * The short way, for nearly all: one plain position and one wall, on the side where it loses. Whoever would still be above the
   * level with the mark at the wall, and as much maintenance as is asked anywhere between, is safe in the box, and stays.
   */
  private stays(account: AccountId, ratio: Ppm): boolean {
    const { source, exposure, walls } = this;
    const block = this.rows[2 * account + BLOCK];
    if (block === 0 || source.isPlain === undefined) return false;
    const key = walls.onlyKey(block);
    const instrument = key >> 1;
    if (key === 0 || this.steepest[instrument] * ratio > PPM * PPM || !source.isPlain(account, instrument, exposure)) return false;
    const wall = walls.words[block + PRICE];
    const mark = exposure.marks[0];
    const value = exposure.values[0];
    let notional: Quote;
    if (value > 0) {
      if ((key & 1) !== 0 || wall > mark) return false;
      notional = value * mark;
    } else {
      if ((key & 1) === 0 || wall < mark) return false;
      notional = -value * wall;
    }
    let rate = this.firstRate[instrument];
    let deduction = this.firstDeduction[instrument];
    if (notional >= this.firstEnd[instrument]) {
      const tiers = this.tiers[instrument];
      const tier = tiers.tierAt(notional);
      // Up to the wall a short must be in one tier.
      if (value < 0 && -value * mark < tiers.floors[tier]) return false;
      rate = tiers.maintenanceRates[tier];
      deduction = tiers.deductions[tier];
    }
    const times = ratio * A_PPM;
    const maintenance = notional * rate * A_PPM - deduction;
    // Maintenance and level are rounded, and each deduction was.
    return exposure.equity + value * wall - maintenance * times >= 2 + (5 + this.tierCount[instrument]) * times;
  }

  /** True when the account is below its level, which then has no walls; otherwise its box is proven safe. */
  private review(account: AccountId): boolean {
    const exposure = this.exposure;
    const ratio = this.ratio(account);
    exposure.clear();
    this.source.examine(account, exposure);
    const { equity, maintenance, count } = exposure;
    const required = mulDivCeil(maintenance, ratio, PPM);
    if (isBelowRequired(equity, required, maintenance, ratio, this.inclusive)) {
      this.takeDown(account);
      return true;
    }

    const row = 2 * account + BLOCK;
    const known = this.boxOf(this.rows[row], equity - required, ratio);
    if (known === SAFE) return false;
    // Loss per tick of adverse mark, at most: a long's maintenance only falls on the way down, so its bound is the price
    // move itself; a short's maintenance rises with its tier's rate, up to the ceiling where the tier and the box end. A
    // long is in danger on the way up only where maintenance jumps, or takes more than the whole gain.
    const times = ratio / PPM;
    let walls = 0;
    // Maintenance is rounded, and each deduction was: what that can shift between here and the walls.
    let rounding = 1 + exposure.rounding;
    for (let i = 0; i < count; i++) {
      const instrument = exposure.instruments[i];
      const mark = exposure.marks[i];
      const value = exposure.values[i];
      const size = Math.abs(value);
      const tiers = this.tiers[instrument];
      if (this.inverse[instrument] !== 0) {
        rounding += 2 + (4 + tiers.count) * times;
        walls = this.wantInverse(walls, instrument, tiers, mark, value, times);
        continue;
      }
      const tier = tiers.tierAt(size * mark);
      const top = tiers.count - 1;
      const share = (tiers.maintenanceRates[tier] / PPM) * times;
      rounding += (2 + tiers.count) * times;
      if (value > 0) {
        const upLoss = Math.max(0, value * (share - 1));
        this.want(walls++, 2 * instrument, mark, value, 1);
        const hurtsAbove = tier < top && (!tiers.deducted || (tiers.maintenanceRates[top] / PPM) * times > 1);
        if (hurtsAbove || upLoss > 0) this.want(walls++, 2 * instrument + 1, mark, upLoss, this.ceiling(instrument, tier, size, mark));
      } else {
        const upLoss = size * (1 + share);
        this.want(walls++, 2 * instrument + 1, mark, upLoss, this.ceiling(instrument, tier, size, mark));
      }
    }
    const slack = Math.max(0, equity - required - rounding);
    if (known === OTHER && this.isSafe(this.rows[row], walls, slack)) return false;
    this.moved++;
    // What may be lost is shared out by the roots of what is at stake, so that a small position has a far wall: fewer walls
    // are passed than with all of them at one distance.
    let roots = 0;
    for (let i = 0; i < walls; i++) {
      // Of what a mark that doubles, or falls to nothing, would cost at the wall.
      const root = Math.sqrt(this.wantLoss[i] * this.wantMark[i]);
      this.wantRoot[i] = root;
      roots += root;
    }
    const share = roots > 0 ? (SHRINK * slack) / roots : 0;
    if (this.rows[row] === 0 || this.walls.capacity(this.rows[row]) !== walls) {
      this.takeDown(account);
      if (walls > 0) this.rows[row] = this.walls.take(account, walls);
    }
    for (let i = 0; i < walls; i++) this.walls.hang(this.rows[row], i, this.wantKey[i], this.price(i, share / this.wantRoot[i]));
    return false;
  }

  /**
   * An inverse contract is worth size ÷ mark coins: down from a mark m, at least to m ÷ 2, no more than 2 × size ÷ m² a
   * tick, and up no more than size ÷ m². A long owes more coins, and their margin, the lower the mark, as far as its tier
   * goes; a short is in danger on the way up, and on the way down where a linear long is above.
   */
  private wantInverse(walls: number, instrument: InstrumentId, tiers: MarginTiers, mark: Ticks, value: number, times: number): number {
    const size = Math.abs(value);
    const coins = size / mark;
    const tier = tiers.tierAt(value > 0 ? Math.ceil(coins) : Math.floor(coins));
    const top = tiers.count - 1;
    const share = (tiers.maintenanceRates[tier] / PPM) * times;
    const slope = (2 * coins) / mark;
    const lowest = Math.ceil(Math.max(mark / 2, tier === top ? 0 : size / (tiers.floors[tier + 1] - 1)));
    const bound = Math.max(1, Math.min(mark, lowest));
    if (value > 0) {
      this.want(walls, 2 * instrument, mark, slope * (1 + share), bound);
      return walls + 1;
    }
    const hurtsBelow = tier < top && (!tiers.deducted || (tiers.maintenanceRates[top] / PPM) * times > 1);
    const downLoss = Math.max(0, slope * (share - 1));
    let next = walls;
    if (hurtsBelow || downLoss > 0) this.want(next++, 2 * instrument, mark, downLoss, bound);
    this.want(next++, 2 * instrument + 1, mark, coins / mark, this.walls.maxPrices[instrument]);
    return next;
  }

  private takeDown(account: AccountId): void {
    const row = 2 * account + BLOCK;
    if (this.rows[row] !== 0) this.walls.give(this.rows[row]);
    this.rows[row] = 0;
  }

  /** The highest mark at which a position is still in `tier`, where it is at `mark`. */
  private ceiling(instrument: InstrumentId, tier: number, size: number, mark: Ticks): Ticks {
    const { count, floors } = this.tiers[instrument];
    const maxPrice = this.walls.maxPrices[instrument];
    return tier === count - 1 ? maxPrice : Math.max(mark, Math.min(maxPrice, Math.ceil(floors[tier + 1] / size) - 1));
  }

  private want(i: number, key: number, mark: Ticks, loss: number, bound: Ticks): void {
    this.wantKey[i] = key;
    this.wantMark[i] = mark;
    this.wantLoss[i] = loss;
    this.wantBound[i] = bound;
  }

  /** Where the wanted wall comes to hang, `reach` of its mark away. */
  private price(i: number, reach: number): Ticks {
    const bound = this.wantBound[i];
    const mark = this.wantMark[i];
    if ((this.wantKey[i] & 1) === 0) return this.wantLoss[i] > 0 ? Math.max(bound, mark - Math.floor(reach * mark)) : bound;
    return this.wantLoss[i] > 0 ? Math.min(bound, mark + Math.floor(reach * mark)) : bound;
  }

  /**
   * A box as nearly all have it, a wall below each long and one above each short, is SAFE or PASSED: what `isSafe` would say
   * with the walls that `review` wants, which need not be worked out for it. Otherwise it is an OTHER.
   */
  private boxOf(block: number, margin: Quote, ratio: Ppm): number {
    const { walls, exposure } = this;
    const { count, instruments, marks, values } = exposure;
    if (block === 0 || walls.capacity(block) !== count) return OTHER;
    const { words } = walls;
    const times = ratio / PPM;
    let rounding = 1 + exposure.rounding;
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const instrument = instruments[i];
      const mark = marks[i];
      const value = values[i];
      const { count: tierCount, deducted, floors, maintenanceRates: rates } = this.tiers[instrument];
      const up = value > 0 ? 0 : 1;
      if (walls.keyOf(block, i) !== 2 * instrument + up || this.inverse[instrument] !== 0) return OTHER;
      const price = words[walls.wallAt(block, i) + PRICE];
      rounding += (2 + tierCount) * times;
      if (value > 0) {
        if (!deducted || (rates[tierCount - 1] / PPM) * times > 1) return OTHER;
        if (price > mark) return PASSED;
        loss += (mark - price) * value;
      } else {
        let tier = 0;
        while (tier + 1 < tierCount && -value * mark >= floors[tier + 1]) tier++;
        if (price < mark || (tier + 1 < tierCount && -value * price >= floors[tier + 1])) return PASSED;
        loss += (price - mark) * (-value * (1 + (rates[tier] / PPM) * times));
      }
    }
    return loss <= margin - rounding ? SAFE : PASSED;
  }

  /** The walls that stand are the ones wanted, and even with every mark at its wall the loss is within `slack`. */
  private isSafe(block: number, count: number, slack: number): boolean {
    const { walls } = this;
    if (block === 0 || walls.capacity(block) !== count) return false;
    const { words } = walls;
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const key = this.wantKey[i];
      if (walls.keyOf(block, i) !== key) return false;
      const price = words[walls.wallAt(block, i) + PRICE];
      const distance = (key & 1) === 0 ? this.wantMark[i] - price : price - this.wantMark[i];
      if (distance < 0 || ((key & 1) === 1 ? price > this.wantBound[i] : price < this.wantBound[i])) return false;
      loss += distance * this.wantLoss[i];
    }
    return loss <= slack;
  }
}
