// Facts of Liquidation.margin.test.ts of Synthetix v3.

import { expect, test } from 'vitest';
import { skewMargin, skewedPrice, skewedProfit } from '../../../src/market/skew.ts';

test('who makes the skew larger pays for it, who makes it smaller is paid', () => {
  expect(skewedPrice(30_000, 0, -1, 100)).toBe(29_850);
  expect(skewedPrice(2_000, 0, 20, 1_000)).toBe(2_020);
  expect(skewedPrice(2_000, 20, 0, 1_000)).toBe(2_020);
});

test('the premium is a loss at once, and moves of the price come on top', () => {
  const terms = { oracle: 30_000, skew: 0, scale: 100 };
  expect(skewedProfit(-1, 30_000, terms)).toBe(-150);
  expect(skewedProfit(-1, 31_000, terms)).toBe(-1_150);
});

test('margin grows with the size against the scale', () => {
  const terms = { scale: 1_000, least: 0.02, fraction: 2, maintenanceShare: 0.5, minimum: 100 };
  const margin = skewMargin(-20, 2_000, terms);
  expect(margin.initialRate).toBeCloseTo(0.06, 12);
  expect(margin.maintenanceRate).toBeCloseTo(0.03, 12);
  expect([margin.initial, margin.maintenance]).toEqual([2_500, 1_300]);
});
