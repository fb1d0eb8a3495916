// What traders do who know where trading would halt, and who are told of margin that comes.

import { describe, expect, test } from 'vitest';
import { ConstantSampler } from '../../../src/base/distribution.ts';
import { ORDER_MARKET, ORDER_REDUCE_ONLY } from '../../../src/messages.ts';
import { crowd } from '../../../src/traders/crowd.ts';
import { haltNear } from '../../../src/traders/halt-nearness.ts';
import { leveraged } from '../../../src/traders/leveraged.ts';
import { momentum } from '../../../src/traders/momentum.ts';
import { noise } from '../../../src/traders/noise.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
/** The feed's price is 1,000,000: a halt half a per cent below is near for whoever cares for one per cent. */
const NEAR = { haltBelow: 995_000, haltAbove: 1_100_000 };
const FAR = { haltBelow: 900_000, haltAbove: 1_100_000 };

function acted(kind: unknown, values: Record<string, unknown>, feed: object, seconds = 120) {
  const harness = new TraderHarness();
  harness.start(kind as typeof leveraged, values);
  Object.assign(harness.feed, feed);
  harness.run(seconds * SECOND);
  return harness.sentOf('SubmitOrder');
}

test('near is within a share of the level, on the side of the price', () => {
  const { feed } = new TraderHarness();
  const near = (levels: object, within = 0.01) => haltNear({ ...feed, ...levels }, within);
  expect([near(NEAR), near(FAR), near({ haltBelow: 0, haltAbove: 1_005_000 }), near({}), near(NEAR, 0)]).toEqual([-1, 0, 1, 0, 0]);
  // Before the first trade the mark tells.
  expect(haltNear({ ...feed, ...NEAR, last: 0 }, 0.01)).toBe(-1);
});

describe('before a halt', () => {
  test('a leveraged long closes when it is near below, and a short when it is near above', () => {
    const long = acted(leveraged, { hasten: 0.01 }, NEAR);
    expect(long).toMatchObject([{ side: -1, lots: 1_000, flags: ORDER_MARKET | ORDER_REDUCE_ONLY }]);
    expect(acted(leveraged, { hasten: 0.01, longShare: 0 }, NEAR)).toEqual([]);
    expect(acted(leveraged, { hasten: 0.01, longShare: 0 }, { haltBelow: 0, haltAbove: 1_005_000 })).toMatchObject([{ side: 1 }]);
    expect(acted(leveraged, { hasten: 0.01 }, FAR)).toEqual([]);
    expect(acted(leveraged, {}, NEAR)).toEqual([]);
  });

  test('a follower of trends goes all the way towards it', () => {
    const sent = acted(momentum, { hasten: 0.01, interval: 5 * SECOND }, NEAR, 300);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every(({ side }) => side === -1)).toBe(true);
    expect(sent.reduce((sum, { lots }) => sum + (lots ?? 0), 0)).toBe(2_000);
    expect(acted(momentum, { interval: 5 * SECOND }, NEAR, 300)).toEqual([]);
  });

  test('who trades at random takes the market towards it, and rests on the other side as before', () => {
    const sent = acted(noise, { hasten: 0.01, marketShare: 0 }, NEAR, 300);
    const [sells, buys] = [-1, 1].map((side) => sent.filter((order) => order.side === side));
    expect(sells.length).toBeGreaterThan(20);
    expect(buys.length).toBeGreaterThan(20);
    for (const { flags } of sells) expect(flags).toBe(ORDER_MARKET);
    for (const { flags } of buys) expect(flags).toBe(0);
    // The same draws as without: the same sides, the same sizes.
    const plain = acted(noise, { marketShare: 0 }, NEAR, 300);
    expect(plain.every(({ flags }) => flags === 0)).toBe(true);
    expect(plain.slice(0, 10).map(({ side, lots }) => [side, lots])).toEqual(sent.slice(0, 10).map(({ side, lots }) => [side, lots]));
  });

  test('members of a crowd go who would panic beyond it', () => {
    const members = {
      members: 200,
      panicShare: 1,
      panicAt: new ConstantSampler(0.012),
      stopShare: 0,
      longShare: 1,
      delay: new ConstantSampler(SECOND),
    };
    expect(acted(crowd, { ...members, hasten: 0.01 }, NEAR).length).toBe(200);
    expect(acted(crowd, members, NEAR)).toEqual([]);
    expect(acted(crowd, { ...members, hasten: 0.01 }, FAR)).toEqual([]);
  });
});

describe('told of margin that comes', () => {
  const told = (rate: number, values: Record<string, unknown> = {}) => {
    const harness = new TraderHarness();
    // 20 times leverage: 5 % of the value, of which maintenance is 0.4 to 0.5 %.
    harness.start(leveraged, { topUpShare: 1, ...values });
    harness.deliver('MarginAnnounced', { instrument: 1, amount: rate, rate, depth: 0, tag: 60 * SECOND });
    harness.run(3_600 * SECOND);
    return harness.sentOf('TopUp');
  };

  test('who would be called under it tops up, who would not does nothing', () => {
    expect(told(12_000_000)).toHaveLength(1);
    expect(told(2_000_000)).toEqual([]);
    expect(told(12_000_000, { topUpShare: 0 })).toEqual([]);
  });
});
