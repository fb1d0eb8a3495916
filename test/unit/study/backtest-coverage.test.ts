import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { binomialProbability } from '../../../src/estimators/probability.ts';
import {
  acceptedExceedances,
  baselCutoffs,
  baselZone,
  christoffersen,
  christoffersenSizes,
  independence,
  kupiec,
  kupiecExact,
  kupiecSize,
} from '../../../src/study/backtest-coverage.ts';

// Kupiec (1995), table of non-rejection regions at 5 %: N < 7 of 255 at 1 %, 1 < N < 11 of 510, 4 < N < 17 of 1,000. The
// strict statistic also rejects no exceedance at all of 255 (5.13 > 3.84), which the printed table lets pass.
test('regions of no rejection as published', () => {
  expect(acceptedExceedances(255, 0.01)).toEqual([1, 6]);
  expect(acceptedExceedances(510, 0.01)).toEqual([2, 10]);
  expect(acceptedExceedances(1_000, 0.01)).toEqual([5, 16]);
  expect(acceptedExceedances(255, 0.05)).toEqual([7, 20]);
  expect(acceptedExceedances(1_000, 0.05)).toEqual([38, 64]);
});

test('the statistic is 0 where the promise was kept to the day, and a model that never fails can fail', () => {
  expect(kupiec(10, 1_000, 0.01)).toEqual({ statistic: 0, p: 1 });
  expect(kupiec(0, 250, 0.01).statistic).toBeCloseTo(5.025167926750726, 10);
  expect(kupiec(250, 250, 0.01).p).toBe(0);
});

test('exact sizes are not the nominal ones: 9.5 % at 250 days, 5.3 % at 2,191', () => {
  expect(kupiecSize(250, 0.01)).toBeCloseTo(0.095, 3);
  expect(kupiecSize(2_191, 0.01)).toBeCloseTo(0.053, 3);
});

test('the size is the binomial weight of what is rejected', () => {
  let size = 0;
  for (let x = 0; x <= 250; x++) if (kupiec(x, 250, 0.01).p < 0.05) size += binomialProbability(x, 250, 0.01);
  expect(kupiecSize(250, 0.01)).toBeCloseTo(size, 12);
  expect(kupiecExact(2, 250, 0.01)).toBeGreaterThan(0.5);
  expect(kupiecExact(10, 250, 0.01)).toBeLessThan(0.001);
  let all = 0;
  for (let x = 0; x <= 250; x++) if (kupiecExact(x, 250, 0.01) < 0.05) all += binomialProbability(x, 250, 0.01);
  expect(all).toBeLessThanOrEqual(0.05);
});

test("the sizes of Christoffersen's tests are those of a short series, sequence by sequence", () => {
  const n = 12;
  const p = 0.2;
  const sizes = { independence: 0, conditionalCoverage: 0 };
  for (let bits = 0; bits < 1 << n; bits++) {
    const hits = Array.from({ length: n }, (_, i) => (bits >> i) & 1);
    const x = hits.filter((hit) => hit === 1).length;
    const chance = Math.pow(p, x) * Math.pow(1 - p, n - x);
    const found = christoffersen(hits, p);
    if (found.independence.p < 0.05) sizes.independence += chance;
    if (found.conditionalCoverage.p < 0.05) sizes.conditionalCoverage += chance;
  }
  const { independence: alone, conditionalCoverage: both } = christoffersenSizes(n, p);
  expect(alone).toBeCloseTo(sizes.independence, 10);
  expect(both).toBeCloseTo(sizes.conditionalCoverage, 10);
});

test('exceedances in a row are not independent; their number alone does not tell', () => {
  const spread = Array.from({ length: 500 }, (_, i) => (i % 100 === 50 ? 1 : 0));
  const bunched = Array.from({ length: 500 }, (_, i) => (i >= 50 && i < 55 ? 1 : 0));
  expect(christoffersen(spread, 0.01).independence.p).toBeGreaterThan(0.5);
  expect(christoffersen(bunched, 0.01).independence.p).toBeLessThan(1e-6);
  expect(independence({ n00: 9, n01: 0, n10: 0, n11: 0 })).toEqual({ statistic: 0, p: 1 });
  expect(independence({ n00: 0, n01: 0, n10: 0, n11: 9 })).toEqual({ statistic: 0, p: 1 });
});

// Basel Committee (1996): 0 to 4 green, 5 to 9 yellow, 10 and more red of 250 at 99 %. The published 7 and 13 of 750 at 99.5 %.
test('zones of the regulation and of other lengths', () => {
  expect(baselCutoffs(250, 0.01)).toEqual({ yellowFrom: 5, redFrom: 10 });
  expect(baselCutoffs(750, 0.005)).toEqual({ yellowFrom: 7, redFrom: 13 });
  expect([baselZone(4, 250, 0.01), baselZone(5, 250, 0.01), baselZone(9, 250, 0.01), baselZone(10, 250, 0.01)]).toEqual([
    'green',
    'yellow',
    'yellow',
    'red',
  ]);
});

test('over many seeds the tests reject as often as their exact sizes say', () => {
  const rejected = { kupiec: 0, both: 0 };
  const seeds = 4_000;
  for (let seed = 0; seed < seeds; seed++) {
    const rng = createRng(`coverage/${seed}`);
    const hits = Uint8Array.from({ length: 250 }, () => (rng.chance(0.01) ? 1 : 0));
    const count = hits.reduce((sum, hit) => sum + hit, 0);
    if (kupiec(count, 250, 0.01).p < 0.05) rejected.kupiec++;
    if (christoffersen(hits, 0.01).conditionalCoverage.p < 0.05) rejected.both++;
  }
  // Four standard errors.
  const near = (found: number, size: number): void =>
    expect(Math.abs(found / seeds - size)).toBeLessThan(4 * Math.sqrt((size * (1 - size)) / seeds));
  near(rejected.kupiec, kupiecSize(250, 0.01));
  near(rejected.both, christoffersenSizes(250, 0.01).conditionalCoverage);
});
