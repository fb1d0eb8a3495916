import { expect, test } from 'vitest';
import { priceBand } from '../../../src/market/price-band.ts';
import { scenarioWeight } from '../../../src/market/scenario-weight.ts';

test('a share of the reference each way, never wider than it says', () => {
  expect(priceBand(100_000, 50_000)).toEqual({ low: 95_000, high: 105_000 });
  expect(priceBand(101, 50_000)).toEqual({ low: 96, high: 106 });
  expect(priceBand(101, 0)).toEqual({ low: 101, high: 101 });
});

test('a record that is given is filled in', () => {
  const band = { low: 0, high: 0 };
  expect(priceBand(200, 100_000, band)).toBe(band);
  expect(band).toEqual({ low: 180, high: 220 });
});

test('a scenario beyond the range counts the less the farther it is, either way', () => {
  expect([0.16, -0.1, 0.5, -0.5, 5].map((shock) => scenarioWeight(shock, 0.16))).toEqual([1, 1, 0.32, 0.32, 0.032]);
});
