// check, list and init, as people and programs use them.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemRecord } from '../../src/simulation/config-error.ts';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { sandpile } from '../helpers/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scenarios = join(root, 'sim-configs/scenarios');
let scratch = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sandpile-check-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

const problemsOf = (out: string) => (JSON.parse(out) as { problems: ProblemRecord[] }).problems;

describe('check', () => {
  test('finds nothing wrong with what is shipped', async () => {
    const files = readdirSync(scenarios).map((file) => join(scenarios, file));
    const { code, out, err } = await sandpile('check', ...files);
    expect([code, err]).toEqual([0, '']);
    expect(out.trim().split('\n')).toHaveLength(files.length);
    const json = await sandpile('check', '--json', ...files);
    expect([json.code, json.out]).toEqual([0, '{\n  "problems": []\n}\n']);
  });

  test('shows each problem with its place, its line and the nearest right key, in the order of the file', async () => {
    const calm = readFileSync(join(scenarios, 'calm.yaml'), 'utf8');
    const file = write('bad.yaml', calm.replace('duration: 60m', 'duration: 60 minutes').replace('members: 3000', 'membres: 3000'));
    const line = (part: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes(part)) + 1;
    const { code, out } = await sandpile('check', file);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        `${file}:${line('60 minutes')}:11: error: "60 minutes" is not valid: expected a duration such as 250ms, 10s, 5m or 1h (at duration)`,
        `  ${line('60 minutes')} | duration: 60 minutes`,
        '     |           ^^^^^^^^^^ did you mean "60m"?',
        `${file}:${line('membres')}:5: error: unknown key "membres" (at traders.retail.membres)`,
        `  ${line('membres')} |     membres: 3000`,
        '     |     ^^^^^^^ did you mean "members"?',
        '2 problems',
        '',
      ].join('\n'),
    );
  });

  test('tells programs the same in one JSON object and nothing else', async () => {
    const file = write(
      'worse.yaml',
      readFileSync(join(scenarios, 'october-2025.yaml'), 'utf8').replace('../prices/october-2025.csv', '../prices/november.csv'),
    );
    const { code, out, err } = await sandpile('check', file, '--json', '--set', 'trader.retail.count=3');
    expect([code, err]).toEqual([1, '']);
    const problems = problemsOf(out);
    expect(problems.map(({ file: where, path, message, suggestion }) => [where, path, message, suggestion])).toEqual([
      ['--set', 'trader.retail.count', 'unknown key "trader"', 'traders'],
      [file, 'index.prices', 'cannot read "../prices/november.csv": no such file', null],
    ]);
    for (const problem of problems) expect(Object.keys(problem)).toEqual(['file', 'line', 'column', 'path', 'message', 'suggestion']);
  });

  test('names the scenario that was meant, and the same mistake once', async () => {
    const { code, out } = await sandpile('check', 'clam', 'calm', 'flash-crash', '--set', 'fees.takr=1bp', '--json');
    expect(code).toBe(1);
    expect(problemsOf(out).map(({ file, message, suggestion }) => [file, message, suggestion])).toEqual([
      ['clam', 'is neither a file nor a scenario that comes with sandpile', 'calm'],
      ['--set', 'unknown key "takr"', 'taker'],
    ]);
  });

  test('writes nothing', async () => {
    const before = readdirSync(scratch);
    await sandpile('check', join(scratch, 'bad.yaml'));
    expect(readdirSync(scratch)).toEqual(before);
  });
});

describe('list', () => {
  test('shows every shelf, and one with its parameters', async () => {
    const all = await sandpile('list');
    expect(all.code).toBe(0);
    for (const name of ['market-maker', 'replay', 'full-close', 'insurance-fund', 'lognormal', 'october-2025', 'jittered', 'median'])
      expect(all.out).toContain(name);
    const { out } = await sandpile('list', 'traders');
    expect(out).toContain('longShare');
    expect(out).toContain('default 60%');
    for (const line of `${all.out}${out}`.split('\n')) expect(line.length, line).toBeLessThanOrEqual(112);
  });

  test('tells programs unit, default and documentation of each parameter', async () => {
    const { code, out } = await sandpile('list', 'paths', '--json');
    expect(code).toBe(0);
    const { paths } = JSON.parse(out) as { paths: { kind: string; params: Record<string, object> }[] };
    expect(paths.find(({ kind }) => kind === 'replay')?.params.exogenousShare).toMatchObject({
      unit: 'fraction',
      default: '100%',
      min: 0,
      max: 2,
      doc: expect.stringMatching(/^Share/) as string,
    });
  });

  test('tells what each scenario asks, who is in it and where it comes from', async () => {
    const { out } = await sandpile('list', 'scenarios', '--json');
    const cards = (JSON.parse(out) as { scenarios: { name: string; question: string; census: string; source: string }[] }).scenarios;
    expect(cards).toHaveLength(8);
    for (const { name, question, census, source } of cards) {
      expect(question, name).toMatch(/\?/);
      expect(census, name).toMatch(/\.$/);
      expect(source, name).toMatch(/\.$/);
    }
  });

  test('knows its shelves', async () => {
    const { code, out, err } = await sandpile('list', 'trader');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error: unknown shelf "trader" \(did you mean traders\?\): one of traders, /);
  });
});

describe('init', () => {
  test('writes a scenario that passes check, names the schema and says what to do next', async () => {
    const file = join(scratch, 'first.yaml');
    const { code, out } = await sandpile('init', file);
    expect(code).toBe(0);
    expect(out).toContain(`sandpile run ${file}`);
    const text = readFileSync(file, 'utf8');
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)!;
    expect(existsSync(join(scratch, schema))).toBe(true);
    expect(readScenarioFile(file).name).toBe('starter');
    expect((await sandpile('check', file)).code).toBe(0);
    const run = await sandpile('run', file, '--until', '20s', '--json');
    expect(run.code, run.err).toBe(0);
    expect((JSON.parse(run.out) as { headline: { trades: number } }).headline.trades).toBeGreaterThan(0);
  });

  test('leaves what is there alone unless it is told otherwise', async () => {
    const file = write('mine.yaml', 'mine');
    const refused = await sandpile('init', file);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('--force');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await sandpile('init', file, '--force', '--json')).toEqual({ code: 0, out: `${JSON.stringify({ file }, null, 2)}\n`, err: '' });
    expect(readFileSync(file, 'utf8')).toContain('name: starter');
  });

  test('does not make folders up', async () => {
    const { code, err } = await sandpile('init', join(scratch, 'nowhere', 'a.yaml'));
    expect(code).toBe(1);
    expect(err).toContain('there is no folder');
  });
});

describe('the command', () => {
  test.each([['frobnicate'], ['check'], ['check', 'calm', '--jsno'], ['list', 'traders', 'paths']])(
    '%s %s %s is a mistake of usage',
    async (...args) => {
      const { code, out, err } = await sandpile(...args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^error: /);
    },
  );

  test('suggests the verb that was meant', async () => {
    expect((await sandpile('chekc')).err).toContain('Did you mean check?');
  });

  test.each(['check', 'list', 'init'])('%s --help has examples', async (verb) => {
    const { code, out } = await sandpile(verb, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Examples:\n  sandpile ${verb}`);
  });

  test('ends with its code and keeps stdout clean, as a process', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, ['dist/cli/main.js', ...args], { cwd: root, encoding: 'utf8' });
    const bad = run('check', 'calm', '--set', 'seeed=3', '--json');
    expect(bad.status).toBe(1);
    expect(problemsOf(bad.stdout)).toHaveLength(1);
    expect(run('--version').stdout.trim()).toBe(
      (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
    );
  });
});
