import { expect, test } from 'vitest';
import { EventQueue } from '../../../src/kernel/event-queue.ts';
import { AT, TAG } from '../../../src/kernel/record.ts';

function filled(times: readonly number[]): EventQueue {
  const queue = new EventQueue(2);
  times.forEach((at, i) => pushNumbered(queue, at, i));
  return queue;
}

function push(queue: EventQueue, at: number): number {
  const base = queue.take(); // may replace the arena
  queue.push(base, at);
  return base;
}

function pushNumbered(queue: EventQueue, at: number, number: number): void {
  const base = push(queue, at);
  queue.floats[base / 2 + TAG] = number;
}

function drain(queue: EventQueue): number[][] {
  const popped: number[][] = [];
  for (let base = queue.pop(Number.MAX_SAFE_INTEGER); base >= 0; base = queue.pop(Number.MAX_SAFE_INTEGER)) {
    popped.push([queue.floats[base / 2 + AT], queue.floats[base / 2 + TAG]]);
    queue.release(base);
  }
  return popped;
}

test('pops by time, and by the order of pushing within an instant', () => {
  expect(drain(filled([5, 3, 5, 0, 3]))).toEqual([
    [0, 3],
    [3, 1],
    [3, 4],
    [5, 0],
    [5, 2],
  ]);
});

test('events beyond the span of four wheels keep their place', () => {
  // With 4 × 1,024 slots the wheel spans 2^40: these would all land in one slot.
  const times = [2 ** 40 + 7, 7, 2 ** 41 + 7, 2 ** 50 + 7, Number.MAX_SAFE_INTEGER, 2 ** 40 + 6];
  expect(drain(filled(times)).map(([at]) => at)).toEqual(times.toSorted((a, b) => a - b));
});

test('what is pushed for the current instant is appended to it', () => {
  const queue = filled([1000, 1000, 1001]);
  const first = queue.pop(1000);
  expect(queue.floats[first / 2 + AT]).toBe(1000);
  pushNumbered(queue, 1000, 3);
  expect(drain(queue)).toEqual([
    [1000, 1],
    [1000, 3],
    [1001, 2],
  ]);
});

test('a limit holds events back, and earlier ones may still be pushed after it', () => {
  const queue = filled([5_000_000]);
  expect(queue.pop(4_999_999)).toBe(-1);
  expect(queue.pop(3)).toBe(-1);
  push(queue, 4_999_999);
  expect(drain(queue).map(([at]) => at)).toEqual([4_999_999, 5_000_000]);
});

test('growing keeps what is pending and what is popped but not released', () => {
  const queue = filled([1]);
  const base = queue.pop(1);
  queue.floats[base / 2 + TAG] = 42;
  const before = queue.words;
  for (let i = 0; i < 100; i++) push(queue, 2 + i);
  expect(queue.words).not.toBe(before);
  expect(queue.floats[base / 2 + TAG]).toBe(42);
  expect(drain(queue)).toHaveLength(100);
});

test('records are reused: memory follows what is pending', () => {
  const queue = new EventQueue(16);
  const words = queue.words;
  for (let i = 0; i < 10_000; i++) {
    push(queue, i);
    queue.release(queue.pop(i));
  }
  expect(queue.words).toBe(words);
});

test('what waits in line and what hangs in the wheels is popped in one order', () => {
  const queue = new EventQueue(2);
  const inLine = (at: number, number: number) => {
    const base = queue.takeInLine(at);
    queue.floats[base / 2 + TAG] = number;
  };
  pushNumbered(queue, 500, 0);
  inLine(500, 1);
  pushNumbered(queue, 500, 2);
  inLine(500, 3);
  inLine(700, 4);
  pushNumbered(queue, 600, 5);
  pushNumbered(queue, 5_000_000, 6);
  inLine(9_000_000, 7);
  expect(drain(queue)).toEqual([
    [500, 0],
    [500, 1],
    [500, 2],
    [500, 3],
    [600, 5],
    [700, 4],
    [5_000_000, 6],
    [9_000_000, 7],
  ]);
});

test('the line is a ring that is lengthened where it is full, and used again', () => {
  const queue = new EventQueue(64);
  const { words } = queue;
  let given = 0;
  let taken = 0;
  const inLine = () => {
    const base = queue.takeInLine(given);
    queue.floats[base / 2 + TAG] = given++;
  };
  const pop = () => {
    const base = queue.pop(Number.MAX_SAFE_INTEGER);
    // While it is handled more comes in, never where it lies.
    inLine();
    expect(queue.floats[base / 2 + TAG]).toBe(taken++);
    queue.release(base);
  };
  for (let waiting = 1; waiting <= 40; waiting++) {
    inLine();
    for (let i = 0; i < 7; i++) pop();
  }
  expect(given - taken).toBe(40);
  for (let i = 0; i < 10_000; i++) pop();
  expect(queue.words).toBe(words);
  expect(drain(queue)).toHaveLength(40);
});

test('cursors follow the arena when it grows', () => {
  const queue = new EventQueue(1);
  const cursor = { words: queue.words, floats: queue.floats, base: 0 };
  queue.lead(cursor);
  for (let i = 0; i < 50; i++) push(queue, i);
  expect(cursor.words).toBe(queue.words);
  expect(cursor.floats).toBe(queue.floats);
});
