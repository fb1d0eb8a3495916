import { describe, expect, test } from 'vitest';
import { ORDER_IOC, ORDER_MARKET } from '../../../src/messages.ts';
import { whale } from '../../../src/traders/whale.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

function started(values: Record<string, unknown> = {}) {
  const harness = new TraderHarness();
  harness.start(whale, values);
  return harness;
}

describe('whale', () => {
  test('a holder holds, with what its tier asks for, and trades nothing', () => {
    const harness = started({ direction: 'buy', leverage: 100 });
    expect(harness.openings).toEqual([{ account: 1, lots: 200_000, entry: 1_000_000 }]);
    // 20 M USDT: the tier of 50 times.
    expect(harness.accounts[0].cash).toBe(200_000 * 1_000_000 * 0.02);
    harness.run(60 * MINUTE);
    expect(harness.sent).toEqual([]);
  });

  test('called, it adds from its reserve until that is gone', () => {
    const harness = started({ reserve: 30_000_000_000, topUp: 0.5 });
    for (let i = 1; i <= 4; i++) {
      harness.deliver('MarginCalled', { account: 1, amount: 1, ratio: 1 });
      harness.run(i * 5 * MINUTE);
    }
    const amounts = harness.sentOf('TopUp').map(({ amount }) => amount);
    expect(amounts).toEqual([20_000_000_000, 10_000_000_000]);
  });

  test('a program trades its size in equal slices over its time, to the lot', () => {
    const harness = started({ role: 'program', size: 1_000, slices: 7, from: MINUTE, over: 7 * MINUTE });
    expect(harness.openings).toEqual([]);
    harness.run(60 * MINUTE);
    const slices = harness.sentOf('SubmitOrder');
    expect(slices.map(({ sentAt }) => sentAt / MINUTE)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(slices.map(({ lots }) => lots).toSorted((a, b) => a - b)).toEqual([142, 143, 143, 143, 143, 143, 143]);
    expect(slices.every(({ side, flags }) => side === -1 && flags === ORDER_MARKET)).toBe(true);
  });

  test('what a halt or a thin book prevented is made up for', () => {
    const harness = started({ role: 'program', size: 600, slices: 6, from: 0, over: 6 * MINUTE, slippage: 0.01 });
    harness.run(MINUTE / 2);
    harness.feed.open = false;
    harness.run(3.5 * MINUTE);
    harness.feed.open = true;
    harness.run(60 * MINUTE);
    const slices = harness.sentOf('SubmitOrder');
    expect(slices.map(({ lots }) => lots)).toEqual([100, 400, 100]);
    expect(slices.every(({ flags, price }) => flags === ORDER_IOC && price === Math.round(999_995 * 0.99))).toBe(true);
  });
});
