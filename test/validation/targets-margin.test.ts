// Volatility, tail risk and procyclicality against the worked numbers of the literature, through the code that runs.

import { describe, expect, test } from 'vitest';
import { EwmaVolatility } from '../../src/estimators/ewma-volatility.ts';
import { extremeValueQuantile, fitPeaksOverThreshold } from '../../src/estimators/extreme-value.ts';
import { ewmaFilter, filteredHistoricalRisk } from '../../src/estimators/filtered-historical.ts';
import {
  fitGarch,
  garchFilter,
  garchForecast,
  garchForecastSum,
  longRunVariance,
  varianceHalfLife,
  type GarchParameters,
} from '../../src/estimators/garch.ts';
import { largestRise, peakToTrough, withBuffer, withFloor, withStressedWeight } from '../../src/estimators/procyclicality.ts';
import {
  annualised,
  closeToCloseVariance,
  garmanKlassVariance,
  parkinsonVariance,
  rogersSatchellVariance,
  yangZhangVariance,
} from '../../src/estimators/range-volatility.ts';
import { historicalRisk, normalRisk, studentRisk } from '../../src/estimators/tail-risk.ts';
import { createRng } from '../../src/base/random.ts';
import { FundingRate } from '../../src/market/funding-rate.ts';
import { exp, ln } from '../../src/base/math.ts';
import { readPriceBars } from '../../src/study/price-bars.ts';
import { sharedData, target } from '../helpers/targets.ts';

/** The thirty returns that most targets are about. */
const R30 = [
  0.012, -0.008, 0.021, -0.034, 0.005, 0.017, -0.026, 0.009, -0.003, 0.041, -0.055, 0.022, 0.013, -0.019, 0.007, -0.011, 0.028, -0.006,
  0.002, -0.015, 0.063, -0.048, 0.031, -0.022, 0.01, -0.004, 0.016, -0.037, 0.025, -0.009,
];

/** Within a tolerance relative to the size, or absolute below 1. */
function expectNear(found: number, wanted: number, tolerance: number): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)));
}

describe('volatility', () => {
  test('MRG-RANGE-01: Parkinson, Garman–Klass, Rogers–Satchell, Yang–Zhang on six bars', ({ skip }) => {
    const { setup, expected } = target('MRG-RANGE-01', skip);
    const bars = (setup.bars_OHLC as number[][]).map(([open, high, low, close]) => ({ open, high, low, close }));
    const yangZhang = yangZhangVariance(bars);
    const found = {
      parkinson_var: parkinsonVariance(bars),
      garman_klass_var: garmanKlassVariance(bars),
      rogers_satchell_var: rogersSatchellVariance(bars),
      close_close_var: closeToCloseVariance(bars),
      yz_overnight: yangZhang.overnight,
      yz_openclose: yangZhang.openToClose,
      yz_rs: yangZhang.rogersSatchell,
      yz_k: yangZhang.k,
      yang_zhang_var: yangZhang.variance,
    };
    for (const [name, value] of Object.entries(found)) expectNear(value, expected[name], 1e-12);
    const vol = expected.annualised_vol_365;
    expectNear(annualised(found.parkinson_var, 365), vol.parkinson, 1e-12);
    expectNear(annualised(found.garman_klass_var, 365), vol.gk, 1e-12);
    expectNear(annualised(found.rogers_satchell_var, 365), vol.rs, 1e-12);
    expectNear(annualised(found.yang_zhang_var, 365), vol.yz, 1e-12);
  });

  test('MRG-RANGE-02: discrete bars read low, by as much as theory and trial say', ({ skip }) => {
    const { setup, expected } = target('MRG-RANGE-02', skip);
    // Fewer days than the source's 40,000, so a tolerance for their noise.
    const days = 4_000;
    const sigma = setup.sigma_daily as number;
    for (const [drift, ratios] of [
      [0, expected.ratio_to_true_var_drift0],
      [0.5, expected.ratio_drift_half_sigma],
    ] as const) {
      const rng = createRng(`range/${drift}`);
      const bars = Array.from({ length: days }, () => {
        let log = 0;
        let high = 0;
        let low = 0;
        for (let step = 0; step < 1_440; step++) {
          log += (drift * sigma) / 1_440 + (sigma / Math.sqrt(1_440)) * rng.normal();
          if (log > high) high = log;
          if (log < low) low = log;
        }
        return { open: 1, high: exp(high), low: exp(low), close: exp(log) };
      });
      const truth = sigma * sigma;
      if (drift === 0) {
        // Variance of the estimate of a day over that of the close's own: how many days of closes a day of ranges is worth.
        const spread = (of: (bar: (typeof bars)[number]) => number) => {
          const values = bars.map(of);
          const mean = values.reduce((sum, value) => sum + value, 0) / days;
          return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / days / (mean * mean);
        };
        const closes = spread(({ close }) => ln(close) * ln(close));
        const worth = (estimator: (day: typeof bars) => number) => closes / spread((bar) => estimator([bar]));
        const { parkinson, gk, rs } = expected.efficiency_vs_close_close_drift0;
        expect(Math.abs(worth(parkinsonVariance) / parkinson - 1)).toBeLessThan(0.12);
        expect(Math.abs(worth(garmanKlassVariance) / gk - 1)).toBeLessThan(0.12);
        expect(Math.abs(worth(rogersSatchellVariance) / rs - 1)).toBeLessThan(0.12);
      }
      expect(Math.abs(parkinsonVariance(bars) / truth - ratios.parkinson)).toBeLessThan(0.03);
      expect(Math.abs(garmanKlassVariance(bars) / truth - ratios.gk)).toBeLessThan(0.03);
      expect(Math.abs(rogersSatchellVariance(bars) / truth - ratios.rs)).toBeLessThan(0.03);
    }
  });

  test('MRG-EWMA-01: RiskMetrics, seeded with ten returns', ({ skip }) => {
    const { setup, expected } = target('MRG-EWMA-01', skip);
    const ewma = new EwmaVolatility({ decay: setup.lambda, seedCount: 10 });
    const variances = R30.map((r) => {
      ewma.push(r);
      return ewma.variance;
    });
    expect(R30).toEqual(setup.R30);
    expectNear(variances[10], expected.v_11, 1e-14);
    expectNear(ewma.variance, expected.v_30, 1e-14);
    expectNear(ewma.volatility, expected.vol_30, 1e-14);
    expectNear(normalRisk(ewma.volatility, 0.99).valueAtRisk, expected.VaR99_30, 1e-14);
  });

  test('MRG-GARCH-01: filter, likelihood and term structure', ({ skip }) => {
    const { setup, expected } = target('MRG-GARCH-01', skip);
    const parameters = setup as GarchParameters;
    const { variances, next, logLikelihood } = garchFilter(R30, parameters);
    expectNear(logLikelihood, expected.loglik, 1e-12);
    expectNear(variances[1], expected.v_2, 1e-12);
    expectNear(variances[29], expected.v_30, 1e-12);
    expectNear(garchForecast(parameters, next, 1), expected.forecast_1, 1e-12);
    expectNear(garchForecast(parameters, next, 10), expected.forecast_10, 1e-12);
    expectNear(garchForecastSum(parameters, next, 10), expected.sum_10, 1e-12);
    expectNear(longRunVariance(parameters), expected.long_run_var, 1e-12);
    expectNear(varianceHalfLife(parameters), expected.half_life, 1e-12);
  });
});

describe('tail risk', () => {
  test('MRG-VAR-01: historical conventions', ({ skip }) => {
    const { setup, expected } = target('MRG-VAR-01', skip);
    const losses = R30.map((r) => -r);
    for (const alpha of setup.alpha as number[]) {
      const { valueAtRisk, expectedShortfall } = historicalRisk(losses, alpha);
      expectNear(valueAtRisk, expected.VaR[String(alpha)], 1e-12);
      expectNear(expectedShortfall, expected.ES_acerbi[String(alpha)], 1e-12);
    }
  });

  test('MRG-VAR-02: normal and Student closed forms', ({ skip }) => {
    const { setup, expected } = target('MRG-VAR-02', skip);
    for (const alpha of setup.alpha as number[]) {
      const normal = normalRisk(setup.sigma, alpha);
      expectNear(normal.valueAtRisk, expected.normal[String(alpha)].VaR, 1e-10);
      expectNear(normal.expectedShortfall, expected.normal[String(alpha)].ES, 1e-10);
      const student = studentRisk(setup.sigma, setup.nu, alpha);
      expectNear(student.valueAtRisk, expected.t4[String(alpha)].VaR, 1e-10);
      expectNear(student.expectedShortfall, expected.t4[String(alpha)].ES, 1e-10);
    }
  });

  test('MRG-FHS-01: filtered historical simulation', ({ skip }) => {
    const { expected } = target('MRG-FHS-01', skip);
    const { residuals, next } = ewmaFilter(R30, 0.94, 10);
    expectNear(residuals[0], expected.z_first, 1e-12);
    expectNear(residuals[residuals.length - 1], expected.z_last, 1e-12);
    expectNear(Math.sqrt(next), expected.scale, 1e-12);
    const { valueAtRisk } = filteredHistoricalRisk(residuals, next, 0.95);
    expectNear(valueAtRisk, expected.VaR95, 1e-12);
    const plain = historicalRisk(
      R30.map((r) => -r),
      0.95,
    );
    expectNear(valueAtRisk / plain.valueAtRisk, expected.ratio_to_plain_HS, 1e-12);
  });

  test('MRG-GEV-01: extreme-value quantile', ({ skip }) => {
    const { setup, expected } = target('MRG-GEV-01', skip);
    for (const p of setup.p as number[])
      expectNear(extremeValueQuantile({ shape: setup.xi, location: setup.mu, scale: setup.sigma }, p), expected[String(p)], 1e-12);
  });
});

describe('procyclicality', () => {
  test('MRG-APC-01: the three remedies and what they do to the swing', ({ skip }) => {
    const { setup, expected } = target('MRG-APC-01', skip);
    const base = setup.base as number[];
    const found: Record<string, number[]> = { base, a: withBuffer(base), b: withStressedWeight(base, 12), c: withFloor(base, 7) };
    for (const [name, series] of Object.entries(found)) {
      if (name !== 'base') series.forEach((margin, i) => expectNear(margin, expected[name][i], 1e-12));
      expectNear(peakToTrough(series), expected.peak_to_trough[name], 1e-12);
      expectNear(largestRise(series, 1).relative, expected.max_1step_increase_rel[name], 1e-12);
      expectNear(largestRise(series, 5).absolute, expected.max_5step_increase_abs[name], 1e-12);
    }
  });
});

test('MRG-FUND-01: the common form of funding', ({ skip }) => {
  const { setup, expected } = target('MRG-FUND-01', skip);
  const index = 1_000_000;
  (setup.P as number[]).forEach((premium, i) => {
    const rate = new FundingRate({ interestRate: 1e6 * setup.I, clamp: 1e6 * setup.c, cap: 0, initialRate: 0 });
    const price = Math.round(index * (1 + premium));
    rate.sample(index, premium > 0 ? price : 0, premium < 0 ? price : 0);
    expect(rate.estimate()).toBeCloseTo(1e6 * expected.F[i], 9);
  });
});

// The same likelihoods maximised by SciPy 1.10 (Nelder–Mead, genpareto.fit) on the same returns.
test('six years of daily bitcoin are fitted as by an independent program', async ({ skip }) => {
  const { close } = await readPriceBars(sharedData('binance-spot_BTCUSDT_1d_2020-04-05_2026-04-05.csv', skip));
  const changes = Float64Array.from({ length: close.length - 1 }, (_, i) => ln(close[i + 1] / close[i]));
  const { parameters, logLikelihood } = fitGarch(changes);
  expect(logLikelihood).toBeCloseTo(4647.443859468704, 6);
  expect(parameters.omega).toBeCloseTo(2.83e-5, 8);
  expect(parameters.alpha).toBeCloseTo(0.073989, 5);
  expect(parameters.beta).toBeCloseTo(0.897623, 5);
  const withMean = fitGarch(changes, { mean: 'fitted' });
  expect(withMean.logLikelihood).toBeCloseTo(4649.516131502067, 6);
  expect(withMean.parameters.mean).toBeCloseTo(0.0011725, 6);
  const { threshold, tail } = fitPeaksOverThreshold(changes.map((change) => -change));
  expect(threshold).toBeCloseTo(0.031516618721199686, 12);
  expect(tail.shape).toBeCloseTo(0.06509, 4);
  expect(tail.scale).toBeCloseTo(0.022228, 5);
});
