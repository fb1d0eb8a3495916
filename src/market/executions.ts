// What a book did for one taker, as rows that are used again from command to command: no object is made while matching.

import type { AccountId, Lots, OrderId, Ticks } from '../base/units.ts';

/** Words of an execution; the first two are a float, the maker's tag. */
export const EXECUTION_WORDS = 8;
const MAKER = 2;
const MAKER_ACCOUNT = 3;
const PRICE = 4;
const LOTS = 5;
const MAKER_LEFT = 6;
export const EXECUTION = { MAKER, MAKER_ACCOUNT, PRICE, LOTS, MAKER_LEFT } as const;

export class Executions {
  count = 0;
  words: Int32Array = new Int32Array(EXECUTION_WORDS * 256);
  floats: Float64Array = new Float64Array(this.words.buffer);
  /** How many words there are: as a number of its own V8 knows it. */
  private end = EXECUTION_WORDS * 256;
  /** Whose reduce-only orders traded, in order; an account may be there twice. */
  reducerCount = 0;
  reducers: Int32Array = new Int32Array(256);

  clear(): void {
    this.count = 0;
    this.reducerCount = 0;
  }

  /** The next row, as the first of its words. */
  add(): number {
    const at = this.count++ * EXECUTION_WORDS;
    if (at === this.end) {
      this.words = longer(this.words);
      this.end = this.words.length;
      this.floats = new Float64Array(this.words.buffer);
    }
    return at;
  }

  addReducer(account: AccountId): void {
    if (this.reducerCount === this.reducers.length) this.reducers = longer(this.reducers);
    this.reducers[this.reducerCount++] = account;
  }

  maker(row: number): OrderId {
    return this.words[row * EXECUTION_WORDS + MAKER] >>> 0;
  }

  makerAccount(row: number): AccountId {
    return this.words[row * EXECUTION_WORDS + MAKER_ACCOUNT];
  }

  makerTag(row: number): number {
    return this.floats[(row * EXECUTION_WORDS) >> 1];
  }

  price(row: number): Ticks {
    return this.words[row * EXECUTION_WORDS + PRICE];
  }

  lots(row: number): Lots {
    return this.words[row * EXECUTION_WORDS + LOTS];
  }

  /** What the maker still has open after the fill; 0: it is done. */
  makerLeft(row: number): Lots {
    return this.words[row * EXECUTION_WORDS + MAKER_LEFT];
  }
}

function longer(from: Int32Array): Int32Array {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
