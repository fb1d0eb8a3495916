// Halts when highest and lowest trade of a rolling window are too far apart (an hourly range, say).

import { duration, fraction } from '../base/params.ts';
import type { Micros, Ticks } from '../base/units.ts';
import { RollingExtremes } from '../estimators/rolling-extremes.ts';
import { breakerKind, movedBy, movedTo, type BreakerRule, type Nearness, type Levels, type Trip } from './breaker.ts';

export const rollingRange = breakerKind({
  kind: 'rolling-range',
  doc: 'Halts when the highest and the lowest trade of a rolling window are too far apart.',
  params: {
    window: duration('1h', 'The rolling window.', { min: 1 }),
    range: fraction('10%', 'Highest ÷ lowest − 1 that halts.', { min: 0.000001 }),
    halt: duration('15m', 'How long trading stops.', { min: 1 }),
  },
  create: ({ window, range, halt }) => new RollingRange(window, range, halt),
});

class RollingRange implements BreakerRule {
  private readonly prices: RollingExtremes;
  private readonly plainRange: number;
  private range: number;
  private readonly halt: Micros;

  constructor(window: Micros, range: number, halt: Micros) {
    this.prices = new RollingExtremes(window);
    this.plainRange = this.range = range;
    this.halt = halt;
  }

  traded(price: Ticks, at: Micros): Trip | null {
    this.prices.push(price, at);
    const { least, greatest } = this.prices;
    return movedBy(greatest, least, this.range) ? { action: 'halt', duration: this.halt, reference: least } : null;
  }

  widen(factor: number): void {
    this.range = factor * this.plainRange;
  }

  levels(): Levels | null {
    const { least, greatest } = this.prices;
    return this.prices.isEmpty
      ? null
      : {
          low: Math.floor((greatest * 1_000_000) / (1_000_000 + Math.round(this.range * 1_000_000))),
          high: movedTo(least, this.range).high,
        };
  }

  nearness(): Nearness | null {
    const { least, greatest } = this.prices;
    return Number.isNaN(least) ? null : { now: greatest / least - 1, trips: this.range, unit: 'share' };
  }

  reopened(): void {
    this.prices.clear();
  }
}
