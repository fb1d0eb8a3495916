// What happened, minute by minute: a table without the minutes in which nothing did, and a sentence where a run turned.

import { styleText } from 'node:util';
import { Decimal } from '../base/decimal.ts';
import { MICROS_PER_MILLI, MICROS_PER_MINUTE } from '../base/units.ts';
import type { Minute, TurningPoint } from '../simulation/timeline.ts';
import { brief, clock, counted, day, grouped, lasting, percent } from '../base/figures.ts';
import { priceOf } from './headline.ts';

export interface MinutesShown {
  readonly minutes: readonly Minute[];
  readonly turningPoints: readonly TurningPoint[];
  readonly start: number;
  readonly asset: string;
  /** Decimal strings: of the first instrument, and what a quote unit is worth. */
  readonly tick: string;
  readonly lot: string;
  readonly unit: string;
  readonly colour: boolean;
  /** How long lines may be; what is least needed is left out. */
  readonly columns: number;
}

/** A minute is quiet when nobody is called or liquidated and the price moves less than this. */
const QUIET_MOVE = 0.004;

/** Name, width, and what goes first when there is little room: the highest. */
const COLUMNS = [
  ['time', 5, 0],
  ['price', 12, 0],
  ['change', 9, 0],
  ['off index', 9, 3],
  ['calls', 7, 1],
  ['liquidated', 19, 0],
  ['closed', 9, 0],
  ['deleveraged', 11, 5],
  ['fund', 9, 2],
  ['open int.', 9, 2],
  ['depth 1 %', 9, 4],
] as const;

/** For each column, whether there is room for it. */
function fitting(room: number): boolean[] {
  const kept = COLUMNS.map(() => true);
  const width = () => COLUMNS.reduce((sum, [, own], i) => sum + (kept[i] ? own + 2 : 0), -2);
  for (let rank = 5; rank > 0; rank--) for (let i = 0; i < kept.length; i++) if (width() > room && COLUMNS[i][2] === rank) kept[i] = false;
  return kept;
}

export function minutesText(shown: MinutesShown): string {
  const { minutes, turningPoints, colour } = shown;
  const bold = (text: string) => (colour ? styleText('bold', text) : text);
  const dim = (text: string) => (colour ? styleText('dim', text) : text);
  const kept = fitting(shown.columns);
  const tell = (minute: Minute) => aligned(row(minute, before, shown), kept);
  const lines = [
    dim(
      aligned(
        COLUMNS.map(([name]) => name),
        kept,
      ),
    ),
  ];
  let before = minutes[0]?.open ?? 0;
  let today = day(shown.start).slice(0, 10);
  let quiet: Minute[] = [];
  const dated = ({ at }: Minute) => {
    const date = day(shown.start + at).slice(0, 10);
    if (date !== today) lines.push(dim(`  ${date}`));
    today = date;
  };
  const tellQuiet = () => {
    // Skipping a single minute would save nothing.
    if (quiet.length > 1) lines.push(dim(`    ⋮  ${counted(quiet.length, 'quiet minute')}`));
    else
      for (const minute of quiet) {
        dated(minute);
        lines.push(dim(tell(minute)));
      }
    quiet = [];
  };
  minutes.forEach((minute, i) => {
    const points = turningPoints.filter(({ at }) => at >= minute.at && at < minute.at + MICROS_PER_MINUTE);
    const edge = i === 0 || i === minutes.length - 1;
    if (!edge && points.length === 0 && isQuiet(minute, before)) {
      quiet.push(minute);
      return;
    }
    tellQuiet();
    dated(minute);
    for (const point of points) lines.push(`${bold('  ▸')} ${sentence(point, shown)}`);
    const text = tell(minute);
    lines.push(colour && minute.liquidations > 0 ? styleText('red', text) : text);
    if (minute.close > 0) before = minute.close;
  });
  tellQuiet();
  lines.push(
    dim(
      `  price in ${shown.asset}; closed, deleveraged, fund and open interest in ${shown.asset}; depth within 1 % of the mid, both sides, in coins`,
    ),
  );
  return `${lines.join('\n')}\n`;
}

function isQuiet(minute: Minute, before: number): boolean {
  if (minute.liquidations > 0 || minute.marginCalls > 0 || minute.liquidatedNotional > 0) return false;
  if (minute.open === 0 || before === 0) return true;
  return Math.abs(minute.low / before - 1) < QUIET_MOVE && Math.abs(minute.high / before - 1) < QUIET_MOVE;
}

function aligned(cells: readonly string[], kept: readonly boolean[]): string {
  return cells
    .map((cell, i) => cell.padStart(COLUMNS[i][1]))
    .filter((_, i) => kept[i])
    .join('  ');
}

function row(minute: Minute, before: number, { start, tick, lot, unit }: MinutesShown): string[] {
  const money = (units: number) => (units === 0 ? '' : brief(new Decimal(units).mul(unit).toString()));
  const sides =
    minute.longs > 0 && minute.shorts > 0 ? ` (${minute.longs} long)` : minute.shorts > 0 ? ' short' : minute.longs > 0 ? ' long' : '';
  return [
    clock(start + minute.at),
    minute.close === 0 ? '' : grouped(priceOf(minute.close, tick)),
    minute.close === 0 || before === 0 ? '' : percent(minute.close / before - 1, true),
    minute.index === 0 ? '' : `${((minute.mark / minute.index - 1) * 10_000).toFixed(0)} bp`,
    minute.marginCalls === 0 ? '' : grouped(minute.marginCalls),
    minute.liquidations === 0 ? '' : `${grouped(minute.liquidations)}${sides}`,
    money(minute.liquidatedNotional),
    money(minute.deleveragedNotional),
    money(minute.fund) || '0',
    money(minute.openInterest) || '0',
    brief(new Decimal(minute.depth).mul(lot).toString()),
  ];
}

function sentence(point: TurningPoint, { start, asset, tick, unit }: MinutesShown): string {
  const at = clock(start + point.at, true);
  const money = (units: number) => `${brief(new Decimal(units).mul(unit).toString())} ${asset}`;
  switch (point.kind) {
    case 'first-margin-call':
      return `${at}  The first margin call: account ${point.account} is warned.`;
    case 'first-liquidation':
      return `${at}  The first liquidation: account ${point.account}${point.side === 0 ? '' : point.side > 0 ? ', a long,' : ', a short,'} falls below maintenance.`;
    case 'deepest-cascade':
      return `${at}  The deepest cascade begins: ${counted(point.size, 'liquidation')} in ${point.depth} generations within ${lasting(point.duration / MICROS_PER_MILLI)}, ${money(point.notional)}.`;
    case 'worst-minute':
      return `${clock(start + point.at)}     The worst minute: ${counted(point.liquidations, 'liquidation')}, ${money(point.notional)} closed by force, the price moves by ${percent(point.move, true)}.`;
    case 'price-low':
      return `${clock(start + point.at)}     The low: ${grouped(priceOf(point.mid, tick))}, ${percent(point.fall)} below the start.`;
    case 'price-high':
      return `${clock(start + point.at)}     The high: ${grouped(priceOf(point.mid, tick))}, ${percent(point.rise)} above the start.`;
    case 'fund-low':
      return `${at}  The insurance fund is at its lowest: ${money(point.fund)}, ${money(point.paid)} less than at the start.`;
    case 'first-deleveraging':
      return `${at}  The first deleveraging: account ${point.account} loses a winning position.`;
    case 'halt':
      return `${at}  Trading is halted.`;
    case 'resumption':
      return `${at}  Trading resumes.`;
  }
}
