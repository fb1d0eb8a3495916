import { expect, test } from 'vitest';
import { nelderMead } from '../../../src/estimators/nelder-mead.ts';

test('finds the bottom of the banana, the same bits every time', () => {
  const banana = ([x, y]: readonly number[]): number => 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
  const found = nelderMead(banana, [-1.2, 1], { steps: [0.5, 0.5], tolerance: 1e-14 });
  expect(found.at[0]).toBeCloseTo(1, 5);
  expect(found.at[1]).toBeCloseTo(1, 5);
  expect(found.converged).toBe(true);
  expect(nelderMead(banana, [-1.2, 1], { steps: [0.5, 0.5], tolerance: 1e-14 })).toEqual(found);
});

test('stays where the function is a number', () => {
  const walled = ([x]: readonly number[]): number => (x < 2 ? NaN : x);
  const { at, value } = nelderMead(walled, [5], { steps: [1] });
  expect(at[0]).toBeGreaterThanOrEqual(2);
  expect(value).toBeLessThan(2.001);
});

test('says when it ran out of evaluations', () => {
  const slope = ([x]: readonly number[]): number => -x;
  expect(nelderMead(slope, [0], { steps: [1], maxEvaluations: 20 }).converged).toBe(false);
});
