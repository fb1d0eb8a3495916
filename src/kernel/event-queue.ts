// What is clever in the kernel is here, once: an event queue whose push and pop cost the same however many events are
// pending. It is a hierarchical timing wheel fused with the arena of message records, so that an event is never copied.
//
// Time is cut into blocks of 1,024 microseconds. What happens in the block that the queue is in, or in the one after it, hangs
// in a wheel with a slot for each of these 2,048 microseconds, its list in the order of pushing. (With one block alone half of all
// that is sent, which is on its way for half a millisecond, would have to be hung twice.)
//
// What is later hangs in wheels of 1,024 slots, one for each digit of ten bits above the lowest. Six digits hold every safe
// integer, so there is nothing "too far" that could alias. An event hangs in the wheel of the highest digit in which its time
// differs from the time of the queue's second block, in the slot of that digit. Therefore
// - everything in a lower wheel is earlier than everything in a higher one, and within a wheel slots are in order;
// - when the first block is empty, the second becomes the first, and what hangs in the slot of the block after it is dealt
//   out, in its order, to lower wheels. Nothing can have been pushed to those earlier than that, because a digit above still
//   differed: the order (at, push order) is exact. When both are empty, the first slot taken of the lowest wheel that has
//   one is the next to be dealt out, and nothing in between is visited.
// Bitmaps say which slots are taken, so that finding the first one takes a few instructions. They and the slots lie in the arena too,
// before the records.
//
// Beside the wheels there is a line: what is on its way for as long as most messages are arrives in the order in which it was sent,
// so it never sees a wheel. The line's records are a ring, linked once: a message is written into the one after the last, which
// is where it waits, and when it was handled the front moves on to the next. What is taken is the front of the line or the first of
// the wheels, whichever is first in (at, seq); as long as the front is earlier than `soonest`, the wheels are not asked.

import type { Micros, Seq } from '../base/units.ts';
import type { Cursor } from './record.ts';
import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { AT, BASES, FIRST_RECORD, NEXT, RECORD_WORDS, SEQ, TAG, TIMER_WORDS, WIDE_1, WIDE_2, WORD_0, WORD_2, WORD_4 } = record;

const SLOTS = 1024;
/** Of the arena, when it is full: what is not used is memory all the same. */
const GROWTH = 1.1;
/** The ring grows by so many records. */
const MORE_IN_LINE = 16;
// The wheels, as there are bitmaps for them: two for the halves of the lowest, and five for the digits above.
const WHEELS = 7;
// In the arena: two words a slot, the first and the last record of its list; one bit a slot, 32 words a wheel; and one word a wheel
// with a bit for each of those words that is not 0.
const LISTS = 0;
const TAKEN = 2 * WHEELS * SLOTS;
const TAKEN_WORDS = TAKEN + 32 * WHEELS;
// Behind them what the queue knows of itself: in the arena and not in fields, because V8 keeps a number in a field in a form that it has to be taken out of.
const STATE = TAKEN_WORDS + WHEELS + 1;
// Records are named by their first word (0 means none), and NEXT leads to the next in its slot's list, or the next free one.
const FREE = STATE;
const FREE_TIMERS = STATE + 1;
// Of the ring: the front of the line, and the record that the next in line is written into. The same when nobody is in it.
const FRONT = STATE + 2;
const BEHIND = STATE + 3;
/** Which half of the lowest wheel is its own. */
const HALF = STATE + 4;
// When the second block begins, in three digits each.
const LOW = STATE + 5;
const HIGH = STATE + 6;
/** Of what will be dealt out next, the record to be read ahead; 0 for none, or when all were. */
const AHEAD = STATE + 7;
// Floats.
const LAST_SEQ = (STATE + 8) >> 1;
/** Up to when events are popped. */
const LIMIT = LAST_SEQ + 1;
/** Nothing in the wheels is earlier. */
const SOONEST = LAST_SEQ + 2;
/** When the first block begins: never later than the next event that is popped, and not moved by a limit before which there is none. */
const START = LAST_SEQ + 3;
// Pairs of integers that are set to 0 as one float.
const WORDS_01 = WORD_0 >> 1;
const WORDS_23 = WORD_2 >> 1;
const WORDS_45 = WORD_4 >> 1;
// A time is split into its low three digits and its high three: both halves are small integers.
const LOW_MASK = 0x3fffffff;
const TO_HIGH = 1 / 0x40000000;
const FROM_HIGH = 0x40000000;

// A constant, because V8 asks at each call whether a function that is declared is still the same.
const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);

export class EventQueue {
  /** The arena: a record for each event, as integers and as floats. Replaced by a larger one when it is full. */
  words: Int32Array;
  floats: Float64Array;
  /** Records lie before it. */
  end: number;
  /** What lies from here on was never given out. */
  private fresh = FIRST_RECORD;
  private readonly cursors: Cursor[] = [];

  constructor(capacity = 1024) {
    ({ words: this.words, floats: this.floats, end: this.end } = record.recordArena(capacity));
    this.words[LOW] = SLOTS;
    this.floats[LIMIT] = Infinity;
    this.floats[SOONEST] = Infinity;
    const only = this.takeFresh(RECORD_WORDS);
    this.words[only + NEXT] = only;
    this.words[FRONT] = only;
    this.words[BEHIND] = only;
  }

  /** From now on `cursor`, which looks at this arena, looks at the larger one that replaces it. */
  lead(cursor: Cursor): void {
    this.cursors.push(cursor);
  }

  /** The last `seq` given out: one for each event, in the order of pushing. */
  get seq(): Seq {
    return this.floats[LAST_SEQ];
  }

  /** Up to when events are popped by `popNext`. */
  set limit(limit: Micros) {
    this.floats[LIMIT] = limit;
  }

  /** A free record, which is the caller's until it is queued: its payload is 0, and its header undefined. Named by its first word. */
  take(): number {
    const free = this.words[FREE];
    const base = (free !== 0 ? free : this.takeFresh(RECORD_WORDS)) & BASES;
    const { words } = this;
    words[FREE] = words[base + NEXT];
    return base;
  }

  /** The same for a timer: of the payload only `TAG` and `WIDE_1` are its own. */
  takeTimer(): number {
    const free = this.words[FREE_TIMERS];
    const base = (free !== 0 ? free : this.takeFresh(TIMER_WORDS)) & BASES;
    const { words } = this;
    words[FREE_TIMERS] = words[base + NEXT];
    return base;
  }

  /**
   * Queues a record that `take` or `takeTimer` gave. `at` is a safe integer, not earlier than the last event popped.
   */
  push(base: number, at: Micros): void {
    this.number(base, at);
    this.hang(base, at);
  }

  /** The first half of `push`: gives the record its `AT` and its `SEQ`, the next one. */
  number(base: number, at: Micros): void {
    const { floats } = this;
    const half = base >> 1;
    const seq = floats[LAST_SEQ] + 1;
    floats[LAST_SEQ] = seq;
    floats[half + AT] = at;
    floats[half + SEQ] = seq;
  }

  /** The other half, in the order of numbers: hangs the record up in the wheels. */
  hang(base: number, at: Micros): void {
    const { floats } = this;
    if (at < floats[SOONEST]) floats[SOONEST] = at;
    this.link(base, at);
  }

  /** As `take` and `push` at once, for an event no earlier than the one before that came in this way. */
  takeInLine(at: Micros): number {
    const base = this.words[BEHIND] & BASES;
    let next = this.words[base + NEXT];
    if (next === this.words[FRONT]) next = this.lengthen(base);
    this.words[BEHIND] = next;
    this.number(base, at);
    return base;
  }

  /** The earliest event at or before `limit`, by its record's first word, or −1. It is the caller's until released, before the next is popped. */
  pop(limit: Micros): number {
    this.limit = limit;
    return this.popNext();
  }

  /** As `pop`, with the `limit` that is set. */
  popNext(): number {
    const { words, floats } = this;
    const first = words[FRONT] & BASES;
    if (first === words[BEHIND]) return this.popEither(first, Infinity);
    const at = floats[(first >> 1) + AT];
    if (at >= floats[SOONEST]) return this.popEither(first, at);
    return at > floats[LIMIT] ? -1 : first;
  }

  /** Gives a popped record back. */
  release(base: number): void {
    const { words, floats } = this;
    const half = base >> 1;
    if (base === words[FRONT]) {
      words[FRONT] = words[(base & BASES) + NEXT];
    } else {
      words[(base & BASES) + NEXT] = words[FREE];
      words[FREE] = base;
    }
    // Written out, because as a loop it is the dearest part of it.
    floats[half + TAG] = 0;
    floats[half + WIDE_1] = 0;
    floats[half + WORDS_01] = 0;
    floats[half + WORDS_23] = 0;
    floats[half + WORDS_45] = 0;
    floats[half + WIDE_2] = 0;
  }

  releaseTimer(base: number): void {
    const { words, floats } = this;
    const half = base >> 1;
    words[(base & BASES) + NEXT] = words[FREE_TIMERS];
    words[FREE_TIMERS] = base;
    floats[half + TAG] = 0;
    floats[half + WIDE_1] = 0;
  }

  /** The first of the wheels or the front of the line, which is at `inLine`. */
  private popEither(first: number, inLine: Micros): number {
    const { words, floats } = this;
    const limit = floats[LIMIT];
    const bound = inLine < limit ? inLine : limit;
    do {
      const half = words[HALF] & 1;
      const taken = words[TAKEN_WORDS + half];
      if (taken === 0) continue;
      const word = (half << 5) | lowestBit(taken);
      const bits = words[TAKEN + word];
      const list = LISTS + (((word << 5) | lowestBit(bits)) << 1);
      const base = words[list] & BASES;
      const at = floats[(base >> 1) + AT];
      floats[SOONEST] = at;
      if (at > bound || (at === inLine && floats[(first >> 1) + SEQ] < floats[(base >> 1) + SEQ])) break;
      const next = words[base + NEXT];
      words[list] = next;
      if (next === 0) {
        // What was the lowest bit no longer is one.
        const left = bits & (bits - 1);
        words[TAKEN + word] = left;
        if (left === 0) words[TAKEN_WORDS + half] = taken & (taken - 1);
      }
      // With each of these one record of what will be dealt out next is read: each leads to the next, so that all at once would come
      // from memory one after the other, with nothing else to do.
      const ahead = words[AHEAD];
      if (ahead !== 0) words[AHEAD] = words[(ahead & BASES) + NEXT];
      return base;
    } while (this.advance(bound));
    return inLine > limit || inLine === Infinity ? -1 : first;
  }

  private link(base: number, at: Micros): void {
    const { words, floats } = this;
    const slot = at - floats[START] < 2 * SLOTS ? at & (2 * SLOTS - 1) : this.laterSlot(at);
    const list = LISTS + 2 * slot;
    words[(base & BASES) + NEXT] = 0;
    if (words[list] === 0) {
      words[list] = base;
      words[TAKEN + (slot >>> 5)] |= 1 << (slot & 31);
      words[TAKEN_WORDS + (slot >>> 10)] |= 1 << ((slot >>> 5) & 31);
    } else {
      words[(words[list + 1] & BASES) + NEXT] = base;
    }
    words[list + 1] = base;
  }

  /** The slot of what is neither in the first block nor in the second. */
  private laterSlot(at: number): number {
    const { words } = this;
    const low = at & LOW_MASK;
    const high = (at - low) * TO_HIGH;
    if (high === words[HIGH]) {
      if ((low ^ words[LOW]) < 1 << 20) return (2 * SLOTS) | ((low >>> 10) & (SLOTS - 1));
      return (3 * SLOTS) | (low >>> 20);
    }
    const differs = high ^ words[HIGH];
    if (differs < 1 << 10) return (4 * SLOTS) | (high & (SLOTS - 1));
    if (differs < 1 << 20) return (5 * SLOTS) | ((high >>> 10) & (SLOTS - 1));
    return (6 * SLOTS) | (high >>> 20);
  }

  /**
   * The first block is empty: goes on to the next that may not be. False if that begins after `limit`, or there is none, and
   * `soonest` is then known.
   */
  private advance(limit: Micros): boolean {
    const { words, floats } = this;
    if (words[TAKEN_WORDS + (words[HALF] ^ 1)] === 0) return this.skip(limit);
    const begins = floats[START] + SLOTS;
    const mayBeLater = begins + SLOTS > limit && begins <= limit && limit === floats[LIMIT];
    const soonest = mayBeLater ? this.firstOf(((words[HALF] ^ 1) << 10) | this.firstTaken(words[HALF] ^ 1, 0)) : begins;
    if (soonest > limit) {
      floats[SOONEST] = soonest;
      return false;
    }
    floats[START] = begins;
    words[HALF] ^= 1;
    this.dealOut(this.nextBlock());
    // The slot after it; where that is 0 nothing hangs in it, but in a higher wheel.
    words[AHEAD] = words[LISTS + 2 * ((2 * SLOTS) | (((words[LOW] >>> 10) + 1) & (SLOTS - 1)))];
    return true;
  }

  /** Moves the second block on by one. Returns the slot in which what happens in it hangs: that of the highest digit that changed. */
  private nextBlock(): number {
    const { words } = this;
    const low = words[LOW] + SLOTS;
    if (low > LOW_MASK) {
      const high = words[HIGH] + 1;
      words[LOW] = 0;
      words[HIGH] = high;
      if ((high & (SLOTS - 1)) !== 0) return (4 * SLOTS) | (high & (SLOTS - 1));
      const middle = (high >>> 10) & (SLOTS - 1);
      return middle !== 0 ? (5 * SLOTS) | middle : (6 * SLOTS) | (high >>> 20);
    }
    words[LOW] = low;
    const digit = (low >>> 10) & (SLOTS - 1);
    return digit !== 0 ? (2 * SLOTS) | digit : (3 * SLOTS) | (low >>> 20);
  }

  /** Both blocks are empty: the first slot taken above the lowest wheel is dealt out, and the second block is where it begins. */
  private skip(limit: Micros): boolean {
    const { words, floats } = this;
    for (let digit = 1; digit < 6; digit++) {
      const shift = 10 * (digit % 3);
      const digits = digit < 3 ? words[LOW] : words[HIGH];
      const slot = this.firstTaken(digit + 1, ((digits >>> shift) & (SLOTS - 1)) + 1);
      if (slot < 0) continue;
      const moved = ((digits >>> (shift + 10)) << (shift + 10)) | (slot << shift);
      const high = digit < 3 ? words[HIGH] : moved;
      const low = digit < 3 ? moved : 0;
      const begins = high * FROM_HIGH + low;
      const mayBeLater = begins <= limit && begins + (digit < 3 ? 1 : FROM_HIGH) * (1 << shift) > limit && limit === floats[LIMIT];
      const soonest = mayBeLater ? this.firstOf(((digit + 1) * SLOTS) | slot) : begins;
      if (soonest > limit) {
        floats[SOONEST] = soonest;
        return false;
      }
      words[HIGH] = high;
      words[LOW] = low;
      floats[START] = begins - SLOTS;
      words[HALF] = ((low >>> 10) & 1) ^ 1;
      this.dealOut(((digit + 1) * SLOTS) | slot);
      return true;
    }
    floats[SOONEST] = Infinity;
    return false;
  }

  /** When the first event of a taken slot is. */
  private firstOf(slot: number): Micros {
    const { words, floats } = this;
    let first = Infinity;
    for (let base = words[LISTS + 2 * slot] & BASES; base !== 0; base = words[base + NEXT] & BASES)
      first = Math.min(first, floats[(base >> 1) + AT]);
    return first;
  }

  private dealOut(slot: number): void {
    const { words } = this;
    let base = words[LISTS + 2 * slot];
    if (base === 0) return;
    words[AHEAD] = 0;
    words[LISTS + 2 * slot] = 0;
    const word = TAKEN + (slot >>> 5);
    words[word] &= ~(1 << (slot & 31));
    if (words[word] === 0) words[TAKEN_WORDS + (slot >>> 10)] &= ~(1 << ((slot >>> 5) & 31));
    while (base !== 0) {
      const following = words[(base & BASES) + NEXT];
      this.link(base, this.floats[(base >> 1) + AT]);
      base = following;
    }
  }

  /** The first taken slot of a wheel at or after `from`, or −1. */
  private firstTaken(wheel: number, from: number): number {
    if (from >= SLOTS) return -1;
    const { words } = this;
    let word = from >>> 5;
    let bits = words[TAKEN + (wheel << 5) + word] & (-1 << (from & 31));
    if (bits === 0) {
      const later = words[TAKEN_WORDS + wheel] & (-2 << word);
      if (later === 0) return -1;
      word = lowestBit(later);
      bits = words[TAKEN + (wheel << 5) + word];
    }
    return (word << 5) | lowestBit(bits);
  }

  /** The line is as long as the ring: puts more records into it, after this one, and returns the first of them. */
  private lengthen(behind: number): number {
    const front = this.words[FRONT];
    let last = behind;
    for (let i = 0; i < MORE_IN_LINE; i++) {
      const base = this.takeFresh(RECORD_WORDS);
      this.words[last + NEXT] = base;
      last = base;
    }
    this.words[last + NEXT] = front;
    return this.words[behind + NEXT];
  }

  private takeFresh(size: number): number {
    const base = this.fresh;
    this.fresh = base + size;
    if (this.fresh > this.end) this.grow();
    return base;
  }

  private grow(): void {
    const before = this.words;
    const records = (this.end - FIRST_RECORD) / RECORD_WORDS;
    ({ words: this.words, floats: this.floats, end: this.end } = record.recordArena(Math.ceil(GROWTH * records)));
    this.words.set(before);
    for (const cursor of this.cursors) {
      cursor.words = this.words;
      cursor.floats = this.floats;
    }
  }
}
