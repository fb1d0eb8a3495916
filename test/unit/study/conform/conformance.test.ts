import { describe, expect, test } from 'vitest';
import { assert } from '../../../../src/base/assert.ts';
import { agrees, plain } from '../../../../src/study/conform/comparison.ts';
import { conform } from '../../../../src/study/conform/conformance.ts';
import type { Example } from '../../../../src/study/conform/example-file.ts';
import {
  Refused,
  Unread,
  Unsupported,
  big,
  direction,
  flag,
  form,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  positive,
  record,
  text,
  tuple,
  type VenueExamples,
} from '../../../../src/study/conform/family.ts';

describe('agreement', () => {
  const exact = { type: 'exact' } as const;
  const abs = (value: number) => ({ type: 'abs', value }) as const;
  const rel = (value: number) => ({ type: 'rel', value }) as const;

  test.each([
    [1, 1, exact, true],
    [1, 1.0000001, exact, false],
    [18_446_744_073_709_552_000, 18_446_744_073_709_551_615n, exact, true],
    ['500000000000000001', 500_000_000_000_000_001n, exact, true],
    ['500000000000000001', 500_000_000_000_000_002n, exact, false],
    ['9.5', 9.6, abs(0.2), true],
    ['text', 5, exact, false],
    [100, 100.4, abs(0.5), true],
    [100, 100.6, abs(0.5), false],
    [100, 101, rel(0.01), true],
    [-100, -101.1, rel(0.01), false],
    [0, 0.005, rel(0.01), true],
    [true, true, exact, true],
    [true, 1, exact, false],
    [null, null, exact, true],
    ['x', 'x', abs(1), true],
    [[1, 2], [1, 2], exact, true],
    [[1, 2], [1, 2, 3], exact, false],
    [[[1, 0.1]], [[1n, 0.1001]], abs(0.001), true],
    [{ a: 1 }, { a: 1, b: 2 }, exact, true],
    [{ a: 1, b: 2 }, { a: 1 }, exact, false],
    [{ a: 1 }, [1], exact, false],
    [1, Number.NaN, abs(5), false],
    [1, '1', exact, false],
  ] as const)('%j and %o', (expected, got, tolerance, same) => {
    expect(agrees(expected, got, tolerance)).toBe(same);
  });

  test('digits of a float do not break a tolerance that is met on paper', () => {
    expect(agrees(0.3, 0.1 + 0.2 + 0.1, abs(0.1))).toBe(true);
  });

  test('as JSON', () => {
    expect(plain([5n, 2n ** 70n, Number.POSITIVE_INFINITY, { a: -1n }, 'x', null])).toEqual([
      5,
      String(2n ** 70n),
      'Infinity',
      { a: -1 },
      'x',
      null,
    ]);
  });
});

describe('readers', () => {
  const read = (reader: (value: unknown, path: string) => unknown, value: unknown) => reader(value, 'x');

  test.each([
    [number, 1.5],
    [positive, 0.1],
    [integer, -3],
    [text, 'x'],
    [flag, false],
    [oneOf('a', 'b'), 'b'],
    [list(number), [1, 2]],
    [tuple(text, number), ['a', 1]],
    [optional(number), undefined],
    [orNull(number), null],
    [object({ a: number, b: optional(text) }), { a: 1 }],
  ])('take what is theirs', (reader, value) => {
    expect(read(reader, value)).toEqual(value);
  });

  test('integers of any size, as they are written', () => {
    expect([read(big, 5), read(big, '-18446744073709551615'), read(big, 18_446_744_073_709_552_000)]).toEqual([
      5n,
      -18_446_744_073_709_551_615n,
      18_446_744_073_709_551_616n,
    ]);
    expect([read(direction, 'long'), read(direction, 'short')]).toEqual([1, -1]);
    expect(read(record(big), { BTC: -1 })).toEqual(new Map([['BTC', -1n]]));
  });

  test.each([
    [number, '1', '"x" must be a number, not "1"'],
    [number, undefined, '"x" must be a number, not nothing'],
    [positive, 0, '"x" must be a number above 0, not 0'],
    [integer, 1.5, '"x" must be a whole number, not 1.5'],
    [big, '1.5', '"x" must be a whole number, not "1.5"'],
    [oneOf('a', 'b'), 'c', '"x" must be a or b, not "c"'],
    [direction, 'up', '"x" must be long or short, not "up"'],
    [list(number), [1, 'b'], '"x[1]" must be a number, not "b"'],
    [tuple(text), ['a', 'b'], '"x" must be a list of 1, not ["a","b"]'],
    [record(number), { a: 'b' }, '"x.a" must be a number, not "b"'],
    [object({ a: number }), { a: 1, b: 2 }, 'unknown input "x.b"'],
    [object({ a: number }), {}, 'input "x.a" is missing'],
    [object({ a: number }), [], '"x" must be a map, not []'],
  ])('and say what is not', (reader, value, message) => {
    expect(() => read(reader, value)).toThrow(new Unread(message));
  });
});

describe('an adapter', () => {
  const venue: VenueExamples = {
    venue: 'a_venue',
    families: {
      sum: [
        form({ a: number, b: number }, ({ a, b }) => ({ sum: a + b })),
        form({ a: number, b: number, c: number }, ({ a, b, c }) => ({ sum: a + b + c })),
        form({ words: list(text) }, ({ words }) => ({ sum: words.join('') })),
      ],
      broken: [
        form({ a: number }, () => {
          assert(false, 'out of range');
        }),
      ],
      refusing: [
        form({}, () => {
          throw new Refused('ErrNo');
        }),
      ],
      unbuilt: [
        form({}, () => {
          throw new Unsupported('comes later');
        }),
      ],
      meddling: [
        form({ amounts: list(number) }, ({ amounts }) => {
          (amounts as number[]).push(1);
          return { amounts: [...amounts] };
        }),
      ],
    },
  };
  const example = (family: string, inputs: Record<string, unknown>, expected: Record<string, unknown>): Example => ({
    id: 'one',
    venue: 'a-venue',
    family,
    inputs,
    expected,
    tolerance: { type: 'exact' },
  });
  const told = (...args: Parameters<typeof example>) => {
    const [{ outcome, got, why }] = conform([example(...args)], [venue]).cases;
    return { outcome, got, why };
  };

  test('takes the first form that the inputs have', () => {
    expect(told('sum', { a: 1, b: 2, c: 3 }, { sum: 6 })).toEqual({ outcome: 'passed', got: { sum: 6 }, why: null });
    expect(told('sum', { words: ['a', 'b'] }, { sum: 'ab' }).outcome).toBe('passed');
  });

  test('says of the nearest form what it misses', () => {
    expect(told('sum', { a: 1, b: 2, d: 3 }, { sum: 6 })).toEqual({ outcome: 'unsupported', got: null, why: 'unknown input "d"' });
    expect(told('sum', { words: 5 }, { sum: 6 }).why).toBe('"words" must be a list, not 5');
  });

  test('that breaks off has failed; one that refuses or is not built has not', () => {
    expect(told('broken', { a: 1 }, { x: 1 })).toMatchObject({ outcome: 'failed', why: expect.stringContaining('out of range') });
    expect(told('refusing', {}, { error: 'ErrNo' }).outcome).toBe('passed');
    expect(told('unbuilt', {}, { x: 1 })).toEqual({ outcome: 'unsupported', got: null, why: 'comes later' });
  });

  test('works on a copy of the inputs', () => {
    const given = example('meddling', { amounts: [5] }, { amounts: [5, 1] });
    expect(conform([given], [venue]).passed).toBe(1);
    expect(given.inputs).toEqual({ amounts: [5] });
  });
});
