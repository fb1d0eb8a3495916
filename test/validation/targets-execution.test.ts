// Schedules of execution against the numbers printed in, or worked from, the papers. (The identifiers are those of the
// shared targets.)

import { describe, expect, test } from 'vitest';
import {
  almgrenChriss,
  costAndVariance,
  impactExponent,
  keptAfter,
  obizhaevaWang,
  obizhaevaWangRate,
  refillingCost,
  squareRootCost,
  squareRootImpact,
  urgencyOf,
  type AlmgrenChriss,
} from '../../src/liquidation/schedules.ts';
import { target } from '../helpers/targets.ts';

// The example of Almgren and Chriss: a million shares at 50 in five days.
const EXAMPLE = { size: 1_000_000, duration: 5, slices: 5, sigma: 0.95, epsilon: 0.0625, gamma: 2.5e-7, eta: 2.5e-6 };

const expectNear = (got: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(got - expected), `${got} for ${expected}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

describe('Almgren and Chriss', () => {
  test('without risk aversion, as published: 0.6625 million, variance 1.083e12 (OPT-AC-03)', () => {
    const problem = { ...EXAMPLE, lambda: 0 };
    const { trades } = almgrenChriss(problem);
    for (const trade of trades) expectNear(trade, 200_000);
    const { cost, variance } = costAndVariance(problem, trades);
    expectNear(cost, 662_500);
    expectNear(variance, 1.083e12);
    expect(urgencyOf(problem)).toEqual({ kappa: 0, halfLife: Infinity });
  });

  test('all at once has no variance (OPT-AC-04)', () => {
    const { cost, variance } = costAndVariance({ ...EXAMPLE, lambda: 1e-6 }, [1_000_000, 0, 0, 0, 0]);
    expectNear(cost, 2_562_500);
    expect(variance).toBe(0);
  });

  test.for(['OPT-AC-01', 'OPT-AC-02', 'OPT-AC-03'])('%s', (id, { skip }) => {
    const { setup, expected } = target(id, skip);
    const { X: size, T: duration, N: slices, sigma, epsilon, gamma, eta, lambda } = setup;
    const problem: AlmgrenChriss = { size, duration, slices, sigma, epsilon, gamma, eta, lambda };
    const { left, trades } = almgrenChriss(problem);
    expect(trades).toHaveLength(slices);
    trades.forEach((trade, j) => expectNear(trade, expected.n[j]));
    left.forEach((x, j) => expectNear(x, expected.x[j]));
    const { kappa, halfLife } = urgencyOf(problem);
    expectNear(kappa, expected.kappa);
    if (expected.half_life === null) expect(halfLife).toBe(Infinity);
    else expectNear(halfLife, expected.half_life);
    const { cost, variance } = costAndVariance(problem, trades);
    expectNear(cost, expected.E);
    expectNear(variance, expected.V);
    expectNear(Math.sqrt(variance), expected.sd);
  });

  test('no other schedule of the same length does better by cost + λ · variance', () => {
    const problem = { ...EXAMPLE, lambda: 1e-6 };
    const value = (trades: readonly number[]) => {
      const { cost, variance } = costAndVariance(problem, trades);
      return cost + problem.lambda * variance;
    };
    const { trades } = almgrenChriss(problem);
    const best = value(trades);
    for (let from = 0; from < 5; from++)
      for (let to = 0; to < 5; to++)
        for (const moved of [100, 10_000]) {
          if (from === to) continue;
          expect(value(trades.map((trade, j) => trade + (j === to ? moved : j === from ? -moved : 0)))).toBeGreaterThan(best);
        }
  });

  test('where nothing is saved by waiting, or waiting is unbearable: all at once', () => {
    expect(almgrenChriss({ ...EXAMPLE, lambda: 0, eta: 1e-7 }).trades).toEqual([1_000_000, 0, 0, 0, 0]);
    expect(almgrenChriss({ ...EXAMPLE, lambda: 1e9 }).trades).toEqual([1_000_000, 0, 0, 0, 0]);
  });

  test('so long that the hyperbolic sine itself would overflow', () => {
    const { left } = almgrenChriss({ ...EXAMPLE, slices: 200, duration: 200, lambda: 1 });
    expect(left[0]).toBe(1_000_000);
    expect(left.every((x, j) => Number.isFinite(x) && (j === 0 || x <= left[j - 1]))).toBe(true);
  });
});

describe('Obizhaeva and Wang', () => {
  test('blocks at both ends and a rate between (OPT-OW-01)', ({ skip }) => {
    const { setup, expected } = target('OPT-OW-01', skip);
    const { block, rate } = obizhaevaWangRate(setup.X, setup.rho, setup.T);
    expectNear(block, expected.x0);
    expectNear(block, expected.xT);
    expectNear(rate, expected.rate);
    expectNear(2 * block + rate * setup.T, expected.check_sum);
  });

  test('costs less than equal slices, which cost less than a block (OPT-OW-03)', ({ skip }) => {
    const { setup, expected } = target('OPT-OW-03', skip);
    const { X, rho, tau, trades: slices, depth_q: depth } = setup;
    const kept = keptAfter(tau, Math.LN2 / rho);
    const equal = Array.from({ length: slices }, () => X / slices);
    expectNear(refillingCost(obizhaevaWang(X, slices, kept).trades, depth, kept), expected.optimal, 1e-6);
    expectNear(refillingCost(equal, depth, kept), expected.equal_5, 1e-6);
    expectNear(refillingCost([X], depth, kept), expected.block, 1e-6);
  });

  test('all is traded, and no neighbouring schedule does better', () => {
    const { trades, left } = obizhaevaWang(900, 6, 0.4);
    expectNear(
      trades.reduce((sum, trade) => sum + trade, 0),
      900,
    );
    expect(left.at(-1)).toBe(0);
    const best = refillingCost(trades, 10, 0.4);
    for (let from = 0; from < 6; from++)
      for (let to = 0; to < 6; to++) {
        if (from === to) continue;
        const other = trades.map((trade, j) => trade + (j === to ? 1 : j === from ? -1 : 0));
        expect(refillingCost(other, 10, 0.4)).toBeGreaterThan(best);
      }
  });
});

test('Bertsimas and Lo: the case in which only impact for good counts and risk does not, in equal slices (OPT-BL-01)', ({ skip }) => {
  const { setup, expected } = target('OPT-BL-01', skip);
  const { X: size, N: slices, theta } = setup;
  // Each slice pays the whole of its own impact: η̃ = η − γτ/2 = θτ/2.
  const problem = (n: number): AlmgrenChriss => ({
    size,
    duration: n,
    slices: n,
    sigma: 1,
    epsilon: 0,
    gamma: theta,
    eta: theta,
    lambda: 0,
  });
  const { trades } = almgrenChriss(problem(slices));
  trades.forEach((trade, j) => expectNear(trade, expected.slices[j]));
  expectNear(costAndVariance(problem(slices), trades).cost, expected.expected_cost);
  expectNear(costAndVariance(problem(1), almgrenChriss(problem(1)).trades).cost, expected.block_cost);
});

test('the square-root law (OPT-SQRT-01)', ({ skip }) => {
  const { setup, expected } = target('OPT-SQRT-01', skip);
  const law = { constant: setup.Y, sigma: setup.sigma_daily, volume: setup.V };
  for (const [i, size] of (setup.Q as number[]).entries()) {
    const { peak, average } = squareRootImpact(law, size);
    expectNear(peak, expected.peak_impact[i], 1e-12);
    expectNear(average, expected.average_cost[i], 1e-12);
    expectNear(squareRootCost(law, 60_000, size).cost, 60_000 * size * average, 1e-12);
  }
  expectNear(impactExponent(law, setup.Q[0], setup.Q[2]), expected.impact_exponent, 1e-12);
});
