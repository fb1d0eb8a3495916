// A distribution in a file, such as `{ lognormal: { median: 0.05, sigma: 1.2 }, max: 50 }`: checked, and its numbers read.

import { DISTRIBUTIONS, type Distribution } from '../base/distribution.ts';
import { EXPECTED, checkBounds, formatQuantity, isFault, parseQuantity } from '../base/quantity.ts';
import { plain } from '../base/decimal.ts';
import type { NumericUnit, Param } from '../base/params.ts';
import { nearest, type Place, type Problem } from './config-error.ts';
import type { Config } from './scenario.ts';
import { describe, join, type MapTree, type Tree } from './tree.ts';

/** A distribution as written, numbers in the unit people use. */
export interface DistributionReading {
  readonly distribution: Distribution;
  readonly values: readonly number[];
  readonly weights: readonly number[];
  /** Draws are clipped to these: the parameter's own bounds, and what was written. */
  readonly low: number;
  readonly high: number;
}

const NAMES = DISTRIBUTIONS.map(({ name }) => name);

/** `value` is undefined when something is wrong; problems are appended. `config` is the canonical form. */
export function readDistribution(
  param: Param<unknown>,
  tree: MapTree,
  problems: Problem[],
): { value: DistributionReading | undefined; config: Config } {
  const before = problems.length;
  const reader = new DistributionReader(param, problems);
  const value = reader.read(tree);
  return { value: problems.length > before ? undefined : value, config: reader.config };
}

class DistributionReader {
  readonly config: Record<string, Config> = {};
  readonly #param: Param<unknown>;
  readonly #unit: NumericUnit;
  readonly #problems: Problem[];

  constructor(param: Param<unknown>, problems: Problem[]) {
    this.#param = param;
    this.#unit = param.unit as NumericUnit;
    this.#problems = problems;
  }

  read(tree: MapTree): DistributionReading | undefined {
    const distribution = DISTRIBUTIONS.find(({ name }) => tree.entries.has(name));
    if (distribution === undefined) {
      const [first] = tree.entries;
      if (first === undefined) this.#report(tree.place, 'an empty map is not a distribution', undefined, `one of ${NAMES.join(', ')}`);
      else this.#report(first[1].place, `unknown distribution "${first[0]}"`, nearest(first[0], NAMES), `one of ${NAMES.join(', ')}`);
      return undefined;
    }
    const { name, form } = distribution;
    const body = tree.entries.get(name)!.tree;
    const values = typeof form === 'string' ? this.#list(name, form, body) : this.#arguments(name, form, body);
    let weights: readonly number[] = values.map(() => 1);
    let low = this.#param.min ?? -Infinity;
    let high = this.#param.max ?? Infinity;
    const known = ['min', 'max', ...(form === 'many' ? ['weights'] : [])];
    for (const [key, entry] of tree.entries) {
      if (key === name) continue;
      if (NAMES.includes(key)) this.#report(entry.place, `two distributions for one value: ${name} and ${key}`);
      else if (!known.includes(key))
        this.#report(entry.place, `unknown key "${key}"`, nearest(key, known), `possible here: ${known.join(', ')}`);
      else if (key === 'weights') weights = this.#weights(entry.tree, values.length);
      else {
        const bound = this.#take(entry.tree, { bounded: true });
        this.config[key] = this.#canonical(entry.tree, this.#unit);
        if (key === 'min') low = Math.max(low, bound);
        else high = Math.min(high, bound);
      }
    }
    if (low > high) this.#report(tree.place, 'min must not be above max');
    return { distribution, values, weights, low, high };
  }

  #list(name: string, form: 'two' | 'many', body: Tree): readonly number[] {
    if (body.type !== 'list' || (form === 'two' ? body.items.length !== 2 : body.items.length === 0)) {
      this.#report(body.place, `${name} needs a list of ${form === 'two' ? 'two values' : 'values'}, found ${describe(body)}`);
      return [];
    }
    const values = body.items.map((item) => this.#take(item, { bounded: true }));
    this.config[name] = body.items.map((item) => this.#canonical(item, this.#unit));
    if (form === 'two' && values[0] > values[1]) this.#report(body.place, 'the first value must not be above the second');
    return values;
  }

  #arguments(name: string, form: Exclude<Distribution['form'], string>, body: Tree): readonly number[] {
    const known = form.map((argument) => argument.name);
    if (body.type !== 'map') {
      this.#report(body.place, `${name} needs a map of ${known.join(' and ')}, found ${describe(body)}`);
      return [];
    }
    for (const [key, entry] of body.entries) {
      if (!known.includes(key))
        this.#report(entry.place, `unknown key "${key}"`, nearest(key, known), `possible here: ${known.join(', ')}`);
    }
    const values: number[] = [];
    const configs: Record<string, Config> = {};
    for (const argument of form) {
      const entry = body.entries.get(argument.name);
      const unit = argument.unit === 'number' ? 'number' : this.#unit;
      if (entry === undefined) {
        this.#report(
          { ...body.place, width: 1, path: join(body.place.path, argument.name) },
          `missing required key "${argument.name}"`,
          undefined,
          `expected ${EXPECTED[unit]}`,
        );
        continue;
      }
      values.push(this.#take(entry.tree, { unit, positive: argument.positive === true, bounded: argument.unit === 'own' }));
      configs[argument.name] = this.#canonical(entry.tree, unit);
    }
    this.config[name] = configs;
    return values;
  }

  #weights(tree: Tree, count: number): readonly number[] {
    if (tree.type !== 'list' || tree.items.length !== count) {
      this.#report(tree.place, `weights needs a list of ${count} numbers, one a value`);
      return [];
    }
    this.config.weights = tree.items.map((item) => this.#canonical(item, 'number'));
    return tree.items.map((item) => this.#take(item, { unit: 'number', positive: true, bounded: false }));
  }

  /** NaN where something is wrong with it. `bounded`: it must lie within the parameter's bounds. */
  #take(
    from: Tree,
    { unit = this.#unit, positive = false, bounded }: { unit?: NumericUnit; positive?: boolean; bounded: boolean },
  ): number {
    const value =
      from.type === 'scalar' ? parseQuantity(unit, from.text.trim()) : { fault: `expected ${EXPECTED[unit]}, found ${describe(from)}` };
    if (isFault(value)) {
      this.#report(from.place, value.fault, value.suggestion);
      return NaN;
    }
    if (positive && value.lte(0)) {
      this.#report(from.place, `must be more than 0, is ${plain(value)}`);
      return NaN;
    }
    const outside = bounded ? checkBounds(this.#param, value) : undefined;
    if (outside !== undefined) this.#report(from.place, outside.fault);
    return value.toNumber();
  }

  #canonical(from: Tree, unit: NumericUnit): Config {
    const value = from.type === 'scalar' ? parseQuantity(unit, from.text.trim()) : undefined;
    return value === undefined || isFault(value) ? null : formatQuantity(unit, value);
  }

  #report(place: Place, message: string, suggestion?: string, hint?: string): void {
    this.#problems.push({ place, message, suggestion, hint });
  }
}
