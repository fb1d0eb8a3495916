// A margin model against real prices: walked forward bar by bar, seeing only what lay behind, and judged by the losses that
// came. A margin is a fraction of the price, here as it would be charged on a position opened at the last close.

import { assert } from '../base/assert.ts';
import { expm1, ln } from '../base/math.ts';
import { createRng } from '../base/random.ts';
import { largestRise, peakToTrough, type Rise } from '../estimators/procyclicality.ts';
import { binomialCdf } from '../estimators/probability.ts';
import {
  acceptedExceedances,
  baselCutoffs,
  baselPlusFactor,
  baselZone,
  christoffersen,
  christoffersenSizes,
  kupiec,
  kupiecExact,
  kupiecSize,
  type TestResult,
  type Transitions,
  type Zone,
} from './backtest-coverage.ts';
import type { MarginModel, ModelSettings } from './backtest-models.ts';
import { remedied, type Remedy } from './backtest-remedies.ts';
import { regimesOf, regimeResults, type RegimeResult } from './backtest-regimes.ts';
import { acerbiSzekely, shortfallSignificance, type Forecast } from './backtest-shortfall.ts';
import type { PriceBars } from './price-bars.ts';

export type PositionSide = 'long' | 'short';

export interface BacktestOptions extends ModelSettings {
  readonly side: PositionSide;
  /** What models say is multiplied by it: 0.5 makes them wrong on purpose. */
  readonly volatilityScale: number;
  /** Every model is also judged under each of these. */
  readonly remedies?: readonly Remedy[];
}

/** A test with what it nominally and really does. */
export interface SizedTest extends TestResult {
  /** How often it rejects a right model at 5 % nominal, for so many observations: exact. */
  readonly exactSize: number;
}

export interface Severity {
  /** Loss over margin, of the exceedances: 1 is a loss that the margin just met. Null without any. */
  readonly mean: number | null;
  readonly worst: number | null;
  /** Opening instant of the worst bar, micros since 1970. */
  readonly worstAt: number | null;
  /** Sum of losses beyond the margin, as fractions of the price. */
  readonly uncovered: number;
}

export interface ModelResult {
  /** A kind, or a kind and its remedy: `ewma+floor`. */
  readonly model: string;
  readonly observations: number;
  readonly exceedances: number;
  readonly expected: number;
  readonly kupiec: SizedTest & {
    /** Exact, from the binomial. */
    readonly exactP: number;
    readonly accepted: readonly [least: number, most: number] | null;
  };
  /** Independence: whether exceedances follow each other. */
  readonly christoffersen: SizedTest & { readonly transitions: Transitions };
  /** Kupiec and independence at once. */
  readonly conditionalCoverage: SizedTest;
  readonly zone: Zone;
  readonly basel: {
    /** Probability of at most so many exceedances under a right model. */
    readonly cumulative: number;
    readonly yellowFrom: number;
    readonly redFrom: number;
    /** The regulation's own window: the last 250 observations; null for fewer, or another confidence than 99 %. */
    readonly last250: { readonly exceedances: number; readonly zone: Zone; readonly plusFactor: number } | null;
  };
  readonly shortfall: TestResult & { readonly draws: number };
  /** The same margins against the worst price inside each bar; null where the prices have no range. */
  readonly extremes: { readonly exceedances: number; readonly kupiec: TestResult; readonly zone: Zone; readonly severity: Severity } | null;
  readonly severity: Severity;
  readonly regimes: readonly RegimeResult[];
  readonly margin: { readonly mean: number; readonly least: number; readonly most: number; readonly last: number };
  readonly procyclicality: {
    readonly peakToTrough: number;
    /** Largest absolute rise of the margin over five bars, as a fraction of the price. */
    readonly maxRise: number;
    readonly rises: Readonly<Record<'1' | '5' | '30', Rise>>;
  };
}

export interface BacktestSeries {
  /** Opening instants of the judged bars, micros since 1970. */
  readonly at: Float64Array;
  /** Losses from close to close, as fractions of the price; below 0 are gains. */
  readonly losses: Float64Array;
  /** Losses from the close before to the worst price of the bar. */
  readonly extremeLosses: Float64Array;
  /** Margins by model, as fractions of the price. */
  readonly margins: readonly { readonly model: string; readonly margins: Float64Array }[];
}

export interface BacktestResult {
  readonly models: readonly ModelResult[];
  readonly series: BacktestSeries;
  /** How often the price moved against the position by at least 10 % in a bar, at the close and at the worst price. */
  readonly tenPercentMoves: { readonly closes: number; readonly extremes: number };
}

/** Nominal level of the tests. */
const LEVEL = 0.05;
/** Histories drawn for the test of expected shortfall: fewer where each is long. */
function drawsFor(expected: number): number {
  return Math.min(2_000, Math.max(200, Math.round(300_000 / expected)));
}

/** A logarithmic loss as a fraction of the price. */
function asFraction(loss: number, side: PositionSide): number {
  return side === 'long' ? -expm1(-loss) : expm1(loss);
}

/** Runs the models over the bars; `bars` must be longer than the window by at least two. */
export function backtest(bars: PriceBars, models: readonly MarginModel[], options: BacktestOptions): BacktestResult {
  const { side, window, confidence } = options;
  const { close } = bars;
  const sign = side === 'long' ? -1 : 1;
  const losses = new Float64Array(close.length - 1);
  const extremes = new Float64Array(close.length - 1);
  const worst = side === 'long' ? bars.low : bars.high;
  for (let i = 1; i < close.length; i++) {
    losses[i - 1] = sign * ln(close[i] / close[i - 1]);
    extremes[i - 1] = sign * ln(worst[i] / close[i - 1]);
  }
  assert(losses.length > window, `a backtest: ${losses.length} returns, a window of ${window}`);
  const judged: Judged = {
    at: bars.at.subarray(1 + window),
    losses: losses.subarray(window),
    extremes: bars.ranged ? extremes.subarray(window) : null,
    side,
    confidence,
    sizes: sizesOf(losses.length - window, 1 - confidence),
    regimes: regimesOf(losses, bars.at.subarray(1), window),
  };
  const results = models.flatMap((model) => {
    const forecasts = walkForward(model, losses, options);
    const under = (remedy: Remedy) => judge(`${model.kind}+${remedy}`, remedied(forecasts, remedy, losses, window, confidence), judged);
    return [judge(model.kind, forecasts, judged), ...(options.remedies ?? []).map(under)];
  });
  const fractions = (values: Float64Array): Float64Array => values.map((loss) => asFraction(loss, side));
  const tenth = (values: Float64Array): number => values.filter((loss) => asFraction(loss, side) >= 0.1).length;
  return {
    models: results.map(({ result }) => result),
    series: {
      at: judged.at,
      losses: fractions(judged.losses),
      extremeLosses: fractions(extremes.subarray(window)),
      margins: results.map(({ result, margins }) => ({ model: result.model, margins })),
    },
    tenPercentMoves: { closes: tenth(losses), extremes: tenth(extremes) },
  };
}

/** Where a model sees no losses at all, as after a year of nothing but gains, a basis point is charged all the same. */
const LEAST_MARGIN = 1e-4;

/** One forecast for every loss after the first `window`, each from the losses before it alone. */
export function walkForward(
  model: MarginModel,
  losses: Float64Array,
  options: ModelSettings & Pick<BacktestOptions, 'volatilityScale'>,
): Forecast[] {
  const { volatilityScale: scale, window } = options;
  const forecast = model.start(options);
  return Array.from({ length: losses.length - window }, (_, i) => {
    const { valueAtRisk, expectedShortfall, tail } = forecast(losses.subarray(0, window + i));
    assert(!Number.isNaN(valueAtRisk + expectedShortfall), () => `${model.kind}: no forecast of loss ${window + i}`);
    return {
      valueAtRisk: Math.max(LEAST_MARGIN, scale * valueAtRisk),
      expectedShortfall: Math.max(LEAST_MARGIN, scale * expectedShortfall),
      tail: (share) => scale * tail(share),
    };
  });
}

interface Sizes {
  readonly kupiec: number;
  readonly independence: number;
  readonly conditionalCoverage: number;
}

function sizesOf(observations: number, probability: number): Sizes {
  return { kupiec: kupiecSize(observations, probability, LEVEL), ...christoffersenSizes(observations, probability, LEVEL) };
}

interface Judged {
  readonly at: Float64Array;
  readonly losses: Float64Array;
  readonly extremes: Float64Array | null;
  readonly side: PositionSide;
  readonly confidence: number;
  readonly sizes: Sizes;
  readonly regimes: ReturnType<typeof regimesOf>;
}

function judge(
  model: string,
  forecasts: readonly Forecast[],
  judged: Judged,
): { readonly result: ModelResult; readonly margins: Float64Array } {
  const { losses, extremes, confidence, sizes, side, at } = judged;
  // As people write it: 1 − 0.99 in doubles is not 0.01.
  const probability = Number((1 - confidence).toPrecision(12));
  const n = losses.length;
  const hits = Uint8Array.from(losses, (loss, i) => (loss > forecasts[i].valueAtRisk ? 1 : 0));
  const exceedances = count(hits);
  const markov = christoffersen(hits, probability);
  const ratios = forecasts.flatMap(({ expectedShortfall }, i) => (hits[i] ? [losses[i] / expectedShortfall] : []));
  const statistic = acerbiSzekely(ratios, n, probability);
  const draws = drawsFor(n * probability);
  const rng = createRng(`backtest/${model}/shortfall`);
  const margins = Float64Array.from(forecasts, ({ valueAtRisk }) => asFraction(valueAtRisk, side));
  const severityOf = (values: Float64Array): Severity => severity(values, margins, at, side);
  const ofExtremes = extremes === null ? null : count(Uint8Array.from(extremes, (loss, i) => (loss > forecasts[i].valueAtRisk ? 1 : 0)));
  const rises = { '1': largestRise(margins, 1), '5': largestRise(margins, 5), '30': largestRise(margins, 30) };
  const result: ModelResult = {
    model,
    observations: n,
    exceedances,
    expected: n * probability,
    kupiec: {
      ...kupiec(exceedances, n, probability),
      exactP: kupiecExact(exceedances, n, probability),
      exactSize: sizes.kupiec,
      accepted: acceptedExceedances(n, probability, LEVEL),
    },
    christoffersen: { ...markov.independence, exactSize: sizes.independence, transitions: markov.transitions },
    conditionalCoverage: { ...markov.conditionalCoverage, exactSize: sizes.conditionalCoverage },
    zone: baselZone(exceedances, n, probability),
    basel: {
      cumulative: binomialCdf(exceedances, n, probability),
      ...baselCutoffs(n, probability),
      last250: last250(hits, probability),
    },
    shortfall: { statistic, p: shortfallSignificance(statistic, forecasts, probability, rng, draws), draws },
    extremes:
      extremes === null || ofExtremes === null
        ? null
        : {
            exceedances: ofExtremes,
            kupiec: kupiec(ofExtremes, n, probability),
            zone: baselZone(ofExtremes, n, probability),
            severity: severityOf(extremes),
          },
    severity: severityOf(losses),
    regimes: regimeResults(judged.regimes, hits, probability),
    margin: {
      mean: mean(margins),
      least: margins.reduce((a, b) => Math.min(a, b)),
      most: margins.reduce((a, b) => Math.max(a, b)),
      last: margins[n - 1],
    },
    procyclicality: { peakToTrough: peakToTrough(margins), maxRise: rises['5'].absolute, rises },
  };
  return { result, margins };
}

function last250(hits: Uint8Array, probability: number): ModelResult['basel']['last250'] {
  if (hits.length < 250 || Math.abs(probability - 0.01) > 1e-12) return null;
  const exceedances = count(hits.subarray(-250));
  return { exceedances, zone: baselZone(exceedances, 250, probability), plusFactor: baselPlusFactor(exceedances) };
}

function severity(losses: Float64Array, margins: Float64Array, at: Float64Array, side: PositionSide): Severity {
  let number = 0;
  let total = 0;
  let worst = 0;
  let worstAt: number | null = null;
  let uncovered = 0;
  for (let i = 0; i < losses.length; i++) {
    const loss = asFraction(losses[i], side);
    if (loss <= margins[i]) continue;
    number++;
    total += loss / margins[i];
    uncovered += loss - margins[i];
    if (loss / margins[i] > worst) {
      worst = loss / margins[i];
      worstAt = at[i];
    }
  }
  return { mean: number === 0 ? null : total / number, worst: number === 0 ? null : worst, worstAt, uncovered };
}

function count(hits: Uint8Array): number {
  let total = 0;
  for (const hit of hits) total += hit;
  return total;
}

function mean(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}
