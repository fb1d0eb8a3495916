// Margin by what the options market expects: an index of implied volatility, scaled to the time that closing takes. It looks
// ahead where averages of the past look back, and is deaf to what this venue alone goes through.

import { duration, file, fraction, number } from '../base/params.ts';
import { assert } from '../base/assert.ts';
import { controlKind, YEAR, type ControlRule, type ControlSample, type VolatilityPoint } from './control.ts';

export const impliedVolatility = controlKind({
  kind: 'implied-volatility',
  doc: 'Margin = multiplier × implied volatility × √(horizon ÷ a year), the volatility a constant or read from a file.',
  params: {
    level: fraction('60%', 'Implied volatility a year where there is no file.', { min: 0.001, max: 100 }),
    file: file(
      '',
      'A CSV with the columns time_ms (milliseconds since 1970) and volatility (0.6 is 60% a year); each row holds until the next.',
    ),
    horizon: duration('10m', 'How long closing takes.', { min: 1 }),
    multiplier: number('3', 'How many standard deviations are covered.', { min: 0.01, max: 1000 }),
  },
  create: ({ level, horizon, multiplier }, { maintenance, impliedVolatility: points }) =>
    new ImpliedVolatility((multiplier * Math.sqrt(horizon / YEAR)) / maintenance, level, points),
});

class ImpliedVolatility implements ControlRule {
  private readonly factor: number;
  private readonly level: number;
  private readonly points: readonly VolatilityPoint[];
  /** The point that holds. */
  private row = -1;

  constructor(factor: number, level: number, points: readonly VolatilityPoint[]) {
    this.factor = factor;
    this.level = level;
    this.points = points;
    assert(
      points.every(({ at }, i) => i === 0 || at > points[i - 1].at),
      'implied volatility: points must be in the order of time',
    );
  }

  sampled({ at }: ControlSample): number | null {
    const { points } = this;
    if (points.length === 0) return this.factor * this.level;
    while (this.row + 1 < points.length && points[this.row + 1].at <= at) this.row++;
    return this.row < 0 ? null : this.factor * points[this.row].volatility;
  }
}
