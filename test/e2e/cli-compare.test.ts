// compare, as people and programs use it.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
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
    [['liquidation-policies', '--vary', 'duration=1m'], 'is a study'],
    [['liquidation-policies', '--set', 'duraton=1m'], 'duration'],
    [['no-such-thing', '--vary', 'a=b'], 'is neither a file nor'],
  ] as const) {
    const { code, out, err } = await sandpile('compare', ...args);
    expect([code, out], said).toEqual([1, '']);
    expect(err).toContain(said);
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
