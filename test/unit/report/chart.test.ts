import { expect, test } from 'vitest';
import { chartSvg, type Chart } from '../../../src/report/chart.ts';
import { niceValues, timeTicks } from '../../../src/report/chart-scale.ts';
import { renderPng } from '../../../src/report/png.ts';

const DAY = 86_400_000_000;
const AT = Array.from({ length: 400 }, (_, i) => (19_723 + i) * DAY); // from 2024-01-01

const chart: Chart = {
  title: 'A < B & "C"',
  yLabel: 'share',
  yFormat: (value) => `${value} %`,
  time: true,
  series: [
    { name: 'bars', kind: 'bars', x: AT, y: AT.map((_, i) => i % 5) },
    { name: 'steps', kind: 'step', x: AT, y: AT.map((_, i) => Math.floor(i / 50)) },
    { name: 'line', kind: 'line', x: AT, y: AT.map((_, i) => (i === 7 ? NaN : 10 - i / 40)) },
  ],
  events: [{ name: '2', series: 'steps', x: [AT[50], AT[100]] }],
};

test('round marks cover what is drawn', () => {
  expect(niceValues(0, 0.19, 6)).toEqual([0, 0.05, 0.1, 0.15, 0.2]);
  expect(niceValues(-3, 17, 5)).toEqual([-5, 0, 5, 10, 15, 20]);
  expect(niceValues(5, 5, 4).length).toBeGreaterThan(1);
  expect(niceValues(0, 0, 4)[0]).toBe(0);
});

test('times are labelled as finely as they need to be', () => {
  const labels = (low: number, high: number, count: number): string[] => timeTicks(low, high, count).map(({ label }) => label);
  expect(labels(AT[0], AT[0] + 6 * 365 * DAY, 8)).toEqual(['2024', '2025', '2026', '2027', '2028', '2029']);
  expect(labels(AT[0], AT[180], 8)).toEqual(['2024-01', '2024-02', '2024-03', '2024-04', '2024-05', '2024-06']);
  expect(labels(AT[0], AT[3], 4)).toEqual(['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04']);
  expect(labels(AT[0], AT[0] + 3_600_000_000, 4)).toEqual(['01-01', '00:15', '00:30', '00:45', '01:00']);
  expect(labels(AT[0], AT[0] + 20_000_000, 4)).toEqual(['01-01', '00:00:05', '00:00:10', '00:00:15', '00:00:20']);
});

test('a chart is the same text twice, escaped, and every mark lies inside it', () => {
  const svg = chartSvg(chart);
  expect(chartSvg(chart)).toBe(svg);
  expect(svg).toContain('A &lt; B &amp; &quot;C&quot;');
  expect(svg).not.toContain('NaN');
  const paths = [...svg.matchAll(/ d="([^"]*)"/g)].map((match) => match[1]);
  expect(paths).toHaveLength(4);
  for (const path of paths) {
    const places = [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)];
    expect(places.length).toBeGreaterThan(0);
    for (const [, x, y] of places) {
      expect(Number(x)).toBeGreaterThanOrEqual(64);
      expect(Number(x)).toBeLessThanOrEqual(944);
      expect(Number(y)).toBeGreaterThanOrEqual(40);
      expect(Number(y)).toBeLessThanOrEqual(480);
    }
  }
});

test('the picture has the size asked for, is the same twice, and has letters in it', async () => {
  const png = await renderPng(chartSvg(chart), 1);
  const view = new DataView(png.buffer, png.byteOffset);
  expect(Array.from(png.slice(1, 4))).toEqual([0x50, 0x4e, 0x47]);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([960, 480]);
  expect(Buffer.compare(await renderPng(chartSvg(chart), 1), png)).toBe(0);
  // Without a font a rasteriser leaves all text out, and the title would make no difference.
  const untitled = await renderPng(chartSvg({ ...chart, title: ' ' }), 1);
  expect(Buffer.compare(untitled, png)).not.toBe(0);
});
