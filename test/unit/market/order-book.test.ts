// What scripts cannot say: rows, digests, memory, limits. The rules of trading are in test/market-scripts/orders*.

import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '../../../src/base/assert.ts';
import { Fold } from '../../../src/base/digest.ts';
import { foldBook } from '../../../src/market/market-checks.ts';
import { MAX_ORDER_LOTS, OrderBook } from '../../../src/market/order-book.ts';
import { ORDER_IOC, ORDER_MARKET, ORDER_POST_ONLY, ORDER_REDUCE_ONLY, Reason, STP_CANCEL_OLDEST } from '../../../src/market/order.ts';

const ALICE = 1;
const BOB = 2;

function digestOf(book: OrderBook): [number, number] {
  const fold = new Fold();
  foldBook(book, fold);
  return fold.lanes;
}

describe('the rows of a command', () => {
  test('a fill names the maker, its tag, the price and what is left', () => {
    const book = new OrderBook();
    expect(book.place(7, ALICE, -1, 100, 5, 0, 4_294_967_296_123)).toBe(5);
    expect(book.place(8, BOB, 1, 101, 3, 0, 0)).toBe(0);
    const { executions } = book;
    expect(executions.count).toBe(1);
    expect([executions.maker(0), executions.makerAccount(0), executions.makerTag(0)]).toEqual([7, ALICE, 4_294_967_296_123]);
    expect([executions.price(0), executions.lots(0), executions.makerLeft(0)]).toEqual([100, 3, 2]);
    expect([book.filled, book.outcome]).toEqual([3, 0]);
  });

  test('the next command starts with none', () => {
    const book = new OrderBook();
    book.place(1, ALICE, -1, 100, 5, 0, 0);
    book.place(2, BOB, 1, 100, 3, 0, 0);
    book.cancel(1);
    expect([book.executions.count, book.canceled.count, book.filled]).toEqual([0, 1, 0]);
    expect(book.cancel(1)).toBe(false);
    expect([book.canceled.count, book.outcome]).toEqual([0, Reason['unknown-order']]);
  });

  test('they grow with what one command does', () => {
    const book = new OrderBook();
    for (let i = 1; i <= 1_000; i++) book.place(i, ALICE, -1, 1_000 + i, i, 0, -i);
    expect(book.place(2_000, BOB, 1, 0, 1_000_000, ORDER_MARKET, 0)).toBe(0);
    const { executions } = book;
    expect(executions.count).toBe(1_000);
    expect([executions.maker(999), executions.makerTag(999), executions.price(999), executions.lots(999)]).toEqual([
      1_000, -1_000, 2_000, 1_000,
    ]);
    expect(book.filled).toBe(500_500);
    for (let i = 1; i <= 100; i++) book.place(3_000 + i, ALICE, 1, i, 1, 0, i);
    expect(book.cancelAll(ALICE)).toBe(100);
    expect([book.canceled.order(99), book.canceled.tag(99), book.canceled.price(99), book.canceled.side(99)]).toEqual([3_100, 100, 100, 1]);
  });

  test('what is canceled says why, and what stays', () => {
    const book = new OrderBook({ reducible: () => 2 });
    book.place(1, ALICE, -1, 100, 5, ORDER_REDUCE_ONLY, 9, 5);
    book.place(2, BOB, -1, 100, 4, 0, 8);
    book.place(3, BOB, 1, 100, 6, STP_CANCEL_OLDEST, 0);
    const { canceled } = book;
    expect(canceled.count).toBe(2);
    expect([canceled.order(0), canceled.lots(0), canceled.left(0), canceled.reason(0)]).toEqual([1, 3, 2, Reason['would-increase']]);
    expect([canceled.order(1), canceled.lots(1), canceled.left(1), canceled.reason(1)]).toEqual([2, 4, 0, Reason['would-self-trade']]);
    expect([book.filled, book.orderLots(3)]).toEqual([2, 4]);
  });

  test('trimming adds to them', () => {
    const book = new OrderBook();
    book.place(1, ALICE, -1, 100, 5, ORDER_REDUCE_ONLY, 0, 5);
    book.place(2, BOB, 1, 100, 2, 0, 0);
    expect(book.trimReduceOnly(ALICE, -1, 1)).toBe(2);
    expect([book.executions.count, book.canceled.count, book.orderLots(1)]).toEqual([1, 1, 1]);
    expect(book.trimReduceOnly(ALICE, 1, 0)).toBe(0);
    expect(book.trimReduceOnly(BOB, 1, 0)).toBe(0);
  });
});

describe('questions', () => {
  test('about an order that is not there are answered with 0', () => {
    const book = new OrderBook();
    book.place(5, ALICE, 1, 100, 3, ORDER_POST_ONLY, 77);
    // 4,294,967,301 is 5 in its low 32 bits.
    for (const order of [0, 1, 4, 6, 5.5, -5, 4_294_967_301, Number.NaN]) {
      expect(book.has(order)).toBe(false);
      const answers = [
        book.orderAccount(order),
        book.orderSide(order),
        book.orderPrice(order),
        book.orderLots(order),
        book.orderFlags(order),
        book.orderTag(order),
      ];
      expect(answers).toEqual([0, 0, 0, 0, 0, 0]);
      expect(book.cancel(order)).toBe(false);
      expect(book.amend(order, 100, 1)).toBe(false);
    }
    expect([book.orderAccount(5), book.orderSide(5), book.orderFlags(5), book.orderTag(5)]).toEqual([ALICE, 1, ORDER_POST_ONLY, 77]);
  });

  test('the lots up to a price are what a sweep of them finds', () => {
    const book = new OrderBook();
    const sweep = { lots: 0, notional: 0, worst: 0 };
    for (let n = 1; n <= 600; n++) {
      const away = (n * n * 7919) % 5_000;
      book.place(n, ALICE, n % 2 === 0 ? 1 : -1, n % 2 === 0 ? 6_000 - away : 6_001 + away, n, 0, 0);
    }
    for (let limit = 1; limit < 13_000; limit += 13) {
      for (const side of [1, -1] as const)
        expect(book.sweep(side, Number.MAX_SAFE_INTEGER, limit)).toBe(book.sweep(side, Number.MAX_SAFE_INTEGER, limit, sweep));
    }
    expect(book.sweep(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(300 ** 2);
  });

  test('a sweep gives lots, notional and the last price, as far as the limit', () => {
    const book = new OrderBook();
    book.place(1, ALICE, -1, 100, 5, 0, 0);
    book.place(2, ALICE, -1, 103, 5, 0, 0);
    book.place(3, ALICE, 1, 90, 4, 0, 0);
    const sweep = { lots: 0, notional: 0, worst: 0 };
    expect(book.sweep(1, 7, 0, sweep)).toBe(7);
    expect(sweep).toEqual({ lots: 7, notional: 5 * 100 + 2 * 103, worst: 103 });
    expect(book.sweep(1, 7, 102, sweep)).toBe(5);
    expect(sweep).toEqual({ lots: 5, notional: 500, worst: 100 });
    expect(book.sweep(1, Number.MAX_SAFE_INTEGER, 0, sweep)).toBe(10);
    expect(book.sweep(-1, 9, 91, sweep)).toBe(0);
    expect(sweep).toEqual({ lots: 0, notional: 0, worst: 0 });
    expect(book.fillable(-1, 9, 90)).toBe(4);
  });

  test('levels begin at the best, or at any price', () => {
    const book = new OrderBook();
    for (const [order, price] of [
      [1, 100],
      [2, 98],
      [3, 98],
      [4, 95],
    ])
      book.place(order, ALICE, 1, price, 2, 0, 0);
    const out = { price: new Int32Array(4), lots: new Float64Array(4) };
    expect(book.levels(1, 0, 2, out)).toBe(2);
    expect([[...out.price.subarray(0, 2)], [...out.lots.subarray(0, 2)]]).toEqual([
      [100, 98],
      [2, 4],
    ]);
    expect(book.levels(1, 97, 4, out)).toBe(1);
    expect(out.price[0]).toBe(95);
    expect(book.levels(1, 94, 4, out)).toBe(0);
    expect(book.levels(-1, 0, 4, out)).toBe(0);
    expect([book.lotsAt(1, 98), book.lotsAt(-1, 98), book.lotsAt(1, 97), book.worse(1, 98), book.worse(1, 95)]).toEqual([4, 0, 0, 95, 0]);
  });

  test("a visitor of an account's orders may cancel the one it is at", () => {
    const book = new OrderBook();
    for (let i = 1; i <= 5; i++) book.place(i, ALICE, 1, 100, 1, 0, 0);
    book.forEachOrderOf(ALICE, (order) => order % 2 === 0 && book.cancel(order));
    const left: number[] = [];
    book.forEachOrderOf(ALICE, (order) => left.push(order));
    expect(left).toEqual([1, 3, 5]);
    expect(book.check()).toBeNull();
  });
});

describe('the digest', () => {
  test('is of what rests, not of how it came about', () => {
    const one = new OrderBook({ orders: 1 });
    const other = new OrderBook();
    for (let i = 1; i <= 40; i++) other.place(i, BOB, 1, 50, 1, 0, 0);
    other.cancelAll(BOB);
    for (const book of [one, other]) {
      book.place(101, ALICE, 1, 99, 3, 0, 5);
      book.place(102, BOB, 1, 99, 3, 0, 5);
      book.place(103, BOB, -1, 101, 3, 0, 5);
    }
    other.place(104, ALICE, 1, 80, 1, 0, 0);
    expect(digestOf(one)).not.toEqual(digestOf(other));
    other.cancel(104);
    expect(digestOf(one)).toEqual(digestOf(other));
  });

  test('knows the order in the queue', () => {
    const place = (first: number, second: number) => {
      const book = new OrderBook();
      book.place(first, ALICE, 1, 99, 3, 0, 5);
      book.place(second, ALICE, 1, 99, 3, 0, 5);
      return digestOf(book);
    };
    expect(place(1, 2)).not.toEqual(place(2, 1));
  });
});

/** Bytes of all typed arrays that can be reached from an object. */
function bytesHeldBy(root: object): number {
  const buffers = new Set<ArrayBufferLike>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
    else Object.values(value).forEach(visit);
  };
  visit(root);
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

test('memory follows the orders alive, not the orders ever placed nor the prices ever seen', () => {
  const book = new OrderBook();
  const oldest = 1;
  book.place(oldest, ALICE, 1, 3, 1, 0, 0);
  let order = oldest;
  const trade = (orders: number) => {
    for (let step = 0; step < orders; step++) {
      order += 1;
      book.place(order, 1 + (step % 50), 1, 10 + ((step * 7_919) % 1_300_000), 1, 0, 0);
      if (order > 101) book.cancel(order - 100);
    }
    return bytesHeldBy(book);
  };
  const early = trade(20_000);
  expect(trade(200_000)).toBe(early);
  // 101 orders in pages of their own, rounded up to the next doubling; a row for each of 1.3 million ticks would be 21 MB.
  expect(early).toBeLessThan(5_000_000);
  expect([book.size, book.has(oldest), book.check()]).toEqual([101, true, null]);
});

describe('our own mistakes', () => {
  const book = () => new OrderBook();

  test.each([
    ['lots of 0', () => book().place(1, ALICE, 1, 100, 0, 0, 0)],
    ['half a lot', () => book().place(1, ALICE, 1, 100, 0.5, 0, 0)],
    ['too many lots', () => book().place(1, ALICE, 1, 100, MAX_ORDER_LOTS + 1, 0, 0)],
    ['a price of 0', () => book().place(1, ALICE, 1, 0, 1, ORDER_IOC, 0)],
    ['a price beyond 31 bits', () => book().place(1, ALICE, 1, 2 ** 31, 1, 0, 0)],
    ['a price between ticks', () => book().place(1, ALICE, 1, 100.5, 1, 0, 0)],
    ['no id', () => book().place(0, ALICE, 1, 100, 1, 0, 0)],
    ['an id beyond 32 bits', () => book().place(2 ** 32, ALICE, 1, 100, 1, 0, 0)],
    ['an amendment to no lots', () => book().amend(1, 100, 0)],
    ['a negative limit', () => book().trimReduceOnly(ALICE, 1, -1)],
  ])('%s: an assertion', (_what, command) => {
    expect(command).toThrow(AssertionFailure);
  });
});
