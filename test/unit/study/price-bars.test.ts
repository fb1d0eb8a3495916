import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { barsOf, parseColumns, parseRepairs, type PriceBars, type PriceBarsOptions } from '../../../src/study/price-bars.ts';
import { readCsv } from '../../../src/study/price-columns.ts';

const DAY = 86_400_000_000;
const HEADER = 'date,open,high,low,close';
/** A week that is fine. */
const WEEK = [
  '2024-01-01,100,110,95,105',
  '2024-01-02,105,112,101,110',
  '2024-01-03,110,111,100,102',
  '2024-01-04,102,108,99,107',
  '2024-01-05,107,120,106,118',
  '2024-01-06,118,119,110,111',
  '2024-01-07,111,115,109,114',
];

function read(rows: readonly string[], options: PriceBarsOptions = {}, header = HEADER): PriceBars {
  return barsOf(readCsv([header, ...rows].join('\n')), 'bars.csv', options);
}

function problemsOf(run: () => unknown): { readonly line: number; readonly message: string }[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ line, message }) => ({ line, message }));
    throw error;
  }
  return [];
}

/** The week with some rows replaced (from 0); null takes one out. */
const week = (changes: Readonly<Record<number, string | null>>): string[] =>
  WEEK.flatMap((row, i) => (changes[i] === null ? [] : [changes[i] ?? row]));
const repairs = (text: string): PriceBarsOptions => ({ repairs: parseRepairs(text) });
const closes = (bars: PriceBars): number[] => [...bars.close];

test('a good file is read as it is', () => {
  const bars = read(WEEK);
  expect(closes(bars)).toEqual([105, 110, 102, 107, 118, 111, 114]);
  expect([...bars.low]).toEqual([95, 101, 100, 99, 106, 110, 109]);
  expect(bars).toMatchObject({ interval: DAY, ranged: true, repaired: [] });
  expect(bars.at[1] - bars.at[0]).toBe(DAY);
  expect(bars.volume).toBeUndefined();
});

describe('dialects', () => {
  const first = { at: 1_704_067_200_000_000, close: 105 };
  const check = (bars: PriceBars): void => {
    expect({ at: bars.at[0], close: bars.close[0] }).toEqual(first);
    expect(bars.close).toHaveLength(2);
    expect(bars.interval).toBe(DAY);
  };

  test.each([
    ['seconds', 1_704_067_200, 86_400],
    ['milliseconds', 1_704_067_200_000, 86_400_000],
    ['microseconds', 1_704_067_200_000_000, 86_400_000_000],
    ['nanoseconds', 1_704_067_200_000_000_000, 86_400_000_000_000],
  ])('times in %s', (_unit, start, step) => {
    check(read([`${start},100,110,95,105`, `${start + step},105,112,101,110`], {}, 'timestamp,open,high,low,close'));
  });

  test("Binance's klines with a header and without", () => {
    const rows = [
      '1704067200000,100,110,95,105,12.5,1704153599999,1300,421,6,600,0',
      '1704153600000,105,112,101,110,14,1704239999999,1500,500,7,700,0',
    ];
    for (const text of [
      rows.join('\n'),
      `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\r\n${rows.join('\r\n')}\r\n`,
    ]) {
      const bars = barsOf(readCsv(text), 'klines.csv');
      check(bars);
      expect([...(bars.volume ?? [])]).toEqual([12.5, 14]);
      expect([...(bars.trades ?? [])]).toEqual([421, 500]);
    }
  });

  test('semicolons, quotes, capitals, a byte order mark, a signature and comments', () => {
    const rows = [
      '"Date";"Open";"High";"Low";"Close"',
      '"2024-01-01 00:00:00";"100";"110";"95";"105"',
      '2024-01-02T00:00:00Z;105;112;101;110',
    ];
    check(barsOf(readCsv(`\uFEFFhttps://www.example.com\n# from somewhere\n${rows.join('\n')}`), 'vendor.csv'));
    expect(readCsv('a,b\n"1,5","say ""so"""').rows[0].cells).toEqual(['1,5', 'say "so"']);
  });

  test('columns by name and by position', () => {
    const rows = ['x,2024-01-01,100,110,95,105', 'x,2024-01-02,105,112,101,110'];
    const names = 'symbol,Day,First,Max,Min,Last';
    check(read(rows, { columns: parseColumns('date=Day,open=First,high=Max,low=Min,close=Last') }, names));
    check(read(rows, { columns: parseColumns('date=2,open=3,high=4,low=5,close=6') }, names));
    expect(problemsOf(() => read(rows, { columns: parseColumns('date=Dya,close=Last') }, names))).toEqual([
      { line: 1, message: 'there is no column "Dya"' },
    ]);
    expect(problemsOf(() => parseColumns('clsoe=Last,date'))).toHaveLength(2);
  });

  test('closes alone have no range', () => {
    expect(read(['2024-01-01,105', '2024-01-02,110'], {}, 'date,close')).toMatchObject({ ranged: false, interval: DAY });
  });

  test('a market of weekdays has no gaps at weekends, but one on a holiday', () => {
    // 2024-01-01 is a Monday.
    const days = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15].map((day) => `2024-01-${String(day).padStart(2, '0')},100`);
    expect(read(days, {}, 'date,close').close).toHaveLength(11);
    expect(problemsOf(() => read(days.toSpliced(7, 1), {}, 'date,close'))).toEqual([
      { line: 9, message: '1 bar is missing: 2024-01-09T00:00:00Z is followed by 2024-01-11T00:00:00Z' },
    ]);
  });
});

describe('bad data is refused, with how much of it and where it begins, and repaired as asked', () => {
  test.each([
    [
      'a price below 0',
      week({ 2: '2024-01-03,110,111,-100,102' }),
      4,
      '1 row has a price that is not above 0: low is -100',
      'drop,bridge',
      6,
    ],
    ['no number', week({ 2: '2024-01-03,110,111,n/a,102' }), 4, '1 row cannot be read: low is no number', 'drop,fill', 7],
    ['no time', week({ 6: '07.01.2024,111,115,109,114' }), 8, '1 row cannot be read: "07.01.2024" is no time', 'drop', 6],
    ['high below low', week({ 3: '2024-01-04,102,99,108,107' }), 5, '1 bar has its high below its low: high 99, low 108', 'drop,bridge', 6],
    [
      'a close outside',
      week({ 3: '2024-01-04,102,106,99,107' }),
      5,
      '1 bar has an open or close outside its high and low: open 102, high 106, low 99, close 107',
      'widen',
      7,
    ],
    [
      'rows out of order',
      [WEEK[1], WEEK[0], ...WEEK.slice(2)],
      3,
      '1 row is earlier than the one before it: 2024-01-01T00:00:00Z',
      'sort',
      7,
    ],
    [
      'a time twice',
      [...WEEK, '2024-01-07,1,2,1,2'.replaceAll(/[12](?=,|$)/g, '11$&')],
      9,
      '1 time is there again: 2024-01-07T00:00:00Z',
      'drop',
      7,
    ],
    [
      'missing bars',
      week({ 3: null, 4: null }),
      5,
      '2 bars are missing, the first here: 2024-01-03T00:00:00Z is followed by 2024-01-06T00:00:00Z',
      'fill',
      7,
    ],
    ['missing bars, left', week({ 3: null }), 5, '1 bar is missing: 2024-01-03T00:00:00Z is followed by 2024-01-05T00:00:00Z', 'bridge', 6],
    [
      'a bar too soon',
      [...WEEK, '2024-01-07T06:00:00Z,114,115,113,114'],
      9,
      '1 bar comes sooner after the one before than the others do: 2024-01-07T06:00:00Z',
      'bridge',
      8,
    ],
    [
      'prices in another unit',
      week({ 5: '2024-01-06,118000,119000,110000,111000', 6: '2024-01-07,111000,115000,109000,114000' }),
      7,
      '2 rows have prices that seem to be in another unit, the first here: open 118000 beside 118',
      'rescale',
      7,
    ],
    [
      'one column in another unit',
      week({ 4: '2024-01-05,107,120000,106,118' }),
      6,
      '1 row has prices that seem to be in another unit: high 120000 beside 107',
      'rescale',
      7,
    ],
    [
      'times in another unit',
      week({ 5: '1704499200,118,119,110,111', 6: '1704585600000,111,115,109,114' }),
      7,
      '2 times are in another unit than the first, the first here: seconds, not calendar',
      'rescale',
      7,
    ],
    [
      'a leap',
      week({ 6: '2024-01-07,111,111,4,4.5' }),
      8,
      '1 price is twenty times the one before, or a twentieth: low 4 after 111',
      'jumps',
      7,
    ],
  ])('%s', (_what, rows, line, message, repair, left) => {
    expect(problemsOf(() => read(rows))).toEqual([{ line, message }]);
    const bars = read(rows, repairs(repair));
    expect(bars.close).toHaveLength(left);
    expect(bars.repaired.length).toBeGreaterThan(0);
    for (let i = 1; i < left; i++) expect(bars.at[i]).toBeGreaterThan(bars.at[i - 1]);
  });

  test('repaired values are what they must be', () => {
    expect(closes(read(week({ 3: null, 4: null }), repairs('fill')))).toEqual([105, 110, 102, 102, 102, 111, 114]);
    expect([...read(week({ 4: '2024-01-05,107,120000,106,118' }), repairs('rescale')).high]).toEqual([110, 112, 111, 108, 120, 119, 115]);
    expect(closes(read(WEEK.toReversed(), repairs('sort')))).toEqual(closes(read(WEEK)));
    expect([...read(week({ 3: '2024-01-04,102,106,99,107' }), repairs('widen')).high][3]).toBe(107);
    const twice = read([...WEEK, '2024-01-07,111,115,109,113'], repairs('drop'));
    expect(closes(twice).at(-1)).toBe(114);
    expect(twice.repaired).toEqual([{ repair: 'drop', what: 'time is there again', rows: 1 }]);
  });

  test('everything at once, each with its count; a repair takes what it is for and nothing else', () => {
    const rows = [
      WEEK[1],
      WEEK[0],
      '2024-01-03,110,111,-1,102',
      '2024-01-04,102,108,99,0',
      '2024-01-05,107,90,106,118',
      WEEK[5],
      WEEK[5],
      '2024-01-10,111,115,109,114',
    ];
    const all = problemsOf(() => read(rows)).map(({ line, message }) => `${line} ${message.split(':')[0]}`);
    expect(all).toEqual([
      '3 1 row is earlier than the one before it',
      '4 2 rows have a price that is not above 0, the first here',
      '6 1 bar has its high below its low',
      '8 1 time is there again',
      '9 3 bars are missing, the first here',
    ]);
    expect(problemsOf(() => read(rows, repairs('sort,fill'))).map(({ line }) => line)).toEqual([4, 6, 8]);
    expect(read(rows, repairs('sort,drop,fill')).close).toHaveLength(10);
  });

  test('nothing at all', () => {
    const message = (text: string): string[] => problemsOf(() => barsOf(readCsv(text), 'x.csv')).map((one) => one.message);
    expect(message('')).toEqual(['is empty']);
    expect(message(HEADER)).toEqual(['has a header and no rows']);
    expect(message(`${HEADER}\n${WEEK[0]}`)).toEqual(['has one bar: there is no return to be had from it']);
    expect(message('when,what\n1,2')).toEqual(['no column looks like time or close']);
  });

  test('an unknown repair is named', () => {
    expect(problemsOf(() => parseRepairs('sort,fil'))[0].message).toBe('unknown repair "fil"');
  });
});
