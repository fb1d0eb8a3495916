// Margin as value at risk: what a position loses over the time that closing it takes, but for the worst cases, read off the
// returns of a window as they were (historical simulation).

import { choice, count, duration, fraction, number } from '../base/params.ts';
import { ln } from '../base/math.ts';
import type { Micros } from '../base/units.ts';
import { SortedWindow } from '../estimators/sorted-window.ts';
import { sortedRisk } from '../estimators/tail-risk.ts';
import { controlKind, type ControlRule, type ControlSample } from './control.ts';

export const valueAtRisk = controlKind({
  kind: 'var',
  doc: 'Margin as the value at risk, or expected shortfall, of the last returns, either way, over the time that closing takes.',
  params: {
    window: count(240, 'How many returns, one an interval, it looks back on.', { min: 10, max: 100_000 }),
    confidence: fraction('99%', 'Of the losses, this share is covered.', { min: 0.5, max: 0.9999 }),
    horizon: duration('10m', 'How long closing takes: returns are scaled to it by the root of time.', { min: 1 }),
    multiplier: number('1', 'Margin rate ÷ value at risk.', { min: 0.01, max: 100 }),
    measure: choice(['var', 'expected-shortfall'], 'var', 'var: the quantile; expected-shortfall: the mean beyond it.'),
  },
  create: ({ window, confidence, horizon, multiplier, measure }, { interval, maintenance }) =>
    new ValueAtRisk({
      window,
      confidence,
      factor: (multiplier * rootOfTime(horizon, interval)) / maintenance,
      shortfall: measure === 'expected-shortfall',
    }),
});

function rootOfTime(horizon: Micros, interval: Micros): number {
  return Math.sqrt(horizon / interval);
}

class ValueAtRisk implements ControlRule {
  private readonly losses: SortedWindow;
  private readonly window: number;
  private readonly confidence: number;
  private readonly factor: number;
  private readonly shortfall: boolean;
  private price = 0;

  constructor({
    window,
    confidence,
    factor,
    shortfall,
  }: {
    readonly window: number;
    readonly confidence: number;
    readonly factor: number;
    readonly shortfall: boolean;
  }) {
    this.losses = new SortedWindow(window);
    this.window = window;
    this.confidence = confidence;
    this.factor = factor;
    this.shortfall = shortfall;
  }

  sampled({ mark }: ControlSample): number | null {
    // Longs lose by falls and shorts by rises: the margin is one, and is for whoever loses.
    if (this.price !== 0) this.losses.push(Math.abs(ln(mark / this.price)));
    this.price = mark;
    // A quantile needs its tail to be there at all; half a window is enough to begin with.
    if (this.losses.count * 2 < this.window) return null;
    const { valueAtRisk: quantile, expectedShortfall } = sortedRisk(this.losses.values, this.confidence);
    return this.factor * (this.shortfall ? expectedShortfall : quantile);
  }
}
