// The last so many samples in order of size, so that a quantile of them is one look and a new sample costs a shift instead
// of a sort.

import { assert } from '../base/assert.ts';

export class SortedWindow {
  private readonly samples: Float64Array;
  private readonly sorted: Float64Array;
  private at = 0;
  /** How many samples there are, at most the window's size. */
  count = 0;

  constructor(size: number) {
    assert(size >= 1, `a window of ${size}`);
    this.samples = new Float64Array(size);
    this.sorted = new Float64Array(size);
  }

  /** Takes the place of the oldest sample when the window is full. */
  push(sample: number): void {
    assert(!Number.isNaN(sample), 'a sorted window: a sample is not a number');
    if (this.count === this.samples.length) this.remove(this.samples[this.at]);
    const place = this.placeOf(sample);
    this.sorted.copyWithin(place + 1, place, this.count);
    this.sorted[place] = sample;
    this.count++;
    this.samples[this.at] = sample;
    this.at = this.at + 1 === this.samples.length ? 0 : this.at + 1;
  }

  /** The least first; valid until the next push. */
  get values(): Float64Array {
    return this.sorted.subarray(0, this.count);
  }

  private remove(sample: number): void {
    const place = this.placeOf(sample);
    this.sorted.copyWithin(place, place + 1, this.count);
    this.count--;
  }

  /** Where a sample stands or would stand: before all that are not smaller. */
  private placeOf(sample: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle] < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
