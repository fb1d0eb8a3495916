// Facts of TestGetPerpetualPositionToLiquidate and its neighbours of dYdX v4, at 500 quote quanta a base quantum.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PPM } from '../../../src/base/units.ts';
import { blockAllowance, blockLots, notionalBounds } from '../../../src/liquidation/block-size.ts';

const MUCH = Number.MAX_SAFE_INTEGER;

test.each([
  ['all of it within the limits', 10_000_000, 0, PPM, 10_000_000_000, 5, 10_000_000],
  ['half of it', 10_000_000, 1_000, 500_000, MUCH, 5, 5_000_000],
  ['whole steps, rounded down', 140, 1, 100_000, MUCH, 5, 10],
  ['in steps of three', 21, 1_000, 500_000, MUCH, 3, 9],
  ['never more than there is', 5, 1, 100_000, MUCH, 10, 5],
  ['one step at least', 140, 1, 10_000, MUCH, 5, 5],
  ['what the account has left', 10_000_000, 0, PPM, 2_500_000_000, 5, 5_000_000],
  ['the least notional instead of a smaller share', 10_000, 1_000_000, 100_000, MUCH, 5, 2_000],
])('%s', (_, held, minNotional, portion, left, step, lots) => {
  expect(blockLots(held, held * 500, { portion, minNotional }, left, step)).toBe(lots);
});

test.each([
  [100_000_000, 100, PPM, 100, 50_000_000_000],
  [10_000, 10_000_000, PPM, 5_000_000, 5_000_000],
  [1_000, 100_000, 100_000, 100_000, 100_000],
])('the bounds of %d', (held, minNotional, portion, least, most) => {
  expect(notionalBounds(held * 500, { portion, minNotional })).toEqual({ least, most });
});

test('what is left of a cap', () => {
  expect([blockAllowance(150, 100), blockAllowance(150, 150), blockAllowance(150, 151)]).toEqual([50, 0, -1]);
});

test('laws: something, no more than there is, and in steps unless it is the whole', () => {
  // Their product is exact.
  const whole = fc.integer({ min: 1, max: 9 * 10 ** 7 });
  fc.assert(
    fc.property(
      whole,
      whole,
      fc.nat(PPM),
      fc.nat(10 ** 12),
      whole,
      fc.integer({ min: 1, max: 1_000 }),
      (held, minNotional, portion, left, price, step) => {
        const lots = blockLots(held, held * price, { portion, minNotional }, left, step);
        expect(lots >= 1 && lots <= held && (lots % step === 0 || lots === held)).toBe(true);
      },
    ),
  );
});
