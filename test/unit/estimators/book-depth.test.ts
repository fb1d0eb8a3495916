import { expect, test } from 'vitest';
import { bookSlope, depthResilience, depthWithin, fitDepthProfile, walkBook } from '../../../src/estimators/book-depth.ts';
import { concentrationNear, herfindahl, ladderRatio } from '../../../src/estimators/liquidation-density.ts';

/** Levels every 0.01 % below 100, sized so that depth within d is 500 × (d ÷ 1 %)^power. */
function side(levels: number, power: number) {
  const distances = Array.from({ length: levels }, (_, i) => 0.0001 * (i + 1));
  const depth = (d: number): number => 500 * Math.pow(d / 0.01, power);
  return {
    prices: distances.map((d) => 100 * (1 - d)),
    sizes: distances.map((d, i) => depth(d) - (i === 0 ? 0 : depth(distances[i - 1]))),
  };
}

test.each([1, 1.7])('a power-law book of exponent %d is found again', (power) => {
  const book = side(200, power);
  const profile = fitDepthProfile(book, 100);
  expect(profile.exponent).toBeCloseTo(power, 1);
  expect(Math.abs(profile.atOnePercent / 500 - 1)).toBeLessThan(0.05);
  expect(profile.rSquared).toBeGreaterThan(0.99);
  expect(profile.reach).toBeCloseTo(0.02, 12);
  const [half, one] = depthWithin(book, 100, [0.00501, 0.01001]);
  expect(half).toBeCloseTo(500 * Math.pow(0.5, power), 6);
  expect(one).toBeCloseTo(500, 6);
});

test('walking the book pays level by level, and no more than there is', () => {
  const book = { prices: [100, 99, 97], sizes: [1, 2, 3] };
  expect(walkBook(book, 2)).toEqual({ filled: 2, average: 99.5, worst: 99 });
  expect(walkBook(book, 10)).toEqual({ filled: 6, average: (100 + 198 + 291) / 6, worst: 97 });
  expect(walkBook(book, 0)).toEqual({ filled: 0, average: 100, worst: 100 });
});

test('a flat book has the slope of one step per level', () => {
  const prices = Array.from({ length: 50 }, (_, i) => 100 - 0.1 * i);
  const sizes = prices.map(() => 5);
  expect(bookSlope({ prices, sizes }, 0.04)).toBeCloseTo(0.02, 10);
  expect(bookSlope({ prices: [100], sizes: [5] }, 0.04)).toBe(0);
});

test('depth that comes back exponentially has its half-life; depth that does not has none', () => {
  const times = Array.from({ length: 60 }, (_, i) => i);
  const back = times.map((t) => 1_000 * (1 - 0.8 * Math.pow(0.5, t / 7)));
  const { halfLife, rSquared, samples } = depthResilience(times, back, 1_000);
  expect(halfLife).toBeCloseTo(7, 9);
  expect(rSquared).toBeCloseTo(1, 12);
  expect(samples).toBeLessThan(60);
  expect(
    depthResilience(
      times,
      times.map(() => 300),
      1_000,
    ).halfLife,
  ).toBe(Infinity);
  expect(
    depthResilience(
      times,
      times.map(() => 1_000),
      1_000,
    ).halfLife,
  ).toBe(0);
});

test('open interest near its liquidation prices, side by side with the book', () => {
  const map = { prices: [99.5, 98, 90, 100.4, 103, 120], contracts: [10, 20, 70, -5, -15, -80] };
  const near = concentrationNear(map, 100, 0.02);
  expect(near).toMatchObject({ below: 30, above: 5, shareBelow: 0.3, shareAbove: 0.05, densityBelow: 15, densityAbove: 2.5 });
  expect(ladderRatio(near.below, 60)).toBe(0.5);
  expect([ladderRatio(0, 0), ladderRatio(1, 0)]).toEqual([0, Infinity]);
  expect(herfindahl([1, -1, 1, -1])).toBe(0.25);
  expect(herfindahl([7])).toBe(1);
  expect(herfindahl([])).toBe(0);
});
