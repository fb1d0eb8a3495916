import { describe, expect, test } from 'vitest';
import type { Path } from '../../../src/paths/path.ts';
import { withShocks } from '../../../src/paths/shocks.ts';

const MINUTE = 60_000_000;
const FLAT: Path = { price: () => 1_000_000 };

function prices(shocks: Parameters<typeof withShocks>[1], minutes: readonly number[]): number[] {
  const path = withShocks(FLAT, shocks);
  return minutes.map((minute) => path.price(minute * MINUTE));
}

describe('a shock', () => {
  test('at once, for good', () => {
    const crash = { at: 2 * MINUTE, size: -0.1, over: 0, recovery: 0 };
    expect(prices([crash], [0, 1.999, 2, 3, 1_000])).toEqual([1_000_000, 1_000_000, 900_000, 900_000, 900_000]);
  });

  test('over a time, evenly in logarithms', () => {
    const slide = { at: 2 * MINUTE, size: -0.19, over: 4 * MINUTE, recovery: 0 };
    expect(prices([slide], [2, 4, 6, 7])).toEqual([1_000_000, 900_000, 810_000, 810_000]);
  });

  test('that recovers has half of it left after its half-life', () => {
    const flash = { at: 0, size: -0.19, over: MINUTE, recovery: 5 * MINUTE };
    expect(prices([flash], [1, 6, 11])).toEqual([810_000, 900_000, Math.round(1_000_000 * 0.9 ** 0.5)]);
    expect(prices([flash], [1_000])).toEqual([1_000_000]);
  });

  test('that holds keeps the price as it last was, and then it is where it would have been', () => {
    let next = 1_000_000;
    const rising: Path = { memory: {}, price: () => (next += 1_000) };
    const path = withShocks(rising, [{ at: 2 * MINUTE, size: -0.5, over: 0, recovery: 0, hold: 3 * MINUTE }]);
    expect([1, 1.5, 2, 3, 4.999, 5].map((minute) => path.price(minute * MINUTE))).toEqual([
      1_001_000,
      1_002_000,
      1_002_000,
      1_002_000,
      1_002_000,
      Math.round(1_003_000 * 0.5),
    ]);
    expect(prices([{ at: 0, size: -0.5, over: 0, recovery: 0, hold: MINUTE }], [0.5, 1, 2])).toEqual([500_000, 500_000, 500_000]);
  });

  test('up is as good as down, and several multiply', () => {
    const up = { at: MINUTE, size: 0.25, over: 0, recovery: 0 };
    const down = { at: 2 * MINUTE, size: -0.2, over: 0, recovery: 0 };
    expect(prices([up, down], [0, 1, 2])).toEqual([1_000_000, 1_250_000, 1_000_000]);
  });
});

test('none leave the path itself', () => {
  expect(withShocks(FLAT, [])).toBe(FLAT);
});

test('a price in ticks never falls below one', () => {
  const path = withShocks({ price: () => 3 }, [{ at: 0, size: -0.99, over: 0, recovery: 0 }]);
  expect(path.price(0)).toBe(1);
});
