// Value at risk and expected shortfall: how bad it gets at a confidence, and how bad it is on average when it is worse.
// Losses are positive; `confidence` is such as 0.99.

import { assert } from '../base/assert.ts';
import { normalQuantile, studentQuantile } from '../base/math.ts';
import { normalDensity, studentDensity } from './probability.ts';

export interface TailRisk {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/**
 * From a sample of losses, in any order. Value at risk is the order statistic number ⌈confidence × n⌉; expected shortfall
 * the mean of the worst (1 − confidence) × n with a fractional weight for the last (Acerbi & Tasche 2002).
 */
export function historicalRisk(losses: ArrayLike<number>, confidence: number): TailRisk {
  assert(losses.length > 0, 'historical risk: no losses');
  return sortedRisk(Float64Array.from(losses).sort(), confidence);
}

/** The same for losses that are sorted already, the least first. */
export function sortedRisk(sorted: ArrayLike<number>, confidence: number): TailRisk {
  return { valueAtRisk: sorted[rankOf(confidence, sorted.length) - 1], expectedShortfall: sortedShortfall(sorted, confidence) };
}

/** Which of `n` sorted losses, from 1, is the quantile. Decimals have no exact double: 0.55 × 100 must be 55 and not 56. */
export function rankOf(confidence: number, n: number): number {
  assert(confidence > 0 && confidence < 1, `confidence ${confidence}`);
  const exact = confidence * n;
  const near = Math.round(exact);
  return Math.max(1, Math.abs(exact - near) < 1e-9 * n ? near : Math.ceil(exact));
}

function sortedShortfall(sorted: ArrayLike<number>, confidence: number): number {
  let left = (1 - confidence) * sorted.length;
  const size = left;
  let total = 0;
  for (let i = sorted.length - 1; i >= 0 && left > 1e-12; i--) {
    const weight = Math.min(1, left);
    total += weight * sorted[i];
    left -= weight;
  }
  return total / size;
}

/** Of a normal loss with mean 0 and this standard deviation. */
export function normalRisk(deviation: number, confidence: number): TailRisk {
  const z = normalQuantile(confidence);
  return { valueAtRisk: deviation * z, expectedShortfall: (deviation * normalDensity(z)) / (1 - confidence) };
}

/** Of a Student loss with mean 0, scaled so that `deviation` is its standard deviation; more than two degrees of freedom. */
export function studentRisk(deviation: number, degrees: number, confidence: number): TailRisk {
  assert(degrees > 2, `Student's variance is infinite for ${degrees} degrees of freedom`);
  const unit = deviation * Math.sqrt((degrees - 2) / degrees);
  const x = studentQuantile(confidence, degrees);
  const tail = (studentDensity(x, degrees) * (degrees + x * x)) / (degrees - 1) / (1 - confidence);
  return { valueAtRisk: unit * x, expectedShortfall: unit * tail };
}
