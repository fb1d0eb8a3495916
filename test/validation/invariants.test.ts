// What must hold in every run, in the scenarios that come with the package, and in a crash that is halted in its midst. Whole
// runs with `SEEDS=20`, else the minutes in which everything happens.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { INVARIANTS } from '../../src/simulation/invariants.ts';
import { run, SEEDS } from '../helpers/arms.ts';

const SHIPPED = [
  ['calm', '20m'],
  ['collateral-depeg', '33m'],
  ['flash-crash', '30m'],
  ['long-squeeze', '30m'],
  ['march-2020', '50m'],
  ['may-2021', '55m'],
  ['october-2025', '45m'],
  ['short-squeeze', '30m'],
] as const;

const HALTS = ['session.halts=[{ at: 21m, duration: 90s }, { at: 23m, duration: 30s }]'];

test('no scenario is left out', () => {
  const files = readdirSync('sim-configs/scenarios').map((file) => file.replace(/\.yaml$/, ''));
  expect(SHIPPED.map(([name]) => name)).toEqual(files.toSorted((a, b) => a.localeCompare(b)));
});

test.each(SHIPPED)('%s breaks nothing, on any seed', (scenario, until) => {
  for (const seed of SEEDS.slice(0, Math.max(2, SEEDS.length - 1))) {
    const { checked, broken } = run(scenario, seed, [], until).invariants;
    expect(broken, `seed ${seed}`).toEqual([]);
    for (const invariant of INVARIANTS) expect(checked[invariant], invariant).toBeGreaterThan(0);
  }
});

describe('halted in the midst of a crash', () => {
  test('every invariant is checked many times, and holds', () => {
    for (const seed of SEEDS) {
      const { headline, invariants } = run('flash-crash', seed, HALTS, '30m');
      expect(headline.halts).toBe(2);
      expect(headline.liquidations).toBeGreaterThan(20);
      expect(invariants.broken, `seed ${seed}`).toEqual([]);
      expect(Object.keys(invariants.checked)).toEqual([...INVARIANTS]);
      for (const [invariant, times] of Object.entries(invariants.checked))
        expect(times, invariant).toBeGreaterThan(invariant === 'fund-pays-what-it-has' ? 0 : 20);
    }
  });
});
