// The next price, however far away, against a sorted list.

import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../../src/market/arena.ts';
import { MAX_PRICE, PriceLevels } from '../../../src/market/price-levels.ts';

/** Opens and closes prices at random; the first wrong neighbour, null if there is none. */
function wrongNeighbour(seed: string, price: (random: () => number) => number): string | null {
  const random = seedrandom.alea(seed);
  const levels = new PriceLevels(new Arena(64));
  let open: number[] = [];
  for (let step = 0; step < 4_000; step++) {
    const at = price(random);
    if (open.length > 60 || (open.length > 0 && random() < 0.4)) {
      const gone = open[Math.floor(random() * open.length)];
      levels.close(gone, levels.at(gone));
      open = open.filter((one) => one !== gone);
    } else if (!open.includes(at)) {
      levels.open(at, levels.at(at));
      open.push(at);
    }
    const from = random() < 0.5 && open.length > 0 ? open[Math.floor(random() * open.length)] : at;
    const above = open.reduce((best, one) => (one > from && (best === 0 || one < best) ? one : best), 0);
    const below = open.reduce((best, one) => (one < from && one > best ? one : best), 0);
    if (levels.above(from) !== above) return `SEED=${seed} step ${step}: above ${from} is ${levels.above(from)}, should be ${above}`;
    if (levels.below(from) !== below) return `SEED=${seed} step ${step}: below ${from} is ${levels.below(from)}, should be ${below}`;
  }
  return null;
}

describe('the nearest price with orders', () => {
  test.each([
    ['within a word of bits', (random: () => number) => 1 + Math.floor(random() * 64)],
    ['within a page', (random: () => number) => 1_300_000 + Math.floor(random() * 1_024)],
    ['over some pages', (random: () => number) => 600_000 + Math.floor(random() * 40_000)],
    ['over the whole range', (random: () => number) => 1 + Math.floor(random() * (MAX_PRICE - 1))],
    ['at both ends', (random: () => number) => (random() < 0.5 ? 1 + Math.floor(random() * 3) : MAX_PRICE - Math.floor(random() * 3))],
  ])('%s', (name, price) => {
    expect(wrongNeighbour(`levels/${name}`, price)).toBeNull();
  });
});

test('pages come back: a price that wanders takes no more room than one that stays', () => {
  const arena = new Arena(64);
  const levels = new PriceLevels(arena);
  levels.open(1, levels.at(1));
  levels.open(100_000, levels.at(100_000));
  levels.close(100_000, levels.at(100_000));
  const { length } = arena.words;
  for (let price = 100_000; price < 5_000_000; price += 1_500) {
    levels.open(price, levels.at(price));
    levels.close(price, levels.at(price));
  }
  expect(arena.words.length).toBe(length);
  expect([levels.above(1), levels.below(MAX_PRICE)]).toEqual([0, 1]);
});
