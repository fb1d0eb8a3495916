// What putting things off leaves: it has a price.

import { expect, test } from 'vitest';
import { fullClose } from '../../../src/liquidation/full-close.ts';
import { aftermathOf, closingCost } from '../../../src/study/aftermath.ts';
import { compare, termsOf } from '../../../src/study/compare.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';
import { BUY } from '../../helpers/venue.ts';

const NONE = { last: 0, started: 0, account: new Float64Array(1), startedAt: new Float64Array(1) };

/** Long 100 lots at a mark of 945, ten bids of ten lots each, 5 ticks apart. */
function stage(): PolicyStage {
  const made = new PolicyStage(fullClose, [100], { cash: 10_000 }).mark(945);
  for (let step = 1; step <= 4; step++) made.rest(BUY, 10, 945 - 5 * step);
  return made;
}

test('a position is closed through the book as it rests, the rest goes on at its slope and no further than 5 %', () => {
  const { market } = stage();
  expect(closingCost(market, 1, -1, 20)).toBe(10 * 5 + 10 * 10);
  expect(closingCost(market, 1, -1, 40)).toBe(10 * (5 + 10 + 15 + 20));
  // 40 more from 20 ticks away to 40.
  expect(closingCost(market, 1, -1, 80)).toBe(10 * (5 + 10 + 15 + 20) + 40 * 30);
  // And from there at most 47.25.
  expect(closingCost(market, 1, -1, 4_000)).toBeCloseTo(500 + (3_960 * (20 + 47.25)) / 2, 6);
  expect(closingCost(market, 1, 1, 10)).toBeCloseTo(10 * 47.25, 6);
});

test('who is in liquidation, and what the venue and its volunteers hold, is unfinished; nobody else is', () => {
  const { market, alice } = stage();
  const nobody = { market, cases: NONE, worksOff: () => false, unit: '1' };
  expect(aftermathOf(nobody)).toEqual({ unfinished: { accounts: 0, notional: '0', cost: '0' }, reliquidations: 0 });
  market.setInLiquidation(alice, true);
  const cost = String(500 + (60 * (20 + 47.25)) / 2);
  expect(aftermathOf(nobody).unfinished).toEqual({ accounts: 1, notional: '94500', cost: String(Math.round(Number(cost))) });
  market.setInLiquidation(alice, false);
  expect(aftermathOf({ ...nobody, worksOff: (account) => account === alice }).unfinished).toMatchObject({ accounts: 0, notional: '94500' });
});

test('an account that is liquidated again counts again', () => {
  const cases = { last: 4, started: 3, account: Float64Array.of(0, 7, 8, 7, 9), startedAt: Float64Array.of(-1, 5, 6, 9, -1) };
  expect(aftermathOf({ market: stage().market, cases, worksOff: () => false, unit: '1' }).reliquidations).toBe(1);
});

test('a study has them beside the headline, also in sums', async () => {
  const sum = 'profit.retail + fund.end - unfinished.cost';
  const study = await compare(smallScenario(), {
    seeds: ['1', '2'],
    vary: { 'liquidation.policy.kind': ['full-close', 'dutch-auction'] },
    sums: [sum],
  });
  for (const [arm, name] of study.names.entries()) {
    const mean = (path: string) => study.means[path][arm].mean;
    expect(mean(sum), name).toBeCloseTo(mean('profit.retail') + mean('fund.end') - mean('unfinished.cost'), 6);
  }
  // An auction takes its time: what it has not done when the run ends is not free.
  expect(study.means['unfinished.cost'][1].mean).toBeGreaterThan(0);
  expect(study.means.reliquidations).toBeDefined();
});

test('the terms of a sum', () => {
  expect(termsOf('profit.large-longs+fund.end - unfinished.cost')).toEqual([
    { path: 'profit.large-longs', sign: 1 },
    { path: 'fund.end', sign: 1 },
    { path: 'unfinished.cost', sign: -1 },
  ]);
});
