// Worked numbers from the literature, kept beside the project: a test that wants one skips, and says so, where they are
// not. What a bare checkout must prove it carries in its own tests.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export interface Target {
  readonly id: string;
  readonly topic: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape differs from target to target
  readonly setup: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly expected: any;
}

/** How a running test skips itself: from its context. */
type Skip = (note?: string) => never;

const file = `${SHARED}vectors/targets.json`;
const targets = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Target[]) : [];

/** The target of that name; the test is skipped where the collection is not at hand. */
export function target(id: string, skip: Skip): Target {
  return targets.find((one) => one.id === id) ?? skip(`${id} is in a collection that is not beside the project`);
}

/** The whole collection; the test is skipped where it is not at hand. */
export function allTargets(skip: Skip): readonly Target[] {
  return targets.length > 0 ? targets : skip('the collection is not beside the project');
}

/** The path of a file of recorded market data; the test is skipped where it is not at hand. */
export function sharedData(name: string, skip: Skip): string {
  const path = `${SHARED}data/${name}`;
  return existsSync(path) ? path : skip(`${name} is not beside the project`);
}
