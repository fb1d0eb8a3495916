// One message in flight is 128 bytes of one arena, a timer 64, seen as 32-bit integers and as floats: a header that the kernel
// understands and a payload that it does not. A cursor is a window on one such record; the kernel moves it, and messages.ts names the
// payload. Integers are kept as such because telling a float's value from an integer's costs more than all else about it.
//
//   bytes 0 … 63, one line of the cache, all there is to a timer     64 … 127, what other messages have
//   floats 0 … 3     AT SEQ CAUSE SENT_AT                            words 16 … 21   six integers of 32 bits
//   words 8 … 11     FROM TO TYPE NEXT                               float 11        a number
//   floats 6, 7      TAG and another number of 53 bits               the rest is free

export const RECORD_WORDS = 32;
/** A timer is the first half of a record, and has no other half. */
export const TIMER_WORDS = 16;
/** The place of every record: what a place is masked with tells V8 that adding a word's number to it cannot overflow. */
export const BASES = 0x3fff_fffe;
/** Before them lies the queue's own (see event-queue.ts): one piece of memory is asked for faster than two. */
export const QUEUE_WORDS = 14_586;
/** Records begin here: memory of this size begins 16 bytes into a line of the cache, nearly always, and a record with a line. */
export const FIRST_RECORD = QUEUE_WORDS + 2;

// Floats, from half the record's first word on.
export const AT = 0;
export const SEQ = 1;
export const CAUSE = 2;
export const SENT_AT = 3;
/** Of the payload, but the kernel tells an actor's timers apart by it. */
export const TAG = 6;
export const WIDE_1 = 7;
export const WIDE_2 = 11;

// Words, from the record's first word on.
export const FROM = 8;
export const TO = 9;
export const TYPE = 10;
/** The queue's own: the first word of another record. */
export const NEXT = 11;
export const WORD_0 = 16;
export const WORD_1 = 17;
export const WORD_2 = 18;
export const WORD_3 = 19;
export const WORD_4 = 20;
export const WORD_5 = 21;

/**
 * A movable view of one record: `words` and `floats` are the same memory. They are replaced when the arena grows, and `base`
 * when the kernel delivers the next message, so a handler must read what it needs before it returns and must not keep the
 * cursor.
 */
export interface Cursor {
  words: Int32Array;
  floats: Float64Array;
  /** The record's first word; its first float is at half of it. */
  base: number;
}

/** What records lie in. */
export interface Arena {
  readonly words: Int32Array;
  /** The same memory. */
  readonly floats: Float64Array;
  /** Records lie before it. */
  readonly end: number;
}

/** Memory for a queue and so many records, or twice as many timers, of zeros. */
export function recordArena(records: number): Arena {
  const end = FIRST_RECORD + records * RECORD_WORDS;
  const words = new Int32Array(end);
  return { words, floats: new Float64Array(words.buffer), end };
}

/** Memory for one record, without a queue. */
export function alone(): Pick<Arena, 'words' | 'floats'> {
  const words = new Int32Array(RECORD_WORDS);
  return { words, floats: new Float64Array(words.buffer) };
}
