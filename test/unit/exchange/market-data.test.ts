// What participants see: the market as it was, by what their messages take.

import { describe, expect, test } from 'vitest';
import { MarketData } from '../../../src/exchange/market-data.ts';
import { Market } from '../../../src/market/market.ts';
import type { MarketFeed } from '../../../src/market/feed.ts';
import { PPM } from '../../../src/base/units.ts';
import { instrument } from '../../helpers/instruments.ts';
import { createKernel } from '../../helpers/kernel.ts';

const INTERVAL = 100;

/** A market whose bid is the time, published every 100 µs. */
function published(...delays: readonly number[]) {
  const kernel = createKernel();
  const market = new Market({
    settlement: { asset: 'USDT', unit: '1' },
    instruments: [instrument(), instrument({ symbol: 'OTHER' })],
    fundCash: 0,
  });
  const account = market.openAccount({ owner: 99, cash: 1_000_000, leverage: 10 * PPM });
  for (const { id } of market.instruments) {
    market.setIndex(id, 1_000 * id);
    market.setMark(id, 1_000 * id);
  }
  const id = kernel.register('market-data', (message) => data.handle(message));
  const data: MarketData = new MarketData({
    context: kernel.context(id),
    market,
    interval: INTERVAL,
    funding: { fundingRate: (i) => 10 * i, nextFundingAt: (i) => 1_000 * i },
    breaker: { announced: (i) => ({ low: 900 * i, high: 1_100 * i }) },
  });
  const classes = delays.map((delay) => data.latencyClass(delay));
  const feeds = (i = 1): MarketFeed[] => classes.map((latencyClass) => data.feed(latencyClass, i));
  return { kernel, market, account, data, classes, feeds };
}

describe('before the first publication', () => {
  test('the opening prices are known, the book is not', () => {
    const [feed] = published(50).feeds(2);
    expect(feed).toMatchObject({
      at: 0,
      open: true,
      mark: 2_000,
      index: 2_000,
      bid: 0,
      ask: 0,
      last: 0,
      fundingRate: 20,
      nextFundingAt: 2_000,
      haltBelow: 1_800,
      haltAbove: 2_200,
    });
  });
});

test('equal delays are one class, each class has a copy of its own', () => {
  const { classes, data } = published(0, 50, 0, 250, 50);
  expect(classes).toEqual([0, 1, 0, 2, 1]);
  expect(data.feed(0, 1)).toBe(data.feed(classes[2], 1));
  expect(data.feed(0, 1)).not.toBe(data.feed(1, 1));
  expect(data.feed(0, 1)).not.toBe(data.feed(0, 2));
});

describe('a publication', () => {
  test('arrives with the delay of its class and shows the market as it was', () => {
    const { kernel, market, account, data, feeds } = published(0, 30, 250);
    data.start();
    // At 120 the bid appears; it is published at 200.
    kernel.runUntil(120);
    market.submit(account, 1, 1, 5, 990, 0, 0, 0);
    const bids = () => feeds().map(({ bid }) => bid);
    const seen: [number, number[]][] = [];
    for (const at of [199, 200, 229, 230, 449, 450]) {
      kernel.runUntil(at);
      seen.push([at, bids()]);
    }
    expect(seen).toEqual([
      [199, [0, 0, 0]],
      [200, [990, 0, 0]],
      [229, [990, 0, 0]],
      [230, [990, 990, 0]],
      [449, [990, 990, 0]],
      [450, [990, 990, 990]],
    ]);
    expect(feeds()[2]).toMatchObject({ at: 200, bidLots: 5, ask: 0, askLots: 0 });
  });

  test('does not change after it arrived, until the next does', () => {
    const { kernel, market, account, data, feeds } = published(0);
    data.start();
    kernel.runUntil(100);
    market.submit(account, 1, 1, 5, 990, 0, 0, 0);
    market.setMark(1, 1_001);
    market.setIndex(1, 1_002);
    market.setOpen(1, false);
    kernel.runUntil(199);
    expect(feeds()[0]).toMatchObject({ at: 100, bid: 0, mark: 1_000, index: 1_000, open: true });
    kernel.runUntil(200);
    expect(feeds()[0]).toMatchObject({ at: 200, bid: 990, mark: 1_001, index: 1_002, open: false });
  });

  test('many may be on their way: with a delay of a thousand intervals they still arrive in order', () => {
    const { kernel, market, account, data, feeds } = published(1_000 * INTERVAL + 50);
    data.start();
    let order = 0;
    for (let step = 0; step < 3_000; step++) {
      kernel.runUntil(step * INTERVAL + 10);
      const seen = feeds()[0];
      const expected = Math.max(0, step - 1_001);
      expect(seen.at).toBe(expected * INTERVAL);
      // The bid of step k is 1 + k % 900, placed between publications k and k + 1.
      expect(seen.bid).toBe(expected === 0 ? 0 : 1 + ((expected - 1) % 900));
      if (order !== 0) market.cancel(account, 1, order);
      order = market.submit(account, 1, 1, 1, 1 + (step % 900), 0, 0, 0);
    }
  });
});
