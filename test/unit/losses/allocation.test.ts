// Who gives how much: by hand, and as laws over thousands of cases.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignedTo, cappedShares, inOrder, waterFill, wholeLots } from '../../../src/losses/allocation.ts';
import '../../helpers/property-seed.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const near = (got: number, wanted: number) => expect(Math.abs(got - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)));

/** Holders with notional and equity, and a need that is a share of what they hold. */
const holders = fc.array(fc.record({ notional: fc.integer({ min: 1, max: 100_000 }), equity: fc.integer({ min: 1, max: 100_000 }) }), {
  minLength: 1,
  maxLength: 12,
});
const share = fc.integer({ min: 1, max: 999 }).map((thousandths) => thousandths / 1_000);

describe('one after another', () => {
  test('the first gives all it has', () => {
    expect(inOrder([5, 3, 9], [2, 0, 1], 11)).toEqual([2, 0, 9]);
    expect(inOrder([5, 3], [0, 1], 100)).toEqual([5, 3]);
    expect(inOrder([5, 3], [1], 100)).toEqual([0, 3]);
  });
});

describe('shares with a cap', () => {
  test('who reaches its cap leaves the rest to the others', () => {
    expect(cappedShares([2, 10, 10], [1, 1, 2], 11)).toEqual([2, 3, 6]);
    expect(cappedShares([2, 10], [1, 0], 11)).toEqual([2, 0]);
    expect(cappedShares([], [], 5)).toEqual([]);
  });

  test('the budget is balanced, nobody gives more than it can, and equals give alike', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 50 }))), share, (all, part) => {
        const capacities = all.map(([capacity]) => capacity);
        const weights = all.map(([, weight]) => weight);
        const need = part * sum(capacities);
        const given = cappedShares(capacities, weights, need);
        near(sum(given), need);
        given.forEach((one, i) => expect(one).toBeLessThanOrEqual(capacities[i] + 1e-9));
        const again = cappedShares([...capacities, 7, 7], [...weights, 3, 3], need);
        near(again.at(-1)!, again.at(-2)!);
      }),
    );
  });
});

describe('water-filling on leverage', () => {
  test('levels the greatest leverages down', () => {
    // Leverages 10, 5 and 1: the two greatest end at (100 + 100 − 60) ÷ (10 + 20).
    const { level, given } = waterFill([100, 100, 50], [10, 20, 50], 60);
    expect(level).toBeCloseTo(140 / 30, 12);
    expect(given[0]).toBeCloseTo(100 - (10 * 140) / 30, 12);
    expect(given[1]).toBeCloseTo(100 - (20 * 140) / 30, 12);
    expect(given[2]).toBe(0);
  });

  test('who can give only a part here gives that, and the rest is levelled', () => {
    const { given } = waterFill([100, 100], [10, 10], 30, [5, 100]);
    expect(given).toEqual([5, 25]);
    expect(waterFill([100, 100], [10, 10], 300, [5, 100]).given).toEqual([5, 100]);
  });

  test('the need is met and nobody is left above the level', () => {
    fc.assert(
      fc.property(holders, share, (all, part) => {
        const notionals = all.map(({ notional }) => notional);
        const equities = all.map(({ equity }) => equity);
        const need = part * sum(notionals);
        const { level, given } = waterFill(notionals, equities, need);
        near(sum(given), need);
        given.forEach((one, i) => {
          expect((notionals[i] - one) / equities[i]).toBeLessThanOrEqual(level * (1 + 1e-9) + 1e-9);
          if (one === 0) expect(notionals[i] / equities[i]).toBeLessThanOrEqual(level * (1 + 1e-9) + 1e-9);
        });
      }),
    );
  });

  test('splitting an account into parts of the same leverage changes nothing', () => {
    fc.assert(
      fc.property(holders, share, fc.integer({ min: 2, max: 5 }), (all, part, parts) => {
        const notionals = all.map(({ notional }) => notional);
        const equities = all.map(({ equity }) => equity);
        const need = part * sum(notionals);
        const whole = waterFill(notionals, equities, need).given;
        const split = (values: readonly number[]) => [...Array.from({ length: parts }, () => values[0] / parts), ...values.slice(1)];
        const { given } = waterFill(split(notionals), split(equities), need);
        near(sum(given.slice(0, parts)), whole[0]);
        whole.slice(1).forEach((one, i) => near(given[parts + i], one));
      }),
    );
  });

  test('two steps come to the same as one: equity stays, as it does at the mark', () => {
    fc.assert(
      fc.property(holders, share, share, (all, part, first) => {
        const notionals = all.map(({ notional }) => notional);
        const equities = all.map(({ equity }) => equity);
        const need = part * sum(notionals);
        const once = waterFill(notionals, equities, need).given;
        const before = waterFill(notionals, equities, first * need).given;
        const after = waterFill(
          notionals.map((notional, i) => notional - before[i]),
          equities,
          (1 - first) * need,
        ).given;
        once.forEach((one, i) => near(before[i] + after[i], one));
      }),
    );
  });

  test('pro rata is not independent of the path of caps, nor is a queue of splitting: the laws above can fail', () => {
    // A queue by size: the large account pays all, unless it comes as two small ones.
    expect(inOrder([100, 60], [0, 1], 60)).toEqual([60, 0]);
    expect(inOrder([50, 50, 60], [2, 0, 1], 60)).toEqual([0, 0, 60]);
  });
});

describe('whole lots', () => {
  test('remainders go to the largest, the first of equals first', () => {
    expect(wholeLots([1.5, 1.5, 1], [2, 2, 2])).toEqual([2, 1, 1]);
    expect(wholeLots([0.2, 0.5, 0.3], [1, 1, 1])).toEqual([0, 1, 0]);
    expect(wholeLots([2.9999999999, 1.0000000001], [3, 3])).toEqual([3, 1]);
  });

  test('equals are at most a lot apart and the sum is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 }), share, (capacities, part) => {
        const need = Math.floor(part * sum(capacities));
        const lots = wholeLots(cappedShares(capacities, capacities, need), capacities);
        expect(sum(lots)).toBe(need);
        lots.forEach((one, i) => {
          expect(one).toBeLessThanOrEqual(capacities[i]);
          capacities.forEach((other, j) => {
            if (other === capacities[i]) expect(Math.abs(one - lots[j])).toBeLessThanOrEqual(1);
          });
        });
      }),
    );
  });

  test('volunteers share by room, or alike', () => {
    const takers = [
      { account: 3, room: 30 },
      { account: 5, room: 10 },
      { account: 6, room: 1 },
    ];
    expect(assignedTo(takers, 20)).toEqual([
      { account: 3, lots: 15 },
      { account: 5, lots: 5 },
    ]);
    expect(assignedTo(takers, 15, 'equal')).toEqual([
      { account: 3, lots: 7 },
      { account: 5, lots: 7 },
      { account: 6, lots: 1 },
    ]);
    expect(assignedTo(takers, 100).map(({ lots }) => lots)).toEqual([30, 10, 1]);
  });
});
