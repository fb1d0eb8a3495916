// What a study says about many runs: means, paired differences with intervals, signs, and how well the pairing worked.

import { betaLower, studentQuantile } from '../base/math.ts';
import { createRng } from '../base/random.ts';

export interface Estimate {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of one observation, 0 for fewer than two. */
  readonly sd: number;
  /** Student's interval of the mean at 95 %; infinite for fewer than two observations. */
  readonly interval: readonly [low: number, high: number];
}

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = n === 0 ? NaN : sum(values) / n;
  if (n < 2) return { n, mean, sd: 0, interval: [-Infinity, Infinity] };
  const sd = Math.sqrt(sum(values.map((value) => (value - mean) * (value - mean))) / (n - 1));
  const half = (studentQuantile(0.975, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, interval: [mean - half, mean + half] };
}

/** Student's test, two-sided, that the mean is 0: of paired differences the paired t-test. 1 for fewer than two observations. */
export function tTest({ n, mean, sd }: Estimate): number {
  if (n < 2 || mean === 0) return 1;
  if (sd === 0) return 0;
  const degrees = n - 1;
  const t = mean / (sd / Math.sqrt(n));
  return betaLower(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * p of several tests corrected for their number (Holm 1979): to call those below 5 % significant errs on any of them in
 * 5 % of cases at most, however they depend on each other. In the order given.
 */
export function holm(ps: readonly number[]): number[] {
  const corrected = new Array<number>(ps.length).fill(1);
  let least = 0;
  const order = [...ps.keys()].toSorted((a, b) => ps[a] - ps[b]);
  for (const [rank, test] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * ps[test]));
    corrected[test] = least;
  }
  return corrected;
}

/** Resamples of one bootstrap interval: its ends are then good to about a hundredth of its width. */
const RESAMPLES = 4_999;

/**
 * The percentile bootstrap interval of the mean at 95 % (Efron 1979): what the mean would be had other seeds been drawn from
 * those at hand. The resamples follow from `name` alone. Infinite for fewer than two observations; too narrow for fewer than
 * about ten.
 */
export function bootstrapInterval(values: readonly number[], name: string): readonly [low: number, high: number] {
  const n = values.length;
  if (n < 2) return [-Infinity, Infinity];
  const rng = createRng(`bootstrap/${name}`);
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let total = 0;
    for (let k = 0; k < n; k++) total += values[rng.int(n)];
    means[i] = total / n;
  }
  means.sort();
  const at = (share: number) => means[Math.round(share * (RESAMPLES + 1)) - 1];
  return [at(0.025), at(0.975)];
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Pearson's correlation of two equally long series; null where one of them does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const meanA = sum(a) / a.length;
  const meanB = sum(b) / b.length;
  let both = 0;
  let ofA = 0;
  let ofB = 0;
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - meanA) * (b[i] - meanB);
    ofA += (a[i] - meanA) * (a[i] - meanA);
    ofB += (b[i] - meanB) * (b[i] - meanB);
  }
  return ofA === 0 || ofB === 0 ? null : both / Math.sqrt(ofA * ofB);
}

/** The two-sided sign test: how likely at least so uneven a split of the untied pairs would be by chance; 1 with no such pairs. */
export function signTest(more: number, less: number): number {
  const n = more + less;
  // Pascal's row n, in shares of 2^n so that nothing overflows: P(X ≤ k) for a fair coin.
  let row = [1];
  for (let i = 0; i < n; i++) row = [...row.map((share, k) => (share + (row[k - 1] ?? 0)) / 2), row[i] / 2];
  const tail = sum(row.slice(0, Math.min(more, less) + 1));
  return Math.min(1, 2 * tail);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
