// A table of implied volatility in CSV: a header, then rows of a time (milliseconds since 1970) and a volatility a year.

import { parseDecimal, type Decimal } from '../base/decimal.ts';
import type { VolatilityPoint } from '../controls/control.ts';
import type { Problem } from './config-error.ts';
import { cellsOf } from './csv.ts';

const COLUMNS = ['time_ms', 'volatility'] as const;

/** The points with simulated times (`start`: calendar time of simulated 0), ascending; problems are appended. */
export function readVolatilityTable(text: string, file: string, start: number, problems: Problem[]): readonly VolatilityPoint[] {
  const lines = text.split(/\r?\n/);
  const wrong = (line: number, column: number, width: number, message: string, suggestion?: string): void => {
    problems.push({
      place: { file, line, column, width: Math.max(1, width), source: lines[line - 1] ?? '', path: '' },
      message,
      suggestion,
    });
  };
  const header = cellsOf(lines[0] ?? '').map((cell) => cell.text);
  const positions = COLUMNS.map((name) => header.indexOf(name));
  if (positions.some((position) => position < 0)) {
    wrong(1, 1, lines[0]?.length ?? 1, `the header needs ${COLUMNS.join(' and ')}`, COLUMNS.join(','));
    return [];
  }
  const points: VolatilityPoint[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    const cells = cellsOf(lines[i]);
    const [time, volatility] = positions.map((position): Decimal | undefined => {
      const { text: written, column, width } = cells[position] ?? { text: '', column: lines[i].length + 1, width: 1 };
      const value = parseDecimal(written);
      if (value?.gt(0)) return value;
      wrong(i + 1, column, width, `"${written}" is not a number above 0`);
      return undefined;
    });
    if (time === undefined || volatility === undefined) continue;
    const at = time.mul(1_000).toNumber() - start;
    if (points.length > 0 && at <= points[points.length - 1].at) wrong(i + 1, 1, lines[i].length, 'rows must be in the order of time');
    points.push({ at, volatility: volatility.toNumber() });
  }
  if (points.length === 0 && problems.length === 0) wrong(1, 1, 1, 'no rows');
  return points;
}
