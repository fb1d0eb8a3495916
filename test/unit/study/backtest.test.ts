import { describe, expect, test } from 'vitest';
import { backtest, walkForward, type BacktestOptions } from '../../../src/study/backtest.ts';
import { kupiec, kupiecSize } from '../../../src/study/backtest-coverage.ts';
import { marginModels, type MarginModel } from '../../../src/study/backtest-models.ts';
import { normalQuantile } from '../../../src/base/math.ts';
import { createRng, type Rng } from '../../../src/base/random.ts';
import { historicalRisk, normalRisk } from '../../../src/estimators/tail-risk.ts';
import { barsFrom, garchReturns, normalReturns } from '../../helpers/simulated-bars.ts';

const OPTIONS: BacktestOptions = { confidence: 0.99, window: 100, refit: 20, decay: 0.94, side: 'long', volatilityScale: 1 };

/** The model that knows: normal losses of this deviation. */
const oracle = (deviation: number): MarginModel => ({
  kind: 'oracle',
  doc: 'The law that the path was drawn from.',
  start({ confidence }) {
    const forecast = {
      ...normalRisk(deviation, confidence),
      tail: (share: number) => -deviation * normalQuantile(share * (1 - confidence)),
    };
    return () => forecast;
  },
});

describe('a right model is rejected as often as the exact size of the test says', () => {
  // 500 seeds: the share has a standard error of 1.3 points at 250 days and 1 at 2,191.
  test.each([
    [250, 0.095],
    [2_191, 0.053],
  ])('over %d days', (days, size) => {
    const seeds = 500;
    let rejected = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const losses = normalReturns(`right/${seed}`, days + 1, 0.03);
      // It needs no window to know what it knows.
      const forecasts = walkForward(oracle(0.03), losses, { ...OPTIONS, window: 1 });
      const exceedances = forecasts.filter(({ valueAtRisk }, i) => losses[i + 1] > valueAtRisk).length;
      if (kupiec(exceedances, forecasts.length, 0.01).p < 0.05) rejected++;
    }
    expect(kupiecSize(days, 0.01)).toBeCloseTo(size, 3);
    expect(Math.abs(rejected / seeds - size)).toBeLessThan(3 * Math.sqrt((size * (1 - size)) / seeds));
  });

  test('also one that must learn what is right: constant volatility, from 2,000 days', () => {
    const [constant] = marginModels.filter(({ kind }) => kind === 'constant');
    const seeds = 500;
    let rejected = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const losses = normalReturns(`learnt/${seed}`, 2_250, 0.03);
      const forecasts = walkForward(constant, losses, { ...OPTIONS, window: 2_000 });
      const exceedances = forecasts.filter(({ valueAtRisk }, i) => losses[i + 2_000] > valueAtRisk).length;
      if (kupiec(exceedances, 250, 0.01).p < 0.05) rejected++;
    }
    const size = kupiecSize(250, 0.01);
    expect(Math.abs(rejected / seeds - size)).toBeLessThan(3 * Math.sqrt((size * (1 - size)) / seeds));
  });

  test('and the whole backtest counts what the walk does', () => {
    const returns = normalReturns('right/1', 600, 0.03);
    const [{ exceedances, kupiec: found }] = backtest(barsFrom(returns), [oracle(0.03)], OPTIONS).models;
    const losses = returns.map((r) => -r);
    const counted = walkForward(oracle(0.03), losses, OPTIONS).filter(({ valueAtRisk }, i) => losses[i + 100] > valueAtRisk).length;
    expect(exceedances).toBe(counted);
    expect(found.p).toBe(kupiec(counted, 500, 0.01).p);
  });
});

const LAW = { omega: 2e-5, alpha: 0.08, beta: 0.9 };

describe('on returns whose volatility clusters', () => {
  const bars = barsFrom(garchReturns('clusters', 3_000, LAW));
  const right = backtest(bars, marginModels, { ...OPTIONS, window: 500 });

  test('models that follow the volatility pass; a model that is wrong on purpose is rejected by every test of coverage', () => {
    for (const { model, kupiec: coverage, zone, observations } of right.models) {
      expect(observations).toBe(2_500);
      if (model === 'garch' || model === 'evt' || model === 'filtered-historical') {
        expect(coverage.p, model).toBeGreaterThan(0.01);
        expect(zone, model).not.toBe('red');
      }
    }
    const half = backtest(bars, marginModels, { ...OPTIONS, window: 500, volatilityScale: 0.5 });
    for (const { model, kupiec: coverage, conditionalCoverage, shortfall, zone } of half.models) {
      expect(coverage.p, model).toBeLessThan(1e-6);
      expect(conditionalCoverage.p, model).toBeLessThan(1e-6);
      expect(shortfall.p, model).toBeLessThan(0.01);
      expect(zone, model).toBe('red');
    }
  });

  test('a margin that follows the volatility swings more than one that averages 500 days', () => {
    const swing = Object.fromEntries(right.models.map(({ model, procyclicality }) => [model, procyclicality]));
    expect(swing.ewma.peakToTrough).toBeGreaterThan(swing.historical.peakToTrough);
    expect(swing.ewma.maxRise).toBeGreaterThan(0);
    expect(swing.ewma.rises['5'].absolute).toBe(swing.ewma.maxRise);
  });

  test('regimes take the bars apart without losing one', () => {
    for (const { regimes, exceedances, observations } of right.models) {
      const thirds = regimes.filter(({ regime }) => ['calm', 'middle', 'rough'].includes(regime));
      const years = regimes.filter(({ regime }) => /^\d{4}$/.test(regime));
      for (const part of [thirds, years]) {
        expect(part.reduce((sum, one) => sum + one.observations, 0)).toBe(observations);
        expect(part.reduce((sum, one) => sum + one.exceedances, 0)).toBe(exceedances);
      }
    }
  });

  test('no forecast knows what comes after it', () => {
    const other = garchReturns('clusters', 3_000, LAW);
    other.fill(0.2, 1_500);
    const changed = backtest(barsFrom(other), marginModels, { ...OPTIONS, window: 500 });
    for (const [i, { margins }] of right.series.margins.entries())
      expect(changed.series.margins[i].margins.slice(0, 1_001)).toEqual(margins.slice(0, 1_001));
  });

  test('remedies charge more and swing less, and know nothing of what comes', () => {
    const remedies = ['buffer', 'stressed-weight', 'floor'] as const;
    const { models, series } = backtest(bars, [marginModels[1]], { ...OPTIONS, window: 500, remedies });
    expect(models.map(({ model }) => model)).toEqual(['ewma', 'ewma+buffer', 'ewma+stressed-weight', 'ewma+floor']);
    const [plain, ...others] = models;
    for (const [i, other] of others.entries()) {
      expect(other.procyclicality.peakToTrough, other.model).toBeLessThan(plain.procyclicality.peakToTrough);
      expect(other.exceedances, other.model).toBeLessThanOrEqual(plain.exceedances);
      series.margins[i + 1].margins.forEach((margin, bar) => expect(margin).toBeGreaterThanOrEqual(series.margins[0].margins[bar] - 1e-12));
    }
    const early = barsFrom(garchReturns('clusters', 3_000, LAW).subarray(0, 1_500));
    const before = backtest(early, [marginModels[1]], { ...OPTIONS, window: 500, remedies });
    for (const [i, { margins }] of before.series.margins.entries()) expect(margins).toEqual(series.margins[i].margins.slice(0, 1_000));
  });

  test('the floor is the quantile of all losses so far', () => {
    const { series } = backtest(bars, [marginModels[0]], { ...OPTIONS, window: 500, remedies: ['floor'] });
    const losses = garchReturns('clusters', 3_000, LAW).map((r) => -r);
    const [plain, floored] = series.margins.map(({ margins }) => margins);
    for (const bar of [0, 1, 700, 2_499]) {
      const floor = historicalRisk(losses.slice(0, 500 + bar), 0.99).valueAtRisk;
      expect(floored[bar]).toBeCloseTo(Math.max(plain[bar], 1 - Math.exp(-floor)), 12);
    }
  });

  test('the same bars give the same bits', () => {
    expect(backtest(bars, marginModels, { ...OPTIONS, window: 500 }).models).toEqual(right.models);
  });
});

test('a market that only rises is charged a basis point, not a gift', () => {
  const rising = Float64Array.from({ length: 400 }, (_, i) => 0.001 + 0.0001 * (i % 7));
  for (const { margin, exceedances } of backtest(barsFrom(rising), [marginModels[0]], { ...OPTIONS, window: 250 }).models) {
    expect(margin.least).toBeCloseTo(1e-4, 6);
    expect(exceedances).toBe(0);
  }
});

const ODD: Readonly<Record<string, (rng: Rng) => number>> = {
  'half of them 0': (rng) => (rng.chance(0.5) ? 0 : 0.01 * rng.normal()),
  'in coarse ticks': (rng) => 0.01 * Math.round(2 * rng.normal()),
  'seldom and far': (rng) => (rng.chance(0.02) ? 0.05 * rng.normal() : 0),
  'still but for a crash': (rng) => (rng.chance(0.002) ? 1.5 : 1e-4 * rng.normal()),
  'without a loss': (rng) => -Math.abs(0.01 * rng.normal()),
  'next to nothing': (rng) => 1e-9 * rng.normal(),
  'beyond all measure': (rng) => 2 * rng.normal(),
};

test.each(Object.keys(ODD))('every model has a forecast for losses that are %s', (name) => {
  for (const seed of [1, 2]) {
    const rng = createRng(`odd/${name}/${seed}`);
    const losses = Float64Array.from({ length: 400 }, () => ODD[name](rng));
    for (const model of marginModels) {
      const odd = walkForward(model, losses, { ...OPTIONS, window: 120 }).filter(({ valueAtRisk, expectedShortfall, tail }) => {
        const worst = tail(0.5) + tail(1e-6);
        return !(valueAtRisk > 0 && expectedShortfall > 0 && Number.isFinite(valueAtRisk + expectedShortfall + worst));
      });
      expect(odd, model.kind).toEqual([]);
    }
  }
});

test('short positions are hurt by rises', () => {
  const returns = normalReturns('short', 600, 0.02);
  const long = backtest(barsFrom(returns), marginModels.slice(0, 1), { ...OPTIONS, window: 250 }).models[0];
  const short = backtest(barsFrom(returns.map((r) => -r)), marginModels.slice(0, 1), { ...OPTIONS, window: 250, side: 'short' }).models[0];
  expect(short.exceedances).toBe(long.exceedances);
  expect(short.kupiec).toEqual(long.kupiec);
  // A fall by half costs half, a rise that undoes it costs all.
  expect(short.margin.mean).toBeGreaterThan(long.margin.mean);
});

test('losses at the low are at least those at the close', () => {
  const bars = barsFrom(normalReturns('low', 1_000, 0.02));
  const low = bars.low.map((price, i) => (i % 10 === 0 ? 0.9 * price : price));
  const { models, tenPercentMoves } = backtest({ ...bars, low }, marginModels.slice(0, 1), { ...OPTIONS, window: 250 });
  const [{ exceedances, extremes }] = models;
  expect(extremes?.exceedances).toBeGreaterThan(exceedances + 50);
  expect(tenPercentMoves.extremes).toBeGreaterThan(tenPercentMoves.closes);
  expect(backtest({ ...bars, ranged: false }, marginModels.slice(0, 1), { ...OPTIONS, window: 250 }).models[0].extremes).toBeNull();
});
