// Worked numbers from the literature, kept beside the project: a test that wants one skips, and says so, where they are
// not. What a bare checkout must prove it carries in its own tests.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export interface Target {
  readonly id: string;
  readonly topic: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape differs from target to target
  readonly setup: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly expected: any;
}

const file = `${SHARED}vectors/targets.json`;
const targets = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Target[]) : [];

/** A test of one target; skipped where the collection is not at hand. */
export function testTarget(id: string, what: string, run: (target: Target) => void): void {
  const found = targets.find((target) => target.id === id);
  const absent = found === undefined ? ' (skipped: the collection of targets is not beside the project)' : '';
  test.runIf(found !== undefined)(`${id}: ${what}${absent}`, () => {
    if (found !== undefined) run(found);
  });
}

/** A target that others are stated in terms of, such as a series of returns. */
export function targetSetup(id: string): Target['setup'] {
  return targets.find((target) => target.id === id)?.setup;
}

/** A file of recorded market data, or undefined where it is not at hand. */
export function sharedData(name: string): string | undefined {
  const path = `${SHARED}data/${name}`;
  return existsSync(path) ? path : undefined;
}
