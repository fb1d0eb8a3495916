// Positions that are closed by the exchange: on the book, into the fund, against a counterparty, and what funding and
// deficits do to the money on the way, read aloud.

import { describe, test } from 'vitest';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { instrument } from '../helpers/instruments.ts';
import { MarketScript } from '../helpers/market-script.ts';

const play = (table: string, change: Partial<InstrumentSpec> = {}): void => new MarketScript([instrument(change)], 1_000).play(table);

describe('a liquidation on the book', () => {
  test('pays the liquidation fee to the fund instead of the taker fee', () => {
    play(
      `
      who   | does                | then
      alice | opens 1010 10x      |
      bob   | opens 9000 10x      |
            | mark 100            |
      alice | buys 100 @ 100      |
      bob   | sells 100 @ 100     | fills 100, alice.cash -8990, fees 10
            | mark 94             |
      alice | is                  | liquidatable, equity 410
      bob   | buys 60 @ 93        |
      alice | liquidated 100      | fills 60, drops 40, lots 40, fee 56, last 93, fees 10
      alice | is                  | cash -3466, equity 294, fund.cash 1056
      bob   | is                  | lots -40
    `,
      { takerFeePpm: 1_000, liquidationFeePpm: 10_000 },
    );
  });

  test('takes no more fee than equity is left at mark', () => {
    play(
      `
      who   | does                | then
      alice | opens 1000 10x      |
      bob   | opens 9000 10x      |
            | mark 100            |
      alice | buys 100 @ 100      |
      bob   | sells 100 @ 100     |
            | mark 91             |
      bob   | buys 100 @ 91       |
      alice | liquidated 100      | fills 100, lots 0, fee 100, cash 0, fund.cash 1100
    `,
      { liquidationFeePpm: 50_000 },
    );
  });

  test('goes through the band, needs no margin, and stops at its limit', () => {
    play(
      `
      who   | does                | then
      alice | opens 1000 10x      |
      bob   | opens 9000 1x       |
            | mark 100            |
      alice | sells 90 @ 100      |
      bob   | buys 90 @ 100       |
            | mark 109            |
      bob   | sells 30 @ 112      |
      bob   | sells 30 @ 113      |
      bob   | sells 30 @ 120      |
      alice | liquidated 90 @ 113 | fills 60, drops 30, lots -30, last 113, because unfilled-remainder
      alice | liquidated 30 @ 119 | refused no-liquidity, lots -30
            | closes              |
      alice | liquidated 30       | refused market-closed
            | reopens             |
      alice | liquidated 30       | fills 30, lots 0, last 120, cash -350
      alice | liquidated 1        | refused would-increase
    `,
      { priceBandPpm: 10_000 },
    );
  });

  test('meets no order of its own', () => {
    play(`
      who   | does                | then
      alice | opens 1000 10x      |
      bob   | opens 9000 1x       |
            | mark 100            |
      alice | buys 50 @ 100       |
      bob   | sells 50 @ 100      |
      alice | buys 10 @ 99        | rests 10
      bob   | buys 50 @ 98        |
      alice | liquidated 50       | fills 50, last 98, bids 0, canceled 1
    `);
  });
});

describe('off the book', () => {
  test('at the bankruptcy price the account ends with nothing, and nothing is printed', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 9000 10x          |
            | mark 100                |
      alice | buys 100 @ 100          |
      bob   | sells 100 @ 100         | last 100
            | mark 88                 |
      alice | is                      | equity -200, bankruptcy-price 90
      alice | gives 100 @ 90 to fund  | cash 0, lots 0, last 100
      fund  | is                      | lots 100, wallet 1000, equity 800, entry 90, interest 100
    `);
  });

  test('bankruptcy prices are rounded toward whoever takes over', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 1000 10x          |
            | mark 100                |
      alice | buys 30 @ 100           |
      bob   | sells 30 @ 100          | bankruptcy-price 133
      alice | is                      | bankruptcy-price 67
      alice | gives 30 @ 67 to fund   | cash 10
      bob   | gives -30 @ 133 to fund | cash 10, fund.lots 0, fund.cash 2980, fund.wallet 2980
    `);
  });

  test('a counterparty is closed at the price, and its reduce-only orders go', () => {
    play(`
      who   | does                       | then
      alice | opens 1000 10x             |
      bob   | opens 9000 10x             |
            | mark 100                   |
      alice | buys 100 @ 100             |
      bob   | sells 100 @ 100            |
      bob   | buys 100 @ 80 reduce-only  | rests 100
            | mark 85                    |
      bob   | is                         | profit 1500
      alice | gives 70 @ 90 to bob       | lots 30, bob.lots -30, bob.bids 30, canceled 1, interest 30
      bob   | is                         | entry 100, wallet 9700, equity 10150
      alice | gives 30 @ 90 to bob       | cash 0, bob.lots 0, bob.cash 10000, bob.bids 0, interest 0
    `);
  });

  test('an entry is prorated when a position shrinks, and starts anew when it turns', () => {
    play(`
      who   | does                    | then
      alice | opens 9000 10x          |
      bob   | opens 9000 10x          |
            | mark 100                |
      alice | buys 10 @ 100           |
      bob   | sells 10 @ 100          |
      alice | buys 10 @ 110           |
      bob   | sells 10 @ 110          | entry 105
      alice | sells 5 @ 120           |
      bob   | buys 5 @ 120            | entry 105
      alice | is                      | lots 15, entry 105
      alice | sells 25 @ 90           |
      bob   | buys 25 @ 90            | lots 10, entry 90
      alice | is                      | lots -10, entry 90, wallet 8850
    `);
  });

  test('a deficit is paid by the fund, and what it lacks is bad debt', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 9000 10x          |
            | mark 100                |
      alice | buys 100 @ 100          |
      bob   | sells 100 @ 100         |
            | mark 75                 |
      bob   | buys 100 @ 75           |
      alice | liquidated 100          | fills 100, cash -1500, fee 0
      fund  | pays 1000 to alice      | cash 0, alice.cash -500
      alice | defaults 500            | cash 0, bad-debt 500
    `);
  });
});

describe('funding', () => {
  test('is owed at once, applied when the position is next touched, and conserved', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 1000 10x          |
            | mark 100                |
      alice | buys 50 @ 100           |
      bob   | sells 50 @ 100          |
            | funding 1000            |
      alice | is                      | due 5, equity 995, cash -4000
      bob   | is                      | due -5, equity 1005
      alice | applies                 | due 0, equity 995, cash -4005, funding-ledger 5
      bob   | buys 10 @ 100           |
      alice | sells 10 @ 100          | bob.due 0, bob.equity 1005, funding-ledger 0
            | funding -1000           |
      alice | is                      | due -4, bob.due 4
    `);
  });

  test('is rounded against the account either way, and the rounding ends in the ledger', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 1000 10x          |
            | mark 100                |
      alice | buys 33 @ 100           |
      bob   | sells 33 @ 100          |
            | funding 100             |
      alice | is                      | due 1, bob.due 0
            | settles                 |
      alice | is                      | equity 999, bob.equity 1000, funding-ledger 0, rounding 1
            | funding -100            |
      alice | is                      | due 0, bob.due 1
    `);
  });

  test('counts when margin is looked at', () => {
    play(`
      who   | does                    | then
      alice | opens 1000 10x          |
      bob   | opens 9000 10x          |
            | mark 100                |
      alice | buys 100 @ 100          |
      bob   | sells 100 @ 100         |
      alice | is                      | safe, bankruptcy-price 90, liquidation-price 94
            | funding 50000           |
      alice | is                      | equity 500, liquidatable, bankruptcy-price 95
    `);
  });
});

describe('stops', () => {
  test('wait without margin and are checked when they are placed', () => {
    play(`
      who   | does                                | then
      alice | opens 1000 10x                      |
      bob   | opens 9000 10x                      |
            | mark 100                            |
      alice | buys 500 @ 106 stop 105             | rests 500, bids 0, available 1000
      alice | cancels                             | canceled 1
      alice | cancels                             | refused unknown-order
      alice | buys 50 @ 100                       |
      bob   | sells 50 @ 100                      |
      alice | sells 50 market reduce-only stop 95 | rests 50, asks 0
      alice | cancels all                         | canceled 1
    `);
  });
});
