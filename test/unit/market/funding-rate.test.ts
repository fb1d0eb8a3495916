import { describe, expect, test } from 'vitest';
import { FundingRate, premium, type FundingRateOptions } from '../../../src/market/funding-rate.ts';

const HOUR = 3_600_000_000;

/** Interest 0.01 %, clamp 0.05 %, no cap: as on most venues. */
function rateAfter(premiums: readonly number[], options: Partial<FundingRateOptions> = {}): number {
  const rate = new FundingRate({ interestRate: 100, clamp: 500, cap: 0, initialRate: 7, ...options });
  for (const ppm of premiums) rate.sample(1_000_000, 1_000_000 + Math.max(0, ppm), 1_000_000 + Math.min(0, ppm));
  return rate.estimate();
}

test.each([
  ['the bid side is worth more than the index', 100_000, 100_050, 100_070, 500_000],
  ['the ask side is worth less', 100_000, 99_900, 99_950, -500_000],
  ['the index lies between', 100_000, 99_990, 100_010, 0],
  ['a side without depth says nothing', 100_000, 0, 0, 0],
])('the premium when %s', (_, index, bid, ask, expected) => {
  expect(premium(index, bid, ask)).toBe(expected);
});

describe('the funding rate', () => {
  test.each([
    [200, 100],
    [800, 300],
    [-1_200, -700],
    [100, 100],
  ])('of an average premium of %i ppm is %i ppm', (average, expected) => {
    expect(rateAfter([average, average])).toBe(expected);
  });

  test('weighs later samples more, unless told not to', () => {
    expect(rateAfter([2_000, 3_500])).toBe(3_000 - 500);
    expect(rateAfter([2_000, 3_500], { weights: 'equal' })).toBe(2_750 - 500);
  });

  test('stays within its cap, both ways', () => {
    expect(rateAfter([9_000], { cap: 3_000 })).toBe(3_000);
    expect(rateAfter([-9_000], { cap: 3_000 })).toBe(-3_000);
  });

  test('of a shorter interval is its part of eight hours', () => {
    expect(rateAfter([800], { interval: HOUR })).toBe(38); // 300 ÷ 8 = 37.5
    expect(rateAfter([-1_200], { interval: HOUR })).toBe(-88); // −87.5
  });

  test('begins anew with each interval, and is the last one until it is sampled', () => {
    const rate = new FundingRate({ interestRate: 100, clamp: 500, cap: 0, initialRate: 7 });
    expect(rate.estimate()).toBe(7);
    rate.sample(1_000_000, 1_000_800, 0);
    expect(rate.settle()).toBe(300);
    expect(rate.estimate()).toBe(300);
    rate.sample(1_000_000, 0, 1_000_100);
    expect(rate.settle()).toBe(100);
    expect(rate.settle()).toBe(100);
  });
});
