// Tiers times a factor, and what a grandfathered position keeps.

import { describe, expect, test } from 'vitest';
import { capAfter, scaledTiers, UNSCALED } from '../../../src/market/margin-scale.ts';
import { Market } from '../../../src/market/market.ts';
import { PPM, type Ppm } from '../../../src/base/units.ts';
import { instrument } from '../../helpers/instruments.ts';

const TIERS = [
  { floor: 0, maintenance: 50_000, initial: 100_000 },
  { floor: 1_000, maintenance: 333_333, initial: 400_000, deduction: 7 },
];

describe('scaledTiers', () => {
  test('a factor of one leaves them as they are', () => {
    expect(scaledTiers(TIERS, UNSCALED)).toBe(TIERS);
  });

  test('rates are rounded up, deductions down', () => {
    expect(scaledTiers(TIERS, { ...UNSCALED, initial: 1_500_000, maintenance: 1_500_001 })).toEqual([
      { floor: 0, maintenance: 75_001, initial: 150_000 },
      { floor: 1_000, maintenance: 500_000, initial: 600_000, deduction: 10 },
    ]);
  });

  test('no rate passes 100 %, and maintenance carries initial margin along', () => {
    const [low, high] = scaledTiers(TIERS, { ...UNSCALED, maintenance: 4_000_000 });
    expect(low).toEqual({ floor: 0, maintenance: 200_000, initial: 200_000 });
    expect(high).toMatchObject({ maintenance: 999_999, initial: 999_999 });
  });

  test('a leverage cap is a least initial rate', () => {
    expect(scaledTiers(TIERS, { ...UNSCALED, leastInitial: 250_000 }).map(({ initial }) => initial)).toEqual([250_000, 400_000]);
  });
});

describe('capAfter', () => {
  test.each([
    ['what is opened pays the factor of now', 0, 0, 5, 1_500_000, 1_500_000],
    ['what is left keeps its own', 1_000_000, 10, 4, 2_000_000, 1_000_000],
    ['what is added pays that of now, by lots', 1_000_000, 10, 20, 2_000_000, 1_500_000],
    ['rounded up to a percent', 1_000_000, 3, 4, 1_100_000, 1_030_000],
    ['the other side is new', 1_000_000, 10, -1, 2_000_000, 2_000_000],
    ['of a short likewise', 1_000_000, -10, -20, 2_000_000, 1_500_000],
    ['a factor that fell is not kept above its fall by adding', 3_000_000, 10, 20, 1_000_000, 1_000_000],
  ])('%s', (_, cap, before, after, factor, kept) => {
    expect(capAfter(cap as Ppm, before, after, factor as Ppm)).toBe(kept);
  });
});

describe('a market whose margin moves', () => {
  const made = (grandfathered: boolean) => {
    const market = new Market({
      settlement: { asset: 'USDT', unit: '1' },
      instruments: [instrument({ marginScale: { ...UNSCALED, grandfathered } })],
      fundCash: 0,
    });
    market.setIndex(1, 1_000);
    market.setMark(1, 1_000);
    const [old, other, fresh] = [1, 2, 3].map((owner) => market.openAccount({ owner, cash: 10_000, leverage: (10 * PPM) as Ppm }));
    market.openingTrade(old, other, 1, 10, 1_000);
    const scale = (factor: number) =>
      market.changeRules(1, { marginScale: { initial: factor as Ppm, maintenance: factor as Ppm, leastInitial: 0, grandfathered } });
    return { market, old, other, fresh, scale };
  };

  test('everybody pays a rise', () => {
    const { market, old, scale } = made(false);
    expect(market.maintenance(old)).toBe(500);
    scale(2_000_000);
    expect([market.maintenance(old), market.initialMargin(old), market.liquidationPrice(old, 1)]).toEqual([1_000, 2_000, 0]);
  });

  test('but for what was open before, where it is grandfathered; new positions and initial margin pay', () => {
    const { market, old, other, fresh, scale } = made(true);
    scale(2_000_000);
    market.openingTrade(fresh, other, 1, 10, 1_000);
    expect(market.maintenance(old)).toBe(500);
    expect(market.initialMargin(old)).toBe(2_000);
    expect(market.maintenance(fresh)).toBe(1_000);
    // Half of it at the old factor, half at the new.
    expect(market.maintenance(other)).toBe(1_500);
  });

  test('a fall is for all, and the next rise finds what they had at first', () => {
    const { market, old, fresh, scale } = made(true);
    scale(3_000_000);
    market.openingTrade(fresh, old, 1, 5, 1_000);
    expect([market.maintenance(old), market.maintenance(fresh)]).toEqual([250, 750]);
    scale(500_000);
    expect([market.maintenance(old), market.maintenance(fresh)]).toEqual([125, 125]);
    scale(4_000_000);
    expect([market.maintenance(old), market.maintenance(fresh)]).toEqual([250, 750]);
  });

  test('the risk index and the liquidation price agree with who is liquidatable', () => {
    for (const grandfathered of [false, true]) {
      const { market, old, other, scale } = made(grandfathered);
      market.withdraw(old, 8_000);
      market.withdraw(other, 8_000);
      for (const account of [old, other]) market.riskIndex.watch(account, PPM as Ppm);
      scale(1_500_000);
      const low = market.liquidationPrice(old, 1);
      const high = market.liquidationPrice(other, 1);
      expect(low).toBe(grandfathered ? 842 : 864);
      for (const [mark, found] of [
        [low + 1, []],
        [low, [old]],
        [high - 1, []],
        [high, [other]],
      ] as const) {
        market.setMark(1, mark);
        expect([...market.riskIndex.breached.subarray(0, market.riskIndex.collect())]).toEqual(found);
        expect([old, other].filter((account) => market.isLiquidatable(account))).toEqual(found);
      }
    }
  });

  test('other rules change without touching it', () => {
    const { market, old, scale } = made(true);
    scale(2_000_000);
    market.changeRules(1, { takerFeePpm: 100 as Ppm });
    expect(market.maintenance(old)).toBe(500);
    expect(market.instrument(1).tiers.maintenance(10_000)).toBe(1_000);
  });
});
