// A file of worked examples: a JSON list of `{ id, venue, family, inputs, expected, tolerance }` with `source`, `what` and
// `note` for people. Everything that is wrong with it is named at once, each with its place.

import { readFileSync } from 'node:fs';
import { ConfigError, nearest, type Place, type Problem } from '../../simulation/config-error.ts';
import { join, parseTree, type Tree } from '../../simulation/tree.ts';
import { describe, type Tolerance } from './comparison.ts';
import { isRecord } from './family.ts';

export interface Example {
  readonly id: string;
  readonly venue: string;
  readonly family: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
  /** Keys beyond those of the format: what they mean to say is not known. */
  readonly unknown?: readonly string[];
}

const KEYS = ['id', 'venue', 'family', 'source', 'what', 'inputs', 'expected', 'tolerance', 'note'];
const TOLERANCES = ['exact', 'abs', 'rel'];

/** Throws a ConfigError. */
export function readExamples(file: string): Example[] {
  let written: string;
  try {
    written = readFileSync(file, 'utf8');
  } catch (error) {
    const isFolder = (error as { code?: string }).code === 'EISDIR';
    throw new ConfigError([{ place: top(file), message: isFolder ? 'is a folder, not a file of examples' : 'cannot read: no such file' }]);
  }
  return parseExamples(written, file);
}

/** `file` is how errors name it. Throws a ConfigError. */
export function parseExamples(written: string, file: string): Example[] {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (error) {
    const problems: Problem[] = [];
    parseTree({ file, text: written }, problems);
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const place = position === undefined ? (problems[0]?.place ?? top(file)) : placeAt(written, Number(position), file);
    throw new ConfigError([{ place, message: `is not JSON: ${(error as Error).message}` }]);
  }
  const problems: { readonly path: readonly (string | number)[]; readonly message: string; readonly suggestion?: string | undefined }[] =
    [];
  const report = (path: readonly (string | number)[], message: string, suggestion?: string): void => {
    problems.push({ path, message, suggestion });
  };
  const examples: Example[] = [];
  if (!Array.isArray(value)) report([], `expected a list of examples, found ${kindOf(value)}`);
  else {
    value.forEach((item: unknown, i) => {
      const example = exampleOf(item, i, report);
      if (example !== undefined) examples.push(example);
    });
  }
  if (problems.length === 0) return examples;
  const tree = parseTree({ file, text: written }, []);
  throw new ConfigError(problems.map(({ path, message, suggestion }) => ({ place: placeOf(tree, path, file), message, suggestion })));
}

type Report = (path: readonly (string | number)[], message: string, suggestion?: string) => void;

function exampleOf(item: unknown, i: number, report: Report): Example | undefined {
  if (!isRecord(item)) {
    report([i], `expected an example (a map), found ${kindOf(item)}`);
    return undefined;
  }
  const unknown = Object.keys(item).filter((key) => !KEYS.includes(key));
  /** A key that is missing may stand there under another name. */
  const missing = (key: string): void => {
    const meant = nearest(key, unknown);
    report(meant === undefined ? [i] : [i, meant], `missing required key "${key}"`, meant === undefined ? undefined : key);
  };
  const textOf = (key: string): string => {
    const value = item[key];
    if (typeof value === 'string' && value !== '') return value;
    if (key in item) report([i, key], `expected a name, found ${kindOf(value)}`);
    else missing(key);
    return '';
  };
  const mapOf = (key: string): Readonly<Record<string, unknown>> => {
    const value = item[key];
    if (isRecord(value)) return value;
    if (key in item) report([i, key], `expected a map, found ${kindOf(value)}`);
    else missing(key);
    return {};
  };
  const expected = mapOf('expected');
  if (isRecord(item.expected) && Object.keys(expected).length === 0) report([i, 'expected'], 'expects nothing');
  return {
    id: textOf('id'),
    venue: textOf('venue'),
    family: textOf('family'),
    inputs: mapOf('inputs'),
    expected,
    tolerance: toleranceOf(item, i, report, missing),
    unknown,
  };
}

function toleranceOf(item: Readonly<Record<string, unknown>>, i: number, report: Report, missing: (key: string) => void): Tolerance {
  const { tolerance } = item;
  const none: Tolerance = { type: 'exact' };
  if (!isRecord(tolerance)) {
    if ('tolerance' in item) report([i, 'tolerance'], `expected a map, found ${kindOf(tolerance)}`);
    else missing('tolerance');
    return none;
  }
  const { type, value } = tolerance;
  if (type === 'exact') return none;
  if (type !== 'abs' && type !== 'rel') {
    const suggestion = typeof type === 'string' ? nearest(type, TOLERANCES) : undefined;
    report(
      [i, 'tolerance', ...('type' in tolerance ? ['type'] : [])],
      `the type must be one of ${TOLERANCES.join(', ')}, not ${describe(type)}`,
      suggestion,
    );
    return none;
  }
  if (typeof value !== 'number' || !(value >= 0)) {
    report(
      [i, 'tolerance', ...('value' in tolerance ? ['value'] : [])],
      `a tolerance of type ${type} needs a value of 0 or more, not ${describe(value)}`,
    );
    return none;
  }
  return { type, value };
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : isRecord(value) ? 'a map' : describe(value);
}

function top(file: string): Place {
  return { file, line: 1, column: 1, width: 1, source: '', path: '' };
}

/** Where a path of keys and positions is written; the nearest that is, where it is not. */
function placeOf(tree: Tree | undefined, path: readonly (string | number)[], file: string): Place {
  let place = tree?.place ?? top(file);
  let at = tree;
  let name = '';
  for (const step of path) {
    name = join(name, step);
    if (at?.type === 'map') {
      const entry = at.entries.get(String(step));
      at = entry?.tree;
      if (entry !== undefined) place = entry.place;
    } else if (at?.type === 'list') {
      at = at.items[Number(step)];
      if (at !== undefined) place = at.place;
    } else at = undefined;
  }
  return { ...place, path: name };
}

function placeAt(written: string, position: number, file: string): Place {
  const before = written.slice(0, position).split('\n');
  const line = before.length;
  return { file, line, column: (before.at(-1)?.length ?? 0) + 1, width: 1, source: written.split('\n')[line - 1] ?? '', path: '' };
}
