import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Side } from '../../../src/base/units.ts';
import { distanceToLiquidation, marginFor, planOpening, shareOf } from '../../../src/traders/opening.ts';
import { btc } from '../../helpers/trader-harness.ts';

const START = 1_000_000;

describe('opening', () => {
  test('margin is value over leverage, or what the tier asks for', () => {
    // 0.1 coin at 100,000 is 10,000 USDT, 100,000,000 quote units.
    expect(marginFor(btc, 100, START, 10)).toBe(10_000_000);
    expect(marginFor(btc, 100, START, 1_000)).toBe(800_000);
    // 100 coins are 10 M USDT, in the tier of 50 times.
    expect(marginFor(btc, 100_000, START, 100)).toBe(2_000_000_000);
  });

  test('nobody starts with less than its cushion over maintenance, whatever was drawn', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Side>(1, -1),
        fc.integer({ min: 1, max: 200_000 }),
        fc.double({ min: 1, max: 125, noNaN: true }),
        fc.double({ min: -0.5, max: 0.9, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (side, lots, leverage, distance, cushion) => {
          const { entry, cash } = planOpening(btc, side, lots, leverage, START, distance, cushion);
          const equity = cash + side * lots * (START - entry) * btc.multiplier;
          expect(equity).toBeGreaterThanOrEqual(cushion * btc.tiers.maintenance(lots * START));
          expect(Number.isSafeInteger(cash) && cash > 0 && entry >= 1).toBe(true);
        },
      ),
    );
  });

  test('an entry within the safe range is the one that was drawn', () => {
    expect(planOpening(btc, 1, 100, 10, START, 0.02, 1.5)).toEqual({ entry: 1_020_000, cash: 10_200_000 });
    expect(planOpening(btc, -1, 100, 10, START, 0.02, 1.5)).toEqual({ entry: 980_000, cash: 9_800_000 });
    expect(planOpening(btc, 1, 100, 10, START, -0.3, 1.5)).toEqual({ entry: 700_000, cash: 7_000_000 });
  });

  test.each<[Side, number]>([
    [1, 10],
    [-1, 10],
    [1, 50],
    [-1, 3],
  ])('after the distance to liquidation equity is maintenance (side %i, %i times)', (side, leverage) => {
    const lots = 100;
    const equity = marginFor(btc, lots, START, leverage);
    const distance = distanceToLiquidation(btc, side, lots, START, equity);
    const price = START - side * distance;
    const left = equity - lots * distance * btc.multiplier;
    expect(left / (lots * price)).toBeCloseTo(0.004, 6);
  });

  test('a share is at least one unit', () => {
    expect(shareOf(1_000, 0.25)).toBe(250);
    expect(shareOf(1, 0.0000001)).toBe(1);
  });
});
