// Against numbers from tables and from counting.

import { describe, expect, test } from 'vitest';
import { correlation, estimate, median, signTest } from '../../../src/study/statistics.ts';
import { createRng } from '../../../src/base/random.ts';

describe('estimate', () => {
  test('mean, standard deviation and the interval by Student', () => {
    const { n, mean, sd, interval } = estimate([1, 2, 3, 4, 5]);
    expect([n, mean]).toEqual([5, 3]);
    expect(sd).toBeCloseTo(Math.sqrt(2.5), 12);
    // t(0.975, 4) = 2.776445.
    expect(interval[0]).toBeCloseTo(3 - (2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 5);
    expect(interval[1]).toBeCloseTo(3 + (2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 5);
  });

  test.each([
    // Half-widths in units of sd ÷ √n, from a table of t(0.975, n − 1).
    [2, 12.706205],
    [10, 2.262157],
    [20, 2.093024],
    [201, 1.971896],
  ])('of %d', (n, t) => {
    const values = Array.from({ length: n }, (_, i) => (i * 7) % 13);
    const { mean, sd, interval } = estimate(values);
    expect(((interval[1] - mean) / sd) * Math.sqrt(n)).toBeCloseTo(t, 5);
    expect(interval[0] + interval[1]).toBeCloseTo(2 * mean, 9);
  });

  test('one observation says nothing about the spread, none says nothing', () => {
    expect(estimate([7])).toEqual({ n: 1, mean: 7, sd: 0, interval: [-Infinity, Infinity] });
    expect(estimate([])).toEqual({ n: 0, mean: NaN, sd: 0, interval: [-Infinity, Infinity] });
  });

  test('the interval covers the mean in 95 of 100 samples', () => {
    const rng = createRng('coverage');
    let covered = 0;
    for (let i = 0; i < 4_000; i++) {
      const { interval } = estimate(Array.from({ length: 8 }, () => rng.normal()));
      if (interval[0] <= 0 && interval[1] >= 0) covered++;
    }
    // Three standard errors of a share of 0.95 in 4,000.
    expect(Math.abs(covered / 4_000 - 0.95)).toBeLessThan(0.0104);
  });
});

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
  [[1, 1, 100], 1],
])('the median of %j is %d', (values, expected) => {
  const before = [...values];
  expect(median(values)).toBe(expected);
  expect(values).toEqual(before);
});

test('of nothing there is no median', () => expect(median([])).toBeNaN());

describe('correlation', () => {
  test.each([
    [[1, 2, 3], [2, 4, 6], 1],
    [[1, 2, 3], [5, 3, 1], -1],
    [[1, 2, 3, 4], [1, 3, 2, 4], 0.8],
    [[0, 1, 0, 1], [0, 0, 1, 1], 0],
  ])('of %j and %j is %d', (a, b, expected) => expect(correlation(a, b)).toBeCloseTo(expected, 12));

  test('there is none where one of them does not vary', () => {
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(correlation([], [])).toBeNull();
  });
});

describe('the sign test', () => {
  test.each([
    // P(at least so uneven) for a fair coin, counted by Pascal's triangle.
    [0, 0, 1],
    [1, 0, 1],
    [5, 0, 2 / 32],
    [9, 1, (2 * 11) / 1_024],
    [1, 9, (2 * 11) / 1_024],
    [5, 5, 1],
    [15, 5, 0.041389],
    [18, 2, 0.000402],
  ])('%d against %d: p = %d', (more, less, p) => expect(signTest(more, less)).toBeCloseTo(p, 6));

  test('of a thousand pairs does not overflow', () => {
    expect(signTest(500, 500)).toBe(1);
    expect(signTest(550, 450)).toBeCloseTo(0.00173, 4);
    expect(signTest(1_000, 0)).toBeGreaterThan(0);
  });
});
