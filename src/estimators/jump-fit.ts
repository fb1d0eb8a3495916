// Merton's (1976) jump-diffusion from returns, by maximum likelihood: in a step the number of jumps is Poisson, and given
// that number the return is normal. Jumps found this way also stand in for volatility that clusters, which the model lacks:
// how much better it fits than a plain random walk is told with it.

import { assert } from '../base/assert.ts';
import { exp, ln } from '../base/math.ts';
import { nelderMead } from './nelder-mead.ts';
import { normalCdf } from './probability.ts';

/** Of one step. */
export interface JumpLaw {
  /** Of the return without jumps. */
  readonly mean: number;
  readonly deviation: number;
  /** Jumps expected in a step. */
  readonly intensity: number;
  /** Of the logarithm of one jump. */
  readonly jumpMean: number;
  readonly jumpDeviation: number;
}

export interface JumpFit {
  readonly law: JumpLaw;
  readonly logLikelihood: number;
  /** Of a random walk with the returns' own mean and variance. */
  readonly plainLogLikelihood: number;
  readonly converged: boolean;
  /** More jumps than allowed would fit better: they stand in for clustering. */
  readonly atBound: boolean;
}

const SQRT_TWO_PI = 2.5066282746310002;
/** Jump counts whose probability is below this are left out. */
const NEGLIGIBLE = 1e-10;

interface Component {
  readonly weight: number;
  readonly mean: number;
  readonly variance: number;
}

/** The mixture of normals that a step's return is, by the number of jumps. */
function components({ mean, deviation, intensity, jumpMean, jumpDeviation }: JumpLaw): Component[] {
  const parts: Component[] = [];
  let weight = exp(-intensity);
  for (let jumps = 0; jumps <= 1 || weight > NEGLIGIBLE; jumps++) {
    parts.push({ weight, mean: mean + jumps * jumpMean, variance: deviation * deviation + jumps * jumpDeviation * jumpDeviation });
    weight *= intensity / (jumps + 1);
  }
  return parts;
}

/** Σ ln of the density of logarithmic `returns`. */
export function jumpLogLikelihood(returns: ArrayLike<number>, law: JumpLaw): number {
  const parts = components(law).map(({ weight, mean, variance }) => ({
    mean,
    factor: weight / (SQRT_TWO_PI * Math.sqrt(variance)),
    rate: -0.5 / variance,
  }));
  let total = 0;
  for (let i = 0; i < returns.length; i++) {
    let density = 0;
    for (const { mean, factor, rate } of parts) density += factor * exp(rate * (returns[i] - mean) * (returns[i] - mean));
    total += ln(density + 1e-300);
  }
  return total;
}

/** P(return ≤ x). */
export function jumpCdf(x: number, law: JumpLaw): number {
  let total = 0;
  for (const { weight, mean, variance } of components(law)) total += weight * normalCdf((x - mean) / Math.sqrt(variance));
  return total;
}

/**
 * The likeliest law of evenly spaced logarithmic `returns` (at least 50, not all alike). Jumps are wider than the steps
 * between them and no more than `most` a step: without a bound, returns whose volatility clusters are fitted best by calm
 * and rough steps in turn, which is a mixture and not a jump.
 */
export function fitJumpDiffusion(returns: ArrayLike<number>, most = 0.5): JumpFit {
  const n = returns.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += returns[i] / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += ((returns[i] - mean) * (returns[i] - mean)) / n;
  assert(n >= 50 && variance > 0, `jumps: ${n} returns of variance ${variance}`);
  const sd = Math.sqrt(variance);
  const lawAt = ([shift, logDeviation, logIntensity, jumpShift, logJump]: readonly number[]): JumpLaw => ({
    mean: mean + shift * sd,
    deviation: sd * exp(logDeviation),
    intensity: exp(logIntensity),
    jumpMean: jumpShift * sd,
    jumpDeviation: sd * exp(logJump),
  });
  const cost = (at: readonly number[]): number => {
    const [shift, logDeviation, logIntensity, jumpShift, logJump] = at;
    const outside = Math.abs(shift) > 2 || logDeviation < -4 || logDeviation > 1 || Math.abs(jumpShift) > 50 || logJump > 4;
    if (outside || logIntensity > ln(most) || logIntensity < -ln(2 * n) || logJump < logDeviation) return Infinity;
    return -jumpLogLikelihood(returns, lawAt(at));
  };
  // Rare and large, or frequent and moderate: whichever is likelier is where the search begins.
  const begins = [
    [0, -0.1, -5, 0, 1.3],
    [0, -0.3, ln(most) - 0.2, 0, 0.6],
    [0, -0.2, -4, -2, 0.7],
    [0, -0.05, -6.5, -4, 1.3],
  ];
  const begin = begins.toSorted((a, b) => cost(a) - cost(b))[0];
  const found = nelderMead(cost, begin, { steps: [0.05, 0.1, 0.5, 0.5, 0.3], tolerance: 1e-10, maxEvaluations: 1_200 });
  const law = lawAt(found.at);
  return {
    law,
    atBound: law.intensity > 0.97 * most,
    logLikelihood: -found.value,
    plainLogLikelihood: -0.5 * n * (ln(2 * Math.PI * variance) + 1),
    converged: found.converged,
  };
}

/** The greatest distance between the returns' distribution and the law's (Kolmogorov & Smirnov). */
export function jumpDistance(returns: ArrayLike<number>, law: JumpLaw): number {
  const sorted = Float64Array.from(returns).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = jumpCdf(sorted[i], law);
    distance = Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p);
  }
  return distance;
}
