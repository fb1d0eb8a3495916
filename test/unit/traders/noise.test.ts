import { describe, expect, test } from 'vitest';
import { ORDER_MARKET } from '../../../src/messages.ts';
import { noise } from '../../../src/traders/noise.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

const HOUR = 3_600_000_000;

function day(values: Record<string, unknown> = {}, options = {}) {
  const harness = new TraderHarness(options);
  harness.start(noise, values);
  return harness;
}

describe('noise', () => {
  test('sends orders at its rate, buys and sells alike, and as many market orders as it is told', () => {
    const harness = day({ inventory: 1e9 });
    harness.run(10 * HOUR);
    const orders = harness.sentOf('SubmitOrder');
    // Poisson with mean 18,000: five standard deviations.
    expect(Math.abs(orders.length - 18_000)).toBeLessThan(5 * Math.sqrt(18_000));
    const market = orders.filter((order) => (order.flags & ORDER_MARKET) !== 0);
    expect(market.length / orders.length).toBeCloseTo(0.15, 1);
    expect(orders.filter((order) => order.side > 0).length / orders.length).toBeCloseTo(0.5, 1);
    const mean = orders.reduce((sum, { lots }) => sum + lots, 0) / orders.length;
    expect(Math.abs(mean - 100)).toBeLessThan(5);
  });

  test('limit orders lie evenly within the window behind the opposite quote, never across it', () => {
    const harness = day({ marketShare: 0 });
    harness.run(5 * HOUR);
    const distances = harness.sentOf('SubmitOrder').map(({ side, price }) => (side > 0 ? 1_000_005 - price : price - 999_995));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...distances)).toBeLessThanOrEqual(10_001);
    const quarters = [0, 0, 0, 0];
    for (const distance of distances) quarters[Math.min(3, Math.floor(distance / 2_500))]++;
    for (const quarter of quarters) expect(Math.abs(quarter / distances.length - 0.25)).toBeLessThan(0.03);
  });

  test('concentration crowds orders at the near end of the window', () => {
    const harness = day({ marketShare: 0, concentration: 2 });
    harness.run(2 * HOUR);
    const distances = harness.sentOf('SubmitOrder').map(({ side, price }) => (side > 0 ? 1_000_005 - price : price - 999_995));
    // Half of the squares of a uniform number lie below a quarter.
    expect(distances.filter((distance) => distance < 2_500).length / distances.length).toBeCloseTo(0.5, 1);
  });

  test('what rests is rate × lifetime, and every order goes after its own lifetime', () => {
    const harness = day({ marketShare: 0, interval: 1_000_000, lifetime: 20_000_000 });
    harness.run(HOUR);
    const counts: number[] = [];
    for (let i = 0; i < 200; i++) {
      harness.run(HOUR + i * 60_000_000);
      counts.push(harness.resting.length);
    }
    // Immigration and death: Poisson with mean 20.
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    expect(Math.abs(mean - 20)).toBeLessThan(1.5);
    const placed = new Map(harness.sentOf('SubmitOrder').map((order) => [order.tag, order.sentAt]));
    const lives = harness.sentOf('CancelOrder').map(({ tag, sentAt }) => sentAt - (placed.get(tag) ?? 0));
    expect(Math.abs(lives.reduce((sum, life) => sum + life, 0) / lives.length / 1e6 - 20)).toBeLessThan(1.5);
  });

  test('with an empty book it quotes around the mark; with one side empty around the other', () => {
    const harness = day({ marketShare: 0 });
    Object.assign(harness.feed, { bid: 0, ask: 0 });
    harness.run(HOUR / 10);
    for (const { side, price } of harness.sentOf('SubmitOrder')) expect(side * (1_000_000 - price)).toBeGreaterThanOrEqual(0);
    harness.clear();
    Object.assign(harness.feed, { bid: 999_000, ask: 0 });
    harness.run(HOUR / 5);
    for (const { side, price } of harness.sentOf('SubmitOrder')) expect(side > 0 ? price <= 999_001 : price > 999_000).toBe(true);
  });

  test('at its limit of inventory it only trades back', () => {
    const harness = day({ inventory: 50 });
    harness.deliver('OrderFilled', { account: 1, side: 1, lots: 50, price: 1_000_000 });
    harness.run(60_000_000);
    const [first] = harness.sentOf('SubmitOrder');
    expect(first.side).toBe(-1);
    const reversed = day({ inventory: 50 }, { answers: false });
    reversed.deliver('OrderFilled', { account: 1, side: 1, lots: 50, price: 1_000_000 });
    reversed.run(HOUR);
    expect(new Set(reversed.sentOf('SubmitOrder').map(({ side }) => side))).toEqual(new Set([-1]));
  });

  test('an order whose lifetime ends before it is acknowledged is canceled as soon as it is', () => {
    const harness = day({ marketShare: 0, lifetime: 1 }, { answers: false });
    harness.run(60_000_000);
    const [first] = harness.sentOf('SubmitOrder');
    expect(harness.sentOf('CancelOrder')).toHaveLength(0);
    harness.deliver('OrderAccepted', { account: 1, order: 77, tag: first.tag, lots: first.lots, price: first.price, side: first.side });
    expect(harness.sentOf('CancelOrder')).toMatchObject([{ order: 77, tag: first.tag }]);
  });

  test('a liquidated trader falls silent', () => {
    const harness = day();
    harness.run(HOUR / 10);
    harness.deliver('LiquidationStarted', { account: 1 });
    harness.deliver('LiquidationClosed', { account: 1, reason: 22 });
    harness.clear();
    harness.run(HOUR);
    expect(harness.sentOf('SubmitOrder')).toEqual([]);
  });
});
