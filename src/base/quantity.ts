// Numbers as people write them (`5%`, `250ms`, `60000.5`, `1/16`) and as a run has them: how each unit of params.ts is
// read, written back in one canonical form, and turned into integers.

import { Decimal, parseDecimal, plain } from './decimal.ts';
import type { NumericUnit, Param, Scales } from './params.ts';

/** What is wrong with what somebody wrote, and what may have been meant. */
export interface Fault {
  readonly fault: string;
  readonly suggestion?: string;
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value;
}

const MICROS = { us: 1, µs: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 } as const;
/** What people write instead of the units above, by the first letters. */
const MEANT: readonly (readonly [RegExp, keyof typeof MICROS])[] = [
  [/^(us|µ|micro)/, 'us'],
  [/^(ms|milli)/, 'ms'],
  [/^s/, 's'],
  [/^m/, 'm'],
  [/^h/, 'h'],
  [/^d/, 'd'],
];

export const EXPECTED: Readonly<Record<NumericUnit, string>> = {
  count: 'a whole number',
  number: 'a number',
  fraction: 'a fraction such as 5% or 12bp',
  duration: 'a duration such as 250ms, 10s, 5m or 1h',
  price: 'a price such as 60000.5',
  coins: 'an amount of coins such as 0.25',
  money: 'an amount of money such as 250000',
  ratio: 'a positive number such as 0.25 or 1/16',
};

/** The pattern of each unit, for editors (JSON Schema); numbers without unit may also be YAML numbers. */
export const PATTERNS: Readonly<Record<NumericUnit, string>> = {
  count: '^[+-]?\\d+(_\\d+)*$',
  number: '^[+-]?\\d+(_\\d+)*(\\.\\d+)?([eE][+-]?\\d+)?$',
  fraction: '^[+-]?\\d+(_\\d+)*(\\.\\d+)?\\s?(%|bp)?$',
  duration: '^[+-]?(\\d+(_\\d+)*(\\.\\d+)?(us|µs|ms|s|m|h|d))+$',
  price: '^\\d+(_\\d+)*(\\.\\d+)?$',
  coins: '^[+-]?\\d+(_\\d+)*(\\.\\d+)?$',
  money: '^[+-]?\\d+(_\\d+)*(\\.\\d+)?$',
  ratio: '^\\d+(_\\d+)*(\\.\\d+)?(\\s?/\\s?\\d+(\\.\\d+)?)?$',
};

const SUFFIXED = /^([+-]?[\d_.]+(?:e[+-]?\d+)?)\s*([a-zµ%]+)$/i;

function parseFraction(text: string): Decimal | Fault {
  const value = parseDecimal(text);
  if (value !== undefined) {
    if (value.abs().lte(1)) return value;
    return { fault: `${text} is ${plain(value.mul(100))}%: write ${EXPECTED.fraction}`, suggestion: `${plain(value)}%` };
  }
  const [, digits, unit] = SUFFIXED.exec(text) ?? [];
  const parsed = digits === undefined ? undefined : parseDecimal(digits);
  if (parsed !== undefined && unit === '%') return parsed.div(100);
  if (parsed !== undefined && /^bps?$/.test(unit)) return parsed.div(10_000);
  return parsed === undefined ? { fault: '' } : { fault: '', suggestion: `${digits}%` };
}

/** `3m30s`: the larger units first, each once. */
const PARTS = /^(?:[\d_.]+(?:d|h|m|s|ms|us|µs)){2,}$/;
const PART = /([\d_.]+)(d|h|ms|m|s|us|µs)/g;

function parseParts(text: string): Decimal | undefined {
  let sum = new Decimal(0);
  let before = Infinity;
  for (const [, digits, unit] of text.matchAll(PART)) {
    const value = parseDecimal(digits);
    const micros = MICROS[unit as keyof typeof MICROS];
    if (value === undefined || micros >= before) return undefined;
    sum = sum.add(value.mul(micros));
    before = micros;
  }
  return sum;
}

function parseDuration(text: string): Decimal | Fault {
  if (PARTS.test(text)) return parseParts(text) ?? { fault: '' };
  const [, digits, unit] = SUFFIXED.exec(text) ?? [];
  const value = parseDecimal(digits ?? text);
  if (value === undefined) return { fault: '' };
  if (unit === undefined) return value.isZero() ? value : { fault: '', suggestion: `${text}s` };
  if (unit in MICROS && !/\s/.test(text)) return value.mul(MICROS[unit as keyof typeof MICROS]);
  const meant = MEANT.find(([pattern]) => pattern.test(unit.toLowerCase()));
  return meant === undefined ? { fault: '' } : { fault: '', suggestion: `${digits}${meant[1]}` };
}

function parseRatio(text: string): Decimal | Fault {
  const parts = text.split('/').map((part) => parseDecimal(part.trim()));
  const [above, below] = parts;
  if (above === undefined || parts.length > 2) return { fault: '' };
  const value = parts.length === 1 ? above : below === undefined || below.isZero() ? undefined : above.div(below);
  return value === undefined || value.lte(0) ? { fault: '' } : value;
}

/** Reads what somebody wrote: fractions as 0.05, durations in micros, everything else as written. */
export function parseQuantity(unit: NumericUnit, text: string): Decimal | Fault {
  let value: Decimal | Fault;
  if (unit === 'fraction') value = parseFraction(text);
  else if (unit === 'duration') value = parseDuration(text);
  else if (unit === 'ratio') value = parseRatio(text);
  else {
    const [, digits] = SUFFIXED.exec(text) ?? [];
    value = parseDecimal(text) ?? {
      fault: '',
      ...(digits !== undefined && parseDecimal(digits) !== undefined ? { suggestion: digits } : {}),
    };
  }
  if (isFault(value)) return value.fault === '' ? { ...value, fault: `"${text}" is not valid: expected ${EXPECTED[unit]}` } : value;
  if (unit === 'count' && !value.isInteger())
    return { fault: `"${text}" is not valid: expected ${EXPECTED.count}`, suggestion: plain(value.round()) };
  if (unit === 'duration' && !value.isInteger()) return { fault: `"${text}" is finer than a microsecond` };
  return value;
}

/** One canonical text for each value, so that `600s` and `10m` are the same scenario. */
export function formatQuantity(unit: NumericUnit, value: Decimal): string {
  if (unit === 'fraction') return `${plain(value.mul(100))}%`;
  if (unit !== 'duration') return plain(value);
  if (value.isZero()) return '0s';
  for (const name of ['h', 'm', 's', 'ms'] as const) {
    const units = value.div(MICROS[name]);
    if (units.isInteger()) return `${plain(units)}${name}`;
  }
  return `${plain(value)}us`;
}

/** Is it within the parameter's own bounds? */
export function checkBounds(param: Pick<Param<unknown>, 'unit' | 'min' | 'max'>, value: Decimal): Fault | undefined {
  const unit = param.unit as NumericUnit;
  if (param.min !== undefined && value.lt(param.min))
    return { fault: `must be at least ${formatQuantity(unit, new Decimal(param.min))}, is ${formatQuantity(unit, value)}` };
  if (param.max !== undefined && value.gt(param.max))
    return { fault: `must be at most ${formatQuantity(unit, new Decimal(param.max))}, is ${formatQuantity(unit, value)}` };
  return undefined;
}

/** How a unit's values become ours: times `factor`; whole numbers where `whole`; positive ones at least `least`. */
export interface Conversion {
  readonly factor: Decimal;
  readonly whole: boolean;
  readonly least: number;
}

export function conversion(param: Pick<Param<unknown>, 'unit' | 'unscaled'>, scales: Scales): Conversion {
  const scale = param.unscaled ? 1 : scales.scale;
  if (param.unit === 'price') return { factor: new Decimal(1).div(scales.tick), whole: true, least: 1 };
  if (param.unit === 'coins') return { factor: new Decimal(scale).div(scales.lot), whole: true, least: 1 };
  if (param.unit === 'money') return { factor: new Decimal(scale).div(scales.quoteUnit), whole: true, least: 1 };
  return { factor: new Decimal(1), whole: param.unit === 'count' || param.unit === 'duration', least: 0 };
}

/** A constant in ours. Prices must lie on the tick; sizes and money round to the nearest lot and quote unit after scaling. */
export function convertQuantity(param: Pick<Param<unknown>, 'unit' | 'unscaled'>, value: Decimal, scales: Scales): number | Fault {
  const { factor, whole, least } = conversion(param, scales);
  if (param.unit === 'price') {
    if (value.lte(0)) return { fault: `a price must be more than 0, is ${plain(value)}` };
    // By division, not by the factor: 1 ÷ tick may have no finite decimal form.
    const ticks = value.div(scales.tick);
    if (!ticks.isInteger()) {
      // The nearest price there is, and the least is one tick.
      const near = Decimal.max(1, ticks.round());
      return { fault: `${plain(value)} is not a multiple of the tick ${scales.tick}`, suggestion: plain(near.mul(scales.tick)) };
    }
  }
  const converted = value.mul(factor);
  const result = whole ? converted.round() : converted;
  if (whole && result.abs().gt(Number.MAX_SAFE_INTEGER)) return { fault: `${plain(value)} leaves the range of exact integers (2^53)` };
  if (value.gt(0) && result.lt(least)) return least;
  return result.toNumber() + 0;
}
