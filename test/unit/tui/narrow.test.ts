// Panels where there is little room: what is shown is whole, and what is not whole is left out.

import { beforeAll, expect, test } from 'vitest';
import { Canvas, type Rect } from '../../../src/tui/canvas.ts';
import { accountPanel } from '../../../src/tui/panels/account.ts';
import { breakersPanel } from '../../../src/tui/panels/breakers.ts';
import { dangerPanel } from '../../../src/tui/panels/danger.ts';
import { header } from '../../../src/tui/panels/header.ts';
import { ladderPanel } from '../../../src/tui/panels/ladder.ts';
import { pricePanel } from '../../../src/tui/panels/price.ts';
import type { View } from '../../../src/tui/view.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

let view: View;
beforeAll(() => {
  const { playback } = watched();
  playback.playTo(15e6, ALWAYS);
  view = viewOf(playback);
});

function drawn(panel: (canvas: Canvas, rect: Rect, view: View) => void, width: number, shown = view): string {
  const canvas = new Canvas(width, 14);
  panel(canvas, canvas.bounds, shown);
  return canvas.text().join('\n');
}

test('the spread is a whole number, with its name where that fits', () => {
  expect(drawn(ladderPanel, 34)).toMatch(/\d {2}spread \d+\.\d bp/);
  expect(drawn(ladderPanel, 23)).toMatch(/\d {2}\d+\.\d bp/);
  expect(drawn(ladderPanel, 23)).toMatch(/^╭─ book ▼ asks ▲ bids/);
});

test('of an account in danger what is done with it is told whole', () => {
  const endangered = view.endangered.map((row) => ({ ...row, state: 'deleveraging' as const }));
  for (const width of [53, 61, 62, 80]) {
    const text = drawn(dangerPanel, width, { ...view, endangered });
    expect(text).toMatch(/ state +│/);
    expect(text).toMatch(/ ✗ deleveraging *│/);
    expect(text.includes('away')).toBe(width >= 62);
    // Numbers stand under their names.
    const [, names, first] = text.split('\n');
    expect(first.indexOf('✗')).toBe(names.indexOf('state'));
  }
});

test('trading is open, with what could be tried where that fits', () => {
  expect(drawn(breakersPanel, 30)).toContain('│trading is open (w: what if)│');
  expect(drawn(breakersPanel, 29)).toMatch(/│trading is open +│/);
});

test('how much time is shown stands between its ends, or nowhere', () => {
  const price = (canvas: Canvas, rect: Rect) => pricePanel(canvas, rect, view, { span: 0, ascii: false });
  for (const width of [36, 40, 44, 50, 60]) {
    expect(drawn(price, width)).toMatch(/│10:00:00 +(0:\d\d shown +)?10:00:\d\d +│/);
  }
  expect(drawn(price, 60)).toContain(' shown ');
  expect(drawn(price, 36)).not.toContain('sho');
});

test('of an account that is followed each figure is whole', () => {
  const { playback } = watched();
  playback.playTo(15e6, ALWAYS);
  const shown = viewOf(playback, view.endangered[0].account);
  expect(drawn(accountPanel, 60, shown)).toMatch(/closed at +[\d,.]+ \([+−]\d+\.\d %\)/);
  const narrow = drawn(accountPanel, 30, shown);
  expect(narrow).toMatch(/│position +[▲▼] (long|short) [\d.]+ *│/);
  expect(narrow).toMatch(/│closed at +[\d,.]+ *│/);
});

test('how the run is played is told whole beside the clock', () => {
  const canvas = new Canvas(80, 2);
  const duration = 89 * 60e6;
  const scenario = { ...view.scenario, name: 'october-2025', duration };
  const playing = { paused: false, speed: 4, auto: true, behind: false, seeking: 0.13, ended: false };
  header(canvas, canvas.bounds, { ...view, scenario, seed: '42', now: 11 * 60e6 }, playing);
  expect(canvas.text()[0]).toMatch(/seed 42 {2,}⟲ going there 13 % +10:11:00 UTC {2}11:00 of 1:29:00$/);
});
