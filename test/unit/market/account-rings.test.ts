import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { AccountRings } from '../../../src/market/account-rings.ts';
import { Arena } from '../../../src/market/arena.ts';

const ROW = 4;

function ordersOf(rings: AccountRings, account: number): number[] {
  const found: number[] = [];
  for (let row = rings.oldest(account); row !== 0; row = rings.newer(row, account)) found.push(row);
  const back: number[] = [];
  for (let row = rings.newest(account); row !== 0; row = rings.older(row, account)) back.push(row);
  expect(back.toReversed()).toEqual(found);
  return found;
}

test('each account has its orders, oldest first, while pages pass from hand to hand', () => {
  const rng = createRng('account-rings');
  const arena = new Arena(1_000);
  const rings = new AccountRings(arena);
  const model = new Map<number, number[]>();
  const free: number[] = [];
  for (let n = 0; n < 30_000; n++) {
    // Trading moves on: those who have orders are at first here, then there, and a few stay.
    const account = rng.chance(0.05) ? rng.int(20) * 10_000 : 20 * n + rng.int(20_000);
    const owner = rings.open(account);
    const row = free.pop() ?? arena.take(ROW);
    rings.join(row, owner);
    model.set(account, [...(model.get(account) ?? []), row]);
    for (const [one, rows] of model) {
      if (model.size < 300 && rng.chance(0.99)) break;
      const row = rows.splice(rng.int(rows.length), 1)[0];
      rings.leave(row);
      free.push(row);
      if (rows.length === 0) model.delete(one);
      if (rng.chance(0.5)) break;
    }
    if (n % 1_000 !== 0) continue;
    for (const [one, rows] of model) {
      expect(ordersOf(rings, one)).toEqual(rows);
      if (!model.has(one + 1)) expect(ordersOf(rings, one + 1)).toEqual([]);
    }
  }
  // At most 300 have orders, in as many pages of a kilobyte; twice that may wait to be looked at. All pages ever used are 9,500.
  expect(arena.words.byteLength).toBeLessThan(2_200_000);
});

test('what its user keeps in a row is not lost with the last order', () => {
  const arena = new Arena(1_000);
  const rings = new AccountRings(arena);
  arena.words[rings.open(5) + 1] = 77;
  for (let n = 1; n < 1_000; n++) rings.open(64 * n);
  expect(arena.words[rings.owner(5) + 1]).toBe(77);
});
