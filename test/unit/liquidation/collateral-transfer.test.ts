// Facts of math/liquidation/tests.rs of Drift v2: prices and money 1e6, weights 1e4, multipliers 1e6.

import { expect, test } from 'vitest';
import {
  assetFor,
  isSwapWithin,
  liabilityFor,
  liabilityToCover,
  loanFundFee,
  type Token,
} from '../../../src/liquidation/collateral-transfer.ts';

const SOL: Token = { decimals: 9, price: 100_000_000n, multiplier: 1_000_000 };
const USDC: Token = { decimals: 6, price: 1_000_000n, multiplier: 1_000_000 };
const weights = { asset: 8_000, liability: 12_000 };

test('what to pay off: shortage ÷ (price × the difference of the weights)', () => {
  expect(liabilityToCover(10_000_000n, weights, 1_000_000, SOL, 0)).toBe(250_000_000n);
  expect(liabilityToCover(10_000_000n, weights, 1_100_000, { ...SOL, multiplier: 900_000 }, 0)).toBe(449_984_250n);
  expect(liabilityToCover(10_000_000n, weights, 1_000_000, SOL, 10_000)).toBe(257_731_958n);
  expect(liabilityToCover(10_000_000n, { asset: 12_000, liability: 12_000 }, 1_000_000, SOL, 0)).toBeNull();
  expect(liabilityToCover(10_000_000n, weights, 1_500_000, SOL, 0)).toBeNull();
});

test('tokens of fewer decimals than money', () => {
  expect(liabilityToCover(10_000_000n, weights, 1_000_000, { ...SOL, decimals: 5 }, 0)).toBe(25_000n);
});

test('what an amount of collateral pays off, rounded up', () => {
  expect(liabilityFor(10_000_000n, USDC, SOL)).toBe(100_000_000n);
  expect(liabilityFor(10n, USDC, { ...SOL, price: 99_999_999n })).toBe(101n);
  expect(liabilityFor(1_000_000_001n, SOL, USDC)).toBe(100_000_001n);
});

test('what is taken for an amount paid off, rounded down; all of it when little would be left', () => {
  const dear = { ...USDC, multiplier: 1_010_000 };
  expect(assetFor(1_000_000_000n, 200_000_000n, dear, { ...SOL, multiplier: 990_000 })).toBe(102_020_202n);
  expect(assetFor(1_000_000n, 20_000_000n, { ...USDC, decimals: 5 }, USDC)).toBe(100_000n);
  expect(assetFor(100_000n, 200_000_000n, USDC, { ...USDC, decimals: 5 })).toBe(1_000_000n);
  expect(assetFor(1_000_000_000n, 100_500_000n, USDC, SOL)).toBe(100_500_000n);
  expect(assetFor(0n, 200_000_000n, USDC, SOL)).toBe(1n);
});

test('the fee of the fund: what the weights leave beyond the shortage', () => {
  const fee = (shortage: bigint, asset = 10_000, liability = 11_000, amount = 1_000_000_000n) =>
    loanFundFee(shortage, amount, { asset, liability }, 1_010_000, SOL, 50_000);
  expect([fee(5_000_000n), fee(100_000_000n), fee(1_000_000n)]).toEqual([36_363, 0, 50_000]);
  expect([fee(1_000_000n, 20_000), fee(1_000_000n, 10_000, 0), fee(1_000_000n, 10_000, 11_000, 0n)]).toEqual([0, 0, 0]);
});

test('a swap may be as bad as the oracle with both multipliers, and no worse', () => {
  const sol = { ...SOL, price: 200_000_000n, multiplier: 1_010_000 };
  expect(isSwapWithin(1_000_000_000n, 200_000_000n, sol, USDC)).toBe(true);
  expect(isSwapWithin(1_000_000_000n, 198_019_801n, sol, USDC)).toBe(true);
  expect(isSwapWithin(1_000_000_000n, 198_000_000n, sol, USDC)).toBe(false);
});
