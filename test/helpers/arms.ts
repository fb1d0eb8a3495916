// Runs of shipped scenarios under changed rules, for claims about what causes what. Every run is made once and kept.

import { createSimulation } from '../../src/simulation/simulation.ts';
import type { InvariantResult } from '../../src/simulation/invariants.ts';
import type { Headline } from '../../src/simulation/metrics.ts';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { Type } from '../../src/messages.ts';

export interface Run {
  readonly headline: Headline;
  /** Of the index as published, a positive fraction. */
  readonly indexDrawdown: number;
  readonly invariants: InvariantResult;
}

/** `SEEDS=20` makes the full claim, on whole runs; a few seeds on the minutes that matter are what every change can afford. */
const count = Number(process.env.SEEDS ?? 3);
export const FULL = count >= 20;
export const SEEDS: readonly string[] = Array.from({ length: count }, (_, i) => String(i + 1));

const runs = new Map<string, Run>();

/** One run; `until` shortens it unless the claim is made in full. */
export function run(scenario: string, seed: string, set: readonly string[] = [], until?: string): Run {
  const all = FULL || until === undefined ? set : [...set, `duration=${until}`];
  const key = JSON.stringify([scenario, seed, all]);
  let made = runs.get(key);
  if (made === undefined) runs.set(key, (made = make(scenario, seed, all)));
  return made;
}

function make(name: string, seed: string, set: readonly string[]): Run {
  const simulation = createSimulation(readScenarioFile(`sim-configs/scenarios/${name}.yaml`, { seed, set }));
  let high = 0;
  let drawdown = 0;
  simulation.kernel.tap((message) => {
    if (message.type !== Type.IndexPublished) return;
    high = Math.max(high, message.price);
    drawdown = Math.max(drawdown, (high - message.price) / high);
  });
  const { headline, manifest } = simulation.runToEnd();
  return { headline, indexDrawdown: drawdown, invariants: manifest.invariants };
}
