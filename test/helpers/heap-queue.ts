// The event queue as anybody would write it: a binary heap on (at, push order) over an arena. The specification of the
// timing wheel, and what the benchmark compares it with.

import { AT, recordArena, RECORD_WORDS, TAG } from '../../src/kernel/record.ts';
import type { EventQueue } from '../../src/kernel/event-queue.ts';

export class HeapQueue implements Pick<EventQueue, 'words' | 'floats' | 'pop' | 'release'> {
  words: Int32Array;
  floats: Float64Array;
  size = 0;
  private pushes = 0;
  private records = 0;
  private readonly free: number[] = [];
  private readonly heap: { at: number; order: number; base: number }[] = [];

  constructor() {
    ({ words: this.words, floats: this.floats } = recordArena(1));
  }

  push(at: number): number {
    const base = RECORD_WORDS * (this.free.pop() ?? this.records++);
    if (base + RECORD_WORDS > this.words.length) {
      const before = this.words;
      ({ words: this.words, floats: this.floats } = recordArena(Math.ceil((2 * before.length) / RECORD_WORDS)));
      this.words.set(before);
    }
    this.floats.fill(0, base / 2 + TAG, (base + RECORD_WORDS) / 2);
    this.floats[base / 2 + AT] = at;
    const { heap } = this;
    const entry = { at, order: this.pushes++, base };
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = entry;
    this.size++;
    return base;
  }

  pop(limit: number): number {
    const { heap } = this;
    if (heap.length === 0 || heap[0].at > limit) return -1;
    const { base } = heap[0];
    const last = heap.pop()!;
    this.size--;
    if (heap.length > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], last)) break;
        heap[i] = heap[child];
        i = child;
      }
      heap[i] = last;
    }
    return base;
  }

  release(base: number): void {
    this.free.push(base / RECORD_WORDS);
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
