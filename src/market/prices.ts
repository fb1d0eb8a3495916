// The mark: the price at which accounts are valued, by each venue's formula from index, book and trades. Beside it stands
// the mark as it would be without what liquidations did to book and trades, out of the same formula and windows.

import { expm1 } from '../base/math.ts';
import { mulDivFloor, mulDivRound } from '../base/rounding.ts';
import { PPM, type Micros, type Ppm, type Ticks } from '../base/units.ts';
import { RollingMean } from '../estimators/rolling-mean.ts';

export interface MarkOptions {
  /**
   * - `median`: of the index with the funding still to come, the index plus the average basis, and the last price (Binance).
   * - `basis-average`: index plus the average basis.
   * - `ema-basis`: index plus an exponential average of the basis (Deribit).
   * - `index`, `last`: that price.
   */
  readonly kind: 'median' | 'basis-average' | 'ema-basis' | 'index' | 'last';
  /** How many updates the average of the basis spans; for `ema-basis` its time constant in updates. */
  readonly samples: number;
  /** For `basis-average` and `ema-basis`, the furthest the mark may be from the index; 0 means no bound. */
  readonly clamp: Ppm;
}

/** What the mark is made of at one instant. Mid and parts may lie between ticks; the basis counts in half ticks. */
export interface MarkInputs {
  readonly index: Ticks;
  readonly mid: number;
  readonly last: Ticks;
  /** How far liquidation flow has moved the mid, and the last price, from where they would be: signed. */
  readonly midPart: number;
  readonly lastPart: number;
  /** For one `fundingInterval`. */
  readonly fundingRate: Ppm;
  readonly timeToFunding: Micros;
  readonly fundingInterval: Micros;
}

export class MarkPrice {
  /** In ticks; 0 before the first update. */
  mark: Ticks = 0;
  /** Equal to `mark` wherever liquidations had no part in book and trades during the window. */
  markWithoutLiquidations: Ticks = 0;

  private readonly kind: MarkOptions['kind'];
  private readonly clamp: Ppm;
  private readonly basis: BasisAverage;
  private readonly basisWithout: BasisAverage;

  constructor({ kind, samples, clamp }: MarkOptions) {
    this.kind = kind;
    this.clamp = clamp;
    const average = (): BasisAverage => (kind === 'ema-basis' ? new EmaBasis(samples) : new WindowBasis(samples));
    this.basis = average();
    this.basisWithout = average();
  }

  /** One sample of the basis, and the mark with it. Everything that is not whole is rounded to the nearest, halves away from 0. */
  update(inputs: MarkInputs): void {
    const halves = Math.round(2 * (inputs.mid - inputs.index));
    this.basis.push(halves);
    this.basisWithout.push(halves - Math.round(2 * inputs.midPart));
    this.mark = this.formula(inputs, this.basis.ticks(), inputs.last);
    this.markWithoutLiquidations = this.formula(inputs, this.basisWithout.ticks(), inputs.last - Math.round(inputs.lastPart));
  }

  private formula({ index, fundingRate, timeToFunding, fundingInterval }: MarkInputs, basis: Ticks, last: Ticks): Ticks {
    switch (this.kind) {
      case 'index':
        return index;
      case 'last':
        return Math.max(1, last);
      case 'median': {
        // In millionths of a tick first: the whole product, with the time in micros, is too large.
        const fundingToCome = mulDivRound(index * fundingRate, timeToFunding, fundingInterval);
        return Math.max(1, median(index + mulDivRound(fundingToCome, 1, PPM), index + basis, last));
      }
      default: {
        const bound = this.clamp === 0 ? Infinity : mulDivFloor(index, this.clamp, PPM);
        return Math.max(1, index + Math.max(-bound, Math.min(bound, basis)));
      }
    }
  }
}

interface BasisAverage {
  push(halfTicks: number): void;
  /** The average, in whole ticks. */
  ticks(): Ticks;
}

class WindowBasis implements BasisAverage {
  private readonly window: RollingMean;

  constructor(samples: number) {
    this.window = new RollingMean(samples);
  }

  push(halfTicks: number): void {
    this.window.push(halfTicks);
  }

  ticks(): Ticks {
    return mulDivRound(this.window.sum, 1, 2 * this.window.count);
  }
}

class EmaBasis implements BasisAverage {
  private readonly weight: number;
  private average = NaN;

  constructor(samples: number) {
    this.weight = -expm1(-1 / samples);
  }

  push(halfTicks: number): void {
    if (Number.isNaN(this.average)) this.average = halfTicks;
    else this.average += this.weight * (halfTicks - this.average);
  }

  ticks(): Ticks {
    const magnitude = Math.round(Math.abs(this.average) / 2);
    return this.average < 0 ? 0 - magnitude : magnitude;
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
