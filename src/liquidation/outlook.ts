// What one price is expected to do, from what was published: how restless it is, where it is going, and what it comes back
// to. The index shows the last two, for forced orders do not move it. How far they have taken the mark from it comes back;
// what has not come back for long will not.

import { exp } from '../base/math.ts';
import type { Micros, Ticks } from '../base/units.ts';
import { decayOf, EwmaVolatility } from '../estimators/ewma-volatility.ts';
import { Trend } from '../estimators/trend.ts';

const SECOND = 1_000_000;
/** Fewer returns say nothing about volatility. */
const FEW = 10;

export interface OutlookOptions {
  /** Half-lives: of measured volatility, of the trend (0: none is looked for), of the usual distance of the mark from the index. */
  readonly halfLife: Micros;
  readonly trend: Micros;
  readonly reversion: Micros;
  readonly reference: 'index' | 'mark';
}

export class Outlook {
  private readonly byIndex: boolean;
  private readonly reversion: Micros;
  private readonly markReturns: EwmaVolatility;
  private readonly returns: EwmaVolatility;
  private readonly trend: Trend | undefined;
  private mark: Ticks;
  private index: Ticks;
  private at: Micros;
  /** Mark ÷ index − 1, as it usually is. */
  private basis = 0;

  constructor({ halfLife, trend, reversion, reference }: OutlookOptions, mark: Ticks, index: Ticks, at: Micros) {
    const decay = decayOf(halfLife, SECOND);
    this.byIndex = reference === 'index';
    this.reversion = reversion;
    this.markReturns = new EwmaVolatility({ decay, seedCount: 30 });
    this.returns = new EwmaVolatility({ decay, seedCount: 30 });
    this.trend = trend === 0 ? undefined : new Trend(trend / SECOND);
    this.mark = mark;
    this.index = index;
    this.at = at;
    this.basis = mark / index - 1;
  }

  observe(mark: Ticks, index: Ticks, at: Micros): void {
    if (at <= this.at) return;
    const seconds = (at - this.at) / SECOND;
    const moved = mark / this.mark - 1;
    const change = this.byIndex ? index / this.index - 1 : moved;
    this.markReturns.push(moved / Math.sqrt(seconds));
    this.returns.push(change / Math.sqrt(seconds));
    this.trend?.push(change, seconds);
    this.basis += (mark / index - 1 - this.basis) * (1 - exp((-Math.LN2 * (at - this.at)) / this.reversion));
    this.mark = mark;
    this.index = index;
    this.at = at;
  }

  /** Of the mark, over the square root of a second, as a fraction; undefined as long as too little was seen. */
  get sigma(): number | undefined {
    return this.markReturns.count < FEW ? undefined : this.markReturns.volatility;
  }

  /** Of what it comes back to: without what forced orders make of the mark. */
  get fairSigma(): number | undefined {
    return this.returns.count < FEW ? undefined : this.returns.volatility;
  }

  /** By how much of it the price moves within so many seconds, if its trend has died away by half after `lasts` of them. */
  expected(seconds: number, lasts: number): number {
    return this.trend?.expected(seconds, lasts) ?? 0;
  }

  /** What the price comes back to when nobody is forced to trade: the index, as far from it as the mark usually is. In ticks. */
  get fair(): number {
    return this.byIndex ? this.index * (1 + this.basis) : this.mark;
  }
}
