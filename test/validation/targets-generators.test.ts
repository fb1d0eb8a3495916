// Generators of the literature against their published words; and that what they draw is what ours draws, in law.

import { expect, test } from 'vitest';
import { doubleOf, pcg32, splitMix64, xoshiro256 } from '../../src/base/generators.ts';
import { createRng } from '../../src/base/random.ts';
import { target } from '../helpers/targets.ts';

test('VER-RNG-01: SplitMix64', ({ skip }) => {
  const { setup, expected } = target('VER-RNG-01', skip);
  const next = splitMix64(BigInt(setup.seed as number));
  expect((expected as string[]).map(() => next().toString())).toEqual(expected);
});

test('VER-RNG-02: xoshiro256** seeded by SplitMix64, and its doubles', ({ skip }) => {
  const { setup, expected } = target('VER-RNG-02', skip);
  const next = xoshiro256(BigInt(setup.seed as number));
  const words = (expected.u64 as string[]).map(() => next());
  expect(words.map(String)).toEqual(expected.u64);
  expect(words.slice(0, expected.doubles.length).map(doubleOf)).toEqual(expected.doubles);
});

test('VER-RNG-03: PCG32', ({ skip }) => {
  const { setup, expected } = target('VER-RNG-03', skip);
  const next = pcg32(BigInt(setup.seed as number), BigInt(setup.seq as number));
  expect((expected as string[]).map(() => `0x${next().toString(16)}`)).toEqual(expected);
});

test('a sequence without a collection beside the project: the first words of seed 0', () => {
  // The reference implementation's own example.
  expect(splitMix64(0n)()).toBe(0xe220a8397b1dcdafn);
});

test('our stream and xoshiro fill a thousand boxes alike', () => {
  const draws = 100_000;
  const boxes = 1_000;
  const rng = createRng('boxes');
  const words = xoshiro256(1n);
  for (const draw of [() => rng.next(), () => doubleOf(words())]) {
    const counts = new Float64Array(boxes);
    for (let i = 0; i < draws; i++) counts[Math.floor(draw() * boxes)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - draws / boxes) ** 2 / (draws / boxes), 0);
    // 999 degrees: mean 999, standard deviation 44.7.
    expect(Math.abs(chiSquare - 999)).toBeLessThan(4 * 44.7);
  }
});
