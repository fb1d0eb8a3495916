// Was it as bad as promised when it was worse than the margin? The second test of Acerbi & Székely (2014), and its
// distribution under the model itself, drawn from a named stream.

import { assert } from '../base/assert.ts';
import { log1p } from '../base/math.ts';
import type { Rng } from '../base/random.ts';

/** What a model says of one loss to come. */
export interface Forecast {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  /** The loss exceeded with probability `share` × (1 − confidence), 0 < share ≤ 1: value at risk at 1, worse below. */
  readonly tail: (share: number) => number;
}

/**
 * Z₂ = Σ over exceedances of loss ÷ expected shortfall, over their expected number, − 1: 0 when exceedances are as many
 * and as bad as promised, above 0 when worse. `ratios` holds loss ÷ expected shortfall of each exceedance.
 */
export function acerbiSzekely(ratios: readonly number[], observations: number, probability: number): number {
  assert(observations > 0 && probability > 0, `expected shortfall: ${observations} observations`);
  let total = 0;
  for (const ratio of ratios) total += ratio;
  return total / (observations * probability) - 1;
}

/**
 * How likely Z₂ is to be at least `statistic` if the forecasts are right: `draws` histories, in each of which every
 * observation exceeds with `probability`, as badly as its own forecast says. The observed history counts as one of them, so
 * that the value is never 0.
 */
export function shortfallSignificance(
  statistic: number,
  forecasts: readonly Forecast[],
  probability: number,
  rng: Rng,
  draws: number,
): number {
  // Compared as sums, which Z₂ rises with.
  const wanted = (statistic + 1) * forecasts.length * probability;
  let atLeast = 1;
  for (let draw = 0; draw < draws; draw++) {
    let total = 0;
    // The gaps between independent exceedances are geometric: as many draws as there are exceedances.
    for (let at = gap(rng, probability); at < forecasts.length; at += 1 + gap(rng, probability)) {
      const { tail, expectedShortfall } = forecasts[at];
      total += tail(1 - rng.double()) / expectedShortfall;
    }
    if (total >= wanted) atLeast++;
  }
  return atLeast / (draws + 1);
}

/** How many do not exceed before the next that does. Inverse of the geometric distribution, by the exponential's floor. */
function gap(rng: Rng, probability: number): number {
  return Math.floor(rng.exponential() / -log1p(-probability));
}
