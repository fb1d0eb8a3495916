// compare, as people and programs use it.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { refuseUnknown } from '../../src/cli/compare.ts';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { readStudyFile } from '../../src/study/study-file.ts';
import { everyCombination, isStressStudy, readStressStudy } from '../../src/study/stress-study.ts';
import type { Study } from '../../src/study/compare.ts';
import { sandpile } from '../helpers/command.ts';

const studies = fileURLToPath(new URL('../../sim-configs/studies', import.meta.url));
const short = ['--set', 'duration=24m', '--seeds', '1..2'];

test('two values of a rule on the same seeds, as a table and as JSON', async () => {
  const shown = await sandpile(
    'compare',
    'flash-crash',
    '--vary',
    'liquidation.enabled=true,false',
    ...short,
    '--metric',
    'liquidations',
    '--metric',
    'profit.retail+fund.end',
  );
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(shown.out).toMatch(/^flash-crash, 2 seeds \(1 … 2\)/);
  expect(shown.out).toMatch(/liquidation\.enabled=false +0 +-/);
  expect(shown.out).toContain('profit.retail+fund.end');

  const { code, out } = await sandpile('compare', 'flash-crash', '--vary', 'liquidation.enabled=true,false', ...short, '--json');
  expect(code).toBe(0);
  const study = JSON.parse(out) as Study;
  expect(study.names).toEqual(['liquidation.enabled=true', 'liquidation.enabled=false']);
  expect(study.runs.map(({ arm, seed }) => [arm, seed])).toEqual([
    [0, '1'],
    [0, '2'],
    [1, '1'],
    [1, '2'],
  ]);
  const liquidations = study.differences.find(({ metric }) => metric === 'liquidations');
  const [low, high] = liquidations!.bootstrap;
  expect(low).toBeLessThanOrEqual(liquidations!.difference.mean);
  expect(high).toBeGreaterThanOrEqual(liquidations!.difference.mean);
});

test('what cannot be compared is said before anything is run', async () => {
  for (const [args, said] of [
    [['flash-crash'], 'nothing to compare'],
    [['flash-crash', '--vary', 'liquidation.enabled'], 'expected path=value,value'],
    [['flash-crash', '--vary', 'liquidation.enabld=true,false'], 'did you mean "enabled"?'],
    [['flash-crash', '--vary', 'liquidation.enabled=true,false', '--seeds', '2..1'], 'expected seeds such as'],
    [['flash-crash', '--vary', 'liquidation.enabled=true,false', '--seeds', '1,2,1'], 'each once'],
    [['flash-crash', '--vary', 'liquidation.enabled=true,true'], 'true is there twice'],
    [['flash-crash', '--vary', 'duration=1h', '--vary', 'duration=2h'], '--vary duration is given twice'],
    [['flash-crash', '--vary', 'liquidation.enabled=true,false', '--metric', 'price.lw'], '"price.lw" (did you mean price.low?)'],
    [['liquidation-policies', '--metric', 'nothing', '--json'], 'no outcome "nothing"'],
    [['liquidation-policies', '--vary', 'duration=1m'], 'is a study'],
    [['liquidation-policies', '--set', 'duraton=1m'], 'duration'],
    [['no-such-thing', '--vary', 'a=b'], 'is neither a file nor'],
  ] as const) {
    const { code, out, err } = await sandpile('compare', ...args);
    expect([code, out], said).toEqual([1, '']);
    expect(err).toContain(said);
  }
});

test('everything that is wrong with the arms is named at once, by its option', async () => {
  const { err } = await sandpile('compare', 'calm', '--vary', 'liquidation.enabled=true,maybe,x', '--vary', 'foo=1,2');
  expect(err.split('\n').filter((line) => line.includes('error:'))).toEqual([
    '--vary:1:21: error: "maybe" is not valid: expected true or false (at liquidation.enabled)',
    '--vary:1:21: error: "x" is not valid: expected true or false (at liquidation.enabled)',
    '--vary:2:1: error: unknown key "foo" (at foo)',
  ]);
});

test('all outcomes that are unknown are named, parts of a sum too, and those of a later arm are known', async () => {
  const wrong = ['--metric', 'nothing', '--metric', 'profit.retal+fund.end'];
  const { code, err } = await sandpile('compare', 'calm', '--vary', 'liquidation.enabled=true,false', ...wrong);
  expect(code).toBe(1);
  expect(err).toContain('no outcome "nothing", "profit.retal" (did you mean profit.retail?): one of trades,');
  const scenario = readScenarioFile(`${studies}/../scenarios/calm.yaml`);
  const arms = [{}, { 'liquidation.policy.kind': 'targeted' }];
  expect(() => refuseUnknown(['fund.end - unfinished.cost'], scenario, arms)).not.toThrow();
});

test('what is shown of a study that is shipped is there before anything is run', () => {
  for (const file of readdirSync(studies)) {
    const path = `${studies}/${file}`;
    if (isStressStudy(readFileSync(path, 'utf8'))) continue;
    const { scenario, arms, primary, metrics } = readStudyFile(path);
    expect(() => refuseUnknown([primary, ...metrics], scenario, [...arms.values()]), file).not.toThrow();
  }
});

test('every study that is shipped is fine', () => {
  const files = readdirSync(studies);
  expect(files).toContain('liquidation-policies.yaml');
  expect(files).toContain('solvency-frontier.yaml');
  for (const file of files) {
    const path = `${studies}/${file}`;
    if (isStressStudy(readFileSync(path, 'utf8'))) expect(everyCombination(readStressStudy(path).by).length, file).toBeGreaterThan(1);
    else expect(readStudyFile(path).arms.size, file).toBeGreaterThan(1);
  }
});
