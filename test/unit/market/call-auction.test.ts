// A call auction in the market: what is gathered, that nothing trades, at which price all trades, and who has what after.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clearingPrice } from '../../../src/market/clearing-price.ts';
import { Market } from '../../../src/market/market.ts';
import { ORDER_IOC, ORDER_MARKET, ORDER_REDUCE_ONLY, Reason } from '../../../src/market/order.ts';
import { instrument } from '../../helpers/instruments.ts';

const [ALICE, BOB, CAROL] = [2, 3, 4];

function market(): Market {
  const made = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments: [instrument({ priceBandPpm: 0 })], fundCash: 1_000 });
  for (const owner of [11, 12, 13]) made.openAccount({ owner, cash: 100_000, leverage: 10_000_000 });
  made.setMark(1, 100);
  return made;
}

function fine(of: Market): void {
  expect([of.checkConservation(), of.checkPositions(1), of.checkOpenOrders(), of.checkBook(1)]).toEqual([null, null, null, null]);
}

describe('while orders are gathered', () => {
  test('limit orders rest, cross as they may, and nothing trades; what must trade at once is refused', () => {
    const made = market();
    made.submit(ALICE, 1, 1, 5, 99, 0, 0, 0);
    made.auction.begin(1);
    expect([made.isOpen(1), made.auction.isOn(1)]).toEqual([false, true]);
    const sell = made.submit(BOB, 1, -1, 5, 95, 0, 0, 0);
    expect(sell).toBeGreaterThan(0);
    expect([made.fills.count, made.openLots(BOB, 1, -1)]).toEqual([0, 5]);
    for (const flags of [ORDER_MARKET, ORDER_IOC, ORDER_REDUCE_ONLY]) {
      expect(made.submit(BOB, 1, -1, 5, 95, 0, flags, 0)).toBe(0);
      expect(made.reason).toBe(Reason['market-closed']);
    }
    expect(made.amend(ALICE, 1, 1, 4, 99)).toBe(false);
    fine(made);
  });

  test('orders can be canceled, one by one or all', () => {
    const made = market();
    made.auction.begin(1);
    const order = made.submit(ALICE, 1, 1, 5, 99, 0, 0, 7);
    made.submit(ALICE, 1, -1, 5, 98, 0, 0, 0);
    expect(made.cancel(BOB, 1, order)).toBe(false);
    expect(made.cancel(ALICE, 1, order)).toBe(true);
    expect([made.canceled.count, made.canceled.tag(0), made.openLots(ALICE, 1, 1)]).toEqual([1, 7, 0]);
    expect(made.cancelAll(ALICE, 0)).toBe(1);
    expect(made.openLots(ALICE, 1, -1)).toBe(0);
    fine(made);
  });
});

describe('uncrossing', () => {
  test('all that crosses trades at one price, by price and then time; the rest joins the book', () => {
    const made = market();
    // Rests from before, with the place that it has.
    made.submit(ALICE, 1, 1, 4, 100, 0, 0, 1);
    made.auction.begin(1);
    made.submit(BOB, 1, 1, 4, 100, 0, 0, 2);
    made.submit(CAROL, 1, -1, 6, 97, 0, 0, 3);
    made.submit(CAROL, 1, -1, 3, 101, 0, 0, 4);
    expect(made.auction.uncross(1)).toEqual({ price: 100, lots: 6, surplus: 2 });
    expect(made.isOpen(1)).toBe(true);
    expect([made.positionLots(ALICE, 1), made.positionLots(BOB, 1), made.positionLots(CAROL, 1)]).toEqual([4, 2, -6]);
    expect(new Set(Array.from({ length: made.fills.count }, (_, k) => made.fills.price(k)))).toEqual(new Set([100]));
    expect([made.book(1).bestBid, made.book(1).bestAsk, made.book(1).lotsAt(1, 100)]).toEqual([100, 101, 2]);
    expect(made.lastPrice(1)).toBe(100);
    fine(made);
  });

  test('without a cross nothing trades, and the orders join the book', () => {
    const made = market();
    made.auction.begin(1);
    made.submit(ALICE, 1, 1, 4, 98, 0, 0, 1);
    made.submit(BOB, 1, -1, 4, 99, 0, 0, 2);
    expect(made.auction.uncross(1)).toBeNull();
    expect([made.fills.count, made.book(1).bestBid, made.book(1).bestAsk]).toEqual([0, 98, 99]);
    fine(made);
  });

  test('an account does not trade with itself: what would is canceled', () => {
    const made = market();
    made.auction.begin(1);
    made.submit(ALICE, 1, 1, 4, 100, 0, 0, 1);
    made.submit(ALICE, 1, -1, 4, 100, 0, 0, 2);
    made.auction.uncross(1);
    expect([made.fills.count, made.positionLots(ALICE, 1), made.canceled.count > 0]).toEqual([0, 0, true]);
    fine(made);
  });

  test('whatever is gathered, and whatever stood before: the price that brute force finds, and everything adds up', () => {
    const order = fc.record({
      account: fc.constantFrom(ALICE, BOB, CAROL),
      side: fc.constantFrom(1 as const, -1 as const),
      price: fc.integer({ min: 92, max: 108 }),
      lots: fc.integer({ min: 1, max: 9 }),
      flags: fc.constantFrom(0, 0, 0, ORDER_REDUCE_ONLY),
    });
    fc.assert(
      fc.property(fc.array(order, { maxLength: 14 }), fc.array(order, { maxLength: 14 }), (before, gathered) => {
        const made = market();
        made.openingTrade(ALICE, BOB, 1, 5, 100);
        for (const { account, side, price, lots, flags } of before) made.submit(account, 1, side, lots, price, 0, flags, 0);
        made.auction.begin(1);
        for (const { account, side, price, lots } of gathered) made.submit(account, 1, side, lots, price, 0, 0, 0);
        fine(made);
        const clearing = made.auction.indicative(1);
        const volumeBefore = [ALICE, BOB, CAROL].map((account) => made.positionLots(account, 1));
        made.auction.uncross(1);
        fine(made);
        const moved = [ALICE, BOB, CAROL].reduce((sum, account, i) => sum + Math.abs(made.positionLots(account, 1) - volumeBefore[i]), 0);
        if (clearing === null) return;
        // Own orders that met, and reduce-only orders that the rest met, are the only differences.
        expect(moved).toBeLessThanOrEqual(2 * (clearing.lots + 5));
      }),
      { numRuns: 400 },
    );
    expect(clearingPrice([], [], 1)).toBeNull();
  });
});
