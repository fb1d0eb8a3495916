// The funding rate: what holds a perpetual to its index. The premium is sampled through the interval, and what longs pay
// shorts at its end follows from the average (Binance and others): F = P + clamp(I − P, ±c), within a cap.

import { mulDivRound } from '../base/rounding.ts';
import { MICROS_PER_HOUR, type Micros, type Ppm, type Quote, type Ticks } from '../base/units.ts';

const EIGHT_HOURS: Micros = 8 * MICROS_PER_HOUR;
/** Premiums are kept in thousandths of a ppm: a tick of a price of 100,000.0 is a ppm. */
const PER_PPM = 1_000;
const PREMIUM_SCALE = 1_000_000 * PER_PPM;

export interface FundingRateOptions {
  /** I, for eight hours. */
  readonly interestRate: Ppm;
  /** c: as long as the average premium is within it of I, the rate is I. */
  readonly clamp: Ppm;
  /** The largest rate an interval, either way; 0 means no bound. */
  readonly cap: Ppm;
  /** What the estimate is before the first sample. */
  readonly initialRate: Ppm;
  /** The formula is for eight hours; a shorter interval pays its part of that. */
  readonly interval?: Micros;
  /** `linear`: the n-th sample of an interval counts n times (Binance); `equal`: all alike. */
  readonly weights?: 'linear' | 'equal';
}

/** (max(0, impactBid − index) − max(0, index − impactAsk)) ÷ index in 10⁻⁹; a price of 0 is a side without that depth. */
export function premium(index: Ticks, impactBid: Ticks, impactAsk: Ticks): number {
  const above = Math.max(0, impactBid - index);
  const below = impactAsk === 0 ? 0 : Math.max(0, index - impactAsk);
  return mulDivRound(above - below, PREMIUM_SCALE, index);
}

/** Binance: the notional at which impact prices are read, `numerator` (200 USDT) ÷ the initial margin rate at the greatest leverage. */
export function impactMarginNotional(numerator: Quote, maxLeverage: number): Quote {
  return numerator * maxLeverage;
}

export class FundingRate {
  private readonly options: Required<FundingRateOptions>;
  private samples = 0;
  private weights = 0;
  private weighted = 0;
  private rate: Ppm;

  constructor(options: FundingRateOptions) {
    this.options = { interval: EIGHT_HOURS, weights: 'linear', ...options };
    this.rate = options.initialRate;
  }

  /** Prices at which an order of the impact notional would fill on average; see `premium`. */
  sample(index: Ticks, impactBid: Ticks, impactAsk: Ticks): void {
    this.samples++;
    const weight = this.options.weights === 'linear' ? this.samples : 1;
    this.weights += weight;
    this.weighted += weight * premium(index, impactBid, impactAsk);
  }

  /** The rate if the interval ended now; until its first sample, that of the interval before. */
  estimate(): Ppm {
    if (this.samples === 0) return this.rate;
    const { interestRate, clamp, cap, interval } = this.options;
    const average = this.weighted / this.weights;
    const pull = Math.max(-clamp * PER_PPM, Math.min(clamp * PER_PPM, interestRate * PER_PPM - average));
    const rate = ((average + pull) * interval) / (EIGHT_HOURS * PER_PPM);
    const magnitude = Math.round(Math.abs(rate));
    const bounded = cap === 0 ? magnitude : Math.min(cap, magnitude);
    return rate < 0 ? 0 - bounded : bounded;
  }

  /** Ends the interval: its rate, longs to shorts, nearest ppm. */
  settle(): Ppm {
    this.rate = this.estimate();
    this.samples = 0;
    this.weights = 0;
    this.weighted = 0;
    return this.rate;
  }
}
