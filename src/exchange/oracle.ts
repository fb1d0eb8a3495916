// Which price of an asset a venue counts: the one on its own books as it is, as it was, its average, or kept near the price
// elsewhere. On 10 October 2025 USDe, wBETH and BNSOL were counted at what they traded for on one venue's own books; the
// others are what such a venue may do instead.

import type { Micros, Ticks } from '../base/units.ts';

export interface OracleRules {
  readonly source: 'own' | 'lagged' | 'averaged' | 'clamped';
  /** How late `lagged` is, and over which time `averaged` averages. */
  readonly lag: Micros;
  /** How far `clamped` lets the own price be from the one elsewhere, as a fraction. */
  readonly band: number;
  /** Time between two prices. */
  readonly interval: Micros;
}

export class Oracle {
  private readonly rules: OracleRules;
  /** The last so many own prices, the oldest at `next` once all are there. */
  private readonly samples: Ticks[] = [];
  private readonly kept: number;
  private next = 0;

  constructor(rules: OracleRules) {
    this.rules = rules;
    const steps = Math.max(1, Math.round(rules.lag / rules.interval));
    this.kept = rules.source === 'lagged' ? steps + 1 : steps;
  }

  /** The price to count at, given that of the venue's own books and that elsewhere; called once an interval. */
  price(own: Ticks, elsewhere: Ticks): Ticks {
    const { source, band } = this.rules;
    if (source === 'own') return own;
    if (source === 'clamped') return Math.max(1, Math.round(Math.max(elsewhere * (1 - band), Math.min(elsewhere * (1 + band), own))));
    if (this.samples.length < this.kept) this.samples.push(own);
    else {
      this.samples[this.next] = own;
      this.next = (this.next + 1) % this.kept;
    }
    if (source === 'lagged') return this.samples[this.next];
    let sum = 0;
    for (const sample of this.samples) sum += sample;
    return Math.round(sum / this.samples.length);
  }
}
