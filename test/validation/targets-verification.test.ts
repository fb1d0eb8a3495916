// Experiments and their statistics against worked numbers: how many seeds, what pairing gains, which inputs matter; and what
// can be computed of circuit breakers and funding without running them.

import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { normalCdf } from '../../src/estimators/probability.ts';
import { wilson } from '../../src/simulation/cascades.ts';
import { isKnownRelatively, pairingGain, replicationsFor } from '../../src/study/replications.ts';
import { morrisEffects, morrisGrid, morrisTrajectories, sobolDesign, sobolIndices } from '../../src/study/sensitivity.ts';
import { correlation, estimate, signTest } from '../../src/study/statistics.ts';
import { target } from '../helpers/targets.ts';

describe('seeds', () => {
  test('VER-REP-01: replications for a half-width', ({ skip }) => {
    const { setup, expected } = target('VER-REP-01', skip);
    const found = (setup.h as number[]).map((h) => replicationsFor(setup.s, h));
    expect(found.map(({ student }) => student)).toEqual(expected.n);
    expect(found.map(({ normal }) => normal)).toEqual(expected.normal_approx);
  });

  test('VER-CRN-01: what common random numbers gain', ({ skip }) => {
    const { setup, expected } = target('VER-CRN-01', skip);
    const { paired, independent, ratio } = pairingGain(setup.s1, setup.s2, setup.rho);
    expect(paired).toBeCloseTo(expected.var_paired, 9);
    expect(independent).toBeCloseTo(expected.var_independent, 9);
    expect(ratio).toBeCloseTo(expected.ratio, 9);
    expect(replicationsFor(Math.sqrt(paired), setup.h).normal).toBe(expected.n_paired_normal);
    expect(replicationsFor(Math.sqrt(independent), setup.h).normal).toBe(expected.n_independent_normal);
  });

  test('VER-CRN-02: relative sequential stopping', ({ skip }) => {
    const { setup, expected } = target('VER-CRN-02', skip);
    const { gamma, mean, half_width } = setup;
    expect(isKnownRelatively(mean, half_width, gamma)).toBe(expected.stop);
    expect(isKnownRelatively(mean, 0.99 * expected.threshold * mean, gamma)).toBe(true);
  });

  test('VER-WIL-01: intervals of a share', ({ skip }) => {
    const { setup, expected } = target('VER-WIL-01', skip);
    (setup.cases as [number, number][]).forEach(([hits, trials], i) => {
      const [low, high] = wilson(hits, trials);
      expect(low).toBeCloseTo(expected[i][0], 10);
      expect(high).toBeCloseTo(expected[i][1], 10);
    });
  });

  test('CB-EFF-01: a breaker on and off, seed by seed', ({ skip }) => {
    const { setup, expected } = target('CB-EFF-01', skip);
    const on = setup.on as number[];
    const off = setup.off as number[];
    const gaps = on.map((value, i) => value - off[i]);
    const { mean, interval, sd } = estimate(gaps);
    expect(mean).toBeCloseTo(expected.mean_diff, 10);
    expect(interval[0]).toBeCloseTo(expected.ci95[0], 10);
    expect(interval[1]).toBeCloseTo(expected.ci95[1], 10);
    expect(signTest(gaps.filter((gap) => gap > 0).length, gaps.filter((gap) => gap < 0).length)).toBeCloseTo(expected.sign_test_p, 10);
    const found = correlation(on, off) ?? NaN;
    expect(found).toBeCloseTo(expected.corr, 10);
    const { paired, ratio } = pairingGain(estimate(on).sd, estimate(off).sd, found);
    expect(Math.sqrt(paired)).toBeCloseTo(sd, 10);
    expect(ratio).toBeCloseTo(expected.variance_reduction_factor, 9);
  });

  test('CB-MAG-01: how often a walk comes to a threshold by itself', ({ skip }) => {
    const { setup, expected } = target('CB-MAG-01', skip);
    (setup.b as number[]).forEach((b, i) =>
      expect(2 * normalCdf(-b / (setup.sigma_per_sqrt_min * Math.sqrt(setup.h_min)))).toBeCloseTo(expected.p_hit[i], 10),
    );
  });
});

describe('inputs', () => {
  test('VER-MORRIS-01: elementary effects over the whole grid, and by trajectories', ({ skip }) => {
    const { expected } = target('VER-MORRIS-01', skip);
    const f = ([a, b, c]: readonly number[]): number => 2 * a + 3 * b + 4 * a * c;
    const grid = morrisGrid(3, 4);
    expect(grid.delta).toBeCloseTo(2 / 3, 15);
    morrisEffects(grid, grid.points.map(f)).forEach(({ meanMagnitude, deviation }, i) => {
      expect(meanMagnitude).toBeCloseTo(expected.mu_star[i], 12);
      expect(deviation).toBeCloseTo(expected.sigma_population[i], 12);
    });
    const walks = morrisTrajectories(3, 4, 400, createRng('morris'));
    expect(walks.points).toHaveLength(1_600);
    morrisEffects(walks, walks.points.map(f)).forEach(({ meanMagnitude }, i) =>
      expect(Math.abs(meanMagnitude - expected.mu_star[i])).toBeLessThan(0.3),
    );
  });

  test("VER-SOBOL-01: Ishigami's function", ({ skip }) => {
    const { expected } = target('VER-SOBOL-01', skip);
    const f = (point: readonly number[]): number => {
      const [a, b, c] = point.map((u) => Math.PI * (2 * u - 1));
      return Math.sin(a) + 7 * Math.sin(b) ** 2 + 0.1 * c ** 4 * Math.sin(a);
    };
    const design = sobolDesign(3, 16_384);
    const indices = sobolIndices(design, design.points.map(f));
    indices.forEach(({ first, total }, i) => {
      expect(Math.abs(first - expected[`S${i + 1}`])).toBeLessThan(0.02);
      expect(Math.abs(total - expected[`ST${i + 1}`])).toBeLessThan(0.02);
    });
  });
});
