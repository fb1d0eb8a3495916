// Accounts in columns: one row each, no objects. An isolated position is an account of its own whose parent is the
// account that assigned its margin; the insurance fund is an account too, exempt from margin.

import { assert } from '../base/assert.ts';
import { PPM, type AccountId, type ActorId, type Ppm, type Quote } from '../base/units.ts';

/** Never asked for margin and never liquidated: the insurance fund. */
export const ACCOUNT_EXEMPT = 1;
/** The exchange is closing it: its own orders are refused. */
export const ACCOUNT_IN_LIQUIDATION = 2;

/** The smallest leverage whose rate, rounded up, is at most 100 %, and the largest a column of Int32 holds. */
export const MIN_LEVERAGE: Ppm = PPM;
export const MAX_LEVERAGE: Ppm = 2_000 * PPM;

export class Accounts {
  /** Ids run from 1 to `count`; row 0 is nobody. */
  count = 0;
  cash: Float64Array;
  /** In ppm of 1×: 10× is 10,000,000. */
  leverage: Int32Array;
  /** 1 ÷ leverage in ppm, rounded up: the least initial margin rate. */
  leverageRate: Int32Array;
  owner: Int32Array;
  parent: Int32Array;
  flags: Uint8Array;
  /** First position row, 0 for none; the list is in instrument order. */
  head: Int32Array;

  constructor(hint = 64) {
    const size = Math.max(2, hint + 1);
    this.cash = new Float64Array(size);
    this.leverage = new Int32Array(size);
    this.leverageRate = new Int32Array(size);
    this.owner = new Int32Array(size);
    this.parent = new Int32Array(size);
    this.flags = new Uint8Array(size);
    this.head = new Int32Array(size);
  }

  open(owner: ActorId, leverage: Ppm, parent: AccountId, flags: number): AccountId {
    assert(
      Number.isInteger(leverage) && leverage >= MIN_LEVERAGE && leverage <= MAX_LEVERAGE,
      () => `leverage ${leverage} ppm is out of range`,
    );
    const account = ++this.count;
    if (account >= this.cash.length) this.grow();
    this.leverage[account] = leverage;
    this.leverageRate[account] = Math.ceil((PPM * PPM) / leverage);
    this.owner[account] = owner;
    this.parent[account] = parent;
    this.flags[account] = flags;
    return account;
  }

  exists(account: AccountId): boolean {
    return account >= 1 && account <= this.count && Number.isInteger(account);
  }

  has(account: AccountId, flag: number): boolean {
    return (this.flags[account] & flag) !== 0;
  }

  set(account: AccountId, flag: number, on: boolean): void {
    if (on) this.flags[account] |= flag;
    else this.flags[account] &= ~flag;
  }

  add(account: AccountId, amount: Quote): void {
    const cash = this.cash[account] + amount;
    assert(cash <= Number.MAX_SAFE_INTEGER && cash >= -Number.MAX_SAFE_INTEGER, 'cash of an account leaves the range of exact integers');
    this.cash[account] = cash;
  }

  private grow(): void {
    const size = Math.ceil(this.cash.length * 1.5) + 8;
    this.cash = grown(this.cash, new Float64Array(size));
    this.leverage = grown(this.leverage, new Int32Array(size));
    this.leverageRate = grown(this.leverageRate, new Int32Array(size));
    this.owner = grown(this.owner, new Int32Array(size));
    this.parent = grown(this.parent, new Int32Array(size));
    this.flags = grown(this.flags, new Uint8Array(size));
    this.head = grown(this.head, new Int32Array(size));
  }
}

/** Copies a column into a larger one. */
export function grown<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
