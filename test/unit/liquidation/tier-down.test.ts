// A schedule of three tiers, 5 % to 500,000, 6 % to 800,000, 10 % from there, each for the whole position.

import { expect, test } from 'vitest';
import { tierDown } from '../../../src/liquidation/tier-down.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY } from '../../helpers/venue.ts';

const spec = {
  deduction: false,
  tiers: [
    { floor: 0, maintenance: 50_000, initial: 100_000 },
    { floor: 500_000, maintenance: 60_000, initial: 120_000 },
    { floor: 800_000, maintenance: 100_000, initial: 200_000 },
  ],
};
/** Long 1,000 lots at 1,000 with 100,000: bankrupt at 900. */
const stage = (mark: number, bids: number, params: object = {}, lots = 1_000) =>
  new PolicyStage(tierDown, [lots], { cash: 100_000, spec, params }).mark(mark).rest(BUY, bids, mark - 1);

test('sells the difference to the tier below: 842 lots at 950 are the most that is less than 800,000', () => {
  expect(stage(950, 158).decide()).toMatchObject({ action: 'order', side: -1, lots: 158, limit: 900 });
});

test('fills or is handed over: one lot less on the book, and nothing is sent', () => {
  expect(stage(950, 157).decide().action).toBe('hand-over');
});

test('two tiers at a time', () => {
  expect(stage(950, 1_000, { tiers: 2 }).decide()).toMatchObject({ action: 'order', lots: 1_000 - 526 });
});

test('to the highest tier whose margin the account has', () => {
  expect(stage(950, 1_000, { target: 'satisfied' }).decide()).toMatchObject({ action: 'order', lots: 158 });
  expect(stage(945, 1_000, { target: 'satisfied' }).decide()).toMatchObject({ action: 'order', lots: 1_000 - 529 });
  expect(stage(920, 1_000, { target: 'satisfied' }).decide().action).toBe('hand-over');
});

test('whoever fails even the base rate is taken over whole, where the venue says so', () => {
  expect(stage(950, 1_000, { whenBaseFails: 'hand-over' }).decide().action).toBe('order');
  expect(stage(945, 1_000, { whenBaseFails: 'hand-over' }).decide().action).toBe('hand-over');
  expect(stage(945, 1_000).decide().action).toBe('order');
});

test('the lowest tiers are taken over whole', () => {
  expect(stage(760, 1_000, {}, 400).decide().action).toBe('hand-over');
  expect(stage(860, 1_000, {}, 700).decide().action).toBe('order');
  expect(stage(860, 1_000, { from: 3 }, 700).decide().action).toBe('hand-over');
});
