// One growing block of 32-bit words in which a book keeps everything: orders, levels, accounts. Rows of different kinds
// can then be links of one list, which has no ends to treat apart, and a copy of the whole is one copy.

import { assert } from '../base/assert.ts';

/**
 * A row's name is below this. Where rows are read in the hottest paths they are masked with it, which changes none: V8 then
 * knows that no word of a row lies beyond 31 bits, and leaves out the check of the sum at each.
 */
export const ROWS = 0x3fff_ffff;
/** Likewise of accounts: a row of eight words each. */
export const ACCOUNT_IDS = 0x07ff_ffff;
/** And of instruments. */
export const INSTRUMENT_IDS = 0xffff;

/** So many words at the beginning are the user's own. */
export const OWN_WORDS = 4;

/** Where rows begin is their name; 0 is none, because the first words are no row's. */
export class Arena {
  /** Replaced when the arena grows, which only `take` can do: read them again after it. */
  words: Int32Array;
  /** The same memory: word 2n and 2n + 1 are float n. */
  floats: Float64Array;
  private end = OWN_WORDS;

  constructor(words: number) {
    this.words = new Int32Array(words);
    this.floats = new Float64Array(this.words.buffer);
  }

  /** `count` new words, all 0; a multiple of 4. */
  take(count: number): number {
    const at = this.end;
    this.end = at + count;
    if (this.end > this.words.length) {
      assert(this.end <= ROWS, 'a book outgrows the names of its rows');
      let length = 2 * this.words.length;
      while (length < this.end) length *= 2;
      const words = new Int32Array(length);
      words.set(this.words);
      this.words = words;
      this.floats = new Float64Array(words.buffer);
    }
    return at;
  }
}
