// Stops and take-profits: which the mark reaches, in which order, and how they leave.

import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { Fold } from '../../../src/base/digest.ts';
import { ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT } from '../../../src/market/order.ts';
import { Stops } from '../../../src/market/stops.ts';

const ALICE = 1;
const BOB = 2;
const PERP = 1;

/** Adds a stop of one lot; the price tells the orders apart. */
function add(stops: Stops, order: number, side: 1 | -1, trigger: number, kind = ORDER_STOP, account = ALICE, instrument = PERP): void {
  stops.add(order, account, instrument, side, 1, 500 + order, trigger, kind, 10 * order);
}

function reached(stops: Stops, mark: number, instrument = PERP): number[] {
  const count = stops.trigger(instrument, mark);
  return [...stops.triggered.order.subarray(0, count)];
}

describe('which the mark reaches', () => {
  test('a sell stop when it falls to the trigger, a buy stop when it rises to it', () => {
    const stops = new Stops();
    add(stops, 1, -1, 95);
    add(stops, 2, 1, 105);
    expect(reached(stops, 96)).toEqual([]);
    expect(reached(stops, 104)).toEqual([]);
    expect(reached(stops, 95)).toEqual([1]);
    expect(reached(stops, 105)).toEqual([2]);
  });

  test('taking profit is the other way round', () => {
    const stops = new Stops();
    add(stops, 1, -1, 105, ORDER_TAKE_PROFIT);
    add(stops, 2, 1, 95, ORDER_TAKE_PROFIT | ORDER_REDUCE_ONLY);
    expect(reached(stops, 100)).toEqual([]);
    expect(reached(stops, 106)).toEqual([1]);
    expect(reached(stops, 94)).toEqual([2]);
  });

  test('each once, until it is taken', () => {
    const stops = new Stops();
    add(stops, 1, -1, 95);
    expect(reached(stops, 90)).toEqual([1]);
    expect(reached(stops, 90)).toEqual([]);
    expect(stops.has(1)).toBe(true);
    expect(stops.take(1)).toBe(true);
    expect(stops.has(1)).toBe(false);
    expect(stops.check()).toBeNull();
  });

  test('one whose trigger the mark has already passed, with the next mark', () => {
    const stops = new Stops();
    add(stops, 1, -1, 120);
    expect(reached(stops, 100)).toEqual([1]);
  });

  test('those of one instrument only', () => {
    const stops = new Stops();
    add(stops, 1, -1, 95, ORDER_STOP, ALICE, 1);
    add(stops, 2, -1, 95, ORDER_STOP, ALICE, 2);
    expect(reached(stops, 90, 2)).toEqual([2]);
    expect(reached(stops, 90, 1)).toEqual([1]);
    expect(reached(stops, 90, 3)).toEqual([]);
  });
});

describe('in which order', () => {
  test('as a mark on its way would have come by: falling from the highest, rising from the lowest, then by id', () => {
    const stops = new Stops();
    for (const [order, trigger] of [
      [1, 93],
      [2, 97],
      [3, 95],
      [4, 97],
    ])
      add(stops, order, -1, trigger);
    for (const [order, trigger] of [
      [5, 107],
      [6, 103],
      [7, 105],
      [8, 103],
    ])
      add(stops, order, 1, trigger);
    expect(reached(stops, 90)).toEqual([2, 4, 3, 1]);
    expect(reached(stops, 110)).toEqual([6, 8, 7, 5]);
  });

  test('rows carry account and tag, and grow', () => {
    const stops = new Stops();
    for (let order = 1; order <= 100; order++) add(stops, order, -1, 200 - order, ORDER_STOP, order % 2 === 0 ? BOB : ALICE);
    expect(stops.trigger(PERP, 1)).toBe(100);
    const { triggered } = stops;
    expect([triggered.order[98], triggered.account[98], triggered.tag[98]]).toEqual([99, ALICE, 990]);
    expect([triggered.order[99], triggered.account[99], triggered.tag[99]]).toEqual([100, BOB, 1_000]);
  });
});

describe('how they leave', () => {
  test('taking one tells all of it', () => {
    const stops = new Stops();
    stops.add(9, BOB, 2, -1, 4, 95, 96, ORDER_STOP | ORDER_REDUCE_ONLY, 5e12);
    expect(stops.take(9)).toBe(true);
    expect(stops.taken).toEqual({
      order: 9,
      account: BOB,
      instrument: 2,
      side: -1,
      lots: 4,
      price: 95,
      trigger: 96,
      flags: ORDER_STOP | ORDER_REDUCE_ONLY,
      tag: 5e12,
    });
    expect(stops.take(9)).toBe(false);
    expect(stops.size).toBe(0);
  });

  test('the earliest of an account, in one instrument or in any', () => {
    const stops = new Stops();
    add(stops, 1, -1, 90, ORDER_STOP, BOB);
    add(stops, 2, -1, 95, ORDER_STOP, ALICE, 2);
    add(stops, 3, 1, 95, ORDER_STOP, ALICE, 1);
    expect([
      stops.firstOf(ALICE, 0),
      stops.firstOf(ALICE, 1),
      stops.firstOf(ALICE, 2),
      stops.firstOf(ALICE, 3),
      stops.firstOf(77, 0),
    ]).toEqual([2, 3, 2, 0, 0]);
    expect([stops.isOf(1, BOB, PERP), stops.isOf(1, ALICE, PERP), stops.isOf(99, ALICE, PERP), stops.isOf(1, BOB, PERP + 1)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    stops.take(2);
    expect(stops.firstOf(ALICE, 0)).toBe(3);
    stops.take(3);
    expect(stops.firstOf(ALICE, 0)).toBe(0);
  });
});

test('the digest is of what waits, and knows what was reached', () => {
  const digestOf = (stops: Stops) => {
    const fold = new Fold();
    stops.digest(fold);
    return fold.lanes;
  };
  const one = new Stops();
  const other = new Stops();
  add(other, 1, 1, 300);
  for (const stops of [one, other]) add(stops, 2, -1, 95);
  expect(digestOf(one)).not.toEqual(digestOf(other));
  other.take(1);
  expect(digestOf(one)).toEqual(digestOf(other));
  one.trigger(PERP, 95);
  expect(digestOf(one)).not.toEqual(digestOf(other));
});

/** Random stops, marks and cancels against a plain list; the first difference, null if there is none. */
function difference(seed: string): string | null {
  const random = seedrandom.alea(seed);
  const int = (n: number) => Math.floor(random() * n);
  const stops = new Stops();
  let waiting: { order: number; account: number; trigger: number; falls: boolean; reached: boolean }[] = [];
  let next = 1;
  let mark = 1_000;
  for (let step = 0; step < 4_000; step++) {
    const kind = int(10);
    if (kind < 6) {
      const side = int(2) === 0 ? 1 : -1;
      const flags = int(2) === 0 ? ORDER_STOP : ORDER_TAKE_PROFIT;
      const falls = side < 0 === (flags === ORDER_STOP);
      const trigger = mark + (falls ? -1 : 1) * (int(60) - 2);
      const account = 1 + int(40);
      stops.add(next, account, PERP, side, 1, 1, trigger, flags, 0);
      waiting.push({ order: next, account, trigger, falls, reached: false });
      next += 1 + int(3);
    } else if (kind < 8) {
      const order = waiting[int(waiting.length)]?.order ?? 0;
      if (stops.take(order) !== waiting.some((one) => one.order === order)) return `SEED=${seed} step ${step}: take ${order}`;
      waiting = waiting.filter((one) => one.order !== order);
    } else {
      mark += int(41) - 20;
      const hit = waiting.filter((one) => !one.reached && (one.falls ? mark <= one.trigger : mark >= one.trigger));
      hit.sort(
        (a, b) => Number(b.falls) - Number(a.falls) || (a.falls ? b.trigger - a.trigger : a.trigger - b.trigger) || a.order - b.order,
      );
      for (const one of hit) one.reached = true;
      const got = reached(stops, mark).join(' ');
      const expected = hit.map(({ order }) => order).join(' ');
      if (got !== expected) return `SEED=${seed} step ${step}: mark ${mark} reached "${got}", should be "${expected}"`;
    }
    const account = 1 + int(40);
    const first = waiting.find((one) => one.account === account)?.order ?? 0;
    if (stops.firstOf(account, 0) !== first) return `SEED=${seed} step ${step}: first of ${account}`;
    if (stops.size !== waiting.length) return `SEED=${seed} step ${step}: ${stops.size} wait, should be ${waiting.length}`;
    if (step % 50 === 0 && stops.check() !== null) return `SEED=${seed} step ${step}: ${stops.check()}`;
  }
  return null;
}

test.each(['stops/1', 'stops/2', 'stops/3', 'stops/4'])('as a plain list does it: SEED=%s', (seed) => {
  expect(difference(seed)).toBeNull();
});
