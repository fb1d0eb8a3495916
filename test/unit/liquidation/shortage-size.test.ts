// Facts of math/liquidation/tests.rs of Drift v2: money and prices 1e6, coins 1e9; rates here in ppm.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fundFee,
  liquidatorFeeAfter,
  shareToCover,
  sizeToClose,
  sizeToCover,
  type Closing,
} from '../../../src/liquidation/shortage-size.ts';

const closing = (given: Partial<Closing> = {}): Closing => ({
  shortage: 10_000_000n,
  marginRate: 100_000,
  liquidatorFee: 0,
  price: 100_000_000n,
  quotePrice: 1_000_000,
  unit: 1_000_000_000n,
  ...given,
});

test.each([
  ['at 10 % margin a coin of 100 frees 10', closing(), 0, 1_000_000_000n],
  ['less the fees', closing({ liquidatorFee: 10_000 }), 10_000, 1_250_000_000n],
  ['with a quote at 1.01', closing({ quotePrice: 1_010_000 }), 0, 990_099_009n],
  ['no size helps without a price', closing({ price: 0n }), 0, null],
  ['nor where the fee eats the margin', closing({ liquidatorFee: 100_000 }), 0, null],
  ['nor where both fees do', closing({ liquidatorFee: 60_000 }), 40_000, null],
] as const)('%s', (_, given, fee, size) => {
  expect(sizeToCover(given, fee)).toBe(size);
});

const bearing = (given: Partial<Closing> = {}) => closing({ shortage: 20_000_000n, marginRate: 50_000, liquidatorFee: 10_000, ...given });

test.each([
  ['95 % of what is left', bearing(), 10_000_000_000n, 50_000, 19_000],
  ['at most the most', bearing(), 10_000_000_000n, 5_000, 5_000],
  ['nothing of a position that cannot bear it', bearing({ shortage: 50_000_000n }), 10_000_000_000n, 50_000, 0],
  ['nothing of none', bearing(), 0n, 50_000, 0],
  ['nothing without a price', bearing({ price: 0n }), 10_000_000_000n, 50_000, 0],
  ['nothing beside a fee as large as the margin', bearing({ liquidatorFee: 100_000 }), 10_000_000_000n, 50_000, 0],
] as const)('the fund takes %s', (_, given, size, most, fee) => {
  expect(fundFee(given, size, most)).toBe(fee);
});

const ramp = { initial: 1_000n, duration: 150n, scale: 10_000n, small: 50_000_000n };

test('a tenth at once, everything after the ramp, and what was freed counts', () => {
  const share = (freed: bigint, elapsed: bigint, shortage = 100_000_000n) => shareToCover(shortage, freed, elapsed, ramp);
  expect([share(0n, 0n), share(0n, 75n), share(0n, 135n), share(0n, 1_000n)]).toEqual([1_000n, 6_000n, 10_000n, 10_000n]);
  // Of 200 in all 60 % may be free by now, and 100 are: 20 of the 100 that are missing.
  expect(share(100_000_000n, 75n)).toBe(2_000n);
  expect(share(100_000_000n, 15n)).toBe(0n);
  expect(share(0n, 0n, 49_999_999n)).toBe(10_000n);
  expect(shareToCover(100_000_000n, 0n, 0n, { ...ramp, duration: 0n })).toBe(10_000n);
});

test('sizes go up to the next step, after the share too', () => {
  const limits = { step: 10_000_000n, share: 2_888n, scale: 10_000n, smallValue: 50_000_000n };
  const given = closing({ shortage: 90_000_000n, marginRate: 70_000, liquidatorFee: 10_000 });
  expect(sizeToClose(given, 10_000, 20_000_000_000n, limits)).toBe(5_200_000_000n);
  expect(sizeToClose(given, 10_000, 20_000_000_000n, { ...limits, most: 1_000_000_000n })).toBe(1_000_000_000n);
  expect(sizeToClose(given, 10_000, 20_000_000_000n, { ...limits, share: 0n })).toBe(0n);
  // A position worth no more than the small one goes whole.
  expect(sizeToClose(given, 10_000, 500_000_000n, { ...limits, share: 1n })).toBe(500_000_000n);
  expect(sizeToClose(closing({ liquidatorFee: 100_000 }), 0, 20_000_000_000n, limits)).toBe(20_000_000_000n);
});

test('closing what covers the shortage covers it, fees included', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 ** 9 }),
      fc.integer({ min: 20_000, max: 200_000 }),
      fc.integer({ min: 0, max: 9_000 }),
      (shortage, rate, fee) => {
        const given = closing({ shortage: BigInt(shortage), marginRate: rate, liquidatorFee: fee });
        const step = 1_000n;
        const held = 10n ** 18n;
        const limits = { step, share: 1n, scale: 1n, smallValue: 0n };
        const size = sizeToClose(given, fee, held, limits);
        const freed = Number(size) * 0.1 * ((rate - 2 * fee) / 1e6);
        expect(freed).toBeGreaterThanOrEqual(shortage * (1 - 1e-9));
        expect(freed - shortage).toBeLessThanOrEqual(Number(step) * 0.1 * (rate / 1e6) + shortage * 1e-6 + 1);
      },
    ),
  );
});

test.each([
  [10, 20_000],
  [1_499, 20_000],
  [1_500, 21_500],
  [100_000, 50_000],
])('after %d slots without activity the liquidator gets %d', (slots, fee) => {
  expect(liquidatorFeeAfter(slots, { base: 20_000, most: 50_000, grace: 1_500, perSlot: 1 })).toBe(fee);
});
