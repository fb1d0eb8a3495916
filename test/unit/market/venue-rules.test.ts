// What differs from venue to venue in the market itself: who is liquidatable at maintenance, what the liquidation fee may
// take, and margin that grows with open interest.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUY, PPM, SELL, type Quote } from '../../../src/base/units.ts';
import type { InstrumentSpec } from '../../../src/market/instrument.ts';
import { instrumentProblems } from '../../../src/market/instrument.ts';
import { Market } from '../../../src/market/market.ts';
import { Reason } from '../../../src/market/order.ts';
import { instrument } from '../../helpers/instruments.ts';

const ALICE = 2;
const BOB = 3;

/** Alice holds `lots` since 100, Bob the other side. */
function market(
  cash: Quote,
  lots: number,
  options: { readonly inclusive?: boolean; readonly spec?: Partial<InstrumentSpec> } = {},
): Market {
  const made = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument({ maxPrice: 1_000, ...options.spec })],
    fundCash: 0,
    ...(options.inclusive === undefined ? {} : { inclusive: options.inclusive }),
  });
  made.openAccount({ owner: 1, cash, leverage: 10 * PPM });
  made.openAccount({ owner: 2, cash: 1_000_000, leverage: 10 * PPM });
  made.setMark(1, 100);
  if (lots > 0) made.openingTrade(ALICE, BOB, 1, lots, 100);
  else made.openingTrade(BOB, ALICE, 1, -lots, 100);
  return made;
}

describe('who has exactly the maintenance margin', () => {
  // 1,450 and 100 lots from 100: at 90 equity is 450, which is 5 % of 9,000.
  test.each([
    [true, 90, true],
    [false, 89, false],
  ])('is liquidatable: %j', (inclusive, price, atMaintenance) => {
    const made = market(1_450, 100, { inclusive });
    expect(made.liquidationPrice(ALICE, 1)).toBe(price);
    made.setMark(1, 90);
    expect([made.equity(ALICE), made.maintenance(ALICE)]).toEqual([450, 450]);
    expect([made.isLiquidatable(ALICE), made.isBelow(ALICE, PPM)]).toEqual([atMaintenance, atMaintenance]);
    made.setMark(1, 89);
    expect([made.isLiquidatable(ALICE), made.isBelow(ALICE, PPM)]).toEqual([true, true]);
  });

  test.each([true, false])('the liquidation price is the first at which the account is liquidatable (inclusive: %j)', (inclusive) => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 5_000 }), fc.integer({ min: 5, max: 400 }), fc.boolean(), (cash, lots, isLong) => {
        const made = market(cash, isLong ? lots : -lots, { inclusive });
        const liquidation = made.liquidationPrice(ALICE, 1);
        fc.pre(!made.isLiquidatable(ALICE));
        let first = 0;
        for (let price = 100; price >= 1 && price <= 1_000 && first === 0; price += isLong ? -1 : 1) {
          made.setMark(1, price);
          if (made.isLiquidatable(ALICE)) first = price;
        }
        expect(liquidation).toBe(first);
      }),
    );
  });
});

describe('the liquidation fee', () => {
  /** Alice has 500 at 95 and is asked 475; half of her position is sold at `price`. */
  function sold(price: number, liquidationFeePpm: number, liquidationFeeUpTo: 'equity' | 'share') {
    const made = market(1_000, 100, { spec: { liquidationFeePpm, liquidationFeeUpTo } });
    made.setMark(1, 95);
    made.submit(BOB, 1, BUY, 50, price, 0, 0, 1);
    expect(made.reason).toBe(Reason['none']);
    made.liquidate(ALICE, 1, SELL, 50, 0);
    expect(made.checkConservation()).toBeNull();
    return { fee: made.liquidationFee, equity: made.equity(ALICE), fund: made.fund.cash };
  }

  test('takes what the account has, or the share of it of what was closed', () => {
    expect(sold(95, 20_000, 'equity')).toEqual({ fee: 95, equity: 405, fund: 95 });
    expect(sold(95, 20_000, 'share')).toEqual({ fee: 95, equity: 405, fund: 95 });
    expect(sold(95, 100_000, 'equity')).toEqual({ fee: 475, equity: 25, fund: 475 });
    // 475 − 238 of 475 are gone: 249 of 500.
    expect(sold(95, 100_000, 'share')).toEqual({ fee: 249, equity: 251, fund: 249 });
  });

  test('of a share, what the fill lost comes first', () => {
    expect(sold(93, 100_000, 'share')).toEqual({ fee: 149, equity: 251, fund: 149 });
    expect(sold(89, 100_000, 'share')).toEqual({ fee: 0, equity: 200, fund: 0 });
  });
});

describe('open interest', () => {
  const crowded = { openInterestCaps: { lower: 10_000, upper: 30_000 } };

  test('drives the initial rate up between its caps, for everybody, and leaves maintenance', () => {
    // 100 lots at 100 are 10,000: the rate is 10 %. With 200 it is 10 % + 90 % ÷ 2.
    const made = market(100_000, 100, { spec: crowded });
    expect([made.initialMargin(ALICE), made.maintenance(ALICE)]).toEqual([1_000, 500]);
    made.openingTrade(BOB, made.openAccount({ owner: 3, cash: 0, leverage: PPM, exempt: true }), 1, 200, 100);
    expect(made.openInterest(1)).toBe(200);
    expect([made.initialMargin(ALICE), made.maintenance(ALICE)]).toEqual([5_500, 500]);
    made.setMark(1, 200);
    expect(made.initialMargin(ALICE)).toBe(20_000);
  });

  test('a change of the rules changes it', () => {
    const made = market(100_000, 200, { spec: crowded });
    expect(made.initialMargin(ALICE)).toBe(11_000);
    made.changeRules(1, { openInterestCaps: { lower: 0, upper: 0 } });
    expect(made.initialMargin(ALICE)).toBe(2_000);
  });

  test('caps the wrong way round are refused', () => {
    expect(instrumentProblems(instrument({ openInterestCaps: { lower: 5, upper: 5 } }), '1')).toEqual([
      'the upper cap of open interest, 5, must be above the lower, 5',
    ]);
  });
});
