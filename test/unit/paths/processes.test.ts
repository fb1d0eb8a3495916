// The drawn processes against their moments in closed form. Each test states its sampling error; bands are five of them.

import { describe, expect, test } from 'vitest';
import { ln } from '../../../src/base/math.ts';
import { createRng } from '../../../src/base/random.ts';
import { MICROS_PER_YEAR } from '../../../src/base/units.ts';
import { geometricBrownian } from '../../../src/paths/geometric-brownian.ts';
import { jumpDiffusion } from '../../../src/paths/jump-diffusion.ts';
import { meanReverting } from '../../../src/paths/mean-reverting.ts';
import type { Path, PathContext } from '../../../src/paths/path.ts';

const PRICE = 1_000_000_000;
const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

function context(seed: number | string): PathContext {
  return { rng: (purpose) => createRng(`${seed}/path/${purpose}`), start: 0, end: MICROS_PER_YEAR, tick: 0.1 };
}

/** Logarithmic returns over successive steps of `resolution`. */
function returns(path: Path, resolution: number, count: number): number[] {
  let before = path.price(0);
  return Array.from({ length: count }, (_, i) => {
    const price = path.price((i + 1) * resolution);
    const change = ln(price / before);
    before = price;
    return change;
  });
}

function moments(samples: readonly number[]) {
  const n = samples.length;
  const mean = samples.reduce((sum, x) => sum + x, 0) / n;
  const central = (power: number) => samples.reduce((sum, x) => sum + (x - mean) ** power, 0) / n;
  const variance = central(2);
  return { mean, variance, third: central(3), excess: central(4) / variance ** 2 - 3 };
}

const kinds = {
  'geometric-brownian': (seed: number, resolution = SECOND) =>
    geometricBrownian.create(context(seed), { price: PRICE, volatility: 0.6, drift: 0, resolution }),
  'mean-reverting': (seed: number, resolution = SECOND) =>
    meanReverting.create(context(seed), { price: PRICE, volatility: 0.6, halfLife: 600 * SECOND, resolution }),
  'jump-diffusion': (seed: number, resolution = SECOND) =>
    jumpDiffusion.create(context(seed), {
      price: PRICE,
      volatility: 0.6,
      drift: 0,
      jumpsPerYear: 100_000,
      jumpMean: -0.01,
      jumpDeviation: 0.02,
      resolution,
    }),
};

describe.each(Object.entries(kinds))('%s', (_, create) => {
  test('does not depend on who looks when', () => {
    const often = create(1);
    const seldom = create(1);
    const every = Array.from({ length: 2_400 }, (_, i) => often.price(i * 250_000));
    const some = Array.from({ length: 16 }, (_, i) => seldom.price(i * 37 * SECOND));
    expect(some).toEqual(every.filter((_, i) => i % (4 * 37) === 0).slice(0, 16));
  });

  test('starts at its price, changes on its grid, and differs by seed', () => {
    const path = create(2);
    expect(path.price(SECOND - 1)).toBe(PRICE);
    const next = path.price(SECOND);
    expect(next).not.toBe(PRICE);
    expect(path.price(2 * SECOND - 1)).toBe(next);
    expect(create(3).price(SECOND)).not.toBe(next);
    expect(Number.isInteger(next)).toBe(true);
  });

  test('refuses to go back', () => {
    const path = create(1);
    path.price(5 * SECOND);
    expect(() => path.price(4 * SECOND)).toThrow('after');
  });
});

test('geometric Brownian motion has the drift and the variance it was given, and normal steps', () => {
  const n = 20_000;
  const path = geometricBrownian.create(context('moments'), { price: PRICE, volatility: 0.8, drift: 3, resolution: DAY / 24 });
  // Each return starts from a price in whole ticks: far from 0 that adds nothing visible.
  const { mean, variance, third, excess } = moments(returns(path, DAY / 24, n));
  const expected = 0.64 / 8_760;
  expect(Math.abs(mean - (3 - 0.32) / 8_760)).toBeLessThan(5 * Math.sqrt(expected / n));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(third / expected ** 1.5)).toBeLessThan(5 * Math.sqrt(6 / n));
  expect(Math.abs(excess)).toBeLessThan(5 * Math.sqrt(24 / n));
});

test('a mean-reverting price stays about its level with the variance and memory of its half-life', () => {
  const halfLife = 600 * SECOND;
  const resolution = 300 * SECOND;
  const path = meanReverting.create(context('moments'), { price: PRICE, volatility: 2, halfLife, resolution });
  const n = 40_000;
  const levels = Array.from({ length: n }, (_, i) => ln(path.price((i + 1) * resolution) / PRICE));
  const { mean, variance } = moments(levels);
  // Half a half-life apart the correlation is 1/√2, which makes (1 + 1/√2) ÷ (1 − 1/√2) = 5.8 samples worth one, 3 for squares.
  const stationary = 4 / ((2 * Math.LN2 * MICROS_PER_YEAR) / halfLife);
  expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt((stationary * 5.8) / n));
  expect(Math.abs(variance / stationary - 1)).toBeLessThan(5 * Math.sqrt((2 * 3) / n));
  const lagged = levels.slice(2).reduce((sum, x, i) => sum + x * levels[i], 0) / (n - 2) / variance;
  expect(Math.abs(lagged - 0.5)).toBeLessThan(0.05);
});

test("jump-diffusion has Merton's cumulants", () => {
  // Volatility 60 %, six jumps a year of −8 % ± 10 %; over five days, so that some steps have jumps.
  const years = 5 / 365;
  const n = 60_000;
  const samples: number[] = [];
  for (let run = 0; run < 60; run++) {
    const params = { price: PRICE, volatility: 0.6, drift: 0, jumpsPerYear: 6, jumpMean: -0.08, jumpDeviation: 0.1, resolution: 5 * DAY };
    // Short runs from the same start: a thousand steps of one could leave the range of prices.
    samples.push(...returns(jumpDiffusion.create(context(`merton/${run}`), params), 5 * DAY, n / 60));
  }
  const { mean, variance, third, excess } = moments(samples);
  const cumulants = {
    mean: (-0.18 - 6 * Math.expm1(-0.075) - 6 * 0.08) * years,
    variance: 0.4584 * years,
    third: 6 * years * (-0.000512 - 0.0024),
    fourth: 6 * years * (0.08 ** 4 + 6 * 0.0064 * 0.01 + 3 * 0.0001),
  };
  const kurtosis = cumulants.fourth / cumulants.variance ** 2;
  expect(Math.abs(mean - cumulants.mean)).toBeLessThan(5 * Math.sqrt(cumulants.variance / n));
  expect(Math.abs(variance / cumulants.variance - 1)).toBeLessThan(5 * Math.sqrt((2 + kurtosis) / n));
  expect(Math.abs(third / cumulants.third - 1)).toBeLessThan(0.2);
  expect(Math.abs(excess / kurtosis - 1)).toBeLessThan(0.3);
});
