// A grid of cells that panels write on: a character, an ink, and what may be asked about it. Nothing here knows of a
// terminal; `text` is what a test reads, and whoever draws takes the cells.

import { INKS, type Ink } from './ink.ts';

const NUMBER = Object.fromEntries(INKS.map((ink, i) => [ink, i])) as Readonly<Record<Ink, number>>;

/** Cells that answer: a topic, and what it is about (an account, a price). */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly topic: string;
  readonly about: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Part of a line: text, and the ink it is in. */
export type Piece = string | readonly [text: string, ink: Ink];

const BLANK = 32;

export class Canvas {
  readonly width: number;
  readonly height: number;
  /** Row by row: code points, and places in INKS. */
  readonly chars: Uint16Array;
  readonly inks: Uint8Array;
  readonly spots: Spot[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.chars = new Uint16Array(width * height).fill(BLANK);
    this.inks = new Uint8Array(width * height);
  }

  get bounds(): Rect {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  put(x: number, y: number, char: string, ink: Ink = 'plain'): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const cell = y * this.width + x;
    this.chars[cell] = char.charCodeAt(0);
    this.inks[cell] = NUMBER[ink];
  }

  isBlank(x: number, y: number): boolean {
    return this.chars[y * this.width + x] === BLANK;
  }

  /** Writes pieces from `x`, at most `width` characters of them, and returns where it ended. */
  write(x: number, y: number, pieces: Piece | readonly Piece[], width: number = this.width - x): number {
    const end = x + width;
    let at = x;
    for (const piece of isPiece(pieces) ? [pieces] : pieces) {
      const [text, ink]: readonly [string, Ink] = typeof piece === 'string' ? [piece, 'plain'] : piece;
      for (let i = 0; i < text.length && at < end; i++) this.put(at++, y, text[i], ink);
    }
    return at;
  }

  /** Ends before `end`. */
  writeRight(end: number, y: number, text: string, ink: Ink = 'plain'): void {
    this.write(end - text.length, y, [[text, ink]]);
  }

  /** Changes the ink of cells that nobody has written on. */
  shade(rect: Rect, ink: Ink): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) {
        if (x < 0 || y < 0 || x >= this.width || y >= this.height) continue;
        const cell = y * this.width + x;
        if (this.chars[cell] === BLANK) this.inks[cell] = NUMBER[ink];
      }
    }
  }

  /** Changes the ink of all of it. */
  paint({ x, y, width, height }: Rect, ink: Ink): void {
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
      this.inks.fill(NUMBER[ink], row * this.width + Math.max(0, x), row * this.width + Math.min(this.width, x + width));
    }
  }

  clear(rect: Rect): void {
    for (let y = Math.max(0, rect.y); y < Math.min(this.height, rect.y + rect.height); y++) {
      const from = y * this.width + Math.max(0, rect.x);
      const to = y * this.width + Math.min(this.width, rect.x + rect.width);
      this.chars.fill(BLANK, from, to);
      this.inks.fill(0, from, to);
    }
    // What lies beneath can no longer be seen, so it no longer answers.
    for (let i = this.spots.length - 1; i >= 0; i--) if (overlaps(this.spots[i], rect)) this.spots.splice(i, 1);
  }

  /** A frame with a title in its upper edge; returns what is inside. */
  frame(rect: Rect, title: Piece | readonly Piece[], ink: Ink = 'frame'): Rect {
    const { x, y, width, height } = rect;
    const right = x + width - 1;
    const bottom = y + height - 1;
    for (let column = x + 1; column < right; column++) {
      this.put(column, y, '─', ink);
      this.put(column, bottom, '─', ink);
    }
    for (let row = y + 1; row < bottom; row++) {
      this.put(x, row, '│', ink);
      this.put(right, row, '│', ink);
    }
    this.put(x, y, '╭', ink);
    this.put(right, y, '╮', ink);
    this.put(x, bottom, '╰', ink);
    this.put(right, bottom, '╯', ink);
    const titled: readonly Piece[] = isPiece(title) ? [title] : title;
    const room = Math.max(0, width - 4);
    this.write(x + 2, y, [' ', ...fitting(titled, room - 1), ' '], room);
    return { x: x + 1, y: y + 1, width: Math.max(0, width - 2), height: Math.max(0, height - 2) };
  }

  spot(topic: string, rect: Rect, about = 0): void {
    this.spots.push({ ...rect, topic, about });
  }

  /** The last one written wins: it lies on top. */
  spotAt(x: number, y: number): Spot | undefined {
    return this.spots.findLast((spot) => x >= spot.x && x < spot.x + spot.width && y >= spot.y && y < spot.y + spot.height);
  }

  /** The lines as text, without what colour says. */
  text(): string[] {
    return Array.from({ length: this.height }, (_, y) =>
      String.fromCharCode(...this.chars.subarray(y * this.width, (y + 1) * this.width)).trimEnd(),
    );
  }

  inkAt(x: number, y: number): Ink {
    return INKS[this.inks[y * this.width + x]];
  }
}

/** The pieces before the first that does not fit; the first of all is there always, cut if need be. */
export function fitting(pieces: readonly Piece[], room: number): readonly Piece[] {
  let left = room;
  const textOf = (piece: Piece) => (typeof piece === 'string' ? piece : piece[0]);
  const cut = pieces.findIndex((piece) => (left -= textOf(piece).length) < 0);
  if (cut < 0) return pieces;
  const last = pieces.slice(0, cut).findLastIndex((piece) => textOf(piece).trim() !== '');
  return pieces.slice(0, Math.max(1, last + 1));
}

function isPiece(pieces: Piece | readonly Piece[]): pieces is Piece {
  return typeof pieces === 'string' || (pieces.length === 2 && typeof pieces[0] === 'string' && INKS.includes(pieces[1] as Ink));
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Bits of a braille character by column and row: two by four dots. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Dots in braille, two by four a cell. Where inks meet in a cell the one with most dots has it, of equals the one drawn later. */
export class Dots {
  readonly columns: number;
  readonly rows: number;
  readonly #bits: Uint8Array;
  /** By cell and ink: how many dots. */
  readonly #counts: Uint8Array;
  readonly #inks: Uint8Array;
  readonly #width: number;

  constructor(width: number, height: number) {
    this.columns = width * 2;
    this.rows = height * 4;
    this.#width = width;
    this.#bits = new Uint8Array(width * height);
    this.#counts = new Uint8Array(width * height * INKS.length);
    this.#inks = new Uint8Array(width * height);
  }

  dot(column: number, row: number, ink: Ink): void {
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return;
    const cell = (row >> 2) * this.#width + (column >> 1);
    this.#bits[cell] |= DOTS[column & 1][row & 3];
    const own = cell * INKS.length + NUMBER[ink];
    this.#counts[own]++;
    if (this.#counts[own] >= this.#counts[cell * INKS.length + this.#inks[cell]]) this.#inks[cell] = NUMBER[ink];
  }

  /** A vertical stroke, both ends included. */
  stroke(column: number, from: number, to: number, ink: Ink): void {
    for (let row = Math.min(from, to); row <= Math.max(from, to); row++) this.dot(column, row, ink);
  }

  /** Writes what has dots. In plain ASCII, a cell with dots is a star. */
  onto(canvas: Canvas, x: number, y: number, ascii = false): void {
    for (let cell = 0; cell < this.#bits.length; cell++) {
      if (this.#bits[cell] === 0) continue;
      const char = ascii ? '*' : String.fromCharCode(0x2800 + this.#bits[cell]);
      canvas.put(x + (cell % this.#width), y + Math.floor(cell / this.#width), char, INKS[this.#inks[cell]]);
    }
  }
}

const EIGHTHS = ' ▏▎▍▌▋▊▉█';

/** A bar of `length` cells (a fraction of a cell too). */
export function bar(length: number): string {
  const eighths = Math.round(Math.max(0, length) * 8);
  return EIGHTHS[8].repeat(eighths >> 3) + (eighths % 8 === 0 ? '' : EIGHTHS[eighths % 8]);
}
