// Coverage by weather and by year: a model may be right on average and wrong whenever it matters.

import { formatInstant } from '../base/calendar.ts';
import { kupiec } from './backtest-coverage.ts';

/** Volatility before a bar is measured over so many bars. */
const LOOK_BACK = 30;

export interface RegimeResult {
  /** `calm`, `middle`, `rough`: thirds of the judged bars by the volatility of the 30 bars before each. Or a year. */
  readonly regime: string;
  readonly observations: number;
  readonly exceedances: number;
  readonly expected: number;
  readonly p: number;
}

/** By regime, positions among the judged bars; `at` are the bars' instants, one for each loss. */
export function regimesOf(losses: Float64Array, at: Float64Array, window: number): ReadonlyMap<string, readonly number[]> {
  const count = losses.length - window;
  const before = Float64Array.from({ length: count }, (_, i) => {
    let squares = 0;
    for (let k = Math.max(0, window + i - LOOK_BACK); k < window + i; k++) squares += losses[k] * losses[k];
    return squares;
  });
  const order = Array.from({ length: count }, (_, i) => i).toSorted((a, b) => before[a] - before[b] || a - b);
  const third = (k: number): number => Math.round((k * count) / 3);
  const regimes = new Map<string, number[]>();
  for (const [k, name] of ['calm', 'middle', 'rough'].entries()) regimes.set(name, order.slice(third(k), third(k + 1)));
  for (let i = 0; i < count; i++) {
    const year = formatInstant(at[window + i]).slice(0, 4);
    const bars = regimes.get(year);
    if (bars === undefined) regimes.set(year, [i]);
    else bars.push(i);
  }
  return regimes;
}

export function regimeResults(regimes: ReadonlyMap<string, readonly number[]>, hits: Uint8Array, probability: number): RegimeResult[] {
  return [...regimes]
    .filter(([, bars]) => bars.length > 0)
    .map(([regime, bars]) => {
      const exceedances = bars.filter((bar) => hits[bar] === 1).length;
      const { p } = kupiec(exceedances, bars.length, probability);
      return { regime, observations: bars.length, exceedances, expected: bars.length * probability, p };
    });
}
