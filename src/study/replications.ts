// How many seeds are enough, and what pairing them gains.

import { assert } from '../base/assert.ts';
import { normalQuantile, studentQuantile } from '../base/math.ts';

/** Number of seeds after which a mean is known to ± `halfWidth` at `confidence`, for seeds that scatter by `deviation`. */
export function replicationsFor(
  deviation: number,
  halfWidth: number,
  confidence = 0.95,
): { readonly student: number; readonly normal: number } {
  assert(deviation >= 0 && halfWidth > 0, `replications: deviation ${deviation}, half-width ${halfWidth}`);
  const tail = (1 + confidence) / 2;
  const z = (normalQuantile(tail) * deviation) / halfWidth;
  const normal = Math.max(2, Math.ceil(z * z));
  let student = normal;
  // Student's quantile falls with the number, so that the first that is enough is the least.
  while (studentQuantile(tail, student - 1) * deviation > halfWidth * Math.sqrt(student)) student++;
  return { student, normal };
}

export interface PairingGain {
  /** Of the difference of one pair, and of two independent runs. */
  readonly paired: number;
  readonly independent: number;
  /** Independent over paired: how many times fewer seeds pairing needs. */
  readonly ratio: number;
}

/** What common random numbers gain for two arms of these standard deviations and this correlation. */
export function pairingGain(first: number, second: number, correlation: number): PairingGain {
  const independent = first * first + second * second;
  const paired = independent - 2 * correlation * first * second;
  return { paired, independent, ratio: independent / paired };
}

/**
 * Law and Kelton's rule for stopping as soon as a mean is known to a share `gamma` of itself: the half-width over the mean's
 * size is at most gamma ÷ (1 + gamma), which allows for the mean being estimated too.
 */
export function isKnownRelatively(mean: number, halfWidth: number, gamma: number): boolean {
  return mean !== 0 && halfWidth / Math.abs(mean) <= gamma / (1 + gamma);
}
