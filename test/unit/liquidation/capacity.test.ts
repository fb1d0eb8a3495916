// Facts of Liquidation.maxLiquidationAmount.test.ts of Synthetix v3.

import { expect, test } from 'vitest';
import { MICROS_PER_SECOND } from '../../../src/base/units.ts';
import { capacityOf, leftOf, withinWindow } from '../../../src/liquidation/capacity.ts';

const window = 10 * MICROS_PER_SECOND;

test('fees × skew scale × multiplier for each second of the window', () => {
  expect(capacityOf({ makerFee: 0.007, takerFee: 0.003, skewScale: 1_000, multiplier: 1, window })).toBeCloseTo(100, 12);
});

test('what was used counts for one window, to the microsecond', () => {
  const used = [
    { at: 0, amount: 60 },
    { at: 5, amount: 30 },
  ];
  expect(leftOf(100, withinWindow(used, window, window - 1))).toBe(10);
  expect(leftOf(100, withinWindow(used, window, window))).toBe(70);
  expect(leftOf(100, withinWindow(used, window, window + 5))).toBe(100);
});
