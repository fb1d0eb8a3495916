// Forks at random instants, of random descent: nobody who watches only what happens could tell which run was interrupted.
// Every kind of every shelf takes part, so that one that remembers what cannot be copied is found here.

import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layerKinds } from '../../src/losses/registry.ts';
import { policyKinds } from '../../src/liquidation/registry.ts';
import { pathKinds } from '../../src/paths/registry.ts';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { createSimulation, type Simulation } from '../../src/simulation/simulation.ts';
import { traderKinds } from '../../src/traders/registry.ts';
import { copied, endOf, everybody, fingerprint, goOn } from '../helpers/forks.ts';

const SECOND = 1_000_000;

/** With so little allowed at once that cases last, and what a policy remembers decides. */
const POLICIES: Readonly<Record<string, string>> = {
  'fixed-fraction': '{ kind: fixed-fraction, portion: 1%, above: 100, coolDown: 4s, backstop: 0.01 }',
  'block-limited': '{ kind: block-limited, block: 4s, portion: 1%, minNotional: 100, accountNotional: 500, attempts: 2 }',
  shortage: '{ kind: shortage, ramp: 30s, initial: 5%, slot: 2s, small: 0 }',
  'random-slices': '{ kind: random-slices, chance: 1/2, dailyVolume: 20000000, minNotional: 100, autoCloseGap: 100% }',
  'window-capacity': '{ kind: window-capacity, window: 20s, skewScale: 1000000 }',
};

/** Settings of the small scenario, one for each kind of policy, loss layer and path, and some that change much. */
const variants = [
  ...policyKinds.map(({ kind }) => `liquidation.policy=${POLICIES[kind] ?? kind}`),
  ...layerKinds.map(({ kind }) => `losses=[${kind}]`),
  ...pathKinds.filter(({ kind }) => kind !== 'replay').map(({ kind }) => `index={ kind: ${kind}, price: 60000 }`),
  'insuranceFund.cash=0',
  'liquidation.impact=off-book',
  'mark.kind=last',
  'leverage.enabled=false',
  'session.halts=[{ at: 22s, duration: 5s }]',
  'latency={ kind: constant, delay: 40ms }',
  'interventions=[{ at: 21s, set: { liquidation.policy.kind: targeted } }, { at: 26s, set: { margin.tiers: [{ from: 0, maintenance: 0.7%, leverage: 50 }] } }]',
];

test('everybody takes part in the small scenario', () => {
  const kinds = new Set(everybody().traders.map(({ trader }) => trader.kind.kind));
  expect([...kinds].toSorted()).toEqual(traderKinds.map(({ kind }) => kind).toSorted());
});

test.each(variants)('%s: what every kind remembers is copied, to the last field, and used', (set) => {
  const scenario = everybody({ set: [set] });
  const run = createSimulation(scenario);
  const forks: Simulation[] = [];
  for (const at of [500_000, 21_500_000, 23_100_000, 24_700_000, 28_000_000]) {
    run.runUntil(at);
    const checkpoint = run.checkpoint();
    const again = copied(scenario, checkpoint);
    expect(fingerprint(again.checkpoint())).toBe(fingerprint(checkpoint));
    forks.push(again);
  }
  const end = endOf(run);
  for (const fork of forks) expect(endOf(fork)).toEqual(end);
});

test('no run notices how often, when and where it was forked', () => {
  const ends = new Map<string, ReturnType<typeof endOf>>();
  const endOfAll = (set: string, seed: string) => {
    const key = `${set} ${seed}`;
    let end = ends.get(key);
    if (end === undefined) ends.set(key, (end = endOf(createSimulation(everybody({ set: [set], seed })))));
    return end;
  };
  const leg = fc.record({
    messages: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 9_000 })),
    how: fc.constantFrom('fork', 'restore'),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...variants),
      fc.constantFrom('1', '2'),
      fc.array(leg, { minLength: 1, maxLength: 5 }),
      (set, seed, legs) => {
        const scenario = everybody({ set: [set], seed });
        let simulation = createSimulation(scenario);
        for (const { messages, how } of legs) {
          const parent = goOn(simulation, messages);
          simulation = how === 'fork' ? parent.fork() : copied(scenario, structuredClone(parent.checkpoint()));
          // What the parent does afterwards is its own affair.
          goOn(parent, 50);
        }
        expect(endOf(simulation)).toEqual(endOfAll(set, seed));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

describe('the scenarios that come with the package', () => {
  test.each(readdirSync('sim-configs/scenarios').map((file) => file.replace(/\.yaml$/, '')))(
    '%s: go on in the middle of the worst',
    (name) => {
      const scenario = readScenarioFile(`sim-configs/scenarios/${name}.yaml`);
      const simulation = createSimulation(scenario);
      const until = name === 'calm' ? 5 : 20;
      while (simulation.now < until * 60 * SECOND && simulation.cases.started < 100) simulation.runUntil(simulation.now + 10 * SECOND);
      const fork = copied(scenario, simulation.checkpoint());
      const later = simulation.now + 30 * SECOND;
      for (const one of [simulation, fork]) one.runUntil(later);
      expect(fork.now).toBe(simulation.now);
      expect(fork.manifest()).toEqual(simulation.manifest());
      expect(fingerprint(fork.checkpoint())).toBe(fingerprint(simulation.checkpoint()));
    },
    240_000,
  );
});
