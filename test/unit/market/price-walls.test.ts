import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { PRICE, PriceWalls } from '../../../src/market/price-walls.ts';

const MAX_PRICE = 5_000;

// Keys of 4, 8 and 16 bits; several words of them where many walls are.
describe.each([2, 7, 8, 60, 127, 128, 400])('walls of %s instruments', (instruments) => {
  test('are found by the marks that pass them, whatever was hung, moved and taken down before', () => {
    const rng = createRng(`price-walls/${instruments}`);
    const specs = Array.from({ length: instruments }, (_, i) => ({ id: i + 1, maxPrice: MAX_PRICE, bucketShift: i % 9 }));
    const walls = new PriceWalls(specs, 1);
    const blocks = new Map<number, { block: number; hung: (readonly [key: number, price: number] | null)[] }>();
    for (let round = 0; round < 400; round++) {
      const account = rng.int(30);
      const known = blocks.get(account);
      if (known !== undefined && rng.chance(0.3)) {
        walls.give(known.block);
        blocks.delete(account);
      } else {
        const capacity = known?.hung.length ?? 1 + rng.int(Math.min(2 * instruments, 20));
        const made = known ?? { block: walls.take(account, capacity), hung: Array.from({ length: capacity }, () => null) };
        blocks.set(account, made);
        for (let slot = 0; slot < capacity; slot++) {
          if (rng.chance(0.3)) continue;
          const keep = made.hung[slot];
          const key = keep !== null && rng.chance(0.7) ? keep[0] : 2 + rng.int(2 * instruments);
          const price = 1 + rng.int(MAX_PRICE);
          walls.hang(made.block, slot, key, price);
          made.hung[slot] = [key, price];
        }
      }
      for (const [id, { block, hung }] of blocks) {
        expect([walls.capacity(block), walls.astray(block, id), walls.astray(block, id + 1) === 0]).toEqual([hung.length, 0, false]);
        hung.forEach((wall, slot) => {
          expect(walls.keyOf(block, slot)).toBe(wall?.[0] ?? 0);
          if (wall !== null) expect(walls.words[walls.wallAt(block, slot) + PRICE]).toBe(wall[1]);
        });
      }
      if (round % 5 !== 0) continue;
      const instrument = 1 + rng.int(instruments);
      const before = 1 + rng.int(MAX_PRICE);
      const mark = 1 + rng.int(MAX_PRICE);
      const touchedBy = (run: (touched: { touch(account: number): void }) => void): number[] => {
        const found = new Set<number>();
        run({ touch: (account) => found.add(account) });
        return [...found].toSorted((a, b) => a - b);
      };
      const having = (holds: (key: number, price: number) => boolean): number[] =>
        [...blocks]
          .filter(([, { hung }]) => hung.some((wall) => wall !== null && holds(...wall)))
          .map(([id]) => id)
          .toSorted((a, b) => a - b);
      expect(touchedBy((touched) => walls.touchAll(instrument, touched))).toEqual(having((key) => key >> 1 === instrument));
      const passed = having((key, price) => {
        if (key >> 1 !== instrument) return false;
        // Only what lies in a bucket on the way is looked at: a wall behind the mark was passed earlier.
        const shift = (instrument - 1) % 9;
        if ((key & 1) === 0) return price > mark && mark < before && price >> shift <= before >> shift;
        return price < mark && mark > before && price >> shift >= before >> shift;
      });
      expect(touchedBy((touched) => walls.touchPassed(instrument, before, mark, touched))).toEqual(passed);
    }
  });
});

test('five walls take 68 bytes where instruments are few, and 72 where they are a hundred', () => {
  for (const [instruments, bytes] of [
    [5, 68],
    [100, 72],
  ] as const) {
    const many = 100_000;
    const specs = Array.from({ length: instruments }, (_, i) => ({ id: i + 1, maxPrice: 1 }));
    const walls = new PriceWalls(specs, 1);
    const empty = walls.bytes;
    for (let account = 1; account <= many; account++) {
      const block = walls.take(account, 5);
      for (let slot = 0; slot < 5; slot++) walls.hang(block, slot, 2 + 2 * slot, 1);
    }
    expect((walls.bytes - empty) / many).toBeGreaterThanOrEqual(bytes);
    expect((walls.bytes - empty) / many).toBeLessThan(1.07 * bytes);
  }
});
