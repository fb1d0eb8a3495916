// What a reverse stress test turns: one number of a scenario, from … to …, read and written in the unit that it has there.

import { Decimal, plain } from '../base/decimal.ts';
import { DISTRIBUTIONS } from '../base/distribution.ts';
import { text, type NumericUnit, type Param } from '../base/params.ts';
import { checkBounds, formatQuantity, isFault, parseQuantity } from '../base/quantity.ts';
import { ConfigError, type Place } from '../simulation/config-error.ts';
import { resolvedShape } from '../simulation/scenario-file.ts';
import type { Config, Scenario } from '../simulation/scenario.ts';
import { isNumeric, type Shape } from '../simulation/shape.ts';
import { armOf } from './compare.ts';

export interface Shock {
  readonly path: string;
  /** What a scenario is given, from the first to the last, without repetitions. */
  readonly values: readonly string[];
  /** The value in the middle of two; null when there is none between them. */
  between(one: string, other: string): string | null;
  /** As a number, to be put in order: fractions as 0.05, durations in micros. */
  numberOf(value: string): number;
}

/** Intervals of the grid when nobody says how many. */
const STEPS = 8;
/** What lies between the ends is rounded to so many digits, so that it can be read. */
const DIGITS = 6;
const LARGEST_GRID = 1_000;

/**
 * Reads `path=from..to` or `path=from..to:steps`: a grid of `steps` equal intervals (8), hence one value more. A value that
 * can be whole only (a count, a price on its tick) is rounded. Throws a ConfigError, also when the scenario does not take a
 * value of the grid.
 */
export function parseShock(written: string, scenario: Scenario): Shock {
  const [, path, from, to, steps] = /^\s*([^=\s]+?)\s*=\s*(\S+?)\s*\.\.\s*([^\s:]+)(?::(\d+))?\s*$/.exec(written) ?? [];
  const wrong = (message: string, part: string, more: { suggestion?: string | undefined; hint?: string } = {}): ConfigError => {
    const column = Math.max(0, part === path ? 0 : written.lastIndexOf(part)) + 1;
    const place: Place = { file: '--shock', line: 1, column, width: Math.max(1, part.length), source: written, path: path ?? '' };
    return new ConfigError([{ place, message, ...more }]);
  };
  if (path === undefined) throw wrong('expected path=from..to, or path=from..to:steps, such as shocks[0].size=-2%..-14%:6', written);
  const count = steps === undefined ? STEPS : Number(steps);
  if (count < 1 || count > LARGEST_GRID) throw wrong(`expected 1 to ${LARGEST_GRID} steps`, steps);
  const param = parameterAt(scenario, path);
  // A path that leads nowhere is told with the nearest right one.
  if (param === undefined) armOf(scenario, { [path]: from });
  if (param === undefined || !isNumeric(param)) throw wrong(`"${path}" is not a number`, path);
  const unit = param.unit as NumericUnit;
  const read = (end: string): Decimal => {
    const value = parseQuantity(unit, end);
    const fault = isFault(value) ? value : checkBounds(param, value);
    if (fault !== undefined) throw wrong(fault.fault, end, { suggestion: fault.suggestion });
    return value as Decimal;
  };
  const [first, last] = [read(from), read(to)];
  if (first.eq(last)) throw wrong('from and to are the same', to);
  const round = rounding(unit, scenario);
  const grid = Array.from({ length: count + 1 }, (_, i) =>
    i === 0 ? first : i === count ? last : round(first.add(last.sub(first).mul(i).div(count))),
  );
  const values = [...new Set(grid.map((value) => formatQuantity(unit, value)))];
  for (const value of values) armOf(scenario, { [path]: value });
  const decimal = (value: string): Decimal => parseQuantity(unit, value) as Decimal;
  return {
    path,
    values,
    numberOf: (value) => decimal(value).toNumber(),
    between: (one, other) => {
      const middle = formatQuantity(unit, round(decimal(one).add(decimal(other)).div(2)));
      return middle === one || middle === other ? null : middle;
    },
  };
}

/** To what a scenario takes there, and to what people can read. */
function rounding(unit: NumericUnit, { instruments }: Scenario): (value: Decimal) => Decimal {
  if (unit === 'count' || unit === 'duration') return (value) => value.round();
  // Rules count fractions in millionths.
  if (unit === 'fraction') return (value) => value.toDecimalPlaces(6);
  if (unit === 'price') return (value) => value.div(instruments[0].tick).round().mul(instruments[0].tick);
  return (value) => new Decimal(plain(value.toSignificantDigits(DIGITS)));
}

const WORD = text('', 'The name of a kind.');

/** The parameter that stands at a path of a resolved scenario; undefined where none does. */
function parameterAt({ config, instruments }: Scenario, path: string): Param<unknown> | undefined {
  const keys = [...path.matchAll(/[^.[\]]+/g)].map(([key]) => key);
  if (keys[0] === 'rules') keys.shift();
  let shape: Shape | undefined = resolvedShape(instruments.length > 1);
  let value: Config | undefined = config;
  while (keys.length > 0 && shape !== undefined) {
    if (!('shape' in shape)) return argumentAt(shape, keys);
    const key = keys.shift()!;
    const kind: Shape = shape;
    if (shape.shape === 'object') shape = shape.keys[key];
    else if (shape.shape === 'map' || shape.shape === 'list') shape = shape.item;
    else if (shape.shape === 'any') shape = undefined;
    else {
      const name = (value as { kind?: Config } | undefined)?.kind;
      if (key === 'kind') return WORD;
      shape = shape.shelf.find((one) => one.kind === name)?.params[key] ?? shape.common[key];
    }
    value = (value as Record<string, Config> | undefined)?.[key];
    // What nobody wrote may still be set; but not an entry that is not there.
    if (value === undefined && 'shape' in kind && (kind.shape === 'map' || kind.shape === 'list')) return undefined;
  }
  return shape !== undefined && !('shape' in shape) ? shape : undefined;
}

/** A number within a distribution: of the parameter's unit, but for those that say its form (sigma, alpha, weights). */
function argumentAt(param: Param<unknown>, [name, argument]: readonly string[]): Param<unknown> {
  const distribution = DISTRIBUTIONS.find((one) => one.name === name);
  const form = Array.isArray(distribution?.form) ? distribution.form.find((one: { name: string }) => one.name === argument) : undefined;
  const plainNumber = form?.unit === 'number' || name === 'weights';
  return {
    ...param,
    ...(plainNumber ? { unit: 'number' as const } : {}),
    ...(plainNumber || form !== undefined ? { min: -Infinity, max: Infinity } : {}),
  };
}
