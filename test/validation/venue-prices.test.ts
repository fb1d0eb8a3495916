// Liquidation and bankruptcy prices of the venues, out of the market's own margin, against the formulas as the venues print
// them: other sides, sizes, leverages and tiers than those of the worked examples.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conform } from '../../src/study/conform/conformance.ts';
import type { Example } from '../../src/study/conform/example-file.ts';
import { venueExamples } from '../../src/study/conform/registry.ts';

type Side = 'long' | 'short';
const s = (side: Side): 1 | -1 => (side === 'long' ? 1 : -1);

function agree(venue: string, family: string, inputs: Example['inputs'], expected: Example['expected'], tolerance: Example['tolerance']) {
  const [found] = conform([{ id: 'one', venue, family, inputs, expected, tolerance }], venueExamples).cases;
  expect({ why: found.why, outcome: found.outcome, inputs }).toEqual({ why: null, outcome: 'passed', inputs });
}

const rel = (value: number) => ({ type: 'rel', value }) as const;
const decimal = (min: number, max: number, digits: number) =>
  fc.integer({ min: Math.round(min * 10 ** digits), max: Math.round(max * 10 ** digits) }).map((units) => units / 10 ** digits);
const side = fc.constantFrom<Side>('long', 'short');
const leverage = fc.integer({ min: 2, max: 40 });
const price = fc.oneof(decimal(0.05, 5, 5), decimal(5, 500, 3), decimal(5_000, 120_000, 1));
const size = fc.oneof(decimal(0.001, 5, 5), decimal(1, 5_000, 1));
const mmr = decimal(0.004, 0.02, 4);
const fee = decimal(0, 0.001, 5);
const every = { numRuns: 150 };

describe('an isolated position', () => {
  test('Binance: (margin + amount − s·q·entry) ÷ (q·rate − s·q)', () => {
    fc.assert(
      fc.property(side, leverage, price, size, mmr, (way, times, entry, amount, rate) => {
        const margin = (entry * amount) / times;
        const maintAmount = Math.round(entry * amount * rate * 0.2 * 100) / 100;
        const lp = (margin + maintAmount - s(way) * amount * entry) / (amount * rate - s(way) * amount);
        const inputs = { side: way, leverage: times, entry, amount, mmr: rate, maintAmount, isolatedMargin: margin };
        agree('binance_usdm', 'liquidation_price', inputs, { liquidationPrice: lp }, rel(1e-6));
      }),
      every,
    );
  });

  test('Binance: the bracket is that of the notional at the liquidation price', () => {
    // Entered at 61,000 with 1 % and 300 of deduction; half-way down the first bracket holds.
    const brackets = [
      { floor: 0, mmr: 0.005 },
      { floor: 60_000, mmr: 0.01 },
    ];
    const long = { side: 'long', leverage: 10, entry: 61_000, amount: 1, brackets };
    agree('binance_usdm', 'liquidation_price', long, { liquidationPrice: (6_100 - 61_000) / (0.005 - 1) }, rel(1e-9));
    const short = { side: 'short', leverage: 10, entry: 58_000, amount: 1, brackets };
    agree('binance_usdm', 'liquidation_price', short, { liquidationPrice: (5_800 + 300 + 58_000) / (0.01 + 1) }, rel(1e-9));
    expect.hasAssertions();
  });

  test.each(['okx', 'gate'])('%s: (entry ∓ margin ÷ size) ÷ (1 ∓ (rate + fee))', (venue) => {
    fc.assert(
      fc.property(side, leverage, price, size, mmr, fee, (way, times, entry, amount, rate, takerFee) => {
        const lp = (entry - s(way) * (entry / times)) / (1 - s(way) * (rate + takerFee));
        const inputs = { side: way, leverage: times, entry, amount, mmr: rate, takerFee };
        agree(venue, 'liquidation_price', inputs, { liquidationPrice: lp }, rel(1e-6));
      }),
      every,
    );
  });

  test('Bybit: entry × (1 ∓ initial rate ± maintenance rate)', () => {
    fc.assert(
      fc.property(side, leverage, price, size, mmr, (way, times, entry, amount, rate) => {
        const lp = entry * (1 - s(way) * (1 / times - rate));
        agree('bybit', 'liquidation_price', { side: way, leverage: times, entry, amount, mmr: rate }, { liquidationPrice: lp }, rel(1e-6));
        const im = (entry * amount) / times;
        const linear = { entry, size: amount, leverage: times, mmr: rate, side: way };
        agree('bybit', 'liquidation_price', linear, { im, mm: entry * amount * rate, lp }, rel(1e-6));
      }),
      every,
    );
  });

  test('Hyperliquid: price − s·available ÷ size ÷ (1 − l·s)', () => {
    fc.assert(
      fc.property(
        side,
        price,
        size,
        fc.constantFrom(3, 5, 10, 15, 20, 25, 40, 50),
        decimal(1.2, 8, 2),
        (way, entry, amount, maxLeverage, times) => {
          const l = 1 / (2 * maxLeverage);
          const isolatedCollateral = Math.round(((entry * amount) / Math.min(times, maxLeverage)) * 1e6) / 1e6;
          const lp = entry - (s(way) * (isolatedCollateral - l * entry * amount)) / amount / (1 - l * s(way));
          fc.pre(lp > entry / 100 && isolatedCollateral > l * entry * amount);
          const inputs = { coin: 'X', entry, side: way, size: amount, isolatedCollateral, leverage: 2, maxLeverage };
          agree('hyperliquid', 'liquidation_price', inputs, { liquidationPrice: lp }, rel(1e-6));
        },
      ),
      every,
    );
  });
});

describe('an account in cross margin', () => {
  test('Binance: the other position’s margin and profit count at its mark', () => {
    fc.assert(
      fc.property(side, side, price, price, decimal(0.9, 1.1, 3), (way, otherWay, ep, otherEp, moved) => {
        const contract = { q: 3, ep, mmr: 0.01, cum: 0, mark: Math.round(ep * moved * 1e5) / 1e5, side: way };
        const other = { q: 0.5, ep: otherEp, mmr: 0.02, cum: 0, mark: otherEp, side: otherWay };
        const walletBalance = Math.round(0.6 * (ep * 3 + otherEp * 0.5) * 100) / 100;
        const tmm = 0.5 * other.mark * 0.02;
        const lp = (walletBalance - tmm - s(way) * 3 * ep) / (3 * 0.01 - s(way) * 3);
        fc.pre(lp > ep / 50 && walletBalance - tmm + s(way) * 3 * (contract.mark - ep) > 3 * contract.mark * 0.01);
        agree(
          'binance_usdm',
          'liquidation_price',
          { walletBalance, contract, other, marginMode: 'cross' },
          { liquidationPrice: lp },
          rel(1e-6),
        );
        const alone = (walletBalance - s(way) * 3 * ep) / (3 * 0.01 - s(way) * 3);
        fc.pre(alone > ep / 50);
        agree(
          'binance_usdm',
          'liquidation_price',
          { walletBalance, contract, other, marginMode: 'isolated' },
          { liquidationPrice: alone },
          rel(1e-6),
        );
      }),
      every,
    );
  });

  test('FTX: the price at which the margin fraction is reached', () => {
    fc.assert(
      fc.property(
        decimal(-5, 5, 2),
        decimal(1_000, 60_000, 1),
        decimal(0.01, 0.05, 3),
        decimal(0.1, 0.4, 2),
        (coins, entry, marginFraction, share) => {
          fc.pre(Math.abs(coins) > 0.1);
          const collateral = Math.round(Math.abs(coins) * entry * share * 100) / 100;
          const expected = (collateral - coins * entry) / (Math.abs(coins) * marginFraction - coins);
          agree('ftx', 'trigger', { collateral, size: coins, entry, marginFraction }, { price: expected }, rel(1e-6));
        },
      ),
      every,
    );
  });
});

describe('an inverse contract', () => {
  test('Bybit, isolated: entry × L ÷ (L ± 1 ∓ rate × L), and bankruptcy at entry × L ÷ (L ± 1), on the tick', () => {
    fc.assert(
      fc.property(side, leverage, decimal(1_000, 90_000, 2), mmr, fc.constantFrom(0.5, 0.1, 1), (way, times, entry, rate, tick) => {
        const toTick = (raw: number) => (way === 'long' ? Math.ceil(raw / tick - 1e-9) : Math.floor(raw / tick + 1e-9)) * tick;
        const raw = (entry * times) / (times + s(way));
        const lp = (entry * times) / (times + s(way) * (1 - rate * times));
        fc.pre(Math.abs(lp / tick - Math.round(lp / tick)) > 1e-5 && Math.abs(raw / tick - Math.round(raw / tick)) > 1e-5);
        const near = { type: 'abs', value: 1e-5 } as const;
        agree('bybit', 'liquidation_price', { entry, leverage: times, mmr: rate, tick, side: way }, { lp: toTick(lp) }, near);
        agree('bybit', 'bankruptcy_price', { entry, leverage: times, tick, side: way }, { raw, rounded: toTick(raw) }, near);
      }),
      every,
    );
  });

  test('Bybit, cross: closing reserves its fee, maintenance is on the value at entry', () => {
    fc.assert(
      fc.property(
        decimal(0.05, 3, 3),
        fc.integer({ min: 1_000, max: 60_000 }),
        decimal(2_000, 90_000, 1),
        mmr,
        fee,
        (availableBtc, contracts, entry, rate, takerFee) => {
          const value = contracts / entry;
          const bankruptcy = (contracts * (1 + takerFee)) / (value + availableBtc);
          const liquidation = (contracts * (1 + takerFee)) / (value + availableBtc - rate * value);
          fc.pre(liquidation < entry);
          const inputs = { availableBtc, contracts, entry, mmr: rate, takerFee, tick: 0.5 };
          agree(
            'bybit',
            'liquidation_price',
            inputs,
            { bankruptcy, liquidation: Math.ceil(liquidation * 2) / 2 },
            { type: 'abs', value: 0.001 },
          );
        },
      ),
      every,
    );
  });

  test('Kraken: maintenance follows the mark, long and short', () => {
    fc.assert(
      fc.property(
        side,
        fc.integer({ min: 100, max: 100_000 }),
        decimal(2_000, 90_000, 1),
        decimal(0.03, 0.5, 3),
        decimal(0.005, 0.02, 3),
        (way, contracts, entry, share, mm) => {
          const value = contracts / entry;
          const marginBtc = Math.round(value * share * 1e6) / 1e6;
          const liquidation = (contracts * (1 + s(way) * mm)) / (value + s(way) * marginBtc);
          const bankruptcy = contracts / (value + s(way) * marginBtc);
          fc.pre(marginBtc > 1.5 * mm * value);
          agree(
            'kraken_futures',
            'liquidation_price',
            { contracts, entry, marginBtc, mm, side: way },
            { liquidation, bankruptcy },
            rel(1e-6),
          );
        },
      ),
      every,
    );
  });
});

describe('margin tables', () => {
  const table = fc
    .array(fc.record({ width: fc.integer({ min: 1, max: 5_000 }), more: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 12 })
    .map((steps) => {
      let floor = 0;
      let rate = 0.004;
      return [
        { floor, mmr: rate },
        ...steps.map(({ width, more }) => ({ floor: (floor += width * 1_000), mmr: (rate = Math.round((rate + more / 1e4) * 1e4) / 1e4) })),
      ];
    });
  const amounts = (brackets: readonly { floor: number; mmr: number }[]) => {
    const cum = [0];
    for (let n = 1; n < brackets.length; n++) cum.push(cum[n - 1] + brackets[n].floor * (brackets[n].mmr - brackets[n - 1].mmr));
    return cum;
  };

  test('amounts make maintenance continuous, and lookups find them', () => {
    fc.assert(
      fc.property(table, fc.nat(60_000_000), (brackets, notional) => {
        const cum = amounts(brackets);
        agree('binance_usdm', 'margin_tiers', { brackets }, { cum }, { type: 'abs', value: 1e-3 });
        const tiers = brackets.map(({ mmr: rate }, n) => ({ limitUsdt: brackets[n + 1]?.floor ?? 1e9, maxLeverage: 10, mmr: rate }));
        agree('bybit', 'margin_tiers', { tiers }, { deduction: cum }, { type: 'abs', value: 1e-3 });
        const at = brackets.findLastIndex(({ floor }) => notional >= floor);
        const stated = brackets.map((bracket, n) => ({ ...bracket, cum: Math.round(cum[n] * 1e6) / 1e6 }));
        agree(
          'binance_usdm',
          'margin_tiers',
          { brackets: stated, notional },
          { mmr: brackets[at].mmr, cum: stated[at].cum },
          { type: 'abs', value: 1e-6 },
        );
      }),
      every,
    );
  });

  test('Hyperliquid: rates such as 1 ÷ 30 lose nothing', () => {
    expect.hasAssertions();
    const tiers = [
      { lower: 0, maxLeverage: 25 },
      { lower: 100_000_000, maxLeverage: 15 },
      { lower: 400_000_000, maxLeverage: 7 },
    ];
    const first = 100_000_000 * (1 / 30 - 1 / 50);
    const expected = { deduction: [0, first, first + 400_000_000 * (1 / 14 - 1 / 30)] };
    agree('hyperliquid', 'margin_tiers', { tiers }, expected, { type: 'abs', value: 1e-6 });
    agree(
      'hyperliquid',
      'margin',
      { notional: 10_000, maxLeverage: 3, leverages: [1, 3] },
      { mm: 10_000 / 6, im1: 10_000, im3: 10_000 / 3 },
      rel(1e-9),
    );
  });

  test('BitMEX: every step adds half a percent to both rates of the whole position', () => {
    expect.hasAssertions();
    for (const [positionXbt, step] of [
      [10, 0],
      [199, 0],
      [201, 1],
      [349, 1],
      [351, 2],
      [1_000, 6],
    ]) {
      const inputs = { positionXbt, base: 200, step: 150, baseMm: 0.005, baseIm: 0.01 };
      agree('bitmex', 'margin_tiers', inputs, { step, mm: 0.005 * (step + 1), im: 0.01 + 0.005 * step }, { type: 'abs', value: 1e-9 });
    }
  });

  test('Deribit: the rate grows with the whole position', () => {
    expect.hasAssertions();
    const inputs = { position: 1_000, price: 3_000, imBase: 0.02, mmBase: 0.01, slope: 0.000004 };
    const expected = { imRate: 0.024, im: 72_000, mmRate: 0.014, mm: 42_000 };
    agree('deribit', 'margin', inputs, expected, { type: 'abs', value: 1e-6 });
  });
});
