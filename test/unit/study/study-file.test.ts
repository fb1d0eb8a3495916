// A study as a file: what it says is what is run, and whatever is wrong with it is said at once, each with its place.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { parseSeeds, readStudyFile } from '../../../src/study/study-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-study-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const calm = new URL('../../../sim-configs/scenarios/calm.yaml', import.meta.url).pathname;

function study(text: string): string {
  const file = join(folder, 'study.yaml');
  writeFileSync(file, text);
  return file;
}

function problemsOf(text: string): readonly { line: number; message: string; suggestion: string | null }[] {
  try {
    readStudyFile(study(text));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('a study that is fine', () => {
  const plan = readStudyFile(
    study(
      `name: fees\nscenario: ${calm}\nset: { duration: 2m }\narms:\n  as-is: {}\n  dear: { fees.taker: 10bp, liquidation.policy: { kind: targeted, target: 1.5 } }\nseeds: 3..5\nprimary: trades\nmetrics: [price.low]\n`,
    ),
  );
  expect(plan).toMatchObject({ name: 'fees', seeds: ['3', '4', '5'], primary: 'trades', metrics: ['price.low'] });
  expect(plan.scenario.duration).toBe(120_000_000);
  expect([...plan.arms]).toEqual([
    ['as-is', {}],
    ['dear', { 'fees.taker': '10bp', 'liquidation.policy': '{"kind":"targeted","target":"1.5"}' }],
  ]);
});

describe('what is wrong', () => {
  test('is named all at once, at the line where it stands', () => {
    const problems = problemsOf(
      `name: x\nscenario: ${calm}\narms:\n  as-is: {}\n  odd:\n    fees.takr: 10bp\n    fees.maker: ten\nseeds: 5..1\nprimary: trades\nmetric: [a]\n`,
    );
    expect(problems.map(({ line, suggestion }) => [line, suggestion])).toEqual([
      [6, 'taker'],
      [7, null],
      [8, null],
      [10, 'metrics'],
    ]);
  });

  test('an outcome that no arm has, and a part of a sum', () => {
    const problems = problemsOf(
      `name: x\nscenario: ${calm}\narms: { as-is: {} }\nprimary: profit.retal + fund.end\nmetrics: [nothing, reliquidations]\n`,
    );
    expect(problems).toMatchObject([
      { line: 4, message: 'no outcome "profit.retal"', suggestion: 'profit.retail' },
      { line: 5, message: 'no outcome "nothing"', suggestion: null },
    ]);
  });

  test('a scenario that is not there, a study without arms, an empty file', () => {
    expect(problemsOf('name: x\nscenario: nowhere.yaml\narms: { a: {} }\nprimary: trades\n')).toMatchObject([{ line: 2 }]);
    expect(problemsOf(`name: x\nscenario: ${calm}\nprimary: trades\n`)).toMatchObject([{ message: 'missing required key "arms"' }]);
    expect(problemsOf('')).toHaveLength(1);
  });
});

test('seeds are a range, one, or several', () => {
  expect(parseSeeds('1..3')).toEqual(['1', '2', '3']);
  expect(parseSeeds('42')).toEqual(['42']);
  expect(parseSeeds('a,b')).toEqual(['a', 'b']);
  expect(parseSeeds('7,9,7')).toBeUndefined();
  for (const wrong of ['3..1', '1..', '', '1,,2', '1..9999999']) expect(parseSeeds(wrong), wrong).toBeUndefined();
});
