// Ids to rows against a Map, over orders that die young and orders that outlive the ring.

import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { AssertionFailure } from '../../../src/base/assert.ts';
import { Arena } from '../../../src/market/arena.ts';
import { OrderIndex } from '../../../src/market/order-index.ts';

const ID = 0;
const ROW_WORDS = 4;

/** The first wrong answer of an index that is asked what a Map is asked, null if there is none. */
function wrongAnswer(seed: string, firstId: number, alive: number): string | null {
  const random = seedrandom.alea(seed);
  const int = (n: number) => Math.floor(random() * n);
  const arena = new Arena(64);
  const index = new OrderIndex(arena, ID);
  const map = new Map<number, number>();
  const ids: number[] = [];
  let next = firstId;
  for (let step = 0; step < 20_000; step++) {
    if (ids.length < alive || random() < 0.5) {
      const row = arena.take(ROW_WORDS);
      arena.words[row + ID] = next;
      index.add(next, row);
      map.set(next, row);
      ids.push(next);
      next += 1 + int(3);
    }
    // Mostly the young die; the first fifth of the list lives on.
    if (ids.length > alive) {
      const at = Math.floor(ids.length * (0.2 + 0.8 * random()));
      const id = ids[at];
      if (index.delete(id) !== map.get(id)) return `SEED=${seed} step ${step}: deleted the wrong row of ${id}`;
      map.delete(id);
      ids.splice(at, 1);
    }
    const asked = random() < 0.7 ? ids[int(ids.length)] : firstId + int(next - firstId + 10);
    if (index.get(asked) !== (map.get(asked) ?? 0))
      return `SEED=${seed} step ${step}: ${asked} is ${index.get(asked)}, should be ${map.get(asked)}`;
    if (!map.has(asked) && index.delete(asked) !== 0) return `SEED=${seed} step ${step}: deleted ${asked}, which was not there`;
    if (index.size !== map.size) return `SEED=${seed} step ${step}: ${index.size} ids, should be ${map.size}`;
  }
  return ids.every((id) => index.get(id) === map.get(id)) ? null : `SEED=${seed}: an id was lost`;
}

test.each([
  ['few', 1, 3],
  ['some', 1, 100],
  ['many', 1, 3_000],
  ['around the sign bit', 0x7fff_ff00, 500],
  ['up to the last id', 0xffff_ffff - 60_000, 500],
])('finds what a map finds: %s', (name, firstId, alive) => {
  expect(wrongAnswer(`index/${name}`, firstId, alive)).toBeNull();
});

test('an id that is more than 32 bits is not there', () => {
  const arena = new Arena(64);
  const index = new OrderIndex(arena, ID);
  const row = arena.take(ROW_WORDS);
  arena.words[row + ID] = 5;
  index.add(5, row);
  expect([index.get(5), index.get(5 + 2 ** 32), index.get(5.5), index.delete(5 + 2 ** 32)]).toEqual([row, 0, 0, 0]);
});

test('an old id that comes back while it lives is our mistake', () => {
  const arena = new Arena(64);
  const index = new OrderIndex(arena, ID);
  const add = (id: number) => {
    const row = arena.take(ROW_WORDS);
    arena.words[row + ID] = id;
    index.add(id, row);
  };
  add(1);
  expect(() => {
    add(1);
    add(1 + 128);
  }).toThrow(AssertionFailure);
});
