// What a stress test looks for, as people write it: `fund.low <= 0` is a path into the headline, an operator, a number.

import { Decimal, parseDecimal } from '../base/decimal.ts';
import { isFault, parseQuantity } from '../base/quantity.ts';
import { ConfigError, nearest, type Place } from '../simulation/config-error.ts';
import type { Headline } from '../simulation/metrics.ts';

const HOLDS = {
  '<': (value: Decimal, bound: Decimal) => value.lt(bound),
  '<=': (value: Decimal, bound: Decimal) => value.lte(bound),
  '>': (value: Decimal, bound: Decimal) => value.gt(bound),
  '>=': (value: Decimal, bound: Decimal) => value.gte(bound),
  '==': (value: Decimal, bound: Decimal) => value.eq(bound),
  '!=': (value: Decimal, bound: Decimal) => !value.eq(bound),
} as const;

export interface Condition {
  /** In one canonical form. */
  readonly text: string;
  /** A path into the headline. */
  readonly path: string;
  /** Exact, whether the headline has a number or a decimal string; what is null there meets no condition. */
  holds(headline: Headline): boolean;
}

/**
 * Reads a condition on headlines shaped like `example` (one of the same scenario, of any time). Numbers are written as in the
 * headline, or as `5%` or `12bp`. Throws a ConfigError.
 */
export function parseCondition(written: string, example: Headline): Condition {
  const [, before, path, operator, number] = /^(\s*)([A-Za-z][\w.]*)\s*(<=|>=|==|!=|=|<|>)\s*(\S+)\s*$/.exec(written) ?? [];
  const wrong = (
    message: string,
    at: number,
    width: number,
    more: { suggestion?: string | undefined; hint?: string } = {},
  ): ConfigError => {
    const place: Place = { file: '--find', line: 1, column: at + 1, width: Math.max(1, width), source: written, path: path ?? '' };
    return new ConfigError([{ place, message, ...more }]);
  };
  if (path === undefined)
    throw wrong('expected a path into the headline, an operator and a number, such as fund.low <= 0', 0, written.length, {
      hint: 'operators: < <= > >= == !=',
    });
  const known = numericPaths(example);
  if (!known.includes(path)) {
    const suggestion = nearestPath(path, known);
    throw wrong(`the headline has no number "${path}"`, before.length, path.length, {
      suggestion,
      ...(suggestion === undefined ? { hint: `one of ${known.join(', ')}` } : {}),
    });
  }
  const bound = boundOf(number);
  if (bound === undefined) throw wrong(`"${number}" is not a number`, written.lastIndexOf(number), number.length);
  const sign = operator === '=' ? '==' : (operator as keyof typeof HOLDS);
  return {
    text: `${path} ${sign} ${number}`,
    path,
    holds: (headline) => {
      const value = at(headline, path);
      return (typeof value === 'number' || typeof value === 'string') && HOLDS[sign](new Decimal(value), bound);
    },
  };
}

function boundOf(text: string): Decimal | undefined {
  if (!/(%|bps?)$/.test(text)) return parseDecimal(text);
  const share = parseQuantity('fraction', text);
  return isFault(share) ? undefined : share;
}

/** Everything in it that is a number, or would be one if there were something to count. */
function numericPaths(headline: Headline): readonly string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (value === null || typeof value === 'number' || (typeof value === 'string' && parseDecimal(value) !== undefined)) paths.push(path);
    else if (typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value as object)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(headline, '');
  return paths;
}

function at(headline: Headline, path: string): unknown {
  let value: unknown = headline;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

/** The nearest path; for the name of a group, or of a figure without its group, the first that has it. */
function nearestPath(written: string, known: readonly string[]): string | undefined {
  const named = written.toLowerCase();
  return (
    known.find((path) => path.toLowerCase() === named) ??
    known.find((path) => path.toLowerCase().endsWith(`.${named}`)) ??
    known.find((path) => path.toLowerCase().startsWith(`${named}.`)) ??
    nearest(written, known)
  );
}
