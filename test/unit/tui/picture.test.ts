// A canvas as SVG: well-formed, the same every time, and everything in its place.

import { expect, test } from 'vitest';
import { Canvas, Dots } from '../../../src/tui/canvas.ts';
import { picture } from '../../../src/tui/picture.ts';

function sample(): string {
  const canvas = new Canvas(12, 4);
  const inside = canvas.frame(canvas.bounds, [['a<b & "c"', 'strong']]);
  const dots = new Dots(2, 1);
  dots.stroke(0, 0, 3, 'traded');
  dots.onto(canvas, inside.x, inside.y);
  canvas.write(inside.x + 3, inside.y, [
    ['█▌', 'fund'],
    ['∅', 'lost'],
  ]);
  return picture(canvas, 'a <title>');
}

test('is the same every time, escapes what must be, and has shapes for dots and bars', () => {
  const svg = sample();
  expect(sample()).toBe(svg);
  expect(svg).toContain('<title>a &lt;title></title>');
  expect(svg).toMatch(/a&lt;b/);
  expect(svg).not.toMatch(/[⠁-⣿█▌─│╭]/);
  expect(svg.match(/<text[^>]*>[^<]*<\/text>/g)!.join('')).toContain('∅');
  const open = [...svg.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/g)].map((match) => match[1]).filter((tag) => tag !== 'path' && tag !== 'rect');
  const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map((match) => match[1]);
  expect(open.toSorted()).toEqual(closed.toSorted());
});

test('letters keep their place one by one', () => {
  const canvas = new Canvas(6, 1);
  canvas.write(1, 0, 'a b');
  const [, places, text] = /<text x="([^"]*)"[^>]*>([^<]*)</.exec(picture(canvas, ''))!;
  expect(text).toBe('ab');
  expect(places).toBe('8.4 25.2');
});
