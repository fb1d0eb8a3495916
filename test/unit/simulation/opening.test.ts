// How a run begins: everybody's positions against those who balance them, longs equal to shorts from the first instant.

import { describe, expect, test } from 'vitest';
import { PPM, type AccountId } from '../../../src/base/units.ts';
import { Market } from '../../../src/market/market.ts';
import { Opening } from '../../../src/simulation/opening.ts';
import { instrument } from '../../helpers/instruments.ts';

function marketWith(accounts: number, instruments = 1): { readonly market: Market; readonly account: readonly AccountId[] } {
  const market = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: Array.from({ length: instruments }, (_, i) => instrument({ symbol: `I${i}` })),
    fundCash: 5_000,
  });
  for (const { id } of market.instruments) market.setMark(id, 1_000);
  return { market, account: Array.from({ length: accounts }, () => market.openAccount({ owner: 1, cash: 10_000, leverage: 10 * PPM })) };
}

const lotsOf = (market: Market, accounts: readonly AccountId[], i = 1) => accounts.map((account) => market.positionLots(account, i));

describe('settling', () => {
  test('gives the balancing account what the others leave open', () => {
    const { market, account } = marketWith(4);
    const opening = new Opening();
    opening.balance(account[3], 1, 1);
    opening.add(account[0], 1, 10, 990);
    opening.add(account[1], 1, -4, 1_020);
    opening.add(account[2], 1, 0, 1_000);
    opening.settle(market);
    expect(lotsOf(market, account)).toEqual([10, -4, 0, -6]);
    expect([market.entryPrice(account[0], 1), market.entryPrice(account[1], 1)]).toEqual([990, 1_020]);
    expect(market.checkPositions(1)).toBeNull();
    expect(market.openInterest(1)).toBe(10);
    expect(market.lastPrice(1)).toBe(0);
  });

  test('the others have what their entries made them, the balancing account what it asked for', () => {
    const { market, account } = marketWith(3);
    const opening = new Opening();
    opening.balance(account[2], 1, 1);
    opening.add(account[0], 1, 10, 900);
    opening.add(account[1], 1, -10, 950);
    opening.settle(market);
    expect(account.map((a) => market.equity(a))).toEqual([11_000, 9_500, 10_000]);
    expect(market.checkConservation()).toBeNull();
  });

  test('fails by name where open interest would pass its bound', () => {
    const made = (maxOpenInterest: number) => {
      const market = new Market({
        settlement: { asset: 'USDT', unit: '1' },
        instruments: [instrument({ symbol: 'BTC-PERP', maxOpenInterest })],
        fundCash: 0,
      });
      market.setMark(1, 1_000);
      const [trader, balancer] = [1, 2].map((owner) => market.openAccount({ owner, cash: 10_000, leverage: 10 * PPM }));
      const opening = new Opening();
      opening.balance(balancer, 1, 1);
      opening.add(trader, 1, 10, 990);
      return () => opening.settle(market);
    };
    expect(made(10)).not.toThrow();
    expect(made(9)).toThrow("instruments.BTC-PERP.maxOpenInterest is 9 lots, and the traders' opening positions add up to 10");
  });

  test('several share by weight, to the lot that cannot be shared', () => {
    const { market, account } = marketWith(12);
    const opening = new Opening();
    opening.balance(account[0], 1, 1);
    opening.balance(account[1], 1, 3);
    for (let i = 2; i < 12; i++) opening.add(account[i], 1, i % 3 === 0 ? -7 : 9, 1_000);
    opening.settle(market);
    const [one, three] = lotsOf(market, account);
    // 7 × 9 − 3 × 7 = 42 lots short, a quarter and three quarters, give or take one trader's position.
    expect(one + three).toBe(-42);
    expect(Math.abs(one + 42 / 4)).toBeLessThanOrEqual(9);
    expect(market.checkPositions(1)).toBeNull();
  });

  test('each instrument is balanced by those who said so for it', () => {
    const { market, account } = marketWith(4, 2);
    const opening = new Opening();
    opening.balance(account[0], 1, 1);
    opening.balance(account[1], 2, 1);
    opening.add(account[2], 1, 5, 1_000);
    opening.add(account[3], 2, -8, 1_000);
    opening.settle(market);
    expect(lotsOf(market, account, 1)).toEqual([-5, 0, 5, 0]);
    expect(lotsOf(market, account, 2)).toEqual([0, 8, 0, -8]);
  });

  test('nobody to balance them is our mistake, and named', () => {
    const { market, account } = marketWith(1);
    const opening = new Opening();
    opening.add(account[0], 1, 5, 1_000);
    expect(() => opening.settle(market)).toThrow(/I0.*balances/);
  });

  test('with nothing to balance nobody is needed', () => {
    const { market } = marketWith(1);
    new Opening().settle(market);
    expect(market.openInterest(1)).toBe(0);
  });
});
