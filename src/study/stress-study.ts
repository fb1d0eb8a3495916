// A search for the smallest shock as a file: a scenario, the shock, what to look for, and the rules under which to look anew.

import { count, file as fileParam, fraction, text } from '../base/params.ts';
import type { Decimal } from '../base/decimal.ts';
import { ConfigError, type Place, type Problem } from '../simulation/config-error.ts';
import { createSimulation } from '../simulation/simulation.ts';
import { list, map, object, readShape, type Leaf } from '../simulation/shape.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import { dirname, resolve } from 'node:path';
import { armOf, type Arm } from './compare.ts';
import { parseCondition } from './stress-condition.ts';
import { parseShock } from './stress-shock.ts';
import { parseSeeds, PATH, placeOf, readMap, scenarioOf, settings, settingsOf, settingsText, wordOf } from './study-file.ts';

/** What such a file may hold. */
const STRESS_STUDY = object('The smallest shock that meets a condition, under several rules, on the same seeds', {
  name: text(undefined, 'What the study is called.'),
  scenario: fileParam(undefined, 'The scenario, relative to this file.'),
  set: settings('What is changed in the scenario'),
  shock: text(undefined, 'path=from..to:steps: a number of the scenario and the values it takes.'),
  find: text(undefined, 'A path into the headline, an operator and a number, such as fund.low <= 0.'),
  by: map(
    'Paths and values under which to look anew, every combination',
    PATH,
    list('The values', text(undefined, 'A value as for --set.'), '[]'),
  ),
  probability: fraction('50%', 'How likely it should be, over seeds.', { min: 0, max: 1 }),
  refine: count(3, 'How often the interval where it is first reached is halved.', { min: 0, max: 20 }),
  seeds: text('1..20', 'Every value is tried on each of them, as first..last.'),
});

export interface StressPlan {
  readonly name: string;
  readonly scenario: Scenario;
  readonly shock: string;
  readonly find: string;
  readonly by: ReadonlyMap<string, readonly string[]>;
  readonly probability: number;
  readonly refine: number;
  readonly seeds: readonly string[];
}

/** Whether a file is such a study: it has a shock, and no shocks as a scenario has. */
export function isStressStudy(source: string): boolean {
  return /^shock:/m.test(source);
}

/** Reads such a study (`over`: as for --set, stronger than what it sets) and tries shock, condition and rules. Throws a ConfigError with everything that is wrong. */
export function readStressStudy(path: string, over: readonly string[] = []): StressPlan {
  const problems: Problem[] = [];
  const tree = readMap(path, problems);
  const { reading, config } = readShape(STRESS_STUDY, tree, problems);
  const written = config as { readonly set: Config; readonly by: Readonly<Record<string, readonly string[]>> | null };
  const seeds = parseSeeds(wordOf(reading.seeds, '1..1'));
  if (seeds === undefined)
    problems.push({
      place: reading.seeds.place,
      message: `"${wordOf(reading.seeds)}" is not valid: expected seeds such as 1..20 or 7,9, each once`,
    });
  const file = resolve(dirname(path), wordOf(reading.scenario, ''));
  const scenario = scenarioOf(file, reading.scenario.place, [...settingsText(settingsOf(written.set)), ...over], problems);
  const by = new Map(Object.entries(written.by ?? {}));
  if (scenario !== undefined && problems.length === 0) {
    const attempt = (place: Place, work: () => unknown): void => retold(place, work, problems);
    attempt(reading.shock.place, () => parseShock(wordOf(reading.shock), scenario));
    attempt(reading.find.place, () => parseCondition(wordOf(reading.find), createSimulation(scenario).headline()));
    for (const [rule, values] of by)
      for (const value of values) attempt(placeOf(tree, ['by', rule]) ?? tree.place, () => armOf(scenario, { [rule]: value }));
  }
  if (problems.length > 0 || scenario === undefined) throw new ConfigError(problems);
  return {
    name: wordOf(reading.name),
    scenario,
    shock: wordOf(reading.shock),
    find: wordOf(reading.find),
    by,
    probability: numberOf(reading.probability),
    refine: numberOf(reading.refine),
    seeds: seeds ?? [],
  };
}

/** Every combination of the values of `by`, the first values first; one that changes nothing where there are none. */
export function everyCombination(by: ReadonlyMap<string, readonly string[]>): Arm[] {
  return [...by].reduce<Arm[]>((made, [path, values]) => made.flatMap((arm) => values.map((value) => ({ ...arm, [path]: value }))), [{}]);
}

/** What is wrong with a flag of the command line is wrong here with the key of the same name. */
function retold(place: Place, work: () => unknown, problems: Problem[]): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { message, suggestion } of error.problems) problems.push({ place, message, suggestion: suggestion ?? undefined });
  }
}

function numberOf({ value }: Leaf<number>): number {
  return (value as Decimal).toNumber();
}
