// Runs before `npm start`, `npm test` and `npm run bench`: installs and builds what is missing or stale, and says nothing
// when all is fresh. After `npm ci` it runs with `--no-install`. Plain Node, because it runs before there are packages.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND, STAMP, build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
}

/**
 * Whether node_modules holds what package-lock.json asks for. Versions are compared rather than times, since npm writes
 * both files within one millisecond and git writes one of them at any time. Optional packages may be absent: most of
 * them are binaries for other platforms.
 */
function installed() {
  const marker = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, marker))) return false;
  const present = packagesOf(marker);
  return Object.entries(packagesOf('package-lock.json')).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const found = present[path];
    return found === undefined ? Boolean(optional || devOptional || peer) : found.version === version;
  });
}

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  // A folder's own time tells of files removed from it.
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function built() {
  if (!existsSync(STAMP)) return false;
  const { mtimeMs } = statSync(STAMP);
  const inputs = ['src', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((path) => join(root, path));
  return inputs.filter(existsSync).every((path) => newest(path) <= mtimeMs);
}

function install() {
  console.error('sandpile: installing packages (npm ci)');
  const cli = process.env.npm_execpath ?? '';
  // Scripts are left out: none of the packages needs its own, and the build follows here.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, args] = basename(cli) === 'npm-cli.js' ? [process.execPath, [cli, ...options]] : ['npm', options];
  const npm = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' && command === 'npm' });
  return npm.status === 0;
}

/** So that `npx sandpile` finds the command in this very checkout, as it would after an installation from the registry. */
function link() {
  const path = join(root, 'node_modules/.bin/sandpile');
  if (process.platform === 'win32' || existsSync(path) || !existsSync(COMMAND)) return;
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync('../../dist/cli/main.js', path);
}

const mayInstall = !process.argv.includes('--no-install');
if (mayInstall && !installed() && !install()) process.exit(1);
if (!built()) {
  console.error('sandpile: building');
  if (!build()) process.exit(1);
}
link();
