import { beforeEach, describe, expect, test } from 'vitest';
import { FILL_MAKER, Reason, ORDER_POST_ONLY } from '../../../src/messages.ts';
import { marketMaker } from '../../../src/traders/market-maker.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
const INDEX = 1_000_000;

let harness: TraderHarness;

beforeEach(() => {
  harness = new TraderHarness({ name: 'trader/maker/0' });
});

function side(of: number) {
  return harness.resting.filter((order) => order.side === of).sort((a, b) => of * (b.price - a.price));
}

/** Moves the market by `step` (a fraction) every 100 ms, up and down in turns. */
function shake(from: number, until: number, step: number): void {
  let up = false;
  for (let at = from; at <= until; at += SECOND / 10) {
    harness.run(at);
    up = !up;
    harness.price(Math.round(INDEX * (up ? 1 + step : 1)));
  }
}

describe('market-maker', () => {
  test('in calm weather it rests a ladder on both sides of its reference price, growing away from the best', () => {
    harness.start(marketMaker);
    harness.run(10 * SECOND);
    for (const of of [1, -1]) {
      const ladder = side(of);
      expect(ladder).toHaveLength(8);
      expect(ladder[0].lots).toBe(200);
      for (let i = 1; i < 8; i++) {
        expect(ladder[i].lots).toBeGreaterThan(ladder[i - 1].lots);
        expect(of * (ladder[i - 1].price - ladder[i].price)).toBeGreaterThan(0);
      }
      // 0.9 bp and half a unit of skew from the reference price; 80 bp from there to the last.
      expect(of * (INDEX - ladder[0].price)).toBeGreaterThanOrEqual(90);
      expect(of * (INDEX - ladder[0].price)).toBeLessThan(105);
      expect(of * (INDEX - ladder[7].price)).toBeCloseTo(8_096, -2);
    }
    expect(harness.sentOf('SubmitOrder').every(({ flags }) => flags === ORDER_POST_ONLY)).toBe(true);
  });

  test('a still market costs no messages; a small move only those for the orders near the best', () => {
    harness.start(marketMaker);
    harness.run(10 * SECOND);
    harness.clear();
    harness.run(20 * SECOND);
    expect(harness.sent).toEqual([]);
    harness.price(INDEX + 60);
    harness.run(30 * SECOND);
    const amended = harness.sentOf('AmendOrder');
    expect(amended.length).toBe(harness.sent.length);
    expect(amended.length).toBeGreaterThan(1);
    expect(amended.length).toBeLessThan(12);
  });

  test('inventory shifts both quotes against it and takes away the side that would add to it', () => {
    harness.start(marketMaker);
    harness.run(10 * SECOND);
    const before = [side(1)[0].price, side(-1)[0].price];
    for (const { tag, lots } of side(1).slice(0, 4)) harness.fill(tag, lots);
    harness.run(20 * SECOND);
    expect(side(1)[0].price).toBeLessThan(before[0]);
    expect(side(-1)[0].price).toBeLessThan(before[1]);

    harness.deliver('OrderFilled', { account: 1, side: 1, lots: 40_000, price: INDEX, flags: FILL_MAKER, tag: 0 });
    harness.run(30 * SECOND);
    expect(side(1)).toEqual([]);
    expect(side(-1)).toHaveLength(8);
  });

  test('however volatile it is, inventory shifts the quotes no further than the limit', () => {
    harness.start(marketMaker, { maxSkew: 0.001, widenAt: 1e9, withdrawAt: 1e9, widest: 0.5, withdrawLoss: 9, widenLoss: 9, margin: 1e-7 });
    harness.run(5 * SECOND);
    harness.deliver('OrderFilled', { account: 1, side: 1, lots: 20_000, price: INDEX, flags: FILL_MAKER, tag: 0 });
    shake(5 * SECOND, 30 * SECOND, 0.004);
    harness.price(INDEX, 5_000);
    harness.run(40 * SECOND);
    // The best ask: its reference price less a thousandth, give or take its basis and a tick.
    expect(side(-1)[0].price).toBeGreaterThanOrEqual(INDEX - 1_005);
    expect(side(-1)[0].price).toBeLessThan(INDEX - 900);
  });

  test('its reference price follows the market away from the index, as far as it believes in it', () => {
    harness.start(marketMaker, { basisShare: 0.5 });
    harness.price(INDEX - 10_000);
    harness.feed.index = INDEX;
    harness.run(600 * SECOND);
    const middle = (side(1)[0].price + side(-1)[0].price) / 2;
    // Capped by the market's own quotes: post-only orders stay behind them.
    expect(side(-1)[0].price).toBeGreaterThan(INDEX - 5_200);
    expect(side(1)[0].price).toBe(INDEX - 9_996);
    expect(middle).toBeLessThan(INDEX - 5_000);
  });

  test('volatility widens it, more withdraws it, and it comes back one step at a time', () => {
    harness.start(marketMaker, { volatilityMemory: 10 * SECOND });
    harness.run(5 * SECOND);
    const calmBest = INDEX - side(1)[0].price;
    shake(5 * SECOND, 15 * SECOND, 0.0004);
    const widened = side(1);
    expect(widened.length).toBeGreaterThan(0);
    expect(widened[0].lots).toBe(80);
    expect(INDEX - widened[0].price).toBeGreaterThan(3 * calmBest);

    shake(15 * SECOND, 25 * SECOND, 0.003);
    expect(harness.resting).toEqual([]);

    // Calm again: first small and far, only later in full.
    harness.price(INDEX);
    const sizes: number[] = [];
    for (let at = 26 * SECOND; at <= 600 * SECOND; at += SECOND) {
      harness.run(at);
      sizes.push(side(1)[0]?.lots ?? 0);
    }
    expect(sizes[0]).toBe(0);
    expect(sizes.indexOf(80)).toBeGreaterThan(29);
    expect(sizes.indexOf(200)).toBeGreaterThan(sizes.indexOf(80) + 29);
    expect(sizes.at(-1)).toBe(200);
  });

  test('losses widen and withdraw it although the market is calm', () => {
    harness.start(marketMaker, { widenAt: 1e9, withdrawAt: 1e9, lossMemory: 3_600 * SECOND });
    harness.run(5 * SECOND);
    harness.deliver('OrderFilled', { account: 1, side: 1, lots: 30_000, price: INDEX, flags: FILL_MAKER, tag: 0 });
    harness.run(6 * SECOND);
    // 30 coins that fall by 10 %: 300,000 of 5,000,000 lost.
    harness.price(INDEX * 0.9);
    harness.run(10 * SECOND);
    harness.run(20 * SECOND);
    const largest = Math.max(...side(-1).map(({ lots }) => lots));
    expect(largest).toBe(Math.round(200 * 1.5 ** 7 * 0.4));
    harness.price(INDEX * 0.75);
    harness.run(30 * SECOND);
    expect(harness.resting).toEqual([]);
  });

  test('when its margin does not carry the ladder it offers a smaller one, and grows again', () => {
    const refusing = new TraderHarness({ answers: false });
    refusing.start(marketMaker);
    refusing.run(2 * SECOND);
    const first = refusing.sentOf('SubmitOrder');
    for (const { tag, lots } of first) refusing.deliver('OrderRejected', { account: 1, tag, lots, reason: Reason['insufficient-margin'] });
    refusing.clear();
    const asked = refusing.sent.length;
    refusing.run(4 * SECOND);
    const second = refusing.sentOf('SubmitOrder').slice(asked);
    expect(Math.max(...second.map(({ lots }) => lots))).toBeLessThan(Math.max(...first.map(({ lots }) => lots)) * 0.6);
  });

  test('after its liquidation it is gone for good; merely restored it goes on', () => {
    harness.start(marketMaker);
    harness.run(5 * SECOND);
    harness.deliver('LiquidationStarted', { account: 1 });
    harness.deliver('LiquidationClosed', { account: 1, reason: Reason.restored });
    harness.run(10 * SECOND);
    expect(side(1)).toHaveLength(8);
    harness.deliver('LiquidationStarted', { account: 1 });
    harness.deliver('LiquidationClosed', { account: 1, reason: Reason.filled });
    harness.run(60 * SECOND);
    expect(harness.resting).toEqual([]);
    expect(harness.wakes).toEqual([]);
  });
});
