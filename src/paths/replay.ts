// What really happened: a path through real bars that opens, peaks, bottoms and closes as each bar did, and is drawn in
// between. A real crash contains the cascade of its time, so only a stated share of the move is fed in, and what comes
// after the low may be left to the simulated market.

import { assert } from '../base/assert.ts';
import { exp, ln, log1p } from '../base/math.ts';
import { choice, duration, file, fraction } from '../base/params.ts';
import type { Rng } from '../base/random.ts';
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, type Micros, type Ticks } from '../base/units.ts';
import { wholeTicks } from './grid.ts';
import { pathKind, type Bar, type Path } from './path.ts';

export const replay = pathKind({
  kind: 'replay',
  doc: 'Real price bars, seeded inside each bar and exact at its open, high, low and close.',
  params: {
    prices: file(undefined, 'Table of bars: CSV with open_time_ms, open, high, low, close.'),
    exogenousShare: fraction('100%', 'Share of the real move, in logarithms from the first open, that is fed in.', { min: 0, max: 2 }),
    aftermath: choice(['replay', 'hold', 'decline'], 'replay', 'After the lowest low: as it was, stay there, or fall on.'),
    decline: fraction('1%', 'For `decline`: fall in an hour.', { min: 0, max: 0.99 }),
    resolution: duration('1s', 'How often the price changes; at most a quarter of a bar.', { min: 1_000 }),
  },
  create(context, { exogenousShare, aftermath, decline, resolution }) {
    const { bars } = context;
    assert(bars !== undefined && bars.length > 0, 'replay: no bars');
    const points = new BarPoints(bars, resolution, context.rng('pins'), context.rng('inside'));
    const first = bars[0].open;
    const share = (price: Ticks): Ticks => (exogenousShare === 1 ? price : wholeTicks(first * exp(exogenousShare * ln(price / first))));
    return aftermath === 'replay'
      ? { memory: points, price: (at) => share(points.price(at)) }
      : afterLow(points, share, aftermath === 'hold' ? 0 : decline);
  },
});

/** As `points` up to its lowest low; from there falling by `decline` in an hour. */
function afterLow(points: BarPoints, share: (price: Ticks) => Ticks, decline: number): Path {
  const rate = log1p(-decline) / MICROS_PER_HOUR;
  return {
    memory: points,
    price(at) {
      const price = points.price(at);
      if (at < points.lowestAt) return share(price);
      const sinceLow = points.resolution * Math.floor((at - points.lowestAt) / points.resolution);
      return wholeTicks(share(points.lowest) * exp(rate * sinceLow));
    },
  };
}

/** A Brownian path of variance v over a bar has a mean squared range of 4 ln 2 × v (Parkinson 1980). */
const RANGE_PER_VARIANCE = 4 * Math.LN2;

/** The points of one bar at a time, each bar drawn once and in order. */
class BarPoints implements Path {
  readonly resolution: Micros;
  /** The lowest low of all bars, and from when on the path has touched it; Infinity until that bar is drawn. */
  readonly lowest: Ticks;
  lowestAt: Micros = Infinity;

  private readonly bars: readonly Bar[];
  private readonly lowestBar: number;
  private readonly pins: Rng;
  private readonly inside: Rng;
  private readonly points: Int32Array;
  private bar = -1;

  constructor(bars: readonly Bar[], resolution: Micros, pins: Rng, inside: Rng) {
    this.bars = bars;
    this.pins = pins;
    this.inside = inside;
    let width = bars.length > 1 ? Infinity : MICROS_PER_MINUTE;
    for (let i = 1; i < bars.length; i++) width = Math.min(width, bars[i].at - bars[i - 1].at);
    this.resolution = Math.min(resolution, Math.floor(width / 4));
    this.points = new Int32Array(Math.floor(width / this.resolution));
    let lowest = 0;
    for (let i = 1; i < bars.length; i++) if (bars[i].low < bars[lowest].low) lowest = i;
    this.lowest = bars[lowest].low;
    this.lowestBar = lowest;
  }

  /** Before the first bar its open; where bars are missing and after the last, the close before. */
  price(at: Micros): Ticks {
    while (this.bar + 1 < this.bars.length && this.bars[this.bar + 1].at <= at) this.draw(++this.bar);
    if (this.bar < 0) return this.bars[0].open;
    const point = Math.floor((at - this.bars[this.bar].at) / this.resolution);
    return this.points[Math.min(point, this.points.length - 1)];
  }

  private draw(index: number): void {
    const { open, high, low, close, at } = this.bars[index];
    const points = this.points;
    const last = points.length - 1;
    // Three draws a bar, needed or not.
    const order = this.pins.next();
    const one = 1 + this.pins.int(last - 1);
    let other = 1 + this.pins.int(last - 2);
    if (other >= one) other++;
    const inner = { high: high > Math.max(open, close), low: low < Math.min(open, close) };
    const lowFirst = inner.low && (!inner.high || order < lowFirstChance(this.bars[index]));
    const firstAt = inner.high && inner.low ? Math.min(one, other) : one;
    points[0] = open;
    let from = 0;
    let lowAt = open === low ? 0 : last;
    if (lowFirst) {
      this.bridge(from, firstAt, low, this.bars[index]);
      lowAt = from = firstAt;
    }
    if (inner.high) {
      const highAt = lowFirst ? Math.max(one, other) : firstAt;
      this.bridge(from, highAt, high, this.bars[index]);
      from = highAt;
    }
    if (inner.low && !lowFirst) {
      lowAt = Math.max(one, other);
      this.bridge(from, lowAt, low, this.bars[index]);
      from = lowAt;
    }
    this.bridge(from, last, close, this.bars[index]);
    if (index === this.lowestBar) this.lowestAt = at + lowAt * this.resolution;
  }

  /** From the price at point `from` to `target` at point `to`, wandering as widely as the bar did and never outside it. */
  private bridge(from: number, to: number, target: Ticks, { high, low }: Bar): void {
    const points = this.points;
    const deviation = (high - low) / Math.sqrt(RANGE_PER_VARIANCE * points.length);
    let price = points[from];
    for (let i = from + 1; i < to; i++) {
      const left = to - i + 1;
      price += (target - price) / left + deviation * Math.sqrt((left - 1) / left) * this.inside.normal();
      if (price > high) price = Math.max(low, 2 * high - price);
      if (price < low) price = Math.min(high, 2 * low - price);
      points[i] = Math.round(price);
    }
    points[to] = target;
  }
}

/**
 * The chance that a Brownian path came by its low before its high: the ratio of the densities of its three legs, each a
 * third of the bar, for the variance that the range suggests. 12 ln 2 is 3 × 4 ln 2.
 */
function lowFirstChance({ open, high, low, close }: Bar): number {
  return 1 / (1 + exp((-12 * Math.LN2 * (close - open)) / (high - low)));
}
