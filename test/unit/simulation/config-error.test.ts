import { describe, expect, test } from 'vitest';
import { ConfigError, nearest, type Problem } from '../../../src/simulation/config-error.ts';

describe('nearest', () => {
  test.each([
    ['momentm', ['noise', 'momentum', 'value'], 'momentum'],
    ['maintenanceMargin', ['initialMarginRate', 'maintenanceMarginRate'], 'maintenanceMarginRate'],
    ['conut', ['count', 'cash'], 'count'],
    ['COUNT', ['count'], 'count'],
    ['fullclose', ['full-close', 'targeted'], 'full-close'],
    ['x', ['at', 'of'], undefined],
    ['retail', ['whale', 'noise'], undefined],
    ['ab', ['cd'], undefined],
  ])('%s among %j is %s', (written, candidates, near) => {
    expect(nearest(written, candidates)).toBe(near);
  });
});

describe('ConfigError', () => {
  const problem = (line: number, column: number, width: number, source: string, rest: Partial<Problem>): Problem => ({
    place: { file: 'bad.yaml', line, column, width, source, path: 'some.path' },
    message: 'is wrong',
    ...rest,
  });

  test('sorts by place, once each', () => {
    const second = problem(7, 2, 1, 'x', { message: 'second' });
    const error = new ConfigError([
      second,
      problem(7, 1, 1, 'x', { message: 'first' }),
      second,
      problem(2, 9, 1, 'x', { message: 'before' }),
    ]);
    expect(error.problems.map(({ message }) => message)).toEqual(['before', 'first', 'second']);
  });

  test('has exactly what `check --json` prints', () => {
    const error = new ConfigError([problem(4, 10, 10, 'horizon: 10 minutes', { suggestion: '10m', hint: 'unseen' })]);
    expect(error.problems).toEqual([{ file: 'bad.yaml', line: 4, column: 10, path: 'some.path', message: 'is wrong', suggestion: '10m' }]);
    expect(new ConfigError([problem(1, 1, 1, 'x', {})]).problems[0]?.suggestion).toBeNull();
  });

  test('shows the source line with carets under the place', () => {
    const error = new ConfigError([problem(11, 3, 5, '  conut: 3', { message: 'unknown key "conut"', suggestion: 'count' })]);
    expect(error.format()).toBe(
      ['bad.yaml:11:3: error: unknown key "conut" (at some.path)', '  11 |   conut: 3', '     |   ^^^^^ did you mean "count"?'].join('\n'),
    );
  });

  test('keeps tabs, never points beyond the line, and does without a line', () => {
    expect(new ConfigError([problem(1, 2, 99, '\tabc', { hint: 'a number' })]).format().split('\n')[2]).toBe('    | \t^^^ a number');
    expect(new ConfigError([problem(1, 1, 1, '', {})]).format()).toBe('bad.yaml:1:1: error: is wrong (at some.path)');
  });
});
