// A table of small rows for keys that are few but spread far (prices, accounts): rows live in pages that are taken when
// first needed and given back when empty, so memory follows what is in use and no key is out of range.

/** Int32 words in a row; words 2 and 3 can be read as one float64 through `floats`. */
export const ROW_WORDS = 4;

/**
 * Page 0 is all zero and belongs to nobody: reading a row that was never opened gives zeros, without a test. Whoever
 * drops a page must have zeroed its rows. `words` and `floats` are replaced when the table grows.
 */
export class PagedRows {
  words: Int32Array;
  floats: Float64Array;
  /** Keys in a page: 2 ** bits. */
  readonly bits: number;
  /** Page of each run of keys; 0: none. */
  private directory = new Int32Array(64);
  private free: Int32Array = new Int32Array(4);
  private freeCount = 0;
  private pageCount = 1;

  constructor(bits: number) {
    this.bits = bits;
    this.words = new Int32Array((4 * ROW_WORDS) << bits);
    this.floats = new Float64Array(this.words.buffer);
  }

  /** Pages there is room for. */
  get capacity(): number {
    return (this.words.length / ROW_WORDS) >>> this.bits;
  }

  /** The page of `key`, 0 if it has none. */
  page(key: number): number {
    const run = key >>> this.bits;
    return run < this.directory.length ? this.directory[run] : 0;
  }

  /** Where the row of `key` begins in `words`; in page 0 if it was not opened. */
  row(key: number): number {
    return ((this.page(key) << this.bits) | (key & ((1 << this.bits) - 1))) * ROW_WORDS;
  }

  /** As `page`, taking a page if there is none. */
  open(key: number): number {
    const page = this.page(key);
    return page !== 0 ? page : this.take(key >>> this.bits);
  }

  /** Gives back the page of `key`. */
  drop(key: number): void {
    const run = key >>> this.bits;
    if (this.freeCount === this.free.length) {
      const free = new Int32Array(2 * this.freeCount);
      free.set(this.free);
      this.free = free;
    }
    this.free[this.freeCount] = this.directory[run];
    this.freeCount += 1;
    this.directory[run] = 0;
  }

  private take(run: number): number {
    if (run >= this.directory.length) {
      let length = this.directory.length;
      while (length <= run) length *= 2;
      const directory = new Int32Array(length);
      directory.set(this.directory);
      this.directory = directory;
    }
    let page: number;
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      page = this.free[this.freeCount];
    } else {
      page = this.pageCount;
      this.pageCount += 1;
      if (page >= this.capacity) {
        const words = new Int32Array(2 * this.words.length);
        words.set(this.words);
        this.words = words;
        this.floats = new Float64Array(words.buffer);
      }
    }
    this.directory[run] = page;
    return page;
  }
}
