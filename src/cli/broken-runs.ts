// What is told of runs in which an invariant broke, where many runs were made: which they were, and how to make each of them again.

import type { Scenario } from '../simulation/scenario.ts';
import type { Arm, Study } from '../study/compare.ts';
import { ExitError, type Terminal } from './terminal.ts';

export interface BrokenRun {
  /** What it set beyond the scenario. */
  readonly set: Arm;
  readonly seed: string;
  readonly invariants: readonly string[];
}

export function brokenRuns({ arms, runs }: Study): BrokenRun[] {
  return runs.filter(({ broken }) => broken.length > 0).map(({ arm, seed, broken }) => ({ set: arms[arm], seed, invariants: broken }));
}

/** Throws an ExitError if there are any. */
export function tellBroken(broken: readonly BrokenRun[], scenario: Scenario, terminal: Terminal): void {
  if (broken.length === 0) return;
  for (const { set, seed, invariants } of broken) {
    const changes = [...(scenario.set ?? []), ...Object.entries(set).map(([path, value]) => `${path}=${value}`)];
    const again = `sandpile run ${scenario.file} --seed ${seed} ${changes.map((change) => `--set '${change}'`).join(' ')}`;
    terminal.err(`invariant broken: ${invariants.join(', ')}: ${again}\n`);
  }
  throw new ExitError(2);
}
