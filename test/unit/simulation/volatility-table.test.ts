// Implied volatility from a CSV.

import { expect, test } from 'vitest';
import type { Problem } from '../../../src/simulation/config-error.ts';
import { readVolatilityTable } from '../../../src/simulation/volatility-table.ts';

const START = 1_000_000_000;
function read(text: string) {
  const problems: Problem[] = [];
  return { points: readVolatilityTable(text, 'iv.csv', START, problems), problems };
}

test('rows become points of simulated time, whatever else the table holds', () => {
  const { points, problems } = read('name,volatility,time_ms\nbvol,0.6,999999\n\nbvol,1.25,1000060\r\n');
  expect(problems).toEqual([]);
  expect(points).toEqual([
    { at: -1_000, volatility: 0.6 },
    { at: 60_000, volatility: 1.25 },
  ]);
});

test.each([
  ['a header without its columns', 'time,iv\n1,2\n', 1, 'the header needs time_ms and volatility'],
  ['a volatility that is none', 'time_ms,volatility\n1,0.5\n2,-1\n', 3, '"-1" is not a number above 0'],
  ['a row that is short', 'time_ms,volatility\n1\n', 2, '"" is not a number above 0'],
  ['rows out of order', 'time_ms,volatility\n2,0.5\n1,0.5\n', 3, 'rows must be in the order of time'],
  ['nothing', 'time_ms,volatility\n', 1, 'no rows'],
])('%s is refused with its line', (_, text, line, message) => {
  const [problem] = read(text).problems;
  expect([problem.place.line, problem.message]).toEqual([line, message]);
});
