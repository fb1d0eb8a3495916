import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../src/base/decimal.ts';
import { choice, coins, count, duration, fraction, sampled } from '../../../src/base/params.ts';
import type { Problem } from '../../../src/simulation/config-error.ts';
import { kindOf, list, map, object, readShape, type Shape } from '../../../src/simulation/shape.ts';
import { parseTree } from '../../../src/simulation/tree.ts';

const animals = kindOf({
  doc: 'An animal',
  noun: 'animal',
  shelf: [
    {
      kind: 'dog',
      doc: 'Barks.',
      params: { weight: coins('10', 'How heavy.', { min: 0, max: 80 }), naps: sampled(duration('1h', 'How long.')) },
    },
    { kind: 'hive', doc: 'Hums.', params: { count: count(undefined, 'Bees.') } },
  ],
  common: { count: count(1, 'How many.', { min: 0 }) },
  default: undefined,
  distributions: true,
});
const zoo = object('A zoo', {
  open: duration(undefined, 'How long.', { min: 0 }),
  fee: object('What it costs', { adult: fraction('5%', '', { max: 1 }), child: fraction('2%', '') }),
  way: choice(['in', 'out'], 'in', ''),
  days: list('Days', count(undefined, ''), '[1, 2]'),
  animals: map('Animals', { pattern: /^[a-z]+$/, expected: 'small letters' }, animals),
});

function read<S extends Shape>(shape: S, text: string) {
  const problems: Problem[] = [];
  const tree = parseTree({ file: 'zoo.yaml', text }, problems)!;
  const result = readShape(shape, tree, problems);
  const sorted = problems.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return {
    ...result,
    said: sorted.map(({ place, message, suggestion }) => [`${place.line}:${place.column}`, place.path, message, suggestion]),
  };
}

describe('a good file', () => {
  test('has every default filled in, in one canonical form', () => {
    const { config, said } = read(
      zoo,
      'open: 3600s\nanimals: { rex: dog, bees: { kind: hive, count: 1_000 }, cat: { kind: dog, weight: { lognormal: { median: 4.0, sigma: 0.5 }, max: 9 } } }\n',
    );
    expect(said).toEqual([]);
    expect(config).toEqual({
      open: '1h',
      fee: { adult: '5%', child: '2%' },
      way: 'in',
      days: ['1', '2'],
      animals: {
        rex: { kind: 'dog', weight: '10', naps: '1h', count: '1' },
        bees: { kind: 'hive', count: '1000' },
        cat: { kind: 'dog', weight: { lognormal: { median: '4', sigma: '0.5' }, max: '9' }, naps: '1h', count: '1' },
      },
    });
  });

  test('gives readings with values and places', () => {
    const { reading } = read(zoo, 'open: 1h\nanimals: { bees: { kind: hive, count: 7 } }\n');
    const bees = reading.animals.get('bees')!;
    expect(reading.open.value).toEqual(new Decimal(3_600_000_000));
    expect(bees.kind?.kind).toBe('hive');
    expect(bees.params.count.value).toEqual(new Decimal(7));
    // What a kind declares itself goes before what is common to all.
    expect(bees.common.count.value).toEqual(new Decimal(1));
  });
});

describe('a bad file', () => {
  test('is told everything at once', () => {
    const { said } = read(
      zoo,
      [
        'opne: 1h',
        'fee: { adult: 60, chidl: 1% }',
        'way: inn',
        'days: 3',
        'animals:',
        '  Rex: dog',
        '  tom: { kind: dgo, count: -1 }',
        '  ann: { kind: dog, wieght: 3 }',
      ].join('\n'),
    );
    expect(said).toEqual([
      ['1:1', 'opne', 'unknown key "opne"', 'open'],
      ['2:15', 'fee.adult', '60 is 6000%: write a fraction such as 5% or 12bp', '60%'],
      ['2:19', 'fee.chidl', 'unknown key "chidl"', 'child'],
      ['3:6', 'way', '"inn" is not one of in, out', 'in'],
      ['4:7', 'days', 'expected a list (days), found "3"', undefined],
      ['6:3', 'animals.Rex', '"Rex" is not valid: expected small letters', undefined],
      ['7:16', 'animals.tom.kind', 'unknown kind of animal "dgo"', 'dog'],
      ['7:28', 'animals.tom.count', 'must be at least 0, is -1', undefined],
      ['8:21', 'animals.ann.wieght', 'unknown key "wieght"', 'weight'],
    ]);
  });

  test('a missing key is named where it belongs, unless a misspelt one was meant', () => {
    expect(read(zoo, 'way: in\n').said).toEqual([['1:1', 'open', 'missing required key "open"', undefined]]);
    expect(read(zoo, 'animals: { bees: hive, x: {} }\nopen: 1h\n').said).toEqual([
      ['1:18', 'animals.bees.count', 'missing required key "count"', undefined],
      ['1:27', 'animals.x.kind', 'missing required key "kind"', undefined],
    ]);
  });

  test.each([
    ['{ lognormla: { median: 1, sigma: 1 } }', 'unknown distribution "lognormla"', 'lognormal'],
    ['{ lognormal: { median: 1, sgima: 1 } }', 'unknown key "sgima"', 'sigma'],
    ['{ lognormal: { median: 0, sigma: 1 } }', 'must be more than 0, is 0', undefined],
    ['{ lognormal: { median: 90, sigma: 1 } }', 'must be at most 80, is 90', undefined],
    ['{ lognormal: 3 }', 'lognormal needs a map of median and sigma, found "3"', undefined],
    ['{ uniform: [1] }', 'uniform needs a list of two values, found a list', undefined],
    ['{ uniform: [2, 1] }', 'the first value must not be above the second', undefined],
    ['{ choice: [1, 2], weights: [1] }', 'weights needs a list of 2 numbers, one a value', undefined],
    ['{ choice: [1, x] }', '"x" is not valid: expected an amount of coins such as 0.25', undefined],
    ['{ normal: { mean: 1, sd: 1 }, mni: 3 }', 'unknown key "mni"', 'min'],
    ['{ normal: { mean: 1, sd: 1 }, uniform: [1, 2] }', 'two distributions for one value: normal and uniform', undefined],
    ['{ normal: { mean: 1, sd: 1 }, min: 3, max: 2 }', 'min must not be above max', undefined],
    ['{}', 'an empty map is not a distribution', undefined],
    ['[1, 2]', 'expected an amount of coins such as 0.25 or a distribution, found a list', undefined],
  ])('the distribution %s', (text, message, suggestion) => {
    const { said } = read(zoo, `open: 1h\nanimals: { rex: { kind: dog, weight: ${text} } }\n`);
    expect(said.map(([, , what, near]) => [what, near])).toContainEqual([message, suggestion]);
  });

  test('a distribution stands only where kinds draw', () => {
    expect(read(zoo, 'open: { uniform: [1s, 2s] }\n').said).toEqual([
      ['1:7', 'open', 'expected a duration such as 250ms, 10s, 5m or 1h, found a map', undefined],
    ]);
  });
});
