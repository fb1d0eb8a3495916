// What margin asks for and what it lets through, read aloud. PLAIN: one tick × one lot is one unit, at most 10×,
// maintenance 5 %.

import { describe, expect, test } from 'vitest';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { instrument } from '../helpers/instruments.ts';
import { MarketScript } from '../helpers/market-script.ts';

/** One instrument for each change of PLAIN; without any, PLAIN itself. */
const play = (table: string, ...changes: readonly Partial<InstrumentSpec>[]): void => {
  new MarketScript(changes.length === 0 ? [instrument()] : changes.map(instrument)).play(table);
};

describe('the opening rule', () => {
  test('asks for the initial margin of a position, at mark', () => {
    play(`
      who   | does            | then
      alice | opens 1000 10x  | available 1000
      bob   | opens 1000 5x   |
            | mark 100        |
      alice | buys 10 @ 100   | rests 10, initial 100, available 900, cash 1000
      bob   | sells 10 @ 100  | fills 10, lots -10, cash 2000, equity 1000, initial 200
      alice | is              | lots 10, cash 0, equity 1000, initial 100, maintenance 50, bids 0
            | mark 110        |
      alice | is              | equity 1100, initial 110, maintenance 55
      bob   | is              | equity 900, initial 220
    `);
  });

  test('refuses what equity does not cover, to the unit', () => {
    play(`
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 101 @ 100  | refused insufficient-margin, rests 0, bids 0
      alice | buys 100 @ 100  | rests 100, available 0
      alice | buys 1 @ 99     | refused insufficient-margin
    `);
  });

  test('takes the greater of 1 ÷ leverage and the rate of the tier at the size that results', () => {
    play(
      `
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 19 @ 100   | initial 190
      alice | buys 1 @ 100    | initial 400, bids 20
      alice | buys 30 @ 100   | initial 1000, available 0
      alice | buys 1 @ 100    | refused insufficient-margin
    `,
      {
        tiers: [
          { floor: 0, maintenance: 50_000, initial: 100_000 },
          { floor: 2_000, maintenance: 100_000, initial: 200_000 },
        ],
      },
    );
  });

  test('counts the worse side of quotes on both, not their sum', () => {
    play(`
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 40 @ 100   | initial 400
      alice | sells 40 @ 101  | initial 400, bids 40, asks 40
      alice | sells 20 @ 102  | initial 600
    `);
  });

  test('reserves what an order priced worse than the mark would lose', () => {
    play(`
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 10 @ 105   | initial 150
      alice | buys 10 @ 96    | initial 210
            | mark 90         |
      alice | is              | initial 390
            | mark 120        |
      alice | is              | initial 240
    `);
  });

  test('reserves fees at the taker rate and charges what applies', () => {
    play(
      `
      who   | does            | then
      alice | opens 1000 10x  |
      bob   | opens 1000 10x  |
            | mark 100        |
      alice | buys 10 @ 100   | initial 101
      bob   | sells 10 @ 100  | fills 10, cash 1999, equity 999
      alice | is              | cash 0, initial 100, fees 1
    `,
      { takerFeePpm: 1_000 },
    );
  });

  test('values an order that crosses at the prices it will pay', () => {
    play(`
      who   | does            | then
      maker | opens 100000 1x |
      alice | opens 1000 10x  |
            | mark 100        |
      maker | sells 5 @ 101   |
      maker | sells 5 @ 102   |
      alice | buys 90 @ 200   | refused insufficient-margin
      alice | buys 90 market  | fills 10, drops 80, because unfilled-remainder, initial 100, equity 985
    `);
  });

  test('lets through what can only reduce, whatever the margin', () => {
    play(`
      who   | does            | then
      maker | opens 100000 1x |
      alice | opens 1000 10x  |
            | mark 100        |
      maker | sells 100 @ 100 |
      alice | buys 100 market | fills 100, available 0
            | mark 92         |
      alice | is              | available -720, liquidatable
      maker | buys 150 @ 91   |
      alice | sells 101 @ 93  | refused insufficient-margin
      alice | sells 60 @ 93   | rests 60
      alice | sells 41 @ 93   | refused insufficient-margin
      alice | sells 40 market | fills 40, lots 60
      alice | sells 1 market  | refused insufficient-margin
      alice | cancels all     | canceled 1, asks 0
      alice | sells 60 market | fills 60, lots 0, cash 100
    `);
  });

  test('limits a position together with the orders of one side', () => {
    play(
      `
      who   | does            | then
      alice | opens 100000 1x |
            | mark 100        |
      alice | buys 60 @ 99    |
      alice | buys 41 @ 98    | refused position-limit
      alice | sells 100 @ 102 | rests 100
      alice | buys 40 @ 98    | rests 40
    `,
      { maxPosition: 100, maxLots: 100 },
    );
  });
});

describe('what the market refuses before it looks at margin', () => {
  test('prices, lots, bands and sessions', () => {
    play(
      `
      who   | does                      | then
      alice | opens 100000 1x           |
      alice | buys 5 @ 100              | refused market-closed
            | mark 1000                 |
      alice | buys 1 @ 1000             | refused invalid-lots
      alice | buys 51 @ 1000            | refused invalid-lots
      alice | buys 2.5 @ 1000           | refused invalid-lots
      alice | buys 5 @ 0                | refused invalid-price
      alice | buys 5 @ 1000.5           | refused invalid-price
      alice | buys 5 @ 1000001          | refused invalid-price
      alice | buys 5 @ 1051             | refused outside-price-band
      alice | sells 5 @ 949             | refused outside-price-band
      alice | buys 5 @ 100              | rests 5
      alice | sells 5 @ 1050            | rests 5
      alice | buys 5 @ 1000 ioc fok     | refused invalid-flags
      alice | sells 5 @ 1000 stop 0     | refused invalid-price
            | closes                    |
      alice | buys 5 @ 1000             | refused market-closed
      alice | cancels all               | canceled 2
            | reopens                   |
      alice | freezes                   |
      alice | buys 5 @ 1000             | refused account-in-liquidation
      alice | thaws                     |
      alice | buys 5 @ 1000             | rests 5
    `,
      { minLots: 2, maxLots: 50, priceBandPpm: 50_000 },
    );
  });

  test('a market order goes no further than the band', () => {
    play(
      `
      who   | does            | then
      maker | opens 100000 1x |
      alice | opens 100000 1x |
            | mark 100        |
      maker | sells 5 @ 104   |
      maker | sells 5 @ 106   |
      alice | buys 10 market  | fills 5, drops 5, because unfilled-remainder, last 104
      alice | buys 10 market  | refused no-liquidity, fills 0
    `,
      { priceBandPpm: 50_000 },
    );
  });
});

describe('reduce-only', () => {
  test('is cut to the position, and refused without one', () => {
    play(`
      who   | does                       | then
      maker | opens 100000 1x            |
      alice | opens 1000 10x             |
            | mark 100                   |
      alice | sells 5 @ 110 reduce-only  | refused would-increase
      maker | sells 10 @ 100             |
      alice | buys 10 market             | fills 10
      alice | buys 5 @ 90 reduce-only    | refused would-increase
      alice | sells 15 @ 110 reduce-only | rests 10, drops 5, because would-increase
    `);
  });

  test('rests only as far as there is a position to reduce', () => {
    play(`
      who   | does                       | then
      maker | opens 100000 1x            |
      alice | opens 1000 10x             |
            | mark 100                   |
      maker | sells 10 @ 100             |
      alice | buys 10 market             |
      alice | sells 6 @ 110 reduce-only  | rests 6
      alice | sells 6 @ 111 reduce-only  | rests 4
      maker | buys 3 @ 100               |
      alice | sells 3 market             | fills 3, lots 7, asks 7, canceled 1
      maker | buys 7 @ 100               |
      alice | sells 7 market             | fills 7, lots 0, asks 0, canceled 2
    `);
  });

  test('never turns a position round, even when two orders fill in one sweep', () => {
    play(`
      who   | does                       | then
      maker | opens 100000 1x            |
      alice | opens 100000 1x            |
            | mark 100                   |
      maker | sells 10 @ 100             |
      alice | buys 10 market             |
      alice | sells 8 @ 101              | rests 8
      alice | sells 10 @ 102 reduce-only | rests 10
      maker | buys 30 @ 105              | fills 10, rests 20, alice.lots 0, alice.asks 0
    `);
  });
});

describe('amending', () => {
  test('asks for the margin of the difference', () => {
    play(`
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 50 @ 100   | initial 500
      alice | amends 101 @ 100 | refused insufficient-margin, bids 50
      alice | amends 100 @ 100 | rests 100, available 0
      alice | amends 10 @ 100  | rests 10, initial 100
      alice | amends 10 @ 99   | rests 10, initial 100
      alice | amends 10 @ 104  | rests 10, initial 140
    `);
  });

  test('may trade when the new price crosses', () => {
    play(
      `
      who   | does            | then
      maker | opens 100000 1x |
      alice | opens 1000 10x  |
            | mark 100        |
      maker | sells 4 @ 101   |
      alice | buys 10 @ 99    | rests 10
      alice | amends 10 @ 101 | fills 4, rests 6, lots 4, bids 6, bid 101
      alice | cancels         | canceled 1, bids 0
      alice | cancels         | refused unknown-order
      maker | amends 5 @ 100  | refused unknown-order
    `,
      { takerFeePpm: 1_000 },
    );
  });
});

test('self-trade prevention gives the reserve back', () => {
  play(`
    who   | does                       | then
    alice | opens 1000 10x             |
          | mark 100                   |
    alice | buys 10 @ 100              | initial 100
    alice | sells 4 @ 100              | refused would-self-trade, bids 10
    alice | sells 4 @ 100 stp-oldest   | rests 4, bids 0, asks 4, canceled 1, initial 40
    alice | buys 4 @ 100 stp-both      | refused would-self-trade, asks 0, bids 0, initial 0
  `);
});

test('maintenance, liquidation and bankruptcy prices', () => {
  play(`
    who   | does            | then
    alice | opens 500 10x   | liquidation-price 0, bankruptcy-price 0
    bob   | opens 2000 10x  |
          | mark 100        |
    alice | buys 40 @ 100   |
    bob   | sells 40 @ 100  | liquidation-price 143, bankruptcy-price 150
    alice | is              | liquidation-price 92, bankruptcy-price 88, ratio 400000
          | mark 93         |
    alice | is              | equity 220, maintenance 186, safe, ratio 845455
          | mark 92         |
    alice | is              | equity 180, maintenance 184, liquidatable, ratio 1022223
          | mark 88         |
    alice | is              | equity 20, liquidatable
          | mark 87         |
    alice | is              | equity -20, ratio 0, liquidatable
  `);
});

test('equity equal to maintenance is liquidatable', () => {
  play(`
    who   | does            | then
    alice | opens 1000 10x  |
    bob   | opens 9000 1x   |
          | mark 100        |
    alice | buys 76 @ 100   |
    bob   | sells 76 @ 100  |
          | mark 91         |
    alice | is              | equity 316, maintenance 346, liquidatable
    alice | deposits 30     | equity 346, liquidatable, ratio 1000000
    alice | deposits 1      | safe
  `);
});

describe('isolated positions', () => {
  test('live on the margin they are assigned, and cost the parent no more', () => {
    play(`
      who    | does                       | then
      alice  | opens 1000 10x             |
      pocket | opens 0 1x                 |
      maker  | opens 100000 1x            |
             | mark 100                   |
      alice  | isolates pocket 10x        | pocket.cash 0
      pocket | buys 1 @ 100               | refused insufficient-margin
      alice  | assigns 1001 to pocket     | refused insufficient-margin
      alice  | assigns 100 to pocket      | cash 900, pocket.cash 100
      pocket | buys 11 @ 100              | refused insufficient-margin
      pocket | buys 10 @ 100              | rests 10, available 0, alice.available 900
      maker  | sells 10 @ 100             | pocket.lots 10, alice.lots 0
      pocket | assigns 1 to alice         | refused insufficient-margin
             | mark 94                    |
      pocket | is                         | liquidatable, liquidation-price 94, bankruptcy-price 90
      alice  | is                         | safe, equity 900
      alice  | assigns 50 to pocket       | pocket.liquidation-price 89, pocket.safe
    `);
  });

  test('move margin only between parent and child', () => {
    play(`
      who   | does                | then
      alice | opens 1000 10x      |
      bob   | opens 1000 10x      |
      alice | assigns 10 to bob   | refused not-the-owner, cash 1000
      alice | isolates pocket 5x  |
      alice | assigns 0 to pocket | refused insufficient-margin
      bob   | assigns 1 to pocket | refused not-the-owner
    `);
  });
});

describe('cross margin over two instruments', () => {
  test('profit in one carries the other', () => {
    play(
      `
      who   | does            | then
      alice | opens 1000 10x  |
      maker | opens 100000 1x |
            | mark 100        |
            | instrument 2    |
            | mark 50         |
      maker | sells 100 @ 50  |
      alice | buys 100 @ 50   | fills 100, initial 500, available 500
            | instrument 1    |
      alice | buys 51 @ 100   | refused insufficient-margin
      maker | sells 60 @ 100  |
      alice | buys 50 @ 100   | fills 50, available 0
            | mark 87         |
      alice | is              | equity 350, maintenance 468, liquidatable
            | instrument 2    |
            | mark 60         |
      alice | is              | equity 1350, safe, liquidation-price 51, bankruptcy-price 53
    `,
      {},
      { symbol: 'OTHER' },
    );
  });

  test('everything is one account when it is canceled', () => {
    play(
      `
      who   | does            | then
      alice | opens 1000 10x  |
            | mark 100        |
      alice | buys 10 @ 90    |
            | instrument 2    |
            | mark 50         |
      alice | sells 10 @ 60   | initial 150
      alice | cancels all     | canceled 2, initial 0, available 1000
    `,
      {},
      { symbol: 'OTHER' },
    );
  });
});

test('a script that claims something false fails', () => {
  expect(() =>
    play(`
    who   | does           | then
    alice | opens 1000 10x | available 999
  `),
  ).toThrow('available 999');
});
