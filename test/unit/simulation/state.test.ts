// Taking the state out of a graph of objects and putting it into another of the same make.

import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { NotCopyable, type StateRules } from '../../../src/simulation/state.ts';
import { readState } from '../../../src/simulation/state-reader.ts';
import { writeState } from '../../../src/simulation/state-writer.ts';

class Point {
  x = 0;
  private y = 0;

  move(x: number, y: number): this {
    this.x += x;
    this.y += y;
    return this;
  }

  sum(): number {
    return this.x + this.y;
  }
}

const rules: StateRules = { kept: new Map(), classes: [], given: [] };

/** What `old` becomes in a graph that `fresh` made, by way of plain data. */
function copy<T extends object>(old: T, fresh: T, more: Partial<StateRules> = {}, newer: Partial<StateRules> = more): T {
  const saved = structuredClone(writeState(old, { ...rules, ...more }));
  readState(fresh, saved, { ...rules, ...newer });
  return fresh;
}

describe('a copy', () => {
  test('has every value as it was', () => {
    const values = { numbers: [1, 0.5, -0, NaN, -Infinity], text: 'x', yes: true, no: false, none: null, nothing: undefined };
    const holes = [undefined, 2, , 'three', ,] as unknown[]; // eslint-disable-line no-sparse-arrays
    const old = { values, holes, map: new Map<unknown, unknown>([[1, 'a'], ['b', { deep: [1] }]]), set: new Set([3, 1, 2]) }; // prettier-ignore
    const fresh = {
      values: { ...values, numbers: [], text: '', yes: false },
      holes: [9, 9, 9, 9, 9, 9],
      map: new Map(),
      set: new Set<number>(),
    };
    const found = copy(old, fresh as unknown as typeof old);
    expect(found).toStrictEqual(old);
    expect(Object.is(found.values.numbers[2], -0)).toBe(true);
    expect(Object.keys(found.holes)).toEqual(Object.keys(old.holes));
    expect([...found.set]).toEqual([3, 1, 2]);
  });

  test('fills objects where they stand, so that what functions hold stays theirs', () => {
    const make = () => {
      const point = new Point();
      const list: number[] = [];
      return { point, list, memory: {}, read: () => [point.sum(), ...list] };
    };
    const old = make();
    old.point.move(2, 3);
    old.list.push(7, 8);
    expect(copy(old, make()).read()).toEqual([5, 7, 8]);
  });

  test('keeps who is who: shared objects, cycles, several views of one memory', () => {
    interface Node {
      name: string;
      next?: Node;
    }
    const make = () => {
      const words = new Int32Array(8);
      const first: Node = { name: '' };
      return { words, floats: new Float64Array(words.buffer), same: words, first, last: first, nodes: [first] };
    };
    const old = make();
    const second: Node = { name: 'second', next: old.first };
    old.first.next = second;
    old.last = second;
    old.nodes.push(second, second);
    old.floats[1] = 0.1;
    const found = copy(old, make());
    expect(found.first.next).toBe(found.last);
    expect(found.last.next).toBe(found.first);
    expect(found.nodes).toEqual([found.first, found.last, found.last]);
    expect(found.floats.buffer).toBe(found.words.buffer);
    expect(found.same).toBe(found.words);
    found.words.fill(0);
    expect(found.floats[1]).toBe(0);
  });

  test('has arrays of the old length and memory without what was left there', () => {
    const grown = { column: new Float64Array(100), bytes: new Uint8Array(7), list: [1, 2, 3] };
    grown.column[3] = 4;
    grown.bytes[6] = 5;
    const found = copy(grown, { column: new Float64Array(10).fill(1), bytes: new Uint8Array(7).fill(9), list: [1, 2, 3, 4, 5, 6] });
    expect(found).toStrictEqual(grown);
    expect(writeState(grown, rules).memory.map(({ length }) => length)).toEqual([32, 7]);
  });

  test('makes objects that came to life since, by their class', () => {
    const old = { first: new Point(), points: new Map([[5, new Point().move(1, 2)]]) };
    const found = copy(old, { first: new Point(), points: new Map<number, Point>() });
    expect(found.points.get(5)!.sum()).toBe(3);
    const without = () => copy({ points: [new Point()] }, { points: [] as Point[] });
    expect(without).toThrow(new NotCopyable('there is a Point, and the new run has none: is it among the classes?'));
    expect(copy({ points: [new Point().move(1, 1)] }, { points: [] as Point[] }, { classes: [Point] }).points[0].sum()).toBe(2);
  });

  test('forgets entries that were removed', () => {
    const old: Record<string, number> = { b: 2 };
    expect(copy({ old }, { old: { a: 1, b: 0, c: 3 } as Record<string, number> }).old).toStrictEqual({ b: 2 });
  });

  test('points at what both have', () => {
    const [mine, theirs] = [{ rules: { deep: [1] } }, { rules: { deep: [1] } }];
    const found = copy({ seen: mine.rules.deep }, { seen: [] as number[] }, { given: [mine] }, { given: [theirs] });
    expect(found.seen).toBe(theirs.rules.deep);
  });

  test('leaves fields that are no state', () => {
    class Watched {
      value = 0;
      watchers: (() => void)[] = [];
    }
    const old = Object.assign(new Watched(), { value: 3, watchers: [() => undefined] });
    const found = copy({ old }, { old: new Watched() }, { kept: new Map([[Watched, new Set(['watchers'])]]) });
    expect(found.old).toEqual({ value: 3, watchers: [] });
  });

  test('takes statecharts along, also those that have ended', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { on: { go: 'c', end: 'd' } }, c: {}, d: { type: 'final' } },
    });
    for (const events of [[], ['go'], ['go', 'go'], ['go', 'end']]) {
      const old = { chart: createActor(machine).start() };
      for (const type of events) old.chart.send({ type });
      const fresh = { chart: createActor(machine).start() };
      const { chart } = copy(old, fresh);
      expect(chart).toBe(fresh.chart);
      expect(chart.getSnapshot().value).toBe(old.chart.getSnapshot().value);
      expect(chart.getSnapshot().status).toBe(old.chart.getSnapshot().status);
      if (chart.getSnapshot().status === 'active') {
        for (const { send } of [chart, old.chart]) send({ type: 'go' });
        expect(chart.getSnapshot().value).toBe(old.chart.getSnapshot().value);
      }
    }
  });
});

describe('what cannot be copied is refused, with its place', () => {
  class Hidden {
    #x = 1;
    get x() {
      return this.#x;
    }
  }
  class Heir extends Hidden {}
  class Named {
    // Says #x in a comment only.
    x = 1;
  }

  test.each<[string, object, string]>([
    ['#private fields', { a: [{ b: new Hidden() }] }, 'a.0.b: the class Hidden has #private fields'],
    ['inherited ones', { heir: new Heir() }, 'heir: the class Heir has #private fields'],
    [
      'functions that do not say what they remember',
      { policy: { decide: () => 1 } },
      'policy: an object of functions (decide) that does not say',
    ],
    ['functions in a Map', { timers: new Map([[1, () => 1]]) }, 'timers: functions in a Map cannot be copied'],
    ['functions in a Set', { timers: new Set([() => 1]) }, 'timers: functions in a Set cannot be copied'],
    ['RxJS', { pipe: new Subject() }, 'pipe: an RxJS Subject of a kind’s own cannot be copied'.replace('’', "'")],
    ['symbols', { mark: Symbol('x') }, 'a symbol cannot be copied'],
    ['shared memory', { words: new Int32Array(new SharedArrayBuffer(8)) }, 'words: memory that is shared with other threads'],
  ])('%s', (_, graph, message) => {
    expect(() => writeState(graph, rules)).toThrow(NotCopyable);
    expect(() => writeState(graph, rules)).toThrow(message);
  });

  test('a comment is no field', () => {
    expect(copy({ named: Object.assign(new Named(), { x: 2 }) }, { named: new Named() }).named.x).toBe(2);
  });

  test('a function that the new graph lacks', () => {
    class Waiting {
      later: (() => void) | undefined = undefined;
    }
    const old = { waiting: Object.assign(new Waiting(), { later: () => undefined }) };
    expect(() => copy(old, { waiting: new Waiting() } as typeof old)).toThrow('Waiting.later is a function that the new run lacks');
  });
});
