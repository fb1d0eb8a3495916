import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { mulDivCeil, mulDivFloor, mulDivRound, prorate } from '../../../src/base/rounding.ts';

/** The definition, in BigInt: the quotient rounded down, and what is left over. */
function exact(a: number, b: number, c: number): { floor: bigint; left: bigint } {
  const product = BigInt(a) * BigInt(b);
  const divisor = BigInt(c);
  let floor = product / divisor;
  if (product < 0n && floor * divisor !== product) floor--;
  return { floor, left: product - floor * divisor };
}

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 52, 2 ** 26 + 1),
);
const divisor = fc.oneof(
  fc.integer({ min: 1 }),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.constantFrom(1, 2, 3, 1_000_000, 2 ** 53 - 1),
);
const triple = fc.tuple(safe, safe, divisor).filter(([a, b, c]) => {
  const { floor } = exact(a, b, c);
  return floor < BigInt(Number.MAX_SAFE_INTEGER) && floor > BigInt(Number.MIN_SAFE_INTEGER);
});

describe('division agrees with its definition, whatever the size of the product', () => {
  const runs = { numRuns: 20_000, seed: 1 };

  test('floor and ceil', () => {
    fc.assert(
      fc.property(triple, ([a, b, c]) => {
        const { floor, left } = exact(a, b, c);
        expect(BigInt(mulDivFloor(a, b, c))).toBe(floor);
        expect(BigInt(mulDivCeil(a, b, c))).toBe(left === 0n ? floor : floor + 1n);
      }),
      runs,
    );
  });

  test('round, halves away from zero', () => {
    fc.assert(
      fc.property(triple, ([a, b, c]) => {
        const { floor, left } = exact(a, b, c);
        const twice = 2n * left;
        const up = twice > BigInt(c) || (twice === BigInt(c) && floor >= 0n);
        expect(BigInt(mulDivRound(a, b, c))).toBe(up ? floor + 1n : floor);
      }),
      runs,
    );
  });

  test('never −0', () => {
    for (const f of [mulDivFloor, mulDivCeil, mulDivRound])
      for (const a of [0, -0, -1, 1]) for (const b of [0, -0]) expect(Object.is(f(a, b, 3), -0)).toBe(false);
    expect(Object.is(mulDivCeil(-1, 1, 3), -0)).toBe(false);
    expect(Object.is(mulDivRound(-1, 1, 3), -0)).toBe(false);
    expect(Object.is(prorate(-1, 1, 3), -0)).toBe(false);
  });
});

describe('examples', () => {
  test.each([
    [7, 1, 2, 3, 4, 4],
    [-7, 1, 2, -4, -3, -4],
    [5, 1, 4, 1, 2, 1],
    [-5, 1, 4, -2, -1, -1],
    [6, 2, 3, 4, 4, 4],
  ])('%i × %i ÷ %i: floor %i, ceil %i, round %i', (a, b, c, floor, ceil, round) => {
    expect([mulDivFloor(a, b, c), mulDivCeil(a, b, c), mulDivRound(a, b, c)]).toEqual([floor, ceil, round]);
  });

  test('a fee whose product passes 2^53 keeps its last unit', () => {
    expect(mulDivFloor(900_719_925_474_099, 500, 1_000_000)).toBe(450_359_962_737);
    expect(mulDivFloor(9_007_199_254_740_991, 999_999, 1_000_000)).toBe(9_007_190_247_541_736);
  });

  test('a result that is no safe integer is refused', () => {
    expect(() => mulDivFloor(2 ** 53 - 1, 3, 1)).toThrow(/not a safe integer/);
    expect(() => mulDivRound(2 ** 53 - 1, 2 ** 53 - 1, 2)).toThrow(/not a safe integer/);
  });
});

test('shares taken one after the other leave nothing and differ from the true share by less than one unit', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 }), (total, parts) => {
      let whole = parts.reduce((sum, part) => sum + part, 0);
      fc.pre(whole > 0);
      let left = total;
      for (const part of parts) {
        if (whole === 0) break;
        const share = prorate(left, part, whole);
        expect(Math.abs(share)).toBeLessThanOrEqual(Math.abs(left));
        left -= share;
        whole -= part;
      }
      expect(left).toBe(0);
    }),
    { seed: 2, numRuns: 2000 },
  );
  expect(() => prorate(10, 4, 3)).toThrow(/part/);
  expect(prorate(-10, 1, 3)).toBe(-3);
});
