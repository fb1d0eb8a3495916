// Whether a result is what an example expects: numbers within its tolerance, everything else exactly; lists one by one, maps
// by the keys that are expected.

import { parseDecimal } from '../../base/decimal.ts';

export type Tolerance = { readonly type: 'exact' } | { readonly type: 'abs' | 'rel'; readonly value: number };

/** `rel` is relative to what is expected, and absolute where that is 0. */
export function agrees(expected: unknown, got: unknown, tolerance: Tolerance): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(got) && got.length === expected.length && expected.every((item, i) => agrees(item, got[i], tolerance));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) return false;
    return Object.entries(expected).every(([key, item]) => key in got && agrees(item, (got as Record<string, unknown>)[key], tolerance));
  }
  if (typeof got === 'number' || typeof got === 'bigint') return isNear(expected, got, tolerance);
  return expected === got;
}

function isNear(expected: unknown, got: number | bigint, tolerance: Tolerance): boolean {
  if (typeof expected === 'string') {
    const written = parseDecimal(expected);
    if (written === undefined || Number.isNaN(Number(got))) return false;
    // Digits that a float would lose are compared as digits.
    if (tolerance.type === 'exact') return parseDecimal(String(got))?.eq(written) ?? false;
    return isWithin(written.toNumber(), Number(got), tolerance);
  }
  if (typeof expected !== 'number') return false;
  if (tolerance.type === 'exact') return Number(got) === expected;
  return isWithin(expected, Number(got), tolerance);
}

function isWithin(expected: number, got: number, { type, value }: Extract<Tolerance, { readonly value: number }>): boolean {
  const distance = Math.abs(got - expected);
  // What an example writes with few digits may lie a rounding of the float beyond its own tolerance.
  const slack = 4 * Number.EPSILON * Math.max(Math.abs(got), Math.abs(expected));
  return distance <= (type === 'rel' && expected !== 0 ? value * Math.abs(expected) : value) + slack;
}

/** A value as a message shows it. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(plain(value));
}

/** For JSON: whole numbers beyond 2^53 as their digits, numbers that JSON has not as words. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}
