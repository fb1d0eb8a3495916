import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { barsFrom, csvOf, garchReturns } from '../helpers/simulated-bars.ts';
import { sandpile } from '../helpers/command.ts';
import { sharedData } from '../helpers/targets.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-calibrate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);

function written(name: string, content: string): string {
  writeFileSync(file(name), content);
  return file(name);
}

const RETURNS = garchReturns('calibrate', 400, { omega: 2e-5, alpha: 0.08, beta: 0.9 });

/** With trades and volume, as exchanges have them. */
function prices(): string {
  const [header, ...rows] = csvOf(barsFrom(RETURNS, 40_000)).trim().split('\n');
  return [`${header},volume,trades`, ...rows.map((row) => `${row},500,250000`)].join('\n');
}

function book(): string {
  const rows = Array.from({ length: 400 }, (_, i) => [`bid,${40_000 - i},${1 + (i % 3)}`, `ask,${40_001 + i},${1 + (i % 3)}`].join('\n'));
  return `side,price,size\n${rows.join('\n')}\n`;
}

/** A starter scenario with the fragment's keys in place of its own. */
async function scenarioWith(fragment: string): Promise<string> {
  const starter = file('starter.yaml');
  if (!existsSync(starter)) expect((await sandpile('init', starter)).code).toBe(0);
  const scenario = parse(readFileSync(starter, 'utf8')) as { traders: object };
  const piece = parse(fragment) as { traders?: object };
  return written('scenario.yaml', stringify({ ...scenario, ...piece, traders: { ...scenario.traders, ...piece.traders } }));
}

test('the fragment passes a check inside a scenario, and the scenario runs', async () => {
  const out = file('fragment.yaml');
  const args = ['calibrate', '--prices', written('prices.csv', prices()), '--book', written('book.csv', book())];
  expect(await sandpile(...args, '--out', out)).toEqual({ code: 0, out: `${out} written\n`, err: '' });
  const fragment = readFileSync(out, 'utf8');
  expect(parse(fragment)).toMatchObject({
    index: { volatility: expect.stringMatching(/^[\d.]+%$/) },
    traders: { makers: { kind: 'market-maker' }, noise: { kind: 'noise' } },
  });
  const scenario = await scenarioWith(fragment);
  expect(await sandpile('check', scenario, '--json')).toMatchObject({ code: 0, out: '{\n  "problems": []\n}\n' });
  expect((await sandpile('run', scenario, '--until', '30s')).code).toBe(0);

  expect((await sandpile(...args, '--out', out)).err).toMatch(/is there already: --force replaces it/);
  expect((await sandpile(...args, '--out', out, '--force')).code).toBe(0);
  const printed = JSON.parse((await sandpile(...args, '--json')).out) as { fragment: string; price: object };
  expect(printed.fragment).toBe(fragment);
  expect(printed.price).toMatchObject({ quality: { returns: 400 } });
});

test('a bad book and too few bars are refused', async () => {
  const good = written('good.csv', prices());
  const said = async (name: string, content: string): Promise<string> =>
    (await sandpile('calibrate', '--prices', good, '--book', written(name, content))).err;
  expect(await said('crossed.csv', book().replace('bid,40000,1', 'bid,40500,1'))).toMatch(/the book is crossed: bid 40500, ask 40001/);
  expect(await said('thin.csv', 'side,price,size\nbid,1,1\nask,2,1\n')).toMatch(/1 bids: at least 10 levels/);
  expect(await said('odd.csv', book().replace('bid,40000,1', 'left,40000,1'))).toMatch(/odd\.csv:2:1: error: 1 level is not a side/);
  expect(await said('columns.csv', 'a,b\n1,2\n')).toMatch(/needs the columns side, price and size/);
  const short = written('short.csv', prices().split('\n').slice(0, 40).join('\n'));
  expect((await sandpile('calibrate', '--prices', short)).err).toMatch(/has 39 bars: at least 61 are needed/);
});

test('real prices and a real book give a scenario', async ({ skip }) => {
  const daily = sharedData('binance-spot_BTCUSDT_1d_2020-04-05_2026-04-05.csv', skip);
  const levels = sharedData('binance-um_BTCUSDT_L2-1000lvl_2024-08-08T2354Z.csv', skip);
  const { code, out } = await sandpile('calibrate', '--prices', daily, '--book', levels);
  expect(code).toBe(0);
  const scenario = await scenarioWith(out);
  expect((await sandpile('check', scenario)).out).toMatch(/fine/);
});
