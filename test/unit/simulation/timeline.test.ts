// Minutes and turning points from a hand-made run of five minutes.

import { describe, expect, test } from 'vitest';
import { Cases } from '../../../src/simulation/cases.ts';
import { Timeline } from '../../../src/simulation/timeline.ts';
import { OWNER, Stream } from '../../helpers/stream.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

function start(): { stream: Stream; timeline: Timeline } {
  const stream = new Stream();
  const cases = stream.add(new Cases(stream.options));
  return { stream, timeline: stream.add(new Timeline({ ...stream.options, cases })) };
}

/** The book one tick to either side of `price`, published as the mark. */
function trade(stream: Stream, at: number, price: number): void {
  stream.market.best = { bid: price - 1, ask: price + 1 };
  stream.market.prices = { mark: price, index: price };
  stream.at(at).send('MarkPublished', { price, index: price });
}

/** `account` is long or short, called and liquidated at `at`, by case `id`. */
function liquidate(stream: Stream, at: number, id: number, account: number, side: number, parent = 0, depth = 1): void {
  stream.at(at).send('MarginCalled', { account, case: id }, { to: OWNER });
  stream.send('LiquidationStarted', { account, case: id, parent, depth }, { to: OWNER });
  stream.send('LiquidateOnBook', { account, case: id, side: -side, lots: 1, price: 900 });
  stream.send('LiquidationFilled', { account, case: id, side: -side, lots: 1, price: 900, amount: 900 });
  stream.send('LiquidationClosed', { account, case: id });
}

function crash(): { stream: Stream; timeline: Timeline } {
  const { stream, timeline } = start();
  trade(stream, 0, 1_000);
  trade(stream, 30 * SECOND, 990);
  stream.market.depthNow = 70;
  liquidate(stream, MINUTE + SECOND, 1, 11, 1);
  trade(stream, MINUTE + 2 * SECOND, 900);
  stream
    .at(MINUTE + 3 * SECOND)
    .send('SessionChanged', { phase: 2 })
    .send('SessionChanged', { phase: 2 });
  stream.at(MINUTE + 5 * SECOND).send('SessionChanged', { phase: 1 });
  liquidate(stream, MINUTE + 10 * SECOND, 2, 12, 1, 1, 2);
  liquidate(stream, MINUTE + 20 * SECOND, 3, 13, -1);
  stream.market.fund = { cash: 9_000, inventory: -100 };
  stream.send('Deleveraged', { account: 12, case: 2, counterparty: 55, lots: 1, price: 880 });
  stream.market.interest = 40;
  stream.market.depthNow = 20;
  // Nothing but a timer in the third and fourth minute, then a mark in the fifth.
  stream.market.fund = { cash: 9_500, inventory: 0 };
  stream.at(4 * MINUTE).send('Wake');
  trade(stream, 4 * MINUTE + SECOND, 950);
  return { stream, timeline };
}

describe('minutes', () => {
  test('each has what happened in it and the state at its end', () => {
    const { timeline } = crash();
    const minutes = timeline.minutes();
    expect(minutes).toMatchObject([
      {
        minute: 0,
        at: 0,
        open: 2_000,
        low: 1_980,
        high: 2_000,
        close: 1_980,
        mark: 990,
        liquidations: 0,
        fund: 10_000,
        openInterest: 50 * 990,
        depth: 70,
      },
      {
        minute: 1,
        open: 1_800,
        close: 1_800,
        liquidations: 3,
        longs: 2,
        shorts: 1,
        marginCalls: 3,
        liquidatedNotional: 3_580,
        deleveragedNotional: 880,
        fund: 9_500,
        openInterest: 40 * 900,
        depth: 20,
      },
      { minute: 2, at: 2 * MINUTE, open: 0, close: 0, mark: 900, liquidations: 0, liquidatedNotional: 0, fund: 9_500, depth: 20 },
      { minute: 3, open: 0, mark: 900 },
      { minute: 4, open: 1_900, close: 1_900, mark: 950, fund: 9_500 },
    ]);
    expect(minutes).toHaveLength(5);
    // Asking twice counts nothing twice.
    expect(timeline.minutes()).toEqual(minutes);
  });

  test('the market set just before a minute begins belongs to the minute before: only messages move it', () => {
    const { stream, timeline } = start();
    trade(stream, 59 * SECOND, 1_000);
    stream.market.interest = 7;
    stream.at(MINUTE).send('Wake');
    stream.market.interest = 8;
    expect(timeline.minutes().map(({ openInterest }) => openInterest)).toEqual([7_000, 8_000]);
  });

  test('a case decided in one minute and heard of in the next counts where it was decided', () => {
    const { stream, timeline } = start();
    stream.at(MINUTE + 10).send('LiquidationStarted', { account: 11, case: 1, depth: 1 }, { sentAt: MINUTE - 10, to: OWNER });
    expect(timeline.minutes().map(({ liquidations }) => liquidations)).toEqual([1, 0]);
  });
});

describe('turning points', () => {
  test('are told once each, in order', () => {
    const { timeline } = crash();
    expect(timeline.turningPoints()).toEqual([
      { kind: 'worst-minute', at: MINUTE, liquidations: 3, notional: 3_580, move: 0 },
      { kind: 'price-low', at: MINUTE, mid: 1_800, fall: 1 - 0.9 },
      { kind: 'first-margin-call', at: MINUTE + SECOND, account: 11 },
      { kind: 'first-liquidation', at: MINUTE + SECOND, account: 11, side: 1 },
      { kind: 'deepest-cascade', at: MINUTE + SECOND, depth: 2, size: 2, duration: 9 * SECOND, notional: 900 + 900 + 880 },
      { kind: 'halt', at: MINUTE + 3 * SECOND },
      { kind: 'resumption', at: MINUTE + 5 * SECOND },
      { kind: 'first-deleveraging', at: MINUTE + 20 * SECOND, account: 55 },
      { kind: 'fund-low', at: MINUTE + 20 * SECOND, fund: 8_900, paid: 1_100 },
    ]);
  });

  test('a quiet run has only its price', () => {
    const { stream, timeline } = start();
    trade(stream, 0, 1_000);
    trade(stream, SECOND, 1_010);
    expect(timeline.turningPoints()).toEqual([{ kind: 'price-high', at: 0, mid: 2_020, rise: 2_020 / 2_000 - 1 }]);
    expect(start().timeline.turningPoints()).toEqual([]);
  });
});
