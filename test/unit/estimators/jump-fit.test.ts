import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { fitJumpDiffusion, jumpCdf, jumpDistance, jumpLogLikelihood, type JumpLaw } from '../../../src/estimators/jump-fit.ts';

const LAW: JumpLaw = { mean: 0.0002, deviation: 0.01, intensity: 0.02, jumpMean: -0.03, jumpDeviation: 0.04 };

function simulate(name: string, count: number, law: JumpLaw): Float64Array {
  const rng = createRng(name);
  return Float64Array.from({ length: count }, () => {
    let change = law.mean + law.deviation * rng.normal();
    for (let at = rng.exponential(); at < law.intensity; at += rng.exponential()) change += law.jumpMean + law.jumpDeviation * rng.normal();
    return change;
  });
}

test('the fit finds the law of a simulated path, and nothing near it is likelier', () => {
  const returns = simulate('jumps', 10_000, LAW);
  const { law, logLikelihood, plainLogLikelihood, converged } = fitJumpDiffusion(returns);
  expect(converged).toBe(true);
  expect(Math.abs(law.deviation / LAW.deviation - 1)).toBeLessThan(0.02);
  // 200 jumps: 7 % standard error of their number.
  expect(Math.abs(law.intensity / LAW.intensity - 1)).toBeLessThan(0.25);
  expect(Math.abs(law.jumpMean - LAW.jumpMean)).toBeLessThan(0.01);
  expect(Math.abs(law.jumpDeviation / LAW.jumpDeviation - 1)).toBeLessThan(0.2);
  expect(logLikelihood).toBeGreaterThanOrEqual(jumpLogLikelihood(returns, LAW));
  expect(logLikelihood - plainLogLikelihood).toBeGreaterThan(1_000);
  for (const key of ['deviation', 'intensity', 'jumpMean', 'jumpDeviation'] as const)
    for (const factor of [0.97, 1.03])
      expect(jumpLogLikelihood(returns, { ...law, [key]: factor * law[key] }), key).toBeLessThan(logLikelihood + 1e-3);
  expect(jumpDistance(returns, law)).toBeLessThan(1.36 / 100);
});

test('a random walk gains next to nothing from jumps', () => {
  const returns = simulate('walk', 5_000, { ...LAW, intensity: 0 });
  const { logLikelihood, plainLogLikelihood } = fitJumpDiffusion(returns);
  expect(logLikelihood - plainLogLikelihood).toBeLessThan(6);
});

test('the distribution goes from 0 to 1, and is the normal one without jumps', () => {
  expect(jumpCdf(-1, LAW)).toBeLessThan(1e-12);
  expect(jumpCdf(1, LAW)).toBeCloseTo(1, 9);
  expect(jumpCdf(LAW.mean, { ...LAW, intensity: 0 })).toBeCloseTo(0.5, 12);
});
