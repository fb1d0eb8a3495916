// What happened, in sentences, the latest at the bottom; long ones are wrapped.

import type { Canvas, Rect } from '../canvas.ts';
import type { Line } from '../teller.ts';
import type { View } from '../view.ts';
import { date, time } from './format.ts';

const LEAD = 11;

export function storyPanel(canvas: Canvas, rect: Rect, view: View): void {
  const inside = canvas.frame(rect, [['what happens', 'strong']]);
  let y = inside.y + inside.height - 1;
  let below = date(view, view.now);
  for (let i = view.lines.length - 1; i >= 0 && y >= inside.y; i--) {
    const line = view.lines[i];
    // Where a day begins, it is named.
    if (date(view, line.at) !== below) canvas.write(inside.x, y--, [[below, 'dim']], inside.width);
    below = date(view, line.at);
    if (y >= inside.y) y = lineUp(canvas, inside, y, view, line);
  }
  if (view.lines.length === 0) canvas.write(inside.x + 1, inside.y, [['all is quiet', 'dim']], inside.width - 1);
}

/** Draws one line with its last row at `y`, and returns the row above it. */
function lineUp(canvas: Canvas, inside: Rect, y: number, view: View, { at, ink, sign, text }: Line): number {
  const rows = wrapped(text, inside.width - LEAD);
  let row = y;
  for (let i = rows.length - 1; i >= 0 && row >= inside.y; i--, row--) {
    if (i === 0) canvas.write(inside.x, row, [[time(view, at), 'dim'], ' ', [sign, ink]], LEAD);
    canvas.write(inside.x + LEAD, row, [[rows[i], ink === 'lost' ? 'strong' : ink]], inside.width - LEAD);
  }
  return row;
}

/** Words on lines of at most `width`; at least one line. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
