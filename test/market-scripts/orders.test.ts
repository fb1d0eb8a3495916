// What an order book does with each type of order, read aloud.

import { describe, expect, test } from 'vitest';
import { play } from '../helpers/book-script.ts';

describe('priority', () => {
  test('the better price first, then the earlier order, each at its own price', () => {
    play(`
      who   | does          | then
      alice | sells 5 @ 102 | rests 5
      bob   | sells 5 @ 101 | rests 5
      carol | sells 5 @ 101 | rests 5
      dave  | buys 12 @ 103 | fills 5 @ 101 from bob, fills 5 @ 101 from carol, fills 2 @ 102 from alice
            | shows         | bids none, asks 3 @ 102
    `);
  });

  test('a partial fill keeps the place', () => {
    play(`
      who   | does          | then
      alice | buys 5 @ 100  | rests 5
      bob   | buys 5 @ 100  | rests 5
      carol | sells 2 @ 100 | fills 2 @ 100 from alice
      carol | sells 4 @ 100 | fills 3 @ 100 from alice, fills 1 @ 100 from bob
    `);
  });

  test('bids are taken from the highest down', () => {
    play(`
      who   | does         | then
      alice | buys 1 @ 98  | rests 1
      bob   | buys 1 @ 100 | rests 1
      carol | buys 1 @ 99  | rests 1
            | shows        | bids 1 @ 100 + 1 @ 99 + 1 @ 98, asks none
      dave  | sells 3 @ 99 | fills 1 @ 100 from bob, fills 1 @ 99 from carol, rests 1
            | shows        | bids 1 @ 98, asks 1 @ 99
    `);
  });

  test('orders a world apart are on one book', () => {
    play(`
      who   | does                  | then
      alice | buys 1 @ 1            | rests 1
      bob   | sells 1 @ 2147483647  | rests 1
      carol | buys 1 @ 1300000      | rests 1
      dave  | sells 1 @ 2000000000  | rests 1
            | shows                 | bids 1 @ 1300000 + 1 @ 1, asks 1 @ 2000000000 + 1 @ 2147483647
      erin  | sells 2 market        | fills 1 @ 1300000 from carol, fills 1 @ 1 from alice
      erin  | buys 2 market         | fills 1 @ 2000000000 from dave, fills 1 @ 2147483647 from bob
            | shows                 | bids none, asks none
    `);
  });
});

describe('limit', () => {
  test('rests with what it could not fill', () => {
    play(`
      who   | does          | then
      alice | sells 5 @ 100 | rests 5
      bob   | buys 8 @ 100  | fills 5 @ 100 from alice, rests 3
      alice | sells 4 @ 99  | fills 3 @ 100 from bob, rests 1
            | shows         | bids none, asks 1 @ 99
    `);
  });

  test('does not reach past its price', () => {
    play(`
      who   | does          | then
      alice | sells 5 @ 100 | rests 5
      alice | sells 5 @ 102 | rests 5
      bob   | buys 8 @ 101  | fills 5 @ 100 from alice, rests 3
            | shows         | bids 3 @ 101, asks 5 @ 102
    `);
  });
});

describe('market', () => {
  test('takes whatever there is and never rests', () => {
    play(`
      who   | does            | then
      alice | sells 5 @ 100   | rests 5
      alice | sells 5 @ 90000 | rests 5
      bob   | buys 7 market   | fills 5 @ 100 from alice, fills 2 @ 90000 from alice
      bob   | buys 7 market   | fills 3 @ 90000 from alice, unfilled-remainder
      bob   | buys 7 market   | no-liquidity
      bob   | sells 7 market  | no-liquidity
            | shows           | bids none, asks none
    `);
  });
});

describe('immediate or cancel', () => {
  test('fills what it can at its price and cancels the rest', () => {
    play(`
      who   | does             | then
      alice | sells 5 @ 100    | rests 5
      bob   | buys 3 @ 100 ioc | fills 3 @ 100 from alice
      bob   | buys 3 @ 100 ioc | fills 2 @ 100 from alice, unfilled-remainder
      bob   | buys 3 @ 100 ioc | no-liquidity
      alice | sells 1 @ 101    | rests 1
      bob   | buys 3 @ 100 ioc | no-liquidity
            | shows            | bids none, asks 1 @ 101
    `);
  });
});

describe('fill or kill', () => {
  test('fills in full or does nothing', () => {
    play(`
      who   | does             | then
      alice | sells 5 @ 100    | rests 5
      carol | sells 5 @ 101    | rests 5
      bob   | buys 6 @ 100 fok | no-liquidity
      bob   | buys 11 @ 101 fok| no-liquidity
            | shows            | bids none, asks 5 @ 100 + 5 @ 101
      bob   | buys 10 @ 101 fok| fills 5 @ 100 from alice, fills 5 @ 101 from carol
            | shows            | bids none, asks none
    `);
  });

  test('counts only what self-trade prevention would let it have', () => {
    play(`
      who   | does                         | then
      alice | sells 5 @ 100                | rests 5
      bob   | sells 5 @ 101                | rests 5
      carol | sells 5 @ 102                | rests 5
      bob   | buys 10 @ 102 fok            | would-self-trade
      bob   | buys 10 @ 102 fok stp-both   | would-self-trade
      bob   | buys 11 @ 102 fok stp-oldest | no-liquidity
            | shows                        | bids none, asks 5 @ 100 + 5 @ 101 + 5 @ 102
      bob   | buys 5 @ 102 fok             | fills 5 @ 100 from alice
      bob   | buys 5 @ 102 fok stp-oldest  | fills 5 @ 102 from carol, off bob 5 @ 101
            | shows                        | bids none, asks none
    `);
  });

  test('counts resting reduce-only orders for what they may still reduce', () => {
    play(`
      who   | does                      | then
      alice | may sell 6                |
      alice | sells 4 @ 100 reduce-only | rests 4
      alice | sells 3 @ 101             | rests 3
      alice | sells 2 @ 102 reduce-only | rests 2
      bob   | buys 8 @ 102 fok          | no-liquidity
      bob   | buys 7 @ 102 fok          | fills 4 @ 100 from alice, fills 3 @ 101 from alice
            | shows                     | bids none, asks 2 @ 102
    `);
  });
});

describe('post-only', () => {
  test('rests or is refused, never takes', () => {
    play(`
      who   | does                   | then
      alice | sells 5 @ 100          | rests 5
      bob   | buys 5 @ 100 post-only | would-cross
      bob   | buys 5 @ 105 post-only | would-cross
      bob   | buys 5 @ 99 post-only  | rests 5
      carol | sells 5 @ 99 post-only | would-cross
            | shows                  | bids 5 @ 99, asks 5 @ 100
    `);
  });

  test('is refused against an own order too: prevention is for orders that take', () => {
    play(`
      who   | does                              | then
      alice | sells 5 @ 100                     | rests 5
      alice | buys 5 @ 100 post-only stp-oldest | would-cross
            | shows                             | bids none, asks 5 @ 100
    `);
  });
});

describe('reduce-only', () => {
  test('is cut to what the position can be reduced by', () => {
    play(`
      who   | does                       | then
      bob   | buys 3 @ 100               | rests 3
      alice | sells 5 @ 100 reduce-only  | would-increase
      alice | may sell 4                 |
      alice | sells 5 @ 100 reduce-only  | fills 3 @ 100 from bob, rests 1
      alice | sells 9 market reduce-only | no-liquidity
            | shows                      | bids none, asks 1 @ 100
    `);
  });

  test('never turns a position around, not even when several orders trade within one command', () => {
    play(`
      who   | does                      | then
      alice | may sell 10               |
      alice | sells 6 @ 100             | rests 6
      alice | sells 3 @ 101 reduce-only | rests 3
      alice | sells 7 @ 102 reduce-only | rests 7
      alice | sells 9 @ 103 reduce-only | rests 9
      bob   | buys 20 @ 110             | fills 6 @ 100 from alice, fills 3 @ 101 from alice, fills 1 @ 102 from alice, off alice 6 @ 102, off alice 9 @ 103, rests 10
            | shows                     | bids 10 @ 110, asks none
    `);
  });

  test('is trimmed from the newest when the position shrinks', () => {
    play(`
      who   | does                       | then
      alice | may sell 10                |
      alice | sells 4 @ 103 reduce-only  | rests 4
      alice | sells 2 @ 104              | rests 2
      alice | sells 4 @ 101 reduce-only  | rests 4
      alice | sells 2 @ 102 reduce-only  | rests 2
      alice | trims sells                |
      alice | may sell 7                 |
      alice | trims sells                | off alice 2 @ 102, off alice 1 @ 101
            | shows                      | bids none, asks 3 @ 101 + 4 @ 103 + 2 @ 104
      alice | may sell 0                 |
      alice | trims sells                | off alice 3 @ 101, off alice 4 @ 103
            | shows                      | bids none, asks 2 @ 104
    `);
  });

  test('keeps its place when it is cut', () => {
    play(`
      who   | does                      | then
      alice | may buy 5                 |
      alice | buys 5 @ 100 reduce-only  | rests 5
      bob   | buys 5 @ 100              | rests 5
      alice | may buy 2                 |
      alice | trims buys                | off alice 3 @ 100
      carol | sells 4 @ 100             | fills 2 @ 100 from alice, fills 2 @ 100 from bob
    `);
  });
});

describe('cancel', () => {
  test('takes one order off, once', () => {
    play(`
      who   | does             | then
      alice | buys 5 @ 100 #a  | rests 5
      alice | buys 3 @ 99 #b   | rests 3
      bob   | sells 2 @ 100    | fills 2 @ 100 from alice
      alice | cancels #a       | off alice 3 @ 100
      alice | cancels #a       | unknown-order
            | shows            | bids 3 @ 99, asks none
    `);
  });

  test('all of an account, oldest first, and nobody else', () => {
    play(`
      who   | does          | then
      alice | buys 5 @ 98   | rests 5
      bob   | buys 5 @ 99   | rests 5
      alice | sells 2 @ 105 | rests 2
      alice | buys 1 @ 99   | rests 1
      alice | cancels all   | off alice 5 @ 98, off alice 2 @ 105, off alice 1 @ 99
      alice | cancels all   |
            | shows         | bids 5 @ 99, asks none
    `);
  });
});

describe('a script', () => {
  test('notices a fill that its line leaves out', () => {
    expect(() =>
      play(`
        who   | does          | then
        alice | sells 5 @ 100 | rests 5
        bob   | buys 3 @ 100  |
      `),
    ).toThrow('what came of it is "fills 3 @ 100 from alice"');
  });

  test('notices what it cannot understand', () => {
    const line = (does: string) => () =>
      play(`who | does | then
alice | ${does} | rests 5`);
    expect(line('sells 5 @ 100 gtd')).toThrow('unknown flag "gtd"');
    expect(line('amends #a to 5 @ 100')).toThrow('no order is called "#a"');
    expect(line('dances 5 @ 100')).toThrow('nobody can "dances 5 @ 100"');
  });
});
