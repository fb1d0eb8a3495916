// The margin models that a backtest can try, each a walk that sees the losses before a bar and says what the bar may bring.
// Losses are logarithms, positive; the same model serves long and short positions, which differ in the sign of a return.

import { assert } from '../base/assert.ts';
import { normalQuantile } from '../base/math.ts';
import { EwmaVolatility } from '../estimators/ewma-volatility.ts';
import { fitPeaksOverThreshold, peaksQuantile, peaksRisk } from '../estimators/extreme-value.ts';
import { standardised } from '../estimators/filtered-historical.ts';
import { fitGarch, garchFilter, type GarchParameters } from '../estimators/garch.ts';
import { SortedWindow } from '../estimators/sorted-window.ts';
import { normalRisk, sortedRisk } from '../estimators/tail-risk.ts';
import type { Forecast } from './backtest-shortfall.ts';

export interface ModelSettings {
  /** Such as 0.99. */
  readonly confidence: number;
  /** How many losses back a model looks; there are at least as many before the first forecast. */
  readonly window: number;
  /** Models with fitted parameters fit them anew after so many bars. */
  readonly refit: number;
  /** Decay of the EWMA, such as 0.94. */
  readonly decay: number;
}

/** Forecasts the loss after `history`, which grows by one loss from call to call. */
export type ForecastWalk = (history: Float64Array) => Forecast;

export interface MarginModel {
  readonly kind: string;
  readonly doc: string;
  start(settings: ModelSettings): ForecastWalk;
}

const historical: MarginModel = {
  kind: 'historical',
  doc: 'The quantile of the last losses of the window, all alike.',
  start({ confidence, window }) {
    const sorted = new SortedWindow(window);
    let seen = 0;
    return (history) => {
      for (seen = Math.max(seen, history.length - window); seen < history.length; seen++) sorted.push(history[seen]);
      return empirical(sorted.values, 1, confidence);
    };
  },
};

const constant: MarginModel = {
  kind: 'constant',
  doc: 'Normal, with the volatility of all losses so far: right where volatility never changes.',
  start({ confidence }) {
    let seen = 0;
    let squares = 0;
    return (history) => {
      for (; seen < history.length; seen++) squares += history[seen] * history[seen];
      return normal(Math.sqrt(squares / seen), confidence);
    };
  },
};

const ewma: MarginModel = {
  kind: 'ewma',
  doc: 'Normal, with the volatility of an exponentially weighted average.',
  start({ confidence, decay }) {
    const next = ewmaWalk(decay);
    return (history) => normal(Math.sqrt(next(history)), confidence);
  },
};

const garch: MarginModel = {
  kind: 'garch',
  doc: 'Normal, with the volatility of a GARCH(1,1) fitted to the window.',
  start({ confidence, window, refit }) {
    const filter = garchWalk(window, refit);
    return (history) => normal(Math.sqrt(filter(history).next), confidence);
  },
};

const filteredHistorical: MarginModel = {
  kind: 'filtered-historical',
  doc: "The quantile of the window's losses, each over the EWMA volatility of its time, at the volatility of now.",
  start({ confidence, window, decay }) {
    const sorted = new SortedWindow(window);
    const next = ewmaWalk(decay, (residual) => sorted.push(residual));
    return (history) => {
      const variance = next(history);
      return empirical(sorted.values, Math.sqrt(variance), confidence);
    };
  },
};

const evt: MarginModel = {
  kind: 'evt',
  doc: 'A Pareto tail through the worst tenth of the GARCH residuals, at the volatility of now (McNeil & Frey 2000).',
  start({ confidence, window, refit }) {
    const filter = garchWalk(window, refit);
    let peaks: ReturnType<typeof fitPeaksOverThreshold> | undefined;
    return (history) => {
      const { next, residuals } = filter(history);
      if (residuals !== undefined || peaks === undefined) {
        assert(residuals !== undefined, 'evt: the filter is fitted first');
        peaks = fitPeaksOverThreshold(residuals);
      }
      const fitted = peaks;
      const scale = Math.sqrt(next);
      const { valueAtRisk, expectedShortfall } = peaksRisk(fitted, confidence);
      return {
        valueAtRisk: scale * valueAtRisk,
        expectedShortfall: scale * expectedShortfall,
        tail: (share) => scale * peaksQuantile(fitted, share * (1 - confidence)),
      };
    };
  },
};

/** What is tried when nobody says what. */
export const usualModels: readonly MarginModel[] = [historical, ewma, garch, filteredHistorical, evt];

export const marginModels: readonly MarginModel[] = [...usualModels, constant];

/** The tail that the sorted sample itself is, times `scale`. */
function empirical(sorted: Float64Array, scale: number, confidence: number): Forecast {
  const { valueAtRisk, expectedShortfall } = sortedRisk(sorted, confidence);
  const n = sorted.length;
  // Only the tail is kept: a forecast for every bar is.
  const worst = sorted.slice(-Math.max(1, Math.ceil((1 - confidence) * n)));
  const beyond = (1 - confidence) * n;
  return {
    valueAtRisk: scale * valueAtRisk,
    expectedShortfall: scale * expectedShortfall,
    tail: (share) => scale * worst[Math.max(0, worst.length - 1 - Math.floor(share * beyond))],
  };
}

function normal(deviation: number, confidence: number): Forecast {
  return { ...normalRisk(deviation, confidence), tail: (share) => -deviation * normalQuantile(share * (1 - confidence)) };
}

/** How many of the first losses seed the average: as RiskMetrics has it. */
const SEED_COUNT = 10;

/** The variance expected next; every loss after the seeding ones goes out over the volatility that was expected of it. */
function ewmaWalk(decay: number, onResidual?: (residual: number) => void) {
  const average = new EwmaVolatility({ decay, seedCount: SEED_COUNT });
  return (history: Float64Array): number => {
    while (average.count < history.length) {
      const loss = history[average.count];
      if (onResidual !== undefined && average.count >= SEED_COUNT)
        onResidual(average.variance > 0 ? loss / Math.sqrt(average.variance) : 0);
      average.push(loss);
    }
    return average.variance;
  };
}

/** The variance expected next; the window's residuals whenever the parameters were fitted anew. */
function garchWalk(window: number, refit: number) {
  let parameters: GarchParameters | undefined;
  let next = 0;
  let seen = 0;
  let fittedAt = 0;
  return (history: Float64Array): { readonly next: number; readonly residuals?: Float64Array } => {
    if (parameters === undefined || history.length - fittedAt >= refit) {
      const recent = history.slice(-window);
      seen = fittedAt = history.length;
      // A window in which nothing moved has no volatility, and says nothing of how it comes and goes.
      if (recent.every((loss) => loss === recent[0])) {
        parameters ??= { omega: 0, alpha: 0.06, beta: 0.94 };
        next = recent[0] * recent[0];
        return { next, residuals: recent.fill(0) };
      }
      parameters = fitGarch(recent).parameters;
      const filtered = garchFilter(recent, parameters);
      next = filtered.next;
      return { next, residuals: standardised(recent, filtered.variances) };
    }
    for (; seen < history.length; seen++)
      next = parameters.omega + parameters.alpha * history[seen] * history[seen] + parameters.beta * next;
    return { next };
  };
}
