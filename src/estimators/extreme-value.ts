// Extreme values: what a tail does beyond what was seen. Losses above a high threshold follow a generalised Pareto
// distribution (Pickands 1975, Balkema & de Haan 1974), block maxima a generalised extreme-value one.

import { assert } from '../base/assert.ts';
import { exp, expm1, ln, log1p, pow } from '../base/math.ts';
import { nelderMead } from './nelder-mead.ts';
import type { TailRisk } from './tail-risk.ts';

/** P(excess > y) = (1 + shape × y ÷ scale)^(−1 ÷ shape); shape 0 is the exponential distribution. */
export interface ParetoTail {
  /** ξ: above 0 a power law with exponent 1 ÷ ξ, below 0 a tail that ends. */
  readonly shape: number;
  /** σ, in the unit of the losses. */
  readonly scale: number;
}

export interface ParetoFit extends ParetoTail {
  readonly logLikelihood: number;
  /** The search ended before it ran out of evaluations. */
  readonly converged: boolean;
}

/** Σ ln of the density of `excesses` (≥ 0); −Infinity where one of them is impossible. */
export function paretoLogLikelihood(excesses: ArrayLike<number>, { shape, scale }: ParetoTail): number {
  if (!(scale > 0)) return -Infinity;
  let total = -excesses.length * ln(scale);
  for (let i = 0; i < excesses.length; i++) {
    const x = excesses[i] / scale;
    if (Math.abs(shape) < 1e-9) total -= x;
    else if (1 + shape * x > 0) total -= (1 + 1 / shape) * log1p(shape * x);
    else return -Infinity;
  }
  return total;
}

/**
 * Maximum likelihood from the excesses over a threshold, at least 10 of them, started at the probability-weighted moments
 * of Hosking & Wallis (1987). The shape is kept within ±0.95: beyond it the likelihood has no maximum or the mean no value.
 */
export function fitParetoTail(excesses: ArrayLike<number>): ParetoFit {
  const start = paretoMoments(excesses);
  const cost = ([logScale, shape]: readonly number[]): number =>
    Math.abs(shape) > 0.95 ? Infinity : -paretoLogLikelihood(excesses, { shape, scale: exp(logScale) });
  const found = nelderMead(cost, [ln(start.scale), start.shape], { steps: [0.2, 0.1], tolerance: 1e-12 });
  const [logScale, shape] = found.at;
  return { shape, scale: exp(logScale), logLikelihood: -found.value, converged: found.converged };
}

/** By probability-weighted moments; a scale and shape under which every excess is possible. */
function paretoMoments(excesses: ArrayLike<number>): ParetoTail {
  const n = excesses.length;
  assert(n >= 10, `a Pareto tail: ${n} excesses, at least 10 are needed`);
  const sorted = Float64Array.from(excesses).sort();
  let mean = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    assert(sorted[i] >= 0, 'a Pareto tail: an excess is below 0');
    mean += sorted[i] / n;
    weighted += (sorted[i] * (n - 1 - i)) / (n - 1) / n;
  }
  assert(mean > 0, 'a Pareto tail: every excess is 0');
  const shape = Math.max(-0.9, Math.min(0.9, 2 - mean / (mean - 2 * weighted)));
  const scale = Math.max((2 * mean * weighted) / (mean - 2 * weighted), 1e-3 * mean);
  return { shape, scale: shape < 0 ? Math.max(scale, -1.01 * shape * sorted[n - 1]) : scale };
}

export interface PeaksOverThreshold {
  readonly threshold: number;
  /** How many of `total` losses are above it. */
  readonly exceeding: number;
  readonly total: number;
  readonly tail: ParetoTail;
}

/** Takes the worst `share` of the losses as the tail; the threshold is the largest loss outside it. */
export function fitPeaksOverThreshold(losses: ArrayLike<number>, share = 0.1): PeaksOverThreshold {
  const sorted = Float64Array.from(losses).sort();
  const exceeding = Math.max(10, Math.floor(share * sorted.length));
  assert(sorted.length > exceeding, `peaks over a threshold: ${sorted.length} losses are too few`);
  const threshold = sorted[sorted.length - exceeding - 1];
  const excesses = sorted.subarray(sorted.length - exceeding).map((loss) => loss - threshold);
  // Where the worst losses are all alike nothing lies beyond them.
  const tail = excesses[exceeding - 1] > 0 ? fitParetoTail(excesses) : { shape: 0, scale: 0 };
  return { threshold, exceeding, total: sorted.length, tail };
}

/** The loss that is exceeded with `probability`, which must not be above the share in the tail (McNeil & Frey 2000). */
export function peaksQuantile({ threshold, exceeding, total, tail: { shape, scale } }: PeaksOverThreshold, probability: number): number {
  const log = ln((probability * total) / exceeding);
  return threshold + (Math.abs(shape) < 1e-9 ? -scale * log : (scale / shape) * expm1(-shape * log));
}

export function peaksRisk(peaks: PeaksOverThreshold, confidence: number): TailRisk {
  const { threshold, tail } = peaks;
  const valueAtRisk = peaksQuantile(peaks, 1 - confidence);
  return { valueAtRisk, expectedShortfall: (valueAtRisk + tail.scale - tail.shape * threshold) / (1 - tail.shape) };
}

/** The block maximum that is exceeded with probability `p` (Longin 1999): shape ξ, location μ, scale σ. */
export function extremeValueQuantile(
  { shape, location, scale }: { readonly shape: number; readonly location: number; readonly scale: number },
  p: number,
): number {
  const gumbel = -log1p(-p);
  return Math.abs(shape) < 1e-9 ? location - scale * ln(gumbel) : location - (scale / shape) * (1 - pow(gumbel, -shape));
}

/** Hill (1975): the exponent of a power-law tail from the `k` largest values, and its standard error for independent ones. */
export function hillExponent(values: ArrayLike<number>, k: number): { readonly exponent: number; readonly error: number } {
  assert(k >= 1 && values.length > k, `Hill: the ${k} largest of ${values.length}`);
  const sorted = Float64Array.from(values).sort();
  const base = sorted[sorted.length - k - 1];
  assert(base > 0, 'Hill: the tail must be above 0');
  let logs = 0;
  for (let i = sorted.length - k; i < sorted.length; i++) logs += ln(sorted[i] / base);
  const exponent = k / logs;
  return { exponent, error: exponent / Math.sqrt(k) };
}
