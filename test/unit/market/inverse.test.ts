import { describe, expect, test } from 'vitest';
import { entryValue, instrumentProblems, lotValue, notional, tradeValue, unitValue, valueOf } from '../../../src/market/instrument.ts';
import { MarginTiers } from '../../../src/market/margin-tiers.ts';
import { Market } from '../../../src/market/market.ts';
import { instrument } from '../../helpers/instruments.ts';

/** Contracts of 1 USD at a tick of 0.5 USD, money in satoshi: a contract is worth 2 × 10⁸ ÷ ticks. */
const XBTUSD = instrument({
  symbol: 'XBTUSD',
  contract: 'inverse',
  tick: '0.5',
  lot: '1',
  tickValue: '2',
  multiplier: 200_000_000,
  minPrice: 2_000,
  maxPrice: 400_000,
  maxLots: 10_000_000,
  maxPosition: 10_000_000,
  tiers: [{ floor: 0, maintenance: 5_000, initial: 10_000 }],
});
const INVERSE = { multiplier: 200_000_000, inverse: true };
const BTC = 100_000_000;

function market(change = {}) {
  const made = new Market({ settlement: { asset: 'XBT', unit: '0.00000001' }, instruments: [{ ...XBTUSD, ...change }], fundCash: 0 });
  made.setMark(1, 20_000);
  return made;
}

describe('what an inverse contract is worth', () => {
  test('10,000 contracts at 10,000 USD are a coin, owed by the long and owned by the short', () => {
    expect(notional(INVERSE, 10_000, 20_000)).toBe(BTC);
    expect(valueOf(INVERSE, 10_000, 20_000)).toBe(-BTC);
    expect(valueOf(INVERSE, -10_000, 20_000)).toBe(BTC);
    expect(unitValue(INVERSE, 20_000)).toBe(10_000);
    expect(valueOf(INVERSE, 10_000, 0)).toBe(0);
  });

  test('values are rounded against the account, trades once and down, orders by the lot and up', () => {
    // A third of the multiplier leaves a remainder.
    expect([valueOf(INVERSE, 1, 30_000), valueOf(INVERSE, -1, 30_000)]).toEqual([-6_667, 6_666]);
    expect([tradeValue(INVERSE, 1, 30_000), entryValue(INVERSE, 1, 30_000), entryValue(INVERSE, -1, 30_000)]).toEqual([
      6_666, -6_666, 6_666,
    ]);
    expect(lotValue(INVERSE, 30_000)).toBe(6_667);
  });
});

describe('an account', () => {
  test('a long from 10,000 to 12,500 gains a fifth of a coin, the short loses as much', () => {
    const made = market();
    const long = made.openAccount({ owner: 1, cash: BTC, leverage: 10_000_000 });
    const short = made.openAccount({ owner: 2, cash: BTC, leverage: 10_000_000 });
    made.openingTrade(long, short, 1, 10_000, 20_000);
    made.setMark(1, 25_000);
    expect([made.equity(long), made.equity(short)]).toEqual([1.2 * BTC, 0.8 * BTC]);
    expect([made.unrealised(long, 1), made.unrealised(short, 1)]).toEqual([0.2 * BTC, -0.2 * BTC]);
    expect([made.entryPrice(long, 1), made.entryPrice(short, 1)]).toEqual([20_000, 20_000]);
    expect(made.maintenance(long)).toBe(0.8 * BTC * 0.005);
    expect(made.checkConservation()).toBeNull();
  });

  test('fills move coins once: odd prices leave nothing over', () => {
    const made = market({ takerFeePpm: 750, makerFeePpm: -250 });
    const [a, b] = [1, 2].map((owner) => made.openAccount({ owner, cash: BTC, leverage: 10_000_000 }));
    for (const [price, lots] of [
      [20_001, 777],
      [19_999, 333],
      [20_003, 111],
    ]) {
      made.submit(a, 1, -1, lots, price, 0, 0, 0);
      made.submit(b, 1, 1, lots, price, 0, 0, 0);
      expect(made.checkConservation()).toBeNull();
    }
    expect(made.positionLots(b, 1)).toBe(1_221);
    made.settleFunding(1, 1_234);
    made.applyAllFunding();
    expect(made.checkConservation()).toBeNull();
    expect(made.checkOpenOrders()).toBeNull();
  });

  test('longs pay funding in coins, shorts receive it', () => {
    const made = market();
    const [long, short] = [1, 2].map((owner) => made.openAccount({ owner, cash: BTC, leverage: 10_000_000 }));
    made.openingTrade(long, short, 1, 10_000, 20_000);
    made.settleFunding(1, 1_000);
    expect([made.fundingDue(long, 1), made.fundingDue(short, 1)]).toEqual([100_000, -100_000]);
  });
});

describe('prices', () => {
  const held = (side: 1 | -1, cash: number, change = {}) => {
    const made = market(change);
    const one = made.openAccount({ owner: 1, cash, leverage: 10_000_000 });
    const other = made.openAccount({ owner: 2, cash: 100 * BTC, leverage: 1_000_000 });
    if (side > 0) made.openingTrade(one, other, 1, 10_000, 20_000);
    else made.openingTrade(other, one, 1, 10_000, 20_000);
    return { liquidation: made.liquidationPrice(one, 1) / 2, bankruptcy: made.bankruptcyPrice(one, 1) / 2 };
  };

  test('a long of one coin with a tenth: bankrupt at 10,000 ÷ 1.1, liquidated where 0.5 % are left', () => {
    // Rounded up for the long; the first tick at or below it for the liquidation.
    expect(held(1, 0.1 * BTC)).toEqual({ bankruptcy: 9_091, liquidation: 9_136 });
  });

  test('a short: bankrupt at 10,000 ÷ 0.9, solvent for ever with a whole coin', () => {
    expect(held(-1, 0.1 * BTC)).toEqual({ bankruptcy: 11_111, liquidation: 11_056 });
    expect(held(-1, BTC)).toEqual({ bankruptcy: 200_000, liquidation: 0 });
  });

  test('with a fee of closing both are reached sooner', () => {
    const plain = held(1, 0.1 * BTC);
    const reserved = held(1, 0.1 * BTC, { closingFeePpm: 750 });
    expect(reserved.bankruptcy).toBeGreaterThan(plain.bankruptcy);
    expect(reserved.liquidation).toBeGreaterThan(plain.liquidation);
    expect(reserved.bankruptcy).toBe(Math.ceil((2 * 10_000 * 1.00075) / 1.1) / 2);
  });

  test('with maintenance as at entry it does not grow on the way down', () => {
    expect(held(1, 0.1 * BTC, { maintenanceOn: 'entry' }).liquidation).toBe(Math.floor((2 * 10_000) / (1.1 - 0.005)) / 2);
  });
});

describe('a specification', () => {
  test('is told what does not fit', () => {
    expect(instrumentProblems(XBTUSD, '0.00000001')).toEqual([]);
    expect(instrumentProblems({ ...XBTUSD, tickValue: '0.5' }, '0.00000001').join()).toContain('tickValue must be lot ÷ tick, 2');
    expect(instrumentProblems({ ...XBTUSD, minPrice: 0 }, '0.00000001').join()).toContain('minPrice must be a whole number from 1');
    expect(instrumentProblems({ ...XBTUSD, minPrice: 1, maxLots: 1, maxPosition: 100_000_000 }, '0.00000001').join()).toContain(
      '÷ minPrice must not pass',
    );
  });

  test('prices below the least are refused, and forced orders stop at it', () => {
    const made = market();
    const one = made.openAccount({ owner: 1, cash: BTC, leverage: 1_000_000 });
    expect(made.submit(one, 1, 1, 10, 1_999, 0, 0, 0)).toBe(0);
    expect(made.submit(one, 1, 1, 10, 2_000, 0, 0, 0)).not.toBe(0);
    expect(() => made.setMark(1, 1_999)).toThrow('out of range');
  });
});

describe('rules that change during a run', () => {
  test('a fee of closing and maintenance at entry take effect at once', () => {
    const made = market();
    const [long, short] = [1, 2].map((owner) => made.openAccount({ owner, cash: BTC, leverage: 10_000_000 }));
    made.openingTrade(long, short, 1, 10_000, 20_000);
    made.setMark(1, 10_000);
    expect(made.maintenance(long)).toBe(2 * BTC * 0.005);
    made.changeRules(1, { closingFeePpm: 1_000 });
    expect(made.maintenance(long)).toBe(2 * BTC * 0.006);
    made.changeRules(1, { maintenanceOn: 'entry' });
    expect(made.maintenance(long)).toBe(BTC * 0.005 + 2 * BTC * 0.001);
  });
});

describe('margin tiers', () => {
  test('rates may be parts of something else than a million', () => {
    const tiers = new MarginTiers(
      [
        { floor: 0, maintenance: 3, initial: 6 },
        { floor: 1_500, maintenance: 5, initial: 10 },
      ],
      true,
      { scale: 150 },
    );
    expect(Array.from(tiers.deductions)).toEqual([0, 20]);
    expect([tiers.maintenance(1_500), tiers.initial(1_500, 0)]).toEqual([30, 100]);
  });

  test('a venue’s own amounts stand instead of those that follow from the floors', () => {
    const tiers = new MarginTiers([{ floor: 0, maintenance: 100_000, initial: 200_000, deduction: 7 }], true);
    expect(tiers.maintenance(1_000)).toBe(93);
    expect(tiers.toSpecs()).toEqual([{ floor: 0, maintenance: 100_000, initial: 200_000, deduction: 7 }]);
  });
});
