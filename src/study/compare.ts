// The same seeds under different rules. Arms share every draw (streams are named by actor and purpose), so they are
// compared pair by pair, and what the pairing gained is reported: the correlation between the arms.

// oxlint-disable-next-line sandpile/no-clocks -- what is computed does not depend on when
import { setImmediate } from 'node:timers/promises';
import { createSimulation } from '../simulation/simulation.ts';
import { readConfig } from '../simulation/scenario-reader.ts';
import type { Headline } from '../simulation/metrics.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { correlation, estimate, signTest, type Estimate } from './statistics.ts';

export interface CompareOptions {
  readonly seeds: readonly string[];
  /** Paths and the values each takes, as for `--set`; every combination is an arm, the first values first. */
  readonly vary: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

export interface StudyRun {
  /** Position in `arms`. */
  readonly arm: number;
  readonly seed: string;
  readonly digest: string;
  readonly headline: Headline;
}

/** One arm against the first, seed by seed. */
export interface Difference {
  /** Position in `arms`, from 1: the arm less the first arm. */
  readonly arm: number;
  /** A path into the headline, such as `cascades.branchingRatio`; amounts of money are numbers here. */
  readonly metric: string;
  readonly difference: Estimate;
  /** Seeds where the arm has more, less, the same. */
  readonly more: number;
  readonly less: number;
  readonly same: number;
  /** Two-sided sign test of more against less. */
  readonly p: number;
  /** Between the two arms over the seeds; null where one does not vary. */
  readonly correlation: number | null;
}

export interface Study {
  readonly scenario: string;
  readonly seeds: readonly string[];
  /** What each arm sets. */
  readonly arms: readonly Readonly<Record<string, string>>[];
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
export async function compare(scenario: Scenario, options: CompareOptions): Promise<Study> {
  const arms = combinations(options.vary);
  const scenarios = arms.map((arm) =>
    readConfig(scenario.config, scenario.file, { set: Object.entries(arm).map(([path, value]) => `${path}=${value}`) }),
  );
  const runs: StudyRun[] = [];
  for (const [arm, changed] of scenarios.entries()) {
    for (const seed of options.seeds) {
      const { manifest, headline } = createSimulation(changed, { seed }).runToEnd();
      runs.push({ arm, seed, digest: manifest.digest, headline });
      // A turn of the event loop a run, so that whoever waits for the study can show how far it is.
      await setImmediate();
    }
  }
  return { scenario: scenario.name, seeds: options.seeds, arms, runs, ...summarise(arms.length, runs) };
}

function combinations(vary: CompareOptions['vary']): Readonly<Record<string, string>>[] {
  let arms: Readonly<Record<string, string>>[] = [{}];
  for (const [path, values] of Object.entries(vary))
    arms = arms.flatMap((arm) => values.map((value) => ({ ...arm, [path]: String(value) })));
  return arms;
}

function summarise(arms: number, runs: readonly StudyRun[]): Pick<Study, 'means' | 'differences'> {
  const metrics = runs.map(({ arm, headline }) => ({ arm, values: numbersOf(headline) }));
  const names = new Set(metrics.flatMap(({ values }) => [...values.keys()]));
  const means: Record<string, Estimate[]> = {};
  const differences: Difference[] = [];
  for (const metric of names) {
    const byArm = Array.from({ length: arms }, (_, arm) =>
      metrics.filter((run) => run.arm === arm).map(({ values }) => values.get(metric)),
    );
    means[metric] = byArm.map((values) => estimate(values.filter((value) => value !== undefined)));
    for (let arm = 1; arm < arms; arm++) differences.push(difference(arm, metric, byArm[0], byArm[arm]));
  }
  return { means, differences };
}

function difference(
  arm: number,
  metric: string,
  first: readonly (number | undefined)[],
  other: readonly (number | undefined)[],
): Difference {
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
  return {
    arm,
    metric,
    difference: estimate(gaps),
    more,
    less,
    same: gaps.length - more - less,
    p: signTest(more, less),
    correlation: correlation(a, b),
  };
}

/** Every number of a headline by its path; amounts of money are decimal strings there. */
function numbersOf(headline: Headline): Map<string, number> {
  const numbers = new Map<string, number>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') numbers.set(path, value);
    else if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) numbers.set(path, Number(value));
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
    }
  };
  walk(headline, '');
  return numbers;
}
