import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import {
  fitGarch,
  garchFilter,
  garchForecast,
  garchForecastSum,
  longRunVariance,
  varianceHalfLife,
} from '../../../src/estimators/garch.ts';

function simulate(name: string, count: number, { omega, alpha, beta }: { omega: number; alpha: number; beta: number }): Float64Array {
  const rng = createRng(name);
  let variance = omega / (1 - alpha - beta);
  return Float64Array.from({ length: count }, () => {
    const r = Math.sqrt(variance) * rng.normal();
    variance = omega + alpha * r * r + beta * variance;
    return r;
  });
}

const TRUTH = { omega: 2e-5, alpha: 0.1, beta: 0.85 };

test('the fit finds the parameters that a path was simulated with, at any scale of returns', () => {
  const path = simulate('garch', 20_000, TRUTH);
  const { parameters, converged, logLikelihood } = fitGarch(path);
  expect(converged).toBe(true);
  expect(parameters.alpha).toBeCloseTo(0.1, 1);
  expect(Math.abs(parameters.alpha - 0.1)).toBeLessThan(0.015);
  expect(Math.abs(parameters.beta - 0.85)).toBeLessThan(0.02);
  expect(longRunVariance(parameters) / longRunVariance(TRUTH)).toBeGreaterThan(0.85);
  expect(longRunVariance(parameters) / longRunVariance(TRUTH)).toBeLessThan(1.15);
  expect(logLikelihood).toBeGreaterThan(garchFilter(path, TRUTH).logLikelihood);

  const percent = fitGarch(path.map((r) => 100 * r)).parameters;
  expect(percent.alpha).toBeCloseTo(parameters.alpha, 5);
  expect(percent.beta).toBeCloseTo(parameters.beta, 5);
  expect(percent.omega).toBeCloseTo(1e4 * parameters.omega, 5);
});

test('no neighbour of the fit is likelier: what was found is a maximum', () => {
  const path = simulate('garch/neighbour', 2_000, TRUTH);
  const { parameters, logLikelihood } = fitGarch(path);
  expect(garchFilter(path, parameters).logLikelihood).toBeCloseTo(logLikelihood, 8);
  for (const key of ['omega', 'alpha', 'beta'] as const) {
    for (const factor of [0.98, 0.999, 1.001, 1.02]) {
      const near = { ...parameters, [key]: parameters[key] * factor };
      expect(garchFilter(path, near).logLikelihood, `${key} × ${factor}`).toBeLessThanOrEqual(logLikelihood + 1e-6);
    }
  }
});

test('the fit of returns without clustering has none, and a mean is fitted when asked for', () => {
  const rng = createRng('iid');
  const path = Float64Array.from({ length: 5_000 }, () => 0.003 + 0.02 * rng.normal());
  expect(fitGarch(path).parameters.alpha).toBeLessThan(0.03);
  const fitted = fitGarch(path, { mean: 'fitted', start: 'presample' });
  expect(Math.abs(fitted.parameters.mean - 0.003)).toBeLessThan(0.001);
  expect(fitted.logLikelihood).toBeGreaterThan(fitGarch(path).logLikelihood);
});

test('the same returns give the same bits', () => {
  const path = simulate('garch/again', 500, TRUTH);
  expect(fitGarch(path)).toEqual(fitGarch([...path]));
});

test('the term structure falls from what is expected next to the long run', () => {
  expect(garchForecast(TRUTH, 0.001, 1)).toBe(0.001);
  expect(garchForecast(TRUTH, 0.001, 2)).toBeCloseTo(2e-5 + 0.95 * 0.001, 15);
  expect(garchForecast(TRUTH, 0.001, 1_000)).toBeCloseTo(4e-4, 12);
  expect(garchForecastSum(TRUTH, 0.001, 3)).toBeCloseTo(0.001 + garchForecast(TRUTH, 0.001, 2) + garchForecast(TRUTH, 0.001, 3), 15);
  const half = varianceHalfLife(TRUTH);
  expect(garchForecast(TRUTH, 0.001, 1 + half) - 4e-4).toBeCloseTo(3e-4, 12);
});

test('a variance that is integrated grows without end', () => {
  const igarch = { omega: 1e-6, alpha: 0.1, beta: 0.9 };
  expect(longRunVariance(igarch)).toBe(Infinity);
  expect(varianceHalfLife(igarch)).toBe(Infinity);
  expect(garchForecast(igarch, 1e-4, 11)).toBeCloseTo(1.1e-4, 15);
});
