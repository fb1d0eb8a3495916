import { expect, test } from 'vitest';
import { Market } from '../../../src/market/market.ts';
import { instrument } from '../../helpers/instruments.ts';

/** A fund with 1,000 that took a long of 10 over at 90, from an account that had bought it at 100. */
function market(): Market {
  const made = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments: [instrument()], fundCash: 1_000 });
  const alice = made.openAccount({ owner: 1, cash: 100, leverage: 10_000_000 });
  const bob = made.openAccount({ owner: 2, cash: 5_000, leverage: 1_000_000 });
  made.setMark(1, 100);
  made.openingTrade(alice, bob, 1, 10, 100);
  made.setMark(1, 85);
  made.transfer(alice, made.fundAccount, 1, 10, 90);
  return made;
}

test('tells money from inventory', () => {
  const { fund } = market();
  expect([fund.cash, fund.inventory, fund.equity, fund.lots(1)]).toEqual([1_000, -50, 950, 10]);
});

test('inventory follows the mark, money what is realised', () => {
  const made = market();
  made.setMark(1, 95);
  expect([made.fund.cash, made.fund.inventory, made.fund.equity]).toEqual([1_000, 50, 1_050]);
  made.transfer(made.fundAccount, 3, 1, 4, 95);
  expect([made.fund.cash, made.fund.inventory, made.fund.equity, made.fund.lots(1)]).toEqual([1_020, 30, 1_050, 6]);
});

test('funding that is due counts', () => {
  const made = market();
  made.settleFunding(1, 10_000);
  expect([made.fund.cash, made.fund.inventory, made.fund.equity]).toEqual([1_000, -59, 941]);
  made.applyFunding(made.fundAccount);
  expect([made.fund.cash, made.fund.inventory]).toEqual([991, -50]);
});

test('absorbs what it has in money and is worth at mark, not a unit more', () => {
  const made = market();
  expect([made.fund.canAbsorb(950), made.fund.canAbsorb(951)]).toEqual([true, false]);
  made.setMark(1, 120);
  expect([made.fund.canAbsorb(1_000), made.fund.canAbsorb(1_001)]).toEqual([true, false]);
});

test('is not asked for margin, and may be beyond any position limit', () => {
  const made = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument({ maxPosition: 5, maxLots: 5 })],
    fundCash: 0,
  });
  const maker = made.openAccount({ owner: 1, cash: 100_000, leverage: 1_000_000 });
  made.setMark(1, 100);
  for (const price of [100, 101]) {
    made.submit(maker, 1, 1, 2, price, 0, 0, 0);
    expect(made.submit(made.fundAccount, 1, -1, 2, price, 0, 0, 0)).toBeGreaterThan(0);
  }
  made.transfer(maker, made.fundAccount, 1, 4, 100);
  expect(made.fund.lots(1)).toBe(0);
  made.openingTrade(made.fundAccount, maker, 1, 20, 100);
  expect(made.available(made.fundAccount)).toBe(made.equity(made.fundAccount));
  expect(made.isLiquidatable(made.fundAccount)).toBe(false);
});
