// Bars of a price whose law is known, for whoever claims to measure it.

import { exp } from '../../src/base/math.ts';
import { createRng } from '../../src/base/random.ts';
import type { PriceBars } from '../../src/study/price-bars.ts';

const DAY = 86_400_000_000;
/** 2020-01-01. */
const START = 1_577_836_800_000_000;

/** Daily bars from logarithmic returns; highs and lows bound open and close by a little. */
export function barsFrom(returns: ArrayLike<number>, first = 100): PriceBars {
  const count = returns.length + 1;
  const close = new Float64Array(count);
  const open = new Float64Array(count);
  let log = 0;
  close[0] = open[0] = first;
  for (let i = 1; i < count; i++) {
    open[i] = close[i - 1];
    close[i] = first * exp((log += returns[i - 1]));
  }
  return {
    file: 'simulated',
    at: Float64Array.from({ length: count }, (_, i) => START + i * DAY),
    open,
    high: open.map((price, i) => 1.001 * Math.max(price, close[i])),
    low: open.map((price, i) => 0.999 * Math.min(price, close[i])),
    close,
    ranged: true,
    interval: DAY,
    repaired: [],
  };
}

/** The same bars as a CSV file would have them. */
export function csvOf({ at, open, high, low, close }: PriceBars): string {
  const rows = Array.from(at, (micros, i) => [micros / 1_000, open[i], high[i], low[i], close[i]].join(','));
  return `open_time_ms,open,high,low,close\n${rows.join('\n')}\n`;
}

/** Independent normal returns. */
export function normalReturns(name: string, count: number, deviation: number): Float64Array {
  const rng = createRng(name);
  return Float64Array.from({ length: count }, () => deviation * rng.normal());
}

export interface GarchLaw {
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Returns whose volatility clusters. */
export function garchReturns(name: string, count: number, { omega, alpha, beta }: GarchLaw): Float64Array {
  const rng = createRng(name);
  let variance = omega / (1 - alpha - beta);
  return Float64Array.from({ length: count }, () => {
    const change = Math.sqrt(variance) * rng.normal();
    variance = omega + alpha * change * change + beta * variance;
    return change;
  });
}
