import { beforeEach, describe, expect, test } from 'vitest';
import { FILL_DONE, Message, Reason, Type } from '../../../src/messages.ts';
import { TYPE } from '../../../src/kernel/record.ts';
import { OwnOrders } from '../../../src/traders/own-orders.ts';
import { TraderHarness } from '../../helpers/trader-harness.ts';

let harness: TraderHarness;
let orders: OwnOrders;

beforeEach(() => {
  harness = new TraderHarness({ answers: false });
  orders = new OwnOrders(harness.context, 1, 3);
});

function hear(type: number, fields: Partial<Record<'order' | 'tag' | 'lots' | 'flags' | 'reason', number>>): void {
  const message = new Message();
  message.words[TYPE] = type;
  Object.assign(message, fields);
  orders.heard(message);
}

describe('OwnOrders', () => {
  test('an order is live from its sending, rests when acknowledged, and ends with its last fill', () => {
    const tag = orders.place(1, 100, 5, 0);
    expect(orders.isLive(tag)).toBe(true);
    expect(orders.isResting(tag)).toBe(false);
    hear(Type.OrderAccepted, { tag, order: 40 });
    expect(orders.isResting(tag)).toBe(true);
    hear(Type.OrderFilled, { tag, order: 40, lots: 2 });
    expect(orders.lots(tag)).toBe(3);
    hear(Type.OrderFilled, { tag, order: 40, lots: 3, flags: FILL_DONE });
    expect(orders.isLive(tag)).toBe(false);
    expect(orders.count).toBe(0);
  });

  test('no more than its capacity are sent', () => {
    const tags = [orders.place(1, 100, 1, 0), orders.place(1, 101, 1, 0), orders.place(1, 102, 1, 0)];
    expect(new Set(tags).size).toBe(3);
    expect(orders.place(1, 103, 1, 0)).toBe(0);
    expect(harness.sentOf('SubmitOrder')).toHaveLength(3);
  });

  test('canceling twice asks once; a canceled order may still fill first', () => {
    const tag = orders.place(-1, 100, 5, 0);
    hear(Type.OrderAccepted, { tag, order: 40 });
    orders.cancel(tag);
    orders.cancel(tag);
    expect(harness.sentOf('CancelOrder')).toMatchObject([{ order: 40, tag }]);
    hear(Type.OrderFilled, { tag, order: 40, lots: 5, flags: FILL_DONE });
    expect(orders.isLive(tag)).toBe(false);
    hear(Type.OrderRejected, { tag, order: 40, reason: Reason['unknown-order'] });
    expect(orders.count).toBe(0);
  });

  test('a late refusal about an earlier order does not touch its successor in the same place', () => {
    const first = orders.place(1, 100, 5, 0);
    hear(Type.OrderAccepted, { tag: first, order: 40 });
    orders.cancel(first);
    hear(Type.OrderFilled, { tag: first, order: 40, lots: 5, flags: FILL_DONE });
    const second = orders.place(1, 100, 5, 0);
    expect(second).not.toBe(first);
    hear(Type.OrderAccepted, { tag: second, order: 41 });
    hear(Type.OrderRejected, { tag: first, order: 40, reason: Reason['unknown-order'] });
    expect(orders.isResting(second)).toBe(true);
  });

  test('a refused order is gone; a refused amendment takes the order away; a refused cancellation may be repeated', () => {
    const refused = orders.place(1, 100, 5, 0);
    hear(Type.OrderRejected, { tag: refused, reason: Reason['insufficient-margin'] });
    expect(orders.isLive(refused)).toBe(false);

    const tag = orders.place(1, 100, 5, 0);
    expect(orders.amend(tag, 101, 5)).toBe(false);
    hear(Type.OrderAccepted, { tag, order: 42 });
    expect(orders.amend(tag, 101, 5)).toBe(true);
    expect(orders.price(tag)).toBe(101);
    hear(Type.OrderRejected, { tag, order: 42, reason: Reason['would-cross'] });
    expect(harness.sentOf('CancelOrder')).toMatchObject([{ order: 42 }]);
    hear(Type.OrderRejected, { tag, order: 42, reason: Reason['market-closed'] });
    orders.cancel(tag);
    expect(harness.sentOf('CancelOrder')).toHaveLength(2);
  });
});
