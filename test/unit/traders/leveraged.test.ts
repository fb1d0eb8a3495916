import { describe, expect, test } from 'vitest';
import { ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, Reason } from '../../../src/messages.ts';
import { leveraged } from '../../../src/traders/leveraged.ts';
import { btc, TraderHarness, type HarnessOptions } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
const START = 1_000_000;

function started(values: Record<string, unknown> = {}, options: HarnessOptions = {}) {
  const harness = new TraderHarness(options);
  harness.start(leveraged, values);
  return harness;
}

function call(harness: TraderHarness): void {
  harness.deliver('MarginCalled', { account: 1, amount: 1, ratio: 900_000 });
}

describe('leveraged', () => {
  test('holds its position from the start with the margin its leverage asks for', () => {
    const harness = started();
    expect(harness.openings).toEqual([{ account: 1, lots: 1_000, entry: START }]);
    expect(harness.accounts).toEqual([{ cash: 50_000_000, leverage: 20_000_000 }]);
    expect(started({ longShare: 0 }).openings).toMatchObject([{ lots: -1_000 }]);
  });

  test('or enters at market later, and tries again when the market was closed', () => {
    const harness = started({ start: 'entry', entryAfter: 60 * SECOND, stopAt: 0.5 });
    expect(harness.openings).toEqual([]);
    harness.run(3_600 * SECOND);
    const [entry, stop, ...rest] = harness.sentOf('SubmitOrder');
    expect(entry).toMatchObject({ side: 1, lots: 1_000, flags: ORDER_MARKET });
    expect(stop).toMatchObject({ side: -1, lots: 1_000, flags: ORDER_MARKET | ORDER_REDUCE_ONLY | ORDER_STOP });
    expect(rest).toEqual([]);
  });

  test('tops up when called: within its number, its purse and its chance', () => {
    const always = started({ topUpShare: 1, topUps: 9, purse: 0.8 });
    const never = started({ topUpShare: 0 });
    for (let i = 1; i <= 5; i++) {
      for (const harness of [always, never]) {
        call(harness);
        harness.run(i * 3_600 * SECOND);
      }
    }
    expect(always.sentOf('TopUp').map(({ amount }) => amount)).toEqual([25_000_000, 15_000_000]);
    expect(never.sentOf('TopUp')).toEqual([]);
  });

  test('its stop lies on the way to liquidation', () => {
    const harness = started({ stopAt: 0.5 });
    harness.run(60 * SECOND);
    const [{ trigger }] = harness.sentOf('SubmitOrder');
    const equity = 50_000_000 + 1_000 * (trigger - START);
    const maintenance = btc.tiers.maintenance(1_000 * START);
    expect(equity).toBeGreaterThan(maintenance);
    expect(equity).toBeLessThan(50_000_000 - 0.45 * (50_000_000 - maintenance));
  });

  test('panics once the price has moved too far, and keeps at it until it is out', () => {
    const harness = started({ panicAt: 0.05 });
    harness.price(951_000);
    harness.run(120 * SECOND);
    expect(harness.sent).toEqual([]);
    harness.price(950_000);
    harness.feed.bid = 0;
    harness.run(240 * SECOND);
    expect(harness.sentOf('SubmitOrder').length).toBeGreaterThan(2);
    harness.price(990_000);
    harness.clear();
    harness.run(360 * SECOND);
    expect(harness.sentOf('SubmitOrder')).toMatchObject([{ side: -1, lots: 1_000, flags: ORDER_MARKET | ORDER_REDUCE_ONLY }]);
    harness.clear();
    harness.price(900_000);
    harness.run(720 * SECOND);
    expect(harness.sent).toEqual([]);
  });

  test('a stop that fell due into a halt is replaced when the market is open again', () => {
    const harness = started({ stopAt: 0.5 });
    harness.run(60 * SECOND);
    harness.deliver('OrderRejected', { account: 1, order: 1, tag: 2, reason: Reason['market-closed'] });
    harness.clear();
    harness.run(120 * SECOND);
    expect(harness.sentOf('SubmitOrder')).toMatchObject([{ flags: ORDER_MARKET | ORDER_REDUCE_ONLY | ORDER_STOP }]);
  });

  test('after its liquidation it does nothing', () => {
    const harness = started({ topUpShare: 1, panicAt: 0.05 });
    call(harness);
    harness.deliver('LiquidationStarted', { account: 1 });
    harness.deliver('LiquidationClosed', { account: 1, reason: Reason['bad-debt'] });
    harness.price(900_000);
    harness.run(3_600 * SECOND);
    expect(harness.sent).toEqual([]);
  });
});
