// What is clever in the kernel is here, once: an event queue whose push and pop cost the same however many events are
// pending. It is a hierarchical timing wheel fused with the arena of message records, so that an event is never copied.
//
// Time is written in digits of ten bits. Six digits hold every safe integer, so there is nothing "too far" that could
// alias. Each digit has a wheel of 1,024 slots. An event hangs in the wheel of the highest digit in which its time
// differs from the queue's own time, in the slot of that digit; if no digit differs, in the lowest wheel. Therefore
// - in the lowest wheel a slot is a single microsecond, and its list is in the order of pushing;
// - everything in a lower wheel is earlier than everything in a higher one, and within a wheel slots are in order;
// - when the lower wheels are empty, the first slot of the next wheel holds what comes next: the queue's time moves to
//   the beginning of that slot and its list is dealt out, in its order, to lower wheels. No event can have been pushed to
//   those earlier than that, because the digits above still differed: the order (at, push order) is exact.
// Bitmaps say which slots are taken, so that finding the first one takes a few instructions.

import * as record from './record.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { AT, FIRST_RECORD, NEXT, RECORD_WORDS, TAG, TIMER_WORDS, WIDE_1, WIDE_2, WORD_0, WORD_2, WORD_4 } = record;

const LEVELS = 6;
const SLOTS = 1024;
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
  private readonly lists = new Int32Array(2 * LEVELS * SLOTS);
  // One bit a slot, 32 words a level; and one word a level with a bit for each of those words that is not 0.
  private readonly taken = new Int32Array(LEVELS * 32);
  private readonly takenWords = new Int32Array(LEVELS);
  // The queue's own time: never later than the last event popped or the last limit given.
  private low = 0;
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
      const slot = this.firstTaken(0, this.low & (SLOTS - 1));
      if (slot >= 0) {
        const base = this.lists[2 * slot];
        if (this.floats[(base >> 1) + AT] > limit) return -1;
        this.low = (this.low & ~(SLOTS - 1)) | slot;
        const next = this.words[base + NEXT];
        this.lists[2 * slot] = next;
        if (next === 0) this.clear(slot);
        this.size--;
        return base;
      }
      if (!this.descend(limit)) return -1;
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
    const low = at & LOW_MASK;
    const high = (at - low) * TO_HIGH;
    let slot: number;
    if (high === this.high) {
      const differs = low ^ this.low;
      if (differs < 1 << 10) slot = low & 1023;
      else if (differs < 1 << 20) slot = SLOTS | ((low >>> 10) & 1023);
      else slot = (2 * SLOTS) | (low >>> 20);
    } else {
      const differs = high ^ this.high;
      if (differs < 1 << 10) slot = (3 * SLOTS) | (high & 1023);
      else if (differs < 1 << 20) slot = (4 * SLOTS) | ((high >>> 10) & 1023);
      else slot = (5 * SLOTS) | (high >>> 20);
    }
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

  /** Deals out the first taken slot above the lowest wheel, unless it begins after `limit`; false if there is none. */
  private descend(limit: number): boolean {
    for (let level = 1; level < LEVELS; level++) {
      const shift = 10 * (level % 3);
      const digits = level < 3 ? this.low : this.high;
      const slot = this.firstTaken(level, ((digits >>> shift) & (SLOTS - 1)) + 1);
      if (slot < 0) continue;
      const moved = ((digits >>> (shift + 10)) << (shift + 10)) | (slot << shift);
      const high = level < 3 ? this.high : moved;
      const low = level < 3 ? moved : 0;
      if (high * FROM_HIGH + low > limit) return false;
      this.high = high;
      this.low = low;
      this.dealOut(level * SLOTS + slot);
      return true;
    }
    return false;
  }

  private dealOut(slot: number): void {
    let base = this.lists[2 * slot];
    this.lists[2 * slot] = 0;
    this.clear(slot);
    while (base !== 0) {
      const following = this.words[base + NEXT];
      this.link(base, this.floats[(base >> 1) + AT]);
      base = following;
    }
  }

  /** The first taken slot of a level at or after `from`, or −1. */
  private firstTaken(level: number, from: number): number {
    if (from >= SLOTS) return -1;
    let word = from >>> 5;
    let bits = this.taken[(level << 5) + word] & (-1 << (from & 31));
    if (bits === 0) {
      const later = this.takenWords[level] & (-2 << word);
      if (later === 0) return -1;
      word = lowestBit(later);
      bits = this.taken[(level << 5) + word];
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
      ({ words: this.words, floats: this.floats } = record.recordArena(Math.ceil((2 * before.length) / RECORD_WORDS)));
      this.words.set(before);
    }
    return base;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
