import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { AccountSet } from '../../../src/market/account-set.ts';

/** Takes them out, so many at a time, and puts them back. */
function membersOf(set: AccountSet, from = 0, batch = 5): number[] {
  const found: number[] = [];
  const some = new Int32Array(batch);
  for (let count = set.take(some, from); count > 0; count = count < batch ? 0 : set.take(some, found.at(-1)! + 1)) {
    found.push(...some.subarray(0, count));
  }
  for (const account of found) set.add(account);
  return found;
}

test.each([1, 31, 32, 1_024, 40_000, 1_100_000])('is what a set is, with room for %s', (room) => {
  const rng = createRng(`account-set/${room}`);
  const set = new AccountSet(room);
  const model = new Set<number>();
  const sorted = (from = 0) => [...model].filter((account) => account >= from).toSorted((a, b) => a - b);
  for (let round = 0; round < 60; round++) {
    // Here and there a run of neighbours.
    for (let n = rng.int(40); n > 0; n--) {
      const first = rng.int(room);
      for (let account = first; account < Math.min(room, first + (rng.chance(0.1) ? 100 : 1)); account++) {
        set.add(account);
        model.add(account);
      }
    }
    expect(membersOf(set)).toEqual(sorted());
    const from = rng.int(room + 1);
    expect(membersOf(set, from, 1 + rng.int(70))).toEqual(sorted(from));
    const taken = new Int32Array(rng.int(50));
    const count = set.take(taken, from);
    expect([...taken.subarray(0, count)]).toEqual(sorted(from).slice(0, taken.length));
    for (const account of taken.subarray(0, count)) model.delete(account);
    expect(membersOf(set)).toEqual(sorted());
    expect(set.isEmpty).toBe(model.size === 0);
  }
});

test('what is added while the set is emptied stays for the next time', () => {
  const set = new AccountSet(100_000);
  for (let account = 0; account < 100_000; account += 7) set.add(account);
  const batch = new Int32Array(32);
  const again: number[] = [];
  for (let count = set.take(batch, 0); count > 0; count = set.take(batch, batch[count - 1] + 1)) {
    for (const account of batch.subarray(0, count)) {
      if (account % 5 !== 0) continue;
      set.add(account);
      again.push(account);
    }
  }
  expect(again).toHaveLength(Math.ceil(100_000 / 35));
  expect(membersOf(set)).toEqual(again);
});

test('keeps its members when it grows', () => {
  const set = new AccountSet(10);
  const added = [0, 9];
  for (const account of added) set.add(account);
  for (const room of [33, 1_025, 32_769, 1_048_577]) {
    set.makeRoom(room);
    set.add(room - 1);
    added.push(room - 1);
    expect(membersOf(set)).toEqual(added);
  }
  expect(set.bytes).toBeLessThan(1_048_577 / 7);
});
