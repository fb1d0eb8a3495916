// The same seeds under different rules. Arms share every draw (streams are named by actor and purpose), so they are
// compared pair by pair, and what the pairing gained is reported: the correlation between the arms.

// oxlint-disable-next-line sandpile/no-clocks -- what is computed does not depend on when
import { setImmediate } from 'node:timers/promises';
import { brokenNames } from '../simulation/invariants.ts';
import { createSimulation, type Simulation } from '../simulation/simulation.ts';
import { readConfig } from '../simulation/scenario-reader.ts';
import type { Headline } from '../simulation/metrics.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { aftermathOf, type Aftermath } from './aftermath.ts';
import { bootstrapInterval, correlation, estimate, holm, signTest, tTest, type Estimate } from './statistics.ts';

export interface CompareOptions {
  readonly seeds: readonly string[];
  /** Paths and the values each takes, as for `--set`; every combination is an arm, the first values first. */
  readonly vary?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** Instead of `vary`: what each arm sets, by its name, the one that the others are compared with first. */
  readonly arms?: ReadonlyMap<string, Arm>;
  /** Outcomes that are sums of others, such as `profit.retail + fund.end - unfinished.cost`. */
  readonly sums?: readonly string[];
  /** Called after every run; `done` of `total`. */
  readonly onRun?: (run: StudyRun, done: number, total: number) => void;
  /** Called between runs; may throw to end the study. */
  readonly breathe?: () => Promise<void>;
}

/** Paths and their values, as for `--set`. */
export type Arm = Readonly<Record<string, string>>;

export interface StudyRun {
  /** Position in `arms`. */
  readonly arm: number;
  readonly seed: string;
  readonly digest: string;
  readonly headline: Headline;
  readonly aftermath: Aftermath;
  /** The invariants that broke, each once: none, or the run proves nothing. */
  readonly broken: readonly string[];
}

/** One arm against the first, seed by seed. */
export interface Difference {
  /** Position in `arms`, from 1: the arm less the first arm. */
  readonly arm: number;
  /** A path into the headline, such as `cascades.branchingRatio`; amounts of money are numbers here. */
  readonly metric: string;
  readonly difference: Estimate;
  /** Of the mean difference, by resampling seeds; at 95 %. */
  readonly bootstrap: readonly [low: number, high: number];
  /** Seeds where the arm has more, less, the same. */
  readonly more: number;
  readonly less: number;
  readonly same: number;
  /** Two-sided sign test of more against less. */
  readonly p: number;
  /** Paired t-test, two-sided; and the same corrected for as many comparisons of this outcome as there are arms but the first. */
  readonly t: number;
  readonly holm: number;
  /** Between the two arms over the seeds; null where one does not vary. */
  readonly correlation: number | null;
}

export interface Study {
  readonly scenario: string;
  readonly seeds: readonly string[];
  /** What each arm sets, and what it is called. */
  readonly arms: readonly Arm[];
  readonly names: readonly string[];
  /** Arm by arm, seed by seed. */
  readonly runs: readonly StudyRun[];
  /** For every metric, the arms' means in their order. */
  readonly means: Readonly<Record<string, readonly Estimate[]>>;
  readonly differences: readonly Difference[];
}

/** `first` to `last`, both included, as the strings that seeds are. */
export function seeds(first: number, last: number): string[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => String(first + i));
}

/** Runs every arm on every seed. Throws a ConfigError, before the first run, if a path or a value is wrong. */
export async function compare(
  scenario: Scenario,
  { seeds: all, vary = {}, arms, sums = [], onRun, breathe }: CompareOptions,
): Promise<Study> {
  const named = arms === undefined ? combinations(vary) : [...arms.values()];
  const names = arms === undefined ? named.map(nameOf) : [...arms.keys()];
  const scenarios = named.map((arm) => armOf(scenario, arm));
  const runs: StudyRun[] = [];
  for (const [arm, changed] of scenarios.entries()) {
    for (const seed of all) {
      const simulation = createSimulation(changed, { seed });
      const { manifest, headline } = simulation.runToEnd();
      const broken = brokenNames(manifest.invariants);
      const run = { arm, seed, digest: manifest.digest, headline, aftermath: aftermathNow(simulation), broken };
      runs.push(run);
      onRun?.(run, runs.length, scenarios.length * all.length);
      // A turn of the event loop a run, so that whoever waits for the study can show how far it is.
      await (breathe ?? setImmediate)();
    }
  }
  return { scenario: scenario.name, seeds: all, arms: named, names, runs, ...summarise(named.length, runs, sums) };
}

function aftermathNow({ market, cases, scenario }: Simulation): Aftermath {
  const worksOff = (account: number) => account === market.fundAccount || market.pools.has(account) || market.volunteers.has(account);
  return aftermathOf({ market, cases, worksOff, unit: scenario.settlement.unit });
}

/** The paths of all outcomes that a run of the scenario has; nothing is run. */
function outcomesOf(scenario: Scenario): string[] {
  const simulation = createSimulation(scenario);
  return [...numbersOf({ ...simulation.headline(), ...aftermathNow(simulation) }).keys()];
}

/** Of the metrics, and of the parts of those that are sums, what no arm has an outcome for; and all that there are, if so. */
export function unknownOutcomes(
  metrics: readonly string[],
  scenario: Scenario,
  arms: Iterable<Arm>,
): { readonly wrong: readonly string[]; readonly known: readonly string[] } {
  let wrong = [...new Set(metrics.flatMap((metric) => termsOf(metric).map(({ path }) => path)))];
  const known = new Set<string>();
  for (const arm of arms) {
    for (const outcome of outcomesOf(armOf(scenario, arm))) known.add(outcome);
    wrong = wrong.filter((metric) => !known.has(metric));
    if (wrong.length === 0) break;
  }
  return { wrong, known: [...known] };
}

/** The scenario as an arm changes it. Throws a ConfigError. */
export function armOf(scenario: Scenario, arm: Arm): Scenario {
  return readConfig(scenario.config, scenario.file, { set: Object.entries(arm).map(([path, value]) => `${path}=${value}`) });
}

function combinations(vary: NonNullable<CompareOptions['vary']>): Arm[] {
  let arms: Arm[] = [{}];
  for (const [path, values] of Object.entries(vary))
    arms = arms.flatMap((arm) => values.map((value) => ({ ...arm, [path]: String(value) })));
  return arms;
}

/** Its values; with a path where that alone says nothing. */
function nameOf(arm: Arm): string {
  const entries = Object.entries(arm);
  if (entries.length === 0) return 'as it is';
  return entries
    .map(([path, value]) => (/^[a-z][a-z-]*$/.test(value) && value !== 'true' && value !== 'false' ? value : `${path}=${value}`))
    .join(' ');
}

function summarise(arms: number, runs: readonly StudyRun[], sums: readonly string[]): Pick<Study, 'means' | 'differences'> {
  const metrics = runs.map(({ arm, headline, aftermath }) => ({ arm, values: withSums(numbersOf({ ...headline, ...aftermath }), sums) }));
  const names = new Set(metrics.flatMap(({ values }) => [...values.keys()]));
  const means: Record<string, Estimate[]> = {};
  const differences: Difference[] = [];
  for (const metric of names) {
    const byArm = Array.from({ length: arms }, (_, arm) =>
      metrics.filter((run) => run.arm === arm).map(({ values }) => values.get(metric)),
    );
    means[metric] = byArm.map((values) => estimate(values.filter((value) => value !== undefined)));
    const rows = byArm.slice(1).map((values, i) => difference(i + 1, metric, byArm[0], values));
    const corrected = holm(rows.map(({ t }) => t));
    differences.push(...rows.map((row, i) => ({ ...row, holm: corrected[i] })));
  }
  return { means, differences };
}

function difference(
  arm: number,
  metric: string,
  first: readonly (number | undefined)[],
  other: readonly (number | undefined)[],
): Omit<Difference, 'holm'> {
  const a: number[] = [];
  const b: number[] = [];
  other.forEach((value, i) => {
    const base = first[i];
    if (value === undefined || base === undefined) return;
    a.push(base);
    b.push(value);
  });
  const gaps = b.map((value, i) => value - a[i]);
  const more = gaps.filter((gap) => gap > 0).length;
  const less = gaps.filter((gap) => gap < 0).length;
  const mean = estimate(gaps);
  return {
    arm,
    metric,
    difference: mean,
    bootstrap: bootstrapInterval(gaps, metric),
    more,
    less,
    same: gaps.length - more - less,
    p: signTest(more, less),
    t: tTest(mean),
    correlation: correlation(a, b),
  };
}

function withSums(values: Map<string, number | undefined>, sums: readonly string[]): Map<string, number | undefined> {
  for (const sum of sums) {
    const parts = termsOf(sum).map(({ path, sign }) => ({ sign, value: values.get(path) }));
    let total = 0;
    for (const { sign, value } of parts) total += sign * (value ?? NaN);
    if (!Number.isNaN(total)) values.set(sum, total);
  }
  return values;
}

/** `a + b - c`, each with its sign. A minus stands between spaces, for paths may hold a hyphen. */
export function termsOf(sum: string): { readonly path: string; readonly sign: 1 | -1 }[] {
  const words = sum
    .trim()
    .split(/\s*(\+)\s*|\s+(-)\s+/)
    .filter((word) => word !== undefined);
  return words.map((path, i) => ({ path, sign: words[i - 1] === '-' ? (-1 as const) : (1 as const) })).filter((_, i) => i % 2 === 0);
}

/** Every number of what a run came to by its path; amounts of money are decimal strings there, and null is a number that it has not. */
function numbersOf(headline: object): Map<string, number | undefined> {
  const numbers = new Map<string, number | undefined>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') numbers.set(path, value);
    else if (value === null) numbers.set(path, undefined);
    else if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) numbers.set(path, Number(value));
    else if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value as object)) walk(inner, path === '' ? key : `${path}.${key}`);
    }
  };
  walk(headline, '');
  return numbers;
}
