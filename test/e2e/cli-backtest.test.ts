import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barsFrom, csvOf, garchReturns } from '../helpers/simulated-bars.ts';
import { createRng } from '../../src/base/random.ts';
import { sandpile } from '../helpers/command.ts';
import { SMALL } from '../helpers/small-scenario.ts';
import { sharedData } from '../helpers/targets.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandpile-backtest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const BARS = barsFrom(garchReturns('cli', 900, { omega: 2e-5, alpha: 0.08, beta: 0.9 }), 40_000);

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Printed {
  readonly data: { readonly bars: number; readonly repaired: readonly unknown[] };
  readonly tenPercentMoves: { readonly closes: number; readonly extremes: number };
  readonly models: readonly {
    readonly model: string;
    readonly observations: number;
    readonly exceedances: number;
    readonly kupiec: { readonly statistic: number; readonly p: number; readonly exactSize: number };
    readonly christoffersen: { readonly statistic: number; readonly p: number };
    readonly zone: string;
    readonly procyclicality: { readonly peakToTrough: number; readonly maxRise: number };
  }[];
}

async function backtestJson(...args: string[]): Promise<Printed> {
  const { code, out, err } = await sandpile('backtest', ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Printed;
}

const KINDS = ['historical', 'ewma', 'garch', 'filtered-historical', 'evt'];

describe('backtest', () => {
  test('prints every model with its tests, as JSON and as a table', async () => {
    const prices = written('prices.csv', csvOf(BARS));
    const { models } = await backtestJson('--prices', prices);
    expect(models.map(({ model }) => model)).toEqual(KINDS);
    for (const { observations, exceedances, kupiec, christoffersen, zone, procyclicality } of models) {
      expect(observations).toBe(400);
      expect(exceedances).toBeLessThan(40);
      for (const { statistic, p } of [kupiec, christoffersen]) {
        expect(statistic).toBeGreaterThanOrEqual(0);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }
      expect(['green', 'yellow', 'red']).toContain(zone);
      expect(procyclicality.peakToTrough).toBeGreaterThan(1);
      expect(procyclicality.maxRise).toBeGreaterThan(0);
    }
    const { code, out } = await sandpile('backtest', '--prices', prices, '--model', 'ewma,evt', '--confidence', '97.5%', '--window', '250');
    expect(code).toBe(0);
    expect(out).toMatch(/^ewma +\d+ /m);
    expect(out).toMatch(/650 bars judged, 16\.3 exceedances expected/);
    expect(out).not.toMatch(/historical/);
  });

  test('Parquet says what CSV says', async () => {
    const { at, open, high, low, close } = BARS;
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'timestamp', data: Array.from(at, (micros) => new Date(micros / 1_000)), type: 'TIMESTAMP' },
        { name: 'open', data: [...open], type: 'DOUBLE' },
        { name: 'high', data: [...high], type: 'DOUBLE' },
        { name: 'low', data: [...low], type: 'DOUBLE' },
        { name: 'settle', data: [...close], type: 'DOUBLE' },
      ],
    });
    const csv = await backtestJson('--prices', written('same.csv', csvOf(BARS)), '--model', 'ewma');
    const found = await backtestJson(
      '--prices',
      written('same.parquet', new Uint8Array(parquet)),
      '--model',
      'ewma',
      '--columns',
      'close=settle',
    );
    expect(found.models).toEqual(csv.models);
    const { code, err } = await sandpile('backtest', '--prices', written('broken.parquet', 'PAR1 and nothing more'));
    expect(code).toBe(1);
    expect(err).toMatch(/is no Parquet file that can be read/);
  });

  test('draws what it says', async () => {
    const prices = written('drawn.csv', csvOf(BARS));
    const [svg, png] = [join(folder, 'chart.svg'), join(folder, 'chart.png')];
    const { code } = await sandpile('backtest', '--prices', prices, '--model', 'garch', '--svg', svg, '--png', png);
    expect(code).toBe(0);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*Losses of long positions[\s\S]*<\/svg>\n$/);
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
  });

  test('bad data ends it with every problem; a repair that was asked for lets it go on', async () => {
    const rows = csvOf(BARS).split('\n');
    rows[11] = rows[11].replace(/,[^,]+$/, ',-1');
    [rows[21], rows[22]] = [rows[22], rows[21]];
    const prices = written('bad.csv', rows.join('\n'));
    const refused = await sandpile('backtest', '--prices', prices, '--json');
    expect(refused.code).toBe(1);
    const { problems } = JSON.parse(refused.out) as { problems: { line: number; message: string }[] };
    expect(problems.map(({ line }) => line)).toEqual([12, 23]);
    expect(problems[0].message).toBe('1 row has a price that is not above 0: close is -1');
    const { data } = await backtestJson('--prices', prices, '--model', 'ewma', '--repair', 'sort,drop,fill');
    expect(data.bars).toBe(901);
    expect(data.repaired).toHaveLength(3);
  });

  test.each([
    [['--prices', 'nowhere.csv'], /nowhere\.csv:1:1: error: cannot be read: no such file/],
    [['--prices', 'PRICES', '--model', 'ewme'], /unknown model "ewme" \(did you mean ewma\?\)/],
    [['--prices', 'PRICES', '--remedy', 'bufer'], /unknown remedy "bufer" \(did you mean buffer\?\)/],
    [['--prices', 'PRICES', '--confidence', '12'], /--confidence "12": expected a number from 0\.9 to 0\.999/],
    [['--prices', 'PRICES', '--window', '5000'], /has 901 bars; a window of 5000 needs 5002 at least/],
    [['--prices', 'PRICES', '--side', 'up'], /--side "up": long or short/],
    [['--prices', 'PRICES', '--columns', 'clsoe=x'], /unknown column "clsoe"/],
    [[], /required option '--prices <file>' not specified/],
  ])('usage is checked: %j', async (args, message) => {
    const prices = written('usage.csv', csvOf(BARS));
    const { code, err, out } = await sandpile('backtest', ...args.map((arg) => (arg === 'PRICES' ? prices : arg)));
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  test('a price that never moves is refused', async () => {
    const still = written('still.csv', csvOf(barsFrom(new Float64Array(800))));
    const { code, err } = await sandpile('backtest', '--prices', still);
    expect(code).toBe(1);
    expect(err).toMatch(/does not move for 800 bars/);
  });
});

describe('backtest --engine', () => {
  const stretch = ['--prices', 'sim-configs/prices/october-2025.csv', '--from', '2025-10-10T21:13Z', '--to', '2025-10-10T21:16Z'];

  test('walks two sets of rules over the same prices on the same seeds', async () => {
    const scenario = written('small.yaml', SMALL);
    const engine = ['backtest', '--engine', '--scenario', scenario, ...stretch, '--seeds', '1..2'];
    const { code, out, err } = await sandpile(...engine, '--challenger', 'liquidation.enabled=false', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { data, arms, runs } = JSON.parse(out) as {
      data: object;
      arms: object;
      runs: { arm: number; seed: string; digest: string; headline: { liquidations: number; price: { start: string } } }[];
    };
    expect(data).toMatchObject({ bars: 3, from: '2025-10-10T21:13:00Z', to: '2025-10-10T21:15:00Z' });
    expect(arms).toEqual({ champion: {}, challenger: { 'liquidation.enabled': 'false' } });
    expect(runs.map(({ arm, seed }) => `${arm}/${seed}`)).toEqual(['0/1', '0/2', '1/1', '1/2']);
    // In these minutes bitcoin fell from 116,000 to below 110,000: the champion liquidates, the challenger may not.
    for (const { arm, headline } of runs) {
      if (arm === 0) expect(headline.liquidations).toBeGreaterThan(5);
      else expect(headline.liquidations).toBe(0);
      expect(Number(headline.price.start)).toBeGreaterThan(110_000);
    }
    // A challenger that changes nothing is the champion, to the last envelope.
    const sham = await sandpile(...engine, '--challenger', 'liquidation.enabled=true', '--json');
    const same = (JSON.parse(sham.out) as { runs: { arm: number; digest: string }[] }).runs;
    expect(same.slice(2).map(({ digest }) => digest)).toEqual(same.slice(0, 2).map(({ digest }) => digest));
    const shown = await sandpile(
      ...engine,
      '--champion',
      'liquidation.policy.kind=targeted',
      '--challenger',
      'liquidation.policy.kind=full-close',
    );
    expect(shown.out).toMatch(/3 bars of 1 min from 2025-10-10T21:13:00Z[\s\S]*champion[\s\S]*challenger/);
  });

  test('walks controls, breakers and a policy forward for longer than a day, in a market as slow as the bars', async () => {
    // Ten days of hours, calm but for a fall of 12 % in two of them.
    const hours = 240;
    const rng = createRng('hours');
    const rows = ['open_time_ms,open,high,low,close'];
    let price = 2_000;
    for (let i = 0; i < hours; i++) {
      const close = price * (1 + 0.003 * rng.normal()) * (i === 150 || i === 151 ? 0.94 : 1);
      rows.push(
        [1_700_000_000_000 + i * 3_600_000, price, 1.001 * Math.max(price, close), 0.999 * Math.min(price, close), close].join(','),
      );
      price = close;
    }
    const engine = ['backtest', '--engine', '--prices', written('hours.csv', rows.join('\n')), '--seeds', '1', '--json'];
    const rules = [
      'controls.rules=[{ kind: volatility-scaled, halfLife: 6h, warmup: 24h }]',
      'breakers.rules=[{ kind: velocity, lookback: 1h, threshold: 3%, halt: 2h }]',
      'liquidation.policy.kind=targeted',
    ];
    const { code, out, err } = await sandpile(...engine, ...rules.flatMap((rule) => ['--challenger', rule]));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    type Run = { digest: string; headline: { liquidations: number; halts: number; price: { maxDrawdown: number }; profit: object } };
    const { scenario, data, runs } = JSON.parse(out) as { scenario: string; data: { bars: number }; runs: Run[] };
    expect([scenario, data.bars]).toEqual(['slow-market', hours]);
    const [champion, challenger] = runs.map(({ headline }) => headline);
    expect(champion.liquidations).toBeGreaterThan(10);
    expect(champion.price.maxDrawdown).toBeGreaterThan(0.1);
    expect([champion.halts, challenger.halts > 0]).toEqual([0, true]);
    expect(challenger.liquidations).not.toBe(champion.liquidations);
    const sham = await sandpile(...engine, '--challenger', 'breakers.rules=[{ kind: velocity, threshold: 90% }]');
    const [one, other] = (JSON.parse(sham.out) as { runs: Run[] }).runs;
    expect(other.digest).toBe(one.digest);
    expect(one.digest).toBe(runs[0].digest);
    // Where a market of seconds is asked for, that is too much.
    const fast = await sandpile(...engine, '--scenario', 'calm', '--challenger', rules[2]);
    expect(fast.code).toBe(1);
    expect(fast.err).toMatch(/864,000 marks are too many to simulate, 400,000 at most/);
  });

  test.each([
    [['--challenger', 'a=b', '--from', '2025-10-10T23:00Z'], /fewer than two bars there/],
    [['--challenger', 'a'], /--challenger a: expected path=value/],
    [['--challenger', 'liquidation.polcy.kind=full-close'], /unknown key "polcy"/],
    [['--challenger', 'a=b', '--seeds', '3..1'], /--seeds 3\.\.1: expected seeds/],
    [['--challenger', 'a=b', '--to', 'noon'], /--to noon: expected a time/],
    [[], /name some with --challenger/],
  ])('usage is checked: %j', async (args, message) => {
    const { code, err } = await sandpile('backtest', '--engine', '--prices', 'sim-configs/prices/october-2025.csv', ...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

describe('six years of daily bitcoin', () => {
  test('five models and all tests in less than five seconds; half the volatility is rejected', async ({ skip }) => {
    const prices = sharedData('binance-spot_BTCUSDT_1d_2020-04-05_2026-04-05.csv', skip);
    // Of the processor: a shared machine may keep it waiting.
    const began = process.cpuUsage();
    const { models, tenPercentMoves } = await backtestJson('--prices', prices);
    const { user, system } = process.cpuUsage(began);
    expect(user + system).toBeLessThan(5_000_000);
    expect(models).toHaveLength(5);
    // Fat tails: what a normal distribution charges is exceeded too often, a quantile of the past is not.
    const zones = Object.fromEntries(models.map(({ model, zone }) => [model, zone]));
    expect(zones).toMatchObject({ ewma: 'red', historical: 'green', evt: 'green' });
    expect(tenPercentMoves.extremes / tenPercentMoves.closes).toBeGreaterThan(2.5);
    expect(tenPercentMoves.extremes / tenPercentMoves.closes).toBeLessThan(3.5);
    for (const { model, kupiec, zone } of (await backtestJson('--prices', prices, '--volatility-scale', '0.5')).models) {
      expect(kupiec.p, model).toBeLessThan(1e-6);
      expect(zone, model).toBe('red');
    }
  });

  // Murphy, Vasios & Vause (2014) found this order for the S&P 500. Their historical simulation swings more than an EWMA;
  // here, over 500 days, it swings less.
  test('a floor swings less than the EWMA it is put on, and filtered historical simulation most', async ({ skip }) => {
    const prices = sharedData('binance-spot_BTCUSDT_1d_2020-04-05_2026-04-05.csv', skip);
    const { models } = await backtestJson('--prices', prices, '--model', 'ewma,filtered-historical', '--remedy', 'floor');
    const swing = Object.fromEntries(models.map(({ model, procyclicality }) => [model, procyclicality.peakToTrough]));
    expect(swing['ewma+floor']).toBeLessThan(swing.ewma);
    expect(swing.ewma).toBeLessThan(swing['filtered-historical']);
  });

  test("every file of Binance's bars is read", async ({ skip }) => {
    for (const name of [
      'binance-um_BTCUSDT_1m_2020-03-13T0130-0300Z.csv',
      'binance-um_BTCUSDT_1m_2021-05-19T1220-1340Z.csv',
      'binance-um_BTCUSDT_1m_2025-10-10T2045-2214Z.csv',
      'binance-um_BTCUSDT_5m_2025-10-01_2025-10-19.csv',
    ]) {
      const { err } = await sandpile('backtest', '--prices', sharedData(name, skip), '--model', 'ewma', '--window', '100');
      // The one-minute windows are too short to judge, which is all that may be said against them.
      expect(err, name).toMatch(
        name.includes('_1m_') ? /^error: .* has \d+ bars; a window of 100 needs 102 at least: no window is shorter than 100/ : /^$/,
      );
    }
  });
});
