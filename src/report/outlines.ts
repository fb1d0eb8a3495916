// Letters as outlines: a figure that needs no font, wherever it is opened. Programs that set papers ignore fonts that come
// within an SVG. Reads the TrueType file that pictures are drawn with (glyf outlines: quadratic curves, parts put together).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { short } from './medium.ts';

/** Every text element of an SVG made here as a path with the same place, size and colour; what it says is kept as its label. */
export function outlined(svg: string): string {
  const face = new Typeface(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  return svg.replaceAll(
    /<text x="([\d.-]+)" y="([\d.-]+)" font-size="([\d.]+)" text-anchor="(\w+)"([^>]*)>([^<]*)<\/text>/g,
    (...match: string[]) => {
      const [, x, y, size, anchor, rest, content] = match;
      const words = content.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
      const wide = face.width(words) * Number(size);
      const left = Number(x) - (anchor === 'middle' ? wide / 2 : anchor === 'end' ? wide : 0);
      return `<path aria-label="${content}"${rest} d="${face.path(words, left, Number(y), Number(size))}"/>`;
    },
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly on: boolean;
}
type Contour = readonly Point[];

// Of a simple glyph's points, and of the parts of a composite one.
const ON_CURVE = 1;
const SHORT_X = 2;
const SHORT_Y = 4;
const REPEAT = 8;
const SAME_X = 16;
const SAME_Y = 32;
const WORDS = 1;
const OFFSETS = 2;
const SCALE = 8;
const MORE = 32;
const SCALES = 64;
const MATRIX = 128;

class Typeface {
  readonly #data: DataView;
  readonly #tables = new Map<string, number>();
  readonly #em: number;
  readonly #long: boolean;
  /** How many glyphs have a width of their own. */
  readonly #widths: number;
  readonly #cmap: number;

  constructor(file: string) {
    const bytes = readFileSync(file);
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = this.#data;
    for (let i = 0, at = 12; i < data.getUint16(4); i++, at += 16)
      this.#tables.set(bytes.toString('latin1', at, at + 4), data.getUint32(at + 8));
    this.#em = data.getUint16(this.#table('head') + 18);
    this.#long = data.getInt16(this.#table('head') + 50) === 1;
    this.#widths = data.getUint16(this.#table('hhea') + 34);
    this.#cmap = this.#characters();
  }

  /** In ems. */
  width(text: string): number {
    let units = 0;
    for (const char of text) units += this.#advance(this.#glyph(char));
    return units / this.#em;
  }

  path(text: string, x: number, y: number, size: number): string {
    const scale = size / this.#em;
    let at = x;
    let path = '';
    for (const char of text) {
      const glyph = this.#glyph(char);
      const left = at;
      for (const contour of this.#contours(glyph))
        path += contourPath(
          contour,
          (px) => short(left + px * scale),
          (py) => short(y - py * scale),
        );
      at += this.#advance(glyph) * scale;
    }
    return path;
  }

  #table(name: string): number {
    const at = this.#tables.get(name);
    if (at === undefined) throw new Error(`the font has no table ${name}`);
    return at;
  }

  /** Where the map of characters in format 4 (two bytes a character) begins. */
  #characters(): number {
    const data = this.#data;
    const table = this.#table('cmap');
    for (let i = 0; i < data.getUint16(table + 2); i++) {
      const at = table + data.getUint32(table + 8 + i * 8);
      if (data.getUint16(at) === 4) return at;
    }
    throw new Error('the font has no map of characters in format 4');
  }

  /** 0, a box, for a character that the font has not. */
  #glyph(char: string): number {
    const data = this.#data;
    const code = char.codePointAt(0)!;
    const segments = data.getUint16(this.#cmap + 6) / 2;
    const ends = this.#cmap + 14;
    const starts = ends + segments * 2 + 2;
    for (let i = 0; i < segments; i++) {
      if (code > data.getUint16(ends + i * 2)) continue;
      const start = data.getUint16(starts + i * 2);
      if (code < start) return 0;
      const delta = data.getUint16(starts + segments * 2 + i * 2);
      const range = starts + segments * 4 + i * 2;
      const offset = data.getUint16(range);
      if (offset === 0) return (code + delta) % 65_536;
      const glyph = data.getUint16(range + offset + (code - start) * 2);
      return glyph === 0 ? 0 : (glyph + delta) % 65_536;
    }
    return 0;
  }

  #advance(glyph: number): number {
    return this.#data.getUint16(this.#table('hmtx') + Math.min(glyph, this.#widths - 1) * 4);
  }

  #contours(glyph: number): Contour[] {
    const data = this.#data;
    const loca = this.#table('loca');
    const offset = (i: number) => (this.#long ? data.getUint32(loca + i * 4) : data.getUint16(loca + i * 2) * 2);
    if (offset(glyph) === offset(glyph + 1)) return [];
    const at = this.#table('glyf') + offset(glyph);
    const count = data.getInt16(at);
    return count < 0 ? this.#composite(at + 10) : this.#simple(at + 10, count);
  }

  #simple(at: number, count: number): Contour[] {
    const data = this.#data;
    const ends = Array.from({ length: count }, (_, i) => data.getUint16(at + i * 2));
    const points = (ends.at(-1) ?? -1) + 1;
    let next = at + count * 2;
    next += 2 + data.getUint16(next);
    const flags: number[] = [];
    while (flags.length < points) {
      const flag = data.getUint8(next++);
      const times = (flag & REPEAT) === 0 ? 1 : data.getUint8(next++) + 1;
      for (let i = 0; i < times; i++) flags.push(flag);
    }
    const column = (isShort: number, isSame: number) => {
      let value = 0;
      return flags.map((flag) => {
        if ((flag & isShort) !== 0) value += (flag & isSame) === 0 ? -data.getUint8(next++) : data.getUint8(next++);
        else if ((flag & isSame) === 0) {
          value += data.getInt16(next);
          next += 2;
        }
        return value;
      });
    };
    const x = column(SHORT_X, SAME_X);
    const y = column(SHORT_Y, SAME_Y);
    const all = flags.map((flag, i) => ({ x: x[i], y: y[i], on: (flag & ON_CURVE) !== 0 }));
    return ends.map((end, i) => all.slice(i === 0 ? 0 : ends[i - 1] + 1, end + 1));
  }

  #composite(start: number): Contour[] {
    const data = this.#data;
    const contours: Contour[] = [];
    const fraction = (at: number) => data.getInt16(at) / 16_384;
    for (let at = start, flags = MORE; (flags & MORE) !== 0;) {
      flags = data.getUint16(at);
      const part = data.getUint16(at + 2);
      at += 4;
      const words = (flags & WORDS) !== 0;
      const moved = (flags & OFFSETS) !== 0;
      const dx = !moved ? 0 : words ? data.getInt16(at) : data.getInt8(at);
      const dy = !moved ? 0 : words ? data.getInt16(at + 2) : data.getInt8(at + 1);
      at += words ? 4 : 2;
      let [a, b, c, d] = [1, 0, 0, 1];
      if ((flags & SCALE) !== 0) {
        a = d = fraction(at);
        at += 2;
      } else if ((flags & SCALES) !== 0) {
        [a, d] = [fraction(at), fraction(at + 2)];
        at += 4;
      } else if ((flags & MATRIX) !== 0) {
        [a, b, c, d] = [fraction(at), fraction(at + 2), fraction(at + 4), fraction(at + 6)];
        at += 8;
      }
      for (const contour of this.#contours(part))
        contours.push(contour.map(({ x, y, on }) => ({ x: a * x + c * y + dx, y: b * x + d * y + dy, on })));
    }
    return contours;
  }
}

/** Between two points off the curve lies one on it, half way. */
function contourPath(contour: Contour, px: (x: number) => number, py: (y: number) => number): string {
  if (contour.length < 2) return '';
  const half = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true });
  const first = contour.findIndex(({ on }) => on);
  const begin = first >= 0 ? contour[first] : half(contour[0], contour[contour.length - 1]);
  const rest = first >= 0 ? [...contour.slice(first + 1), ...contour.slice(0, first + 1)] : [...contour, begin];
  let path = `M${px(begin.x)} ${py(begin.y)}`;
  let control: Point | undefined;
  for (const point of rest) {
    const to = point.on ? point : control === undefined ? undefined : half(control, point);
    if (to !== undefined)
      path += control === undefined ? `L${px(to.x)} ${py(to.y)}` : `Q${px(control.x)} ${py(control.y)} ${px(to.x)} ${py(to.y)}`;
    control = point.on ? undefined : point;
  }
  if (control !== undefined) path += `Q${px(control.x)} ${py(control.y)} ${px(begin.x)} ${py(begin.y)}`;
  return `${path}z`;
}
