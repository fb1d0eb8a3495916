import { describe, expect, test } from 'vitest';
import { createInstrument, instrumentProblems, notional, rulesProblems, settlementUnit } from '../../../src/market/instrument.ts';
import { BTC, instrument, PLAIN } from '../../helpers/instruments.ts';

describe('instrumentProblems', () => {
  test('finds none in a real instrument', () => {
    expect(instrumentProblems(BTC, '0.0001')).toEqual([]);
    expect(instrumentProblems(PLAIN, '1')).toEqual([]);
  });

  test.each([
    ['a tick that is no decimal', { tick: '0,1' }, 'tick must be a decimal above 0'],
    ['a lot of nothing', { lot: '0' }, 'lot must be a decimal above 0'],
    ['a tick value that is not tick × lot', { tickValue: '2', multiplier: 2 }, 'tickValue must be tick × lot, 1, not 2'],
    ['a multiplier that is not the tick value', { multiplier: 2 }, 'multiplier must be tickValue ÷ 1, not 2'],
    ['a price beyond its column', { maxPrice: 2 ** 31 }, 'maxPrice must be a whole number from 1 to 2147483647'],
    ['a position beyond half its column', { maxPosition: 2 ** 30 }, 'maxPosition must be a whole number from 1 to 1073741823'],
    ['values that would not be exact', { maxPrice: 2 ** 24, maxPosition: 2 ** 28 + 1 }, 'must not pass 4503599627370496'],
    ['orders larger than positions', { maxLots: 1_000_001 }, 'maxLots must be a whole number from 1 to 1000000'],
    ['a least size above the greatest', { minLots: 5, maxLots: 4 }, 'minLots must be a whole number from 1 to 4'],
    ['a band of everything', { priceBandPpm: 1_000_000 }, 'priceBandPpm must be a whole number from 0 to 999999'],
    ['a fraction of a fee', { takerFeePpm: 0.5 }, 'takerFeePpm must be a whole number'],
    ['a rebate that nobody pays', { makerFeePpm: -2, takerFeePpm: 1 }, 'the rebate to makers must not pass the fee of takers'],
    ['no tiers', { tiers: [] }, 'there must be at least one margin tier'],
  ])('names %s', (_, change, problem) => {
    const problems = instrumentProblems(instrument(change), '1');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test('allows the largest value that is exact', () => {
    expect(instrumentProblems(instrument({ maxPrice: 2 ** 24, maxPosition: 2 ** 28 }), '1')).toEqual([]);
  });

  test('names all at once', () => {
    expect(instrumentProblems(instrument({ tick: 'x', minLots: 0, priceBandPpm: -1, liquidationFeePpm: -1 }), '0')).toHaveLength(5);
  });
});

test('rulesProblems looks at what may be changed', () => {
  expect(rulesProblems(PLAIN)).toEqual([]);
  expect(rulesProblems({ ...PLAIN, tiers: [{ floor: 5, maintenance: 10, initial: 5 }] })).toEqual([
    'the first margin tier must begin at 0',
    'the initial rate of margin tier 1 must lie between its maintenance rate and 100 %',
  ]);
});

test('createInstrument refuses what has problems', () => {
  expect(() => createInstrument(instrument({ minLots: 0 }), 1, '1')).toThrow('instrument PLAIN: minLots');
  expect(createInstrument(BTC, 3, '0.0001')).toMatchObject({ id: 3, symbol: 'BTC-PERP' });
});

describe('settlementUnit', () => {
  test('is the finest of the tick values', () => {
    expect(settlementUnit(['0.0001', '0.001', '0.0005'])).toBe('0.0001');
  });

  test('must divide them all', () => {
    expect(() => settlementUnit(['0.0002', '0.0003'])).toThrow('tick value 0.0003 is not a multiple of 0.0002');
  });
});

test('notional is a size, whatever the sign of the lots', () => {
  expect(notional({ inverse: false, multiplier: 3 }, -4, 100)).toBe(1_200);
});
