// What a user may import, and nothing else.

import { readScenarioFile, type ReadOptions } from './simulation/scenario-reader.ts';
import type { Scenario } from './simulation/scenario.ts';

/** Reads a scenario and what it names. Rejects with a ConfigError that lists everything that is wrong, each with its place. */
export async function loadScenario(file: string, options?: Pick<ReadOptions, 'seed' | 'set'>): Promise<Scenario> {
  return readScenarioFile(file, options);
}

export { createSimulation, restoreSimulation, type Simulation, type SimulationOptions } from './simulation/simulation.ts';
export { decodeCheckpoint, encodeCheckpoint } from './simulation/checkpoint-file.ts';
export { bytesOf, CheckpointMismatch, type Checkpoint, type RuleChange } from './simulation/checkpoint.ts';
export { compare, seeds, type CompareOptions, type Difference, type Study, type StudyRun } from './study/compare.ts';
export { reverseStress, type Stress, type StressOptions, type StressPoint } from './study/stress.ts';
export { STRESSES, stressArms } from './study/stress-scenarios.ts';
export { correlation, estimate, holm, median, signTest, tTest, type Estimate } from './study/statistics.ts';
export { backtest, walkForward, type BacktestOptions, type BacktestResult, type ModelResult } from './study/backtest.ts';
export { acceptedExceedances, baselCutoffs, baselZone, christoffersen, kupiec, kupiecSize } from './study/backtest-coverage.ts';
export { marginModels, type ForecastWalk, type MarginModel, type ModelSettings } from './study/backtest-models.ts';
export { acerbiSzekely, type Forecast } from './study/backtest-shortfall.ts';
export { readPriceBars, type PriceBars, type PriceBarsOptions } from './study/price-bars.ts';
export { calibrate, type Calibration } from './study/calibrate.ts';
export { isKnownRelatively, pairingGain, replicationsFor } from './study/replications.ts';
export { morrisEffects, morrisGrid, morrisTrajectories, sobolDesign, sobolIndices } from './study/sensitivity.ts';
export { EwmaVolatility } from './estimators/ewma-volatility.ts';
export { fitPeaksOverThreshold, peaksRisk } from './estimators/extreme-value.ts';
export { ewmaFilter, filteredHistoricalRisk } from './estimators/filtered-historical.ts';
export { fitGarch, garchFilter, garchForecast, garchForecastSum, type GarchParameters } from './estimators/garch.ts';
export { garmanKlassVariance, parkinsonVariance, rogersSatchellVariance, yangZhangVariance } from './estimators/range-volatility.ts';
export { black76, type OptionTerms, type OptionValue } from './options/black-76.ts';
export { scanRisk, spanScenarios, type Holding, type Scan, type ScanRisk } from './options/scenario-matrix.ts';
export { doubleOf, pcg32, splitMix64, xoshiro256, type Words } from './base/generators.ts';
export { historicalRisk, normalRisk, studentRisk, type TailRisk } from './estimators/tail-risk.ts';
export { ConfigError, type ProblemRecord } from './simulation/config-error.ts';
export { cascadesOf, type Cascade, type CascadeSummary } from './simulation/cascades.ts';
export type { Scenario } from './simulation/scenario.ts';
export type { Headline } from './simulation/metrics.ts';
export type { Manifest } from './simulation/manifest.ts';
export type { InvariantResult } from './simulation/invariants.ts';
export type { Minute, TurningPoint } from './simulation/timeline.ts';
export { MESSAGES, REASONS, Type, type Envelope, type MessageName, type MessageObject } from './messages.ts';
export * from './base/units.ts';
