// The levels of one book: a row for each tick with orders, and the set of those ticks as a bitmap of bitmaps, so that
// the next price is found in a few instructions however far away it is. Bids and asks share it: the book is never crossed.

import type { Ticks } from '../base/units.ts';
import { PagedRows } from './paged-rows.ts';

/** Words of a level's row: its first and last order. Its lots are the row's float: `lots[row >> 1 | LEVEL_LOTS]`. */
export const LEVEL_HEAD = 0;
export const LEVEL_TAIL = 1;
export const LEVEL_LOTS = 1;

/** Prices are at least 1 and below 2 ** 31. */
export const MAX_PRICE: Ticks = 0x7fff_ffff;

/** 32 words of 32 ticks make a page. */
const PAGE_BITS = 10;

const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);
const highest = (bits: number): number => 31 - Math.clz32(bits);
/** The bits below, and above, bit n. */
const under = (n: number): number => (1 << n) - 1;
const over = (n: number): number => ~((2 << n) - 1);

export class PriceLevels {
  private readonly table = new PagedRows(PAGE_BITS);
  rows: Int32Array = this.table.words;
  lots: Float64Array = this.table.floats;
  /** By page: one bit a tick, in 32 words, and one bit for each of those words. */
  private ticks: Int32Array = new Int32Array(32 * this.table.capacity);
  private words: Int32Array = new Int32Array(this.table.capacity);
  /** One bit for each page, and one for each word of those bits. */
  private pages: Int32Array = new Int32Array(32);
  private groups: Int32Array = new Int32Array(1);

  /** Where the level's row begins; its head is 0 when there are no orders at the price. */
  row(price: Ticks): number {
    return this.table.row(price);
  }

  /** As `row`, for a price that gets its first order. */
  open(price: Ticks): number {
    const { table } = this;
    const page = table.open(price);
    const word = (price >>> 5) & 31;
    if (page >= this.words.length || this.words[page] === 0) this.openPage(page, price >>> PAGE_BITS);
    this.ticks[32 * page + word] |= 1 << (price & 31);
    this.words[page] |= 1 << word;
    return table.row(price);
  }

  /** The level lost its last order. */
  close(price: Ticks): void {
    const { table, ticks, words } = this;
    const row = table.row(price);
    this.rows[row + LEVEL_HEAD] = 0;
    this.rows[row + LEVEL_TAIL] = 0;
    this.lots[(row >> 1) + LEVEL_LOTS] = 0;
    const page = table.page(price);
    const word = (price >>> 5) & 31;
    const left = ticks[32 * page + word] & ~(1 << (price & 31));
    ticks[32 * page + word] = left;
    if (left !== 0) return;
    words[page] &= ~(1 << word);
    if (words[page] === 0) this.closePage(price >>> PAGE_BITS);
  }

  /** The nearest price above that has orders, 0 if there is none. */
  above(price: Ticks): Ticks {
    const page = this.table.page(price);
    let word = (price >>> 5) & 31;
    let bits = this.ticks[32 * page + word] & over(price & 31);
    if (bits !== 0) return ((price & ~31) | lowest(bits)) as Ticks;
    bits = this.words[page] & over(word);
    if (bits === 0) return this.abovePage(price >>> PAGE_BITS);
    word = lowest(bits);
    return (price & ~1023) | (word << 5) | lowest(this.ticks[32 * page + word]);
  }

  /** The nearest price below that has orders, 0 if there is none. */
  below(price: Ticks): Ticks {
    const page = this.table.page(price);
    let word = (price >>> 5) & 31;
    let bits = this.ticks[32 * page + word] & under(price & 31);
    if (bits !== 0) return (price & ~31) | highest(bits);
    bits = this.words[page] & under(word);
    if (bits === 0) return this.belowPage(price >>> PAGE_BITS);
    word = highest(bits);
    return (price & ~1023) | (word << 5) | highest(this.ticks[32 * page + word]);
  }

  private abovePage(run: number): Ticks {
    const { pages, groups } = this;
    let group = run >>> 5;
    let bits = group < pages.length ? pages[group] & over(run & 31) : 0;
    if (bits === 0) {
      let index = group >>> 5;
      let open = index < groups.length ? groups[index] & over(group & 31) : 0;
      while (open === 0) {
        index += 1;
        if (index >= groups.length) return 0;
        open = groups[index];
      }
      group = (index << 5) | lowest(open);
      bits = pages[group];
    }
    run = (group << 5) | lowest(bits);
    const page = this.table.page(run << PAGE_BITS);
    const word = lowest(this.words[page]);
    return (run << PAGE_BITS) | (word << 5) | lowest(this.ticks[32 * page + word]);
  }

  private belowPage(run: number): Ticks {
    const { pages, groups } = this;
    let group = run >>> 5;
    let bits = group < pages.length ? pages[group] & under(run & 31) : 0;
    if (bits === 0) {
      let index = group >>> 5;
      let open = index < groups.length ? groups[index] & under(group & 31) : 0;
      if (index >= groups.length) index = groups.length;
      while (open === 0) {
        index -= 1;
        if (index < 0) return 0;
        open = groups[index];
      }
      group = (index << 5) | highest(open);
      bits = pages[group];
    }
    run = (group << 5) | highest(bits);
    const page = this.table.page(run << PAGE_BITS);
    const word = highest(this.words[page]);
    return (run << PAGE_BITS) | (word << 5) | highest(this.ticks[32 * page + word]);
  }

  private openPage(page: number, run: number): void {
    const { table } = this;
    this.rows = table.words;
    this.lots = table.floats;
    if (page >= this.words.length) {
      const ticks = new Int32Array(32 * table.capacity);
      ticks.set(this.ticks);
      this.ticks = ticks;
      const words = new Int32Array(table.capacity);
      words.set(this.words);
      this.words = words;
    }
    const group = run >>> 5;
    if (group >= this.pages.length) {
      let length = this.pages.length;
      while (length <= group) length *= 2;
      const pages = new Int32Array(length);
      pages.set(this.pages);
      this.pages = pages;
      const groups = new Int32Array(length / 32);
      groups.set(this.groups);
      this.groups = groups;
    }
    this.pages[group] |= 1 << (run & 31);
    this.groups[group >>> 5] |= 1 << (group & 31);
  }

  private closePage(run: number): void {
    this.table.drop(run << PAGE_BITS);
    const group = run >>> 5;
    this.pages[group] &= ~(1 << (run & 31));
    if (this.pages[group] === 0) this.groups[group >>> 5] &= ~(1 << (group & 31));
  }
}
