import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { isKnownRelatively, pairingGain, replicationsFor } from '../../../src/study/replications.ts';
import { morrisEffects, morrisGrid, morrisTrajectories, sobolDesign, sobolIndices } from '../../../src/study/sensitivity.ts';

test('an input that does nothing has no effect, one that acts alone has the same one everywhere', () => {
  const design = morrisTrajectories(3, 4, 20, createRng('effects'));
  const [first, second, third] = morrisEffects(
    design,
    design.points.map(([a, b]) => 5 * a + b * b),
  );
  expect(first.mean).toBeCloseTo(5, 12);
  expect(first.deviation).toBeCloseTo(0, 10);
  expect(second.deviation).toBeGreaterThan(0.1);
  expect(third).toEqual({ mean: 0, meanMagnitude: 0, deviation: 0 });
  for (const point of design.points) for (const x of point) expect(x).toBeGreaterThanOrEqual(0);
  expect(morrisGrid(2, 4).steps).toHaveLength(16);
});

test('shares of the variance of a sum are those of its parts, and an interaction belongs to the totals alone', () => {
  const design = sobolDesign(3, 4_096);
  expect(design.points).toHaveLength(5 * 4_096);
  const sum = sobolIndices(
    design,
    design.points.map(([a, b]) => a + 2 * b),
  );
  expect(Math.abs(sum[0].first - 0.2)).toBeLessThan(0.02);
  expect(Math.abs(sum[1].total - 0.8)).toBeLessThan(0.02);
  expect(sum[2].total).toBeCloseTo(0, 10);
  const product = sobolIndices(
    design,
    design.points.map(([a, b]) => (a - 0.5) * (b - 0.5)),
  );
  expect(product[0].first).toBeCloseTo(0, 1);
  expect(product[0].total).toBeCloseTo(1, 1);
});

// Law & Kelton, Simulation Modeling and Analysis: by the normal distribution 97 replications for ± 0.5 at a deviation of 2.5.
test('seeds for a half-width, and what pairing saves', () => {
  expect(replicationsFor(2.5, 0.5)).toEqual({ student: 99, normal: 97 });
  expect(replicationsFor(0, 1)).toEqual({ student: 2, normal: 2 });
  expect(pairingGain(2, 2, 0.5)).toEqual({ paired: 4, independent: 8, ratio: 2 });
  expect([isKnownRelatively(5, 0.46, 0.1), isKnownRelatively(5, 0.45, 0.1), isKnownRelatively(0, 0, 0.1)]).toEqual([false, true, false]);
});
