// Figures of fairness and concentration against worked numbers (the identifiers are those of the shared targets).

import { expect, test } from 'vitest';
import {
  concentrationHaircut,
  effectiveNumber,
  gini,
  herfindahl,
  slippageOf,
  theil,
  withdrawalInflation,
} from '../../src/estimators/concentration.ts';
import { excessRatios, platformWedge, rankCorrelation, retainedBeyondBankruptcy, welfareLoss } from '../../src/simulation/fairness.ts';

const SHARES = [0.5, 0.2, 0.1, 0.1, 0.05, 0.05];

test('ADL-08: slippage, concentration and the haircut it costs (Sepper 2026, both of its thresholds)', () => {
  const bids = [
    [99.9, 10],
    [99.8, 20],
    [99.5, 50],
    [99, 100],
    [98, 200],
  ] as const;
  const expected = [0.0009999999999999432, 0.0033333333333333335, 0.012333333333333333];
  [10, 60, 300].forEach((size, i) => expect(slippageOf(bids, 100, size)).toBeCloseTo(expected[i], 12));
  expect(slippageOf(bids, 100, 500)).toBe(Infinity);
  expect(herfindahl(SHARES)).toBeCloseTo(0.315, 12);
  expect(effectiveNumber(SHARES)).toBeCloseTo(3.174603174603174, 12);
  const rule = { target: 15, lambda: 0.5, mu: 0.3 };
  expect(concentrationHaircut(SHARES, { ...rule, threshold: 0.25 })).toBeCloseTo(1.9375, 12);
  expect(concentrationHaircut(SHARES, { ...rule, threshold: 0.5 })).toBeCloseTo(1.8625, 12);
});

test('ADL-09: slippage when a provider withdraws, exactly', () => {
  expect(withdrawalInflation(SHARES)).toBeCloseTo(0.26291423001949316, 12);
  // To second order it is 1/M + HHI/M, not the printed 1/M + HHI.
  expect(1 / 6 + herfindahl(SHARES) / 6).toBeCloseTo(0.21916666666666668, 12);
});

test('FAIR-GINI-01: haircuts', () => {
  const haircuts = [0, 0, 1, 2, 3, 10, 34];
  expect(gini(haircuts)).toBeCloseTo(0.7085714285714285, 12);
  expect(gini(haircuts, true)).toBeCloseTo(0.8266666666666667, 12);
  expect(theil(haircuts)).toBeCloseTo(0.9859719435074504, 12);
  expect(Math.max(...haircuts) / 50).toBeCloseTo(0.68, 12);
  expect(herfindahl(haircuts.map((one) => one / 50))).toBeCloseTo(0.508, 12);
});

test('FAIR-EXCESS-01: more than needed', () => {
  const { excess, aggregate } = excessRatios([
    { executed: 10, minimal: 4, price: 60_000 },
    { executed: 4.2, minimal: 4, price: 60_000 },
  ]);
  expect(excess[0]).toBeCloseTo(1.5, 12);
  expect(excess[1]).toBeCloseTo(0.05, 12);
  expect(aggregate).toBeCloseTo(0.775, 12);
  expect(excessRatios([{ executed: 1, minimal: 0, price: 1 }])).toEqual({ excess: [null], aggregate: null });
});

test('FAIR-WELF-01: what a closure cost its owner', () => {
  const loss = welfareLoss({ side: 1, quantity: 10, mark: 59_940, average: 59_500, feeRate: 0.005, later: 59_900 });
  expect(loss).toEqual({ fee: 2_975, slippage: 4_400, opportunity: 4_000 });
  expect(retainedBeyondBankruptcy(1, 10, 59_500, 59_400)).toBe(1_000);
  expect(retainedBeyondBankruptcy(-1, 10, 59_500, 59_400)).toBe(0);
});

test('FAIR-PA-01: the wedge', () => {
  expect(platformWedge({ fees: 297.5, residualKept: 1_000, deficitsPaid: 250, liquidated: 595_000 })).toBeCloseTo(17.605042016806724, 9);
});

test('FAIR-SIZE-01: size bias', () => {
  const { rho, p } = rankCorrelation([1, 2, 5, 10, 20, 50, 100, 200], [0.9, 0.7, 0.8, 0.5, 0.4, 0.3, 0.35, 0.1]);
  expect(rho).toBeCloseTo(-0.9523809523809524, 12);
  expect(p).toBeCloseTo(0.000260400024387251, 12);
});
