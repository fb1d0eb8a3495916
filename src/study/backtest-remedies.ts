// The remedies against procyclicality that European rules name (Regulation 153/2013, Article 28(1)), put on a model's
// forecasts as they would have been at the time: nothing that came later is used.

import { SortedWindow } from '../estimators/sorted-window.ts';
import { rankOf } from '../estimators/tail-risk.ts';
import { withBuffer, withFloor, withStressedWeight } from '../estimators/procyclicality.ts';
import type { Forecast } from './backtest-shortfall.ts';

export const REMEDIES = [
  { name: 'buffer', doc: '25 % on top in calm, used up while the margin rises' },
  { name: 'stressed-weight', doc: 'a quarter of the weight on the largest margin so far' },
  { name: 'floor', doc: 'never below what all losses so far, from the first bar on, would ask for' },
] as const;

export type Remedy = (typeof REMEDIES)[number]['name'];

/** The forecasts of the losses after the first `window`, scaled to what would have been charged under the remedy. */
export function remedied(
  forecasts: readonly Forecast[],
  remedy: Remedy,
  losses: Float64Array,
  window: number,
  confidence: number,
): Forecast[] {
  const margins = forecasts.map(({ valueAtRisk }) => valueAtRisk);
  const charged = chargedUnder(remedy, margins, losses, window, confidence);
  return forecasts.map(({ valueAtRisk, expectedShortfall, tail }, i) => {
    const factor = charged[i] / valueAtRisk;
    return { valueAtRisk: charged[i], expectedShortfall: factor * expectedShortfall, tail: (share) => factor * tail(share) };
  });
}

function chargedUnder(remedy: Remedy, margins: readonly number[], losses: Float64Array, window: number, confidence: number): number[] {
  switch (remedy) {
    case 'buffer':
      return withBuffer(margins);
    case 'stressed-weight': {
      let largest = 0;
      return margins.flatMap((margin) => {
        largest = Math.max(largest, margin);
        return withStressedWeight([margin], largest);
      });
    }
    case 'floor': {
      const floors = quantilesSoFar(losses, window, confidence);
      return margins.flatMap((margin, i) => withFloor([margin], floors[i]));
    }
  }
}

/** For every loss after the first `window`, the quantile of all losses before it. */
function quantilesSoFar(losses: Float64Array, window: number, confidence: number): Float64Array {
  const sorted = new SortedWindow(losses.length);
  for (let i = 0; i < window; i++) sorted.push(losses[i]);
  return Float64Array.from({ length: losses.length - window }, (_, i) => {
    const quantile = sorted.values[rankOf(confidence, sorted.count) - 1];
    sorted.push(losses[window + i]);
    return quantile;
  });
}
