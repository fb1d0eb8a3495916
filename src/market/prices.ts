// The mark: the price at which accounts are valued, by each venue's formula from index, book and trades. Beside it stands
// the mark as it would be without what liquidations did to book and trades, out of the same formula and windows.

import { expm1 } from '../base/math.ts';
import { mulDivFloor, mulDivRound } from '../base/rounding.ts';
import { PPM, type Micros, type Ppm, type Ticks } from '../base/units.ts';
import { RollingMean } from '../estimators/rolling-mean.ts';

export type MarkKind = 'median' | 'basis-average' | 'ema-basis' | 'funding-basis' | 'book-median' | 'index' | 'last';

export interface MarkOptions {
  /**
   * - `median`: of the index with the funding still to come, the index plus the average basis, and the last price (Binance).
   * - `basis-average`: index plus the average basis.
   * - `ema-basis`: index plus an exponential average of the basis (Deribit).
   * - `funding-basis`: index with the funding still to come (BitMEX).
   * - `book-median`: median of the index plus an exponential average of the basis, the median of best bid, best ask and last
   *   price, and an exponential average of that five times as fast (Hyperliquid where no other venue's price is known).
   * - `index`, `last`: that price.
   */
  readonly kind: MarkKind;
  /** How many updates the average of the basis spans; of an exponential average its time constant in updates. */
  readonly samples: number;
  /** For `basis-average` and `ema-basis`, the furthest the mark may be from the index; 0 means no bound. */
  readonly clamp: Ppm;
}

/** What the mark is made of at one instant. Mid and parts may lie between ticks; the basis counts in half ticks. */
export interface MarkInputs {
  readonly index: Ticks;
  readonly mid: number;
  readonly last: Ticks;
  /** Best prices of the book; the mid where a side is empty. */
  readonly bid: number;
  readonly ask: number;
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
  /** Of the book's own median, in half ticks: for `book-median`. */
  private readonly book: EmaBasis | undefined;
  private readonly bookWithout: EmaBasis | undefined;

  constructor({ kind, samples, clamp }: MarkOptions) {
    this.kind = kind;
    this.clamp = clamp;
    const exponential = kind === 'ema-basis' || kind === 'book-median';
    const average = (): BasisAverage => (exponential ? new EmaBasis(samples) : new WindowBasis(samples));
    this.basis = average();
    this.basisWithout = average();
    this.book = kind === 'book-median' ? new EmaBasis(samples / 5) : undefined;
    this.bookWithout = kind === 'book-median' ? new EmaBasis(samples / 5) : undefined;
  }

  /** One sample of the basis, and the mark with it. Everything that is not whole is rounded to the nearest, halves away from 0. */
  update(inputs: MarkInputs): void {
    const halves = Math.round(2 * (inputs.mid - inputs.index));
    this.basis.push(halves);
    this.basisWithout.push(halves - Math.round(2 * inputs.midPart));
    this.mark = this.formula(inputs, this.basis.ticks(), inputs.last, 0, this.book);
    this.markWithoutLiquidations = this.formula(
      inputs,
      this.basisWithout.ticks(),
      inputs.last - Math.round(inputs.lastPart),
      inputs.midPart,
      this.bookWithout,
    );
  }

  private formula(inputs: MarkInputs, basis: Ticks, last: Ticks, midPart: number, book: EmaBasis | undefined): Ticks {
    const { index } = inputs;
    switch (this.kind) {
      case 'index':
        return index;
      case 'last':
        return Math.max(1, last);
      case 'median':
        return Math.max(1, median(withFunding(inputs), index + basis, last));
      case 'funding-basis':
        return Math.max(1, withFunding(inputs));
      case 'book-median': {
        const own = median(inputs.bid - midPart, inputs.ask - midPart, last);
        book!.push(Math.round(2 * own));
        return Math.max(1, Math.round(median(index + basis, own, book!.ticks())));
      }
      default: {
        const bound = this.clamp === 0 ? Infinity : mulDivFloor(index, this.clamp, PPM);
        return Math.max(1, index + Math.max(-bound, Math.min(bound, basis)));
      }
    }
  }
}

/** The index with what funding will have added by the time it is paid. */
function withFunding({ index, fundingRate, timeToFunding, fundingInterval }: MarkInputs): Ticks {
  // In millionths of a tick first: the whole product, with the time in micros, is too large.
  const fundingToCome = mulDivRound(index * fundingRate, timeToFunding, fundingInterval);
  return index + mulDivRound(fundingToCome, 1, PPM);
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
