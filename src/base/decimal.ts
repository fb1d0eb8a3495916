// decimal.js, at the edge only: what people write becomes integers here, and integers become what people read. Inside a
// run nothing is a Decimal.

import { Decimal as DecimalJs } from 'decimal.js';

/** Forty digits: more than any product of a scenario's numbers needs, so that conversions are exact. */
export const Decimal = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_UP, toExpNeg: -40, toExpPos: 40 });
export type Decimal = DecimalJs;

const PLAIN = /^[+-]?(\d+(_\d+)*)(\.\d+)?(e[+-]?\d{1,2})?$/i;

/** A decimal such as `60000.5`, `-3`, `1e6` or `250_000`; undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  return PLAIN.test(text) ? new Decimal(text.replaceAll('_', '')) : undefined;
}

/** The whole number of `unit`s in `value`, undefined when it is not whole or not a safe integer. */
export function wholeUnits(value: Decimal, unit: Decimal | string): number | undefined {
  const units = value.div(unit);
  return units.isInteger() && units.abs().lte(Number.MAX_SAFE_INTEGER) ? units.toNumber() + 0 : undefined;
}

/** `units` × `unit` as a plain decimal string without exponent or trailing zeros: `fromUnits(123, '0.01')` is `1.23`. */
export function fromUnits(units: number, unit: string): string {
  return plain(new Decimal(units).mul(unit));
}

/** `fromUnits` for many figures of one unit: without a Decimal wherever the result's digits are a safe integer. */
export function unitWriter(unit: string): (units: number) => string {
  const places = new Decimal(unit).decimalPlaces();
  const factor = new Decimal(unit).mul(new Decimal(10).pow(places)).toNumber();
  return (units) => {
    const digits = units * factor;
    if (!Number.isSafeInteger(digits)) return fromUnits(units, unit);
    const padded = String(Math.abs(digits)).padStart(places + 1, '0');
    let end = padded.length;
    const point = end - places;
    while (end > point && padded[end - 1] === '0') end--;
    return `${digits < 0 ? '-' : ''}${padded.slice(0, point)}${end > point ? `.${padded.slice(point, end)}` : ''}`;
  };
}

/** Without exponent, trailing zeros or a minus sign on zero. */
export function plain(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}
