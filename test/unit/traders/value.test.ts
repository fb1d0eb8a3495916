import { describe, expect, test } from 'vitest';
import { ORDER_IOC, ORDER_POST_ONLY } from '../../../src/messages.ts';
import { value } from '../../../src/traders/value.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const MINUTE = 60_000_000;
/** Without an opinion of its own. */
const plain = { disagreement: 0 };

function started(values: Record<string, unknown> = plain) {
  const harness = new TraderHarness();
  harness.start(value, values);
  return harness;
}

describe('value', () => {
  test('buys below the index until it holds its share of the mispricing, never above its limit', () => {
    const harness = started();
    harness.price(990_000);
    harness.feed.index = 1_000_000;
    harness.run(10 * MINUTE);
    const orders = harness.sentOf('SubmitOrder');
    expect(orders.every(({ side, flags }) => side === 1 && flags === ORDER_IOC)).toBe(true);
    for (const { price } of orders) expect(price).toBeLessThanOrEqual(1_000_000 * (1 - 0.0006));
    // 1 % below: the whole position of 5 coins, in steps of half a coin.
    expect(orders).toHaveLength(10);
    expect(orders.reduce((sum, { lots }) => sum + lots, 0)).toBe(5_000);
  });

  test('half of the mispricing is half of the position, and it comes back when the market does', () => {
    const harness = started();
    harness.price(1_005_000);
    harness.feed.index = 1_000_000;
    harness.run(10 * MINUTE);
    const held = () =>
      harness
        .sentOf('SubmitOrder')
        .filter(({ flags }) => flags === ORDER_IOC)
        .reduce((sum, { side, lots }) => sum + side * lots, 0);
    expect(held()).toBeGreaterThanOrEqual(-2_500);
    expect(held()).toBeLessThanOrEqual(-2_480);
    harness.price(997_000);
    harness.feed.index = 1_000_000;
    harness.run(20 * MINUTE);
    expect(held()).toBeGreaterThan(1_000);
  });

  test('where taking does not pay it leaves one quote at its own value, and moves it', () => {
    const harness = started();
    harness.price(1_000_300);
    harness.feed.index = 1_000_000;
    harness.run(5 * MINUTE);
    const orders = harness.sentOf('SubmitOrder');
    expect(orders.length).toBeGreaterThan(10);
    expect(orders.every(({ side, flags, price }) => side === -1 && flags === ORDER_POST_ONLY && price === 1_000_600)).toBe(true);
    expect(harness.resting).toHaveLength(1);
  });

  test('opinions differ between traders and have the stated spread', () => {
    const opinions = Array.from({ length: 400 }, (_, i) => {
      const harness = new TraderHarness({ name: `trader/value/${i}` });
      harness.start(value, { disagreement: 0.01, edge: 0, width: 1e-6 });
      harness.run(10 * MINUTE);
      return harness.sentOf('SubmitOrder')[0].side;
    });
    const buyers = opinions.filter((side) => side > 0).length;
    expect(Math.abs(buyers - 200)).toBeLessThan(50);
  });
});
