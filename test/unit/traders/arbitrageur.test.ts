import { describe, expect, test } from 'vitest';
import { ORDER_IOC, Reason } from '../../../src/messages.ts';
import { arbitrageur } from '../../../src/traders/arbitrageur.ts';
import { PRICE_FEED, TraderHarness } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
const INDEX = 1_000_000;

function started(values: Record<string, unknown> = {}, share = 0) {
  const harness = new TraderHarness();
  harness.share = share;
  harness.feed.fundingRate = 0;
  harness.start(arbitrageur, values);
  return harness;
}

/** The market at a premium (or discount) to an index that stays. */
function premium(harness: TraderHarness, fraction: number): void {
  harness.price(Math.round(INDEX * (1 + fraction)));
  harness.feed.index = INDEX;
}

const position = (harness: TraderHarness) => harness.sentOf('SubmitOrder').reduce((sum, { side, lots }) => sum + side * lots, 0);

describe('arbitrageur', () => {
  test('inside its band it does nothing; beyond, it sells dear and buys cheap up to its inventory', () => {
    const harness = started({ inventory: 20_000 });
    premium(harness, 0.0007);
    harness.run(60 * SECOND);
    expect(harness.sent).toEqual([]);
    premium(harness, 0.002);
    harness.run(120 * SECOND);
    expect(position(harness)).toBe(-20_000);
    for (const { flags, lots, price } of harness.sentOf('SubmitOrder')) {
      expect(flags).toBe(ORDER_IOC);
      expect(lots).toBeLessThanOrEqual(1_000);
      expect(price).toBe(1_000_800);
    }
    // Closes at par, opens the other way only beyond the band.
    premium(harness, 0);
    harness.run(180 * SECOND);
    expect(position(harness)).toBe(0);
    premium(harness, -0.002);
    harness.run(240 * SECOND);
    expect(position(harness)).toBe(20_000);
  });

  test('funding that a short receives is part of the gap', () => {
    const harness = started();
    premium(harness, 0.0006);
    harness.feed.fundingRate = 300;
    harness.run(60 * SECOND);
    expect(position(harness)).toBeLessThan(0);
    const blind = started({ countFunding: false });
    premium(blind, 0.0006);
    blind.feed.fundingRate = 300;
    blind.run(60 * SECOND);
    expect(blind.sent).toEqual([]);
  });

  test('its hedges reach the price feed only as far as they are coupled, exactly in sum', () => {
    const silent = started();
    premium(silent, 0.002);
    silent.run(60 * SECOND);
    expect(silent.sentOf('HedgeSpot')).toEqual([]);

    const coupled = started({ spotCoupling: 0.3, order: 7 });
    premium(coupled, 0.002);
    coupled.run(60 * SECOND);
    const hedged = coupled.sentOf('HedgeSpot');
    expect(hedged.length).toBeGreaterThan(10);
    for (const { recipient, lots } of hedged) {
      expect(recipient).toBe(PRICE_FEED);
      expect(lots).toBeGreaterThan(0);
    }
    expect(Math.abs(hedged.reduce((sum, { lots }) => sum + lots, 0) + position(coupled) * 0.3)).toBeLessThan(1);
  });

  test('asks to balance the opening positions by weight, and counts its inventory from there', () => {
    expect(started({ weight: 0 }).balances).toEqual([]);
    const harness = started({ weight: 3, inventory: 20_000 }, -500_000);
    expect(harness.balances).toEqual([{ account: 1, weight: 3 }]);
    harness.run(60 * SECOND);
    expect(harness.sent).toEqual([]);
    premium(harness, 0.002);
    harness.run(120 * SECOND);
    expect(position(harness)).toBe(-20_000);
  });

  test('deleveraged, it hedges again at once, in the perpetual or by selling its spot', () => {
    const perpetual = started({ spotCoupling: 1 }, -5_000);
    perpetual.deliver('Deleveraged', { account: 99, counterparty: 1, lots: 2_500, price: INDEX });
    perpetual.run(60 * SECOND);
    expect(position(perpetual)).toBe(-2_500);
    expect(perpetual.sentOf('HedgeSpot')).toEqual([]);
    const spot = started({ spotCoupling: 1, rehedge: 'spot' }, -5_000);
    spot.deliver('Deleveraged', { account: 99, counterparty: 1, lots: 2_500, price: INDEX });
    spot.run(60 * SECOND);
    expect(position(spot)).toBe(0);
    expect(spot.sentOf('HedgeSpot')).toMatchObject([{ lots: -2_500 }]);
  });

  test('called, it brings what it has in reserve, one top-up a call', () => {
    const harness = started({ reserve: 20_000_000_000, topUp: 0.3 });
    for (let i = 1; i <= 4; i++) {
      harness.deliver('MarginCalled', { account: 1, amount: 1, ratio: 1 });
      harness.deliver('MarginCalled', { account: 1, amount: 1, ratio: 1 });
      harness.run(i * 60 * SECOND);
    }
    expect(harness.sentOf('TopUp').map(({ amount }) => amount)).toEqual([15_000_000_000, 5_000_000_000]);
  });

  test('liquidated, it sells its spot and trades no more', () => {
    const harness = started({ spotCoupling: 1 }, -5_000);
    harness.deliver('LiquidationStarted', { account: 1 });
    harness.deliver('LiquidationClosed', { account: 1, reason: Reason.filled });
    premium(harness, 0.01);
    harness.run(60 * SECOND);
    expect(harness.sentOf('SubmitOrder')).toEqual([]);
    expect(harness.sentOf('HedgeSpot')).toMatchObject([{ lots: -5_000 }]);
  });
});
