import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/simulation/config-error.ts';
import { readPriceTable } from '../../../src/simulation/price-table.ts';

function read(text: string, start = 1_000_000) {
  const problems: Problem[] = [];
  const bars = readPriceTable(text, { file: 'prices.csv', start, tick: '0.1' }, problems);
  return { bars, said: problems.map(({ place, message }) => [`${place.line}:${place.column}+${place.width}`, place.path, message]) };
}

describe('a price table', () => {
  test('has its columns in any order, further ones left alone, prices rounded to the tick', () => {
    const { bars, said } = read(
      'low,volume,open_time_ms,open,high,close\r\n99.96,7,1000,100,101.04,100.25\r\n100,1,61000,100.2,100.3,100\r\n\r\n',
    );
    expect(said).toEqual([]);
    expect(bars).toEqual([
      { at: 0, open: 1_000, high: 1_010, low: 1_000, close: 1_003 },
      { at: 60_000_000, open: 1_002, high: 1_003, low: 1_000, close: 1_000 },
    ]);
  });

  test.each([
    ['time,open\n', [['1:1+9', '', 'the header lacks open_time_ms, high, low, close']]],
    ['open_time_ms,open,high,low,close\n', [['1:1+1', '', 'no bars']]],
    [
      'open_time_ms,open,high,low,close\n1,100,x,99,0\n',
      [
        ['2:7+1', 'high', '"x" is not a number above 0'],
        ['2:12+1', 'close', '"0" is not a number above 0'],
      ],
    ],
    ['open_time_ms,open,high,low,close\n1,100,100,99\n', [['2:14+1', 'close', '"" is not a number above 0']]],
    ['open_time_ms,open,high,low,close\n1,100,99,98,100\n', [['2:1+15', '', 'high and low must bound open and close']]],
    ['open_time_ms,open,high,low,close\n60000,1,1,1,1\n60000,1,1,1,1\n', [['3:1+13', '', 'bars must be in the order of time']]],
  ])('%j is told what is wrong', (text, expected) => {
    expect(read(text).said).toEqual(expected);
  });
});
