// What a lesson says, at the bottom of the screen, above everything.

import type { Canvas } from '../canvas.ts';
import type { Said } from '../tours/guide.ts';
import { wrapped } from './story.ts';

const WIDEST = 110;

export function narration(canvas: Canvas, { title, text, keys }: Said): void {
  const width = Math.min(WIDEST, canvas.width - 2);
  const lines = wrapped(text, width - 4);
  const height = Math.min(canvas.height - 4, lines.length + 3);
  const rect = { x: 1, y: canvas.height - 1 - height, width, height };
  canvas.clear(rect);
  const inside = canvas.frame(rect, [[` ${title} `, 'chosen']], 'chosen');
  lines.slice(0, inside.height - 1).forEach((line, i) => canvas.write(inside.x + 1, inside.y + i, [[line, 'strong']], inside.width - 2));
  canvas.write(inside.x + 1, inside.y + inside.height - 1, [[keys, 'dim']], inside.width - 2);
}
