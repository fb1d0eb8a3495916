import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { SortedWindow } from '../../../src/estimators/sorted-window.ts';

test('is what sorting the last samples gives, ties and zeros included', () => {
  const rng = createRng('sorted');
  const all: number[] = [];
  const window = new SortedWindow(25);
  for (let i = 0; i < 500; i++) {
    const sample = rng.chance(0.5) ? Math.round(4 * rng.normal()) : rng.normal();
    all.push(sample);
    window.push(sample);
    expect(window.count).toBe(Math.min(i + 1, 25));
    // −0 and 0 are alike to a quantile.
    expect(Array.from(window.values, (value) => value + 0)).toEqual(
      all
        .slice(-25)
        .map((value) => value + 0)
        .toSorted((a, b) => a - b),
    );
  }
});

test('a sample that is not a number is refused', () => {
  expect(() => new SortedWindow(3).push(NaN)).toThrow(/not a number/);
});
