// The one door for transcendental functions. Engines disagree on the bits of `Math.exp`, `Math.pow` and their kin (V8
// changed `pow` between Node 22 and 24); these are computed from + − × ÷ alone and are the same everywhere.

import stdExp from '@stdlib/math-base-special-exp';
import stdExpm1 from '@stdlib/math-base-special-expm1';
import stdLn from '@stdlib/math-base-special-ln';
import stdLog1p from '@stdlib/math-base-special-log1p';
import stdPow from '@stdlib/math-base-special-pow';
import stdNormalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import stdStudentQuantile from '@stdlib/stats-base-dists-t-quantile';

export const exp: (x: number) => number = stdExp;
/** exp(x) − 1, exact also near 0. */
export const expm1: (x: number) => number = stdExpm1;
/** Natural logarithm; NaN below 0. */
export const ln: (x: number) => number = stdLn;
/** ln(1 + x), exact also near 0. */
export const log1p: (x: number) => number = stdLog1p;
export const pow: (base: number, exponent: number) => number = stdPow;

/** The standard normal deviate below which a fraction `p` of the distribution lies; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  return stdNormalQuantile(p, 0, 1);
}

/** Student's t with `degrees` of freedom: the value below which a fraction `p` of the distribution lies. */
export function studentQuantile(p: number, degrees: number): number {
  return stdStudentQuantile(p, degrees);
}
