// No account trades with itself: the incoming order says which of the two gives way.

import { describe, test } from 'vitest';
import { play } from '../helpers/book-script.ts';

describe('by default the newest gives way', () => {
  test('what is left of it is canceled where it meets its own; fills before that stand', () => {
    play(`
      who   | does          | then
      bob   | sells 2 @ 100 | rests 2
      alice | sells 5 @ 101 | rests 5
      carol | sells 9 @ 102 | rests 9
      alice | buys 8 @ 105  | fills 2 @ 100 from bob, would-self-trade
            | shows         | bids none, asks 5 @ 101 + 9 @ 102
      alice | buys 1 market | would-self-trade
            | shows         | bids none, asks 5 @ 101 + 9 @ 102
    `);
  });

  test('an own order that it does not reach is no matter', () => {
    play(`
      who   | does          | then
      bob   | sells 2 @ 100 | rests 2
      alice | sells 5 @ 101 | rests 5
      alice | buys 2 @ 105  | fills 2 @ 100 from bob
      alice | buys 2 @ 100  | rests 2
            | shows         | bids 2 @ 100, asks 5 @ 101
    `);
  });

  test('an own order behind another at the same price is met in its turn', () => {
    play(`
      who   | does          | then
      bob   | sells 2 @ 100 | rests 2
      alice | sells 5 @ 100 | rests 5
      carol | sells 1 @ 100 | rests 1
      alice | buys 3 @ 100  | fills 2 @ 100 from bob, would-self-trade
            | shows         | bids none, asks 5 @ 100 + 1 @ 100
    `);
  });
});

describe('cancel oldest', () => {
  test('own orders are taken off on the way and matching goes on', () => {
    play(`
      who   | does                    | then
      alice | buys 4 @ 100            | rests 4
      bob   | buys 2 @ 100            | rests 2
      alice | buys 1 @ 99             | rests 1
      carol | buys 5 @ 98             | rests 5
      alice | sells 6 @ 98 stp-oldest | fills 2 @ 100 from bob, fills 4 @ 98 from carol, off alice 4 @ 100, off alice 1 @ 99
            | shows                   | bids 1 @ 98, asks none
    `);
  });

  test('what it could not fill rests, even if only own orders were there', () => {
    play(`
      who   | does                     | then
      alice | sells 4 @ 100            | rests 4
      alice | buys 6 @ 101 stp-oldest  | off alice 4 @ 100, rests 6
            | shows                    | bids 6 @ 101, asks none
    `);
  });
});

describe('cancel both', () => {
  test('the order met and what is left of the incoming one are canceled', () => {
    play(`
      who   | does                  | then
      bob   | buys 2 @ 100          | rests 2
      alice | buys 4 @ 100          | rests 4
      alice | buys 1 @ 99           | rests 1
      alice | sells 6 @ 98 stp-both | fills 2 @ 100 from bob, off alice 4 @ 100, would-self-trade
            | shows                 | bids 1 @ 99, asks none
    `);
  });
});

test('the flag that counts is that of the order that takes, also when it took by an amendment', () => {
  play(`
    who   | does                          | then
    alice | sells 4 @ 105 stp-oldest      | rests 4
    alice | buys 4 @ 100 #a               | rests 4
    alice | buys 4 @ 99 stp-oldest #b     | rests 4
    alice | amends #a to 4 @ 105          | would-self-trade
          | shows                         | bids 4 @ 99, asks 4 @ 105
    alice | amends #b to 4 @ 105          | off alice 4 @ 105, rests 4
          | shows                         | bids 4 @ 105, asks none
  `);
});
