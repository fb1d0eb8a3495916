// The event queue against a heap from npm, as one would use it: rows as objects in order of (at, seq). Both hold the same
// number of pending events and do the same: take the earliest, add another, three in five 100 … 1,000 µs ahead and two in
// five an exponential second. They must give the same times in the same order.

import TinyQueue from 'tinyqueue';
import { createRng } from '../dist/base/random.js';
import { EventQueue } from '../dist/kernel/event-queue.js';
import * as record from '../dist/kernel/record.js';

const { AT } = record;
const PAIRS = 15;
const STEPS = 200_000;
const LIMIT = Number.MAX_SAFE_INTEGER;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

function delays(name) {
  const rng = createRng(`bench/queue/${name}`);
  return Float64Array.from({ length: 1 << 16 }, () => (rng.chance(0.6) ? 100 + rng.int(900) : Math.floor(rng.exponential() * 1e6)));
}

class Wheel {
  constructor(pending, ahead) {
    this.queue = new EventQueue();
    this.ahead = ahead;
    this.draw = 0;
    for (let i = 0; i < pending; i++) this.queue.push(this.queue.take(), ahead[this.draw++ & 0xffff]);
  }

  /** The sum of the times taken. */
  run() {
    const { queue, ahead } = this;
    let sum = 0;
    for (let i = 0; i < STEPS; i++) {
      const base = queue.pop(LIMIT);
      const at = queue.floats[(base >> 1) + AT];
      sum += at * (1 + (i & 7));
      queue.release(base);
      queue.push(queue.take(), at + ahead[this.draw++ & 0xffff]);
    }
    return sum;
  }
}

class Heap {
  constructor(pending, ahead) {
    this.queue = new TinyQueue([], (a, b) => a.at - b.at || a.seq - b.seq);
    this.ahead = ahead;
    this.draw = 0;
    for (let i = 0; i < pending; i++) this.push(ahead[this.draw++ & 0xffff]);
  }

  push(at) {
    this.queue.push({ at, seq: this.draw, type: 0, from: 0, to: 0, tag: 0 });
  }

  run() {
    const { queue, ahead } = this;
    let sum = 0;
    for (let i = 0; i < STEPS; i++) {
      const { at } = queue.pop();
      sum += at * (1 + (i & 7));
      this.push(at + ahead[this.draw++ & 0xffff]);
    }
    return sum;
  }
}

function timed(queue) {
  globalThis.gc?.();
  const start = process.cpuUsage();
  const sum = queue.run();
  const { user, system } = process.cpuUsage(start);
  return { sum, nanoseconds: ((user + system) * 1e3) / STEPS };
}

function race(pending) {
  const ahead = delays(pending);
  const ours = new Wheel(pending, ahead);
  const theirs = new Heap(pending, ahead);
  const values = [];
  const ratios = [];
  for (let pair = -3; pair < PAIRS; pair++) {
    const heap = timed(theirs);
    const wheel = timed(ours);
    if (heap.sum !== wheel.sum) throw new Error('the two queues do not give the same events');
    if (pair < 0) continue;
    values.push(wheel.nanoseconds);
    ratios.push(heap.nanoseconds / wheel.nanoseconds);
  }
  return { value: median(values), ratio: median(ratios) };
}

export const cases = [1_000, 100_000].map((pending) => ({
  name: `queue.1e${Math.log10(pending)}`,
  unit: 'ns to take one and add one',
  against: 'tinyqueue',
  run: () => race(pending),
}));
