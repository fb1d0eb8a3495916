import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absolute, ceilDiv, floorDiv, fraction, greatest, least, powerOfTen, ratioOf } from '../../../src/base/wide.ts';

test('floor and ceiling enclose the quotient, and meet where it is whole', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 30n }), (a, b) => {
      const [floor, ceiling] = [floorDiv(a, b), ceilDiv(a, b)];
      expect(floor * b <= a && a < (floor + 1n) * b).toBe(true);
      expect(ceiling - floor).toBe(a % b === 0n ? 0n : 1n);
    }),
  );
});

test('a fraction is in lowest terms, the sign above', () => {
  expect(fraction(50_002n, -1_000n)).toEqual({ numerator: -25_001n, denominator: 500n });
  expect(fraction(0n, 7n)).toEqual({ numerator: 0n, denominator: 1n });
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), fc.integer({ min: 1, max: 1_000 }), (a, b, k) => {
      expect(fraction(a * BigInt(k), b * BigInt(-k))).toEqual(fraction(-a, b));
    }),
  );
});

test('as a double', () => {
  expect(ratioOf(fraction(25_001n, 50n))).toBe(500.02);
  expect(ratioOf(fraction(-1n, 3n))).toBe(-1 / 3);
});

test('the rest', () => {
  expect([absolute(-3n), absolute(3n), least(1n, 2n), greatest(1n, 2n)]).toEqual([3n, 3n, 1n, 2n]);
  expect([powerOfTen(0), powerOfTen(20)]).toEqual([1n, 100_000_000_000_000_000_000n]);
});
