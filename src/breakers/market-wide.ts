// Three levels below a fixed reference, each of which halts once: the US market-wide circuit breaker (7, 13 and 20 % below
// the previous close; 15 minutes, 15 minutes, the rest of the day).

import { duration, fraction } from '../base/params.ts';
import type { Micros, Ticks } from '../base/units.ts';
import { breakerKind, type BreakerRule, type Nearness, type Levels, type MarkSample, type Trip } from './breaker.ts';

export const marketWide = breakerKind({
  kind: 'market-wide',
  doc: 'Halts at three levels below the index at the start, each once; at the last for the rest of the run.',
  params: {
    first: fraction('7%', 'The first level.', { min: 0.000001, max: 1 }),
    second: fraction('13%', 'The second.', { min: 0.000001, max: 1 }),
    third: fraction('20%', 'The third.', { min: 0.000001, max: 1 }),
    halt: duration('15m', 'How long trading stops at the first and the second level.', { min: 1 }),
  },
  create: ({ first, second, third, halt }, { reference }) =>
    new MarketWide(marketWideLevels(reference, [first, second, third]), halt, reference),
});

/** Prices, in ticks: the highest that is at least so far below the reference, the level itself where it is a whole number. */
export function marketWideLevels(reference: Ticks, shares: readonly number[]): Ticks[] {
  return shares.map((share) => Math.floor((reference * (1_000_000 - Math.round(share * 1_000_000))) / 1_000_000));
}

class MarketWide implements BreakerRule {
  private readonly levelsBelow: readonly Ticks[];
  private readonly halt: Micros;
  private readonly reference: Ticks;
  private reached = 0;

  constructor(levels: readonly Ticks[], halt: Micros, reference: Ticks) {
    this.levelsBelow = levels;
    this.halt = halt;
    this.reference = reference;
  }

  levels(): Levels | null {
    return this.reached === this.levelsBelow.length ? null : { low: this.levelsBelow[this.reached], high: 0 };
  }

  traded(price: Ticks): Trip | null {
    let level = this.reached;
    while (level < this.levelsBelow.length && price <= this.levelsBelow[level]) level++;
    if (level === this.reached) return null;
    this.reached = level;
    return { action: 'halt', duration: level === this.levelsBelow.length ? 0 : this.halt, reference: this.reference };
  }

  /** To the next of its levels. */
  nearness({ last }: MarkSample): Nearness | null {
    const next = this.levelsBelow[this.reached];
    if (last === 0 || next === undefined) return null;
    return { now: Math.max(0, 1 - last / this.reference), trips: 1 - next / this.reference, unit: 'share' };
  }
}
