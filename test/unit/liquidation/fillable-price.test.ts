// Facts of TestGetFillablePrice and TestConvertFillablePriceToSubticks of dYdX v4: 0.1 BTC at 50,000, maintenance 10 %.

import { expect, test } from 'vitest';
import { fraction } from '../../../src/base/wide.ts';
import { fillableValue, onGrid } from '../../../src/liquidation/fillable-price.ts';

const POSITION = 10_000_000n;
const VALUE = 5_000_000_000n;

function price(side: 1n | -1n, quote: bigint, adjustment = 1_000_000, spread = 100_000) {
  const { numerator, denominator } = fillableValue({
    value: side * VALUE,
    maintenance: VALUE / 10n,
    equity: side * VALUE + quote,
    totalMaintenance: VALUE / 10n,
    adjustment,
    spread,
  });
  const { numerator: above, denominator: below } = fraction(numerator, denominator * side * POSITION);
  return [above, below];
}

test.each([
  ['at maintenance the oracle', 1n, -4_500_000_000n, [500n, 1n]],
  ['a long just under', 1n, -4_501_000_000n, [49_999n, 100n]],
  ['a long without equity', 1n, -5_000_000_000n, [495n, 1n]],
  ['a long below, no further', 1n, -5_500_000_000n, [495n, 1n]],
  ['a short without equity', -1n, 5_000_000_000n, [505n, 1n]],
  ['a short below, no further', -1n, 4_500_000_000n, [505n, 1n]],
] as const)('%s', (_, side, quote, expected) => {
  expect(price(side, quote)).toEqual(expected);
});

test('the spread and the adjustment widen it', () => {
  expect(price(1n, -4_501_000_000n, 1_000_000, 200_000)).toEqual([24_999n, 50n]);
  expect(price(-1n, 5_499_000_000n, 2_000_000)).toEqual([25_001n, 50n]);
  expect(price(1n, -4_501_000_000n, 4_294_967_295)).toEqual([495n, 1n]);
});

test('a spread wider than the position is worth brings the price below nothing', () => {
  expect(price(1n, -5_000_000_000n, 1_000_000, 11_000_000)).toEqual([-50n, 1n]);
});

test('the grid is reached in favour of the account, from one step to the last', () => {
  const most = 1_000n;
  expect(onGrid(fraction(197n, 10n), true, 100n, most)).toBe(100n);
  expect(onGrid(fraction(1_001n, 10n), true, 100n, most)).toBe(200n);
  expect(onGrid(fraction(1_999n, 10n), false, 100n, most)).toBe(100n);
  expect(onGrid(fraction(99n, 1n), false, 100n, most)).toBe(100n);
  expect(onGrid(fraction(-5n, 1n), true, 100n, most)).toBe(100n);
  expect(onGrid(fraction(5_000n, 1n), true, 300n, most)).toBe(900n);
});
