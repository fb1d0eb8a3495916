import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/simulation/config-error.ts';
import { applyOverride, mergeRules, parseSet, type VenuePreset } from '../../../src/simulation/overrides.ts';
import { parseTree, type MapTree, type Tree } from '../../../src/simulation/tree.ts';

const FILE = `
instruments: { BTC-PERP: { tick: 0.1, lot: 0.001 } }
traders:
  retail: { kind: noise, count: 7, size: { lognormal: { median: 0.1, sigma: 1 } } }
liquidation: { impact: off-book }
rules:
  liquidation: { policy: { kind: full-close, limit: none }, marginCall: 1.5 }
  fees: { maker: 1bp, taker: 4bp }
  margin: { tiers: [{ from: 0, maintenance: 1%, leverage: 50 }] }
`;

function plain(tree: Tree | undefined): unknown {
  if (tree === undefined) return undefined;
  if (tree.type === 'scalar') return tree.text;
  if (tree.type === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.tree)]));
}

const swiss: VenuePreset = {
  name: 'swiss',
  rules: parseTree({ file: 'swiss.yaml', text: 'fees: { taker: 9bp }\nliquidation: { marginCall: 2 }' }, []) as MapTree,
};

function resolve(sets: readonly string[], text = FILE, venues: readonly VenuePreset[] = [swiss]) {
  const problems: Problem[] = [];
  let tree = mergeRules(parseTree({ file: 'a.yaml', text }, problems) as MapTree, venues, problems);
  sets.forEach((set, i) => {
    const override = parseSet(set, i + 1, problems);
    if (override !== undefined) tree = applyOverride(tree, override, venues, problems);
  });
  const value = plain(tree) as Record<string, Record<string, unknown>>;
  return {
    value,
    said: problems.map(({ place, message, suggestion }) => [`${place.file}:${place.line}:${place.column}`, message, suggestion]),
  };
}

describe('rules', () => {
  test('stand beside the switches once they are resolved', () => {
    const { value, said } = resolve([]);
    expect(said).toEqual([]);
    expect(value.rules).toBeUndefined();
    expect(value.fees).toEqual({ maker: '1bp', taker: '4bp' });
    expect(value.liquidation).toEqual({ impact: 'off-book', policy: { kind: 'full-close', limit: 'none' }, marginCall: '1.5' });
  });

  test('in the wrong part of the file are told where they belong', () => {
    expect(
      resolve(
        [],
        'fees: { taker: 1bp }\nliquidation: { policy: full-close }\nrules: { leverage: {}, feees: {}, liquidation: { enabled: true } }\ntaker: 3\n',
      ).said,
    ).toEqual([
      ['a.yaml:1:1', '"fees" is a rule of the venue: it belongs under rules', 'rules.fees'],
      ['a.yaml:4:1', 'unknown key "taker"', 'rules.fees.taker'],
      ['a.yaml:2:16', '"policy" is a rule of the venue: it belongs under rules.liquidation', 'rules.liquidation.policy'],
      ['a.yaml:3:10', '"leverage" is not a rule of the venue: it belongs at the top', 'leverage'],
      ['a.yaml:3:24', 'unknown key "feees"', 'fees'],
      ['a.yaml:3:50', '"enabled" is a switch of the experiment, not a rule of the venue', 'liquidation.enabled'],
    ]);
  });
});

describe('--set', () => {
  test('changes a value by its path, left to right, with or without rules in front', () => {
    const { value, said } = resolve([
      'traders.retail.count=9',
      'fees.taker=5bp',
      'rules.fees.taker=6bp',
      'liquidation.enabled=false',
      'margin.tiers[0].maintenance=2%',
      'rules.margin.tiers.0.leverage=20',
    ]);
    expect(said).toEqual([]);
    expect(value.traders).toMatchObject({ retail: { count: '9' } });
    expect(value.fees).toEqual({ maker: '1bp', taker: '6bp' });
    expect(value.liquidation).toMatchObject({ enabled: 'false', marginCall: '1.5' });
    expect(value.margin).toEqual({ tiers: [{ from: '0', maintenance: '2%', leverage: '20' }] });
  });

  test('of a kind resets what belongs to the kind and keeps what all kinds have', () => {
    const { value } = resolve(['traders.retail.kind=value', 'liquidation.policy.kind=full-close']);
    expect(value.traders).toEqual({ retail: { kind: 'value', count: '7' } });
    expect(value.liquidation).toMatchObject({ policy: { kind: 'full-close' }, marginCall: '1.5' });
    expect(value.liquidation.policy).not.toHaveProperty('limit');
  });

  test('reaches into distributions, takes whole maps and new traders', () => {
    const { value, said } = resolve([
      'traders.retail.size.lognormal.median=0.4',
      'traders.more={ kind: noise, count: 2 }',
      'fees={ taker: 1bp }',
    ]);
    expect(said).toEqual([]);
    expect(value.traders).toEqual({
      retail: { kind: 'noise', count: '7', size: { lognormal: { median: '0.4', sigma: '1' } } },
      more: { kind: 'noise', count: '2' },
    });
    expect(value.fees).toEqual({ taker: '1bp' });
  });

  test('fills in what nobody wrote', () => {
    const { value, said } = resolve(['losses[1].kind=insurance-fund', 'funding.interval=1h', 'latency.kind=constant', 'latency.delay=3ms']);
    expect(said).toEqual([]);
    expect(value.losses).toEqual(['insurance-fund', { kind: 'insurance-fund' }]);
    expect(value.funding).toEqual({ interval: '1h' });
    expect(value.latency).toEqual({ kind: 'constant', delay: '3ms' });
  });

  test('changes nothing that it was given', () => {
    const problems: Problem[] = [];
    const before = mergeRules(parseTree({ file: 'a.yaml', text: FILE }, problems) as MapTree, [], problems);
    const copy = JSON.stringify(plain(before));
    applyOverride(before, parseSet('fees.taker=9bp', 1, problems)!, [], problems);
    expect(JSON.stringify(plain(before))).toBe(copy);
  });

  test.each([
    ['trader.retail.count=5', '--set:1:1', 'unknown key "trader"', 'traders'],
    ['traders.retial.count=5', '--set:1:9', 'there is no "retial" here', 'retail'],
    ['traders.retail.conut=5', '--set:1:16', 'unknown key "conut"', 'count'],
    ['fees.takr=5bp', '--set:1:6', 'unknown key "takr"', 'taker'],
    ['rules.fees.takr=5bp', '--set:1:12', 'unknown key "takr"', 'taker'],
    ['fees.taker.high=5bp', '--set:1:12', 'there is nothing below a fraction such as 5% or 12bp', undefined],
    ['margin.tiers[3].leverage=5', '--set:1:14', '"3" is not a position in the list', undefined],
    ['liquidation.enabled', '--set:1:1', 'expected path=value, such as liquidation.enabled=false', undefined],
    ['=5', '--set:1:1', 'expected path=value, such as liquidation.enabled=false', undefined],
    ['venue=swis', '--set:1:7', 'unknown venue "swis"', 'swiss'],
  ])('%s is refused', (set, place, message, suggestion) => {
    expect(resolve([set]).said).toEqual([[place, message, suggestion]]);
  });
});

describe('a venue', () => {
  test('is unknown unless it is shipped', () => {
    expect(resolve([], 'venue: binance\n', []).said).toEqual([['a.yaml:1:8', 'unknown venue "binance"', undefined]]);
  });

  test('brings its rules', () => {
    const { value, said } = resolve([], 'venue: swiss\nliquidation: { enabled: false }\n');
    expect(said).toEqual([]);
    expect(value).toEqual({ liquidation: { enabled: 'false', marginCall: '2' }, fees: { taker: '9bp' } });
  });

  test('lies below the rules of the file, key by key', () => {
    const { value, said } = resolve([], 'venue: swiss\nrules: { fees: { maker: 1bp }, liquidation: { policy: full-close } }\n');
    expect(said).toEqual([]);
    expect(value.fees).toEqual({ maker: '1bp', taker: '9bp' });
    expect(value.liquidation).toEqual({ marginCall: '2', policy: 'full-close' });
    expect(resolve([], 'venue: swiss\nrules: {}\n').value.fees).toEqual({ taker: '9bp' });
  });

  test('keeps the parameters of a kind that the rules leave, and loses them to another kind and to another list', () => {
    const preset: VenuePreset = {
      name: 'swiss',
      rules: parseTree(
        { file: 'swiss.yaml', text: 'liquidation: { policy: { kind: full-close, limit: none } }\nlosses: [insurance-fund]' },
        [],
      ) as MapTree,
    };
    const policy = (rules: string) =>
      resolve([], `venue: swiss\nrules: { liquidation: { policy: ${rules} }, losses: [] }\n`, [preset]).value;
    expect(policy('{ limit: bankruptcy }')).toEqual({ liquidation: { policy: { kind: 'full-close', limit: 'bankruptcy' } }, losses: [] });
    expect(policy('{ kind: increments }').liquidation).toEqual({ policy: { kind: 'increments' } });
  });

  test('that is set drops the rules and keeps switches and population; what is set after it is stronger', () => {
    const { value, said } = resolve(['fees.maker=0bp', 'venue=swiss', 'fees.taker=8bp']);
    expect(said).toEqual([]);
    expect(value.fees).toEqual({ taker: '8bp' });
    expect(value.margin).toBeUndefined();
    expect(value.liquidation).toEqual({ impact: 'off-book', marginCall: '2' });
    expect(value.traders).toHaveProperty('retail');
  });
});
