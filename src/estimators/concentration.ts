// How unequally something is shared out: liquidity among its providers, haircuts among winners. Shares need not add up to
// one unless it says so.

import { ln } from '../base/math.ts';

/** Herfindahl–Hirschman index of shares that add up to 1: Σ share². */
export function herfindahl(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share * share, 0);
}

/** As many equal shares would be as concentrated as these: 1 ÷ Σ share². */
export function effectiveNumber(shares: readonly number[]): number {
  return 1 / herfindahl(shares);
}

/**
 * How much more margin a book needs that hangs on few providers (Sepper 2026): λ × (target ÷ effective number − 1) + μ ×
 * what the greatest share is above a threshold. His table has a threshold of 0.25, his algorithm one of 0.5.
 */
export function concentrationHaircut(
  shares: readonly number[],
  rule: { readonly target: number; readonly lambda: number; readonly mu: number; readonly threshold: number },
): number {
  const largest = Math.max(...shares);
  return rule.lambda * (rule.target / effectiveNumber(shares) - 1) + rule.mu * Math.max(0, largest - rule.threshold);
}

/** By how much slippage grows, in expectation, when one provider chosen uniformly withdraws its share: E[w ÷ (1 − w)]. */
export function withdrawalInflation(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share / (1 - share), 0) / shares.length;
}

/** Of amounts that are not negative: 0 when all are equal, towards 1 when one has everything. `unbiased`: × n ÷ (n − 1). */
export function gini(amounts: readonly number[], unbiased = false): number {
  const sorted = [...amounts].sort((a, b) => a - b);
  const n = sorted.length;
  const total = sorted.reduce((sum, amount) => sum + amount, 0);
  if (total === 0) return 0;
  const weighted = sorted.reduce((sum, amount, i) => sum + (2 * (i + 1) - n - 1) * amount, 0);
  return weighted / (n * total) / (unbiased ? (n - 1) / n : 1);
}

/** Theil's T of amounts, zeros left out of the sum but not of the mean. */
export function theil(amounts: readonly number[]): number {
  const n = amounts.length;
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / n;
  return amounts.reduce((sum, amount) => (amount <= 0 ? sum : sum + (amount / mean) * ln(amount / mean)), 0) / n;
}

/**
 * What selling `size` into bids (price and size, best first) loses against the mid, as a share of it; infinite when they
 * are not enough.
 */
export function slippageOf(bids: readonly (readonly [price: number, size: number])[], mid: number, size: number): number {
  let left = size;
  let value = 0;
  for (const [price, available] of bids) {
    const taken = Math.min(left, available);
    value += taken * price;
    left -= taken;
    if (left === 0) return (mid - value / size) / mid;
  }
  return Infinity;
}
