// The tests of a margin model against the worked numbers of the literature, and against their own exact sizes.

import { expect, test } from 'vitest';
import { chiSquareSurvival } from '../../src/estimators/probability.ts';
import {
  acceptedExceedances,
  baselCutoffs,
  baselPlusFactor,
  baselZone,
  christoffersen,
  kupiec,
} from '../../src/study/backtest-coverage.ts';
import { acerbiSzekely } from '../../src/study/backtest-shortfall.ts';
import { binomialCdf } from '../../src/estimators/probability.ts';
import { target } from '../helpers/targets.ts';

test('MRG-KUP-01: statistics and p-values', ({ skip }) => {
  const { setup, expected } = target('MRG-KUP-01', skip);
  for (const x of setup.x as number[]) {
    const { statistic, p } = kupiec(x, setup.T, setup.p);
    expect(statistic).toBeCloseTo(expected.LR[String(x)], 10);
    expect(p).toBeCloseTo(expected.pvalue[String(x)], 10);
  }
  expect(chiSquareSurvival(expected.critical95, 1)).toBeCloseTo(0.05, 12);
});

test('MRG-KUP-02: regions of no rejection', ({ skip }) => {
  const { expected } = target('MRG-KUP-02', skip);
  for (const [setting, region] of Object.entries(expected)) {
    const [observations, probability] = setting.split('/').map(Number);
    expect(acceptedExceedances(observations, probability), setting).toEqual(region);
  }
});

test('MRG-CHR-01: independence and conditional coverage', ({ skip }) => {
  const { setup, expected } = target('MRG-CHR-01', skip);
  const hits = Array.from(setup.hits as string, Number);
  const { transitions, independence, conditionalCoverage } = christoffersen(hits, setup.p);
  const { n00, n01, n10, n11 } = expected;
  expect(transitions).toEqual({ n00, n01, n10, n11 });
  expect(kupiec(expected.x, hits.length, setup.p).statistic).toBeCloseTo(expected.LR_pof, 10);
  expect(independence.statistic).toBeCloseTo(expected.LR_ind, 10);
  expect(independence.p).toBeCloseTo(expected.p_ind, 10);
  expect(conditionalCoverage.statistic).toBeCloseTo(expected.LR_cc, 10);
  expect(conditionalCoverage.p).toBeCloseTo(expected.p_cc, 10);
});

test('MRG-BASEL-01: zones and factors of 250 observations', ({ skip }) => {
  const { setup, expected } = target('MRG-BASEL-01', skip);
  for (const [x, cumulative] of Object.entries(expected.cdf))
    expect(binomialCdf(Number(x), setup.n, setup.p)).toBeCloseTo(cumulative as number, 12);
  const zones = Array.from({ length: 12 }, (_, x) => baselZone(x, setup.n, setup.p));
  expect(zones.map((zone) => zone[0]).join('')).toBe('gggggyyyyyrr');
  expect(Array.from({ length: 12 }, (_, x) => baselPlusFactor(x))).toEqual([0, 0, 0, 0, 0, 0.4, 0.5, 0.65, 0.75, 0.85, 1, 1]);
});

test('MRG-BASEL-02: cut-offs of other lengths and confidences', ({ skip }) => {
  const { setup, expected } = target('MRG-BASEL-02', skip);
  for (const [n, p] of setup.cases as [number, number][]) {
    const { yellow_from, red_from } = expected[`${n}/${p}`];
    expect(baselCutoffs(n, p)).toEqual({ yellowFrom: yellow_from, redFrom: red_from });
  }
});

test("MRG-ESBT-01: Acerbi and Székely's second test", ({ skip }) => {
  const { setup, expected } = target('MRG-ESBT-01', skip);
  const ratios = (setup.losses_at_hits as number[]).map((loss) => loss / setup.ES);
  expect(acerbiSzekely(ratios, setup.n, setup.alpha)).toBeCloseTo(expected.Z2, 10);
});
