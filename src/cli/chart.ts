// A line of prices in braille, two by four dots a character, or in plain ASCII, one character each.

/** What the price did in one step: its range, and where it ended. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly close: number;
}

const atRest = (close: number): Range => ({ low: close, high: close, close });

/** Dots of a braille character by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** `height` lines of `width` characters, the highest of `ranges` on top and the lowest at the bottom. */
export function brailleLine(ranges: readonly Range[], width: number, height: number): string[] {
  const cells = Array.from({ length: height }, () => new Uint8Array(width));
  draw(ranges, width * 2, height * 4, (column, row) => {
    cells[row >> 2][column >> 1] |= DOTS[row & 3][column & 1];
  });
  return cells.map((line) => String.fromCodePoint(...Array.from(line, (dots) => 0x2800 + dots)));
}

/** The same for a terminal that has no braille. */
export function asciiLine(ranges: readonly Range[], width: number, height: number): string[] {
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  draw(ranges, width, height, (column, row) => {
    cells[row][column] = '*';
  });
  return cells.map((line) => line.join(''));
}

function draw(ranges: readonly Range[], columns: number, rows: number, dot: (column: number, row: number) => void): void {
  const top = Math.max(...ranges.map(({ high }) => high));
  const bottom = Math.min(...ranges.map(({ low }) => low));
  // A price that never moved is a line through the middle.
  const rowOf = (price: number) => (top === bottom ? rows >> 1 : Math.round(((top - price) / (top - bottom)) * (rows - 1)));
  let last: number | undefined;
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * ranges.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * ranges.length) / columns));
    // More dots than steps: after the first dot of a step the price stays where the step ended.
    const held = column > 0 && to === from + 1 && from === Math.floor(((column - 1) * ranges.length) / columns);
    const here = held ? [atRest(ranges[from].close)] : ranges.slice(from, to);
    let high = rowOf(Math.max(...here.map((range) => range.high)));
    let low = rowOf(Math.min(...here.map((range) => range.low)));
    // Joined to where the column before ended.
    if (last !== undefined && last < high) high = last;
    if (last !== undefined && last > low) low = last;
    for (let row = high; row <= low; row++) dot(column, row);
    last = rowOf(here[here.length - 1].close);
  }
}
