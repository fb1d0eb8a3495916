// Halts when two of the venue's prices no longer agree: mark and index (is the mark sane?), or last trade and index (is the
// oracle?), for longer than a moment.

import { choice, duration, fraction } from '../base/params.ts';
import type { Micros } from '../base/units.ts';
import { breakerKind, movedBy, type BreakerRule, type Nearness, type MarkSample, type Trip } from './breaker.ts';

export const priceDivergence = breakerKind({
  kind: 'price-divergence',
  doc: 'Halts when mark or last price stays too far from the index.',
  params: {
    price: choice(['mark', 'last'], 'mark', 'What is held against the index.'),
    threshold: fraction('5%', 'The distance that halts.', { min: 0.000001 }),
    lasting: duration('3s', 'For how long it must last.', { min: 0 }),
    halt: duration('5m', 'How long trading stops.', { min: 1 }),
  },
  create: ({ price, threshold, lasting, halt }) => new PriceDivergence(price, threshold, lasting, halt),
});

class PriceDivergence implements BreakerRule {
  private readonly price: 'mark' | 'last';
  private readonly plainThreshold: number;
  private threshold: number;
  private readonly lasting: Micros;
  private readonly halt: Micros;
  private since = -1;

  constructor(price: 'mark' | 'last', threshold: number, lasting: Micros, halt: Micros) {
    this.price = price;
    this.plainThreshold = this.threshold = threshold;
    this.lasting = lasting;
    this.halt = halt;
  }

  marked(sample: MarkSample): Trip | null {
    const { index, at } = sample;
    const price = sample[this.price];
    if (price === 0 || !movedBy(price, index, this.threshold)) {
      this.since = -1;
      return null;
    }
    if (this.since < 0) this.since = at;
    return at - this.since >= this.lasting ? { action: 'halt', duration: this.halt, reference: index } : null;
  }

  widen(factor: number): void {
    this.threshold = factor * this.plainThreshold;
  }

  nearness(sample: MarkSample): Nearness | null {
    const price = sample[this.price];
    return price === 0 ? null : { now: Math.abs(price / sample.index - 1), trips: this.threshold, unit: 'share' };
  }

  reopened(): void {
    this.since = -1;
  }
}
