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
// Bitmaps say which slots are taken, so that finding the first one takes a few instructions.

import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { AT, FIRST_RECORD, NEXT, RECORD_WORDS, TAG, TIMER_WORDS, WIDE_1, WIDE_2, WORD_0, WORD_2, WORD_4 } = record;

const SLOTS = 1024;
/** Of the arena, when it is full: what is not used is memory all the same. */
const GROWTH = 1.2;
// The wheels, as there are bitmaps for them: two for the halves of the lowest, and five for the digits above.
const WHEELS = 7;
// Pairs of integers that are set to 0 as one float.
const WORDS_01 = WORD_0 >> 1;
const WORDS_23 = WORD_2 >> 1;
const WORDS_45 = WORD_4 >> 1;
// A time is split into its low three digits and its high three: both halves are small integers.
const LOW_MASK = 0x3fffffff;
const TO_HIGH = 1 / 0x40000000;
const FROM_HIGH = 0x40000000;

export class EventQueue {
  /** The arena: a record for each event, as integers and as floats. Replaced by a larger one when it is full; cursors must follow. */
  words: Int32Array;
  floats: Float64Array;
  /** How many events are pending. */
  size = 0;
  // Records are named by their first word (0 means none), and NEXT leads to the next in its slot's list, or the next free one.
  private free = 0;
  private freeTimers = 0;
  /** What lies from here on was never given out. */
  private fresh = FIRST_RECORD;
  /** Two words a slot: the first and the last record of its list. */
  private readonly lists = new Int32Array(2 * WHEELS * SLOTS);
  // One bit a slot, 32 words a wheel; and one word a wheel with a bit for each of those words that is not 0.
  private readonly taken = new Int32Array(WHEELS * 32);
  private readonly takenWords = new Int32Array(WHEELS);
  /** When the first block begins: never later than the last event popped or the last limit given. */
  private start = 0;
  /** Which half of the lowest wheel is its own. */
  private half = 0;
  // When the second block begins, in three digits each.
  private low = SLOTS;
  private high = 0;

  constructor(capacity = 1024) {
    ({ words: this.words, floats: this.floats } = record.recordArena(capacity));
  }

  /**
   * Takes a free record, its payload 0 and its header but `AT` undefined, and queues it. `at` is a safe integer, not
   * earlier than the last event popped nor than the last limit at which there was none. Returns the record's first word.
   */
  push(at: number): number {
    const base = this.free !== 0 ? this.free : this.takeFresh(RECORD_WORDS);
    const { floats } = this;
    this.free = this.words[base + NEXT];
    const half = base >> 1;
    floats[half + AT] = at;
    // Written out, because as a loop it is the dearest part of a push.
    floats[half + TAG] = 0;
    floats[half + WIDE_1] = 0;
    floats[half + WORDS_01] = 0;
    floats[half + WORDS_23] = 0;
    floats[half + WORDS_45] = 0;
    floats[half + WIDE_2] = 0;
    this.size++;
    this.link(base, at);
    return base;
  }

  /** As `push`, for a timer: of the payload only `TAG` and `WIDE_1` are its own. */
  pushTimer(at: number): number {
    const base = this.freeTimers !== 0 ? this.freeTimers : this.takeFresh(TIMER_WORDS);
    const { floats } = this;
    this.freeTimers = this.words[base + NEXT];
    const half = base >> 1;
    floats[half + AT] = at;
    floats[half + TAG] = 0;
    floats[half + WIDE_1] = 0;
    this.size++;
    this.link(base, at);
    return base;
  }

  /** Unlinks the earliest event at or before `limit` and returns its record's first word, or −1. It stays the caller's until released. */
  pop(limit: number): number {
    for (;;) {
      const { half } = this;
      const words = this.takenWords[half];
      if (words !== 0) {
        const word = (half << 5) | lowestBit(words);
        const bits = this.taken[word];
        const slot = (word << 5) | lowestBit(bits);
        const base = this.lists[2 * slot];
        if (this.floats[(base >> 1) + AT] > limit) return -1;
        const next = this.words[base + NEXT];
        this.lists[2 * slot] = next;
        if (next === 0) {
          // What was the lowest bit no longer is one.
          const left = bits & (bits - 1);
          this.taken[word] = left;
          if (left === 0) this.takenWords[half] = words & (words - 1);
        }
        this.size--;
        return base;
      }
      if (!this.advance(limit)) return -1;
    }
  }

  /** Gives a popped record back. */
  release(base: number): void {
    this.words[base + NEXT] = this.free;
    this.free = base;
  }

  releaseTimer(base: number): void {
    this.words[base + NEXT] = this.freeTimers;
    this.freeTimers = base;
  }

  private link(base: number, at: number): void {
    const slot = at - this.start < 2 * SLOTS ? at & (2 * SLOTS - 1) : this.laterSlot(at);
    const { words, lists } = this;
    words[base + NEXT] = 0;
    if (lists[2 * slot] === 0) {
      lists[2 * slot] = base;
      this.taken[slot >>> 5] |= 1 << (slot & 31);
      this.takenWords[slot >>> 10] |= 1 << ((slot >>> 5) & 31);
    } else {
      words[lists[2 * slot + 1] + NEXT] = base;
    }
    lists[2 * slot + 1] = base;
  }

  /** The slot of what is neither in the first block nor in the second. */
  private laterSlot(at: number): number {
    const low = at & LOW_MASK;
    const high = (at - low) * TO_HIGH;
    if (high === this.high) {
      if ((low ^ this.low) < 1 << 20) return (2 * SLOTS) | ((low >>> 10) & (SLOTS - 1));
      return (3 * SLOTS) | (low >>> 20);
    }
    const differs = high ^ this.high;
    if (differs < 1 << 10) return (4 * SLOTS) | (high & (SLOTS - 1));
    if (differs < 1 << 20) return (5 * SLOTS) | ((high >>> 10) & (SLOTS - 1));
    return (6 * SLOTS) | (high >>> 20);
  }

  /** The first block is empty: goes on to the next that may not be, unless it begins after `limit`; false if there is none. */
  private advance(limit: number): boolean {
    if (this.takenWords[this.half ^ 1] === 0) return this.skip(limit);
    if (this.start + SLOTS > limit) return false;
    this.start += SLOTS;
    this.half ^= 1;
    this.dealOut(this.nextBlock());
    return true;
  }

  /** Moves the second block on by one. Returns the slot in which what happens in it hangs: that of the highest digit that changed. */
  private nextBlock(): number {
    this.low += SLOTS;
    if (this.low > LOW_MASK) {
      this.low = 0;
      this.high++;
      const { high } = this;
      if ((high & (SLOTS - 1)) !== 0) return (4 * SLOTS) | (high & (SLOTS - 1));
      const middle = (high >>> 10) & (SLOTS - 1);
      return middle !== 0 ? (5 * SLOTS) | middle : (6 * SLOTS) | (high >>> 20);
    }
    const digit = (this.low >>> 10) & (SLOTS - 1);
    return digit !== 0 ? (2 * SLOTS) | digit : (3 * SLOTS) | (this.low >>> 20);
  }

  /** Both blocks are empty: the first slot taken above the lowest wheel is dealt out, and the second block is where it begins. */
  private skip(limit: number): boolean {
    for (let digit = 1; digit < 6; digit++) {
      const shift = 10 * (digit % 3);
      const digits = digit < 3 ? this.low : this.high;
      const slot = this.firstTaken(digit + 1, ((digits >>> shift) & (SLOTS - 1)) + 1);
      if (slot < 0) continue;
      const moved = ((digits >>> (shift + 10)) << (shift + 10)) | (slot << shift);
      const high = digit < 3 ? this.high : moved;
      const low = digit < 3 ? moved : 0;
      const begins = high * FROM_HIGH + low;
      if (begins > limit) return false;
      this.high = high;
      this.low = low;
      this.start = begins - SLOTS;
      this.half = ((low >>> 10) & 1) ^ 1;
      this.dealOut(((digit + 1) * SLOTS) | slot);
      return true;
    }
    return false;
  }

  private dealOut(slot: number): void {
    let base = this.lists[2 * slot];
    if (base === 0) return;
    this.lists[2 * slot] = 0;
    this.clear(slot);
    while (base !== 0) {
      const following = this.words[base + NEXT];
      this.link(base, this.floats[(base >> 1) + AT]);
      base = following;
    }
  }

  /** The first taken slot of a wheel at or after `from`, or −1. */
  private firstTaken(wheel: number, from: number): number {
    if (from >= SLOTS) return -1;
    let word = from >>> 5;
    let bits = this.taken[(wheel << 5) + word] & (-1 << (from & 31));
    if (bits === 0) {
      const later = this.takenWords[wheel] & (-2 << word);
      if (later === 0) return -1;
      word = lowestBit(later);
      bits = this.taken[(wheel << 5) + word];
    }
    return (word << 5) | lowestBit(bits);
  }

  private clear(slot: number): void {
    const word = slot >>> 5;
    this.taken[word] &= ~(1 << (slot & 31));
    if (this.taken[word] === 0) this.takenWords[slot >>> 10] &= ~(1 << (word & 31));
  }

  private takeFresh(size: number): number {
    const base = this.fresh;
    const before = this.words;
    this.fresh = base + size;
    if (this.fresh > before.length) {
      ({ words: this.words, floats: this.floats } = record.recordArena(Math.ceil((GROWTH * before.length) / RECORD_WORDS)));
      this.words.set(before);
    }
    return base;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
