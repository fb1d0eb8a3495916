// Whole numbers beyond 2^53, for venues that count in units so fine that a product, or an amount itself, passes it. Divisions
// say how they round.

/** ⌊a ÷ b⌋, b > 0. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/** ⌈a ÷ b⌉, b > 0. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return -floorDiv(-a, b);
}

/** 10^`exponent`, which is not negative. */
export function powerOfTen(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`);
}

export function absolute(a: bigint): bigint {
  return a < 0n ? -a : a;
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** `numerator` ÷ `denominator`, the latter more than 0. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** In lowest terms, the sign above. The denominator must not be 0. */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  let a = absolute(numerator);
  let b = absolute(denominator);
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = denominator < 0n ? -a : a;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** The nearest double. */
export function ratioOf({ numerator, denominator }: Fraction): number {
  const whole = numerator / denominator;
  return Number(whole) + Number(numerator - whole * denominator) / Number(denominator);
}
