// A fall of minutes is seen, a random walk is not taken for one.

import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { Trend } from '../../../src/estimators/trend.ts';

/** A second's standard deviation of a price that moves 60 % a year. */
const SIGMA = 0.0001068;

function after(seconds: number, drift: number, seed: string, trend = new Trend(10)): Trend {
  const rng = createRng(seed);
  for (let i = 0; i < seconds; i++) trend.push(drift + SIGMA * rng.normal(), 1);
  return trend;
}

test('4 % in two minutes is seen within twenty seconds, most of it, and never as more than it is by much', () => {
  for (let n = 0; n < 50; n++) {
    const trend = after(20, -0.000333, `fall/${n}`, after(120, 0, `before/${n}`));
    expect(trend.slope).toBeLessThan(-0.000333 * 0.4);
    expect(trend.slope).toBeGreaterThan(-0.000333 * 1.25);
  }
});

test('of a random walk nothing is left in most cases, and little in the others', () => {
  let seen = 0;
  for (let n = 0; n < 400; n++) {
    const { slope } = after(200, 0, `walk/${n}`);
    if (slope !== 0) seen++;
    expect(Math.abs(slope)).toBeLessThan(SIGMA);
  }
  // Two standard errors: one in twenty.
  expect(seen / 400).toBeGreaterThan(0.01);
  expect(seen / 400).toBeLessThan(0.12);
});

test('how long the intervals are does not matter to what a steady fall is', () => {
  const even = new Trend(10);
  const uneven = new Trend(10);
  for (let i = 0; i < 60; i++) even.push(-0.0001, 1);
  for (let i = 0; i < 20; i++) {
    uneven.push(-0.0001, 1);
    uneven.push(-0.0002, 2);
  }
  expect(even.slope).toBeCloseTo(-0.0001, 12);
  expect(uneven.slope).toBeCloseTo(-0.0001, 12);
});

test('what it still brings: at first the slope, in the end the slope times its mean life', () => {
  const trend = new Trend(10);
  for (let i = 0; i < 60; i++) trend.push(-0.0001, 1);
  expect(trend.expected(0.001, 60)).toBeCloseTo(-0.0001 * 0.001, 9);
  expect(trend.expected(60, 60)).toBeCloseTo((-0.0001 * 60 * 0.5) / Math.LN2, 9);
  expect(trend.expected(1e9, 60)).toBeCloseTo((-0.0001 * 60) / Math.LN2, 9);
  expect(new Trend(10).expected(60, 60)).toBe(0);
});
