// A study as a file: a scenario, what its arms set, the seeds, and the outcome that was chosen before anything was run.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { file as fileParam, text } from '../base/params.ts';
import { ConfigError, nearest, type Place, type Problem } from '../simulation/config-error.ts';
import { readScenarioFile } from '../simulation/scenario-reader.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import { list, map, object, readShape, type Leaf } from '../simulation/shape.ts';
import { describe, isNothing, parseTree, type Entry, type Tree } from '../simulation/tree.ts';
import { armOf, seeds, termsOf, unknownOutcomes, type Arm } from './compare.ts';

export const PATH = { pattern: /^[a-z][\w.[\]-]*$/i, expected: 'a path as for --set, such as liquidation.policy.kind' };
const NAME = { pattern: /^[\w][\w .:/%+×-]*$/, expected: 'the name of an arm' };
const anything = { shape: 'any', doc: 'A value as for --set' } as const;
export const settings = (doc: string) => map(doc, PATH, anything);

/** What a study file may hold. */
export const STUDY = object('One scenario under several rules, on the same seeds', {
  name: text(undefined, 'What the study is called.'),
  scenario: fileParam(undefined, 'The scenario, relative to this file.'),
  set: settings('What all arms change in the scenario'),
  arms: map('What each arm sets, by its name; the others are compared with the first', NAME, settings('Paths and values, as for --set'), 1),
  seeds: text('1..20', 'Seeds, as first..last.'),
  primary: text(undefined, 'The outcome that decides, a path into the headline, chosen before the study was run.'),
  metrics: list('Further outcomes that are shown', text(undefined, 'A path into the headline.'), '[]'),
});

export interface StudyPlan {
  readonly name: string;
  readonly scenario: Scenario;
  readonly arms: ReadonlyMap<string, Arm>;
  readonly seeds: readonly string[];
  readonly primary: string;
  readonly metrics: readonly string[];
}

/** Reads a study and its scenario (`over`: as for --set, stronger than what the study sets), and tries what every arm sets. Throws a ConfigError with everything that is wrong. */
export function readStudyFile(path: string, over: readonly string[] = []): StudyPlan {
  const problems: Problem[] = [];
  const tree = readMap(path, problems);
  const { reading, config } = readShape(STUDY, tree, problems);
  const set = settingsOf((config as { set: Config }).set);
  const wanted = parseSeeds(wordOf(reading.seeds, '1..1'));
  if (wanted === undefined)
    problems.push({
      place: reading.seeds.place,
      message: `"${wordOf(reading.seeds)}" is not valid: expected seeds such as 1..20 or 7,9, each once`,
    });
  const scenario = scenarioOf(
    resolve(dirname(path), wordOf(reading.scenario, '')),
    reading.scenario.place,
    [...settingsText(set), ...over],
    problems,
  );
  const arms = new Map<string, Arm>();
  for (const [name, arm] of Object.entries((config as { arms: Record<string, Config> | null }).arms ?? {})) arms.set(name, settingsOf(arm));
  if (scenario !== undefined) for (const [name, arm] of arms) tryArm(scenario, name, arm, tree, problems);
  if (scenario !== undefined && problems.length === 0) tryOutcomes(scenario, arms, [reading.primary, ...reading.metrics], problems);
  if (problems.length > 0 || scenario === undefined) throw new ConfigError(problems);
  return {
    name: wordOf(reading.name),
    scenario,
    arms,
    seeds: wanted ?? [],
    primary: wordOf(reading.primary),
    metrics: reading.metrics.map((leaf) => wordOf(leaf)),
  };
}

/** What a file holds, if it is a map. Throws a ConfigError where it is none. */
export function readMap(path: string, problems: Problem[]): Tree {
  const top: Place = { file: path, line: 1, column: 1, width: 1, source: '', path: '' };
  const tree = parseTree({ file: path, text: contentOf(path, top) }, problems);
  if (tree?.type === 'map') return tree;
  throw new ConfigError(
    problems.length > 0
      ? problems
      : [{ place: top, message: `expected a map, found ${tree === undefined || isNothing(tree) ? 'nothing' : describe(tree)}` }],
  );
}

/** Whether a file is a study and no scenario: it has arms. */
export function isStudy(source: string): boolean {
  return /^arms:/m.test(source);
}

/** `1..20` or `7,9`; undefined for anything else, and for a seed that is there twice: its pairs would count twice. */
export function parseSeeds(written: string): string[] | undefined {
  const range = /^(\d{1,15})\.\.(\d{1,15})$/.exec(written.trim());
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    return last < first || last - first >= 1_000_000 ? undefined : seeds(first, last);
  }
  if (!/^[^\s,.]+(,[^\s,.]+)*$/.test(written.trim())) return undefined;
  const listed = written.trim().split(',');
  return new Set(listed).size === listed.length ? listed : undefined;
}

export const settingsText = (set: Arm): string[] => Object.entries(set).map(([key, value]) => `${key}=${value}`);

function contentOf(path: string, place: Place): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([{ place, message: 'cannot read: no such file' }]);
  }
}

export function scenarioOf(path: string, place: Place, set: readonly string[], problems: Problem[]): Scenario | undefined {
  try {
    return readScenarioFile(path, { set });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { message, file, line, suggestion } of error.problems)
      problems.push({ place, message: `${file}:${line}: ${message}`, suggestion: suggestion ?? undefined });
    return undefined;
  }
}

function tryArm(scenario: Scenario, name: string, arm: Arm, tree: Tree, problems: Problem[]): void {
  // Later settings build on earlier ones, if those are right.
  let fine: Arm = {};
  for (const [path, value] of Object.entries(arm)) {
    try {
      armOf(scenario, { ...fine, [path]: value });
      fine = { ...fine, [path]: value };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const place = placeOf(tree, ['arms', name, path]) ?? tree.place;
      for (const { message, suggestion } of error.problems) problems.push({ place, message, suggestion: suggestion ?? undefined });
    }
  }
}

function tryOutcomes(scenario: Scenario, arms: ReadonlyMap<string, Arm>, leaves: readonly Leaf<string>[], problems: Problem[]): void {
  const { wrong, known } = unknownOutcomes(
    leaves.map((leaf) => wordOf(leaf)),
    scenario,
    arms.values(),
  );
  for (const leaf of leaves) {
    for (const path of new Set(termsOf(wordOf(leaf)).map((term) => term.path))) {
      if (!wrong.includes(path)) continue;
      const hint = `one of ${known.join(', ')}`;
      problems.push({ place: leaf.place, message: `no outcome "${path}"`, suggestion: nearest(path, known), hint });
    }
  }
}

export function placeOf(tree: Tree, keys: readonly string[]): Place | undefined {
  let place: Place | undefined = tree.place;
  let at: Tree | undefined = tree;
  for (const key of keys) {
    const entry: Entry | undefined = at?.type === 'map' ? at.entries.get(key) : undefined;
    place = entry?.place;
    at = entry?.tree;
  }
  return place;
}

/** What a text leaf holds, `fallback` where it was broken. */
export function wordOf({ value }: Leaf<string>, fallback = ''): string {
  return typeof value === 'string' ? value : fallback;
}

/** Every value as one would write it after `path=`. */
export function settingsOf(config: Config): Arm {
  return Object.fromEntries(
    Object.entries((config ?? {}) as Record<string, Config>).map(([path, value]) => [
      path,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
