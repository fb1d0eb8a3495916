// The least and the greatest of the samples of the last so long, in constant time a sample: of each two samples, the earlier
// and less extreme can never matter again.

import type { Micros } from '../base/units.ts';

export class RollingExtremes {
  private readonly window: Micros;
  private readonly lows = new Monotonic(1);
  private readonly highs = new Monotonic(-1);

  constructor(window: Micros) {
    this.window = window;
  }

  /** `at` does not go back. A sample exactly `window` old still counts. */
  push(value: number, at: Micros): void {
    this.lows.push(value, at, at - this.window);
    this.highs.push(value, at, at - this.window);
  }

  get isEmpty(): boolean {
    return Number.isNaN(this.lows.first);
  }

  /** NaN while there is no sample. */
  get least(): number {
    return this.lows.first;
  }

  get greatest(): number {
    return this.highs.first;
  }

  clear(): void {
    this.lows.clear();
    this.highs.clear();
  }
}

/** Samples in time order, each more extreme than all before it would allow: the first is the extreme of the window. */
class Monotonic {
  private readonly sign: 1 | -1;
  private values: number[] = [];
  private times: Micros[] = [];
  private from = 0;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get first(): number {
    return this.from < this.values.length ? this.values[this.from] : NaN;
  }

  push(value: number, at: Micros, since: Micros): void {
    while (this.values.length > this.from && this.sign * this.values[this.values.length - 1] >= this.sign * value) {
      this.values.pop();
      this.times.pop();
    }
    this.values.push(value);
    this.times.push(at);
    while (this.times[this.from] < since) this.from++;
    if (this.from > 1_024 && this.from * 2 > this.times.length) {
      this.values = this.values.slice(this.from);
      this.times = this.times.slice(this.from);
      this.from = 0;
    }
  }

  clear(): void {
    this.values = [];
    this.times = [];
    this.from = 0;
  }
}
