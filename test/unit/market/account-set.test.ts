import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { AccountSet } from '../../../src/market/account-set.ts';

function membersOf(set: AccountSet): number[] {
  const found: number[] = [];
  for (let account = set.from(0); account >= 0; account = set.from(account + 1)) {
    found.push(account);
    if (account + 1 > set.room) break;
  }
  return found;
}

test.each([1, 31, 32, 1_024, 40_000, 1_100_000])('is what a set is, with room for %s', (room) => {
  const rng = createRng(`account-set/${room}`);
  const set = new AccountSet(room);
  const model = new Set<number>();
  for (let round = 0; round < 40; round++) {
    for (let n = rng.int(60); n > 0; n--) {
      const account = rng.int(room);
      if (rng.chance(0.7)) {
        set.add(account);
        model.add(account);
      } else {
        set.remove(account);
        model.delete(account);
      }
      expect(set.has(account)).toBe(model.has(account));
    }
    const sorted = [...model].toSorted((a, b) => a - b);
    expect(membersOf(set)).toEqual(sorted);
    const from = rng.int(room + 1);
    expect(set.from(from)).toBe(sorted.find((account) => account >= from) ?? -1);
    if (round % 7 !== 6) continue;
    for (const account of sorted) set.remove(account);
    model.clear();
  }
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
