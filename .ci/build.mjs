// Compiles src to dist, then removes what no source stands behind any more and makes the command line executable.
// dist is never emptied first, so that what runs from it meanwhile keeps its files, and a build that fails changes nothing.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const output = join(root, 'dist');
const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');
/** Its time is the time the last successful build began: see `setup.mjs`. */
export const STAMP = join(output, '.built');
/** What `sandpile` runs. */
export const COMMAND = join(output, 'cli/main.js');

/** The endings of what one source file `x.ts` becomes. */
const EMITTED = /\.(js|d\.ts|js\.map)$/;

function removeOrphans(folder, sourceFolder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removeOrphans(path, join(sourceFolder, entry.name));
    } else if (EMITTED.test(entry.name) && !existsSync(join(sourceFolder, entry.name.replace(EMITTED, '.ts')))) {
      rmSync(path, { force: true });
    }
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Returns true when everything compiled; the compiler's complaints go to stderr. */
export function build() {
  if (!existsSync(compiler)) {
    console.error('sandpile: TypeScript is not installed, so dist cannot be built; run `npm ci` (without --omit=dev)');
    return false;
  }
  const began = new Date();
  const tsc = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: ['ignore', 2, 2] });
  if (tsc.status !== 0) return false;
  removeOrphans(output, source);
  if (existsSync(COMMAND)) chmodSync(COMMAND, 0o755);
  writeFileSync(STAMP, '');
  utimesSync(STAMP, began, began);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !build()) process.exit(1);
