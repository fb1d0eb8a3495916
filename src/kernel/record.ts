// One message in flight is sixteen numbers in one Float64Array: a header that the kernel understands and a payload that
// it does not. A cursor is a window on one such record; the kernel moves it, and messages.ts names the payload.

export const RECORD_WORDS = 16;

export const AT = 0;
export const SEQ = 1;
export const CAUSE = 2;
export const SENT_AT = 3;
export const FROM = 4;
export const TO = 5;
export const TYPE = 6;
/** The first of nine payload words. */
export const PAYLOAD = 7;

/**
 * A movable view of one record. `words` is replaced when the arena grows and `base` when the kernel delivers the next
 * message, so a handler must read what it needs before it returns and must not keep the cursor.
 */
export interface Cursor {
  words: Float64Array;
  base: number;
}
