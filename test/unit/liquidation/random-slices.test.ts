// Long 1,000 lots at 1,000 with 100,000; a budget in every second, so that only the slices are random.

import { expect, test } from 'vitest';
import { randomSlices } from '../../../src/liquidation/random-slices.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

const stage = (mark: number, params: object = {}) =>
  new PolicyStage(randomSlices, [1_000], { cash: 100_000, params: { chance: 1, ...params } }).mark(mark).rest(BUY, 2_000, mark - 1);

test('slices between a twentieth and three twentieths, one a second, at a random moment of it', () => {
  const made = stage(935);
  const decisions = made.play();
  let held = 1_000;
  const moments = new Set<number>();
  for (const { action, lots, limit, until } of decisions) {
    if (action === 'wait') moments.add(until % SECOND);
    if (action !== 'order') continue;
    expect(lots).toBeGreaterThanOrEqual(Math.floor(held * 0.05));
    expect(lots).toBeLessThanOrEqual(held * 0.15);
    expect(limit).toBe(934);
    held -= lots;
  }
  expect(decisions.map(({ action }) => action).slice(0, 4)).toEqual(['wait', 'order', 'wait', 'order']);
  expect(moments.size).toBeGreaterThan(2);
  expect(made.isRestored).toBe(true);
});

test('no more than the budget of the second', () => {
  const [, { lots }] = stage(935, { dailyVolume: 200_000_000 }).play(2);
  expect(lots).toBe(21);
});

test('a budget once in six seconds, on average', () => {
  const made = stage(935, { chance: 1 / 6, portion: 0.001, minNotional: 0 });
  const decisions = made.play(1_200);
  const orders = decisions.filter(({ action }) => action === 'order').length;
  expect(orders / (made.now / SECOND)).toBeGreaterThan(0.1);
  expect(orders / (made.now / SECOND)).toBeLessThan(0.25);
});

test('below half of the maintenance margin the loss layers take over', () => {
  expect(stage(925).decide().action).toBe('wait');
  expect(stage(922).decide().action).toBe('hand-over');
});
