import { expect, test } from 'vitest';
import { binomialCdf, binomialProbability, chiSquareSurvival, lnChoose, normalCdf } from '../../../src/estimators/probability.ts';
import { historicalRisk, normalRisk, rankOf, studentRisk } from '../../../src/estimators/tail-risk.ts';
import { ewmaFilter, filteredHistoricalRisk, standardised } from '../../../src/estimators/filtered-historical.ts';

// RiskMetrics (1996) has 30 daily returns' worth of such examples; these are small enough to do by hand.
const LOSSES = [0.01, -0.02, 0.03, 0.05, -0.01, 0.02, 0, 0.04, -0.03, 0.06];

test('historical risk: the order statistic, and a mean with a part of the last loss', () => {
  expect(historicalRisk(LOSSES, 0.9)).toEqual({ valueAtRisk: 0.05, expectedShortfall: expect.closeTo(0.06, 15) });
  // 1.5 of 10 losses: all of 0.06 and half of 0.05.
  expect(historicalRisk(LOSSES, 0.85).expectedShortfall).toBeCloseTo((0.06 + 0.025) / 1.5, 14);
});

test('a quantile that is whole in decimals is whole', () => {
  expect(0.55 * 100).toBeGreaterThan(55);
  expect(rankOf(0.55, 100)).toBe(55);
  expect(rankOf(0.99, 500)).toBe(495);
  expect(rankOf(0.975, 30)).toBe(30);
  expect(rankOf(0.001, 10)).toBe(1);
});

test('expected shortfall is above value at risk, and fatter tails have more of it', () => {
  const normal = normalRisk(0.03, 0.99);
  const student = studentRisk(0.03, 3, 0.99);
  expect(normal.expectedShortfall).toBeGreaterThan(normal.valueAtRisk);
  expect(student.expectedShortfall).toBeGreaterThan(normal.expectedShortfall);
  expect(studentRisk(0.03, 1e6, 0.99).expectedShortfall).toBeCloseTo(normal.expectedShortfall, 6);
});

test('filtered historical risk scales with the volatility of now', () => {
  const returns = LOSSES.map((loss) => -loss).concat(LOSSES);
  const { residuals, next } = ewmaFilter(returns, 0.94, 5);
  expect(residuals).toHaveLength(15);
  const now = filteredHistoricalRisk(residuals, next, 0.9);
  expect(filteredHistoricalRisk(residuals, 4 * next, 0.9).valueAtRisk).toBeCloseTo(2 * now.valueAtRisk, 14);
  expect([...standardised([0.02, 0.01], [0.0004, 0])]).toEqual([1, 0]);
});

test('distributions agree with tables and with each other', () => {
  expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 14);
  // 10⁻²³ deep in the tail, to a part in a million.
  expect(normalCdf(-10) / 7.619853024160527e-24).toBeCloseTo(1, 6);
  expect(chiSquareSurvival(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
  expect(chiSquareSurvival(5.991464547107979, 2)).toBeCloseTo(0.05, 12);
  expect(chiSquareSurvival(0, 1)).toBe(1);
  expect(Math.exp(lnChoose(10, 3))).toBeCloseTo(120, 9);
  let sum = 0;
  for (let k = 0; k <= 12; k++) {
    sum += binomialProbability(k, 12, 0.3);
    expect(binomialCdf(k, 12, 0.3)).toBeCloseTo(sum, 13);
  }
  expect([binomialProbability(0, 5, 0), binomialProbability(5, 5, 1), binomialProbability(6, 5, 0.5), binomialCdf(-1, 5, 0.5)]).toEqual([
    1, 1, 0, 0,
  ]);
});
