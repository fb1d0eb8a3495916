// The shipped flash crash, with fewer people and a deeper fall, on every venue: who is liquidated and what that costs differs,
// but money is conserved and nobody is left below maintenance without a case.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { venues } from '../../src/venues/registry.ts';

const FLASH_CRASH = fileURLToPath(new URL('../../sim-configs/scenarios/flash-crash.yaml', import.meta.url));

const FEWER = [
  'duration=24m',
  'traders.retail.members=400',
  'traders.noise.count=20',
  'traders.value.count=6',
  'traders.momentum.count=4',
  'traders.makers.count=4',
  'shocks[0].size=-12%',
];

test.each(venues.map(({ name }) => name))('%s', { timeout: 60_000 }, (name) => {
  const scenario = readScenarioFile(FLASH_CRASH, { set: [`venue=${name}`, ...FEWER] });
  const { headline, manifest } = createSimulation(scenario).runToEnd();
  expect(manifest.invariants.broken).toEqual([]);
  expect(headline.liquidations).toBeGreaterThan(20);
});
