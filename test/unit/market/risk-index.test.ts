import { describe, expect, test } from 'vitest';
import { MarginTiers } from '../../../src/market/margin-tiers.ts';
import { RiskIndex, isBelow } from '../../../src/market/risk-index.ts';
import { RiskMarket } from '../../helpers/risk-market.ts';

const FLAT = new MarginTiers([{ floor: 0, maintenance: 10_000, initial: 20_000 }], true);
/** The whole position pays 95 % from a notional of 20,000 on. */
const CLIFF = new MarginTiers(
  [
    { floor: 0, maintenance: 10_000, initial: 20_000 },
    { floor: 20_000, maintenance: 950_000, initial: 1_000_000 },
  ],
  false,
);

function setUp({ tiers = FLAT, instruments = 1, accounts = 8, inclusive = true } = {}) {
  const market = new RiskMarket(
    Array.from({ length: instruments }, (_, i) => ({ id: i + 1, maxPrice: 100_000, multiplier: 1, inverse: false, tiers })),
  );
  for (const { id } of market.instruments) market.marks[id] = 1_000;
  const index = new RiskIndex({ source: market, instruments: market.instruments, accounts, inclusive });
  return {
    market,
    index,
    open(account: number, cash: number, ...lots: number[]) {
      market.open(account, cash);
      lots.forEach((held, i) => held !== 0 && market.fill(account, i + 1, held, market.marks[i + 1]));
      market.ratios.set(account, 1_000_000);
      index.watch(account, 1_000_000);
    },
    tick(instrument: number, mark: number): number[] {
      market.marks[instrument] = mark;
      const found = index.tick(instrument, mark);
      const breached = [...index.breached.subarray(0, found)];
      expect(breached).toEqual(market.scan(inclusive));
      return breached;
    },
  };
}

describe('isBelow', () => {
  test.each([
    ['one unit above the level', 1_251, 1_000, 1_250_000, true, false],
    ['at the level, where equality counts', 1_250, 1_000, 1_250_000, true, true],
    ['at the level, where it does not', 1_250, 1_000, 1_250_000, false, false],
    ['below', 1_249, 1_000, 1_250_000, false, true],
    ['just above a level that is no whole unit', 2, 1, 1_250_000, true, false],
    ['just below it', 1, 1, 1_250_000, false, true],
    ['nothing owned, nothing owed', 0, 0, 1_000_000, true, false],
    ['debt without a position', -1, 0, 1_000_000, false, true],
    ['where equity × a million leaves the range of exact integers', 9_000_000_000_000_001, 9_000_000_000_000_000, 1_000_000, true, false],
    ['and one unit lower', 8_999_999_999_999_999, 9_000_000_000_000_000, 1_000_000, false, true],
  ])('%s', (_, equity, maintenance, ratio, inclusive, expected) => {
    expect(isBelow(equity, maintenance, ratio, inclusive)).toBe(expected);
  });
});

describe('the risk index', () => {
  test('finds a long at the tick at which a scan would, and a short likewise', () => {
    const { open, tick } = setUp();
    open(1, 1_000, 10); // worth 10,000: at 909 worth 90 against a maintenance of 91
    open(2, 1_000, -10); // at 1,089 it has 110 against 109, at 1,090 100 against 109
    expect(tick(1, 910)).toEqual([]);
    expect(tick(1, 909)).toEqual([1]);
    expect(tick(1, 1_089)).toEqual([]);
    expect(tick(1, 1_090)).toEqual([2]);
  });

  test('goes on reporting an account until it is restored, ascending by id', () => {
    const { market, index, open, tick } = setUp({ accounts: 100 });
    for (const account of [70, 3, 41]) open(account, 1_000, 10);
    expect(tick(1, 900)).toEqual([3, 41, 70]);
    expect(tick(1, 901)).toEqual([3, 41, 70]);
    market.cash.set(41, market.cash.get(41)! + 500);
    index.touch(41);
    expect(tick(1, 902)).toEqual([3, 70]);
    market.ratios.delete(3);
    index.unwatch(3);
    expect(tick(1, 903)).toEqual([70]);
    expect(tick(1, 1_000)).toEqual([]);
  });

  test('sorts also when hundreds are hit at once', () => {
    const { open, tick } = setUp({ accounts: 400 });
    for (let i = 1; i <= 300; i++) open(1 + ((i * 97) % 331), 1_000, 10);
    expect(tick(1, 500)).toHaveLength(300);
  });

  test('examines only whom the mark comes near', () => {
    const { index, open, tick } = setUp({ accounts: 1_000 });
    for (let account = 1; account <= 1_000; account++) open(account, 5_000 * (1 + (account % 2)), account <= 500 ? 10 : -10);
    tick(1, 1_000);
    expect(index.examined).toBe(1_000);
    for (let mark = 1_000; mark >= 600; mark -= 5) tick(1, mark);
    expect(index.examined).toBe(1_000);
    tick(1, 545); // 0.9 of the way to where the poorer longs are in danger
    expect(index.examined).toBe(1_250);
  });

  test('leaves a box where it is while it is still safe', () => {
    const { market, index, open, tick } = setUp();
    open(1, 5_000, 10);
    tick(1, 1_000);
    expect(index.moved).toBe(1);
    market.fill(1, 1, 1, 1_000);
    index.touch(1);
    tick(1, 1_000);
    expect([index.examined, index.moved]).toEqual([2, 1]);
    market.fill(1, 1, 9, 1_000);
    index.touch(1);
    tick(1, 1_000);
    expect([index.examined, index.moved]).toEqual([3, 2]);
  });

  test('ends a box where maintenance jumps, for shorts and for longs', () => {
    const { open, tick } = setUp({ tiers: CLIFF });
    open(1, 15_000, -10);
    open(2, 3_000, 10);
    expect(tick(1, 1_999)).toEqual([]);
    expect(tick(1, 2_000)).toEqual([1, 2]); // 5,000 and 13,000 against 19,000
  });

  test('does not keep a box that reaches over a jump that a trade has moved nearer', () => {
    const { market, index, open, tick } = setUp({ tiers: CLIFF });
    open(1, 2_500, -1);
    tick(1, 1_000);
    market.fill(1, 1, -9, 1_000);
    market.cash.set(1, market.cash.get(1)! + 26_000);
    index.touch(1);
    expect(tick(1, 1_999)).toEqual([]);
    expect(tick(1, 2_000)).toEqual([1]); // 18,500 against 19,000
  });

  test('adds up moves of several instruments', () => {
    const { open, tick, index } = setUp({ instruments: 3 });
    open(1, 1_000, 4, -4, 2);
    expect(tick(1, 950)).toEqual([]);
    expect(tick(2, 1_050)).toEqual([]);
    expect(tick(3, 800)).toEqual([]);
    expect(tick(2, 1_099)).toEqual([1]); // lost 200, 396 and 400 of 1,000; 98 of maintenance
    expect(index.examined).toBeGreaterThan(1);
  });

  test('grows while walls stand, and they still do their work', () => {
    const { open, tick } = setUp({ instruments: 2, accounts: 1 });
    open(1, 1_000, 5, -5);
    expect(tick(1, 1_000)).toEqual([]);
    open(500, 1_000, 5, 5);
    expect(tick(1, 1_000)).toEqual([]);
    expect(tick(2, 1_178)).toEqual([]);
    expect(tick(2, 1_179)).toEqual([1]); // 105 against 109
    expect(tick(2, 819)).toEqual([]);
    expect(tick(2, 818)).toEqual([500]); // 90 against 91
  });

  test('sees everyone at the first mark, whatever was placed before it', () => {
    const { index, open, tick } = setUp();
    open(1, 1_000, 10);
    expect(index.collect()).toBe(0);
    expect(tick(1, 900)).toEqual([1]);
  });

  test('takes an account off and on again', () => {
    const { market, index, open, tick } = setUp();
    open(1, 1_000, 10);
    tick(1, 1_000);
    market.ratios.delete(1);
    index.unwatch(1);
    expect(tick(1, 800)).toEqual([]);
    expect(() => index.unwatch(1)).toThrow('not watched');
    market.ratios.set(1, 1_000_000);
    index.watch(1, 1_000_000);
    expect(tick(1, 800)).toEqual([1]);
  });

  test('holds under 100 bytes for an account of one instrument', () => {
    const accounts = 100_000;
    const { index } = setUp({ accounts });
    expect(index.bytes / accounts).toBeLessThan(100);
  });
});
