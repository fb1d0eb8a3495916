// The price of a call auction: by the rules, tried on every price there is, and case by case.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clearingPrice, type Clearing, type Interest } from '../../../src/market/clearing-price.ts';

/** The rules, read aloud: every price from 1 to 60, one rule after another. */
function byTrial(bids: Interest, asks: Interest, reference: number): Clearing | null {
  const all = Array.from({ length: 60 }, (_, i) => i + 1).map((price) => {
    const wanted = bids.filter(([bid]) => bid >= price).reduce((sum, [, lots]) => sum + lots, 0);
    const offered = asks.filter(([ask]) => ask <= price).reduce((sum, [, lots]) => sum + lots, 0);
    return { price, lots: Math.min(wanted, offered), surplus: wanted - offered };
  });
  const most = Math.max(...all.map(({ lots }) => lots));
  if (most === 0) return null;
  const trading = all.filter(({ lots }) => lots === most);
  const least = Math.min(...trading.map(({ surplus }) => Math.abs(surplus)));
  const tied = trading.filter(({ surplus }) => Math.abs(surplus) === least);
  if (tied.every(({ surplus }) => surplus > 0)) return tied.at(-1)!;
  if (tied.every(({ surplus }) => surplus < 0)) return tied[0];
  const distance = Math.min(...tied.map(({ price }) => Math.abs(price - reference)));
  return tied.findLast(({ price }) => Math.abs(price - reference) === distance)!;
}

test('is the one that trying every price finds', () => {
  const orders = fc.array(fc.tuple(fc.integer({ min: 5, max: 55 }), fc.integer({ min: 1, max: 9 })), { maxLength: 12 });
  fc.assert(
    fc.property(orders, orders, fc.integer({ min: 1, max: 60 }), (bids, asks, reference) => {
      const sortedBids = bids.toSorted((a, b) => b[0] - a[0]);
      const sortedAsks = asks.toSorted((a, b) => a[0] - b[0]);
      expect(clearingPrice(sortedBids, sortedAsks, reference)).toEqual(byTrial(sortedBids, sortedAsks, reference));
    }),
    { numRuns: 3_000 },
  );
});

describe('case by case', () => {
  test.each([
    ['nothing crosses', [[99, 5]], [[100, 5]], 100, null],
    ['one side alone', [], [[100, 5]], 100, null],
    [
      'most lots',
      [
        [102, 10],
        [101, 5],
      ],
      [
        [99, 8],
        [101, 7],
      ],
      100,
      { price: 101, lots: 15, surplus: 0 },
    ],
    ['buyers press: the highest', [[105, 10]], [[100, 4]], 100, { price: 105, lots: 4, surplus: 6 }],
    ['sellers press: the lowest', [[105, 4]], [[100, 10]], 105, { price: 100, lots: 4, surplus: -6 }],
    ['in balance: nearest to the reference', [[105, 4]], [[100, 4]], 103, { price: 103, lots: 4, surplus: 0 }],
    ['in balance, the reference outside', [[105, 4]], [[100, 4]], 300, { price: 105, lots: 4, surplus: 0 }],
  ] as [string, Interest, Interest, number, Clearing | null][])('%s', (_name, bids, asks, reference, expected) => {
    expect(clearingPrice(bids, asks, reference)).toEqual(expected);
  });
});
