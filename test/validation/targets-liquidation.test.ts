// Prices and quantities of a liquidation against worked numbers, through the market's own integers: as near as a tick or a
// lot allows. (The identifiers are those of the shared targets.)

import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { PPM } from '../../src/base/units.ts';
import { SquareRootLadder } from '../../src/liquidation/ladder.ts';
import { leastAtOnePrice } from '../../src/liquidation/minimal-quantity.ts';
import { planRelease } from '../../src/liquidation/release.ts';
import type { Decision } from '../../src/liquidation/policy.ts';
import { squareRootCost } from '../../src/liquidation/schedules.ts';
import { targeted } from '../../src/liquidation/targeted.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { Market } from '../../src/market/market.ts';
import { instrument } from '../helpers/instruments.ts';
import { defaultsOf } from '../helpers/param-defaults.ts';

/** One account with `lots` bought (sold) at `entry`, the rest of the world against it, and a deep book at the mark. */
function marketOf(spec: Partial<InstrumentSpec>, unit: string, cash: number, lots: number, entry: number, mark: number) {
  const market = new Market({ settlement: { asset: 'X', unit }, instruments: [instrument(spec)], fundCash: 0 });
  market.setIndex(1, entry);
  market.setMark(1, entry);
  const account = market.openAccount({ owner: 1, cash, leverage: PPM });
  const rest = market.openAccount({ owner: 2, cash: 0, leverage: PPM, exempt: true });
  if (lots > 0) market.openingTrade(account, rest, 1, lots, entry);
  else market.openingTrade(rest, account, 1, -lots, entry);
  market.setIndex(1, mark);
  market.setMark(1, mark);
  market.submit(rest, 1, lots > 0 ? 1 : -1, Math.abs(lots), mark, 0, 0, 0);
  return { market, account };
}

describe('LIQ-PX-01: bankruptcy and liquidation prices at entry 1 with 10 % maintenance (Chitra, arXiv 2512.01112)', () => {
  const TICK = 1e-6;
  const spec = {
    tick: '0.000001',
    lot: '1',
    tickValue: '0.000001',
    maxPrice: 100_000_000,
    maxPosition: 1_000,
    maxLots: 1_000,
    tiers: [{ floor: 0, maintenance: 100_000, initial: 200_000 }],
  };

  test.each([
    // size, cash, side; bankruptcy and liquidation price as printed
    ['A', 1, 2, 1, 0, 0],
    ['B', 3, 2, 1, 0.3333333333333333, 0.37037037037037035],
    ['C', 12, 8, -1, 1.6666666666666667, 1.5151515151515151],
    ['D', 19, 2, 1, 0.8947368421052632, 0.9941520467836257],
    ['E', 99, 10, -1, 1.101010101010101, 1.0009182736455462],
  ] as const)('%s', (_name, lots, cash, side, bankruptcy, liquidation) => {
    // Sizes and cash are those printed times what makes both whole.
    const { market, account } = marketOf(spec, '0.000001', cash * 1_000_000, side * lots, 1_000_000, 1_000_000);
    expect(Math.abs(market.bankruptcyPrice(account, 1) * TICK - bankruptcy)).toBeLessThanOrEqual(TICK);
    expect(Math.abs(market.liquidationPrice(account, 1) * TICK - liquidation)).toBeLessThanOrEqual(TICK);
  });
});

/** A contract of a dime a tick and a thousandth of a coin a lot. */
const DECIMAL = {
  tick: '0.1',
  lot: '0.001',
  tickValue: '0.0001',
  maxPrice: 2_000_000,
  maxPosition: 100_000,
  maxLots: 100_000,
};

test.each([
  ['long', 1, 57_320.997586484315],
  ['short', -1, 62_649.16467780431],
] as const)('LIQ-PX-03: the liquidation price of an isolated %s at 20× that reserves the fee of closing', (_name, side, expected) => {
  const spec = { ...DECIMAL, closingFeePpm: 600, tiers: [{ floor: 0, maintenance: 5_000, initial: 50_000 }] };
  const { market, account } = marketOf(spec, '0.0001', 3_000 * 10_000, side * 1_000, 600_000, 600_000);
  expect(Math.abs(market.liquidationPrice(account, 1) / 10 - expected)).toBeLessThanOrEqual(0.1);
});

test('LIQ-MIN-06: where equity cannot pay the fee of closing, no part restores margin', () => {
  const spec = { ...DECIMAL, liquidationFeePpm: 500, tiers: [{ floor: 0, maintenance: 12_500, initial: 50_000 }] };
  const { market, account } = marketOf(spec, '0.0001', 100 * 10_000, 10_000, 600_000, 600_000);
  const { reached } = planRelease(market, account, { ratio: 1, cushion: () => 0, limit: () => 0, markShare: 0 });
  expect(reached).toBe(false);
});

test('LIQ-MIN-07: the least of an inverse contract that restores margin, to the contract', () => {
  const spec = {
    contract: 'inverse',
    tick: '0.5',
    lot: '1',
    tickValue: '2',
    multiplier: 200_000_000,
    minPrice: 1_000,
    maxPrice: 1_000_000,
    maxPosition: 1_000_000,
    maxLots: 1_000_000,
    liquidationFeePpm: 600,
    tiers: [{ floor: 0, maintenance: 7_500, initial: 50_000 }],
  } as const;
  const { market, account } = marketOf(spec, '0.00000001', 5_000_000, 60_000, 120_000, 115_000);
  expect(Math.abs(market.equity(account) / 1e8 - 0.006521739130434925)).toBeLessThanOrEqual(1e-8);
  const { reached, legs } = planRelease(market, account, { ratio: 1, cushion: () => 0, limit: () => 0, markShare: 0 });
  expect(reached).toBe(true);
  expect(Math.abs(legs[0].closed - 10_869.56521739012)).toBeLessThanOrEqual(2);
});

test('LIQ-MIN-04: the least under the square-root law, to the lot', () => {
  // Lots of a hundred-millionth of a coin. The market's fee is on what is paid, the target's on the mark, f·P·x: which is
  // f·q·P out of equity beforehand, and f less of margin on what is left.
  const [equity, margin, fee] = [5_400, 0.0125, 0.0005];
  const spec = {
    tick: '1',
    lot: '0.00000001',
    tickValue: '0.00000001',
    maxPrice: 1_000_000,
    maxPosition: 1_000_000_000,
    maxLots: 1_000_000_000,
    maxOpenInterest: 10_000_000_000,
    tiers: [{ floor: 0, maintenance: Math.round((margin - fee) * PPM), initial: 50_000 }],
  };
  const { market, account } = marketOf(spec, '0.00000001', (equity - fee * 10 * 60_000) * 1e8, 1_000_000_000, 60_000, 60_000);
  const law = { constant: 1, sigma: 0.03, volume: 20_000 };
  expect(Math.abs(squareRootCost(law, 60_000, 1).factor - 8.485281374238568)).toBeLessThanOrEqual(1e-9);
  const { reached, legs } = planRelease(market, account, {
    ratio: 1,
    cushion: () => 0,
    limit: () => 0,
    markShare: 0,
    ladder: ({ lots }) => new SquareRootLadder(lots, { ...law, volume: law.volume * 1e8 }, 60_000),
  });
  expect(reached).toBe(true);
  expect(Math.abs(legs[0].closed / 1e8 - 2.9772073581829575)).toBeLessThanOrEqual(2e-8);
});

test('LIQ-PX-02: the slice of a short that trades worse than the mark, which is more than it holds (Chitra, arXiv 2512.01112)', () => {
  const [equity, mark, size] = [-4.398989898989899, 5.5, 1];
  const least = leastAtOnePrice({ equity, size, mark, slippage: 5.55 - mark, margin: 0.1, fee: 0.003 });
  expect(Math.abs(least - 10.235759873815715)).toBeLessThanOrEqual(1e-10);
  expect(least).toBeGreaterThan(size);
  // Without slippage it is LIQ-MIN-06: more than the ten that are held.
  const all = leastAtOnePrice({ equity: 100, size: 10, mark: 60_000, slippage: 0, margin: 0.0125, fee: 0.0005 });
  expect(Math.abs(all - 10.277777777777779)).toBeLessThanOrEqual(1e-9);
  expect(leastAtOnePrice({ equity: 800, size: 1, mark: 60_000, slippage: 0, margin: 0.0125, fee: 0 })).toBe(0);
  expect(leastAtOnePrice({ equity: 700, size: 1, mark: 60_000, slippage: 0, margin: 0.0125, fee: 0.02 })).toBe(Infinity);
});

test('LIQ-PRICE-01: the worst price leaves nothing once everything is closed at it and the fee is paid', () => {
  const spec = { ...DECIMAL, liquidationFeePpm: 500, tiers: [{ floor: 0, maintenance: 12_500, initial: 50_000 }] };
  const { market, account } = marketOf(spec, '0.0001', 5_400 * 10_000, 10_000, 600_000, 600_000);
  const policy = targeted.create({ ...defaultsOf(targeted.params), band: 0.05, price: 'solvent' } as never, { rng: createRng });
  const decision: Decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };
  policy.decide({ case: 1, account, startedAt: 0, now: 0, rounds: 0, lastInstrument: 0 }, market, decision);
  expect(decision.action).toBe('order');
  expect(Math.abs(decision.limit / 10 - 59_489.74487243621)).toBeLessThanOrEqual(0.1);
  expect(Math.abs((60_000 - decision.limit / 10) / 60_000 - 0.008504252126063094)).toBeLessThanOrEqual(0.1 / 60_000);
  // A tick lower would leave a debt: (q·P − E) is what the sale must bring after its fee.
  const left = (price: number) => 5_400 - 10 * (60_000 - price) - 10 * price * 0.0005;
  expect(left(decision.limit / 10)).toBeGreaterThanOrEqual(0);
  expect(left(decision.limit / 10 - 0.1)).toBeLessThan(0);
});
