// The levels of one book: a row for each tick with orders, and the set of those ticks as a bitmap of bitmaps, so that
// the next price is found in a few instructions however far away it is. Rows live in pages of 1,024 ticks that are taken
// when first needed and given back when empty: memory follows the prices in use, and no price is too far away.

import type { Ticks } from '../base/units.ts';
import * as memory from './arena.ts';
import type { Arena } from './arena.ts';

const { ROWS } = memory;

/** Prices are at least 1 and below 2 ** 31. */
export const MAX_PRICE: Ticks = 0x7fff_ffff;

/**
 * A level is four words. The first two make it a link of the ring of its orders (see NEXT and PREVIOUS in
 * resting-orders.ts), on which it stands between the last and the first; alone on it, it is empty. The other two are one
 * float, its lots: `floats[(level >> 1) + LEVEL_LOTS]`.
 */
const LEVEL_WORDS = 4;
const LEVEL_LOTS = 1;
export const LEVEL_ROW = { LEVEL_LOTS } as const;

// A page: the levels of its ticks, then one bit a tick in 32 words, then one bit for each of those words (and three spare).
const PAGE_BITS = 10;
const PAGE_TICKS = 1 << PAGE_BITS;
const IN_PAGE = PAGE_TICKS - 1;
const BITS = PAGE_TICKS * LEVEL_WORDS;
const SUMMARY = BITS + 32;
const PAGE_WORDS = SUMMARY + 4;

const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);
const highest = (bits: number): number => 31 - Math.clz32(bits);
/** The bits below, and above, bit n. */
const under = (n: number): number => (1 << n) - 1;
const over = (n: number): number => ~((2 << n) - 1);

function longer(from: Int32Array, length: number, rest = 0): Int32Array {
  const to = new Int32Array(length).fill(rest, from.length);
  to.set(from);
  return to;
}

/**
 * Bids and asks share the levels: the book is never crossed. One page is shared by all prices that have none of their
 * own: its levels are empty and stay so, so that looking where nothing is needs no test.
 */
export class PriceLevels {
  private readonly arena: Arena;
  private readonly nowhere: number;
  /** The page of each run of 1,024 ticks; one bit for each run that has its own; one bit for each word of those. */
  private directory: Int32Array;
  /** The length of the directory: as a number of its own V8 knows it. */
  private end = 1_024;
  private runs: Int32Array = new Int32Array(32);
  private groups: Int32Array = new Int32Array(1);
  /** Pages given back, linked by their SUMMARY + 1. */
  private spare = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    this.nowhere = this.makePage();
    this.directory = new Int32Array(this.end).fill(this.nowhere);
  }

  /** The level of a price; not to be written unless it has orders. */
  at(price: Ticks): number {
    return (this.page(price) & ROWS) + (price & IN_PAGE) * LEVEL_WORDS;
  }

  /** The level of a price that gets its first order, from what `at` said. May grow the arena. */
  open(price: Ticks, level: number): number {
    let page = level - (price & IN_PAGE) * LEVEL_WORDS;
    if (page === this.nowhere) page = this.takePage(price >>> PAGE_BITS) & ROWS;
    const { words } = this.arena;
    const word = (price >>> 5) & 31;
    words[page + BITS + word] |= 1 << (price & 31);
    words[page + SUMMARY] |= 1 << word;
    return page + (price & IN_PAGE) * LEVEL_WORDS;
  }

  /** The level of this price lost its last order. Returns a bit for each price with orders among the 32 to which it belongs. */
  close(price: Ticks, level: number): number {
    const { words } = this.arena;
    const page = level - (price & IN_PAGE) * LEVEL_WORDS;
    const word = (price >>> 5) & 31;
    const left = words[page + BITS + word] & ~(1 << (price & 31));
    words[page + BITS + word] = left;
    if (left !== 0) return left;
    words[page + SUMMARY] &= ~(1 << word);
    if (words[page + SUMMARY] === 0) this.giveBack(price >>> PAGE_BITS, page);
    return 0;
  }

  /** The nearest price above that has orders, 0 if there is none. */
  above(price: Ticks): Ticks {
    const { words } = this.arena;
    const page = this.page(price) & ROWS;
    let word = (price >>> 5) & 31;
    let bits = words[page + BITS + word] & over(price & 31);
    if (bits !== 0) return (price & ~31) | lowest(bits);
    bits = words[page + SUMMARY] & over(word);
    if (bits === 0) return this.firstOf(this.runAbove(price >>> PAGE_BITS));
    word = lowest(bits);
    return (price & ~IN_PAGE) | (word << 5) | lowest(words[page + BITS + word]);
  }

  /** The nearest price below that has orders, 0 if there is none. */
  below(price: Ticks): Ticks {
    const { words } = this.arena;
    const page = this.page(price) & ROWS;
    let word = (price >>> 5) & 31;
    let bits = words[page + BITS + word] & under(price & 31);
    if (bits !== 0) return (price & ~31) | highest(bits);
    bits = words[page + SUMMARY] & under(word);
    if (bits === 0) return this.lastOf(this.runBelow(price >>> PAGE_BITS));
    word = highest(bits);
    return (price & ~IN_PAGE) | (word << 5) | highest(words[page + BITS + word]);
  }

  /** The lots of all levels from `low` to `high`, of whichever side; 0 if there are no such prices. */
  lotsWithin(low: Ticks, high: Ticks): number {
    const { directory, nowhere } = this;
    const { words, floats } = this.arena;
    const lastRun = Math.min(Math.min(high, MAX_PRICE) >>> PAGE_BITS, directory.length - 1);
    let lots = 0;
    for (let run = low >>> PAGE_BITS; run <= lastRun; run++) {
      const page = directory[run];
      if (page === nowhere) continue;
      for (let left = words[page + SUMMARY]; left !== 0; left &= left - 1) {
        const word = lowest(left);
        const first = (run << PAGE_BITS) | (word << 5);
        const last = first + 31;
        if (last < low || first > high) continue;
        let bits = words[page + BITS + word];
        if (first < low) bits &= ~under(low - first);
        if (last > high) bits &= under(high - first + 1);
        const levels = page + (word << 5) * LEVEL_WORDS;
        for (; bits !== 0; bits &= bits - 1) lots += floats[((levels + lowest(bits) * LEVEL_WORDS) >> 1) + LEVEL_LOTS];
      }
    }
    return lots;
  }

  private page(price: Ticks): number {
    const { directory } = this;
    const run = price >>> PAGE_BITS;
    return run < this.end ? directory[run] : this.nowhere;
  }

  private firstOf(run: number): Ticks {
    if (run < 0) return 0;
    const page = this.directory[run];
    const word = lowest(this.arena.words[page + SUMMARY]);
    return (run << PAGE_BITS) | (word << 5) | lowest(this.arena.words[page + BITS + word]);
  }

  private lastOf(run: number): Ticks {
    if (run < 0) return 0;
    const page = this.directory[run];
    const word = highest(this.arena.words[page + SUMMARY]);
    return (run << PAGE_BITS) | (word << 5) | highest(this.arena.words[page + BITS + word]);
  }

  /** The next run that has a page, −1 if there is none. */
  private runAbove(run: number): number {
    const { runs, groups } = this;
    const word = run >>> 5;
    if (word >= runs.length) return -1;
    let bits = runs[word] & over(run & 31);
    if (bits !== 0) return (word << 5) | lowest(bits);
    let group = word >>> 5;
    bits = groups[group] & over(word & 31);
    while (bits === 0) {
      group += 1;
      if (group === groups.length) return -1;
      bits = groups[group];
    }
    const next = (group << 5) | lowest(bits);
    return (next << 5) | lowest(runs[next]);
  }

  /** The run before that has a page, −1 if there is none. */
  private runBelow(from: number): number {
    const { runs, groups } = this;
    const run = Math.min(from, runs.length << 5);
    const word = run >>> 5;
    let bits = word < runs.length ? runs[word] & under(run & 31) : 0;
    if (bits !== 0) return (word << 5) | highest(bits);
    let group = word >>> 5;
    bits = group < groups.length ? groups[group] & under(word & 31) : 0;
    while (bits === 0) {
      group -= 1;
      if (group < 0) return -1;
      bits = groups[group];
    }
    const next = (group << 5) | highest(bits);
    return (next << 5) | highest(runs[next]);
  }

  private takePage(run: number): number {
    if (run >= this.directory.length) {
      let length = this.directory.length;
      while (length <= run) length *= 2;
      this.directory = longer(this.directory, length, this.nowhere);
      this.end = length;
      this.runs = longer(this.runs, length / 32);
      this.groups = longer(this.groups, length / 1_024);
    }
    let page = this.spare;
    if (page === 0) page = this.makePage();
    else this.spare = this.arena.words[page + SUMMARY + 1];
    this.directory[run] = page;
    this.runs[run >>> 5] |= 1 << (run & 31);
    this.groups[run >>> 10] |= 1 << ((run >>> 5) & 31);
    return page;
  }

  private makePage(): number {
    const page = this.arena.take(PAGE_WORDS);
    const { words } = this.arena;
    for (let level = page; level < page + BITS; level += LEVEL_WORDS) {
      words[level] = level;
      words[level + 1] = level;
    }
    return page;
  }

  private giveBack(run: number, page: number): void {
    this.arena.words[page + SUMMARY + 1] = this.spare;
    this.spare = page;
    this.directory[run] = this.nowhere;
    this.runs[run >>> 5] &= ~(1 << (run & 31));
    if (this.runs[run >>> 5] === 0) this.groups[run >>> 10] &= ~(1 << ((run >>> 5) & 31));
  }
}
