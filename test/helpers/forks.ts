// A small run in which every kind of trader takes part, and what it means that a run goes on as if nothing had happened.

import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Checkpoint } from '../../src/simulation/checkpoint.ts';
import { readScenario, type ReadOptions } from '../../src/simulation/scenario-reader.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { SMALL } from './small-scenario.ts';

const EVERYBODY = SMALL.replace('name: small', 'name: everybody').replace(
  '  noise: { kind: noise, count: 8 }',
  `  noise: { kind: noise, count: 8 }
  momentum: { kind: momentum, count: 3 }
  desks: { kind: leveraged, count: 2 }
  holder: { kind: whale, direction: buy, size: 20, leverage: 20, cushion: 1.1, reserve: 100000, delay: 1s }
  program: { kind: whale, role: program, size: 40, from: 15s, over: 10s, slices: 20 }
  helpers: { kind: backstop, count: 2 }
  savers: { kind: saver, count: 2, interval: 10s, look: 2s }
  hunter: { kind: liquidation-hunter, depth: 1, position: 40, push: 4s, hold: 2s, cover: 5s, rest: 2s, edge: 0% }`,
);

/** A minute with a fall after twenty seconds: calls, stops, panic, liquidations, take-overs. */
export function everybody(options: ReadOptions = {}): Scenario {
  return readScenario(EVERYBODY, 'everybody.yaml', options);
}

/** After so many messages, or at its end. */
export function goOn(simulation: Simulation, messages: number): Simulation {
  for (let i = 0; i < messages && simulation.step(); i++);
  return simulation;
}

/** The run that a checkpoint was taken of, by copying and not by running it again: a failure says what cannot be copied. */
export function copied(scenario: Scenario, checkpoint: Checkpoint): Simulation {
  expect(checkpoint.reason).toBeNull();
  return Simulation.restored(scenario, checkpoint, checkpoint.state!, scenario);
}

/** All that can be asked of a finished run, and what it remembers to the last field. */
export function endOf(simulation: Simulation) {
  const { manifest, headline } = simulation.runToEnd();
  const { minutes, turningPoints } = { minutes: simulation.timeline.minutes(), turningPoints: simulation.timeline.turningPoints() };
  return { manifest, headline, minutes, turningPoints, state: fingerprint(simulation.checkpoint()) };
}

/** Of all that a checkpoint holds; comparing megabytes one by one takes a test runner seconds. */
export function fingerprint({ state, ...rest }: Checkpoint): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  if (state !== null) {
    const { strings, shapes, nodes, values, numbers, sizes, memory } = state;
    hash.update(JSON.stringify([strings, shapes, memory.map(({ length }) => length)]));
    for (const part of [nodes, values, numbers, sizes, ...memory]) hash.update(part);
  }
  return hash.digest('hex');
}
