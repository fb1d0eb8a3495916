// Long 1,000 lots at 1,000 with 100,000; at 945 equity is 45,000 of a maintenance margin of 47,250.

import { expect, test } from 'vitest';
import { blockLimited } from '../../../src/liquidation/block-limited.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

const stage = (params: object = {}, mark = 945) =>
  new PolicyStage(blockLimited, [1_000], { cash: 100_000, params }).mark(mark).rest(BUY, 1_000, mark - 1);

test('a tenth, at the fillable price: 945 − (1 − 45,000 ÷ 47,250) × 150 % × 47.25 = 941.6', () => {
  expect(stage().decide()).toMatchObject({ action: 'order', side: -1, lots: 100, limit: 942 });
});

test('once a block, and again in the next', () => {
  const decisions = stage({}, 930).play(4);
  expect(decisions.map(({ action }) => action)).toEqual(['order', 'wait', 'order', 'wait']);
  expect(decisions[1].until).toBe(SECOND);
  expect(decisions[2].lots).toBe(90);
});

test('at least the least notional, at most what the account may lose in a block', () => {
  expect(stage({ portion: 0 }).decide()).toMatchObject({ lots: 1 });
  expect(stage({ portion: 1 }).decide()).toMatchObject({ lots: 105 });
  const two = new PolicyStage(blockLimited, [1_000, 1_000], { cash: 200_000 });
  for (const i of [1, 2]) two.mark(930, i).rest(BUY, 1_000, 929, i);
  const [first, second, third] = two.play(3);
  expect([first.lots, second.lots, third.action]).toEqual([100, 7, 'wait']);
  expect(first.instrument + second.instrument).toBe(3);
});

test('which position comes first is drawn', () => {
  const firsts = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const two = new PolicyStage(blockLimited, [1_000, 1_000], { cash: 200_000, seed: String(seed) });
    for (const i of [1, 2]) two.mark(945, i).rest(BUY, 1_000, 944, i);
    firsts.add(two.decide().instrument);
  }
  expect([...firsts].sort((a, b) => a - b)).toEqual([1, 2]);
});

test('deleveraged is only who has less than nothing and finds no buyer', () => {
  expect(stage().empty().decide()).toMatchObject({ action: 'wait' });
  expect(stage().empty().mark(899).decide()).toMatchObject({ action: 'hand-over' });
});

test('whoever is furthest under is begun with first, then whoever holds most', () => {
  const stage = new PolicyStage(blockLimited, [1_000], { cash: 100_000 });
  const { market, policy } = stage;
  const open = (lots: number, cash: number) => {
    const account = market.openAccount({ owner: 9, cash, leverage: 10_000_000 });
    market.openingTrade(account, market.openAccount({ owner: 10, cash: 0, leverage: 1_000_000, exempt: true }), 1, lots, 1_000);
    return account;
  };
  // At 945, equity ÷ maintenance: 0.95, 0.53 twice, and 0.11.
  const [even, small, large, deep] = [stage.alice, open(100, 8_000), open(200, 16_000), open(100, 6_000)];
  stage.mark(945);
  const accounts = Int32Array.from([even, small, large, deep, 0]);
  policy.arrange?.(accounts, 4, market);
  expect([...accounts]).toEqual([deep, large, small, even, 0]);
});
