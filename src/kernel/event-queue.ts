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

import { AT, PAYLOAD, RECORD_WORDS } from './record.ts';

const LEVELS = 6;
const SLOTS = 1024;
const RECORD_SHIFT = 4;
// A time is split into its low three digits and its high three: both halves are small integers.
const LOW_MASK = 0x3fffffff;
const TO_HIGH = 1 / 0x40000000;
const FROM_HIGH = 0x40000000;

export class EventQueue {
  /** The arena: one record of 16 words an event. Replaced by a larger one when it is full; cursors must follow. */
  words: Float64Array;
  /** How many events are pending. */
  size = 0;
  // Links between records (number 0 means none): the next in its slot's list, or the next free one.
  private next: Int32Array;
  private free = 0;
  private readonly head = new Int32Array(LEVELS * SLOTS);
  private readonly tail = new Int32Array(LEVELS * SLOTS);
  // One bit a slot, 32 words a level; and one word a level with a bit for each of those words that is not 0.
  private readonly taken = new Int32Array(LEVELS * 32);
  private readonly takenWords = new Int32Array(LEVELS);
  // The queue's own time: never later than the last event popped or the last limit given.
  private low = 0;
  private high = 0;

  constructor(capacity = 1024) {
    this.words = new Float64Array(capacity * RECORD_WORDS);
    this.next = new Int32Array(capacity);
    this.freeFrom(1);
  }

  /**
   * Takes a free record, its payload 0 and its header but `AT` undefined, and queues it. `at` is a safe integer, not
   * earlier than the last event popped nor than the last limit at which there was none. Returns the record's first word.
   */
  push(at: number): number {
    if (this.free === 0) this.grow();
    const record = this.free;
    this.free = this.next[record];
    this.size++;
    const base = record << RECORD_SHIFT;
    const words = this.words;
    words[base + AT] = at;
    // Written out, because as a loop it is the dearest part of a push.
    words[base + PAYLOAD] = 0;
    words[base + PAYLOAD + 1] = 0;
    words[base + PAYLOAD + 2] = 0;
    words[base + PAYLOAD + 3] = 0;
    words[base + PAYLOAD + 4] = 0;
    words[base + PAYLOAD + 5] = 0;
    words[base + PAYLOAD + 6] = 0;
    words[base + PAYLOAD + 7] = 0;
    words[base + PAYLOAD + 8] = 0;
    this.link(record, at);
    return base;
  }

  /** Unlinks the earliest event at or before `limit` and returns its record's first word, or −1. It stays the caller's until released. */
  pop(limit: number): number {
    for (;;) {
      const slot = this.firstTaken(0, this.low & (SLOTS - 1));
      if (slot >= 0) {
        const record = this.head[slot];
        if (this.words[(record << RECORD_SHIFT) + AT] > limit) return -1;
        this.low = (this.low & ~(SLOTS - 1)) | slot;
        this.head[slot] = this.next[record];
        if (this.head[slot] === 0) this.clear(slot);
        this.size--;
        return record << RECORD_SHIFT;
      }
      if (!this.descend(limit)) return -1;
    }
  }

  /** Gives a popped record back. */
  release(base: number): void {
    const record = base >>> RECORD_SHIFT;
    this.next[record] = this.free;
    this.free = record;
  }

  private link(record: number, at: number): void {
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
    this.next[record] = 0;
    if (this.head[slot] === 0) {
      this.head[slot] = record;
      this.taken[slot >>> 5] |= 1 << (slot & 31);
      this.takenWords[slot >>> 10] |= 1 << ((slot >>> 5) & 31);
    } else {
      this.next[this.tail[slot]] = record;
    }
    this.tail[slot] = record;
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
    let record = this.head[slot];
    this.head[slot] = 0;
    this.clear(slot);
    while (record !== 0) {
      const following = this.next[record];
      this.link(record, this.words[(record << RECORD_SHIFT) + AT]);
      record = following;
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

  private grow(): void {
    const capacity = this.next.length;
    const words = new Float64Array(2 * capacity * RECORD_WORDS);
    words.set(this.words);
    this.words = words;
    const next = new Int32Array(2 * capacity);
    next.set(this.next);
    this.next = next;
    this.freeFrom(capacity);
  }

  private freeFrom(first: number): void {
    for (let record = first; record < this.next.length - 1; record++) this.next[record] = record + 1;
    this.next[this.next.length - 1] = 0;
    this.free = first;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
