// How to spread an execution over time, from the literature, as pure functions: Almgren and Chriss (2000), whose case
// without risk aversion is Bertsimas and Lo (1998), Obizhaeva and Wang (2013), and the square-root law of impact.
// Sizes, prices and times are in any units that agree with each other.

import { assert } from '../base/assert.ts';
import { exp, ln, pow } from '../base/math.ts';

/** An execution of `size` in `slices` over `duration`, on a price that moves and gives way. */
export interface AlmgrenChriss {
  readonly size: number;
  readonly duration: number;
  readonly slices: number;
  /** Standard deviation of the price over the square root of a unit of time. */
  readonly sigma: number;
  /** What every unit costs whatever the pace: half the spread and fees. */
  readonly epsilon: number;
  /** By how much a unit moves the price for good. */
  readonly gamma: number;
  /** By how much a unit of size per unit of time moves the price while it trades. */
  readonly eta: number;
  /** What a unit of variance weighs against a unit of cost. */
  readonly lambda: number;
}

export interface Schedule {
  /** What is left before each slice, and 0: `slices` + 1 of them. */
  readonly left: readonly number[];
  readonly trades: readonly number[];
}

/** Beyond this 2·(cosh(κτ) − 1) all but a millionth of what is left goes at once. */
const AT_ONCE = 1e6;

/**
 * The trades that minimise cost + λ · variance: xⱼ = X · sinh(κ(T − tⱼ)) ÷ sinh(κT). Where a slower pace saves nothing
 * (η ≤ γτ/2), all at once.
 */
export function almgrenChriss(problem: AlmgrenChriss): Schedule {
  const { size, slices } = problem;
  assert(slices >= 1, 'a schedule has at least one slice');
  const bend = bendOf(problem);
  // sinh(κ(T − tⱼ)) from the end by sinh(a + b) + sinh(a − b) = 2 sinh a cosh b; its own scale cancels.
  const shape = [0, 1];
  if (bend <= AT_ONCE)
    for (let j = 2; j <= slices; j++) {
      shape.push((2 + bend) * shape[j - 1] - shape[j - 2]);
      if (shape[j] > 1e100) for (let i = 0; i <= j; i++) shape[i] /= 1e100;
    }
  const scale = bend <= AT_ONCE ? size / shape[slices] : 0;
  const left = [size];
  const trades: number[] = [];
  for (let j = 1; j <= slices; j++) {
    left.push(j === slices || scale === 0 ? 0 : scale * shape[slices - j]);
    trades.push(left[j - 1] - left[j]);
  }
  return { left, trades };
}

/** κ, and what the paper calls the half-life of a trade, 1 ÷ κ: Infinity where κ is 0. */
export function urgencyOf(problem: AlmgrenChriss): { readonly kappa: number; readonly halfLife: number } {
  const c = bendOf(problem) / 2;
  // acosh(1 + c), exact near 0 too.
  const kappa = c === 0 ? 0 : ln(1 + c + Math.sqrt(c * (c + 2))) / (problem.duration / problem.slices);
  return { kappa, halfLife: 1 / kappa };
}

/** Expected cost against the price at the start, and its variance, of any trades: γX²/2 + εX + η̃/τ·Σn² and σ²τ·Σx². */
export function costAndVariance(problem: AlmgrenChriss, trades: readonly number[]): { readonly cost: number; readonly variance: number } {
  const { size, duration, slices, sigma, epsilon, gamma } = problem;
  const tau = duration / slices;
  let left = size;
  let squares = 0;
  let held = 0;
  let traded = 0;
  for (const trade of trades) {
    squares += trade * trade;
    traded += Math.abs(trade);
    left -= trade;
    held += left * left;
  }
  // What rounding leaves of a position that is closed is nothing.
  if (Math.abs(left) < 1e-9 * size) held -= left * left;
  return {
    cost: (gamma * size * size) / 2 + epsilon * traded + (passing(problem) / tau) * squares,
    variance: sigma * sigma * tau * held,
  };
}

/** η̃ = η − γτ/2: the part of the impact that a slower pace avoids. */
function passing({ duration, slices, gamma, eta }: AlmgrenChriss): number {
  return eta - (gamma * duration) / slices / 2;
}

/** 2·(cosh(κτ) − 1) = λσ²τ² ÷ η̃. */
function bendOf(problem: AlmgrenChriss): number {
  const { duration, slices, sigma, lambda } = problem;
  const tau = duration / slices;
  const risk = lambda * sigma * sigma * tau * tau;
  const saved = passing(problem);
  return saved > 0 ? risk / saved : Infinity;
}

/** Obizhaeva and Wang in continuous time: a block at both ends and a steady rate between, for a book that refills at `rho`. */
export function obizhaevaWangRate(size: number, rho: number, duration: number): { readonly block: number; readonly rate: number } {
  const block = size / (rho * duration + 2);
  return { block, rate: rho * block };
}

/** The same in `slices` trades, each with `kept` = exp(−ρτ) of the impact of the one before: equal but for the two outer ones. */
export function obizhaevaWang(size: number, slices: number, kept: number): Schedule {
  assert(slices >= 1 && kept >= 0 && kept <= 1, `a schedule of ${slices} slices of which ${kept} stays`);
  const outer = slices === 1 ? size : size / ((slices - 2) * (1 - kept) + 2);
  const trades = Array.from({ length: slices }, (_, j) => (j === 0 || j === slices - 1 ? outer : (1 - kept) * outer));
  const left = [size];
  for (const trade of trades) left.push(left.at(-1)! - trade);
  left[slices] = 0;
  return { left, trades };
}

/** What trades cost on a book of `depth` units a unit of price, of whose displacement `kept` is left at the next trade. */
export function refillingCost(trades: readonly number[], depth: number, kept: number): number {
  let displaced = 0;
  let cost = 0;
  for (const trade of trades) {
    cost += trade * (displaced + trade / (2 * depth));
    displaced = (displaced + trade / depth) * kept;
  }
  return cost;
}

/** exp(−ρτ): what is left of a displacement that halves in `halfLife`, after `interval`. */
export function keptAfter(interval: number, halfLife: number): number {
  return halfLife === 0 ? 0 : exp((-Math.LN2 * interval) / halfLife);
}

/** The square-root law: a metaorder of `size` moves the price by Y·σ·√(Q/V) of it at its end, and pays two thirds of that. */
export interface SquareRootLaw {
  /** Y, near 1. */
  readonly constant: number;
  /** Daily volatility, a fraction. */
  readonly sigma: number;
  /** Daily volume, in the unit of sizes. */
  readonly volume: number;
}

export function squareRootImpact(
  { constant, sigma, volume }: SquareRootLaw,
  size: number,
): { readonly peak: number; readonly average: number } {
  const peak = constant * sigma * Math.sqrt(size / volume);
  return { peak, average: (2 / 3) * peak };
}

/** The exponent that two impacts imply: ½ under the law. */
export function impactExponent(law: SquareRootLaw, small: number, large: number): number {
  return ln(squareRootImpact(law, large).peak / squareRootImpact(law, small).peak) / ln(large / small);
}

/** c in cost = c · size^1.5, where the price is `price`. */
export function squareRootCost(law: SquareRootLaw, price: number, size: number): { readonly factor: number; readonly cost: number } {
  const factor = (2 / 3) * ((law.constant * law.sigma * price) / Math.sqrt(law.volume));
  return { factor, cost: factor * pow(size, 1.5) };
}
