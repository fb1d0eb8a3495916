// A canvas as a picture: an SVG in which everything stands where the terminal would have it. Dots, bars and frames are drawn
// as shapes, because fonts disagree about them; letters keep their place one by one.

import type { Canvas } from './canvas.ts';
import { COLOURED, INKS, type Look } from './ink.ts';

/** Of a cell, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 17;
const SIZE = 14;
const MARGIN = 14;
const BACKGROUND = '#11151c';
const FOREGROUND = '#d4d7dd';

const BRAILLE = 0x2800;
const EIGHTHS_UP = '▁▂▃▄▅▆▇█';
const EIGHTHS_RIGHT = '▏▎▍▌▋▊▉█';
/** Strokes from the middle of a cell: up, right, down, left. */
const LINES: Readonly<Record<string, string>> = {
  '─': 'rl',
  '│': 'ud',
  '╭': 'rd',
  '╮': 'ld',
  '╰': 'ur',
  '╯': 'ul',
  '├': 'urd',
  '└': 'ur',
  '┃': 'UD',
  '┊': 'v',
  '┈': 'h',
  '┄': 'h',
  '━': 'RL',
};

/** The whole canvas as one SVG document. `title` is what a reader who cannot see it is told. */
export function picture(canvas: Canvas, title: string): string {
  const width = canvas.width * WIDTH + 2 * MARGIN;
  const height = canvas.height * HEIGHT + 2 * MARGIN;
  const shapes: string[] = [];
  for (let y = 0; y < canvas.height; y++) row(canvas, y, shapes);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(width)} ${fixed(height)}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="10" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${SIZE}" fill="${FOREGROUND}" transform="translate(${MARGIN} ${MARGIN})">`,
    ...shapes,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Cells of one ink next to each other. */
function row(canvas: Canvas, y: number, shapes: string[]): void {
  let from = 0;
  while (from < canvas.width) {
    const ink = canvas.inks[y * canvas.width + from];
    let to = from + 1;
    while (to < canvas.width && canvas.inks[y * canvas.width + to] === ink) to++;
    run(canvas, y, from, to, COLOURED[INKS[ink]], shapes);
    from = to;
  }
}

function run(canvas: Canvas, y: number, from: number, to: number, look: Look, shapes: string[]): void {
  const colour = look.fg === undefined ? FOREGROUND : colourOf(look.fg);
  if (look.bg !== undefined) {
    shapes.push(
      `<rect x="${fixed(from * WIDTH)}" y="${y * HEIGHT}" width="${fixed((to - from) * WIDTH)}" height="${HEIGHT}" fill="${colourOf(look.bg)}"/>`,
    );
  }
  const filled: string[] = [];
  const stroked: string[] = [];
  const letters: { readonly char: string; readonly x: number }[] = [];
  for (let x = from; x < to; x++) {
    const char = String.fromCharCode(canvas.chars[y * canvas.width + x]);
    if (char === ' ') continue;
    const path = shapeOf(char, x * WIDTH, y * HEIGHT);
    if (path !== undefined) filled.push(path);
    else if (LINES[char] !== undefined) stroked.push(linesOf(LINES[char], x * WIDTH, y * HEIGHT));
    else letters.push({ char, x });
  }
  if (filled.length > 0) shapes.push(`<path d="${filled.join('')}" fill="${colour}" shape-rendering="crispEdges"/>`);
  if (stroked.length > 0) shapes.push(`<path d="${stroked.join('')}" stroke="${colour}" fill="none"/>`);
  if (letters.length === 0) return;
  const places = letters.map(({ x }) => fixed(x * WIDTH)).join(' ');
  const weight = look.bold === true ? ' font-weight="bold"' : '';
  shapes.push(
    `<text x="${places}" y="${fixed(y * HEIGHT + HEIGHT * 0.76)}" fill="${colour}"${weight}>${escaped(letters.map(({ char }) => char).join(''))}</text>`,
  );
}

function shapeOf(char: string, x: number, y: number): string | undefined {
  const bits = char.charCodeAt(0) - BRAILLE;
  if (bits >= 0 && bits < 256) return brailleOf(bits, x, y);
  const up = EIGHTHS_UP.indexOf(char);
  if (up >= 0) return rectangle(x, y + (HEIGHT * (7 - up)) / 8, WIDTH, (HEIGHT * (up + 1)) / 8);
  const right = EIGHTHS_RIGHT.indexOf(char);
  return right < 0 ? undefined : rectangle(x, y + 2, (WIDTH * (right + 1)) / 8, HEIGHT - 4);
}

/** By bit: column and row of its dot. */
const PLACES = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
] as const;

/** Dots so large that neighbours touch: a line looks like one. */
function brailleOf(bits: number, x: number, y: number): string {
  return PLACES.map(([column, line], bit) =>
    (bits & (1 << bit)) === 0 ? '' : rectangle(x + (column * WIDTH) / 2, y + (line * HEIGHT) / 4, WIDTH / 2, HEIGHT / 4),
  ).join('');
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${fixed(x)} ${fixed(y)}h${fixed(width)}v${fixed(height)}h${fixed(-width)}z`;
}

function linesOf(strokes: string, x: number, y: number): string {
  const middle = `M${fixed(x + WIDTH / 2)} ${fixed(y + HEIGHT / 2)}`;
  const half: Readonly<Record<string, string>> = {
    u: `${middle}v${fixed(-HEIGHT / 2)}`,
    d: `${middle}v${fixed(HEIGHT / 2)}`,
    r: `${middle}h${fixed(WIDTH / 2)}`,
    l: `${middle}h${fixed(-WIDTH / 2)}`,
    v: `${middle}v3`,
    h: `${middle}h3`,
  };
  return strokes
    .split('')
    .map((stroke) => half[stroke.toLowerCase()])
    .join('');
}

/** The usual colours of a terminal's 256. */
function colourOf(index: number): string {
  const BASIC = ['#000000', '#cd3131', '#0dbc79', '#e5e510', '#2472c8', '#bc3fbc', '#11a8cd', '#e5e5e5'];
  if (index < 16) return BASIC[index % 8];
  if (index >= 232) return `#${(8 + (index - 232) * 10).toString(16).padStart(2, '0').repeat(3)}`;
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40).toString(16).padStart(2, '0');
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
