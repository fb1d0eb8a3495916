import { expect, test } from 'vitest';
import {
  annualised,
  garmanKlassVariance,
  parkinsonVariance,
  rogersSatchellVariance,
  yangZhangVariance,
} from '../../../src/estimators/range-volatility.ts';
import { largestRise, peakToTrough, withBuffer, withFloor, withStressedWeight } from '../../../src/estimators/procyclicality.ts';

// Six bars whose values were recomputed from the formulas of Parkinson 1980, Garman & Klass 1980, Rogers & Satchell 1991 and
// Yang & Zhang 2000 by an independent program.
const BARS = [
  [100, 104, 99, 103],
  [102.5, 105, 101, 101.5],
  [101, 102, 95, 96],
  [97, 99.5, 96.5, 99],
  [99.5, 103, 98, 102],
  [103, 106, 102.5, 105.5],
].map(([open, high, low, close]) => ({ open, high, low, close }));

test('the estimators on six bars', () => {
  expect(parkinsonVariance(BARS)).toBeCloseTo(0.0008134173354252907, 15);
  expect(garmanKlassVariance(BARS)).toBeCloseTo(0.0007957369316552195, 15);
  expect(rogersSatchellVariance(BARS)).toBeCloseTo(0.0007311405652235342, 15);
  expect(yangZhangVariance(BARS).variance).toBeCloseTo(0.0008204441519883974, 15);
  expect(annualised(parkinsonVariance(BARS), 365)).toBeCloseTo(0.5448828566125302, 12);
});

test('a price that only drifts has no Rogers–Satchell variance', () => {
  const drift = [{ open: 100, high: 104, low: 100, close: 104 }];
  expect(rogersSatchellVariance(drift)).toBe(0);
  expect(parkinsonVariance(drift)).toBeGreaterThan(0);
});

// European Regulation 153/2013, Article 28(1): what each remedy charges for a margin that doubles and comes back.
test('remedies against procyclicality', () => {
  const margins = [5, 5, 6, 10, 8, 5];
  expect(withBuffer(margins)).toEqual([6.25, 6.25, 6.25, 10, 10, 6.25]);
  expect(withStressedWeight(margins, 10)).toEqual([6.25, 6.25, 7, 10, 8.5, 6.25]);
  expect(withFloor(margins, 7)).toEqual([7, 7, 7, 10, 8, 7]);
  expect(peakToTrough(margins)).toBe(2);
  expect(peakToTrough(withFloor(margins, 7))).toBeLessThan(peakToTrough(margins));
  expect(largestRise(margins, 1)).toEqual({ absolute: 4, relative: 10 / 6 - 1, at: 3 });
  expect(largestRise([3, 2, 1], 1)).toEqual({ absolute: 0, relative: 0, at: -1 });
});
