// Options on a forward by Black's formula (1976): value, and how it moves.

import { erfc, exp, ln } from '../base/math.ts';

export interface OptionTerms {
  readonly kind: 'call' | 'put';
  readonly strike: number;
  /** Years until it expires. */
  readonly expiry: number;
}

export interface OptionValue {
  /** In the unit of the forward. */
  readonly value: number;
  /** Of the value, for the forward. */
  readonly delta: number;
  readonly gamma: number;
  /** For a volatility higher by 1, that is by 100 % a year. */
  readonly vega: number;
}

const ROOT_TWO_PI = 2.5066282746310002;

/** `forward` and `volatility` (a fraction a year) above 0; `rate` discounts the value, continuously compounded. At or after expiry: what it pays. */
export function black76({ kind, strike, expiry }: OptionTerms, forward: number, volatility: number, rate = 0): OptionValue {
  const side = kind === 'call' ? 1 : -1;
  const deviation = volatility * Math.sqrt(Math.max(0, expiry));
  const discount = exp(-rate * Math.max(0, expiry));
  if (deviation === 0) {
    const pays = side * (forward - strike);
    return { value: discount * Math.max(0, pays), delta: pays > 0 ? side * discount : 0, gamma: 0, vega: 0 };
  }
  const d1 = ln(forward / strike) / deviation + deviation / 2;
  const d2 = d1 - deviation;
  const density = exp(-0.5 * d1 * d1) / ROOT_TWO_PI;
  return {
    value: discount * side * (forward * normal(side * d1) - strike * normal(side * d2)),
    delta: discount * side * normal(side * d1),
    gamma: (discount * density) / (forward * deviation),
    vega: discount * forward * density * Math.sqrt(expiry),
  };
}

function normal(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}
