// Margin in proportion to volatility, as an exponential average sees it: RiskMetrics, and most of the margin models that
// clearing houses published before 2008.

import { choice, duration, fraction, number } from '../base/params.ts';
import { ln, pow } from '../base/math.ts';
import type { Micros } from '../base/units.ts';
import { decayOf, EwmaVolatility } from '../estimators/ewma-volatility.ts';
import { controlKind, DAY, type ControlRule, type ControlSample } from './control.ts';

export const volatilityScaled = controlKind({
  kind: 'volatility-scaled',
  doc: 'Margin in proportion to an exponential average of volatility.',
  params: {
    halfLife: duration('10m', 'After how long a move counts half as much.', { min: 1 }),
    reference: fraction('0%', 'Volatility a day at which margin is as the tiers say; 0%: what the warm-up measures.'),
    warmup: duration('20m', 'How long it only listens.', { min: 0 }),
    power: number('1', 'Factor = (volatility ÷ reference) to this power.', { min: 0.1, max: 4 }),
    of: choice(['mark', 'index'], 'mark', 'Whose volatility: that of the mark has the venue itself in it.'),
  },
  create: ({ halfLife, reference, warmup, power, of }, { interval }) =>
    new VolatilityScaled({ decay: decayOf(halfLife, interval), reference, warmup, power, of, interval }),
});

interface Settings {
  readonly decay: number;
  readonly reference: number;
  readonly warmup: Micros;
  readonly power: number;
  readonly of: 'mark' | 'index';
  readonly interval: Micros;
}

class VolatilityScaled implements ControlRule {
  private readonly settings: Settings;
  private readonly volatility: EwmaVolatility;
  private readonly seedCount: number;
  private reference: number;
  private since = -1;
  private price = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    // While it listens, all it hears counts alike.
    this.seedCount = Math.max(1, Math.floor(settings.warmup / settings.interval));
    this.volatility = new EwmaVolatility({ decay: settings.decay, seedCount: this.seedCount });
    this.reference = settings.reference;
  }

  sampled({ at, mark, index }: ControlSample): number | null {
    const { of, warmup, interval, power } = this.settings;
    const price = of === 'mark' ? mark : index;
    if (this.since < 0) this.since = at;
    else this.volatility.push(ln(price / this.price));
    this.price = price;
    if (at - this.since < warmup || this.volatility.count === 0) return null;
    const daily = this.volatility.volatility * Math.sqrt(DAY / interval);
    if (this.reference === 0) this.reference = daily;
    // A price that never moved gives no measure of what is much.
    return this.reference === 0 ? null : pow(daily / this.reference, power);
  }
}
