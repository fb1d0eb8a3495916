// Which inputs matter: screening by elementary effects (Morris 1991), then shares of the variance (Sobol' 1993, Saltelli 2010).
// Designs are points in the unit cube; whoever runs them, in whatever order, hands the values back.

import { assert } from '../base/assert.ts';
import { pow } from '../base/math.ts';
import type { Rng } from '../base/random.ts';

export interface MorrisDesign {
  readonly dimensions: number;
  /** Coordinates in [0, 1]. */
  readonly points: readonly (readonly number[])[];
  /** Pairs of points that differ in one coordinate alone, by `delta`. */
  readonly steps: readonly { readonly dimension: number; readonly from: number; readonly to: number }[];
  readonly delta: number;
}

/** Half of the grid: from every level to another, and both as often. */
function stepOf(levels: number): number {
  assert(levels >= 2 && levels % 2 === 0, `Morris: ${levels} levels, an even number is needed`);
  return levels / (2 * (levels - 1));
}

/** Every elementary effect of the grid, once: levels^dimensions ÷ 2 of each input. For few inputs. */
export function morrisGrid(dimensions: number, levels: number): MorrisDesign {
  const delta = stepOf(levels);
  const count = Math.round(pow(levels, dimensions));
  const points = Array.from({ length: count }, (_, i) => {
    let rest = i;
    return Array.from({ length: dimensions }, () => {
      const level = rest % levels;
      rest = Math.floor(rest / levels);
      return level / (levels - 1);
    });
  });
  const steps = points.flatMap((point, from) =>
    point.flatMap((x, dimension) =>
      x + delta <= 1 + 1e-9 ? [{ dimension, from, to: from + (levels / 2) * Math.round(pow(levels, dimension)) }] : [],
    ),
  );
  return { dimensions, points, steps, delta };
}

/** `trajectories` random walks through the grid, each changing every input once: dimensions + 1 runs a trajectory. */
export function morrisTrajectories(dimensions: number, levels: number, trajectories: number, rng: Rng): MorrisDesign {
  const delta = stepOf(levels);
  const points: number[][] = [];
  const steps: { dimension: number; from: number; to: number }[] = [];
  for (let t = 0; t < trajectories; t++) {
    let point = Array.from({ length: dimensions }, () => rng.int(levels) / (levels - 1));
    const order = Array.from({ length: dimensions }, (_, i) => i);
    for (let i = dimensions - 1; i > 0; i--) {
      const j = rng.int(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    points.push(point);
    for (const dimension of order) {
      const up = point[dimension] + delta <= 1 + 1e-9;
      point = point.map((x, i) => (i === dimension ? x + (up ? delta : -delta) : x));
      points.push(point);
      const last = points.length - 1;
      steps.push(up ? { dimension, from: last - 1, to: last } : { dimension, from: last, to: last - 1 });
    }
  }
  return { dimensions, points, steps, delta };
}

export interface MorrisEffect {
  readonly mean: number;
  /** μ*: the mean of the magnitudes (Campolongo 2007). What matters has a large one. */
  readonly meanMagnitude: number;
  /** Standard deviation over the effects: 0 for an input that acts alone and linearly. */
  readonly deviation: number;
}

/** `values[i]` belongs to `design.points[i]`. One effect for each input. */
export function morrisEffects({ dimensions, steps, delta }: MorrisDesign, values: ArrayLike<number>): readonly MorrisEffect[] {
  return Array.from({ length: dimensions }, (_, dimension) => {
    const effects = steps.filter((step) => step.dimension === dimension).map(({ from, to }) => (values[to] - values[from]) / delta);
    const mean = average(effects);
    return {
      mean,
      meanMagnitude: average(effects.map(Math.abs)),
      deviation: Math.sqrt(average(effects.map((effect) => (effect - mean) * (effect - mean)))),
    };
  });
}

export interface SobolDesign {
  readonly dimensions: number;
  /** A and B of `size` points each, then for every input A with that input's column of B. */
  readonly points: readonly (readonly number[])[];
  readonly size: number;
}

/**
 * Saltelli's design on an additive quasi-random sequence (Roberts 2018: multiples of powers of the root of x^(d+1) = x + 1),
 * which has no chance in it; size × (dimensions + 2) runs.
 */
export function sobolDesign(dimensions: number, size: number): SobolDesign {
  const alphas = additiveSteps(2 * dimensions);
  const row = (i: number): number[] => alphas.map((alpha) => (0.5 + (i + 1) * alpha) % 1);
  const both = Array.from({ length: size }, (_, i) => row(i));
  const a = both.map((values) => values.slice(0, dimensions));
  const b = both.map((values) => values.slice(dimensions));
  const mixed = Array.from({ length: dimensions }, (_, dimension) =>
    a.map((point, i) => point.map((x, j) => (j === dimension ? b[i][j] : x))),
  );
  return { dimensions, points: [...a, ...b, ...mixed.flat()], size };
}

function additiveSteps(dimensions: number): number[] {
  // The root by Newton's method; it lies between 1 and 2.
  let root = 1.5;
  for (let i = 0; i < 60; i++) root -= (pow(root, dimensions + 1) - root - 1) / ((dimensions + 1) * pow(root, dimensions) - 1);
  return Array.from({ length: dimensions }, (_, i) => pow(1 / root, i + 1));
}

export interface SobolIndex {
  /** Share of the variance that the input explains alone. */
  readonly first: number;
  /** Share that would go with it: alone and together with others. */
  readonly total: number;
}

/** `values[i]` belongs to `design.points[i]`. First-order by Saltelli (2010), total by Jansen (1999). */
export function sobolIndices({ dimensions, size }: SobolDesign, values: ArrayLike<number>): readonly SobolIndex[] {
  const of = (block: number): number[] => Array.from({ length: size }, (_, i) => values[block * size + i]);
  const a = of(0);
  const b = of(1);
  const mean = average([...a, ...b]);
  const variance = average([...a, ...b].map((value) => (value - mean) * (value - mean)));
  return Array.from({ length: dimensions }, (_, dimension) => {
    const mixed = of(2 + dimension);
    return {
      first: average(mixed.map((value, i) => (b[i] - mean) * (value - a[i]))) / variance,
      total: average(mixed.map((value, i) => (a[i] - value) * (a[i] - value))) / (2 * variance),
    };
  });
}

function average(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}
