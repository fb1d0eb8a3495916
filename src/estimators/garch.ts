// GARCH(1,1) of Bollerslev (1986): tomorrow's variance is ω + α × today's squared return + β × today's variance. Filter,
// term structure, and a fit by maximum likelihood under normal innovations (quasi-likelihood where they are not).

import { assert } from '../base/assert.ts';
import { exp, ln, pow } from '../base/math.ts';
import { nelderMead } from './nelder-mead.ts';

export interface GarchParameters {
  /** Of the variance of one return. */
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
  /** Mean of the returns; 0 when left out. */
  readonly mean?: number;
}

export interface GarchFilter {
  /** `variances[i]` is what the model expected of `returns[i]`, knowing the returns before it. */
  readonly variances: Float64Array;
  /** What it expects of the return after the last. */
  readonly next: number;
  /** Σ ln of the normal density. */
  readonly logLikelihood: number;
}

const LN_TWO_PI = 1.8378770664093453;

/**
 * Runs the recursion over `returns` (fractions or logarithms, any interval), from `initial` as the variance of the first
 * return: their mean squared distance from their own mean when left out.
 */
export function garchFilter(returns: ArrayLike<number>, parameters: GarchParameters, initial = biasedVariance(returns)): GarchFilter {
  const { omega, alpha, beta, mean = 0 } = parameters;
  assert(returns.length > 0 && omega >= 0 && alpha >= 0 && beta >= 0, `GARCH: ω ${omega}, α ${alpha}, β ${beta}`);
  const variances = new Float64Array(returns.length);
  let variance = initial;
  let logs = 0;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    variances[i] = variance;
    const square = (returns[i] - mean) * (returns[i] - mean);
    logs += ln(variance);
    squares += square / variance;
    variance = omega + alpha * square + beta * variance;
  }
  return { variances, next: variance, logLikelihood: -0.5 * (returns.length * LN_TWO_PI + logs + squares) };
}

/** ω ÷ (1 − α − β): where the forecast ends up; Infinity for α + β ≥ 1. */
export function longRunVariance({ omega, alpha, beta }: GarchParameters): number {
  return alpha + beta < 1 ? omega / (1 - alpha - beta) : Infinity;
}

/** Steps in which half of a distance to the long-run variance goes; Infinity for α + β ≥ 1. */
export function varianceHalfLife({ alpha, beta }: GarchParameters): number {
  return alpha + beta < 1 ? -Math.LN2 / ln(alpha + beta) : Infinity;
}

/** The term structure: the variance expected of the `steps`-th return from now, 1 being `next` itself. */
export function garchForecast(parameters: GarchParameters, next: number, steps: number): number {
  const persistence = parameters.alpha + parameters.beta;
  if (persistence >= 1) return next + (steps - 1) * parameters.omega;
  const level = longRunVariance(parameters);
  return level + pow(persistence, steps - 1) * (next - level);
}

/** The variance expected of the sum of the next `steps` returns. */
export function garchForecastSum(parameters: GarchParameters, next: number, steps: number): number {
  let sum = 0;
  for (let step = 1; step <= steps; step++) sum += garchForecast(parameters, next, step);
  return sum;
}

export interface GarchFit {
  readonly parameters: Required<GarchParameters>;
  readonly logLikelihood: number;
  readonly evaluations: number;
  readonly converged: boolean;
}

export interface GarchFitOptions {
  /** `zero` (the default), or fitted with the rest. */
  readonly mean?: 'zero' | 'fitted';
  /** The variance of the first return: as of the sample around its mean, or (Fiorentini, Calzolari & Panattoni 1996) the recursion on the mean squared residual. */
  readonly start?: 'sample' | 'presample';
  /** From where the search starts; several starting points of its own when left out. */
  readonly from?: GarchParameters;
}

/**
 * Maximum likelihood over ω > 0, α ≥ 0, β ≥ 0, α + β < 1. The search runs in units of the sample's variance and in
 * unbounded coordinates (ln of the long-run variance, logit of the persistence, logit of α's share of it), which any
 * scale of returns fits. `returns` needs at least 10 values that are not all alike.
 */
export function fitGarch(returns: ArrayLike<number>, { mean = 'zero', start = 'sample', from }: GarchFitOptions = {}): GarchFit {
  const scale = biasedVariance(returns);
  assert(returns.length >= 10 && scale > 0, `GARCH: ${returns.length} returns of variance ${scale}`);
  const fitted = mean === 'fitted';
  const deviation = Math.sqrt(scale);
  const average = fitted ? sum(returns) / returns.length : 0;
  const parametersAt = ([level, persistence, share, shift]: readonly number[]): Required<GarchParameters> => {
    const total = logistic(persistence);
    const alpha = total * logistic(share);
    return { omega: scale * exp(level) * (1 - total), alpha, beta: total - alpha, mean: fitted ? average + shift * deviation : 0 };
  };
  const cost = (at: readonly number[]): number => {
    if (Math.abs(at[0]) > 12 || Math.abs(at[1]) > 14 || Math.abs(at[2]) > 14) return Infinity;
    const parameters = parametersAt(at);
    return -quickLogLikelihood(returns, parameters, firstVariance(returns, parameters, start, scale));
  };
  const begins = from === undefined ? STARTS : [coordinates(from, scale)];
  // The best of the starting points is searched from: a likelihood with one broad hill, seldom two.
  const begin = begins.toSorted((a, b) => cost([...a, 0]) - cost([...b, 0]))[0];
  const found = nelderMead(cost, fitted ? [...begin, 0] : begin, {
    steps: fitted ? [0.3, 0.6, 0.6, 0.05] : [0.3, 0.6, 0.6],
    tolerance: 1e-12,
  });
  const parameters = parametersAt(found.at);
  return { parameters, logLikelihood: -found.value, evaluations: found.evaluations, converged: found.converged };
}

function firstVariance(
  returns: ArrayLike<number>,
  parameters: Required<GarchParameters>,
  start: 'sample' | 'presample',
  scale: number,
): number {
  if (start === 'sample') return scale;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) squares += (returns[i] - parameters.mean) * (returns[i] - parameters.mean);
  const residual = squares / returns.length;
  return parameters.omega + (parameters.alpha + parameters.beta) * residual;
}

/** What `garchFilter` sums, with one logarithm for many variances: their product, as long as it stays in range. */
function quickLogLikelihood(returns: ArrayLike<number>, { omega, alpha, beta, mean }: Required<GarchParameters>, initial: number): number {
  let variance = initial;
  let product = 1;
  let logs = 0;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const square = (returns[i] - mean) * (returns[i] - mean);
    product *= variance;
    if (product < 1e-200 || product > 1e200) {
      logs += ln(product);
      product = 1;
    }
    squares += square / variance;
    variance = omega + alpha * square + beta * variance;
  }
  return -0.5 * (returns.length * LN_TWO_PI + logs + ln(product) + squares);
}

/** ln level, logit persistence, logit of α's share: what is usual, what is calm, and next to no clustering. */
const STARTS: readonly (readonly number[])[] = [
  [0, 3.5, -2.5],
  [0, 2, -1.5],
  [0, 4.5, -3],
  [0, 0, 0],
];

function coordinates({ omega, alpha, beta }: GarchParameters, scale: number): readonly number[] {
  const total = Math.min(0.999_99, Math.max(1e-5, alpha + beta));
  const share = Math.min(0.999_99, Math.max(1e-5, alpha / total));
  const level = Math.min(11, Math.max(-11, ln(Math.max(omega, 1e-12 * scale) / (1 - total) / scale)));
  return [level, logit(total), logit(share)];
}

function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}

function logit(p: number): number {
  return ln(p / (1 - p));
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** Mean squared distance from the mean. */
function biasedVariance(values: ArrayLike<number>): number {
  const mean = sum(values) / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return squares / values.length;
}
