// What lies over the panels for a moment: help, what a number is, choices, a question to answer.

import type { Canvas, Piece, Rect } from '../canvas.ts';
import { wrapped } from './story.ts';

export type Key = readonly [key: string, does: string, more: string];

/** None longer than fits the smallest window. */
export const KEYS: readonly Key[] = [
  ['space', 'pause', 'stop and go on'],
  ['+ −', 'speed', '×1/4 to ×1000, by fours; a: let it follow what happens'],
  ['e', 'one event', 'the next message, whatever it is'],
  ['l', 'next ✗', 'run to the next liquidation and stop'],
  ['c', 'next call', 'run to the next margin call and stop'],
  ['h', 'next halt', 'run to the next halt, limit or hold on liquidations, and stop'],
  ['← →', 'rewind', '10 simulated seconds; with shift, or < >, 5 minutes; home, end'],
  ['g', 'go to', 'a time: 21:17, 32m; or click the bar at the top'],
  ['w', 'what if', 'change a rule from now on, and see both futures side by side'],
  ['f', 'follow', 'one account: its number, or click it; f again lets it go'],
  ['i', 'inspect', 'what a number is: move with the arrows, or click any number'],
  ['z', 'zoom time', 'how much of the past the price panel shows'],
  ['m', 'map reach', 'how far the liquidation map reaches'],
  ['0–8', 'one panel', 'all, price, book, map, story, who pays, cascade, danger, breakers'],
  ['n', 'instrument', 'the next one, where there are several'],
  ['?', 'help', 'this'],
  ['q', 'quit', 'leave'],
];

/** A box in the middle, `width` wide at most, with room for `lines` rows; returns what is inside. */
export function box(canvas: Canvas, title: Piece | readonly Piece[], wide: number, lines: number): Rect {
  const width = Math.min(canvas.width - 2, wide);
  const height = Math.min(canvas.height - 2, lines + 2);
  const rect = { x: (canvas.width - width) >> 1, y: Math.max(1, (canvas.height - height) >> 1), width, height };
  canvas.clear(rect);
  return canvas.frame(rect, title, 'chosen');
}

/** What the signs mean: these rows are there in every window. */
const MEANINGS: readonly (readonly Piece[])[] = [
  [
    ['▲ long, buys', 'long'],
    '   ',
    ['▼ short, sells', 'short'],
    '   ',
    ['! margin call', 'call'],
    '   ',
    ['✗ closed by force', 'liquidation'],
  ],
  [
    ['$ fund', 'fund'],
    '   ',
    ['⇄ winner closed (deleveraged)', 'deleveraged'],
    '   ',
    ['∅ nobody pays', 'lost'],
    '   ',
    ['‖ halted', 'halt'],
  ],
  [['█ traded', 'traded'], '   ', ['━ mark: what margins are counted at', 'mark'], '   ', ['┈ index: prices elsewhere', 'index']],
];

const REMARKS: readonly string[] = [
  'Colours mean the same everywhere, and every one has its sign.',
  'The mouse works: click numbers, accounts, the bar.',
];

/** Of the keys those that do something here. */
export function helpOverlay(canvas: Canvas, keys: readonly Key[] = KEYS): void {
  const rows: (readonly Piece[])[] = keys.map(([key, , more]) => [[` ${key.padEnd(5)} `, 'key'], '  ', more]);
  if (canvas.height < keys.length + MEANINGS.length + REMARKS.length + 6) rows.push(...MEANINGS);
  else rows.push([], ...MEANINGS, [], ...REMARKS.map((text): Piece[] => [[text, 'dim']]));
  const inside = box(canvas, [['keys', 'strong']], 80, rows.length);
  rows.forEach((pieces, i) => canvas.write(inside.x + 1, inside.y + i, pieces, inside.width - 2));
}

/** A title and paragraphs. */
export function textOverlay(canvas: Canvas, title: string, paragraphs: readonly string[]): void {
  const wide = Math.min(canvas.width - 2, 84);
  const lines = paragraphs.flatMap((paragraph) => wrapped(paragraph, wide - 4));
  const inside = box(canvas, [[title, 'strong']], wide, lines.length + 1);
  lines.slice(0, inside.height - 1).forEach((line, i) => canvas.write(inside.x + 1, inside.y + i, line, inside.width - 2));
  canvas.write(inside.x + 1, inside.y + inside.height - 1, [['any key: back', 'dim']], inside.width - 2);
}

export interface Choice {
  readonly name: string;
  readonly note: string;
}

/** Rows below the list, for all that is said of the one chosen. */
const NOTE_ROWS = 3;

/** A list of which one is chosen; it scrolls. */
export function choiceOverlay(canvas: Canvas, title: string, choices: readonly Choice[], chosen: number): void {
  const inside = box(canvas, [[title, 'strong']], 100, choices.length + NOTE_ROWS + 2);
  const rows = inside.height - NOTE_ROWS - 2;
  const from = Math.max(0, Math.min(choices.length - rows, chosen - (rows >> 1)));
  choices.slice(from, from + rows).forEach(({ name, note }, i) => {
    const here = from + i === chosen;
    const y = inside.y + i;
    canvas.write(
      inside.x + 1,
      y,
      [[`${here ? '▸' : ' '} ${name.padEnd(34)}`, here ? 'chosen' : 'plain'], ' ', [note, 'dim']],
      inside.width - 2,
    );
    canvas.spot('choice', { x: inside.x, y, width: inside.width, height: 1 }, from + i);
  });
  const below = inside.y + inside.height - NOTE_ROWS - 1;
  canvas.write(inside.x + 1, below - 1, [['─'.repeat(inside.width - 2), 'frame']]);
  wrapped(choices[chosen].note, inside.width - 2)
    .slice(0, NOTE_ROWS)
    .forEach((line, i) => canvas.write(inside.x + 1, below + i, line, inside.width - 2));
  const keys = '↑ ↓ choose   ← → the next group   enter: take it   esc: back';
  canvas.write(inside.x + 1, inside.y + inside.height - 1, [[keys, 'dim']], inside.width - 2);
}

export function promptOverlay(canvas: Canvas, question: string, answer: string, problem: string): void {
  const inside = box(canvas, [[question, 'strong']], 64, 3);
  canvas.write(inside.x + 1, inside.y, ['> ', [answer, 'strong'], ['▏', 'strong']], inside.width - 2);
  canvas.write(inside.x + 1, inside.y + 1, [[problem, 'short']], inside.width - 2);
  canvas.write(inside.x + 1, inside.y + 2, [['enter: go   esc: back', 'dim']], inside.width - 2);
}
