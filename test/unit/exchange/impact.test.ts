// What liquidation flow owes of the basis, and who of it owes most.

import { describe, expect, test } from 'vitest';
import { Impact } from '../../../src/exchange/impact.ts';
import { createRng } from '../../../src/base/random.ts';

const LONG = 1;
const SHORT = -1;

/** Orders of cases, each moving the mid by so many ticks. */
function impact(...moves: readonly (readonly [liquidation: number, move: number])[]): Impact {
  const made = new Impact();
  for (const [liquidation, move] of moves) made.record(liquidation, move);
  return made;
}

describe('the part of the basis', () => {
  test.each([
    // moves                              mid      index   part
    ['what was moved and still stands', [[1, -30]], 970, 1_000, -30],
    ['not more than the basis', [[1, -30]], 990, 1_000, -10],
    ['others may have moved it further', [[1, -30]], 900, 1_000, -30],
    ['nothing when the book took it all back', [[1, -30]], 1_000, 1_000, 0],
    ['nor of the other sign', [[1, -30]], 1_040, 1_000, 0],
    ['upward as downward', [[1, 30]], 1_010, 1_000, 10],
    [
      'both directions against each other',
      [
        [1, -30],
        [2, 10],
      ],
      960,
      1_000,
      -20,
    ],
    [
      'both directions, more than the basis',
      [
        [1, -30],
        [2, 10],
      ],
      995,
      1_000,
      -5,
    ],
    ['halves of a tick', [[1, -2.5]], 997.5, 1_000, -2.5],
  ] as const)('%s', (_name, moves, mid, index, part) => {
    expect(impact(...moves).settle(mid, index)).toBe(part);
  });

  test('what was taken back does not come back when the basis does', () => {
    const flow = impact([1, -30]);
    expect(flow.settle(995, 1_000)).toBe(-5);
    expect(flow.settle(950, 1_000)).toBe(-5);
    flow.record(2, -8);
    expect(flow.settle(950, 1_000)).toBe(-13);
    expect(flow.settle(1_000, 1_000)).toBe(0);
    expect(flow.settle(900, 1_000)).toBe(0);
  });

  test('what is less than a tenth of a tick is dropped', () => {
    const flow = impact([1, -30]);
    expect(flow.settle(999.95, 1_000)).toBe(0);
    expect(flow.settle(900, 1_000)).toBe(0);
  });

  test('over any course it lies between nothing and the basis', () => {
    const rng = createRng('impact');
    const flow = new Impact();
    let mid = 100_000;
    for (let i = 0; i < 20_000; i++) {
      const move = Math.round(rng.between(-40, 40));
      if (rng.chance(0.3)) flow.record(1 + rng.int(50), move);
      mid += move - Math.round((mid - 100_000) * rng.double() * 0.2);
      const part = flow.settle(mid, 100_000);
      const basis = mid - 100_000;
      expect(part).toBeGreaterThanOrEqual(Math.min(0, basis) - 1e-6);
      expect(part).toBeLessThanOrEqual(Math.max(0, basis) + 1e-6);
    }
  });
});

describe('the largest contributor', () => {
  test('is who moved it most in the direction that hurts', () => {
    const flow = impact([1, -10], [2, -25], [3, 12], [1, -20], [4, 5]);
    expect(flow.largestAgainst(LONG)).toBe(1);
    expect(flow.largestAgainst(SHORT)).toBe(3);
  });

  test('the earliest among equals', () => {
    expect(impact([7, -10], [5, -10]).largestAgainst(LONG)).toBe(7);
  });

  test('old pushes fade as the book takes them back, newer ones count in full', () => {
    const flow = impact([1, -30]);
    flow.settle(990, 1_000);
    flow.record(2, -11);
    flow.settle(979, 1_000);
    expect(flow.largestAgainst(LONG)).toBe(2);
  });

  test('nobody before there was one', () => {
    expect(new Impact().largestAgainst(LONG)).toBe(0);
    expect(impact([1, 10]).largestAgainst(LONG)).toBe(0);
    expect(impact([1, 0]).largestAgainst(SHORT)).toBe(0);
  });

  test('stays responsible when all was taken back, since an average may still owe something to it, until there is another', () => {
    const flow = impact([1, -10], [2, -30]);
    flow.settle(1_000, 1_000);
    expect(flow.largestAgainst(LONG)).toBe(2);
    expect(flow.largestAgainst(SHORT)).toBe(0);
    flow.record(3, -1);
    expect(flow.largestAgainst(LONG)).toBe(3);
  });

  test('is the one that counting all contributions anew would find, after any course', () => {
    const rng = createRng('impact/largest');
    for (let course = 0; course < 50; course++) {
      const flow = new Impact();
      // As it was said: every push from now on counts in full, and what the book takes back is taken from all alike.
      let pushes: { readonly by: number; amount: number }[] = [];
      let before = 0;
      let sum = 0;
      const largest = () => {
        const totals = new Map<number, number>();
        let [best, most] = [before, 0];
        for (const { by, amount } of pushes) {
          totals.set(by, (totals.get(by) ?? 0) + amount);
          if (totals.get(by)! > most + 1e-9) [best, most] = [by, totals.get(by)!];
        }
        return best;
      };
      for (let i = 0; i < 200; i++) {
        const by = 1 + rng.int(12);
        const amount = 1 + rng.int(30);
        flow.record(by, -amount);
        pushes.push({ by, amount });
        sum += amount;
        if (rng.chance(0.2)) {
          const left = rng.chance(0.1) ? 0 : Math.floor(sum * rng.double());
          flow.settle(1_000_000 - left, 1_000_000);
          if (left === 0) {
            before = largest();
            pushes = [];
          } else for (const push of pushes) push.amount *= left / sum;
          sum = left;
        }
        expect(flow.largestAgainst(LONG)).toBe(largest());
      }
    }
  });

  test('is found among thousands that have been scaled down a thousand times', () => {
    const flow = new Impact();
    for (let i = 1; i <= 3_000; i++) {
      flow.record(i, i === 2_995 ? -40 : -20);
      flow.settle(100_000 - 30, 100_000);
    }
    // 40 of 30 after all is scaled: what came before is gone, what came after has faded it by 30/50 five times.
    expect(flow.largestAgainst(LONG)).toBe(3_000);
    expect(flow.settle(0, 100_000)).toBeCloseTo(-30, 6);
  });
});
