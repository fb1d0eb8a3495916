import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { bipowerVariance, realisedVariances } from '../../../src/estimators/realised-volatility.ts';

const noise = (name: string, count: number): Float64Array => {
  const rng = createRng(name);
  return Float64Array.from({ length: count }, () => 0.01 * rng.normal());
};

test('a random walk has the same variance at every scale; a bounce has less at longer ones, a trend more', () => {
  const walk = noise('walk', 20_000);
  for (const { variance, ratio } of realisedVariances(walk, [1, 5, 20])) {
    expect(Math.abs(variance / 1e-4 - 1)).toBeLessThan(0.05);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  }
  const bounce = walk.map((r, i) => r - (i === 0 ? 0 : 0.5 * walk[i - 1]));
  const trend = walk.map((r, i) => r + (i === 0 ? 0 : 0.5 * walk[i - 1]));
  expect(realisedVariances(bounce, [20])[0].ratio).toBeLessThan(0.5);
  expect(realisedVariances(trend, [20])[0].ratio).toBeGreaterThan(1.5);
});

test('overlapping returns by hand', () => {
  const [one, two] = realisedVariances([0.01, 0.02, -0.01], [1, 2]);
  expect(one.variance).toBeCloseTo(6e-4 / 3, 15);
  expect(two.variance).toBeCloseTo((9e-4 + 1e-4) / 2 / 2, 15);
  expect(two.ratio).toBeCloseTo(1.25, 12);
});

test('bipower variation leaves jumps out', () => {
  const returns = noise('jumps', 10_000);
  expect(Math.abs(bipowerVariance(returns) / 1e-4 - 1)).toBeLessThan(0.05);
  for (let i = 0; i < 10; i++) returns[i * 1_000] -= 0.3;
  expect(realisedVariances(returns, [1])[0].variance).toBeGreaterThan(1.8e-4);
  expect(bipowerVariance(returns)).toBeLessThan(1.15e-4);
});
