// Reading a scenario from end to end: what a simulation receives, and what it is told when it cannot be.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Sampler } from '../../../src/base/params.ts';
import { createRng } from '../../../src/base/random.ts';
import { layerKinds } from '../../../src/losses/registry.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import { pathKinds } from '../../../src/paths/registry.ts';
import { ConfigError, type Problem } from '../../../src/simulation/config-error.ts';
import { readConfig, readScenario, readScenarioFile, type ReadOptions } from '../../../src/simulation/scenario-reader.ts';
import { latencyKinds, markKinds } from '../../../src/simulation/scenario-file.ts';
import { object, readShape, type ShelfKind } from '../../../src/simulation/shape.ts';
import { parseTree } from '../../../src/simulation/tree.ts';
import { traderKinds } from '../../../src/traders/registry.ts';

const folder = fileURLToPath(new URL('../../../sim-configs/scenarios/', import.meta.url));
const FILE = `${folder}test.yaml`;

const SMALL = `name: small
start: 2025-10-10T20:45:00Z
duration: 10m
seed: 9007199254740993
instruments: { BTC-PERP: { tick: 0.1, lot: 0.001, maxPrice: 200000, maxOpenInterest: 100000 } }
index: { kind: geometric-brownian, price: 60000.5 }
traders:
  retail: { kind: noise, count: 3, size: 1.6, cash: { uniform: [100, 200] } }
`;
const read = (text = SMALL, options: ReadOptions = {}) => readScenario(text, FILE, options);
const changed = (from: string | RegExp, to: string) => SMALL.replace(from, to);

function problems(text: string, options: ReadOptions = {}) {
  try {
    read(text, options);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ line, column, path, message, suggestion }) => [`${line}:${column}`, path, message, suggestion]);
    throw error;
  }
  return [];
}

describe('a scenario', () => {
  test('is in integers', () => {
    const { instruments, duration, start, settlement, seed } = read();
    expect({ duration, start, seed, settlement }).toEqual({
      duration: 600_000_000,
      start: Date.parse('2025-10-10T20:45:00Z') * 1_000,
      seed: '9007199254740993',
      settlement: { asset: 'USDT', unit: '0.0001' },
    });
    expect(instruments).toHaveLength(1);
    expect(instruments[0]).toMatchObject({
      symbol: 'BTC-PERP',
      tick: '0.1',
      lot: '0.001',
      tickValue: '0.0001',
      multiplier: 1,
      maxPrice: 2_000_000,
      minOrder: 1,
      maxOrder: 1_000_000,
      priceBand: 50_000,
    });
    expect(instruments[0].margin).toEqual({
      tiers: [{ floor: 0, maintenance: 5_000, initial: 10_000 }],
      deduction: true,
      maintenanceOn: 'mark',
      closingFee: 0,
      openInterest: { lower: 0, upper: 0 },
    });
    expect(instruments[0].fees).toEqual({ maker: 200, taker: 500, liquidation: 5_000, liquidationUpTo: 'equity' });
    expect(instruments[0].mark).toEqual({ kind: 'median', interval: 1_000_000, window: 30_000_000, clamp: 0 });
  });

  test('has funding settle by the calendar, never at its own beginning', () => {
    const first = (start: string, interval = '8h') =>
      read(`${changed('2025-10-10T20:45:00Z', start)}rules: { funding: { interval: ${interval} } }\n`).instruments[0].funding.firstAt /
      60_000_000;
    expect(first('2025-10-10T20:45:00Z')).toBe(195);
    expect(first('2025-10-10T07:59:00Z')).toBe(1);
    expect(first('2025-10-10T08:00:00Z')).toBe(480);
    expect(first('2025-10-10T08:10:00Z', '1h')).toBe(50);
  });

  test('has initial margin rates rounded up, against the account', () => {
    const { tiers } = read(`${SMALL}rules: { margin: { tiers: [{ from: 0, maintenance: 0.4%, leverage: 75 }] } }\n`).instruments[0].margin;
    expect(tiers[0].initial).toBe(13_334);
  });

  test('shrinks every size by its scale and nothing else', () => {
    const rules =
      'rules: { margin: { tiers: [{ from: 0, maintenance: 1%, leverage: 50 }, { from: 1600, maintenance: 2%, leverage: 25 }] }, insuranceFund: { cash: 3200 } }\nscale: 1/16\n';
    const { scale, instruments, insuranceFund, traders } = read(SMALL + rules);
    expect(scale).toBe(0.0625);
    expect(insuranceFund.cash).toBe(2_000_000);
    expect(instruments[0]).toMatchObject({ maxPrice: 2_000_000, minOrder: 1, maxOrder: 62_500 });
    expect(instruments[0].margin.tiers[1].floor).toBe(1_000_000);
    expect(traders[0].trader.draw(() => createRng('x'))).toMatchObject({ size: 100, interval: 2_000_000 });
    expect(traders[0].count).toBe(3);
  });

  test('reads its bars in ticks and simulated time', () => {
    const { bars } = read(changed('geometric-brownian, price: 60000.5', 'replay, prices: ../prices/october-2025.csv')).instruments[0].index;
    expect(bars).toHaveLength(90);
    expect(bars?.[0]).toEqual({ at: 0, open: 1_169_701, high: 1_170_403, low: 1_169_701, close: 1_169_759 });
    expect(bars?.[89].at).toBe(89 * 60_000_000);
  });

  test('knows several instruments, each with its index and its own steps', () => {
    const instruments = 'ETH-PERP: { tick: 0.01, lot: 0.001, maxPrice: 10000, maxOpenInterest: 1000 }, BTC-PERP: {';
    const index = 'index: { ETH-PERP: { kind: mean-reverting, price: 4000 }, BTC-PERP: { kind: geometric-brownian, price: 60000 } }\n';
    const more = '  dear: { kind: whale, instrument: BTC-PERP, size: 2 }\nshocks: [{ at: 1m, size: -5%, instrument: BTC-PERP }]\n';
    const two = read(changed('BTC-PERP: {', instruments).replace(/index:.*\n/, index) + more);
    expect(two.settlement.unit).toBe('0.00001');
    expect(two.instruments.map(({ symbol, multiplier }) => [symbol, multiplier])).toEqual([
      ['ETH-PERP', 1],
      ['BTC-PERP', 10],
    ]);
    expect(two.traders.map(({ id, instrument }) => [id, instrument])).toEqual([
      ['retail', 0],
      ['dear', 1],
    ]);
    expect(two.shocks[0]).toMatchObject({ instrument: 1, size: -0.05, at: 60_000_000 });
    expect(two.instruments[1].index.path.kind.kind).toBe('geometric-brownian');
  });

  test('gives traders the latency of the scenario unless they have their own', () => {
    const { traders } = read(`${SMALL}  near: { kind: noise, latency: none }\nlatency: { kind: jittered, delay: 8ms, jitter: 2ms }\n`);
    expect(traders.map(({ latency }) => latency)).toEqual([{ kind: 'jittered', delay: 8_000, jitter: 2_000 }, { kind: 'none' }]);
  });

  test('reads a latency for one type of message alone, and says which types there are', () => {
    const { traders } = read(
      `${SMALL}latency: { kind: constant, delay: 8ms, types: { CancelOrder: none, OrderFilled: { kind: constant, delay: 1ms } } }\n`,
    );
    expect(traders[0].latency).toEqual({
      kind: 'constant',
      delay: 8_000,
      types: new Map([
        ['CancelOrder', { kind: 'none' }],
        ['OrderFilled', { kind: 'constant', delay: 1_000 }],
      ]),
    });
    expect(() => read(`${SMALL}latency: { kind: none, types: { Wake: none } }\n`)).toThrow(
      '"Wake" is not valid: expected a message between participants and the exchange: SubmitOrder,',
    );
  });
});

describe('parameters that are distributions', () => {
  const streams = (seed: string) => (purpose: string) => createRng(`${seed}/${purpose}`);

  test('are drawn for each trader from a stream of their own', () => {
    const [{ trader }] = read().traders;
    const [one, two] = [trader.draw(streams('1')), trader.draw(streams('2'))];
    expect(one.cash).not.toBe(two.cash);
    expect(trader.draw(streams('1')).cash).toBe(one.cash);
    expect(one.cash).toBeGreaterThanOrEqual(1_000_000);
    expect(one.cash).toBeLessThan(2_000_000);
  });

  test('move nobody else when one of them becomes a constant', () => {
    const both = read(changed('size: 1.6', 'size: { uniform: [1, 2] }')).traders[0].trader.draw(streams('1'));
    expect(read().traders[0].trader.draw(streams('1')).cash).toBe(both.cash);
  });

  test('are handed over where a kind draws again and again', () => {
    const { traders } = read(`${SMALL}  many: { kind: crowd, size: { choice: [1, 2] }, leverage: 10 }\n`);
    const values = traders[1].trader.draw(streams('1')) as unknown as { size: Sampler; leverage: Sampler };
    const rng = createRng('members');
    expect(new Set(Array.from({ length: 50 }, () => values.size.draw(rng)))).toEqual(new Set([1_000, 2_000]));
    expect(values.leverage.draw(rng)).toBe(10);
  });
});

describe('the config of a scenario', () => {
  test('has every default filled in and speaks in plain paths', () => {
    const { config } = read();
    expect(config).toMatchObject({
      seed: '9007199254740993',
      leverage: { enabled: true },
      liquidation: { enabled: true, policy: { kind: 'full-close' } },
      index: { kind: 'geometric-brownian', price: '60000.5' },
      traders: { retail: { kind: 'noise', count: '3', instrument: 'BTC-PERP' } },
      fees: { taker: '0.05%' },
    });
  });

  test('is the same for the same scenario, however it is written', () => {
    const other = changed('duration: 10m', 'duration: "600s"')
      .replace('size: 1.6', 'size: 1.60')
      .replace('count: 3, ', '')
      .replace('retail:', 'retail: ')
      .replace('cash:', 'count: 3, cash:');
    expect(read(`${other}rules: { fees: { taker: 5bp } }\n`).config).toEqual(read().config);
  });

  test('reads back as itself', () => {
    const text = `${SMALL}interventions: [{ at: 5m, set: { fees.taker: 1bp } }]\nrules: { losses: [auto-deleveraging] }\nshocks: [{ at: 1m, size: -5% }]\n`;
    const { set, ...scenario } = read(text, { set: ['liquidation.enabled=false'] });
    expect(set).toEqual(['liquidation.enabled=false']);
    expect(read(text, { set: [] })).not.toHaveProperty('set');
    const again = readConfig(scenario.config, scenario.file);
    expect(JSON.stringify(again)).toBe(JSON.stringify(scenario));
    expect(again.liquidation.enabled).toBe(false);
    expect(again.interventions).toHaveLength(1);
  });
});

describe('overrides', () => {
  test('are stronger than the file, left to right', () => {
    const { liquidation, traders, seed } = read(SMALL, {
      seed: 7,
      set: ['traders.retail.count=5', 'liquidation.enabled=false', 'traders.retail.count=6'],
    });
    expect([liquidation.enabled, traders[0].count, seed]).toEqual([false, 6, '7']);
  });

  test('are told what is wrong with them like a file is, together with it', () => {
    expect(problems(changed('count: 3', 'conut: 3'), { set: ['duration=10 minutes', 'traders.retail.size=-1'] })).toEqual([
      ['1:10', 'duration', '"10 minutes" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', '10m'],
      ['2:21', 'traders.retail.size', 'must be at least 0, is -1', null],
      ['8:26', 'traders.retail.conut', 'unknown key "conut"', 'count'],
    ]);
  });
});

describe('interventions', () => {
  test('carry the whole scenario after them, one on top of the other, in the order of time', () => {
    const { interventions, instruments } = read(
      `${SMALL}interventions:\n  - { at: 5m, set: { fees.taker: 2bp } }\n  - { at: 2m, set: { rules.fees.maker: 1bp, liquidation.marginCall: 2 } }\n`,
    );
    expect(interventions.map(({ at }) => at)).toEqual([120_000_000, 300_000_000]);
    const fees = interventions.map(({ scenario }) => [
      scenario.instruments[0].fees.maker,
      scenario.instruments[0].fees.taker,
      scenario.liquidation.marginCall,
    ]);
    expect(fees).toEqual([
      [100, 500, 2_000_000],
      [100, 200, 2_000_000],
    ]);
    expect(instruments[0].fees).toMatchObject({ maker: 200, taker: 500 });
  });

  test('are checked together with the rest, and nothing is said twice', () => {
    const text = changed('count: 3', 'conut: 3');
    expect(problems(`${text}interventions: [{ at: 5m, set: { fees.taker: 5 } }, { at: 6m, set: { fees.taker: 6bp } }]\n`)).toEqual([
      ['8:26', 'traders.retail.conut', 'unknown key "conut"', 'count'],
      ['9:46', 'interventions[0].set.fees.taker', '5 is 500%: write a fraction such as 5% or 12bp', '5%'],
    ]);
  });

  test('cannot take liquidations off the book or bring them back, by whichever path', () => {
    const refused = '"liquidation.impact" cannot change during a run';
    expect(
      problems(`${SMALL}interventions:\n  - { at: 5m, set: { liquidation.impact: off-book } }\n  - { at: 6m, set: { fees.taker: 6bp } }\n`),
    ).toEqual([['10:22', 'interventions[0].set.liquidation.impact', refused, null]]);
    expect(problems(`${SMALL}interventions:\n  - { at: 5m, set: { liquidation: { impact: off-book } } }\n`)).toEqual([
      ['10:22', 'interventions[0].set.liquidation', refused, null],
    ]);
    expect(problems(`${SMALL}interventions:\n  - { at: 5m, set: { liquidation.impact: book, liquidation.enabled: false } }\n`)).toEqual([]);
  });

  test('cannot change who is liquidatable at maintenance, nor the venue', () => {
    expect(problems(`${SMALL}interventions:\n  - { at: 5m, set: { liquidation.trigger: passed } }\n`)).toEqual([
      ['10:22', 'interventions[0].set.liquidation.trigger', '"liquidation.trigger" cannot change during a run', null],
    ]);
    expect(problems(`${SMALL}interventions:\n  - { at: 5m, set: { venue: dydx-v4 } }\n`)).toEqual([
      ['10:22', 'interventions[0].set.venue', '"venue" cannot change during a run', null],
    ]);
  });

  test('may change rules only, and are checked like everything else', () => {
    expect(
      problems(
        `${SMALL}interventions:\n  - { at: 5m, set: { traders.retail.count: 9 } }\n  - { at: 1h, set: { fees.taker: 5 } }\n  - { at: 1m, set: {} }\n  - { at: 1m, set: { fees.takr: 5bp } }\n`,
      ),
    ).toEqual([
      ['10:22', 'interventions[0].set.traders.retail.count', '"traders" cannot change during a run', null],
      ['11:5', 'interventions[1]', 'is after the end of the run', null],
      ['11:34', 'interventions[1].set.fees.taker', '5 is 500%: write a fraction such as 5% or 12bp', '5%'],
      ['12:20', 'interventions[2].set', 'expected a map of paths and their new values', null],
      ['13:27', 'interventions[3].set.fees.takr', 'unknown key "takr"', 'taker'],
    ]);
  });
});

describe('a scenario that cannot be run is told', () => {
  test('everything at once: unknown key, wrong unit, price off the tick, unknown kind, missing file', () => {
    const text = SMALL.replace('duration: 10m', 'duration: 10 minutes')
      .replace('maxPrice: 200000', 'maxPrice: 200000.05')
      .replace('geometric-brownian, price: 60000.5', 'replay, prices: ../prices/october-2024.csv')
      .replace('count: 3', 'conut: 3');
    expect(problems(`${text}  fast: { kind: momentm }\nrules: { fees: { takr: 1bp } }\n`)).toEqual([
      ['3:11', 'duration', '"10 minutes" is not valid: expected a duration such as 250ms, 10s, 5m or 1h', '10m'],
      ['5:61', 'instruments.BTC-PERP.maxPrice', '200000.05 is not a multiple of the tick 0.1', '200000.1'],
      ['6:32', 'index.prices', 'cannot read "../prices/october-2024.csv": no such file', '../prices/october-2025.csv'],
      ['8:26', 'traders.retail.conut', 'unknown key "conut"', 'count'],
      ['9:17', 'traders.fast.kind', 'unknown kind of trader "momentm"', 'momentum'],
      ['10:18', 'rules.fees.takr', 'unknown key "takr"', 'taker'],
    ]);
  });

  test.each<[string, string, [string, string, string, string | null]]>([
    [
      'a file of the wrong sort',
      '- a\n',
      ['1:1', '', 'expected a map, found a list: a scenario begins with name, duration, instruments, index, traders', null],
    ],
    ['an empty file', '', ['1:1', '', 'the file is empty: a scenario begins with name, duration, instruments, index, traders', null]],
    ['a duplicate', `${SMALL}seed: 3\n`, ['9:1', 'seed', 'duplicate key "seed": first given on line 4', null]],
    ['a tick of 0', changed('tick: 0.1', 'tick: 0'), ['5:34', 'instruments.BTC-PERP.tick', 'must be more than 0', null]],
    [
      'a name with spaces',
      changed('name: small', 'name: Small one'),
      ['1:7', 'name', '"Small one" is not valid: expected a name in kebab-case', null],
    ],
    [
      'an instrument nobody knows',
      `${SMALL}  x: { kind: noise, instrument: BTC-PREP }\n`,
      ['9:33', 'traders.x.instrument', 'unknown instrument "BTC-PREP"', 'BTC-PERP'],
    ],
    [
      'an index above the highest price',
      changed('price: 60000.5', 'price: 1000000000'),
      ['6:43', 'index.price', 'is above maxPrice of BTC-PERP', null],
    ],
    [
      'an index below the lowest price',
      changed('maxPrice: 200000', 'minPrice: 60001, maxPrice: 200000'),
      ['6:43', 'index.price', 'is below minPrice of BTC-PERP', null],
    ],
    ['a shock after the end', `${SMALL}shocks: [{ at: 11m, size: -5% }]\n`, ['9:16', 'shocks[0].at', 'is after the end of the run', null]],
    [
      'tiers that do not begin at 0',
      `${SMALL}rules: { margin: { tiers: [{ from: 5, maintenance: 1%, leverage: 50 }] } }\n`,
      ['9:36', 'rules.margin.tiers[0].from', 'the first margin tier must begin at 0', '0'],
    ],
    [
      'maintenance above initial margin',
      `${SMALL}rules: { margin: { tiers: [{ from: 0, maintenance: 3%, leverage: 50 }] } }\n`,
      [
        '9:52',
        'rules.margin.tiers[0].maintenance',
        'must be below the initial margin rate (1 ÷ 50), or every position starts in liquidation',
        null,
      ],
    ],
    [
      'a rate too fine',
      `${SMALL}rules: { fees: { maker: 0.00015% } }\n`,
      ['9:25', 'rules.fees.maker', '0.00015% is finer than a millionth', '0.0002%'],
    ],
    [
      'a rebate beyond the fee',
      `${SMALL}rules: { fees: { maker: -6bp } }\n`,
      ['9:25', 'rules.fees.maker', 'the rebate to makers must not pass the fee of takers', null],
    ],
    ['a venue that is not shipped', `${SMALL}venue: binance\n`, ['9:8', 'venue', 'unknown venue "binance"', 'binance-usdm']],
    [
      'money beyond the exact range',
      changed('maxOpenInterest: 100000', 'maxOpenInterest: 10000000'),
      [
        '5:86',
        'instruments.BTC-PERP.maxOpenInterest',
        'maxPrice × maxOpenInterest is 2.00e+16 units of money, and exact integers end at 9.01e+15: lower one of them, or coarsen tick or lot',
        null,
      ],
    ],
    [
      'a fee in percent that was meant in basis points',
      `${SMALL}rules: { fees: { taker: 5% } }\n`,
      ['9:25', 'rules.fees.taker', 'must be at most 2%, is 5%', null],
    ],
  ])('%s', (_what, text, problem) => {
    expect(problems(text)).toContainEqual(problem);
  });

  test('a table of prices that does not belong to its time', () => {
    const text = changed('geometric-brownian, price: 60000.5', 'replay, prices: ../prices/may-2021.csv');
    expect(problems(text)).toEqual([
      ['6:32', 'index.prices', 'holds no bar between the start and the end of the run: see start and duration', null],
    ]);
  });

  test('no index for one of several instruments', () => {
    const text = changed('BTC-PERP: {', 'ETH-PERP: { tick: 0.01, lot: 0.01, maxPrice: 10000 }, BTC-PERP: {');
    expect(problems(text.replace(/index:.*\n/, 'index: { BTC-PERP: { kind: geometric-brownian, price: 60000 } }\n'))).toEqual([
      ['6:8', 'index', 'no index for ETH-PERP', null],
    ]);
  });

  test('a missing file, and the one that may have been meant', () => {
    const missing = (file: string) => {
      try {
        readScenarioFile(file);
      } catch (error) {
        return (error as ConfigError).problems[0];
      }
      return undefined;
    };
    expect(missing(`${folder}clam.yaml`)).toEqual({
      file: `${folder}clam.yaml`,
      line: 1,
      column: 1,
      path: '',
      message: 'cannot read: no such file',
      suggestion: `${folder}calm.yaml`,
    });
    expect(missing(folder)?.message).toBe('is a folder, not a scenario');
  });
});

describe('every shelf', () => {
  const shelves: Readonly<Record<string, readonly ShelfKind[]>> = {
    traders: traderKinds,
    paths: pathKinds,
    policies: policyKinds,
    losses: layerKinds,
    latencies: latencyKinds,
    marks: markKinds,
  };
  const kinds = Object.entries(shelves).flatMap(([shelf, list]) => list.map((kind) => [shelf, kind.kind, kind] as const));

  test.each(kinds)('%s: the defaults of %s can be read, and it says what it is', (_shelf, _name, { params, doc }) => {
    expect(doc).toMatch(/^[A-Z].*\.$/);
    const withDefaults = Object.fromEntries(Object.entries(params).filter(([, param]) => param.default !== undefined));
    const said: Problem[] = [];
    // As a kind reads them: distributions are allowed where a parameter has a number.
    for (const [name, param] of Object.entries(withDefaults)) {
      expect(param.doc, name).toMatch(/\.$|^$/);
      const shape = {
        shape: 'kind' as const,
        doc: '',
        noun: '',
        shelf: [{ kind: 'it', doc, params: { [name]: param } }],
        common: {},
        default: 'it',
        distributions: true,
      };
      readShape(object('', { it: shape }), parseTree({ file: name, text: '{}' }, said)!, said);
    }
    expect(said.map(({ message, place }) => `${place.path}: ${message}`)).toEqual([]);
  });

  test('names each kind once', () => {
    for (const [shelf, list] of Object.entries(shelves)) expect(new Set(list.map(({ kind }) => kind)).size, shelf).toBe(list.length);
  });
});

describe('the shipped scenarios', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  test('are the eight', () => {
    expect(files.toSorted()).toEqual([
      'calm.yaml',
      'collateral-depeg.yaml',
      'flash-crash.yaml',
      'long-squeeze.yaml',
      'march-2020.yaml',
      'may-2021.yaml',
      'october-2025.yaml',
      'short-squeeze.yaml',
    ]);
  });

  test.each(files)('%s can be read at every scale, under its own name', (file) => {
    for (const scale of ['1', '1/4', '1/16']) {
      const scenario = readScenarioFile(`${folder}${file}`, { set: [`scale=${scale}`] });
      expect(`${scenario.name}.yaml`).toBe(file);
    }
  });
});
