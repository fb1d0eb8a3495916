import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/base/decimal.ts';
import { ConstantSampler, DISTRIBUTIONS, DistributionSampler } from '../../../src/base/distribution.ts';
import { createRng } from '../../../src/base/random.ts';

const plain = { factor: new Decimal(1), whole: false, least: 0 };
const named = (name: string) => DISTRIBUTIONS.find((distribution) => distribution.name === name)!;
const sampler = (
  name: string,
  values: number[],
  { weights = values.map(() => 1), low = -Infinity, high = Infinity, conversion = plain } = {},
) => new DistributionSampler(named(name).quantile(values, weights), low, high, conversion);

function draws(of: DistributionSampler, n = 20_000): number[] {
  const rng = createRng('test/distribution');
  return Array.from({ length: n }, () => of.draw(rng));
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: number[], p: number) => values.toSorted((a, b) => a - b)[Math.floor(p * values.length)];

// Bands are five standard errors of 20,000 draws.
describe('the distributions', () => {
  test('lognormal: median, and sigma as the spread of the logarithm', () => {
    const values = draws(sampler('lognormal', [0.05, 1.2]));
    expect(quantile(values, 0.5)).toBeGreaterThan(0.05 * 0.948);
    expect(quantile(values, 0.5)).toBeLessThan(0.05 * 1.055);
    const logs = values.map((value) => Math.log(value / 0.05));
    expect(Math.sqrt(mean(logs.map((x) => x * x)))).toBeCloseTo(1.2, 1);
  });

  test('normal: mean and standard deviation', () => {
    const values = draws(sampler('normal', [10, 2]));
    expect(Math.abs(mean(values) - 10)).toBeLessThan((5 * 2) / Math.sqrt(20_000));
    expect(Math.sqrt(mean(values.map((x) => (x - 10) * (x - 10))))).toBeCloseTo(2, 1);
  });

  test('exponential: its mean', () => {
    expect(Math.abs(mean(draws(sampler('exponential', [3]))) - 3)).toBeLessThan((5 * 3) / Math.sqrt(20_000));
  });

  test('pareto: the least value and the weight of the tail', () => {
    const values = draws(sampler('pareto', [2, 1.5]));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    const beyond = values.filter((value) => value > 8).length / values.length;
    expect(Math.abs(beyond - 0.125)).toBeLessThan(5 * Math.sqrt((0.125 * 0.875) / 20_000));
  });

  test('uniform: between its two values', () => {
    const values = draws(sampler('uniform', [4, 6]));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...values)).toBeLessThan(6);
    expect(Math.abs(mean(values) - 5)).toBeLessThan((5 * 2) / Math.sqrt(12 * 20_000));
  });

  test('choice: by weight', () => {
    const values = draws(sampler('choice', [5, 10, 20], { weights: [1, 2, 1] }));
    const share = (value: number) => values.filter((drawn) => drawn === value).length / values.length;
    expect(new Set(values)).toEqual(new Set([5, 10, 20]));
    expect(Math.abs(share(10) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 20_000));
    expect(Math.abs(share(5) - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 20_000));
  });
});

describe('a draw', () => {
  test('is one step of the stream, whatever the distribution', () => {
    for (const { name, form } of DISTRIBUTIONS) {
      const rng = createRng('one-step');
      const other = createRng('one-step');
      sampler(name, form === 'many' ? [1, 2, 3] : [1, 2]).draw(rng);
      other.next();
      expect(rng.next(), name).toBe(other.next());
    }
  });

  test('rises with the median on the same stream', () => {
    const [less, more] = [draws(sampler('lognormal', [1, 1]), 500), draws(sampler('lognormal', [1.1, 1]), 500)];
    expect(more.every((value, i) => value > less[i])).toBe(true);
  });

  test('is clipped before it becomes ours, and stays at least the least', () => {
    const lots = { factor: new Decimal(62.5), whole: true, least: 1 };
    const values = draws(sampler('lognormal', [0.05, 3], { low: 0.001, high: 2, conversion: lots }), 2_000);
    expect(values.every(Number.isInteger)).toBe(true);
    expect(Math.min(...values)).toBe(1);
    expect(Math.max(...values)).toBe(125);
  });

  test('is always finite', () => {
    const edges = [1 / 8_589_934_592, 1 - 1 / 8_589_934_592];
    for (const { name, form } of DISTRIBUTIONS) {
      const at = named(name).quantile(form === 'many' ? [1, 2] : [1, 2], [1, 1]);
      for (const u of edges) expect(Number.isFinite(at(u)), name).toBe(true);
    }
  });

  test('of a constant draws nothing', () => {
    const rng = createRng('constant');
    expect(new ConstantSampler(7).draw(rng)).toBe(7);
    expect(rng.next()).toBe(createRng('constant').next());
  });
});
