// `import 'sandpile/vitest'` adds `expect(run).toMatchSeed()`: a run compared with the golden one of its scenario and seed.
// The golden file holds the headline beside the digest, so that a change shows what changed and not only that a hash did.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect } from 'vitest';
import type { Manifest } from './simulation/manifest.ts';
import type { Headline } from './simulation/metrics.ts';
import { changesBetween } from './simulation/replay.ts';

/** What of a run is compared: a manifest, what `runToEnd` returns, or a simulation, which is then run to its end. */
export type Run = Manifest | { readonly manifest: Manifest } | { runToEnd(): { readonly manifest: Manifest } };

interface Golden {
  readonly scenario: string;
  /** What was set over the scenario's values; absent where nothing was. With it a golden run can be made from its file alone. */
  readonly set?: readonly string[];
  readonly seed: string;
  /** Of the scenario's resolved form. */
  readonly scenarioDigest: string;
  readonly envelopes: number;
  readonly digest: string;
  readonly headline: Headline;
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- the declaration that is extended has it
  interface Matchers<T = any> {
    /**
     * The run's digest and headline are those in `golden/<scenario>-<seed>.json` beside the test file (in its own folder
     * if that is called `golden`), or in `<name>.json` there. `vitest -u` writes it anew; a missing one is written, but
     * on CI it fails.
     */
    toMatchSeed: (name?: string) => T;
  }
}

interface SnapshotState {
  /** `all` with `-u`, `none` on CI. */
  readonly _updateSnapshot?: 'all' | 'new' | 'none';
}

expect.extend({
  toMatchSeed(received: Run, name?: string) {
    const found = goldenOf(received);
    const { testPath } = this;
    if (testPath === undefined) throw new Error('toMatchSeed knows where to look only inside a test');
    const mode = (this.snapshotState as unknown as SnapshotState | undefined)?._updateSnapshot ?? 'none';
    const folder = basename(dirname(testPath)) === 'golden' ? dirname(testPath) : join(dirname(testPath), 'golden');
    const file = join(folder, `${name ?? `${found.scenario}-${found.seed}`}.json`);
    const shown = relative(process.cwd(), file);
    if (this.isNot) throw new Error('toMatchSeed has no opposite: two runs may differ in everything');

    const write = () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
      return { pass: true, message: () => '' };
    };
    if (!existsSync(file)) {
      if (mode !== 'none') return write();
      return { pass: false, message: () => `there is no golden run ${shown} to compare with: write it with vitest -u` };
    }
    const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
    const changes = changesBetween(golden, found);
    if (changes.length === 0) return { pass: true, message: () => '' };
    if (mode === 'all') return write();
    return { pass: false, message: () => explain(golden, found, shown, changes), actual: found, expected: golden };
  },
});

function goldenOf(run: Run): Golden {
  const { scenario, seed, envelopes, digest, headline } = manifestOf(run);
  const set = scenario.set === undefined ? {} : { set: scenario.set };
  return { scenario: scenario.name, ...set, seed, scenarioDigest: scenario.digest, envelopes, digest, headline };
}

function manifestOf(run: Run): Manifest {
  if ('runToEnd' in run) return run.runToEnd().manifest;
  return 'manifest' in run ? run.manifest : run;
}

function explain(golden: Golden, found: Golden, shown: string, changes: ReturnType<typeof changesBetween>): string {
  const told = changes.filter(({ path }) => path !== 'digest' && path !== 'scenarioDigest');
  const lines = [`${found.scenario}, seed ${found.seed} is another run than ${shown}`];
  if (golden.scenarioDigest !== found.scenarioDigest)
    lines.push('  the scenario itself is another one (another file, or other values set)');
  for (const { path, expected, found: now } of told) lines.push(`  ${path.replace(/^headline\./, '')} ${value(expected)} → ${value(now)}`);
  if (told.length === 0 && golden.digest !== found.digest)
    lines.push('  nothing that the headline counts has changed, but some envelope has');
  if (golden.digest !== found.digest) lines.push(`  digest ${golden.digest.slice(0, 12)}… → ${found.digest.slice(0, 12)}…`);
  lines.push('If this is meant, say why in the commit and write it anew with vitest -u');
  return lines.join('\n');
}

function value(leaf: unknown): string {
  return typeof leaf === 'string' ? leaf : (JSON.stringify(leaf) ?? 'nothing');
}
