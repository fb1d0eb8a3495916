// Any venue with any policy and any list of loss layers, in falls and rises, with a fund or without: a run ends with every
// invariant whole. `SEEDS=20` tries as many times more.

import '../helpers/property-seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyKinds } from '../../src/liquidation/registry.ts';
import { layerKinds } from '../../src/losses/registry.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { venues } from '../../src/venues/registry.ts';
import { smallScenario } from '../helpers/small-scenario.ts';

const names = venues.map(({ name }) => name);
const policies = policyKinds.map(({ kind }) => kind);
const layers = layerKinds.map(({ kind }) => kind);

test('nothing breaks under any venue, policy and list of layers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.option(fc.constantFrom(...policies)),
      fc.option(fc.uniqueArray(fc.constantFrom(...layers), { maxLength: 4 })),
      fc.constantFrom('-3%', '-8%', '-20%', '6%'),
      fc.constantFrom('0', '2000', '1000000'),
      fc.integer({ min: 1, max: 1_000 }),
      (venue, policy, losses, size, cash, seed) => {
        const set = [
          `venue=${venue}`,
          ...(policy === null ? [] : [`liquidation.policy.kind=${policy}`]),
          ...(losses === null ? [] : [`losses=[${losses.join(', ')}]`]),
          `shocks[0].size=${size}`,
          `insuranceFund.cash=${cash}`,
          'duration=40s',
        ];
        const { manifest } = createSimulation(smallScenario({ seed: String(seed), set })).runToEnd();
        expect(manifest.invariants.broken, set.join(' ')).toEqual([]);
      },
    ),
    { numRuns: 25 * Number(process.env.SEEDS ?? 1) },
  );
}, 600_000);
