// Small formulas of deleveraging and of funds, by hand.

import { expect, test } from 'vitest';
import { adlTerms, counterpartyPrice, zeroPrice } from '../../../src/losses/adl-price.ts';
import { lights, priceByLeverage, profitByLeverage, ranked } from '../../../src/losses/adl-ranking.ts';
import { lossBeyond, poolRecovering, RollingPeak } from '../../../src/losses/adl-trigger.ts';
import { fundCost, fundFor } from '../../../src/losses/fund-size.ts';
import { sharesOf } from '../../../src/market/loss-sharing.ts';

const ONE = { side: 1, wallet: 100, maintenance: 5 } as const;

test('a loss is divided by leverage, a profit multiplied: the levered come first either way', () => {
  const high = { ...ONE, entryValue: 1_000, notional: 900, equity: 90, accountNotional: 900 };
  const low = { ...ONE, entryValue: 1_000, notional: 900, equity: 900, accountNotional: 900 };
  expect(profitByLeverage({ ...high, profit: 100 })).toBeCloseTo(1, 12);
  expect(profitByLeverage({ ...low, profit: 100 })).toBeCloseTo(0.1, 12);
  expect(profitByLeverage({ ...high, profit: -100 })).toBeCloseTo(-0.01, 12);
  expect(profitByLeverage({ ...low, profit: -100 })).toBeCloseTo(-0.1, 12);
  // Mark ÷ entry for longs, entry ÷ mark for shorts.
  expect(priceByLeverage({ ...high, profit: 0 })).toBeCloseTo(9, 12);
  expect(priceByLeverage({ ...high, profit: 0, side: -1 })).toBeCloseTo((10 / 9) * 10, 12);
});

test('ranks and lights', () => {
  expect(ranked([1, 3, 2, 3])).toEqual([1, 3, 2, 0]);
  expect([0, 1, 2, 9, 10, 49].map((rank) => lights(rank, 50))).toEqual([5, 5, 5, 5, 4, 1]);
});

test('zero prices: where a margin fraction is used up, and between it and the mark', () => {
  expect(zeroPrice(1_000, 0.05, 1)).toBe(950);
  expect(zeroPrice(1_000, 0.05, -1)).toBe(1_050);
  expect(counterpartyPrice(940, 1_000)).toBe(960);
  const prices = { mark: 1_000, previousMark: 1_001, index: 999 };
  // Rounded so that the account never gets less than its zero price, and the fund never pays.
  expect(adlTerms('zero-price', { ...prices, side: 1, bankruptcy: 941 })).toEqual({ price: 961, retained: 20 });
  expect(adlTerms('zero-price', { ...prices, side: -1, bankruptcy: 1_061 })).toEqual({ price: 1_040, retained: 21 });
  expect(adlTerms('zero-price', { ...prices, side: 1, bankruptcy: 1_030 })).toEqual({ price: 1_020, retained: 0 });
});

test('a trigger takes what brings the ratio back to where it begins, and ends above where it stops', () => {
  const pool = { maxBalance: 1_000, balance: 640, pnl: -360, maxPnl: 0 };
  expect(lossBeyond(pool, -0.3)).toBeCloseTo(60, 9);
  expect(lossBeyond({ ...pool, pnl: -200 }, -0.3)).toBe(0);
  expect(poolRecovering({ ...pool, pnl: -250 }, { stop: -0.25 })).toBe(true);
  expect(poolRecovering({ ...pool, pnl: -249 }, { stop: -0.25 })).toBe(false);
});

test('a rolling peak forgets what is older than its window', () => {
  const peak = new RollingPeak(10);
  const values = [5, 3, 4, 1, 2, 0, 0, 7, 6];
  expect(values.map((value, i) => peak.add(value, 4 * i))).toEqual([5, 5, 5, 4, 4, 2, 2, 7, 7]);
  const long = new RollingPeak(50);
  for (let at = 0; at < 1_000; at++) expect(long.add(1_000 - at, at)).toBe(1_000 - Math.max(0, at - 50));
});

test('the newsvendor’s fund costs least', () => {
  const losses = [0, 0, 3, 8, 20, 50];
  const best = fundFor(losses, 0.3, 1);
  expect(best).toBe(20);
  for (const other of [0, 3, 8, 50]) expect(fundCost(losses, other, 0.3, 1)).toBeGreaterThan(fundCost(losses, best, 0.3, 1));
  expect(fundFor(losses, 1, 1)).toBe(0);
  expect(fundFor([], 0.1, 1)).toBe(0);
});

test('shares are whole and add up', () => {
  expect(sharesOf(10, [1, 1, 1])).toEqual([3, 3, 4]);
  expect(sharesOf(7, [0, 5, 0, 2])).toEqual([0, 5, 0, 2]);
  expect(sharesOf(7, [0, 0])).toEqual([0, 0]);
});
