// Margin in other assets than money, read aloud: what counts, what a price and a haircut do to it, and what is sold when money
// is owed.

import { describe, test } from 'vitest';
import type { CollateralSpec, CollateralTerms } from '../../src/market/collateral.ts';
import { instrument } from '../helpers/instruments.ts';
import { MarketScript } from '../helpers/market-script.ts';

/** One unit at one tick is one unit of money. */
const asset = (symbol: string, price: number, terms: Partial<CollateralTerms> = {}): CollateralSpec => ({
  symbol,
  unit: '1',
  tick: '1',
  numerator: 1,
  denominator: 1,
  price,
  terms: { haircut: 0, tiers: [], cap: 0, discount: 0, ...terms },
});

const play = (table: string, ...assets: CollateralSpec[]): void => new MarketScript([instrument()], 1_000, assets).play(table);

describe('what counts', () => {
  test('a balance at its price, less the haircut, rounded down', () =>
    play(
      `
      who   | does               | then
      alice | opens 1000 10x     | available 1000
      alice | pledges 101 usde   | usde 101, counts 957, equity 1957, cash 1000
            | prices usde 7      |
      alice | is                 | counts 670, equity 1670
            | haircut usde 0     |
      alice | is                 | counts 707
            | haircut usde 1000000 |
      alice | is                 | counts 0, equity 1000
    `,
      asset('usde', 10, { haircut: 52_000 }),
    ));

  test('several assets, each with tiers and a cap of its own', () =>
    play(
      `
      who   | does               | then
      alice | opens 0 10x        |
      alice | pledges 25 coin    | counts 2100
      alice | pledges 30 dust    | counts 2130
      alice | pledges 30 dust    | counts 2140
            | haircut coin 300000 |
      alice | is                 | counts 1790
    `,
      asset('coin', 100, {
        haircut: 100_000,
        tiers: [
          { from: 10, haircut: 200_000 },
          { from: 20, haircut: 200_000 },
        ],
      }),
      asset('dust', 1, { cap: 40 }),
    ));

  test('opens positions, and carries them until it falls', () =>
    play(
      `
      who   | does               | then
      alice | opens 0 10x        |
      alice | pledges 110 usde   | available 1100
      bob   | opens 9000 10x     |
            | mark 100           |
      alice | buys 100 @ 100     |
      bob   | sells 100 @ 100    | fills 100, alice.cash -10000, alice.equity 1100
            | prices usde 4      |
      alice | is                 | liquidatable, equity 440
            | prices usde 6      |
      alice | is                 | safe, equity 660
    `,
      asset('usde', 10),
    ));
});

describe('what may be taken out', () => {
  test('is no money that is not there', () =>
    play(
      `
      who   | does               | then
      alice | opens 300 10x      | withdrawable 300
      alice | pledges 100 usde   | available 1300, withdrawable 300
      alice | isolates side 10x  |
      alice | assigns 301 to side | refused insufficient-margin
      alice | assigns 300 to side | cash 0, side.cash 300
    `,
      asset('usde', 10),
    ));
});

describe('what is owed', () => {
  const table = (converted: string) => `
      who   | does               | then
      alice | opens 0 10x        |
      alice | pledges 110 usde   |
      alice | pledges 10 coin    | counts 2100
      bob   | opens 9000 10x     |
            | mark 100           |
      alice | buys 100 @ 100     |
      bob   | sells 100 @ 100    |
            | mark 92            |
      bob   | buys 100 @ 92      |
      alice | liquidated 100     | lots 0, cash -800
      alice | converts           | ${converted}
      alice | converts           | ${converted}
    `;

  test('is raised from the first asset, no more than is needed; the rest stays', () =>
    play(table('cash 0, usde 30, coin 10'), asset('usde', 10), asset('coin', 100)));

  test('what a sale gives away costs more units, and rounding is the account’s', () =>
    play(table('cash 1, usde 21, coin 10'), asset('usde', 10, { discount: 100_000 }), asset('coin', 100)));

  test('goes on to the next asset when one is used up', () =>
    play(table('cash 20, usde 0, coin 7'), asset('usde', 10, { discount: 500_000 }), asset('coin', 100, { discount: 100_000 })));

  test('what no asset brings stays owed', () =>
    play(
      `
      who   | does               | then
      alice | opens 100 10x      |
      alice | pledges 5 usde     |
      bob   | opens 9000 10x     |
            | mark 100           |
      alice | buys 10 @ 100      |
      bob   | sells 10 @ 100     |
            | mark 80            |
      bob   | buys 10 @ 80       |
      alice | liquidated 10      | lots 0, cash -100
            | prices usde 7      |
      alice | converts           | cash -65, usde 0, equity -65
      alice | defaults 65        | cash 0, bad-debt 65
    `,
      asset('usde', 10),
    ));
});
