import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  choice,
  coins,
  count,
  duration,
  flag,
  fraction,
  money,
  number,
  price,
  sampled,
  type Sampler,
  type Values,
} from '../../../src/base/params.ts';

describe('a parameter', () => {
  test('says its unit, default and documentation', () => {
    expect(duration('5s', 'How long.', { min: 1 })).toEqual({
      unit: 'duration',
      default: '5s',
      doc: 'How long.',
      min: 1,
      sampled: false,
      unscaled: false,
    });
    expect(choice(['a', 'b'], 'b', 'Which.')).toMatchObject({ unit: 'choice', choices: ['a', 'b'], default: 'b' });
    expect(count(undefined, 'How many.').default).toBeUndefined();
  });

  test('can be handed over as a sampler, everything else unchanged', () => {
    const plain = coins('0.1', 'Size.', { min: 0, unscaled: true });
    expect(sampled(plain)).toEqual({ ...plain, sampled: true });
  });

  test('tells its kind the type it will receive', () => {
    const params = {
      size: coins('0.1', ''),
      each: sampled(coins('0.1', '')),
      on: flag(true, ''),
      way: choice(['up', 'down'], 'up', ''),
      rest: [number(1, ''), fraction('1%', ''), money('1', ''), price('1', '')][0],
    };
    expectTypeOf<Values<typeof params>>().toEqualTypeOf<{
      readonly size: number;
      readonly each: Sampler;
      readonly on: boolean;
      readonly way: 'up' | 'down';
      readonly rest: number;
    }>();
  });
});
