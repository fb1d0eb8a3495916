// `npm run engines`, tried on one short golden seed: what it covers, that it sees another digest and another engine, and what
// it says of an engine that cannot be had. The engines themselves run on CI, after the tests.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { againstGolden, againstOther, compareEngines, readGoldens } from '../../.ci/engines.mjs';
import type { Manifest } from '../../src/simulation/manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = { name: 'here', version: process.versions.node, command: [process.execPath], zone: 'UTC', locale: 'C' };
const elsewhere = { ...here, name: 'elsewhere', zone: 'Asia/Kathmandu', locale: 'tr_TR.UTF-8' };
let scratch = '';
let manifest: Manifest;

function keep(change: object = {}, file = 'calm-7'): void {
  const { scenario, seed, envelopes, digest, headline } = manifest;
  const { name, set, digest: scenarioDigest } = scenario;
  const golden = { scenario: name, set, seed, scenarioDigest, envelopes, digest, headline, ...change };
  writeFileSync(join(scratch, `deep/golden/${file}.json`), JSON.stringify(golden));
}

/** What it prints and returns. */
async function compared(engines: Parameters<typeof compareEngines>[0], lanes?: number) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const { differing, totals } = await compareEngines(engines, readGoldens(scratch), lanes);
    return {
      differing,
      engines: totals.map(({ engine }: { engine: { name: string } }) => engine.name),
      said: log.mock.calls.map(([line]) => String(line)),
    };
  } finally {
    log.mockRestore();
  }
}

/** The last words of the rows, by engine and run. */
const verdicts = (said: readonly string[]) =>
  said.flatMap((line) => {
    const row = /^(\w+) .*?(arithmetic|calm-7\S*) .* s {2}(.*)$/.exec(line);
    return row === null ? [] : [row.slice(1).join(' ')];
  });

function script(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, '.ci/engines.mjs'), ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sandpile-engines-test-'));
  mkdirSync(join(scratch, 'deep/golden'), { recursive: true });
  const out = join(scratch, 'run');
  const args = ['dist/cli/main.js', 'run', 'calm', '--seed', '7', '--set', 'duration=20s', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;
});

beforeEach(() => keep());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the golden seeds', () => {
  test('are all that toMatchSeed keeps, each with the arguments that make its run', () => {
    const kept = readdirSync(join(root, 'test/golden')).filter((name) => name.endsWith('.json'));
    const found = readGoldens(join(root, 'test/golden'));
    expect(found.map(({ name }) => `${name}.json`)).toEqual(kept.toSorted());
    expect(found.find(({ name }) => name === 'october-2025-42-without-leverage')?.args).toEqual(
      'run october-2025 --seed 42 --set leverage.enabled=false --set duration=13m'.split(' '),
    );
  });

  test('are found in every folder called golden, and a file there that is none is not passed over', () => {
    expect(readGoldens(scratch).map(({ name, args }) => [name, args.join(' ')])).toEqual([
      ['calm-7', 'run calm --seed 7 --set duration=20s'],
    ]);
    const other = join(scratch, 'deep/golden/other.json');
    writeFileSync(other, '{ "scenario": "calm" }');
    expect(() => readGoldens(scratch)).toThrow(/other\.json is no golden seed: it lacks seed, envelopes, digest, headline$/);
    rmSync(other);
  });
});

describe('what a comparison says', () => {
  test('nothing, of the same run', () => {
    const [{ golden }] = readGoldens(scratch) as [ReturnType<typeof readGoldens>[number]];
    expect(againstGolden(golden, manifest)).toEqual([]);
    expect(againstOther(manifest, manifest)).toEqual([]);
  });

  test('where two engines part, or what else in their manifests differs', () => {
    const digests = ['0', ...manifest.checkpoints.digests.slice(1)];
    expect(manifest.checkpoints.digests.length).toBeGreaterThan(0);
    expect(againstOther(manifest, { ...manifest, checkpoints: { ...manifest.checkpoints, digests } })).toEqual([
      'parts between envelopes 1 and 4096',
    ]);
    expect(againstOther(manifest, { ...manifest, envelopes: 3 })).toEqual([`has 3 envelopes instead of ${manifest.envelopes}`]);
    expect(againstOther(manifest, { ...manifest, simulated: { ...manifest.simulated, to: 'later' } })).toEqual([
      `simulated.to ${manifest.simulated.to} → later`,
    ]);
  });

  test('engines in other time zones and languages agree', async () => {
    const { differing, engines, said } = await compared([here, elsewhere]);
    expect({ differing, engines, said: verdicts(said) }).toEqual({
      differing: 0,
      engines: ['here', 'elsewhere'],
      said: ['here arithmetic same', 'here calm-7 same', 'elsewhere arithmetic same', 'elsewhere calm-7 same'],
    });
  });

  test('a golden seed that is another one is explained once', async () => {
    keep({ digest: 'f'.repeat(64), headline: { ...manifest.headline, trades: -1 } });
    const { differing, said } = await compared([here, elsewhere]);
    expect(differing).toBe(2);
    expect(verdicts(said)).toEqual([
      'here arithmetic same',
      'here calm-7 NOT THE GOLDEN SEED',
      'elsewhere arithmetic same',
      'elsewhere calm-7 not the golden seed, as on here',
    ]);
    expect(said.filter((line) => line.startsWith('    '))).toEqual([
      `    digest ${'f'.repeat(64)} → ${manifest.digest}`,
      `    headline.trades -1 → ${manifest.headline.trades}`,
    ]);
  });

  test('an engine whose arithmetic is another is found, with where it parts and how to find the envelope', async () => {
    const preload = join(scratch, 'broken.mjs');
    // The last bit of each multiplication's low half: what an engine could get wrong that compiles Math.imul.
    writeFileSync(preload, 'const { imul } = Math;\nMath.imul = (a, b) => imul(a, b) ^ 1;\n');
    const broken = { ...here, name: 'broken', command: [process.execPath, '--import', preload] };
    const { differing, said } = await compared([here, broken]);
    expect(differing).toBeGreaterThan(0);
    expect(verdicts(said)).toContain('broken calm-7 DIFFERS');
    const text = said.join('\n');
    expect(text).toMatch(/is not what here makes of it:\n {4}parts between envelopes 1 and 4096\n/);
    expect(text).toContain(`--import ${preload} dist/cli/main.js run calm --seed 7 --set duration=20s --out out/parted --events`);
  });

  test('an engine on which the run fails is told apart, with what it said', async () => {
    const preload = join(scratch, 'lacking.mjs');
    writeFileSync(preload, 'delete Array.prototype.toSorted;\n');
    const { differing, said } = await compared([here, { ...here, name: 'lacking', command: [process.execPath, '--import', preload] }]);
    expect(differing).toBe(1);
    expect(verdicts(said)).toEqual(['here arithmetic same', 'here calm-7 same', 'lacking arithmetic same', 'lacking calm-7 FAILED']);
    expect(said.join('\n')).toMatch(/ {4}exit code 2: [^]*toSorted is not a function/);
  });
});

describe('runs that share a process', () => {
  const engine = (name: string, code: string) => {
    const preload = join(scratch, `${name}.mjs`);
    writeFileSync(preload, code);
    return { ...here, name, command: [process.execPath, '--import', preload] };
  };

  beforeEach(() => keep({}, 'calm-7-again'));
  afterEach(() => rmSync(join(scratch, 'deep/golden/calm-7-again.json')));

  test('are the same after others as alone', async () => {
    const { differing, said } = await compared([here], 1);
    expect({ differing, said: verdicts(said) }).toEqual({
      differing: 0,
      said: ['here arithmetic same', 'here calm-7 same', 'here calm-7-again same'],
    });
  });

  test('one that another has changed is named, with those that ran before it', async () => {
    // What a run leaves behind: after the second answer of the process arithmetic is another.
    const code = `const { imul } = Math, { write } = process.stdout;
let answers = 0;
process.stdout.write = (...args) => {
  if (++answers === 2) Math.imul = (a, b) => imul(a, b) ^ 1;
  return write.apply(process.stdout, args);
};\n`;
    const { differing, said } = await compared([engine('leaking', code)], 1);
    expect(differing).toBe(1);
    expect(verdicts(said)).toEqual(['leaking arithmetic same', 'leaking calm-7 NOT THE GOLDEN SEED', 'leaking calm-7-again same']);
    expect(said).toContain('    in a process of its own it is the golden seed: here arithmetic, calm-7-again had run before it');
  });

  test('one whose process dies is named, and the others are made', async () => {
    const code = `const { parse } = JSON;
JSON.parse = (text, ...rest) => {
  if (text.includes('-calm-7"')) process.stderr.write('no more\\n', () => process.kill(process.pid, 'SIGKILL'));
  return parse(text, ...rest);
};\n`;
    const { differing, said } = await compared([engine('dying', code)], 1);
    expect(differing).toBe(1);
    expect(verdicts(said)).toEqual(['dying arithmetic same', 'dying calm-7 FAILED', 'dying calm-7-again same']);
    expect(said).toContain('    the process died, ended by SIGKILL: no more');
  });

  test('an engine that does not start fails each of them', async () => {
    const { differing, said } = await compared([{ ...here, name: 'absent', command: [join(scratch, 'absent')] }]);
    expect(differing).toBe(3);
    expect(said.filter((line) => line.includes('ENOENT'))).toHaveLength(3);
  });
});

describe('the script', () => {
  const nowhere = () => ({
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    npm_config_cache: join(scratch, 'npm'),
  });
  const current = `node-${process.versions.node.split('.')[0]}`;
  const other = current === 'node-22' ? 'node-24' : 'node-22';
  const args = () => ['--goldens', scratch, '--cache', join(scratch, 'cache'), '--only', current, '--only', other];

  test('an engine that cannot be had fails it, unless that is allowed', () => {
    const strict = script(nowhere(), ...args());
    expect(strict.stderr).toMatch(new RegExp(`^engines: installing \\S+@${other.slice(5)}$`, 'm'));
    expect(strict.stdout).toMatch(new RegExp(`^${other} was not run: \\S+@\\d+ cannot be installed: .*ECONNREFUSED`, 'm'));
    expect(strict.stdout).toMatch(/^1 of 2 engines, 1 golden seeds: no difference$/m);
    expect(strict.status).toBe(1);
    const allowed = script(nowhere(), ...args(), '--allow-missing');
    expect(allowed.stdout).toMatch(/^1 of 2 engines, 1 golden seeds: no difference$/m);
    expect(allowed.status).toBe(0);
  });

  test('a difference fails it', () => {
    keep({ envelopes: 1 });
    const { status, stdout } = script({}, '--goldens', scratch, '--only', current, '--allow-missing');
    expect(stdout).toMatch(/^1 of 2 runs differ$/m);
    expect(status).toBe(1);
  });

  test('nothing to compare, or an unknown engine, is a mistake', () => {
    mkdirSync(join(scratch, 'empty'), { recursive: true });
    expect(script({}, '--goldens', join(scratch, 'empty'))).toMatchObject({ status: 1, stdout: '' });
    const { status, stderr } = script({}, '--goldens', scratch, '--only', 'spidermonkey');
    expect(stderr).toContain('no engine is called spidermonkey: there are node-20, node-22, node-24, node-26, bun, deno');
    expect(status).toBe(1);
  });
});
