// The one door for transcendental functions. Engines disagree on the bits of `Math.exp`, `Math.pow` and their kin (V8
// changed `pow` between Node 22 and 24); these are computed from + − × ÷ alone and are the same everywhere.

import stdBetainc from '@stdlib/math-base-special-betainc';
import stdErfc from '@stdlib/math-base-special-erfc';
import stdExp from '@stdlib/math-base-special-exp';
import stdExpm1 from '@stdlib/math-base-special-expm1';
import stdGammainc from '@stdlib/math-base-special-gammainc';
import stdGammaln from '@stdlib/math-base-special-gammaln';
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

/** 1 − erf(x), exact also where it is tiny. */
export const erfc: (x: number) => number = stdErfc;
/** Natural logarithm of the gamma function. */
export const lnGamma: (x: number) => number = stdGammaln;

/** The upper regularised incomplete gamma function Q(a, x), for x ≥ 0 and a > 0. */
export function gammaUpper(a: number, x: number): number {
  return stdGammainc(x, a, true, true);
}

/** The lower regularised incomplete beta function I_x(a, b), for x in [0, 1] and a, b > 0. */
export function betaLower(x: number, a: number, b: number): number {
  return stdBetainc(x, a, b);
}

/** The standard normal deviate below which a fraction `p` of the distribution lies; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  return stdNormalQuantile(p, 0, 1);
}

/** Student's t with `degrees` of freedom: the value below which a fraction `p` of the distribution lies. */
export function studentQuantile(p: number, degrees: number): number {
  return stdStudentQuantile(p, degrees);
}
