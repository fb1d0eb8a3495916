import { expect, test } from 'vitest';
import { expm1, log1p, pow } from '../../../src/base/math.ts';
import { createRng } from '../../../src/base/random.ts';
import {
  extremeValueQuantile,
  fitParetoTail,
  fitPeaksOverThreshold,
  hillExponent,
  paretoLogLikelihood,
  peaksQuantile,
  peaksRisk,
} from '../../../src/estimators/extreme-value.ts';
import { studentRisk } from '../../../src/estimators/tail-risk.ts';
import { studentQuantile } from '../../../src/base/math.ts';

const excesses = (name: string, count: number, shape: number, scale: number): Float64Array => {
  const rng = createRng(name);
  return Float64Array.from({ length: count }, () =>
    shape === 0 ? scale * rng.exponential() : (scale / shape) * expm1(shape * rng.exponential()),
  );
};

test.each([0.3, 0, -0.2])('a Pareto tail of shape %d is found again', (shape) => {
  const sample = excesses(`pareto/${shape}`, 20_000, shape, 0.02);
  const fit = fitParetoTail(sample);
  expect(fit.converged).toBe(true);
  expect(Math.abs(fit.shape - shape)).toBeLessThan(0.025);
  expect(Math.abs(fit.scale / 0.02 - 1)).toBeLessThan(0.03);
  expect(fit.logLikelihood).toBeGreaterThanOrEqual(paretoLogLikelihood(sample, { shape, scale: 0.02 }));
  for (const near of [
    { shape: fit.shape + 0.01, scale: fit.scale },
    { shape: fit.shape, scale: 1.01 * fit.scale },
  ])
    expect(paretoLogLikelihood(sample, near)).toBeLessThan(fit.logLikelihood);
});

test('peaks over a threshold see beyond the sample: a Student tail at 99.9 %', () => {
  const rng = createRng('student');
  const unit = Math.sqrt(0.5); // four degrees of freedom: variance 2
  const losses = Float64Array.from(
    { length: 50_000 },
    () => 0.03 * unit * studentQuantile(Math.min(1 - 1e-12, Math.max(1e-12, rng.double())), 4),
  );
  const peaks = fitPeaksOverThreshold(losses, 0.05);
  expect(peaks.exceeding).toBe(2_500);
  const truth = studentRisk(0.03, 4, 0.999);
  const { valueAtRisk, expectedShortfall } = peaksRisk(peaks, 0.999);
  expect(Math.abs(valueAtRisk / truth.valueAtRisk - 1)).toBeLessThan(0.06);
  expect(Math.abs(expectedShortfall / truth.expectedShortfall - 1)).toBeLessThan(0.12);
  // ξ is 1 ÷ 4 only in the limit; Hill agrees.
  expect(peaks.tail.shape).toBeGreaterThan(0.1);
  const { exponent, error } = hillExponent(losses, 500);
  expect(Math.abs(exponent - 4)).toBeLessThan(4 * error);
});

test('the mean of the losses beyond a quantile is its expected shortfall', () => {
  const peaks = { threshold: 0.02, exceeding: 50, total: 500, tail: { shape: 0.2, scale: 0.01 } };
  const { valueAtRisk, expectedShortfall } = peaksRisk(peaks, 0.99);
  let mean = 0;
  const steps = 200_000;
  for (let i = 0; i < steps; i++) mean += peaksQuantile(peaks, (0.01 * (i + 0.5)) / steps) / steps;
  expect(peaksQuantile(peaks, 0.01)).toBeCloseTo(valueAtRisk, 15);
  expect(Math.abs(mean / expectedShortfall - 1)).toBeLessThan(1e-3);
});

test('the quantile of extremes goes over into Gumbel where the shape vanishes', () => {
  const at = (shape: number): number => extremeValueQuantile({ shape, location: 0.02, scale: 0.012 }, 0.01);
  expect(at(1e-7)).toBeCloseTo(at(0), 6);
  // Longin (1999): μ − (σ ÷ ξ)(1 − (−ln 0.99)^−ξ)
  expect(at(0.25)).toBeCloseTo(0.02 + (0.012 / 0.25) * (pow(-log1p(-0.01), -0.25) - 1), 14);
});
