// What a price comes back to, where it goes and how restless it is, from marks and indices.

import { expect, test } from 'vitest';
import { Outlook, type OutlookOptions } from '../../../src/liquidation/outlook.ts';

const SECOND = 1_000_000;
const OPTIONS: OutlookOptions = { halfLife: 60 * SECOND, trend: 5 * SECOND, reversion: 120 * SECOND, reference: 'index' };

function after(seconds: number, prices: (second: number) => readonly [mark: number, index: number], options: Partial<OutlookOptions> = {}) {
  const outlook = new Outlook({ ...OPTIONS, ...options }, ...prices(0), 0);
  for (let second = 1; second <= seconds; second++) outlook.observe(...prices(second), second * SECOND);
  return outlook;
}

test('a mark that forced orders pushed comes back to the index; one that stays away for long does not', () => {
  const pushed = (second: number) => [second < 10 ? 600_000 : 588_000, 600_000] as const;
  expect(after(11, pushed).fair).toBeGreaterThan(599_800);
  // Half of it after the half-life.
  expect(after(129, pushed).fair / 600_000 - 1).toBeCloseTo(-0.01, 3);
  expect(after(2_000, pushed).fair).toBeCloseTo(588_000, -1);
  expect(after(11, pushed, { reference: 'mark' }).fair).toBe(588_000);
});

test('an index that falls is a trend, a mark that falls alone is none, unless the mark is what it looks at', () => {
  const both = (second: number) => [600_000 - 200 * second, 600_000 - 200 * second] as const;
  const alone = (second: number) => [600_000 - 200 * second, 600_000] as const;
  // A second's 200 in 596,000, dying away by half in a minute.
  expect(after(20, both).expected(1e6, 60)).toBeCloseTo((-200 / 598_000) * (60 / Math.LN2), 3);
  expect(after(20, both).expected(10, 60)).toBeCloseTo(-0.0032, 3);
  expect(after(20, alone).expected(1e6, 60)).toBe(0);
  expect(after(20, alone, { reference: 'mark' }).expected(1e6, 60)).toBeLessThan(-0.02);
  expect(after(20, both, { trend: 0 }).expected(1e6, 60)).toBe(0);
});

test('volatility is told by the mark, and by what it comes back to apart from that', () => {
  const restless = (second: number) => [second % 2 === 0 ? 600_000 : 600_600, 600_000] as const;
  const outlook = after(40, restless);
  expect(outlook.sigma).toBeCloseTo(0.001, 5);
  expect(outlook.fairSigma).toBe(0);
  expect(after(5, restless).sigma).toBeUndefined();
});

test('nothing counts twice: an observation at the same instant says nothing new', () => {
  const once = after(30, (second) => [600_000 + 10 * (second % 3), 600_000]);
  const { fair, sigma } = once;
  once.observe(1, 1, 30 * SECOND);
  expect([once.fair, once.sigma]).toEqual([fair, sigma]);
});
