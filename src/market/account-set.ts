// A set of accounts as bits, one each: the next member after any account is found through two levels of summaries, a bit for
// each word that is not empty, whether ten of a million accounts are in it or all. Small enough to stay in the cache,
// unlike a list that has room for everybody.

import type { AccountId } from '../base/units.ts';
import { grown } from './room.ts';

const BITS = 5;
const IN_WORD = 31;

export class AccountSet {
  /** Accounts below it have room. */
  room: number;
  /** How many words of `members` are not 0. */
  private occupied = 0;
  /** A bit for each account; for each word of those; and for each word of these again. */
  private members: Int32Array;
  private words: Int32Array;
  private summary: Int32Array;

  constructor(room: number) {
    this.room = room;
    this.members = new Int32Array((room >>> BITS) + 1);
    this.words = new Int32Array((this.members.length >>> BITS) + 1);
    this.summary = new Int32Array((this.words.length >>> BITS) + 1);
  }

  get isEmpty(): boolean {
    return this.occupied === 0;
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

  add(account: AccountId): void {
    const { members } = this;
    const word = account >>> BITS;
    const before = members[word];
    members[word] = before | (1 << (account & IN_WORD));
    if (before !== 0) return;
    this.occupied++;
    const above = word >>> BITS;
    this.words[above] |= 1 << (word & IN_WORD);
    this.summary[above >>> BITS] |= 1 << (above & IN_WORD);
  }

  /**
   * Takes the first members from `from`, at most `room`, on out of the set and into `into`, ascending, as many as it holds;
   * returns how many. Less than that, and there are no more.
   */
  take(into: Int32Array, from: AccountId): number {
    const { members, words, summary } = this;
    const firstWord = from >>> BITS;
    const firstAbove = firstWord >>> BITS;
    let count = 0;
    for (let top = firstAbove >>> BITS; top < summary.length; top++) {
      let aboves = summary[top];
      if (top === firstAbove >>> BITS) aboves &= -1 << (firstAbove & IN_WORD);
      for (; aboves !== 0; aboves &= aboves - 1) {
        const above = (top << BITS) + lowest(aboves);
        let inside = words[above];
        if (above === firstAbove) inside &= -1 << (firstWord & IN_WORD);
        for (; inside !== 0; inside &= inside - 1) {
          const word = (above << BITS) + lowest(inside);
          const before = members[word];
          let bits = before;
          if (word === firstWord) bits &= -1 << (from & IN_WORD);
          let left = before ^ bits;
          for (; bits !== 0 && count < into.length; bits &= bits - 1) into[count++] = (word << BITS) + lowest(bits);
          left |= bits;
          members[word] = left;
          if (left === 0) this.clearWord(word);
          if (count === into.length) return count;
        }
      }
    }
    return count;
  }

  private clearWord(word: number): void {
    this.occupied--;
    const above = word >>> BITS;
    const left = this.words[above] & ~(1 << (word & IN_WORD));
    this.words[above] = left;
    if (left === 0) this.summary[above >>> BITS] &= ~(1 << (above & IN_WORD));
  }
}

/** The place of the lowest bit that is set; `bits` is not 0. */
function lowest(bits: number): number {
  return IN_WORD - Math.clz32(bits & -bits);
}
