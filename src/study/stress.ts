// Reverse stress: how large must a shock be for something to break? The probability over seeds, value by value, because more
// is not always worse; then closer, between the values where it first reaches what was asked for.

// oxlint-disable-next-line sandpile/no-clocks -- what is computed does not depend on when
import { setImmediate } from 'node:timers/promises';
import { wilson } from '../simulation/cascades.ts';
import { brokenNames } from '../simulation/invariants.ts';
import type { Manifest } from '../simulation/manifest.ts';
import type { Headline } from '../simulation/metrics.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { createSimulation } from '../simulation/simulation.ts';
import { armOf } from './compare.ts';
import { parseCondition, type Condition } from './stress-condition.ts';
import { parseShock, type Shock } from './stress-shock.ts';

export interface StressOptions {
  /** `path=from..to:steps`; see `parseShock`. */
  readonly shock: string;
  /** `fund.low <= 0`; see `parseCondition`. */
  readonly find: string;
  /** Every value is tried on each: the draws are common to all values. */
  readonly seeds: readonly string[];
  /** The probability that is looked for, 0.5. */
  readonly probability?: number;
  /** How often the interval of the grid in which it is first reached is halved, 3. */
  readonly refine?: number;
  /** Called after every run; `total` grows when there is something to refine. */
  readonly onRun?: (done: number, total: number) => void;
  /** How a run is made, where not here: by a worker, say. */
  readonly simulate?: (scenario: Scenario, seed: string) => Outcome | Promise<Outcome>;
  /** Called between runs; may throw to end the search. */
  readonly breathe?: () => Promise<void>;
}

/** What of a run is looked at. */
interface Outcome {
  readonly headline: Headline;
  readonly manifest: { readonly invariants: Pick<Manifest['invariants'], 'broken'> };
}

/** What happened at one value. */
export interface StressPoint {
  readonly value: string;
  /** Seeds on which the condition was met, of so many. */
  readonly met: number;
  readonly runs: number;
  readonly probability: number;
  /** Wilson's, at 95 %. */
  readonly interval: readonly [low: number, high: number];
  /** Not of the grid, but found by halving. */
  readonly refined: boolean;
}

export interface Stress {
  readonly scenario: string;
  readonly path: string;
  readonly condition: string;
  readonly probability: number;
  readonly seeds: readonly string[];
  /** From the first value of the grid to the last. */
  readonly points: readonly StressPoint[];
  /** The first value where the wanted probability was reached, and the one before it (null: there is none); null if nowhere. */
  readonly smallest: { readonly at: string; readonly after: string | null } | null;
  /** The first value where the interval does not exclude the wanted probability, and the first where it lies above (or null). */
  readonly plausible: { readonly from: string; readonly to: string | null } | null;
  /** For each seed the first value that met the condition, null where none did. */
  readonly bySeed: readonly { readonly seed: string; readonly smallest: string | null }[];
  /** Seeds that met the condition at some value, and at a later one did not. */
  readonly reversals: readonly string[];
  readonly runs: number;
  /** Runs in which an invariant broke; their outcomes are counted, and worth nothing. */
  readonly broken: readonly { readonly value: string; readonly seed: string; readonly invariants: readonly string[] }[];
}

/**
 * The smallest shock that meets a condition. Throws a ConfigError before the first run if shock or condition are wrong; an
 * error within a run names value and seed. Cost: (steps + 1 + refine) × seeds runs.
 */
export async function reverseStress(scenario: Scenario, options: StressOptions): Promise<Stress> {
  const shock = parseShock(options.shock, scenario);
  const condition = parseCondition(options.find, createSimulation(scenario).headline());
  return new Search(scenario, shock, condition, options).run();
}

class Search {
  private readonly scenario: Scenario;
  private readonly shock: Shock;
  private readonly condition: Condition;
  private readonly options: StressOptions;
  private readonly probability: number;
  /** By value: seed by seed, whether the condition was met. */
  private readonly met = new Map<string, readonly boolean[]>();
  private readonly broken: { value: string; seed: string; invariants: readonly string[] }[] = [];
  private runs = 0;
  private total: number;

  constructor(scenario: Scenario, shock: Shock, condition: Condition, options: StressOptions) {
    this.scenario = scenario;
    this.shock = shock;
    this.condition = condition;
    this.options = options;
    this.probability = options.probability ?? 0.5;
    this.total = shock.values.length * options.seeds.length;
  }

  async run(): Promise<Stress> {
    for (const value of this.shock.values) await this.tryValue(value);
    await this.refine();
    const points = this.points();
    const reached = points.findIndex((point) => this.reaches(point));
    const first = points.find(({ interval }) => interval[1] >= this.probability);
    const { seeds } = this.options;
    const courses = seeds.map((_, i) => points.map(({ value }) => this.met.get(value)![i]));
    return {
      scenario: this.scenario.name,
      path: this.shock.path,
      condition: this.condition.text,
      probability: this.probability,
      seeds,
      points,
      smallest: reached < 0 ? null : { at: points[reached].value, after: points[reached - 1]?.value ?? null },
      plausible:
        first === undefined
          ? null
          : { from: first.value, to: points.find(({ interval }) => interval[0] >= this.probability)?.value ?? null },
      bySeed: seeds.map((seed, i) => ({ seed, smallest: points[courses[i].indexOf(true)]?.value ?? null })),
      reversals: seeds.filter((_, i) => courses[i].lastIndexOf(false) > courses[i].indexOf(true) && courses[i].includes(true)),
      runs: this.runs,
      broken: this.broken,
    };
  }

  private reaches({ met, probability }: StressPoint): boolean {
    // A probability of 0 % asks for any seed at all.
    return met > 0 && probability >= this.probability;
  }

  private async tryValue(value: string): Promise<void> {
    const { seeds, onRun, breathe } = this.options;
    const changed = armOf(this.scenario, { [this.shock.path]: value });
    const met: boolean[] = [];
    for (const seed of seeds) {
      met.push(this.condition.holds(await this.headline(changed, value, seed)));
      this.runs++;
      onRun?.(this.runs, this.total);
      // A turn of the event loop a run, so that whoever waits can show how far it is.
      await (breathe ?? setImmediate)();
    }
    this.met.set(value, met);
  }

  private async headline(scenario: Scenario, value: string, seed: string): Promise<Headline> {
    const { simulate = (one: Scenario, its: string) => createSimulation(one, { seed: its }).runToEnd() } = this.options;
    try {
      const { manifest, headline } = await simulate(scenario, seed);
      const invariants = brokenNames(manifest.invariants);
      if (invariants.length > 0) this.broken.push({ value, seed, invariants });
      return headline;
    } catch (error) {
      throw new Error(`${this.shock.path}=${value}, seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  /** Halves the interval before the first value that reaches the wanted probability, keeping the half that reaches it. */
  private async refine(): Promise<void> {
    for (let left = this.options.refine ?? 3; left > 0; left--) {
      const points = this.points();
      const reached = points.findIndex((point) => this.reaches(point));
      if (reached < 1) return;
      const middle = this.shock.between(points[reached - 1].value, points[reached].value);
      if (middle === null) return;
      this.total = this.runs + left * this.options.seeds.length;
      await this.tryValue(middle);
    }
  }

  private points(): StressPoint[] {
    const { shock } = this;
    const { values } = shock;
    const order = Math.sign(shock.numberOf(values.at(-1)!) - shock.numberOf(values[0]));
    return [...this.met]
      .toSorted(([a], [b]) => order * (shock.numberOf(a) - shock.numberOf(b)))
      .map(([value, seeds]) => {
        const met = seeds.filter(Boolean).length;
        const runs = seeds.length;
        return { value, met, runs, probability: met / runs, interval: wilson(met, runs), refined: !values.includes(value) };
      });
  }
}
