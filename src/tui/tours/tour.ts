// A lesson as a teacher writes it: a scenario, what is told when, a question, and something to try. Read as scenarios are:
// all that is wrong is reported at once, with its place.

import { readFileSync } from 'node:fs';
import { ConfigError, nearest, type Place, type Problem } from '../../simulation/config-error.ts';
import { readScenarioFile, withInterventions } from '../../simulation/scenario-reader.ts';
import type { Config, Scenario } from '../../simulation/scenario.ts';
import { describe, parseTree, type Entry, type MapTree, type Tree } from '../../simulation/tree.ts';
import { PANELS, type Panel } from '../frame.ts';
import { CONDITION_HINT, conditionOf, type Condition } from './condition.ts';
import { FIGURES, unknownFigures } from './figures.ts';

export interface Telling {
  readonly when: Condition;
  readonly say: string;
  /** The panel that is shown alone, none for all. */
  readonly show: Panel | undefined;
  /** Follows the account that was called or liquidated last. */
  readonly follow: 'called' | 'liquidated' | 'nobody' | undefined;
  /** Simulated seconds a second until the next telling; left to itself without. */
  readonly speed: number | undefined;
  /** The future that `try` asks about begins here. */
  readonly branch: boolean;
}

export interface Tour {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly scenario: Scenario;
  readonly tellings: readonly Telling[];
  readonly question: string;
  /** One after the other, each from the same moment. */
  readonly attempts: readonly Attempt[];
}

/** What is changed, and what is said about it before and after. */
export interface Attempt {
  readonly say: string;
  readonly change: Readonly<Record<string, Config>>;
  readonly after: string;
}

export interface TourOptions {
  readonly seed?: string;
  /** The file of a scenario that a tour names. */
  readonly scenarioPath: (name: string) => string;
}

const KEYS = ['name', 'title', 'scenario', 'seed', 'set', 'steps', 'question', 'try'];
const STEP_KEYS = ['when', 'say', 'show', 'follow', 'speed', 'branch'];
const TRY_KEYS = ['say', 'change', 'after'];
const FOLLOWS = ['called', 'liquidated', 'nobody'] as const;

/** Whether a file's text is that of a tour. */
export function isTour(text: string): boolean {
  return /^steps:/m.test(text) && /^scenario:/m.test(text);
}

/** Throws a ConfigError with everything that is wrong. */
export function readTour(file: string, { seed, scenarioPath }: TourOptions): Tour {
  const problems: Problem[] = [];
  const tree = parseTree({ file, text: textOf(file) }, problems);
  if (tree?.type !== 'map') throw new ConfigError(tree === undefined ? problems : [{ place: tree.place, message: 'expected a tour' }]);
  const reader = new Reader(problems);
  reader.known(tree, KEYS);
  const name = reader.text(tree, 'name');
  const scenarioName = reader.text(tree, 'scenario');
  const set = reader.texts(tree, 'set');
  const written = seed ?? reader.optional(tree, 'seed');
  let scenario: Scenario | undefined;
  try {
    if (scenarioName !== '')
      scenario = readScenarioFile(scenarioPath(scenarioName), { set, ...(written === undefined ? {} : { seed: written }) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const place = tree.entries.get('scenario')?.tree.place ?? tree.place;
    for (const { message, path } of error.problems) problems.push({ place, message: path === '' ? message : `${path}: ${message}` });
  }
  const run = scenario ?? { start: 0, duration: Number.MAX_SAFE_INTEGER };
  const tellings = reader.maps(tree, 'steps').map((step) => telling(reader, step, run));
  const tries = reader.oneOrMore(tree, 'try');
  const attempts = tries.map((attempt) => {
    reader.known(attempt, TRY_KEYS);
    return {
      say: reader.told(attempt, 'say'),
      change: reader.changes(attempt, 'change'),
      after: reader.told(attempt, 'after', true),
    };
  });
  const result = { name, title: reader.text(tree, 'title'), file, tellings, question: reader.told(tree, 'question'), attempts };
  if (scenario !== undefined) for (const [i, { change }] of attempts.entries()) canChange(scenario, change, tries[i], problems);
  if (tellings.length > 0 && !tellings.some(({ branch }) => branch)) {
    const place = tree.entries.get('steps')?.place ?? tree.place;
    problems.push({ place, message: 'no step has "branch: true": the future that "try" asks about must begin somewhere' });
  }
  if (problems.length > 0 || scenario === undefined) throw new ConfigError(problems);
  return { ...result, scenario };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const place: Place = { file, line: 1, column: 1, width: 1, source: '', path: '' };
    const isFolder = (error as { code?: string }).code === 'EISDIR';
    throw new ConfigError([{ place, message: isFolder ? 'is a folder, not a tour' : 'cannot read: no such file' }]);
  }
}

/** Whether the rules that are tried can change during a run. */
function canChange(scenario: Scenario, change: Attempt['change'], attempt: MapTree, problems: Problem[]): void {
  try {
    withInterventions(scenario, [{ at: 0, set: change }]);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const place = attempt.entries.get('change')?.tree.place ?? attempt.place;
    for (const { message } of error.problems) problems.push({ place, message });
  }
}

function telling(reader: Reader, step: MapTree, run: { readonly start: number; readonly duration: number }): Telling {
  reader.known(step, STEP_KEYS);
  const when = reader.text(step, 'when');
  const condition = when === '' ? undefined : conditionOf(when, run);
  if (when !== '' && condition === undefined)
    reader.fault(step.entries.get('when')!.tree.place, `"${when}" is no condition`, undefined, CONDITION_HINT);
  const speed = reader.optional(step, 'speed');
  if (speed !== undefined && !(Number(speed) >= 0.25 && Number(speed) <= 1_000))
    reader.fault(step.entries.get('speed')!.tree.place, `"${speed}" is no speed`, undefined, 'a number from 0.25 to 1000');
  return {
    when: condition ?? (() => true),
    say: reader.told(step, 'say'),
    show: reader.oneOf(step, 'show', PANELS),
    follow: reader.oneOf(step, 'follow', FOLLOWS),
    speed: speed === undefined ? undefined : Number(speed),
    branch: reader.oneOf(step, 'branch', ['true', 'false'] as const) === 'true',
  };
}

class Reader {
  readonly #problems: Problem[];

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  fault(place: Place, message: string, suggestion?: string, hint?: string): void {
    this.#problems.push({ place, message, suggestion, hint });
  }

  known(tree: MapTree, keys: readonly string[]): void {
    for (const [key, { place }] of tree.entries) {
      if (!keys.includes(key)) this.fault(place, `unknown key "${key}"`, nearest(key, keys), `possible here: ${keys.join(', ')}`);
    }
  }

  optional(tree: MapTree, key: string): string | undefined {
    const entry = tree.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.tree.type === 'scalar' && entry.tree.text !== '') return entry.tree.text.trim();
    this.fault(entry.tree.place, `expected text, found ${describe(entry.tree)}`);
    return undefined;
  }

  /** Must be there; '' when it is not. */
  text(tree: MapTree, key: string): string {
    if (!tree.entries.has(key)) this.fault(tree.place, `missing required key "${key}"`);
    return this.optional(tree, key) ?? '';
  }

  /** Sentences with numbers of the run in braces; `compared` ones may name those of the unchanged run too. */
  told(tree: MapTree, key: string, compared = false): string {
    const text = this.text(tree, key).replaceAll(/\s*\n\s*/g, ' ');
    const place = tree.entries.get(key)?.tree.place ?? tree.place;
    for (const name of unknownFigures(text, compared))
      this.fault(place, `{${name}} is no number of a run`, nearest(name, Object.keys(FIGURES)));
    return text;
  }

  oneOf<T extends string>(tree: MapTree, key: string, allowed: readonly T[]): T | undefined {
    const text = this.optional(tree, key);
    const found = allowed.find((candidate) => candidate === text);
    if (text !== undefined && found === undefined)
      this.fault(
        tree.entries.get(key)!.tree.place,
        `"${text}" is not possible here`,
        nearest(text, allowed),
        `one of ${allowed.join(', ')}`,
      );
    return found;
  }

  #list(tree: MapTree, key: string): readonly Tree[] {
    const entry = tree.entries.get(key);
    if (entry?.tree.type === 'list') return entry.tree.items;
    if (entry !== undefined) this.fault(entry.tree.place, `expected a list, found ${describe(entry.tree)}`);
    return [];
  }

  texts(tree: MapTree, key: string): string[] {
    return this.#list(tree, key).flatMap((item) => {
      if (item.type === 'scalar') return [item.text];
      this.fault(item.place, `expected path=value, found ${describe(item)}`);
      return [];
    });
  }

  maps(tree: MapTree, key: string): MapTree[] {
    const items = this.#list(tree, key);
    if (items.length === 0) this.fault(tree.entries.get(key)?.place ?? tree.place, `"${key}" needs at least one entry`);
    return items.flatMap((item) => {
      if (item.type === 'map') return [item];
      this.fault(item.place, `expected a map, found ${describe(item)}`);
      return [];
    });
  }

  /** A map, or a list of maps. */
  oneOrMore(tree: MapTree, key: string): MapTree[] {
    if (tree.entries.get(key)?.tree.type === 'list') return this.maps(tree, key);
    const only = this.map(tree, key);
    return only === undefined ? [] : [only];
  }

  map(tree: MapTree, key: string): MapTree | undefined {
    const entry: Entry | undefined = tree.entries.get(key);
    if (entry?.tree.type === 'map') return entry.tree;
    this.fault(
      entry?.tree.place ?? tree.place,
      entry === undefined ? `missing required key "${key}"` : `expected a map, found ${describe(entry.tree)}`,
    );
    return undefined;
  }

  /** Paths and their new values. */
  changes(tree: MapTree, key: string): Record<string, Config> {
    const found = this.map(tree, key);
    const changes: Record<string, Config> = {};
    for (const [path, { tree: value }] of found?.entries ?? []) {
      if (value.type === 'scalar') changes[path] = value.text;
      else if (value.type === 'list' && value.items.every((item) => item.type === 'scalar'))
        changes[path] = value.items.map((item) => item.text);
      else if (value.type === 'list' && value.items.every((item) => item.type === 'map')) changes[path] = value.items.map(plainMap);
      else this.fault(value.place, `expected a value or a list of values or maps, found ${describe(value)}`);
    }
    return changes;
  }
}

/** A map of plain values, such as a breaker rule. */
function plainMap({ entries }: MapTree): Config {
  return Object.fromEntries([...entries].map(([key, { tree }]) => [key, tree.type === 'scalar' ? tree.text : null]));
}
