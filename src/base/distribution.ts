// Distributions a parameter may be written as, such as `{ lognormal: { median: 0.05, sigma: 1.2 }, max: 50 }`. Every draw
// is a quantile of one uniform number: exactly one step of the stream, and a larger median gives everybody more on the
// same draws, which is what paired comparisons want.

import { ln, normalQuantile, exp, pow } from './math.ts';
import type { Conversion } from './quantity.ts';
import type { Sampler } from './params.ts';
import type { Rng } from './random.ts';

/** From a uniform number strictly between 0 and 1 to a value. */
export type Quantile = (u: number) => number;

/** What a distribution is given: `own` is a value of the parameter, `spread` only has its unit, `number` is plain. */
interface Argument {
  readonly name: string;
  readonly unit: 'own' | 'spread' | 'number';
  /** Must be > 0. */
  readonly positive?: boolean;
}

export interface Distribution {
  readonly name: string;
  readonly doc: string;
  /** Named arguments, or `two` / `many` values in a list. */
  readonly form: readonly Argument[] | 'two' | 'many';
  quantile(values: readonly number[], weights: readonly number[]): Quantile;
}

export const DISTRIBUTIONS: readonly Distribution[] = [
  {
    name: 'lognormal',
    doc: 'ln x is normal around ln median with standard deviation sigma',
    form: [
      { name: 'median', unit: 'own', positive: true },
      { name: 'sigma', unit: 'number', positive: true },
    ],
    quantile:
      ([median, sigma]) =>
      (u) =>
        median * exp(sigma * normalQuantile(u)),
  },
  {
    name: 'normal',
    doc: 'normal with this mean and standard deviation',
    form: [
      { name: 'mean', unit: 'own' },
      { name: 'sd', unit: 'spread', positive: true },
    ],
    quantile:
      ([mean, sd]) =>
      (u) =>
        mean + sd * normalQuantile(u),
  },
  {
    name: 'exponential',
    doc: 'exponential with this mean',
    form: [{ name: 'mean', unit: 'own', positive: true }],
    quantile:
      ([mean]) =>
      (u) =>
        -mean * ln(u),
  },
  {
    name: 'pareto',
    doc: 'P(x > y) = (least ÷ y)^alpha: a power-law tail',
    form: [
      { name: 'least', unit: 'own', positive: true },
      { name: 'alpha', unit: 'number', positive: true },
    ],
    quantile:
      ([least, alpha]) =>
      (u) =>
        least * pow(u, -1 / alpha),
  },
  {
    name: 'uniform',
    doc: 'uniform between the two values of a list',
    form: 'two',
    quantile:
      ([low, high]) =>
      (u) =>
        low + (high - low) * u,
  },
  {
    name: 'choice',
    doc: 'one value of a list, equally likely or by `weights`',
    form: 'many',
    quantile(values, weights) {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return (u) => {
        let left = u * total;
        for (let i = 0; i < values.length - 1; i++) {
          left -= weights[i];
          if (left < 0) return values[i];
        }
        return values[values.length - 1];
      };
    },
  },
];

/** In (0, 1): alea's values are k ÷ 2^32, and the middle of each step is taken. */
const HALF_STEP = 1 / 8_589_934_592;

/** Draws in the unit people write, clips to [low, high], and converts to ours. */
export class DistributionSampler implements Sampler {
  private readonly quantile: Quantile;
  private readonly low: number;
  private readonly high: number;
  private readonly factor: number;
  private readonly whole: boolean;
  private readonly least: number;

  constructor(quantile: Quantile, low: number, high: number, conversion: Conversion) {
    this.quantile = quantile;
    this.low = low;
    this.high = high;
    this.factor = conversion.factor.toNumber();
    this.whole = conversion.whole;
    this.least = conversion.least;
  }

  draw(rng: Rng): number {
    const value = Math.min(Math.max(this.quantile(rng.next() + HALF_STEP), this.low), this.high);
    const converted = value * this.factor;
    const result = this.whole ? Math.round(converted) : converted;
    return (value > 0 && result < this.least ? this.least : result) + 0;
  }
}

/** A constant is a sampler too; it draws nothing. */
export class ConstantSampler implements Sampler {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  draw(_rng: Rng): number {
    return this.value;
  }
}
