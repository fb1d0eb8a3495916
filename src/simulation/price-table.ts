// A table of price bars in CSV: a header, then rows of opening time (milliseconds since 1970), open, high, low and close.
// Further columns are left alone.

import { parseDecimal, type Decimal } from '../base/decimal.ts';
import type { Bar } from '../paths/path.ts';
import type { Problem } from './config-error.ts';
import { cellsOf } from './csv.ts';

const COLUMNS = ['open_time_ms', 'open', 'high', 'low', 'close'] as const;

export interface PriceTableOptions {
  /** How errors name it. */
  readonly file: string;
  /** Calendar time of simulated 0, micros since 1970. */
  readonly start: number;
  /** Prices are rounded to it: an index need not lie on the tick. */
  readonly tick: string;
}

/** The bars with simulated times, ascending; problems are appended. */
export function readPriceTable(text: string, { file, start, tick }: PriceTableOptions, problems: Problem[]): readonly Bar[] {
  const lines = text.split(/\r?\n/);
  const wrong = (line: number, column: number, width: number, path: string, message: string, suggestion?: string): void => {
    problems.push({ place: { file, line, column, width: Math.max(1, width), source: lines[line - 1] ?? '', path }, message, suggestion });
  };
  const header = cellsOf(lines[0] ?? '').map((cell) => cell.text);
  const positions = COLUMNS.map((name) => header.indexOf(name));
  const missing = COLUMNS.filter((_, i) => positions[i] < 0);
  if (missing.length > 0) {
    wrong(1, 1, lines[0]?.length ?? 1, '', `the header lacks ${missing.join(', ')}`, COLUMNS.join(','));
    return [];
  }
  const bars: Bar[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    const cells = cellsOf(lines[i]);
    const cell = (column: number): Decimal | undefined => {
      const { text: written, column: at, width } = cells[positions[column]] ?? { text: '', column: lines[i].length + 2, width: 1 };
      const value = parseDecimal(written);
      if (value !== undefined && value.gt(0)) return value;
      wrong(i + 1, at, width, COLUMNS[column], `"${written}" is not a number above 0`);
      return undefined;
    };
    const [time, open, high, low, close] = COLUMNS.map((_, column) => cell(column));
    if (time === undefined || open === undefined || high === undefined || low === undefined || close === undefined) continue;
    const row = (message: string): void => wrong(i + 1, 1, lines[i].length, '', message);
    if (high.lt(open) || high.lt(close) || low.gt(open) || low.gt(close)) row('high and low must bound open and close');
    const at = time.mul(1_000).toNumber() - start;
    if (bars.length > 0 && at <= bars[bars.length - 1].at) row('bars must be in the order of time');
    const ticks = (value: Decimal) => Math.max(1, value.div(tick).round().toNumber());
    bars.push({ at, open: ticks(open), high: ticks(high), low: ticks(low), close: ticks(close) });
  }
  if (bars.length === 0 && problems.length === 0) wrong(1, 1, 1, '', 'no bars');
  return bars;
}
