// A scenario's numbers from real ones: how the price moves, how deep the book is, how often somebody trades. Every number
// comes with its method and with how well it fits, because a scenario is believed as far as these are.

import { assert } from '../base/assert.ts';
import { ln, pow } from '../base/math.ts';
import { MICROS_PER_SECOND, MICROS_PER_YEAR } from '../base/units.ts';
import { bookSlope, fitDepthProfile, type DepthProfile } from '../estimators/book-depth.ts';
import { hillExponent } from '../estimators/extreme-value.ts';
import { fitGarch, varianceHalfLife, type GarchFit } from '../estimators/garch.ts';
import { fitJumpDiffusion, jumpDistance, type JumpLaw } from '../estimators/jump-fit.ts';
import {
  annualised,
  garmanKlassVariance,
  parkinsonVariance,
  rogersSatchellVariance,
  yangZhangVariance,
} from '../estimators/range-volatility.ts';
import { bipowerVariance, realisedVariances, type RealisedScale } from '../estimators/realised-volatility.ts';
import type { BookSnapshot } from './calibrate-book.ts';
import type { PriceBars } from './price-bars.ts';

export interface PriceCalibration {
  /** The last close. */
  readonly price: number;
  /** What the index is to be: a random walk, with jumps where they are worth their parameters. */
  readonly kind: 'geometric-brownian' | 'jump-diffusion';
  /** Over a year, as a fraction; between jumps where there are some. */
  readonly volatility: number;
  readonly jumps: { readonly perYear: number; readonly mean: number; readonly deviation: number } | null;
  readonly quality: {
    readonly returns: number;
    /** So many bars were added up to one return, where there were too many. */
    readonly barsPerReturn: number;
    /** Akaike's criterion of the plain walk less that of the one with jumps: above 10 the jumps are well earned. */
    readonly informationGain: number;
    /** Kolmogorov and Smirnov: the greatest distance between the returns and what was fitted. */
    readonly distance: number;
    readonly converged: boolean;
    /** As many jumps as are allowed, one in 20 returns: more would fit better, standing in for clustering. */
    readonly atBound: boolean;
  };
  /** Annual volatility by other methods, as fractions; ranges only where the bars have them. */
  readonly others: Readonly<Record<string, number>>;
  readonly scales: readonly RealisedScale[];
  readonly garch: GarchFit;
  /** Steps in which half of a burst of volatility is over. */
  readonly garchHalfLife: number;
  /** Exponent of the tail of the absolute returns, from the largest 5 %. */
  readonly tail: { readonly exponent: number; readonly error: number };
}

/** Market makers whose ladders together are the book that was seen. */
export interface DepthCalibration {
  readonly bids: DepthProfile;
  readonly asks: DepthProfile;
  /** Half of the spread, as a fraction of the mid. */
  readonly halfSpread: number;
  /** Price a contract, within a tenth of a percent: mean of both sides. */
  readonly slope: number;
  readonly ladder: {
    readonly makers: number;
    readonly levels: number;
    readonly touch: number;
    readonly growth: number;
    readonly reach: number;
  };
}

export interface ArrivalCalibration {
  readonly tradesPerSecond: number;
  readonly meanSize: number;
  /** Noise traders whose market orders come at this rate. */
  readonly traders: number;
  readonly marketShare: number;
  /** Mean micros between the orders of one. */
  readonly interval: number;
}

export interface Calibration {
  readonly price: PriceCalibration;
  readonly depth: DepthCalibration | null;
  /** Null where the bars do not tell the number of trades and their volume. */
  readonly arrivals: ArrivalCalibration | null;
}

/** More returns say little more, and take long. */
const MOST_RETURNS = 20_000;
/** Fewer say nothing about jumps. */
export const FEWEST_RETURNS = 60;
/** Of returns, at most this share may hold a jump: what happens every week is weather. */
const MOST_JUMPS = 0.05;

/** `bars` must be more than `FEWEST_RETURNS` and move. */
export function calibrate(bars: PriceBars, book?: BookSnapshot): Calibration {
  return {
    price: calibratePrice(bars),
    depth: book === undefined ? null : calibrateDepth(book),
    arrivals: calibrateArrivals(bars),
  };
}

function calibratePrice(bars: PriceBars): PriceCalibration {
  const { close, interval } = bars;
  const single = Float64Array.from({ length: close.length - 1 }, (_, i) => ln(close[i + 1] / close[i]));
  assert(single.length >= FEWEST_RETURNS, `a calibration from ${single.length} returns`);
  const barsPerReturn = Math.ceil(single.length / MOST_RETURNS);
  const returns = addedUp(single, barsPerReturn);
  const perYear = MICROS_PER_YEAR / (interval * barsPerReturn);
  const { law, logLikelihood, plainLogLikelihood, converged, atBound } = fitJumpDiffusion(returns, MOST_JUMPS);
  const informationGain = 2 * (logLikelihood - plainLogLikelihood) - 2 * 3;
  const jumps = informationGain > 10;
  const plain = plainLaw(returns);
  const used = jumps ? law : plain;
  const barsPerYear = MICROS_PER_YEAR / interval;
  const scales = [1, 2, 5, 10, 20, 60].filter((scale) => scale * 20 <= single.length);
  const garch = fitGarch(returns);
  const sizes = returns.map(Math.abs);
  return {
    price: close[close.length - 1],
    kind: jumps ? 'jump-diffusion' : 'geometric-brownian',
    volatility: annualised(used.deviation * used.deviation, perYear),
    jumps: jumps ? { perYear: law.intensity * perYear, mean: law.jumpMean, deviation: law.jumpDeviation } : null,
    quality: { returns: returns.length, barsPerReturn, informationGain, distance: jumpDistance(returns, used), converged, atBound },
    others: {
      'close to close': annualised(plain.deviation * plain.deviation, perYear),
      'bipower, jumps left out': annualised(bipowerVariance(returns), perYear),
      ...(bars.ranged && rangeVolatilities(bars, barsPerYear)),
    },
    scales: realisedVariances(single, scales),
    garch,
    garchHalfLife: varianceHalfLife(garch.parameters),
    tail: hillExponent(sizes, Math.max(5, Math.floor(sizes.length / 20))),
  };
}

function rangeVolatilities({ open, high, low, close }: PriceBars, barsPerYear: number): Record<string, number> {
  const bars = Array.from(close, (last, i) => ({ open: open[i], high: high[i], low: low[i], close: last }));
  return {
    Parkinson: annualised(parkinsonVariance(bars), barsPerYear),
    'Garman–Klass': annualised(garmanKlassVariance(bars), barsPerYear),
    'Rogers–Satchell': annualised(rogersSatchellVariance(bars), barsPerYear),
    'Yang–Zhang': annualised(yangZhangVariance(bars).variance, barsPerYear),
  };
}

/** Sums of `size` returns each; what is left at the end is left out. */
function addedUp(returns: Float64Array, size: number): Float64Array {
  if (size === 1) return returns;
  return Float64Array.from({ length: Math.floor(returns.length / size) }, (_, i) => {
    let total = 0;
    for (let k = i * size; k < (i + 1) * size; k++) total += returns[k];
    return total;
  });
}

function plainLaw(returns: Float64Array): JumpLaw {
  const n = returns.length;
  let mean = 0;
  for (const value of returns) mean += value / n;
  let variance = 0;
  for (const value of returns) variance += ((value - mean) * (value - mean)) / (n - 1);
  return { mean, deviation: Math.sqrt(variance), intensity: 0, jumpMean: 0, jumpDeviation: 0 };
}

const MAKERS = 10;
/** Orders on each side of a maker; the fourth of eight lies at (3 ÷ 7)² of their reach. */
const LEVELS = 8;
const FOURTH = 49 / 9;
/** A ladder reaches at least so far, by the profile where the book was not seen. */
const LEAST_REACH = 0.01;

function calibrateDepth({ bids, asks, mid }: BookSnapshot): DepthCalibration {
  const below = fitDepthProfile(bids, mid);
  const above = fitDepthProfile(asks, mid);
  const exponent = (below.exponent + above.exponent) / 2;
  const reach = Math.min(0.05, Math.max(LEAST_REACH, below.reach, above.reach));
  const growth = growthFor(exponent);
  const total = ((below.atOnePercent + above.atOnePercent) / 2) * pow(reach / 0.01, exponent);
  const touch = growth === 1 ? total / LEVELS : (total * (growth - 1)) / (pow(growth, LEVELS) - 1);
  return {
    bids: below,
    asks: above,
    halfSpread: (asks.prices[0] - bids.prices[0]) / 2 / mid,
    slope: (bookSlope(bids, 0.001) + bookSlope(asks, 0.001)) / 2,
    ladder: { makers: MAKERS, levels: LEVELS, touch: touch / MAKERS, growth, reach },
  };
}

/**
 * Orders that grow by this factor have, at the fourth of eight and at the last, depths in the ratio of the power law:
 * (growth⁸ − 1) ÷ (growth⁴ − 1) = growth⁴ + 1 = (49 ÷ 9)^exponent.
 */
function growthFor(exponent: number): number {
  return Math.min(4, Math.max(1, Math.sqrt(Math.sqrt(Math.max(1, pow(FOURTH, exponent) - 1)))));
}

function calibrateArrivals({ volume, trades, interval }: PriceBars): ArrivalCalibration | null {
  if (volume === undefined || trades === undefined) return null;
  let count = 0;
  let coins = 0;
  for (let i = 0; i < trades.length; i++) {
    if (!(trades[i] >= 0 && volume[i] >= 0)) return null;
    count += trades[i];
    coins += volume[i];
  }
  if (count === 0 || coins === 0) return null;
  const tradesPerSecond = count / ((trades.length * interval) / MICROS_PER_SECOND);
  const traders = 120;
  const marketShare = 0.15;
  return {
    tradesPerSecond,
    meanSize: coins / count,
    traders,
    marketShare,
    interval: Math.max(1, Math.round(((traders * marketShare) / tradesPerSecond) * MICROS_PER_SECOND)),
  };
}
