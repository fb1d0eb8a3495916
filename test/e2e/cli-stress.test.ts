// stress, as people and programs use it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Study } from '../../src/study/compare.ts';
import type { Stress } from '../../src/study/stress.ts';
import { sandpile } from '../helpers/command.ts';
import { SMALL } from '../helpers/small-scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandpile-stress-'));
const file = join(folder, 'small.yaml');
writeFileSync(file, SMALL);
afterAll(() => rmSync(folder, { recursive: true }));

const short = ['--set', 'duration=30s', '--set', 'insuranceFund.cash=0', '--seeds', '1..3'];
const shock = ['--shock', 'shocks[0].size=-1%..-5%:2', '--find', 'fund.low<0'];
const search = [file, '--shock', 'shocks[0].size=-1%..-5%:2', '--find', 'liquidations >= 8', '--refine', '1', ...short];

test('the smallest shock, as a table and as JSON', async () => {
  const shown = await sandpile('stress', ...search);
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(shown.out).toMatch(/^small: how likely is liquidations >= 8\? 3 seeds \(1 … 3\), the same at every value\n/);
  expect(shown.out).toMatch(/\n-1% +\d of 3 +\d+ % +\d+ % … \d+ %\n/);

  const { code, out, err } = await sandpile('stress', ...search, '--json');
  expect([code, err]).toEqual([0, '']);
  const stress = JSON.parse(out) as Stress;
  expect(stress).toMatchObject({ scenario: 'small', path: 'shocks[0].size', condition: 'liquidations >= 8', probability: 0.5 });
  expect(stress.smallest).not.toBeNull();
  expect(shown.out).toContain(`shocks[0].size=${stress.smallest!.at}`);
  for (const { value, met } of stress.points) expect(shown.out).toMatch(new RegExp(`\n${value}( \\*)? +${met} of 3 `));
  expect(shown.out).toMatch(new RegExp(`\n${stress.runs} runs\\.\n$`));
});

test('a frontier: the search anew for every rule', async () => {
  const by = ['--by', 'traders.retail.leverage.max=5,100', '--by', 'insuranceFund.cash=0,1000'];
  const shown = await sandpile('stress', ...search, '--seeds', '1', ...by);
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(shown.out).toContain('traders.retail.leverage.max  insuranceFund.cash');
  const { out } = await sandpile('stress', ...search, '--seeds', '1', ...by, '--json');
  const { frontier } = JSON.parse(out) as { frontier: (Stress & { set: Record<string, string> })[] };
  expect(frontier.map(({ set }) => Object.values(set))).toEqual([
    ['5', '0'],
    ['5', '1000'],
    ['100', '0'],
    ['100', '1000'],
  ]);
  // Nobody with five times leverage is liquidated by a fall of 5 %.
  expect(frontier[0].smallest).toBeNull();
  expect(frontier[2].smallest).not.toBeNull();
});

test('a frontier as a file is the same as by flags', async () => {
  const study = join(folder, 'edge.yaml');
  writeFileSync(
    study,
    `name: edge\nscenario: ${file}\nset: { duration: 30s, insuranceFund.cash: 0 }\nshock: shocks[0].size=-1%..-5%:2\nfind: liquidations >= 8\n` +
      'by: { traders.retail.leverage.max: [5, 100] }\nrefine: 1\nseeds: 1..3\n',
  );
  const flags = await sandpile('stress', ...search, '--by', 'traders.retail.leverage.max=5,100', '--json');
  const told = await sandpile('stress', study, '--json');
  expect([told.code, told.err]).toEqual([0, '']);
  expect(JSON.parse(told.out)).toEqual(JSON.parse(flags.out));
  const checked = await sandpile('check', study);
  expect(checked.out).toContain('fine (edge: the smallest shocks[0].size=-1%..-5%:2 under 2 rules on 3 seeds)');
  // Fewer seeds may be asked for; another question is another file.
  const fewer = await sandpile('stress', study, '--seeds', '1', '--refine', '0', '--json');
  expect((JSON.parse(fewer.out) as { frontier: Stress[] }).frontier.map(({ runs }) => runs)).toEqual([3, 3]);
  const both = await sandpile('stress', study, ...shock);
  expect([both.code, both.out]).toEqual([1, '']);
  expect(both.err).toContain('is a study and says itself what it looks for');
});

test('a study for the other verb says which', async () => {
  const compared = await sandpile('compare', 'solvency-frontier');
  expect([compared.code, compared.out]).toEqual([1, '']);
  expect(compared.err).toContain('looks for the smallest shock: sandpile stress solvency-frontier');
  const stressed = await sandpile('stress', 'breakers-on-off', '--named', 'flash-wick');
  expect([stressed.code, stressed.out]).toEqual([1, '']);
  expect(stressed.err).toContain('compares rules: sandpile compare breakers-on-off');
});

test('what is wrong with such a file is said at its line', async () => {
  const study = join(folder, 'wrong.yaml');
  writeFileSync(
    study,
    `name: edge\nscenario: ${file}\nshock: shocks[0].sise=-1%..-5%:2\nfind: fund.lowest < 0\nby: { leverage.enabld: [true] }\nseeds: 3..1\n`,
  );
  const seeds = await sandpile('check', study, '--json');
  expect(JSON.parse(seeds.out)).toMatchObject({ problems: [{ line: 6 }] });
  writeFileSync(
    study,
    `name: edge\nscenario: ${file}\nshock: shocks[0].sise=-1%..-5%:2\nfind: fund.lowest < 0\nby: { leverage.enabld: [true] }\n`,
  );
  const { code, out } = await sandpile('check', study, '--json');
  expect(code).toBe(1);
  expect(
    (JSON.parse(out) as { problems: { line: number; suggestion: string }[] }).problems.map(({ line, suggestion }) => [line, suggestion]),
  ).toEqual([
    [3, 'size'],
    [4, 'fund.low'],
    [5, 'enabled'],
  ]);
});

test('named troubles against the scenario as it is', async () => {
  const args = ['stress', file, '--named', 'flash-wick,fund-drain', '--set', 'duration=30s', '--seeds', '1..2'];
  const shown = await sandpile(...args);
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(shown.out).toMatch(/^ {2}flash-wick +half way the index falls/);
  expect(shown.out).toMatch(/price\.maxDrawdown +mean +− as it is/);
  const { out } = await sandpile(...args, '--json');
  const study = JSON.parse(out) as Study;
  expect(study.names).toEqual(['as it is', 'flash-wick', 'fund-drain']);
  const [asItIs, wick] = study.means['price.maxDrawdown'];
  expect(wick.mean).toBeGreaterThan(asItIs.mean + 0.05);
});

test('what cannot be searched is said before anything is run', async () => {
  for (const [args, said] of [
    [[], "either --shock path=from..to with --find 'condition', or --named"],
    [[...shock, '--named', 'flash-wick'], 'either --shock'],
    [shock.slice(0, 2), '--find'],
    [[...shock, '--seeds', '2..1'], 'expected seeds such as'],
    [[...shock, '--probability', '120%'], 'expected a share such as 50%'],
    [[...shock, '--refine', 'often'], 'expected how often'],
    [[...shock, '--by', 'leverage.enabled'], 'error: --by leverage.enabled: expected path=value,value'],
    [[...shock, '--by', 'leverage.enabld=true'], 'did you mean "enabled"?'],
    [['--shock', 'shocks[0].sise=-1%..-5%', '--find', 'fund.low<0'], 'did you mean "size"?'],
    [['--shock', 'shocks[0].size=-1%..-5%', '--find', 'fund.lowest<0'], 'did you mean "fund.low"?'],
    [['--named', 'flash-wik'], 'did you mean "flash-wick"?'],
    [['--named', 'flash-wick', '--metric', 'liquidation', '--seeds', '1', '--set', 'duration=21s'], 'did you mean liquidations?'],
  ] as const) {
    const { code, out, err } = await sandpile('stress', file, ...args);
    expect([code, out], said).toEqual([1, '']);
    expect(err).toContain(said);
  }
});
