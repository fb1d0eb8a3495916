// The distributions that estimates and tests are measured against: normal, Student, chi-square, binomial. Everything from
// base/math.ts, so that a p-value has the same bits on every engine.

import { assert } from '../base/assert.ts';
import { betaLower, erfc, exp, gammaUpper, ln, lnGamma, log1p, pow } from '../base/math.ts';

const LN_SQRT_TWO_PI = 0.9189385332046728;

/** P(Z ≤ z) for a standard normal Z; exact also in the far tail. */
export function normalCdf(z: number): number {
  return erfc(-z * Math.SQRT1_2) / 2;
}

export function normalDensity(z: number): number {
  return exp(-0.5 * z * z - LN_SQRT_TWO_PI);
}

/** Density of Student's t with `degrees` of freedom (not scaled to unit variance). */
export function studentDensity(x: number, degrees: number): number {
  const log = lnGamma((degrees + 1) / 2) - lnGamma(degrees / 2) - 0.5 * ln(degrees * Math.PI);
  return exp(log) * pow(1 + (x * x) / degrees, -(degrees + 1) / 2);
}

/** P(X > x) for a chi-square X with `degrees` of freedom. */
export function chiSquareSurvival(x: number, degrees: number): number {
  return x <= 0 ? 1 : gammaUpper(degrees / 2, x / 2);
}

/** P(K = k) of `n` trials that succeed with probability `p`. */
export function binomialProbability(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p === 0 || p === 1) return k === (p === 0 ? 0 : n) ? 1 : 0;
  return exp(lnChoose(n, k) + k * ln(p) + (n - k) * log1p(-p));
}

/** P(K ≤ k) of `n` trials that succeed with probability `p`. */
export function binomialCdf(k: number, n: number, p: number): number {
  assert(n >= 1 && p >= 0 && p <= 1, `binomial: ${n} trials of ${p}`);
  if (k < 0) return 0;
  return k >= n ? 1 : betaLower(1 - p, n - k, k + 1);
}

/** ln of the number of ways to choose `k` of `n`; −Infinity where there is none. */
export function lnChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return k === 0 || k === n ? 0 : lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
