// Division of integers with the rounding in the name. Exact also when the product passes 2^53, where a plain `a * b / c`
// would already have lost units. Below it the float quotient of two safe integers floors correctly (an error of half an
// ulp is smaller than 1 ÷ c), so that the common path is one multiplication and one division.

import { assert } from './assert.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** ⌊a × b ÷ c⌋ for integers, `c` > 0: toward minus infinity. The result must be a safe integer. */
export function mulDivFloor(a: number, b: number, c: number): number {
  const product = a * b;
  if (product <= MAX && product >= -MAX) return Math.floor(product / c) + 0;
  return wideFloor(a, b, c);
}

/** ⌈a × b ÷ c⌉ for integers, `c` > 0: toward plus infinity. */
export function mulDivCeil(a: number, b: number, c: number): number {
  const product = a * b;
  if (product <= MAX && product >= -MAX) return Math.ceil(product / c) + 0;
  return 0 - wideFloor(-a, b, c);
}

/** a × b ÷ c to the nearest integer, halves away from zero; `c` > 0. */
export function mulDivRound(a: number, b: number, c: number): number {
  const doubled = 2 * Math.abs(a * b) + c;
  if (doubled <= MAX) {
    const magnitude = Math.floor(doubled / (2 * c));
    return sameSign(a, b) ? magnitude : 0 - magnitude;
  }
  const floor = wideFloor(a, b, c);
  const twiceRemainder = 2n * (BigInt(a) * BigInt(b) - BigInt(floor) * BigInt(c));
  const up = sameSign(a, b) ? twiceRemainder >= BigInt(c) : twiceRemainder > BigInt(c);
  return up ? floor + 1 : floor;
}

/**
 * The share of `total` that belongs to `part` of `whole`, toward zero; 0 ≤ part ≤ whole, whole > 0. Taking a share and
 * prorating what is left over what is left of the whole ends at exactly nothing left.
 */
export function prorate(total: number, part: number, whole: number): number {
  assert(part >= 0 && part <= whole && whole > 0, 'prorate: the part must lie between nothing and the whole');
  const product = total * part;
  if (product <= MAX && product >= -MAX) return Math.trunc(product / whole) + 0;
  return total < 0 ? 0 - wideFloor(-total, part, whole) : wideFloor(total, part, whole);
}

/** Takes whole multiples of `c` out of `a`, which leaves a product that usually fits; BigInt where it does not. */
function wideFloor(a: number, b: number, c: number): number {
  assert(
    Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(c) && c > 0,
    () => `not a division of safe integers: ${a} × ${b} ÷ ${c}`,
  );
  const quotient = Math.floor(a / c);
  const left = (a - quotient * c) * b;
  const fits = Math.abs(quotient * c) <= MAX && Math.abs(left) <= MAX && Math.abs(quotient * b) <= MAX;
  const result = fits ? quotient * b + Math.floor(left / c) : Number(floorDivide(BigInt(a) * BigInt(b), BigInt(c)));
  assert(Number.isSafeInteger(result), () => `${a} × ${b} ÷ ${c} is not a safe integer`);
  return result;
}

function sameSign(a: number, b: number): boolean {
  return a < 0 === b < 0;
}

function floorDivide(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  return n < 0n && quotient * d !== n ? quotient - 1n : quotient;
}
