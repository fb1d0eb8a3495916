import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../src/kernel/event-queue.ts';
import { AT, NEXT, RECORD_WORDS, TAG, TIMER_WORDS, WIDE_1, WIDE_2, WORD_0, WORD_5 } from '../../src/kernel/record.ts';
import { createRng, type Rng } from '../../src/base/random.ts';
import { HeapQueue } from '../helpers/heap-queue.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** How far ahead the next push is: each shape stresses other levels, ties or borders of slots. */
const SHAPES: Record<string, (rng: Rng, now: number) => number> = {
  'near and far': (rng) => (rng.chance(0.6) ? 100 + rng.int(900) : Math.floor(rng.exponential() * 1e6)),
  'same instants': (rng) => (rng.chance(0.7) ? 0 : rng.int(3)),
  'every magnitude': (rng) => Math.floor(rng.next() * 2 ** rng.int(46)),
  'slot borders': (rng, now) => {
    const slot = 2 ** (10 * (1 + rng.int(4)));
    return (Math.floor(now / slot) + 1) * slot - now + rng.int(3) - 1;
  },
  years: (rng) => (rng.chance(0.02) ? 2 ** 44 + rng.int(5) : rng.int(2000)),
};

describe.each(Object.keys(SHAPES))('the wheel pops as the heap does: %s', (name) => {
  test.each([1, 20, 3000])('around %i pending', (pending) => {
    const rng = createRng(`queue/${name}/${pending}`);
    const wheel = new EventQueue(2);
    const heap = new HeapQueue();
    let now = 0;
    let pushes = 0;
    let mismatches = 0;
    const timers = new Set<number>();
    let lastInLine = 0;
    let inLine = 0;
    const pushToWheel = (at: number, isTimer: boolean): number => {
      if (!isTimer && at >= lastInLine && at - now < 5_000 && rng.chance(0.7)) {
        lastInLine = at;
        inLine++;
        return wheel.takeInLine(at);
      }
      const base = isTimer ? wheel.takeTimer() : wheel.take();
      if (isTimer) timers.add(base);
      wheel.push(base, at);
      return base;
    };
    const check = (wheelBase: number, heapBase: number) => {
      if (wheelBase < 0 || heapBase < 0) {
        if (wheelBase !== heapBase) mismatches++;
        return;
      }
      const isTimer = timers.delete(wheelBase);
      for (const place of isTimer ? [AT, TAG] : [AT, TAG, WIDE_2])
        if (wheel.floats[wheelBase / 2 + place] !== heap.floats[heapBase / 2 + place]) mismatches++;
      now = wheel.floats[wheelBase / 2 + AT];
      // All but what is the queue's own.
      wheel.words.fill(7, wheelBase, wheelBase + NEXT);
      wheel.words.fill(7, wheelBase + NEXT + 1, wheelBase + (isTimer ? TIMER_WORDS : RECORD_WORDS));
      if (isTimer) wheel.releaseTimer(wheelBase);
      else wheel.release(wheelBase);
      heap.release(heapBase);
    };
    for (let i = 0; i < 40_000; i++) {
      if (heap.size < pending ? rng.chance(0.7) : rng.chance(0.3)) {
        const at = Math.min(MAX, now + SHAPES[name](rng, now));
        const isTimer = rng.chance(0.5);
        for (const queue of [wheel, heap]) {
          const base = queue === wheel ? pushToWheel(at, isTimer) : heap.push(at);
          for (const place of [TAG, WIDE_1]) if (queue.floats[base / 2 + place] !== 0) mismatches++;
          queue.floats[base / 2 + TAG] = pushes;
          if (isTimer) continue;
          if (queue.floats[base / 2 + WIDE_2] !== 0) mismatches++;
          for (let word = WORD_0; word <= WORD_5; word++) if (queue.words[base + word] !== 0) mismatches++;
          // Of its own, and nobody else's.
          queue.floats[base / 2 + WIDE_2] = pushes;
          queue.words.fill(pushes, base + WORD_0, base + WORD_5 + 1);
        }
        pushes++;
      } else if (rng.chance(0.8)) {
        check(wheel.pop(MAX), heap.pop(MAX));
      } else {
        // Up to a limit, after which pushes may come as early as before, or no earlier than the limit.
        const limit = Math.min(MAX, now + SHAPES[name](rng, now));
        const base = wheel.pop(limit);
        check(base, heap.pop(limit));
        if (base < 0 && rng.chance(0.5)) now = limit;
      }
    }
    while (heap.size > 0) check(wheel.pop(MAX), heap.pop(MAX));
    expect(wheel.pop(MAX)).toBe(-1);
    expect(mismatches).toBe(0);
    expect(pushes).toBeGreaterThan(10_000);
    expect(inLine).toBeGreaterThan(100);
  });
});
