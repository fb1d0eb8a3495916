import { expect, test } from 'vitest';
import { RollingMean } from '../../../src/estimators/rolling-mean.ts';
import { createRng } from '../../../src/base/random.ts';

test('is the mean of what there is, then of the last few', () => {
  const window = new RollingMean(3);
  expect(window.mean).toBe(0);
  const means = [6, 0, 3, 9, -12].map((sample) => {
    window.push(sample);
    return window.mean;
  });
  expect(means).toEqual([6, 3, 3, 4, 0]);
  expect(window.count).toBe(3);
});

test('keeps an exact sum of whole numbers', () => {
  const rng = createRng('rolling-mean');
  const window = new RollingMean(7);
  const samples = Array.from({ length: 10_000 }, () => rng.int(2_000_001) - 1_000_000);
  for (const sample of samples) window.push(sample);
  expect(window.sum).toBe(samples.slice(-7).reduce((sum, sample) => sum + sample, 0));
});
