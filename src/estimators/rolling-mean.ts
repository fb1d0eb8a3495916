// The mean of the last so many samples. Whole numbers in give an exact sum, however long it runs.

export class RollingMean {
  private readonly samples: Float64Array;
  private at = 0;
  /** How many samples there are, at most the window's size. */
  count = 0;
  /** Of the samples in the window. */
  sum = 0;

  constructor(size: number) {
    this.samples = new Float64Array(size);
  }

  push(sample: number): void {
    this.sum += sample - this.samples[this.at];
    this.samples[this.at] = sample;
    this.at = this.at + 1 === this.samples.length ? 0 : this.at + 1;
    if (this.count < this.samples.length) this.count++;
  }

  /** 0 while there is no sample. */
  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}
