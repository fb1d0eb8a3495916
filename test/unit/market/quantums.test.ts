// Facts of x/perpetuals/lib and x/perpetuals/funding of dYdX v4.

import { expect, test } from 'vitest';
import { fundingIndexDelta, quoteQuantums, timesPowerOfTen } from '../../../src/market/quantums.ts';

test('a power of ten, toward zero', () => {
  expect([timesPowerOfTen(15n, 1), timesPowerOfTen(19n, -1), timesPowerOfTen(-19n, -1)]).toEqual([150n, 1n, -1n]);
});

test.each([
  [1_000_000_000_000n, 123_456_789n],
  [-1_000_000_000_000n, -123_456_789n],
])('%d quanta of 1e-16 at 123456789123e-5 are worth %d', (base, quote) => {
  expect(quoteQuantums(base, -16, 123_456_789_123n, -5)).toBe(quote);
});

test('one bitcoin at 50,000', () => {
  expect(quoteQuantums(100_000_000n, -8, 50_000n, 0)).toBe(50_000_000_000n);
});

test.each([
  [-1_001_999n, 3_600n, 0, -6, -125_249_875n],
  [1_001_999n, 3_600n, 0, -6, 125_249_875n],
  [-1_001_999n, 28_800n, -12, 0, -1_001n],
  [0n, 28_800n, -12, 0, 0n],
])('a rate of %d ppm over %d s moves the index', (rate, elapsed, resolution, exponent, delta) => {
  expect(fundingIndexDelta(rate, 1_000n, { exponent, resolution, elapsed, period: 28_800n })).toBe(delta);
});
