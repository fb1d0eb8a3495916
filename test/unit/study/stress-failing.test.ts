// A run that fails within a search says at which value and seed it did; one whose invariants broke is told, too.

import { expect, test, vi } from 'vitest';
import { reverseStress } from '../../../src/study/stress.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

vi.mock(import('../../../src/simulation/simulation.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    createSimulation: (scenario, options) => {
      const simulation = actual.createSimulation(scenario, options);
      if (options?.seed !== '2') return simulation;
      if (scenario.shocks[0].size === -0.03) throw new Error('the book is crossed');
      if (scenario.shocks[0].size !== -0.02) return simulation;
      return Object.assign(simulation, {
        runToEnd: () => ({
          manifest: { ...simulation.manifest(), invariants: { checked: {}, broken: [{ invariant: 'money', seq: 1, detail: '' }] } },
          headline: simulation.headline(),
        }),
      });
    },
  };
});

const scenario = smallScenario({ set: ['duration=5s', 'shocks[0].at=1s'] });

test('an error names the value and the seed', async () => {
  const search = reverseStress(scenario, { shock: 'shocks[0].size=-1%..-3%:1', find: 'halts > 0', seeds: ['1', '2'] });
  await expect(search).rejects.toThrow('shocks[0].size=-3%, seed 2: the book is crossed');
});

test('a broken invariant is told with its run', async () => {
  const { broken, runs } = await reverseStress(scenario, { shock: 'shocks[0].size=-1%..-2%:1', find: 'halts > 0', seeds: ['1', '2'] });
  expect(broken).toEqual([{ value: '-2%', seed: '2', invariants: ['money'] }]);
  expect(runs).toBe(4);
});
