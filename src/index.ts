// What a user may import, and nothing else.

import { readScenarioFile, type ReadOptions } from './simulation/scenario-reader.ts';
import type { Scenario } from './simulation/scenario.ts';

/** Reads a scenario and what it names. Rejects with a ConfigError that lists everything that is wrong, each with its place. */
export async function loadScenario(file: string, options?: Pick<ReadOptions, 'seed' | 'set'>): Promise<Scenario> {
  return readScenarioFile(file, options);
}

export { createSimulation, restoreSimulation, type Simulation, type SimulationOptions } from './simulation/simulation.ts';
export { decodeCheckpoint, encodeCheckpoint } from './simulation/checkpoint-file.ts';
export { bytesOf, CheckpointMismatch, type Checkpoint, type RuleChange } from './simulation/checkpoint.ts';
export { compare, seeds, type CompareOptions, type Difference, type Study, type StudyRun } from './study/compare.ts';
export { correlation, estimate, median, signTest, type Estimate } from './study/statistics.ts';
export { ConfigError, type ProblemRecord } from './simulation/config-error.ts';
export { cascadesOf, type Cascade, type CascadeSummary } from './simulation/cascades.ts';
export type { Scenario } from './simulation/scenario.ts';
export type { Headline } from './simulation/metrics.ts';
export type { Manifest } from './simulation/manifest.ts';
export type { InvariantResult } from './simulation/invariants.ts';
export type { Minute, TurningPoint } from './simulation/timeline.ts';
export { MESSAGES, REASONS, Type, type Envelope, type MessageName, type MessageObject } from './messages.ts';
export * from './base/units.ts';
