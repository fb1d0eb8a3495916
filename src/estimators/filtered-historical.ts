// Filtered historical simulation (Hull & White 1998; Barone-Adesi, Giannopoulos & Vosper 1999): the past's shapes at
// today's volatility. Each past return is divided by what a filter expected of it, and the lot is scaled by what the filter
// expects now.

import { assert } from '../base/assert.ts';
import { EwmaVolatility } from './ewma-volatility.ts';
import { historicalRisk, type TailRisk } from './tail-risk.ts';

/** `returns[i] ÷ √variances[i]`, `variances[i]` being what was expected of that return before it came. */
export function standardised(returns: ArrayLike<number>, variances: ArrayLike<number>): Float64Array {
  assert(returns.length === variances.length, `standardised: ${returns.length} returns, ${variances.length} variances`);
  return Float64Array.from(variances, (variance, i) => (variance > 0 ? returns[i] / Math.sqrt(variance) : 0));
}

export interface EwmaFilter {
  /** Residuals of the returns after the seeding ones. */
  readonly residuals: Float64Array;
  /** Expected of the return after the last. */
  readonly next: number;
}

/** Standardises by an EWMA seeded with the mean square of the first `seedCount` returns. */
export function ewmaFilter(returns: ArrayLike<number>, decay: number, seedCount: number): EwmaFilter {
  assert(returns.length > seedCount, `EWMA filter: ${returns.length} returns, ${seedCount} of them to seed it`);
  const ewma = new EwmaVolatility({ decay, seedCount });
  const variances = new Float64Array(returns.length);
  for (let i = 0; i < returns.length; i++) {
    variances[i] = ewma.variance;
    ewma.push(returns[i]);
  }
  const later = Array.prototype.slice.call(returns, seedCount) as number[];
  return { residuals: standardised(later, variances.subarray(seedCount)), next: ewma.variance };
}

/** Risk of a long position (losses are falls) from residuals of returns and the variance expected now. */
export function filteredHistoricalRisk(residuals: ArrayLike<number>, next: number, confidence: number): TailRisk {
  const { valueAtRisk, expectedShortfall } = historicalRisk(
    Float64Array.from(residuals, (z) => -z),
    confidence,
  );
  const scale = Math.sqrt(next);
  return { valueAtRisk: scale * valueAtRisk, expectedShortfall: scale * expectedShortfall };
}
