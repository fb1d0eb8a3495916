// Volatility as an exponentially weighted average of squared returns, mean taken as zero (RiskMetrics 1996).

import { assert } from '../base/assert.ts';
import { exp } from '../base/math.ts';

/** The decay a sample at which a return counts half as much after `halfLife`, samples coming every `interval`. */
export function decayOf(halfLife: number, interval: number): number {
  return exp((-Math.LN2 * interval) / halfLife);
}

export class EwmaVolatility {
  private readonly decay: number;
  private readonly seedCount: number;
  /** Of one return; 0 before the first. */
  variance = 0;
  count = 0;

  /** The first `seedCount` returns count alike, as their mean square; from then on the newest counts 1 − `decay`. */
  constructor({ decay, seedCount = 1 }: { readonly decay: number; readonly seedCount?: number }) {
    assert(decay > 0 && decay < 1 && seedCount >= 1, `EWMA volatility: decay ${decay}, seeded by ${seedCount}`);
    this.decay = decay;
    this.seedCount = seedCount;
  }

  push(change: number): void {
    this.count++;
    const square = change * change;
    if (this.count <= this.seedCount) this.variance += (square - this.variance) / this.count;
    else this.variance = this.decay * this.variance + (1 - this.decay) * square;
    assert(this.variance >= 0, 'EWMA volatility: a return is not a number');
  }

  /** Standard deviation of one return. */
  get volatility(): number {
    return Math.sqrt(this.variance);
  }
}
