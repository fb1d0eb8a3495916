// What a book did for one taker, as rows that are used again from command to command: no object is made while matching. A row is
// one stretch of memory: the book writes what it knows, the market adds the taker and what it charges (settlement.ts), and both
// sides are told from it (fills.ts).

import type { AccountId, Lots, OrderId, Ticks } from '../base/units.ts';
import * as arena from './arena.ts';

const { ROWS } = arena;

// Words of a row. Where there are two, the taker's is first. The first two pairs are floats.
export const EXECUTION_WORDS = 18;
const TAG = 0;
const FEE = 2;
const ACCOUNT = 8;
const ORDER = 10;
const LEFT = 12;
const PRICE = 14;
const LOTS = 15;
/** The taker's. */
const SIDE = 16;
const INSTRUMENT = 17;
export const EXECUTION = { TAG, FEE, ACCOUNT, ORDER, LEFT, PRICE, LOTS, SIDE, INSTRUMENT } as const;

export class Executions {
  words: Int32Array = new Int32Array(EXECUTION_WORDS * 256);
  floats: Float64Array = new Float64Array(this.words.buffer);
  /** Where the rows of the book's last command begin. Those before it the market has settled: a command of its own may be several of books. */
  settled = 0;
  /** Where they end. */
  end = 0;
  /** How many words there are: as a number of its own V8 knows it. */
  private room = EXECUTION_WORDS * 256;
  /** Whose reduce-only orders traded, in order; an account may be there twice. */
  reducerCount = 0;
  reducers: Int32Array = new Int32Array(256);

  /** A book begins a command. */
  clear(): void {
    this.end = this.settled;
    this.reducerCount = 0;
  }

  /** The next row, as the first of its words. */
  add(): number {
    const at = this.end & ROWS;
    this.end = at + EXECUTION_WORDS;
    if (at === this.room) {
      this.words = longer(this.words);
      this.room = this.words.length;
      this.floats = new Float64Array(this.words.buffer);
    }
    return at;
  }

  addReducer(account: AccountId): void {
    if (this.reducerCount === this.reducers.length) this.reducers = longer(this.reducers);
    this.reducers[this.reducerCount++] = account;
  }

  /** Of the book's last command, as all below. */
  get count(): number {
    return (this.end - this.settled) / EXECUTION_WORDS;
  }

  maker(row: number): OrderId {
    return this.words[this.at(row) + ORDER + 1] >>> 0;
  }

  makerAccount(row: number): AccountId {
    return this.words[this.at(row) + ACCOUNT + 1];
  }

  makerTag(row: number): number {
    return this.floats[(this.at(row) >> 1) + TAG + 1];
  }

  price(row: number): Ticks {
    return this.words[this.at(row) + PRICE];
  }

  lots(row: number): Lots {
    return this.words[this.at(row) + LOTS];
  }

  /** What the maker still has open after the fill; 0: it is done. */
  makerLeft(row: number): Lots {
    return this.words[this.at(row) + LEFT + 1];
  }

  private at(row: number): number {
    return this.settled + row * EXECUTION_WORDS;
  }
}

function longer(from: Int32Array): Int32Array {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
