// A band around a rolling reference, as in the US limit-up-limit-down plan: a trade at its edge begins a limit state, in
// which nothing trades beyond it; if no trade comes back inside in time, trading pauses.

import { duration, fraction } from '../base/params.ts';
import { PPM, type Micros, type Ticks } from '../base/units.ts';
import { priceBand } from '../market/price-band.ts';
import { WIDEST, breakerKind, movedBy, type BreakerRule, type Nearness, type Levels, type MarkSample, type Trip } from './breaker.ts';

export const priceBandRule = breakerKind({
  kind: 'price-band',
  doc: 'Limits trading to a band around the mean of recent trades, and pauses when the price stays at its edge.',
  params: {
    width: fraction('5%', 'How far the band reaches, each way.', { min: 0.000001, max: 0.99 }),
    window: duration('5m', 'Whose trades make the reference.', { min: 1 }),
    replaceAt: fraction('1%', 'The reference moves when the mean is at least so far from it.', { min: 0 }),
    grace: duration('15s', 'How long the price may stay at the edge.', { min: 1 }),
    pause: duration('5m', 'How long trading stops then.', { min: 1 }),
  },
  create: ({ width, window, replaceAt, grace, pause }, { reference }) =>
    new PriceBandRule(new BandReference(reference, window, replaceAt), width, grace, pause),
});

/** The mean of the trades of a window; the reference follows it in steps only. */
export class BandReference {
  /** In ticks; may be no whole number. */
  price: number;
  private readonly window: Micros;
  private readonly replaceAt: number;
  private prices: Ticks[] = [];
  private times: Micros[] = [];
  private from = 0;
  private sum = 0;

  constructor(start: number, window: Micros, replaceAt: number) {
    this.price = start;
    this.window = window;
    this.replaceAt = replaceAt;
  }

  /** The mean of the window's trades: what the reference would be. */
  get proForma(): number {
    const count = this.prices.length - this.from;
    return count === 0 ? this.price : this.sum / count;
  }

  push(price: Ticks, at: Micros): void {
    this.prices.push(price);
    this.times.push(at);
    this.sum += price;
    while (this.times[this.from] < at - this.window) this.sum -= this.prices[this.from++];
    if (this.from > 1_024 && this.from * 2 > this.times.length) {
      this.prices = this.prices.slice(this.from);
      this.times = this.times.slice(this.from);
      this.from = 0;
    }
    // With the sum, and not the mean: at exactly the threshold nothing may depend on a rounding.
    const count = this.prices.length - this.from;
    if (movedBy(this.sum, this.price * count, this.replaceAt)) this.price = this.sum / count;
  }
}

class PriceBandRule implements BreakerRule {
  private readonly reference: BandReference;
  private readonly plainWidth: number;
  private width: number;
  private readonly grace: Micros;
  private readonly pause: Micros;
  private limited = false;

  constructor(reference: BandReference, width: number, grace: Micros, pause: Micros) {
    this.reference = reference;
    this.plainWidth = this.width = width;
    this.grace = grace;
    this.pause = pause;
  }

  traded(price: Ticks, at: Micros): Trip | null {
    // Judged by the band that stood before this trade.
    const reference = Math.round(this.reference.price);
    const { low, high } = this.levels();
    this.reference.push(price, at);
    const outside = price <= low || price >= high;
    if (outside === this.limited) return null;
    this.limited = outside;
    return outside
      ? { action: 'limit', duration: this.pause, grace: this.grace, reference, low, high }
      : { action: 'clear', duration: 0, reference };
  }

  widen(factor: number): void {
    this.width = Math.min(WIDEST, factor * this.plainWidth);
  }

  levels(): Levels {
    return priceBand(Math.round(this.reference.price), Math.round(this.width * PPM));
  }

  nearness({ last }: MarkSample): Nearness | null {
    return last === 0 ? null : { now: Math.abs(last / this.reference.price - 1), trips: this.width, unit: 'share' };
  }

  reopened(): void {
    this.limited = false;
  }
}
