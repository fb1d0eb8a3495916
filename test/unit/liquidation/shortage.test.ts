// Long 1,000 lots at 1,000 with 100,000. At 945 equity is 45,000; 47,250 and a buffer of 18,900 are required: 21,150 are
// missing, and a lot that is closed frees 945 × (5 % + 2 % − 1 %) = 56.7.

import { expect, test } from 'vitest';
import { shortage } from '../../../src/liquidation/shortage.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

const stage = (params: object = {}) => new PolicyStage(shortage, [1_000], { cash: 100_000, params }).mark(945).rest(BUY, 2_000, 944);

test('a tenth of the shortage at first, within the liquidator fee of the index', () => {
  expect(stage().decide()).toMatchObject({ action: 'order', side: -1, lots: 38, limit: 936 });
});

test('more with time, all of it after a minute', () => {
  const half = stage();
  half.now = 24 * SECOND;
  expect(half.decide()).toMatchObject({ lots: 187 });
  const whole = stage();
  whole.now = 60 * SECOND;
  expect(whole.decide()).toMatchObject({ lots: 374 });
});

test('what the first order freed counts for the second', () => {
  const decisions = stage().play(3);
  expect(decisions.map(({ action }) => action)).toEqual(['order', 'wait', 'order']);
  // 38 × 56.7 are free already, a little more than the share of then allowed.
  expect(decisions[2].lots).toBeLessThan(5);
});

test('a small shortage at once', () => {
  expect(stage({ small: 30_000 }).decide()).toMatchObject({ lots: 374 });
});

test('is not over before the buffer is there', () => {
  const made = stage();
  made.mark(960);
  expect(made.market.isLiquidatable(made.alice)).toBe(false);
  expect(made.isRestored).toBe(false);
  made.mark(970);
  expect(made.isRestored).toBe(true);
});

test('losses count once more where the venue has it so', () => {
  // 1,000 lots lost 55 each: 2 % of 55,000 more is missing, 22,250 in all.
  expect(stage({ small: 30_000, lossBuffer: 0.02 }).decide()).toMatchObject({ lots: 393 });
});

test('after the grace the order may trade further from the index, for all the slots since the case began', () => {
  const limitAfter = (seconds: number) => {
    const made = stage();
    made.now = seconds * SECOND;
    return made.decide().limit;
  };
  // 1 %, and 0.0001 % for each of 1,750 slots; at most three times 1 %.
  expect([limitAfter(599), limitAfter(700), limitAfter(100_000)]).toEqual([936, 934, 917]);
});
