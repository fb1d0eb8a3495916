// What runs before `npm start` and `npm test`, tried on a scratch project of two files: it builds what is missing or
// stale, and nothing else.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let scratch = '';

function write(path: string, text: string): void {
  mkdirSync(join(scratch, path, '..'), { recursive: true });
  writeFileSync(join(scratch, path), text);
}

function setup(): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/setup.mjs'], { cwd: scratch, encoding: 'utf8' });
  expect(stdout).toBe('');
  return { status, said: stderr };
}

const command = () => spawnSync(join(scratch, 'node_modules/.bin/sandpile'), { encoding: 'utf8' }).stdout;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sandpile-setup-'));
  for (const path of ['.ci', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(root, path), join(scratch, path), { recursive: true });
  }
  mkdirSync(join(scratch, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.bin') symlinkSync(join(root, 'node_modules', name), join(scratch, 'node_modules', name));
  }
  write('src/cli/main.ts', "#!/usr/bin/env node\nimport { grains } from '../base/pile.ts';\nconsole.log(grains);\n");
  write('src/base/pile.ts', 'export const grains = 1;\n');
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('builds what is missing, once, and leaves a command that runs', () => {
  expect(setup()).toEqual({ status: 0, said: 'sandpile: building\n' });
  expect(command()).toBe('1\n');
  expect(setup()).toEqual({ status: 0, said: '' });
});

test('builds again when a source changed', () => {
  write('src/base/pile.ts', 'export const grains = 2;\n');
  expect(setup()).toEqual({ status: 0, said: 'sandpile: building\n' });
  expect(command()).toBe('2\n');
});

test('removes what no source stands behind any more', () => {
  write('src/base/slope.ts', 'export const slope = 1;\n');
  setup();
  expect(existsSync(join(scratch, 'dist/base/slope.d.ts'))).toBe(true);
  rmSync(join(scratch, 'src/base/slope.ts'));
  expect(setup().said).toBe('sandpile: building\n');
  expect(readdirSync(join(scratch, 'dist/base')).filter((name) => name.startsWith('slope'))).toEqual([]);
});

test('a source that does not compile fails every time, with its place, and what was built before stays', () => {
  write('src/base/pile.ts', "export const grains: number = 'three';\n");
  for (const _attempt of [1, 2]) {
    const { status, said } = setup();
    expect(status).toBe(1);
    expect(said).toContain('src/base/pile.ts(1,14): error');
  }
  expect(command()).toBe('2\n');
});
