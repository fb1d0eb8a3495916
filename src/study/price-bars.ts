// Bars from a file that somebody else wrote: read, checked, and refused with everything that is wrong with it, unless a
// repair was asked for by name. What a backtest or a calibration says is worth no more than the prices it was fed.

import { readFileSync } from 'node:fs';
import { parseInstant } from '../base/calendar.ts';
import { ConfigError, nearest, type Problem } from '../simulation/config-error.ts';
import { BarFaults, putRight, REPAIRS, type RawBar, type Repair, type Repaired } from './price-faults.ts';
import { findColumns, isColumnKey, isNumeric, readCsv, readParquet, type ColumnKey, type TextTable } from './price-columns.ts';

export interface PriceBarsOptions {
  /** Column names, or positions from 1, where they are not the usual ones. */
  readonly columns?: Partial<Readonly<Record<ColumnKey, string>>>;
  readonly repairs?: ReadonlySet<Repair>;
}

/** Columns of equal length, in the order of time. */
export interface PriceBars {
  readonly file: string;
  /** Opening instants, micros since 1970. */
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Absent where the file has none. */
  readonly volume?: Float64Array;
  readonly trades?: Float64Array;
  /** False where only closes were there: high and low then say nothing. */
  readonly ranged: boolean;
  /** Micros from one bar to the next: the commonest distance. */
  readonly interval: number;
  readonly repaired: readonly Repaired[];
}

/** Throws a ConfigError with everything that is wrong. CSV, or Parquet by the file's first bytes. */
export async function readPriceBars(file: string, options: PriceBarsOptions = {}): Promise<PriceBars> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw whole(file, `cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message}`);
  }
  if (bytes.length === 0) throw whole(file, 'is empty');
  let table: TextTable;
  if (new TextDecoder().decode(bytes.subarray(0, 4)) === 'PAR1') {
    try {
      table = await readParquet(bytes);
    } catch (error) {
      throw whole(file, `is no Parquet file that can be read: ${(error as Error).message}`);
    }
  } else table = readCsv(new TextDecoder().decode(bytes));
  return barsOf(table, file, options);
}

function whole(file: string, message: string, hint?: string): ConfigError {
  return new ConfigError([{ place: { file, line: 1, column: 1, width: 1, source: '', path: '' }, message, hint }]);
}

/** The bars of a table that was read already. */
export function barsOf(table: TextTable, file: string, { columns = {}, repairs = new Set() }: PriceBarsOptions = {}): PriceBars {
  if (table.names.length === 0) throw whole(file, 'is empty');
  const { at, lacking } = findColumns(table.names, columns);
  const there = `it has ${table.names.join(', ')}`;
  const problems: Problem[] = lacking.map((name) => ({
    place: { file, line: 1, column: 1, width: 1, source: '', path: '' },
    message: `there is no column "${name}"`,
    suggestion: nearest(name, table.names),
    hint: there,
  }));
  const missing = (['time', 'close'] as const).filter((key) => at[key] < 0 && columns[key] === undefined);
  if (missing.length > 0) {
    const message = `no column looks like ${missing.join(' or ')}`;
    const hint = `${there}; name them: --columns ${missing.map((key) => `${key}=…`).join(',')}`;
    problems.push({ place: { file, line: 1, column: 1, width: 1, source: '', path: '' }, message, hint });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  if (table.rows.length === 0) throw whole(file, 'has a header and no rows');

  const faults = new BarFaults(file, repairs);
  const raw = table.rows.flatMap((row) => {
    const number = (key: ColumnKey): number => {
      const cell = at[key] < 0 ? '' : (row.cells[at[key]] ?? '');
      return isNumeric(cell) ? Number(cell) : NaN;
    };
    const written = row.cells[at.time] ?? '';
    const { micros, unit } = instantOf(written);
    const close = number('close');
    const price = (key: 'open' | 'high' | 'low'): number => (at[key] < 0 ? close : number(key));
    const bar: RawBar = {
      line: row.line,
      source: row.source,
      at: micros,
      unit,
      open: price('open'),
      high: price('high'),
      low: price('low'),
      close,
      volume: number('volume'),
      trades: number('trades'),
    };
    return faults.readable(bar, written) ? [bar] : [];
  });
  const { bars, interval } = putRight(raw, faults);
  const problem = faults.problems();
  if (problem.length > 0) throw new ConfigError(problem);
  if (bars.length < 2) throw whole(file, `has ${bars.length === 1 ? 'one bar' : 'no bars'}: there is no return to be had from it`);
  const column = (of: (bar: RawBar) => number): Float64Array => Float64Array.from(bars, of);
  return {
    file,
    at: column((bar) => bar.at),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    ...(at.volume >= 0 && { volume: column(({ volume }) => volume) }),
    ...(at.trades >= 0 && { trades: column(({ trades }) => trades) }),
    ranged: at.high >= 0 && at.low >= 0,
    interval,
    repaired: faults.repaired(),
  };
}

/** The most bars in a row over which the close stays the same. */
export function longestStill({ close }: PriceBars): number {
  let longest = 0;
  let still = 0;
  for (let i = 1; i < close.length; i++) {
    still = close[i] === close[i - 1] ? still + 1 : 0;
    longest = Math.max(longest, still);
  }
  return longest;
}

/** A calendar time, UTC where it does not say, or a number whose size tells its unit: years 1976 to 5138 do not overlap. */
function instantOf(text: string): { readonly micros: number; readonly unit: string } {
  if (!isNumeric(text)) return { micros: parseInstant(text) ?? parseInstant(text.replace(/( ?UTC)?$/, 'Z')) ?? NaN, unit: 'calendar' };
  const value = Number(text);
  const size = Math.abs(value);
  if (size < 1e11) return { micros: Math.round(value * 1e6), unit: 'seconds' };
  if (size < 1e14) return { micros: Math.round(value * 1e3), unit: 'milliseconds' };
  if (size < 1e17) return { micros: Math.round(value), unit: 'microseconds' };
  return { micros: Math.round(value / 1e3), unit: 'nanoseconds' };
}

/** `date=Day,close=Last` as columns. Throws a ConfigError for a name that no column has. */
export function parseColumns(text: string): Partial<Record<ColumnKey, string>> {
  const columns: Partial<Record<ColumnKey, string>> = {};
  const problems: Problem[] = [];
  for (const part of text.split(',')) {
    const [name, ...rest] = part.split('=');
    const key = name.trim() === 'date' ? 'time' : name.trim();
    const value = rest.join('=').trim();
    if (isColumnKey(key) && value !== '') columns[key] = value;
    else {
      const place = { file: '--columns', line: 1, column: text.indexOf(part) + 1, width: part.length, source: text, path: '' };
      problems.push({
        place,
        message: value === '' ? `"${part}" is not name=column` : `unknown column "${name}"`,
        suggestion: nearest(name, ['date', 'open', 'high', 'low', 'close', 'volume', 'trades']),
        hint: 'date, open, high, low, close, volume, trades: each a name in the file, or a position from 1',
      });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return columns;
}

/** `sort,fill` as repairs. Throws a ConfigError for one that there is not. */
export function parseRepairs(text: string): ReadonlySet<Repair> {
  const repairs = new Set<Repair>();
  const problems: Problem[] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    const repair = REPAIRS.find(({ name }) => name === part);
    if (repair !== undefined) repairs.add(repair.name);
    else {
      problems.push({
        place: { file: '--repair', line: 1, column: text.indexOf(part) + 1, width: part.length, source: text, path: '' },
        message: `unknown repair "${part}"`,
        suggestion: nearest(
          part,
          REPAIRS.map(({ name }) => name),
        ),
        hint: `one of ${REPAIRS.map(({ name }) => name).join(', ')}`,
      });
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return repairs;
}
