// What is fitted to samples of a market against markets of which it is known.

import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { impactOfFlow, persistenceOf, volatilityOf } from '../../../src/estimators/market-fit.ts';

test('volatility is that of the walk, whatever the samples are apart', () => {
  const rng = createRng('walk');
  const times = [0];
  const prices = [100];
  for (let i = 0; i < 20_000; i++) {
    const apart = 0.5 + 2 * rng.next();
    times.push(times[i] + apart);
    prices.push(prices[i] * (1 + 0.0005 * Math.sqrt(apart) * rng.normal()));
  }
  expect(Math.abs(volatilityOf(times, prices) / 0.0005 - 1)).toBeLessThan(0.02);
  expect(volatilityOf([1], [100])).toBeNaN();
});

test('persistence is that of the autoregression; the mean does not matter', () => {
  for (const kept of [0.2, 0.9]) {
    const rng = createRng(`kept/${kept}`);
    const levels = [1_000];
    for (let i = 0; i < 20_000; i++) levels.push(1_000 + kept * (levels[i] - 1_000) + 10 * rng.normal());
    expect(Math.abs(persistenceOf(levels) - kept)).toBeLessThan(0.02);
  }
  expect(persistenceOf([5, 5, 5, 5])).toBe(0);
  // What swings to and fro is back at once.
  expect(persistenceOf([1, -1, 1, -1, 1])).toBe(0);
  expect(persistenceOf([1, 2, 3, 4, 5])).toBe(1);
});

test('impact is the slope of moves on flows, also where the price answers late', () => {
  const rng = createRng('impact');
  const flows = Array.from({ length: 20_000 }, () => Math.round(100 * rng.normal()));
  const late = flows.map((_, i) => 0.03 * (flows[i] + (flows[i - 1] ?? 0) + (flows[i - 2] ?? 0)) + rng.normal());
  // Three samples of answer, 0.03 each: 0.09 in all, but for what a block of ten cuts off.
  const found = impactOfFlow(late, flows, 10);
  expect(found).toBeGreaterThan(0.078);
  expect(found).toBeLessThan(0.092);
  expect(impactOfFlow(late, flows, 1)).toBeLessThan(0.04);
  expect(impactOfFlow([1, 2], [0, 0], 1)).toBe(0);
  expect(impactOfFlow([-1, -2], [1, 2], 1)).toBe(0);
});
