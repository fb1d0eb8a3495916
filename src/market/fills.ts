// What the last command to the market did, as rows that are used again: who traded, and whose orders left the book. A row is
// one stretch of memory: what is written and read together lies together, and is reached through one array.

import * as arena from './arena.ts';
import * as executed from './executions.ts';
import type { Executions } from './executions.ts';

const { ROWS } = arena;
const { EXECUTION_WORDS } = executed;
const { TAG, FEE, ACCOUNT, ORDER, LEFT, PRICE, LOTS, SIDE, INSTRUMENT } = executed.EXECUTION;
const FLOATS = EXECUTION_WORDS / 2;
/** There are fewer rows than this, and V8 is told so as in arena.ts. */
const IN_USE = 0xff_ffff;

export const FILL_MAKER = 1;
/** The order has nothing left open. */
export const FILL_DONE = 2;

/** Both sides of each execution that was settled, in their order: row 2k is the taker's, 2k + 1 the maker's. */
export class Fills {
  private readonly executions: Executions;

  constructor(executions: Executions) {
    this.executions = executions;
  }

  get count(): number {
    return this.executions.settled / FLOATS;
  }

  account(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + ACCOUNT + (row & 1)];
  }

  instrument(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + INSTRUMENT];
  }

  order(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + ORDER + (row & 1)] >>> 0;
  }

  tag(row: number): number {
    return this.executions.floats[((row >> 1) & IN_USE) * FLOATS + TAG + (row & 1)];
  }

  side(row: number): 1 | -1 {
    const taker = this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + SIDE] as 1 | -1;
    return (row & 1) === 0 ? taker : (-taker as 1 | -1);
  }

  lots(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + LOTS];
  }

  price(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + PRICE];
  }

  /** In quote units, paid by the account; negative: a rebate. */
  fee(row: number): number {
    return this.executions.floats[((row >> 1) & IN_USE) * FLOATS + FEE + (row & 1)];
  }

  /** What the order still has open: of a taker, what it had not yet filled. */
  left(row: number): number {
    return this.executions.words[((row >> 1) & IN_USE) * EXECUTION_WORDS + LEFT + (row & 1)];
  }

  /** FILL_MAKER, FILL_DONE. */
  flags(row: number): number {
    return (row & 1) + (this.left(row) === 0 ? FILL_DONE : 0);
  }
}

// Words of a canceled order; the first two are a float.
const CANCELED_WORDS = 10;
const CANCELED = { ORDER: 2, ACCOUNT: 3, SIDE: 4, PRICE: 5, LOTS: 6, LEFT: 7, REASON: 8, INSTRUMENT: 9 } as const;

/**
 * Orders that left a book, or were cut, without a fill. The market takes them over in their place (settlement.ts), but for the order
 * of the command itself.
 */
export class Canceled {
  count = 0;
  /** Rows before this one the market has taken over: a command of its own may be several of books. A book by itself leaves it at 0. */
  taken = 0;
  private words: Int32Array = new Int32Array(CANCELED_WORDS * 256);
  private floats: Float64Array = new Float64Array(this.words.buffer);
  private end = CANCELED_WORDS * 256;

  add(
    instrument: number,
    order: number,
    account: number,
    tag: number,
    side: 1 | -1,
    price: number,
    lots: number,
    left: number,
    reason: number,
  ): void {
    const at = (this.count++ * CANCELED_WORDS) & ROWS;
    if (at === this.end) {
      this.words = doubled(this.words);
      this.floats = new Float64Array(this.words.buffer);
      this.end = this.words.length;
    }
    const { words } = this;
    this.floats[at >> 1] = tag;
    words[at + CANCELED.ORDER] = order;
    words[at + CANCELED.ACCOUNT] = account;
    words[at + CANCELED.SIDE] = side;
    words[at + CANCELED.PRICE] = price;
    words[at + CANCELED.LOTS] = lots;
    words[at + CANCELED.LEFT] = left;
    words[at + CANCELED.REASON] = reason;
    words[at + CANCELED.INSTRUMENT] = instrument;
  }

  /** The market's: a row that it has taken over, for this reason unless it is 0. */
  takeOver(row: number, instrument: number, reason: number): void {
    const at = (row & IN_USE) * CANCELED_WORDS;
    this.words[at + CANCELED.INSTRUMENT] = instrument;
    if (reason !== 0) this.words[at + CANCELED.REASON] = reason;
  }

  /** Drops a row; those behind it move up. */
  drop(row: number): void {
    const at = row * CANCELED_WORDS;
    this.words.copyWithin(at, at + CANCELED_WORDS, this.count * CANCELED_WORDS);
    this.count--;
  }

  account(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.ACCOUNT];
  }

  /** 0 in the rows of a book, which knows of none. */
  instrument(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.INSTRUMENT];
  }

  order(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.ORDER] >>> 0;
  }

  tag(row: number): number {
    return this.floats[((row & IN_USE) * CANCELED_WORDS) >> 1];
  }

  side(row: number): 1 | -1 {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.SIDE] as 1 | -1;
  }

  price(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.PRICE];
  }

  /** What was taken off. */
  lots(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.LOTS];
  }

  /** What stays open: more than 0 only where a reduce-only order was cut to its position, or one without margin. */
  left(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.LEFT];
  }

  reason(row: number): number {
    return this.words[(row & IN_USE) * CANCELED_WORDS + CANCELED.REASON];
  }
}

function doubled(words: Int32Array): Int32Array {
  const longer = new Int32Array(2 * words.length);
  longer.set(words);
  return longer;
}
