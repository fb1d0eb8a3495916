// Halts when open interest falls too fast: positions are being destroyed, whatever the price says.

import { duration, fraction } from '../base/params.ts';
import type { Micros } from '../base/units.ts';
import { RollingExtremes } from '../estimators/rolling-extremes.ts';
import { breakerKind, type BreakerRule, type Nearness, type MarkSample, type Trip } from './breaker.ts';

export const openInterestDrop = breakerKind({
  kind: 'open-interest-drop',
  doc: 'Halts when open interest has fallen too far within a rolling window.',
  params: {
    window: duration('5m', 'The rolling window.', { min: 1 }),
    drop: fraction('5%', 'The fall from the highest of the window that halts.', { min: 0.000001, max: 1 }),
    halt: duration('5m', 'How long trading stops.', { min: 1 }),
  },
  create: ({ window, drop, halt }) => new OpenInterestDrop(window, drop, halt),
});

class OpenInterestDrop implements BreakerRule {
  private readonly interest: RollingExtremes;
  private readonly drop: number;
  private readonly halt: Micros;

  constructor(window: Micros, drop: number, halt: Micros) {
    this.interest = new RollingExtremes(window);
    this.drop = drop;
    this.halt = halt;
  }

  marked({ openInterest, at }: MarkSample): Trip | null {
    this.interest.push(openInterest, at);
    const { greatest } = this.interest;
    return greatest > 0 && (greatest - openInterest) * 1_000_000 >= Math.round(this.drop * 1_000_000) * greatest
      ? { action: 'halt', duration: this.halt, reference: greatest }
      : null;
  }

  nearness({ openInterest }: MarkSample): Nearness | null {
    const { greatest } = this.interest;
    return greatest > 0 ? { now: Math.max(0, 1 - openInterest / greatest), trips: this.drop, unit: 'share' } : null;
  }

  reopened(): void {
    this.interest.clear();
  }
}
