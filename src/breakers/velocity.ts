// Halts when the price moved too far within a short time, whichever way (CME's velocity logic).

import { duration, fraction } from '../base/params.ts';
import type { Micros, Ticks } from '../base/units.ts';
import { RollingExtremes } from '../estimators/rolling-extremes.ts';
import { breakerKind, movedBy, movedTo, type BreakerRule, type Nearness, type Levels, type MarkSample, type Trip } from './breaker.ts';

export const velocity = breakerKind({
  kind: 'velocity',
  doc: 'Halts when a trade is too far from another within a short time before it.',
  params: {
    lookback: duration('1s', 'How far back it looks.', { min: 1 }),
    threshold: fraction('2%', 'The move that halts.', { min: 0.000001 }),
    halt: duration('5s', 'How long trading stops.', { min: 1 }),
  },
  create: ({ lookback, threshold, halt }) => new Velocity(lookback, threshold, halt),
});

class Velocity implements BreakerRule {
  private readonly prices: RollingExtremes;
  private readonly plainThreshold: number;
  private threshold: number;
  private readonly halt: Micros;

  constructor(lookback: Micros, threshold: number, halt: Micros) {
    this.prices = new RollingExtremes(lookback);
    this.plainThreshold = this.threshold = threshold;
    this.halt = halt;
  }

  traded(price: Ticks, at: Micros): Trip | null {
    this.prices.push(price, at);
    const { least, greatest } = this.prices;
    const reference = price - least >= greatest - price ? least : greatest;
    return movedBy(price, reference, this.threshold) ? { action: 'halt', duration: this.halt, reference } : null;
  }

  widen(factor: number): void {
    this.threshold = factor * this.plainThreshold;
  }

  levels(): Levels | null {
    const { least, greatest } = this.prices;
    if (this.prices.isEmpty) return null;
    // A move of the threshold from the farthest price within the look-back.
    return { low: movedTo(greatest, this.threshold).low, high: movedTo(least, this.threshold).high };
  }

  nearness({ last }: MarkSample): Nearness | null {
    const { least, greatest } = this.prices;
    if (last === 0 || Number.isNaN(least)) return null;
    return { now: Math.max(last / least - 1, 1 - last / greatest, 0), trips: this.threshold, unit: 'share' };
  }

  reopened(): void {
    this.prices.clear();
  }
}
