// Golden seeds: whole runs whose digest and headline are kept, so that a change of behaviour cannot go unnoticed. One that
// is meant is written anew with `npx vitest run test/golden -u` and explained in the commit: `golden: flash-crash
// liquidations 41 → 44, because …`.

import { expect, test } from 'vitest';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import '../../src/vitest.ts';

const SECONDS = 1_000;

/** Ten minutes of quiet, a crash from inside, a squeeze upwards, and a real crash with leverage and without. */
test.each([
  ['calm', '1', ['duration=10m'], undefined],
  ['flash-crash', '42', [], undefined],
  ['short-squeeze', '7', [], undefined],
  ['october-2025', '42', [], undefined],
  ['october-2025', '42', ['leverage.enabled=false', 'duration=30m'], 'october-2025-42-without-leverage'],
] as const)(
  '%s, seed %s %j',
  (name, seed, set, golden) => {
    const scenario = readScenarioFile(`sim-configs/scenarios/${name}.yaml`, { seed, set });
    expect(createSimulation(scenario)).toMatchSeed(golden);
  },
  120 * SECONDS,
);
