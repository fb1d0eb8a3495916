// Realised variance from the returns themselves, at several scales, with and without jumps. What it says at one bar, at
// five, at sixty tells apart a random walk (all alike), a bounce between bid and ask (falling with the scale) and a trend
// (rising).

import { assert } from '../base/assert.ts';

export interface RealisedScale {
  /** Returns are taken over so many steps. */
  readonly scale: number;
  /** Variance of one step: the mean square of the longer returns, divided by their length. */
  readonly variance: number;
  /** Over the variance at one step (Lo & MacKinlay 1988): 1 for a random walk. */
  readonly ratio: number;
}

/**
 * `returns` are logarithmic, evenly spaced, mean taken as zero. Longer returns overlap, one from every step on (the
 * subsampled estimator of Zhang, Mykland & Aït-Sahalia 2005), so that no sample depends on where counting starts.
 */
export function realisedVariances(returns: ArrayLike<number>, scales: readonly number[]): readonly RealisedScale[] {
  const one = overlapping(returns, 1);
  return scales.map((scale) => {
    const variance = overlapping(returns, scale);
    return { scale, variance, ratio: one === 0 ? 1 : variance / one };
  });
}

function overlapping(returns: ArrayLike<number>, scale: number): number {
  assert(scale >= 1 && returns.length >= scale, `realised variance: ${returns.length} returns at a scale of ${scale}`);
  let window = 0;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    window += returns[i];
    if (i >= scale) window -= returns[i - scale];
    if (i >= scale - 1) squares += window * window;
  }
  return squares / (returns.length - scale + 1) / scale;
}

/** Bipower variation (Barndorff-Nielsen & Shephard 2004): the variance of one step, one jump among many steps left out. */
export function bipowerVariance(returns: ArrayLike<number>): number {
  assert(returns.length >= 2, 'bipower variation: at least two returns');
  let total = 0;
  for (let i = 1; i < returns.length; i++) total += Math.abs(returns[i] * returns[i - 1]);
  return ((Math.PI / 2) * total) / (returns.length - 1);
}
