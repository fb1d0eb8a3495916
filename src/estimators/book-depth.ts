// What a book can take: depth by distance, its shape, the cost of walking it, and how fast it comes back. Prices in any
// unit, sizes in contracts; one side of the book at a time.

import { assert } from '../base/assert.ts';
import { exp, ln, pow } from '../base/math.ts';

/** One side, best first: `prices` move away from the touch, `sizes` are what rests there. */
export interface BookSide {
  readonly prices: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
}

/** How far a level is from `reference`, as a fraction of it. */
function distance(price: number, reference: number): number {
  return Math.abs(price - reference) / reference;
}

/** Size within each of `distances` (fractions of `reference`) of the reference price, such as the mid. */
export function depthWithin({ prices, sizes }: BookSide, reference: number, distances: readonly number[]): number[] {
  return distances.map((limit) => {
    let total = 0;
    for (let i = 0; i < prices.length; i++) if (distance(prices[i], reference) <= limit) total += sizes[i];
    return total;
  });
}

export interface DepthProfile {
  /** Size within 1 % of the price, had the profile held that far. */
  readonly atOnePercent: number;
  /** Size within a distance d is atOnePercent × (d ÷ 1 %)^exponent: 1 is a flat book, 2 one that thickens linearly. */
  readonly exponent: number;
  /** Share of the variance of ln depth explained. */
  readonly rSquared: number;
  /** The farthest distance that was fitted: the book was not seen beyond. */
  readonly reach: number;
}

/**
 * The power law through cumulative depth, least squares of the logarithms at 20 distances evenly spaced in logarithms from
 * a twentieth of what the levels reach to all of it. Levels nearer than that are the quoting game, not depth.
 */
export function fitDepthProfile(side: BookSide, reference: number): DepthProfile {
  const { prices } = side;
  assert(prices.length >= 10, `a depth profile: ${prices.length} levels, at least 10 are needed`);
  const reach = distance(prices[prices.length - 1], reference);
  const distances = Array.from({ length: 20 }, (_, i) => (reach / 20) * pow(20, i / 19));
  const depths = depthWithin(side, reference, distances);
  const points = distances.flatMap((d, i) => (depths[i] > 0 ? [[ln(d), ln(depths[i])] as const] : []));
  assert(points.length >= 3, 'a depth profile: the levels are too few or too near each other');
  const { slope, intercept, rSquared } = leastSquares(points);
  return { atOnePercent: exp(intercept + slope * ln(0.01)), exponent: slope, rSquared, reach };
}

export interface Walk {
  /** Filled size; less than asked where the book ends. */
  readonly filled: number;
  /** Average price of what was filled; the best price for nothing. */
  readonly average: number;
  /** Price of the last level touched. */
  readonly worst: number;
}

/** What a market order of `size` would get. */
export function walkBook({ prices, sizes }: BookSide, size: number): Walk {
  let filled = 0;
  let paid = 0;
  let worst = prices[0];
  for (let i = 0; i < prices.length && filled < size; i++) {
    const take = Math.min(sizes[i], size - filled);
    filled += take;
    paid += take * prices[i];
    worst = prices[i];
  }
  return { filled, average: filled === 0 ? prices[0] : paid / filled, worst };
}

/**
 * The linear slope k of the book, price per contract: least squares through the origin of the distance of each level from
 * the best against the size before it, out to `within` (a fraction of the best price). A sweep of x then slips by k x ÷ 2.
 */
export function bookSlope({ prices, sizes }: BookSide, within: number): number {
  let products = 0;
  let squares = 0;
  let before = 0;
  for (let i = 0; i < prices.length && distance(prices[i], prices[0]) <= within; i++) {
    products += before * Math.abs(prices[i] - prices[0]);
    squares += before * before;
    before += sizes[i];
  }
  return squares === 0 ? 0 : products / squares;
}

export interface Resilience {
  /** Time in which half of what was taken is back, in the unit of `times`; Infinity where it does not come back. */
  readonly halfLife: number;
  /** Share of the variance of the logarithm explained. */
  readonly rSquared: number;
  /** Samples used: those before the depth was back. */
  readonly samples: number;
}

/**
 * How fast depth returns after a sweep. `times` since the sweep, ascending, `depths` at those times, `normal` the depth
 * before it. The gap is taken to close exponentially: least squares of ln((normal − depth) ÷ normal) on time, over the
 * samples up to the first that is back within `back` (a fraction of normal).
 */
export function depthResilience(times: ArrayLike<number>, depths: ArrayLike<number>, normal: number, back = 0.02): Resilience {
  assert(normal > 0 && times.length === depths.length, 'resilience: a depth before the sweep, and one for each time after it');
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i < times.length && depths[i] < (1 - back) * normal; i++) points.push([times[i], ln((normal - depths[i]) / normal)]);
  if (points.length < 2) return { halfLife: points.length === 0 ? 0 : Infinity, rSquared: 1, samples: points.length };
  const { slope, rSquared } = leastSquares(points);
  return { halfLife: slope < 0 ? -Math.LN2 / slope : Infinity, rSquared, samples: points.length };
}

function leastSquares(points: readonly (readonly [x: number, y: number])[]) {
  const n = points.length;
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0] / n;
    y += point[1] / n;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const point of points) {
    xx += (point[0] - x) * (point[0] - x);
    xy += (point[0] - x) * (point[1] - y);
    yy += (point[1] - y) * (point[1] - y);
  }
  const slope = xx === 0 ? 0 : xy / xx;
  return { slope, intercept: y - slope * x, rSquared: yy === 0 ? 1 : (slope * xy) / yy };
}
