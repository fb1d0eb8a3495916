// Did losses exceed the margin as often as promised, and did they come one by one? Kupiec (1995), Christoffersen (1998) and
// the zones of Basel (1996). Chi-square p-values are only right for long series, so each test also says its exact size:
// how often it rejects a model that is right.

import { assert } from '../base/assert.ts';
import { exp, ln, log1p } from '../base/math.ts';
import { binomialCdf, binomialProbability, chiSquareSurvival, lnChoose } from '../estimators/probability.ts';

export interface TestResult {
  /** Likelihood ratio. */
  readonly statistic: number;
  /** From the chi-square distribution, which is nominal: right only in the limit. */
  readonly p: number;
}

/** k × ln p where 0 × ln 0 is 0. */
function term(k: number, p: number): number {
  return k === 0 ? 0 : k * ln(p);
}

/** Log-likelihood of `hits` of `trials` at probability `p`. */
function logLikelihood(hits: number, trials: number, p: number): number {
  return term(hits, p) + (trials === hits ? 0 : p === 1 ? -Infinity : (trials - hits) * log1p(-p));
}

/** Kupiec's proportion of failures: `exceedances` in `observations` against the `probability` promised (0.01 for 99 %). */
export function kupiec(exceedances: number, observations: number, probability: number): TestResult {
  assert(observations > 0 && exceedances >= 0 && exceedances <= observations, `Kupiec: ${exceedances} of ${observations}`);
  const seen = logLikelihood(exceedances, observations, exceedances / observations);
  const statistic = Math.max(0, 2 * (seen - logLikelihood(exceedances, observations, probability)));
  return { statistic, p: chiSquareSurvival(statistic, 1) };
}

/** The least and most exceedances that Kupiec's test does not reject; null where it rejects them all. */
export function acceptedExceedances(
  observations: number,
  probability: number,
  level = 0.05,
): readonly [least: number, most: number] | null {
  const accepted = (x: number): boolean => kupiec(x, observations, probability).p >= level;
  // The statistic falls to the expected number and rises after it.
  const near = [Math.floor(observations * probability), Math.ceil(observations * probability)].find(accepted);
  if (near === undefined) return null;
  let least = near;
  while (least > 0 && accepted(least - 1)) least--;
  let most = near;
  while (most < observations && accepted(most + 1)) most++;
  return [least, most];
}

/** How often Kupiec's test rejects a right model at a nominal `level`, summed over the binomial. */
export function kupiecSize(observations: number, probability: number, level = 0.05): number {
  const accepted = acceptedExceedances(observations, probability, level);
  if (accepted === null) return 1;
  const [least, most] = accepted;
  const below = least === 0 ? 0 : binomialCdf(least - 1, observations, probability);
  return below + 1 - binomialCdf(most, observations, probability);
}

/** How likely a right model is to have a statistic at least as large as `exceedances` give, summed over the binomial. */
export function kupiecExact(exceedances: number, observations: number, probability: number): number {
  const { statistic } = kupiec(exceedances, observations, probability);
  let p = 0;
  for (let x = 0; x <= observations; x++) {
    const chance = binomialProbability(x, observations, probability);
    if (x > observations * probability && chance < 1e-18) break;
    if (kupiec(x, observations, probability).statistic >= statistic - 1e-9) p += chance;
  }
  return Math.min(1, p);
}

/** How often a 0 or 1 was followed by a 0 or 1. */
export interface Transitions {
  readonly n00: number;
  readonly n01: number;
  readonly n10: number;
  readonly n11: number;
}

export function transitionsOf(hits: ArrayLike<boolean | number>): Transitions {
  const counts = [0, 0, 0, 0];
  for (let i = 1; i < hits.length; i++) counts[(hits[i - 1] ? 2 : 0) + (hits[i] ? 1 : 0)]++;
  const [n00, n01, n10, n11] = counts;
  return { n00, n01, n10, n11 };
}

/** Does an exceedance make the next one likelier? First-order Markov against independence; 1 degree of freedom. */
export function independence({ n00, n01, n10, n11 }: Transitions): TestResult {
  const after0 = n00 + n01;
  const after1 = n10 + n11;
  const together = logLikelihood(n01 + n11, after0 + after1, after0 + after1 === 0 ? 0 : (n01 + n11) / (after0 + after1));
  const apart =
    (after0 === 0 ? 0 : logLikelihood(n01, after0, n01 / after0)) + (after1 === 0 ? 0 : logLikelihood(n11, after1, n11 / after1));
  const statistic = Math.max(0, 2 * (apart - together));
  return { statistic, p: chiSquareSurvival(statistic, 1) };
}

export interface Christoffersen {
  readonly transitions: Transitions;
  readonly independence: TestResult;
  /** Coverage and independence at once: the sum of both statistics, 2 degrees of freedom. */
  readonly conditionalCoverage: TestResult;
}

export function christoffersen(hits: ArrayLike<boolean | number>, probability: number): Christoffersen {
  let exceedances = 0;
  for (let i = 0; i < hits.length; i++) if (hits[i]) exceedances++;
  const transitions = transitionsOf(hits);
  const alone = independence(transitions);
  const statistic = kupiec(exceedances, hits.length, probability).statistic + alone.statistic;
  return { transitions, independence: alone, conditionalCoverage: { statistic, p: chiSquareSurvival(statistic, 2) } };
}

export interface ExactSizes {
  readonly independence: number;
  readonly conditionalCoverage: number;
}

/**
 * How often both of Christoffersen's tests reject independent hits of the right probability at a nominal `level`. Exact:
 * a sequence enters only through its number of ones, their runs, and how it begins and ends, and those are counted.
 */
export function christoffersenSizes(observations: number, probability: number, level = 0.05): ExactSizes {
  const n = observations;
  const odds: readonly [one: number, zero: number] = [ln(probability), log1p(-probability)];
  let ofIndependence = 0;
  let ofCoverage = 0;
  for (let x = 0; x <= n; x++) {
    const chance = binomialProbability(x, n, probability);
    if (chance < 1e-14) {
      if (x > n * probability) break;
      continue;
    }
    const weight = x * odds[0] + (n - x) * odds[1];
    const coverage = kupiec(x, n, probability).statistic;
    const add = (transitions: Transitions, lnCount: number): void => {
      const { statistic, p } = independence(transitions);
      const likelihood = exp(lnCount + weight);
      if (p < level) ofIndependence += likelihood;
      if (chiSquareSurvival(statistic + coverage, 2) < level) ofCoverage += likelihood;
    };
    if (x === 0 || x === n) {
      add(x === 0 ? { n00: n - 1, n01: 0, n10: 0, n11: 0 } : { n00: 0, n01: 0, n10: 0, n11: n - 1 }, 0);
      continue;
    }
    // Of x ones about x² ÷ n follow one; far from that nothing is left to add.
    const following = (x * x) / n;
    const reach = 12 * Math.sqrt(following) + 30;
    const fewest = Math.max(1, Math.floor(x - following - reach));
    const most = Math.min(x, Math.ceil(x - following + reach));
    for (let runs = fewest; runs <= most; runs++) {
      const ones = lnChoose(x - 1, runs - 1);
      for (const begins of [0, 1]) {
        for (const ends of [0, 1]) {
          // Zeros stand between the runs, and before and after them where the sequence begins or ends with one.
          const zeros = lnChoose(n - x - 1, runs - 1 + begins + ends - 1);
          if (zeros === -Infinity) continue;
          const n01 = runs - 1 + begins;
          const n10 = runs - 1 + ends;
          const n11 = x - runs;
          add({ n00: n - 1 - n01 - n10 - n11, n01, n10, n11 }, ones + zeros);
        }
      }
    }
  }
  return { independence: ofIndependence, conditionalCoverage: ofCoverage };
}

export type Zone = 'green' | 'yellow' | 'red';

/** From how many exceedances on a zone begins: the first count whose cumulative probability reaches 95 % and 99.99 %. */
export function baselCutoffs(observations: number, probability: number): { readonly yellowFrom: number; readonly redFrom: number } {
  const first = (level: number): number => {
    let x = 0;
    while (binomialCdf(x, observations, probability) < level) x++;
    return x;
  };
  return { yellowFrom: first(0.95), redFrom: first(0.9999) };
}

export function baselZone(exceedances: number, observations: number, probability: number): Zone {
  const cumulative = binomialCdf(exceedances, observations, probability);
  return cumulative < 0.95 ? 'green' : cumulative < 0.9999 ? 'yellow' : 'red';
}

/** What is added to the multiplier of 3 for 250 observations at 99 %. */
export function baselPlusFactor(exceedances: number): number {
  return exceedances <= 4 ? 0 : ([0.4, 0.5, 0.65, 0.75, 0.85][exceedances - 5] ?? 1);
}
