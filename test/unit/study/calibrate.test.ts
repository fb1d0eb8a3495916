import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { MICROS_PER_HOUR, MICROS_PER_YEAR } from '../../../src/base/units.ts';
import { geometricBrownian } from '../../../src/paths/geometric-brownian.ts';
import { jumpDiffusion } from '../../../src/paths/jump-diffusion.ts';
import type { Path, PathContext } from '../../../src/paths/path.ts';
import { calibrate } from '../../../src/study/calibrate.ts';
import type { BookSnapshot } from '../../../src/study/calibrate-book.ts';
import { fragmentText } from '../../../src/study/calibrate-fragment.ts';
import type { PriceBars } from '../../../src/study/price-bars.ts';

const context: PathContext = {
  rng: (purpose) => createRng(`calibrate/${purpose}`),
  start: 0,
  end: 4 * MICROS_PER_YEAR,
  tick: 0.01,
};
const STEPS = 12;

/** Bars of an hour, each from twelve looks at the path. */
function hourly(path: Path, count: number): PriceBars {
  const column = (): Float64Array => new Float64Array(count);
  const bars = { at: column(), open: column(), high: column(), low: column(), close: column(), trades: column(), volume: column() };
  for (let i = 0; i < count; i++) {
    const seen = Array.from({ length: STEPS }, (_, k) => path.price(i * MICROS_PER_HOUR + (k * MICROS_PER_HOUR) / STEPS) / 100);
    bars.at[i] = i * MICROS_PER_HOUR;
    bars.open[i] = seen[0];
    bars.close[i] = seen[STEPS - 1];
    bars.high[i] = Math.max(...seen);
    bars.low[i] = Math.min(...seen);
    bars.trades[i] = 7_200;
    bars.volume[i] = 360;
  }
  return { file: 'simulated', ...bars, ranged: true, interval: MICROS_PER_HOUR, repaired: [] };
}

const RESOLUTION = MICROS_PER_HOUR / STEPS;

test('the index that a path was drawn from is found again: volatility and jumps', () => {
  const truth = {
    price: 6_000_000,
    volatility: 0.4,
    drift: 0,
    jumpsPerYear: 100,
    jumpMean: -0.02,
    jumpDeviation: 0.03,
    resolution: RESOLUTION,
  };
  const { price, arrivals, depth } = calibrate(hourly(jumpDiffusion.create(context, truth), 3 * 8_760));
  expect(price.kind).toBe('jump-diffusion');
  // 26,000 hours: the last are left out where two add up to one return.
  expect(price.quality).toMatchObject({ barsPerReturn: 2, returns: 13_139, converged: true, atBound: false });
  expect(Math.abs(price.volatility / 0.4 - 1)).toBeLessThan(0.02);
  // 300 jumps: their number is known to 6 %, their mean to 0.0017.
  const { jumps } = price;
  expect(Math.abs((jumps?.perYear ?? 0) / 100 - 1)).toBeLessThan(0.25);
  expect(Math.abs((jumps?.mean ?? 0) + 0.02)).toBeLessThan(0.008);
  expect(Math.abs((jumps?.deviation ?? 0) / 0.03 - 1)).toBeLessThan(0.2);
  expect(price.quality.distance).toBeLessThan(0.0119);
  // Bipower variation leaves most of the jumps out, the plain variance none of them.
  const { 'bipower, jumps left out': bipower, 'close to close': plain } = price.others;
  expect(bipower).toBeGreaterThan(0.39);
  expect(bipower - 0.4).toBeLessThan((plain - 0.4) / 2);
  for (const { ratio } of price.scales) expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  expect(depth).toBeNull();
  expect(arrivals).toMatchObject({ tradesPerSecond: 2, meanSize: 0.05, interval: 9_000_000 });
});

test('a walk without jumps is called one', () => {
  const { price } = calibrate(
    hourly(geometricBrownian.create(context, { price: 6_000_000, volatility: 0.6, drift: 0, resolution: RESOLUTION }), 8_760),
  );
  expect(price).toMatchObject({ kind: 'geometric-brownian', jumps: null });
  expect(Math.abs(price.volatility / 0.6 - 1)).toBeLessThan(0.03);
  expect(price.garch.parameters.alpha).toBeLessThan(0.05);
});

/** Depth within a distance d of 60,000 is 800 × (d ÷ 1 %)^power a side. */
function bookOf(power: number): BookSnapshot {
  const distances = Array.from({ length: 500 }, (_, i) => 0.00001 * (i + 1));
  const depth = (d: number): number => 800 * Math.pow(d / 0.01, power);
  const sizes = distances.map((d, i) => depth(d) - (i === 0 ? 0 : depth(distances[i - 1])));
  const side = (sign: number) => ({ prices: distances.map((d) => 60_000 * (1 + sign * d)), sizes });
  return { file: 'book', bids: side(-1), asks: side(1), mid: 60_000 };
}

test.each([1, 1.5])('ladders of makers have the depth of a book of exponent %d', (power) => {
  const bars = hourly(geometricBrownian.create(context, { price: 6_000_000, volatility: 0.6, drift: 0, resolution: RESOLUTION }), 200);
  const { depth } = calibrate(bars, bookOf(power));
  if (depth === null) throw new Error('no depth');
  expect(depth.bids.exponent).toBeCloseTo(power, 1);
  const { makers, levels, touch, growth, reach } = depth.ladder;
  const within = (orders: number): number =>
    Array.from({ length: orders }, (_, i) => makers * touch * Math.pow(growth, i)).reduce((a, b) => a + b, 0);
  expect(reach).toBe(0.01);
  expect(Math.abs(within(levels) / 800 - 1)).toBeLessThan(0.1);
  // The fourth of eight lies at (3 ÷ 7)² of the reach.
  expect(Math.abs(within(4) / (800 * Math.pow(9 / 49, power)) - 1)).toBeLessThan(0.1);
});

test('the fragment tells the method, the quality and what it leaves out', () => {
  const bars = hourly(geometricBrownian.create(context, { price: 6_000_000, volatility: 0.6, drift: 0, resolution: RESOLUTION }), 500);
  const text = fragmentText(calibrate(bars, bookOf(1)), bars, bookOf(1));
  expect(text).toMatch(/^# Calibrated by sandpile from simulated and book\.\n# 500 bars from 1970-01-01T00:00:00Z/);
  for (const line of [
    'Method: standard deviation',
    'Kolmogorov',
    'Parkinson',
    'GARCH',
    'Quality: bids',
    'kind: market-maker',
    'kind: noise',
  ])
    expect(text).toContain(line);
  const { trades: _, ...without } = bars;
  expect(fragmentText(calibrate(without), without, undefined)).toMatch(/No arrival rates/);
});
