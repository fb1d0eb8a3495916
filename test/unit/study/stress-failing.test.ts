// A run that fails within a search says at which value and seed it did; one whose invariants broke is told, too.

import { expect, test } from 'vitest';
import type { Scenario } from '../../../src/simulation/scenario.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { reverseStress, type StressOptions } from '../../../src/study/stress.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const scenario = smallScenario({ set: ['duration=5s', 'shocks[0].at=1s'] });

/** Runs that go wrong on seed 2: at −3 % they throw, at −2 % an invariant breaks. */
const simulate = ({ shocks: [{ size }], ...rest }: Scenario, seed: string) => {
  if (seed === '2' && size === -0.03) throw new Error('the book is crossed');
  const run = createSimulation({ ...rest, shocks: [] }, { seed }).runToEnd();
  const broken = seed === '2' && size === -0.02 ? [{ invariant: 'book-never-crossed' as const, seq: 1, detail: '' }] : [];
  return { ...run, manifest: { invariants: { broken } } };
};
const options: Omit<StressOptions, 'shock'> = { find: 'halts > 0', seeds: ['1', '2'], simulate };

test('an error names the value and the seed', async () => {
  const search = reverseStress(scenario, { ...options, shock: 'shocks[0].size=-1%..-3%:1' });
  await expect(search).rejects.toThrow('shocks[0].size=-3%, seed 2: the book is crossed');
});

test('a broken invariant is told with its run', async () => {
  const { broken, runs } = await reverseStress(scenario, { ...options, shock: 'shocks[0].size=-1%..-2%:1' });
  expect(broken).toEqual([{ value: '-2%', seed: '2', invariants: ['book-never-crossed'] }]);
  expect(runs).toBe(4);
});
