// Where a price is going: an exponentially weighted mean of its returns, of which only so much counts as is too much for
// chance. A fall of minutes is not a random walk, and whoever waits in it pays for that.

import { assert } from '../base/assert.ts';
import { exp } from '../base/math.ts';

export class Trend {
  private readonly rate: number;
  /** Σ w·t, Σ w·r, Σ w·r²/t, Σ w, Σ w²·t over returns r in t seconds each. */
  private time = 0;
  private moved = 0;
  private squares = 0;
  private weight = 0;
  private timeSquared = 0;

  /** `halfLife` in seconds. */
  constructor(halfLife: number) {
    assert(halfLife > 0, `a trend with a half-life of ${halfLife} s`);
    this.rate = Math.LN2 / halfLife;
  }

  /** A return over so many seconds, more than 0. */
  push(change: number, seconds: number): void {
    const decay = exp(-this.rate * seconds);
    this.time = decay * this.time + seconds;
    this.moved = decay * this.moved + change;
    this.squares = decay * this.squares + (change * change) / seconds;
    this.weight = decay * this.weight + 1;
    this.timeSquared = decay * decay * this.timeSquared + seconds;
    assert(this.squares >= 0, 'trend: a return is not a number');
  }

  /**
   * A second's move, shrunk towards 0 by what of it may be chance: m · max(0, 1 − (2 · s ÷ m)²), s the standard error of the
   * mean m. 0 for a random walk in most cases.
   */
  get slope(): number {
    if (this.time === 0 || this.moved === 0) return 0;
    const mean = this.moved / this.time;
    const variance = Math.max(0, this.squares / this.weight - (mean * mean * this.time) / this.weight);
    const error = (variance * this.timeSquared) / (this.time * this.time);
    return mean * Math.max(0, 1 - (4 * error) / (mean * mean));
  }

  /** By how much the price moves within so many seconds if the trend has died away by half after `lasts` of them. */
  expected(seconds: number, lasts: number): number {
    const { slope } = this;
    const rate = Math.LN2 / lasts;
    return slope === 0 ? 0 : (slope * (1 - exp(-rate * seconds))) / rate;
  }
}
