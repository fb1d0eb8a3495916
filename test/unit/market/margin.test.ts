// Liquidation and bankruptcy prices that venues and open-source projects have published, and the edges of the closed form.
// That prices, balances and refusals are right in general is shown in test/property/market.test.ts.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarginTiers, type TierSpec } from '../../../src/market/margin-tiers.ts';
import { Reason } from '../../../src/market/order.ts';
import { Market } from '../../../src/market/market.ts';
import { BTC, instrument } from '../../helpers/instruments.ts';

interface Holding {
  readonly tick: string;
  readonly lot: string;
  readonly entry: number;
  readonly size: number;
  readonly mark?: number;
  readonly tiers: readonly TierSpec[];
}

/** One account with `wallet`, holding what is given (signed sizes), and the price of the first in the venue's unit. */
function holding(wallet: number, holdings: readonly Holding[], unit: string): { liquidation: number; bankruptcy: number; market: Market } {
  const market = new Market({
    settlement: { asset: 'USDT', unit },
    fundCash: 0,
    instruments: holdings.map(({ tick, lot, tiers }, n) => {
      const value = Number(tick) * Number(lot);
      return instrument({
        symbol: `I${n}`,
        tick,
        lot,
        tickValue: value.toFixed(12).replace(/\.?0+$/, ''),
        multiplier: Math.round(value / Number(unit)),
        tiers,
        maxPrice: 100_000_000,
        maxPosition: 10_000_000,
        maxLots: 1_000_000,
      });
    }),
  });
  const money = (amount: number): number => Math.round(amount / Number(unit));
  const account = market.openAccount({ owner: 1, cash: money(wallet), leverage: 1_000_000 });
  const other = market.openAccount({ owner: 2, cash: money(1_000_000_000), leverage: 1_000_000 });
  holdings.forEach(({ tick, lot, entry, size, mark }, n) => {
    const price = Math.round(entry / Number(tick));
    const lots = Math.round(Math.abs(size) / Number(lot));
    market.setMark(n + 1, Math.round((mark ?? entry) / Number(tick)));
    if (size > 0) market.openingTrade(account, other, n + 1, lots, price);
    else market.openingTrade(other, account, n + 1, lots, price);
  });
  const tick = Number(holdings[0].tick);
  return { liquidation: market.liquidationPrice(account, 1) * tick, bankruptcy: market.bankruptcyPrice(account, 1) * tick, market };
}

const flat = (maintenance: number): TierSpec[] => [{ floor: 0, maintenance, initial: maintenance }];
/** Two tiers whose second has this rate and this deduction (in quote units). */
const deducting = (from: number, to: number, deduction: number): TierSpec[] => [
  { floor: 0, maintenance: from, initial: to },
  { floor: Math.round(deduction / ((to - from) / 1_000_000)), maintenance: to, initial: to },
];

describe('published prices', () => {
  // binance.com FAQ b3c689c1f50a44cabb3a84e663b81d93, as encoded in freqtrade tests/exchange/test_binance.py.
  const btc2022: TierSpec[] = [
    [0, 4_000],
    [50_000, 5_000],
    [250_000, 10_000],
    [1_000_000, 25_000],
    [7_500_000, 50_000],
  ].map(([floor, maintenance]) => ({
    floor: floor * 100_000,
    maintenance,
    initial: maintenance,
  }));
  const btc: Holding = { tick: '0.01', lot: '0.001', entry: 32_481.98, size: 109.488, mark: 31_967.27, tiers: btc2022 };
  const eth: Holding = {
    tick: '0.01',
    lot: '0.001',
    entry: 1_456.84,
    size: 3_683.979,
    mark: 1_335.18,
    tiers: deducting(50_000, 100_000, 135_365 * 100_000),
  };

  test('Binance, cross, two positions: the bracket is that of the price in question', () => {
    expect(holding(1_535_443.01, [btc, eth], '0.00001').liquidation).toBeCloseTo(26_316.89, 2);
  });

  test('Binance, isolated', () => {
    expect(Math.abs(holding(1_535_443.01, [eth], '0.00001').liquidation - 1_114.78)).toBeLessThan(0.011);
  });

  // freqtrade tests/exchange/test_exchange.py test_get_liquidation_price: its reading of Binance's formula.
  test.each([
    ['short 3×', -1, 10, 10 / 3, 13.211221122079207],
    ['short 5×', -0.6, 10, 1.2, 11.897689768976898],
    ['long 5×', 0.6, 10, 1.2, 8.063973063973064],
    ['long 5× at 8', 1, 8, 1.6, 6.454545454545454],
  ])('isolated with a deduction: %s', (_, size, entry, margin, expected) => {
    const { liquidation } = holding(
      margin,
      [{ tick: '0.0001', lot: '0.1', entry, size, tiers: deducting(5_000, 10_000, 1_000) }],
      '0.00001',
    );
    expect(Math.abs(liquidation - expected)).toBeLessThan(0.000_11);
  });

  // Hyperliquid: isolated positions as its interface showed them; maintenance is half the initial margin at most leverage.
  test.each([
    ['SOL long', '0.0001', '0.01', 173.06, 0.6, 20.735658, 25_000, 142.05186667],
    ['SOL short', '0.0001', '0.01', 163.11, -0.48, 15.650731, 25_000, 190.94213618],
    ['SOL short 3×', '0.0001', '0.01', 173.08, -0.33, 19.01881, 25_000, 225.08561715],
    ['BTC long', '0.1', '0.00001', 67_033, 0.00121, 20.251817, 10_000, 50_804.00091827],
    ['BTC short', '0.1', '0.00001', 68_595, -0.00069, 23.64871, 10_000, 101_849.99354283],
    ['ETH long', '0.01', '0.0001', 2_533.2, 0.0347, 17.555195, 10_000, 2_047.7642302],
    ['ETH short 1×', '0.01', '0.0001', 2_518.4, -0.007, 17.62263, 10_000, 4_986.05799151],
  ])('Hyperliquid, %s', (_, tick, lot, entry, size, margin, maintenance, expected) => {
    const { liquidation } = holding(margin, [{ tick, lot, entry, size, tiers: flat(maintenance) }], '0.000001');
    expect(Math.abs(liquidation / expected - 1)).toBeLessThan(1e-4);
  });

  // wuyelx.com/6291, a copy of Bybit's article: a long of 100 at 500 with 1,000 of margin and 100 in the wallet.
  test('Bybit, bankruptcy price of a linear contract', () => {
    expect(holding(1_100, [{ tick: '1', lot: '1', entry: 500, size: 100, tiers: flat(5_000) }], '1').bankruptcy).toBe(489);
  });
});

describe('liquidationPrice', () => {
  const one = (wallet: number, size: number, entry: number, tiers: readonly TierSpec[], change = {}): Market => {
    const market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      fundCash: 0,
      instruments: [instrument({ tiers, maxPrice: 1_000, ...change })],
    });
    const account = market.openAccount({ owner: 1, cash: wallet, leverage: 1_000_000 });
    const other = market.openAccount({ owner: 2, cash: 1_000_000, leverage: 1_000_000 });
    market.setMark(1, entry);
    market.openingTrade(size > 0 ? account : other, size > 0 ? other : account, 1, Math.abs(size), entry);
    return market;
  };
  const ACCOUNT = 2;

  test('is none for a long that equity covers at any price, and for a short that it covers at the highest', () => {
    expect(one(1_000, 10, 100, flat(50_000)).liquidationPrice(ACCOUNT, 1)).toBe(0);
    expect(one(1_000_000, -10, 100, flat(50_000)).liquidationPrice(ACCOUNT, 1)).toBe(0);
  });

  test('is none for the fund', () => {
    const market = one(10, 10, 100, flat(50_000));
    market.transfer(ACCOUNT, market.fundAccount, 1, 10, 100);
    expect(market.liquidationPrice(market.fundAccount, 1)).toBe(0);
    expect(market.isLiquidatable(market.fundAccount)).toBe(false);
  });

  test('meets a short where its next tier begins, when maintenance jumps there', () => {
    // Without deduction: 10 lots at 110 are worth 1,100, where the whole position starts to pay 20 % instead of 5 %.
    const tiers = [
      { floor: 0, maintenance: 50_000, initial: 100_000 },
      { floor: 1_100, maintenance: 200_000, initial: 200_000 },
    ];
    const market = one(300, -10, 100, tiers, { deduction: false });
    expect(market.liquidationPrice(ACCOUNT, 1)).toBe(110);
    market.setMark(1, 109);
    expect(market.isLiquidatable(ACCOUNT)).toBe(false);
    market.setMark(1, 110);
    expect(market.isLiquidatable(ACCOUNT)).toBe(true);
  });

  test('is found where maintenance takes almost everything', () => {
    const market = new Market({
      settlement: { asset: 'USDT', unit: '0.0001' },
      fundCash: 0,
      instruments: [{ ...BTC, tiers: flat(999_999) }],
    });
    const account = market.openAccount({ owner: 1, cash: 500_000_000_000, leverage: 1_000_000 });
    const other = market.openAccount({ owner: 2, cash: 5_000_000_000_000, leverage: 1_000_000 });
    market.setMark(1, 1_000_000);
    market.openingTrade(account, other, 1, 1_000_000, 1_000_000);
    expect(market.liquidationPrice(account, 1)).toBe(4_000_000);
  });

  test('of an account that is past it is the price that would save it', () => {
    const market = one(100, 10, 100, flat(50_000));
    const safe = market.liquidationPrice(ACCOUNT, 1);
    market.setMark(1, 80);
    expect(market.isLiquidatable(ACCOUNT)).toBe(true);
    expect(market.liquidationPrice(ACCOUNT, 1)).toBe(safe);
    market.setMark(1, safe + 1);
    expect(market.isLiquidatable(ACCOUNT)).toBe(false);
  });

  test('is exact where notional × rate passes 2^53', () => {
    const market = new Market({ settlement: { asset: 'USDT', unit: '0.0001' }, fundCash: 0, instruments: [BTC] });
    const account = market.openAccount({ owner: 1, cash: 5_000_000 * 10_000, leverage: 10_000_000 });
    const other = market.openAccount({ owner: 2, cash: 1_000_000_000 * 10_000, leverage: 1_000_000 });
    market.setMark(1, 1_200_000);
    market.openingTrade(account, other, 1, 800_000, 1_200_000);
    const price = market.liquidationPrice(account, 1);
    market.setMark(1, price);
    expect(market.isLiquidatable(account)).toBe(true);
    market.setMark(1, price + 1);
    expect(market.isLiquidatable(account)).toBe(false);
    expect(market.maintenance(account) * 1_000_000).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  });
});

describe('bankruptcyPrice', () => {
  const two = (change = {}) => {
    const market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      fundCash: 0,
      instruments: [instrument(change), instrument({ symbol: 'OTHER' })],
    });
    const account = market.openAccount({ owner: 1, cash: 1_000, leverage: 1_000_000 });
    const other = market.openAccount({ owner: 2, cash: 1_000_000, leverage: 1_000_000 });
    market.setMark(1, 100);
    market.setMark(2, 100);
    return { market, account, other };
  };

  test('is that of the position by its share of maintenance; closed at both, nothing is left but the rounding', () => {
    const { market, account, other } = two();
    market.openingTrade(other, account, 1, 1, 100);
    market.openingTrade(account, other, 2, 50, 100);
    market.setMark(2, 50);
    // Maintenance is 5 and 125: the short owes 1,500 × 5 ÷ 130 = 57.7, the long 1,442.3.
    expect([market.equity(account), market.maintenance(account)]).toEqual([-1_500, 130]);
    expect([market.bankruptcyPrice(account, 1), market.bankruptcyPrice(account, 2)]).toEqual([42, 79]);
    market.transfer(account, other, 1, -1, 42);
    expect(market.bankruptcyPrice(account, 2)).toBe(79);
    market.transfer(account, other, 2, 50, 79);
    expect(market.cash(account)).toBe(8);
  });

  test('of one position that owes more than it can be worth is the end of the range of prices', () => {
    const { market, account, other } = two({ maxPrice: 120 });
    market.openingTrade(other, account, 1, 1, 100);
    market.withdraw(account, 1_150);
    expect(market.bankruptcyPrice(account, 1)).toBe(1);
    market.openingTrade(account, other, 1, 2, 100);
    expect(market.bankruptcyPrice(account, 1)).toBe(120);
    market.submit(other, 1, 1, 1, 90, 0, 0, 0);
    market.liquidate(account, 1, -1, 1, 4_000_000_000);
    expect([market.reason, market.positionLots(account, 1)]).toEqual([Reason['no-liquidity'], 1]);
  });
});

describe('marginRatioPpm', () => {
  test('is capped where almost nothing is left, and 0 when nothing is', () => {
    const market = new Market({ settlement: { asset: 'USDT', unit: '0.0001' }, fundCash: 0, instruments: [BTC] });
    const account = market.openAccount({ owner: 1, cash: 1, leverage: 10_000_000 });
    const other = market.openAccount({ owner: 2, cash: 1_000_000_000 * 10_000, leverage: 1_000_000 });
    market.setMark(1, 1_200_000);
    expect(market.marginRatioPpm(account)).toBe(0);
    market.openingTrade(account, other, 1, 800_000, 1_200_000);
    expect(market.equity(account)).toBe(1);
    expect(market.marginRatioPpm(account)).toBe(1_000_000_000_000);
    market.setMark(1, 1_199_999);
    expect(market.marginRatioPpm(account)).toBe(0);
    expect(market.isLiquidatable(account)).toBe(true);
  });
});

// The short way of `covers` may only ever say what the sums would say; both answers must be met, and on both sides of the edge.
test('an order is covered exactly when what would be available is not below 0', () => {
  const tally = { covered: 0, refused: 0 };
  const side = fc.constantFrom(1 as const, -1 as const);
  const order = fc.record({ side, lots: fc.integer({ min: 1, max: 400 }), price: fc.integer({ min: 80, max: 120 }) });
  const funding = fc.integer({ min: -20_000, max: 20_000 });
  const tiers = [
    { floor: 0, maintenance: 50_000, initial: 100_000 },
    { floor: 20_000, maintenance: 100_000, initial: 250_000 },
  ];
  const situation = fc.record({
    held: fc.integer({ min: -300, max: 300 }),
    orders: fc.array(order, { maxLength: 4 }),
    asked: fc.array(order, { minLength: 1, maxLength: 6 }),
    mark: fc.integer({ min: 90, max: 110 }),
    takerFeePpm: fc.constantFrom(0, 333, 50_000),
    leverage: fc.constantFrom(1_000_000, 5_000_000, 20_000_000),
    funding,
    second: fc.integer({ min: -1, max: 1 }),
    scale: fc.constantFrom(500_000, 1_000_000, 2_000_000),
    spare: fc.integer({ min: -30, max: 60 }),
  });
  fc.assert(
    fc.property(situation, ({ held, orders, asked, mark, takerFeePpm, leverage, funding: rate, second, scale, spare }) => {
      const specs = [instrument({ tiers, takerFeePpm }), instrument({ symbol: 'OTHER', tiers, takerFeePpm })];
      const market = new Market({ settlement: { asset: 'USDT', unit: '1' }, fundCash: 0, instruments: specs });
      const { margin, positions, instruments } = market.state;
      market.state.replace({ ...instruments[0], tiers: new MarginTiers(tiers, true, { scale }) });
      for (const id of [1, 2]) market.setMark(id, 100);
      const account = market.openAccount({ owner: 1, cash: 1_000_000, leverage });
      const rich = market.openAccount({ owner: 2, cash: 1_000_000_000, leverage: 1_000_000, exempt: true });
      if (held > 0) market.openingTrade(account, rich, 1, held, 100);
      if (held < 0) market.openingTrade(rich, account, 1, -held, 100);
      if (second !== 0) market.openingTrade(second > 0 ? account : rich, second > 0 ? rich : account, 2, 10, 100);
      // Away from the other side of the book, so that they rest.
      for (const { side: way, lots, price } of orders) market.submit(account, 1, way, lots, price - way * 30, 0, 0, 0);
      if (rate > 0) market.settleFunding(1, rate);
      market.setMark(1, mark);
      // What is left is about what one of the orders needs.
      for (const { side: way, lots, price } of asked) {
        const left = margin.availableWith(account, 1, way, lots, lots * price);
        if (left > spare) market.withdraw(account, Math.min(left - spare, market.cash(account)));
        const row = positions.find(account, 1);
        const open = positions.openLotsOf(account, 1, way) + lots;
        const covered = margin.covers(account, row, positions.orders[row], 1, way, way * positions.lots[row], open, lots, lots * price);
        const available = margin.availableWith(account, 1, way, lots, lots * price);
        expect(covered).toBe(available >= 0);
        tally[covered ? 'covered' : 'refused'] += 1;
      }
    }),
    { numRuns: 400 },
  );
  expect(tally.covered).toBeGreaterThan(200);
  expect(tally.refused).toBeGreaterThan(200);
});
