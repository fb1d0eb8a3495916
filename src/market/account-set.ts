// A set of accounts as bits, one each: the next member after any account is found through two levels of summaries, a bit for
// each word that is not empty, whether ten of a million accounts are in it or all. Small enough to stay in the cache,
// unlike a list that has room for everybody.

import type { AccountId } from '../base/units.ts';
import { grown } from './room.ts';

const BITS = 5;
const IN_WORD = 31;

export class AccountSet {
  /** Accounts below it have room. */
  room = 0;
  /** A bit for each account; for each word of those; and for each word of these again. */
  private members: Int32Array = new Int32Array(1);
  private words: Int32Array = new Int32Array(1);
  private summary: Int32Array = new Int32Array(1);

  constructor(room: number) {
    this.makeRoom(room);
  }

  get bytes(): number {
    return this.members.byteLength + this.words.byteLength + this.summary.byteLength;
  }

  /** For all accounts below `room`. */
  makeRoom(room: number): void {
    this.room = room;
    this.members = grown(this.members, (room >>> BITS) + 1);
    this.words = grown(this.words, (this.members.length >>> BITS) + 1);
    this.summary = grown(this.summary, (this.words.length >>> BITS) + 1);
  }

  has(account: AccountId): boolean {
    return (this.members[account >>> BITS] & (1 << (account & IN_WORD))) !== 0;
  }

  add(account: AccountId): void {
    const word = account >>> BITS;
    const before = this.members[word];
    this.members[word] = before | (1 << (account & IN_WORD));
    if (before !== 0) return;
    const above = word >>> BITS;
    this.words[above] |= 1 << (word & IN_WORD);
    this.summary[above >>> BITS] |= 1 << (above & IN_WORD);
  }

  remove(account: AccountId): void {
    const word = account >>> BITS;
    if ((this.members[word] &= ~(1 << (account & IN_WORD))) !== 0) return;
    const above = word >>> BITS;
    if ((this.words[above] &= ~(1 << (word & IN_WORD))) !== 0) return;
    this.summary[above >>> BITS] &= ~(1 << (above & IN_WORD));
  }

  /** The first member from `account`, at most `room`, on; -1 if there is none. */
  from(account: AccountId): number {
    let word = account >>> BITS;
    let bits = this.members[word] & (-1 << (account & IN_WORD));
    if (bits === 0) {
      word = this.wordFrom(word + 1);
      if (word < 0) return -1;
      bits = this.members[word];
    }
    return (word << BITS) + lowest(bits);
  }

  /** The first word of members from `word` on that is not empty, or -1. */
  private wordFrom(word: number): number {
    const { words, summary } = this;
    let above = word >>> BITS;
    let bits = words[above] & (-1 << (word & IN_WORD));
    if (bits === 0) {
      let top = (above + 1) >>> BITS;
      let left = summary[top] & (-1 << ((above + 1) & IN_WORD));
      while (left === 0) {
        if (++top >= summary.length) return -1;
        left = summary[top];
      }
      above = (top << BITS) + lowest(left);
      bits = words[above];
    }
    return (above << BITS) + lowest(bits);
  }
}

/** The place of the lowest bit that is set; `bits` is not 0. */
function lowest(bits: number): number {
  return IN_WORD - Math.clz32(bits & -bits);
}
