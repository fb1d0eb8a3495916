// How tables of rows grow: by half while they are small, and by a sixteenth from there on, so that what a million accounts
// take is what they need. A row is copied the more often for it, sixteen times in all, which is less than filling it once.

const SMALL = 65_536;

/** How long a column by instrument is, whose ids run to `most`: an array of 64 bytes and less is where V8's collector may move it, and no constant to its compiler. */
export function columnOf(most: number): number {
  return Math.max(most + 1, 72);
}

/** So many rows to make room for, when there is room for `rows` and that is not enough. */
export function moreThan(rows: number): number {
  return rows < SMALL ? rows + (rows >> 1) + 8 : rows + (rows >> 4);
}

/** A copy with room for `length` words. */
export function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
