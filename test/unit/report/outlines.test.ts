import { Resvg } from '@resvg/resvg-js';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { COLUMN, frameSvg, text } from '../../../src/report/medium.ts';
import { outlined } from '../../../src/report/outlines.ts';

const font = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

function pixels(svg: string, fontFiles: string[]): Buffer {
  const options = {
    fitTo: { mode: 'zoom' as const, value: 8 },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
  };
  return new Resvg(svg, options).render().pixels;
}

const svg = frameSvg(COLUMN, 60, '', 'letters', 'for a test', [
  text(COLUMN, 4, 12, 'forcedNotional − full-close, 95 % <&> "x"'),
  text(COLUMN, 120, 28, '0123456789.k', { anchor: 'middle' }),
  text(COLUMN, 237, 44, 'größer als ÷ ◀▶', { anchor: 'end', ink: 'liquidation' }),
]);

// Each letter alone, so that no kerning moves it: simple glyphs, composite ones, and one the font has not.
const letters = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:−%()&<>"–äé÷◀▶');
const alphabet = frameSvg(
  COLUMN,
  120,
  '',
  'letters',
  'for a test',
  letters.map((letter, i) => text(COLUMN, 8 + (i % 20) * 11.5, 20 + Math.floor(i / 20) * 22, letter, { scale: 1.6 })),
);

test('outlines look as the font does, where there is no font', () => {
  const lettered = pixels(alphabet, [font]);
  const drawn = pixels(outlined(alphabet), []);
  const blank = pixels(alphabet, []);
  expect(drawn.length).toBe(lettered.length);
  const apart = (a: Buffer, b: Buffer) => a.reduce((count, value, i) => count + (Math.abs(value - b[i]) > 96 ? 1 : 0), 0);
  const inked = apart(lettered, blank);
  expect(inked).toBeGreaterThan(10_000);
  expect(apart(lettered, drawn) / inked).toBeLessThan(0.01);
});

test('no text is left, and what it said is its label', () => {
  const drawn = outlined(svg);
  expect(drawn).not.toContain('<text');
  expect(drawn).toContain('aria-label="forcedNotional − full-close, 95 % &lt;&amp;&gt; &quot;x&quot;"');
  expect(drawn).not.toContain('NaN');
  expect(outlined(svg)).toBe(drawn);
});
