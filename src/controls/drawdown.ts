// Margin that rises as the price falls (or, where one fears shorts, rises): what ad hoc margin calls of the 2010s did, and
// what multiplies the branching ratio of liquidations by 1 + θ (see docs/margin-procyclicality.md).

import { choice, duration, number } from '../base/params.ts';
import { RollingExtremes } from '../estimators/rolling-extremes.ts';
import { controlKind, type ControlRule, type ControlSample } from './control.ts';

export const drawdown = controlKind({
  kind: 'drawdown',
  doc: 'Margin grows with how far the price is below (above) the highest (lowest) of a time before.',
  params: {
    lookback: duration('1h', 'How far back the highest price counts.', { min: 1 }),
    slope: number('5', 'What a move of 100% adds to the factor: 5 adds 0.5 for a fall by 10%.', { min: 0, max: 10_000 }),
    of: choice(['falls', 'rises', 'both'], 'falls', 'Which moves count.'),
  },
  create: ({ lookback, slope, of }) => new Drawdown(new RollingExtremes(lookback), slope, of),
});

class Drawdown implements ControlRule {
  private readonly prices: RollingExtremes;
  private readonly slope: number;
  private readonly of: 'falls' | 'rises' | 'both';

  constructor(prices: RollingExtremes, slope: number, of: 'falls' | 'rises' | 'both') {
    this.prices = prices;
    this.slope = slope;
    this.of = of;
  }

  sampled({ at, mark }: ControlSample): number {
    this.prices.push(mark, at);
    const { least, greatest } = this.prices;
    const fall = this.of === 'rises' ? 0 : 1 - mark / greatest;
    const rise = this.of === 'falls' ? 0 : mark / least - 1;
    return 1 + this.slope * Math.max(fall, rise);
  }
}
