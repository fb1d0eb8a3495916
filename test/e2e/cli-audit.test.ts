// `sandpile audit verify` as a user meets it: a run's decisions come out the same from their records, and a changed one is named.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandpile } from '../helpers/command.ts';
import { SMALL } from '../helpers/small-scenario.ts';

let folder: string;
let run: string;
let recorded: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-audit-'));
  run = join(folder, 'run');
  const file = join(folder, 'small.yaml');
  writeFileSync(file, SMALL);
  const { code, err } = await sandpile('run', file, '--set', 'liquidation.policy.kind=random-slices', '--out', run);
  if (code !== 0) throw new Error(err);
  recorded = readFileSync(join(run, 'decisions.jsonl'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = async (text: string, ...options: string[]) => {
  writeFileSync(join(run, 'decisions.jsonl'), text);
  return sandpile('audit', 'verify', run, ...options);
};

test('every decision comes out the same from its record', async () => {
  const { code, out, err } = await verify(recorded);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^small, seed 1: \d+ decisions, each comes out the same from its record\n$/);
  const { same, decisions, deviations } = JSON.parse((await verify(recorded, '--json')).out) as Record<string, unknown>;
  expect({ same, decisions, deviations }).toEqual({ same: true, decisions: recorded.trim().split('\n').length, deviations: [] });
});

test('one that was changed is named, and the exit code is 3', async () => {
  const lines = recorded.trim().split('\n');
  const handed = lines.findIndex((line) => line.includes('"choice":{"action":"hand-over"}'));
  lines[handed] = lines[handed].replace('"choice":{"action":"hand-over"}', '"choice":{"action":"wait","until":60000000}');
  const { code, out, err } = await verify(`${lines.join('\n')}\n`);
  expect(code).toBe(3);
  expect(out).toContain(`small, seed 1: 1 of ${lines.length} decisions do not come out as recorded\nline ${handed + 1}, case `);
  expect(out).toContain('\n  choice.action: "wait" → "hand-over"\n');
  expect(err).toContain(`To reproduce: sandpile audit verify ${run}`);
  const { deviating } = JSON.parse((await verify(`${lines.join('\n')}\n`, '--json')).out) as { deviating: number };
  expect(deviating).toBe(1);
});

test('records of another version are said to be so', async () => {
  const { code, err } = await verify(recorded.replaceAll(/"version":"[^"]+"/g, '"version":"0.0.1+000000000000"'));
  expect(code).toBe(0);
  expect(err).toMatch(/^warning: decided by version 0\.0\.1\+000000000000, this is /);
});

test('a folder without a run, or without decisions, is a mistake', async () => {
  expect(await sandpile('audit', 'verify', join(folder, 'none'))).toMatchObject({ code: 1, out: '' });
  rmSync(join(run, 'decisions.jsonl'));
  const { code, err } = await sandpile('audit', 'verify', run);
  expect({ code, err }).toEqual({ code: 1, err: `error: there is no decisions.jsonl in ${run}\n` });
});

test('--help shows an example', async () => {
  const { code, out } = await sandpile('audit', 'verify', '--help');
  expect(code).toBe(0);
  expect(out).toContain('sandpile run flash-crash --out runs/crash && sandpile audit verify runs/crash');
});
