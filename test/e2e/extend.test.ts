// What the README promises to whoever adds a kind: one file and one registry line. Its examples are put into a copy of the
// sources, built, listed and run.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let copy = '';

/** The README's block for a file of src. */
function example(path: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const block = new RegExp(`\`\`\`ts ${path}\n([\\s\\S]*?)\`\`\``).exec(readme);
  if (block === null) throw new Error(`README.md has no example for ${path}`);
  return block[1];
}

function register(registry: string, name: string, file: string, list: RegExp): void {
  const path = join(copy, registry);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `import { ${name} } from './${file}';\n${text.replace(list, (start) => `${start}${name} as never, `)}`);
}

function sandpile(...args: string[]): string {
  return execFileSync(process.execPath, [join(copy, 'dist/cli/main.js'), ...args], { cwd: copy, encoding: 'utf8' });
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'sandpile-extend-'));
  for (const part of ['src', 'sim-configs', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src/traders/contrarian.ts'), example('src/traders/contrarian.ts'));
  writeFileSync(join(copy, 'src/liquidation/half-close.ts'), example('src/liquidation/half-close.ts'));
  register('src/traders/registry.ts', 'contrarian', 'contrarian.ts', /traderKinds[^=]*= \[/);
  register('src/liquidation/registry.ts', 'halfClose', 'half-close.ts', /policyKinds[^=]*= \[/);
  execFileSync(process.execPath, [join(ROOT, 'node_modules/@typescript/native/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: copy });
}, 120_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('a new kind is listed with its parameters', () => {
  expect(sandpile('list', 'traders')).toMatch(/contrarian/);
  expect(sandpile('list', 'policies')).toMatch(/half-close/);
});

test('the new trader trades, and the new policy closes in halves', () => {
  const short = ['--set', 'duration=12m', '--json'];
  const without = JSON.parse(sandpile('run', 'flash-crash', ...short)) as { digest: string; headline: { trades: number } };
  const set = ['--set', 'liquidation.policy.kind=half-close', '--set', 'traders.contrarians={ kind: contrarian, count: 3 }'];
  const run = JSON.parse(sandpile('run', 'flash-crash', ...set, ...short)) as typeof without & { invariants: { broken: unknown[] } };
  expect(run.invariants.broken).toEqual([]);
  expect(run.headline.trades).toBeGreaterThan(without.headline.trades);
});
