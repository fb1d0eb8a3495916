import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarginTiers, type TierSpec } from '../../../src/market/margin-tiers.ts';
import { BTC, BTC_DEDUCTIONS } from '../../helpers/instruments.ts';

const UNITS = 10_000; // quote units of 0.0001 USDT in one USDT

describe('with deduction', () => {
  test('the deductions of BTCUSDT are those Binance publishes (October 2024)', () => {
    const tiers = new MarginTiers(BTC.tiers, true);
    expect([...tiers.deductions].map((units) => units / UNITS)).toEqual(BTC_DEDUCTIONS);
  });

  // freqtrade tests/conftest.py at c9ae5e1e: floor, maintenance rate, published maintenance amount.
  test('the deductions of BTCUSDT are those Binance published in 2022', () => {
    const rows = [
      [0, 4_000, 0],
      [50_000, 5_000, 50],
      [250_000, 10_000, 1_300],
      [1_000_000, 25_000, 16_300],
      [7_500_000, 50_000, 203_800],
      [40_000_000, 100_000, 2_203_800],
      [100_000_000, 125_000, 4_703_800],
      [200_000_000, 150_000, 9_703_800],
      [400_000_000, 250_000, 49_703_800],
      [600_000_000, 500_000, 199_703_800],
    ];
    const tiers = new MarginTiers(
      rows.map(([floor, maintenance]) => ({ floor: floor * UNITS, maintenance, initial: maintenance })),
      true,
    );
    expect([...tiers.deductions].map((units) => units / UNITS)).toEqual(rows.map(([, , deduction]) => deduction));
  });

  // bybitx.global margin-parameters (BTCUSDT): limits of the tiers, maintenance rates, published deductions.
  test('the deductions of BTCUSDT are those Bybit publishes', () => {
    const limits = [0, 2.0, 2.6, 3.2, 3.8, 4.4, 5.0, 5.6, 8.5, 10, 14, 20, 28, 38, 50, 55, 60, 65, 70, 75];
    const rates = [
      5_000, 5_600, 6_300, 6_700, 7_100, 7_700, 9_100, 10_000, 13_000, 15_000, 16_000, 20_000, 25_000, 29_000, 30_000, 35_000, 36_000,
      38_000, 40_000, 45_000,
    ];
    const tiers = new MarginTiers(
      limits.map((floor, n) => ({ floor: Math.round(floor * 1_000_000) * UNITS, maintenance: rates[n], initial: 2 * rates[n] })),
      true,
    );
    expect([...tiers.deductions].map((units) => units / UNITS)).toEqual([
      0, 1_200, 3_020, 4_300, 5_820, 8_460, 15_460, 20_500, 46_000, 66_000, 80_000, 160_000, 300_000, 452_000, 502_000, 777_000, 837_000,
      967_000, 1_107_000, 1_482_000,
    ]);
  });

  test('maintenance is continuous where a tier begins', () => {
    const tiers = new MarginTiers(BTC.tiers, true);
    for (const floor of tiers.floors.slice(1)) {
      const step = tiers.maintenance(floor) - tiers.maintenance(floor - 1);
      expect(step).toBeGreaterThanOrEqual(0);
      expect(step).toBeLessThanOrEqual(2);
    }
  });
});

describe('without deduction', () => {
  // bitmex.com/app/riskLimitsExamples: base 200 XBT, then steps of 150 XBT, 0.5 % more maintenance and initial margin each.
  const bitmex = new MarginTiers(
    [200, 350, 500, 650].map((_, n) => ({
      floor: n === 0 ? 0 : (200 + 150 * (n - 1)) * UNITS,
      maintenance: 5_000 * (n + 1),
      initial: 5_000 * (n + 2),
    })),
    false,
  );

  test.each([
    [180, 0.9, 0.01],
    [230, 2.3, 0.015],
    [600, 12, 0.025],
  ])('the whole position of %s XBT pays the rate of its tier', (size, maintenance, initial) => {
    expect(bitmex.maintenance(size * UNITS)).toBe(Math.round(maintenance * UNITS));
    expect(bitmex.initial(size * UNITS, 0)).toBe(Math.round(size * initial * UNITS));
  });
});

test('a tier begins at its floor, and the last one has no end', () => {
  const tiers = new MarginTiers(BTC.tiers, true);
  expect([0, 1, 50_000 * UNITS - 1, 50_000 * UNITS, 599_999 * UNITS, 1e15].map((notional) => tiers.tierAt(notional))).toEqual([
    0, 0, 0, 1, 1, 11,
  ]);
});

test('initial margin is the greater of what the leverage and what the tier asks for, rounded up', () => {
  const tiers = new MarginTiers(
    [
      { floor: 0, maintenance: 5_000, initial: 10_000 },
      { floor: 1_000, maintenance: 10_000, initial: 50_000 },
    ],
    true,
  );
  expect(tiers.initial(999, 10_000)).toBe(10);
  expect(tiers.initial(999, 33_334)).toBe(34);
  expect(tiers.initial(1_000, 33_334)).toBe(50);
  expect(tiers.initial(0, 33_334)).toBe(0);
});

test('gives back what it was made of', () => {
  expect(new MarginTiers(BTC.tiers, true).toSpecs()).toEqual(BTC.tiers);
});

test.each<[string, TierSpec[], string]>([
  ['does not begin at nothing', [{ floor: 1, maintenance: 1, initial: 1 }], 'must begin at 0'],
  [
    'does not rise',
    [
      { floor: 0, maintenance: 1, initial: 1 },
      { floor: 0, maintenance: 1, initial: 1 },
    ],
    'must begin above',
  ],
  ['asks for more to keep than to open', [{ floor: 0, maintenance: 2, initial: 1 }], 'must lie between its maintenance rate and 100 %'],
  ['asks for nothing', [{ floor: 0, maintenance: 0, initial: 1 }], 'must lie between 0 and 100 %'],
  [
    'gets easier with size',
    [
      { floor: 0, maintenance: 5, initial: 9 },
      { floor: 7, maintenance: 4, initial: 9 },
    ],
    'must not be below',
  ],
])('refuses a table that %s', (_, specs, problem) => {
  expect(MarginTiers.problems(specs).join()).toContain(problem);
  expect(() => new MarginTiers(specs, true)).toThrow(problem);
});

test('is what decimals say, rounded against the account', () => {
  const spec = fc.record({ gap: fc.integer({ min: 1, max: 1e12 }), rate: fc.integer({ min: 0, max: 50_000 }) });
  fc.assert(
    fc.property(
      fc.array(spec, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 2 ** 52 }),
      (gaps, deduction, notional) => {
        const specs: TierSpec[] = [];
        for (const [n, { gap, rate }] of gaps.entries()) {
          const maintenance = (specs[n - 1]?.maintenance ?? 1) + rate;
          specs.push({ floor: n === 0 ? 0 : specs[n - 1].floor + gap, maintenance, initial: maintenance });
        }
        const tiers = new MarginTiers(specs, deduction);
        let exact = new Decimal(0);
        specs.forEach(({ floor, maintenance }, n) => {
          if (notional < floor) return;
          const inside = Decimal.min(notional, specs[n + 1]?.floor ?? notional).minus(floor);
          exact = deduction ? exact.plus(inside.times(maintenance).div(1e6)) : new Decimal(notional).times(maintenance).div(1e6);
        });
        const excess = new Decimal(tiers.maintenance(notional)).minus(exact);
        expect(excess.gte(0)).toBe(true);
        expect(excess.lt(deduction ? specs.length : 1)).toBe(true);
      },
    ),
  );
});
