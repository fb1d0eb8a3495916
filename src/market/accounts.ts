// Accounts as rows of one block of memory, 32 bytes each and no objects: what an order asks of its account is one line of the
// cache, where columns would be five. An isolated position is an account of its own whose parent is the
// account that assigned its margin; the insurance fund is an account too, exempt from margin.

import { assert, AssertionFailure } from '../base/assert.ts';
import { PPM, type AccountId, type ActorId, type Ppm, type Quote } from '../base/units.ts';
import { ACCOUNT_IDS } from './arena.ts';
import { moreThan } from './room.ts';

/** Never asked for margin and never liquidated: the insurance fund. */
export const ACCOUNT_EXEMPT = 1;
/** The exchange is closing it: its own orders are refused. */
export const ACCOUNT_IN_LIQUIDATION = 2;

/** The smallest leverage whose rate, rounded up, is at most 100 %, and the largest a column of Int32 holds. */
export const MIN_LEVERAGE: Ppm = PPM;
export const MAX_LEVERAGE: Ppm = 2_000 * PPM;

// A row: its cash is a float, the other six are integers. The first begins a few words in, so that no row lies in two lines of the
// cache: memory of this size begins 16 bytes into a line, nearly always.
const ROW = 8;
const FIRST = 12;
const CASH = FIRST / 2;
const HEAD = FIRST + 2;
const OWNER = FIRST + 3;
const RATE = FIRST + 4;
const FLAGS = FIRST + 5;
const LEVERAGE = FIRST + 6;
const PARENT = FIRST + 7;

const inexact = (): never => {
  throw new AssertionFailure('cash of an account leaves the range of exact integers');
};

export class Accounts {
  /** Ids run from 1 to `count`; row 0 is nobody. */
  count = 0;
  private words: Int32Array;
  /** The same memory. */
  private floats: Float64Array;

  constructor(hint = 64) {
    this.words = new Int32Array(FIRST + ROW * Math.max(2, hint + 1));
    this.floats = new Float64Array(this.words.buffer);
  }

  open(owner: ActorId, leverage: Ppm, parent: AccountId, flags: number): AccountId {
    assert(
      Number.isInteger(leverage) && leverage >= MIN_LEVERAGE && leverage <= MAX_LEVERAGE,
      () => `leverage ${leverage} ppm is out of range`,
    );
    assert(this.count < ACCOUNT_IDS, 'there are more accounts than ids');
    const account = ++this.count;
    if (FIRST + ROW * account >= this.words.length) this.grow();
    const row = ROW * account;
    this.words[row + LEVERAGE] = leverage;
    this.words[row + RATE] = Math.ceil((PPM * PPM) / leverage);
    this.words[row + OWNER] = owner;
    this.words[row + PARENT] = parent;
    this.words[row + FLAGS] = flags;
    return account;
  }

  cash(account: AccountId): Quote {
    return this.floats[(ROW >> 1) * account + CASH];
  }

  /** First position row, 0 for none; the list is in instrument order. */
  head(account: AccountId): number {
    return this.words[ROW * account + HEAD];
  }

  setHead(account: AccountId, row: number): void {
    this.words[ROW * account + HEAD] = row;
  }

  /** In ppm of 1×: 10× is 10,000,000. */
  leverage(account: AccountId): Ppm {
    return this.words[ROW * account + LEVERAGE];
  }

  /** 1 ÷ leverage in ppm, rounded up: the least initial margin rate. */
  leverageRate(account: AccountId): Ppm {
    return this.words[ROW * account + RATE];
  }

  owner(account: AccountId): ActorId {
    return this.words[ROW * account + OWNER];
  }

  parent(account: AccountId): AccountId {
    return this.words[ROW * account + PARENT];
  }

  flags(account: AccountId): number {
    return this.words[ROW * account + FLAGS];
  }

  exists(account: AccountId): boolean {
    return account >= 1 && account <= this.count && Number.isInteger(account);
  }

  has(account: AccountId, flag: number): boolean {
    return (this.words[ROW * account + FLAGS] & flag) !== 0;
  }

  set(account: AccountId, flag: number, on: boolean): void {
    if (on) this.words[ROW * account + FLAGS] |= flag;
    else this.words[ROW * account + FLAGS] &= ~flag;
  }

  add(account: AccountId, amount: Quote): void {
    const at = (ROW >> 1) * account + CASH;
    const cash = this.floats[at] + amount;
    // Not by `assert`, which V8 looks up at each call.
    if (!(cash <= Number.MAX_SAFE_INTEGER && cash >= -Number.MAX_SAFE_INTEGER)) inexact();
    this.floats[at] = cash;
  }

  private grow(): void {
    this.words = grown(this.words, new Int32Array(FIRST + ROW * moreThan((this.words.length - FIRST) / ROW)));
    this.floats = new Float64Array(this.words.buffer);
  }
}

/** Copies a column into a larger one. */
export function grown<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
