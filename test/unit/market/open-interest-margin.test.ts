// Facts of x/perpetuals/types/liquidity_tier.go of dYdX v4.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PPM } from '../../../src/base/units.ts';
import { initialMargin, maintenanceOfInitial, rateBound, scaledInitialRate } from '../../../src/market/open-interest-margin.ts';

const caps = { lower: 1_000_000, upper: 2_000_000 };

test.each([
  [0, 200_000],
  [1_000_000, 200_000],
  [1_234_567, 387_653],
  [1_500_000, 600_000],
  [2_000_000, 1_000_000],
  [2_500_000, 1_000_000],
])('with %d open the initial rate is %d', (open, rate) => {
  expect(scaledInitialRate(200_000, open, caps)).toBe(rate);
});

test('without an upper cap it does not grow', () => {
  expect(scaledInitialRate(200_000, 1_500_000_000_000, { lower: 0, upper: 0 })).toBe(200_000);
});

test('it never falls as more is open, and stays between base and all', () => {
  const rates = fc.integer({ min: 1, max: PPM });
  fc.assert(
    fc.property(rates, fc.nat(10 ** 12), fc.nat(10 ** 12), (base, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      const wide = { lower: 10 ** 11, upper: 6 * 10 ** 11 };
      const [low, high] = [scaledInitialRate(base, less, wide), scaledInitialRate(base, more, wide)];
      expect(base <= low && low <= high && high <= PPM).toBe(true);
    }),
  );
});

test('margins round up: an example of the chain, and the smallest position', () => {
  const rate = scaledInitialRate(200_000, 28_123_456_789_123, { lower: 25_000_000_000_000, upper: 60_000_000_000_000 });
  expect(initialMargin(500_000, rate)).toBe(135_697);
  expect(initialMargin(1, 100_000)).toBe(1);
  expect(initialMargin(123_456, 567_243)).toBe(70_030);
});

test('maintenance rounds up twice: from margin that was rounded up already', () => {
  // 51 × 2 % is 1.02, so 2; 60 % of it is 1.2, so 2. At once it would be 0.612, so 1.
  expect(maintenanceOfInitial(51, 20_000, 12_000)).toBe(2);
  expect(maintenanceOfInitial(5_000, 200_000, 100_000)).toBe(500);
});

test.each([
  [3_000_000, 1_000_000, 0, 3_000_000],
  [6_000_000, 450_000, 450_000, 0],
  [6_000_000, 200_000, 100_000, 600_000],
])('a bound of %d × (%d − %d)', (factor, initial, maintenance, bound) => {
  expect(rateBound(factor, initial, maintenance)).toBe(bound);
});
