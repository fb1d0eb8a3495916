// What an amendment does to an order's place in the queue, and when it trades.

import { describe, test } from 'vitest';
import { play } from '../helpers/book-script.ts';

const TWO_IN_LINE = `
      who   | does                   | then
      alice | buys 5 @ 100 #a        | rests 5
      bob   | buys 5 @ 100           | rests 5`;

describe('place in the queue', () => {
  test('fewer lots at the same price keep it', () => {
    play(`${TWO_IN_LINE}
      alice | amends #a to 2 @ 100   | rests 2
            | shows                  | bids 2 @ 100 + 5 @ 100, asks none
      carol | sells 3 @ 100          | fills 2 @ 100 from alice, fills 1 @ 100 from bob
    `);
  });

  test('more lots lose it', () => {
    play(`${TWO_IN_LINE}
      alice | amends #a to 6 @ 100   | rests 6
            | shows                  | bids 5 @ 100 + 6 @ 100, asks none
      carol | sells 3 @ 100          | fills 3 @ 100 from bob
    `);
  });

  test('another price loses it, there and back', () => {
    play(`${TWO_IN_LINE}
      alice | amends #a to 5 @ 99    | rests 5
            | shows                  | bids 5 @ 100 + 5 @ 99, asks none
      alice | amends #a to 5 @ 100   | rests 5
            | shows                  | accounts bidding bob + alice, asking none
      carol | sells 6 @ 100          | fills 5 @ 100 from bob, fills 1 @ 100 from alice
    `);
  });

  test('fewer lots at another price lose it too', () => {
    play(`${TWO_IN_LINE}
      carol | buys 1 @ 99            | rests 1
      alice | amends #a to 1 @ 99    | rests 1
            | shows                  | accounts bidding bob + carol + alice, asking none
    `);
  });

  test('nothing changed, nothing lost', () => {
    play(`${TWO_IN_LINE}
      alice | amends #a to 5 @ 100   | rests 5
      carol | sells 1 @ 100          | fills 1 @ 100 from alice
    `);
  });

  test('lots are those still to be filled', () => {
    play(`${TWO_IN_LINE}
      carol | sells 3 @ 100          | fills 3 @ 100 from alice
      alice | amends #a to 3 @ 100   | rests 3
            | shows                  | bids 5 @ 100 + 3 @ 100, asks none
    `);
  });

  test('the account keeps its orders in the order they were placed', () => {
    play(`
      who   | does                 | then
      alice | buys 1 @ 100 #a      | rests 1
      alice | buys 2 @ 101         | rests 2
      alice | amends #a to 3 @ 102 | rests 3
      alice | cancels all          | off alice 3 @ 102, off alice 2 @ 101
    `);
  });
});

describe('an amendment that crosses', () => {
  test('trades as a taker and rests with what is left', () => {
    play(`
      who   | does                 | then
      bob   | sells 3 @ 101        | rests 3
      bob   | sells 9 @ 103        | rests 9
      alice | buys 5 @ 100 #a      | rests 5
      alice | amends #a to 5 @ 102 | fills 3 @ 101 from bob, rests 2
            | shows                | bids 2 @ 102, asks 9 @ 103
      alice | amends #a to 4 @ 103 | fills 4 @ 103 from bob
      alice | amends #a to 1 @ 100 | unknown-order
            | shows                | bids none, asks 5 @ 103
    `);
  });

  test('is refused to a post-only order, which stays as it was, place and all', () => {
    play(`
      who   | does                      | then
      bob   | sells 3 @ 101             | rests 3
      alice | buys 5 @ 100 post-only #a | rests 5
      carol | buys 5 @ 100              | rests 5
      alice | amends #a to 5 @ 101      | would-cross
      dave  | sells 1 @ 100             | fills 1 @ 100 from alice
      alice | amends #a to 9 @ 100      | rests 9
            | shows                     | bids 5 @ 100 + 9 @ 100, asks 3 @ 101
    `);
  });
});

test('a reduce-only order cannot be amended beyond the position', () => {
  play(`
    who   | does                         | then
    alice | may sell 5                   |
    alice | sells 3 @ 101 reduce-only #a | rests 3
    alice | amends #a to 9 @ 101         | rests 5
    alice | may sell 0                   |
    alice | amends #a to 2 @ 101         | would-increase
          | shows                        | bids none, asks 5 @ 101
  `);
});
