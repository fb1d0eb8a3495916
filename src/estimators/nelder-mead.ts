// The simplex search of Nelder & Mead (1965), with no chance in it: the same start gives the same bits. It needs no
// derivatives, which is what likelihoods with filters inside them want.

import { assert } from '../base/assert.ts';

export interface Minimum {
  /** Where, as many coordinates as the start had. */
  readonly at: readonly number[];
  readonly value: number;
  readonly evaluations: number;
  /** Whether the simplex shrank below the tolerance before the evaluations ran out. */
  readonly converged: boolean;
}

export interface NelderMeadOptions {
  /** First step along each coordinate. */
  readonly steps: readonly number[];
  /** Ends when the simplex' values differ by less than this, relative to their size. */
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
}

interface Vertex {
  readonly at: readonly number[];
  readonly value: number;
}

/**
 * The least value of `f` near `start`; NaN counts as infinitely bad, so that a constraint is a NaN outside. Restarts once
 * from what it found, because a simplex may collapse away from a minimum.
 */
export function nelderMead(f: (at: readonly number[]) => number, start: readonly number[], options: NelderMeadOptions): Minimum {
  const first = descend(f, start, options);
  const again = descend(f, first.at, { ...options, steps: options.steps.map((step) => step / 4) });
  return { ...again, evaluations: first.evaluations + again.evaluations };
}

function descend(f: (at: readonly number[]) => number, start: readonly number[], options: NelderMeadOptions): Minimum {
  const { steps, tolerance = 1e-10, maxEvaluations = 400 * start.length } = options;
  assert(start.length > 0 && steps.length === start.length, 'Nelder–Mead: as many steps as coordinates');
  let evaluations = 0;
  const vertex = (at: readonly number[]): Vertex => {
    evaluations++;
    const value = f(at);
    return { at, value: Number.isNaN(value) ? Infinity : value };
  };
  const simplex = [vertex(start), ...start.map((_, i) => vertex(start.map((x, j) => (i === j ? x + steps[i] : x))))];
  const byValue = (a: Vertex, b: Vertex): number => (a.value === b.value ? 0 : a.value - b.value);
  simplex.sort(byValue);
  const last = simplex.length - 1;
  const spread = (): boolean => {
    const { value: low } = simplex[0];
    const { value: high } = simplex[last];
    return high - low > tolerance * (Math.abs(low) + Math.abs(high)) + 1e-300 || simplex[0].value === Infinity;
  };
  while (spread() && evaluations < maxEvaluations) {
    const worst = simplex[last];
    const centre = start.map((_, j) => simplex.slice(0, last).reduce((sum, { at }) => sum + at[j], 0) / last);
    const away = (factor: number): Vertex => vertex(centre.map((x, j) => x + factor * (x - worst.at[j])));
    const reflected = away(1);
    if (reflected.value < simplex[0].value) {
      const expanded = away(2);
      simplex[last] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[last - 1].value) simplex[last] = reflected;
    else {
      const contracted = reflected.value < worst.value ? away(0.5) : away(-0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) simplex[last] = contracted;
      else {
        const { at: best } = simplex[0];
        for (let i = 1; i <= last; i++) simplex[i] = vertex(simplex[i].at.map((x, j) => best[j] + (x - best[j]) / 2));
      }
    }
    simplex.sort(byValue);
  }
  const { at, value } = simplex[0];
  return { at, value, evaluations, converged: !spread() };
}
