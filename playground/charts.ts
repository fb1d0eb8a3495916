// The pictures of a run while it runs: prices, what was closed by force, and what is left of open interest and the fund;
// behind them, in grey, the run before.

import { svg } from './element.ts';
import type { Facts, Row } from './run-messages.ts';
import { brief, clock, grouped } from '../src/base/figures.ts';
import { niceValues, timeTicks } from '../src/report/chart-scale.ts';

const WIDTH = 960;
const LEFT = 72;
const RIGHT = 24;
/** Top and height of each panel's plot. */
const PRICE = { top: 34, height: 230 };
const FORCED = { top: 300, height: 110 };
const SHARES = { top: 446, height: 90 };
const HEIGHT = 562;

export interface Pictured {
  readonly facts: Facts;
  readonly rows: readonly Row[];
  /** Of the run before, of the same length; empty where there is none. */
  readonly before: readonly Row[];
  /** What the run before began with. */
  readonly began: Facts;
}

type Place = (value: number) => number;

export function charts(pictured: Pictured): SVGElement {
  const { facts } = pictured;
  const px: Place = (at) => LEFT + (at / facts.duration) * (WIDTH - LEFT - RIGHT);
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': spoken(pictured) },
    ...halts(pictured, px),
    ...prices(pictured, px),
    ...forced(pictured, px),
    ...shares(pictured, px),
    ...timeTicks(facts.start, facts.start + facts.duration, 8).map(({ at, label }) =>
      text(px(at - facts.start), HEIGHT - 8, label, { anchor: 'middle', faint: true }),
    ),
  );
}

function spoken({ facts, rows }: Pictured): string {
  const last = rows.at(-1);
  if (last === undefined) return 'No prices yet';
  const traded = rows.filter(({ low }) => low > 0);
  const least = Math.min(...traded.map(({ low }) => low));
  return `${facts.symbol} at ${clock(facts.start + last.at)}: last ${price(last.last, facts)}, lowest ${price(least, facts)}, ${grouped(last.liquidations)} liquidations`;
}

function halts({ facts, rows }: Pictured, px: Place): SVGElement[] {
  return rows
    .filter(({ halted }) => halted)
    .map(({ at }) =>
      svg('rect', {
        class: 'halt',
        x: round(px(at - facts.width)),
        y: PRICE.top,
        width: round(px(facts.width) - LEFT),
        height: SHARES.top + SHARES.height - PRICE.top,
      }),
    );
}

function prices({ facts, rows, before }: Pictured, px: Place): SVGElement[] {
  const seen = [...rows, ...before].flatMap(({ low, high, mark, index }) => [low, high, mark, index]).filter((value) => value > 0);
  const scale = scaleOf(seen, PRICE);
  const band = rows
    .filter(({ low }) => low > 0)
    .map(({ at, low, high }) => `M${round(px(at))} ${round(scale.py(low))}V${round(scale.py(high))}`);
  return [
    ...grid(scale, (value) => price(value, facts)),
    ...legend(PRICE.top - 14, `${facts.symbol}, ${facts.asset}`, [
      ['traded', '--traded', ''],
      ['mark', '--mark', ''],
      ['index', '--index', '4 3'],
      ...(before.length > 0 ? ([['traded in the run before', '--before', '2 3']] as const) : []),
    ]),
    line(before, ({ last }) => last, px, scale.py, '--before', '2 3'),
    line(rows, ({ index }) => index, px, scale.py, '--index', '4 3'),
    svg('path', { class: 'plot', d: band.join(''), style: 'stroke: var(--traded); stroke-opacity: 0.55' }),
    line(rows, ({ mark }) => mark, px, scale.py, '--mark'),
    line(rows, ({ last }) => last, px, scale.py, '--traded'),
  ].filter((part) => part !== undefined);
}

function forced({ facts, rows, before }: Pictured, px: Place): SVGElement[] {
  const scale = scaleOf([0, 1, ...[...rows, ...before].flatMap(({ longs, shorts }) => [-longs, shorts])], FORCED);
  const bars = (of: readonly Row[], value: (row: Row) => number, colour: string, opacity: number) => {
    const d = of
      .filter((row) => value(row) !== 0)
      .map((row) => `M${round(px(row.at))} ${round(scale.py(0))}V${round(scale.py(value(row)))}`);
    return svg('path', { class: 'plot', d: d.join(''), style: `stroke: var(${colour}); stroke-opacity: ${opacity}` });
  };
  return [
    ...grid(scale, (value) => brief(Math.abs(value))),
    ...legend(FORCED.top - 14, `Closed by force, ${facts.asset} in ${Math.round(facts.width / 1e5) / 10} s`, [
      ['▲ longs, sold', '--long', ''],
      ['▼ shorts, bought', '--short', ''],
    ]),
    bars(before, ({ longs }) => -longs, '--before', 0.5),
    bars(before, ({ shorts }) => shorts, '--before', 0.5),
    bars(rows, ({ longs }) => -longs, '--long', 1),
    bars(rows, ({ shorts }) => shorts, '--short', 1),
  ];
}

function shares({ facts, rows, before, began }: Pictured, px: Place): SVGElement[] {
  const interest = (of: Facts) => (row: Row) => (100 * row.openInterest) / (of.openInterest || 1);
  const fund = (row: Row) => (100 * row.fund) / facts.fund;
  const hasFund = facts.fund > 0;
  const seen = [...rows.map(interest(facts)), ...before.map(interest(began)), ...(hasFund ? rows.map(fund) : [])];
  const scale = scaleOf([99, 100, ...seen.filter((share) => share >= 0 && share < 200)], SHARES);
  const kept: Place = (share) => scale.py(Math.min(scale.values.at(-1)!, Math.max(scale.values[0], share)));
  return [
    ...grid(scale, (value) => `${value} %`),
    ...legend(SHARES.top - 14, 'Of what it was at the start', [
      ['open interest', '--interest', ''],
      ...(hasFund ? ([['insurance fund', '--fund', '6 2']] as const) : []),
    ]),
    line(before, interest(began), px, kept, '--before', '2 3'),
    line(rows, interest(facts), px, kept, '--interest'),
    hasFund ? line(rows, fund, px, kept, '--fund', '6 2') : undefined,
  ].filter((part) => part !== undefined);
}

interface Scale {
  readonly values: readonly number[];
  readonly py: Place;
}

function scaleOf(seen: readonly number[], { top, height }: { readonly top: number; readonly height: number }): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const value of seen) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const values = low <= high ? niceValues(low, high, Math.max(2, Math.round(height / 48))) : [0, 1];
  const [least, most] = [values[0], values[values.length - 1]];
  return { values, py: (value) => top + height - ((value - least) / (most - least)) * height };
}

function grid({ values, py }: Scale, label: (value: number) => string): SVGElement[] {
  return values.flatMap((value) => {
    const y = round(py(value));
    const rule = { class: value === 0 ? 'zero' : 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y };
    return [svg('line', rule), text(LEFT - 8, y + 4, label(value), { anchor: 'end', faint: true })];
  });
}

/** Rows in which there was nothing to draw, 0, break no line. */
function line(
  rows: readonly Row[],
  value: (row: Row) => number,
  px: Place,
  py: Place,
  colour: string,
  dashes = '',
): SVGElement | undefined {
  const points = rows.filter((row) => value(row) !== 0).map((row) => `${round(px(row.at))} ${round(py(value(row)))}`);
  if (points.length === 0) return undefined;
  return svg('path', { class: 'plot', d: `M${points.join('L')}`, style: `stroke: var(${colour})`, 'stroke-dasharray': dashes });
}

function legend(y: number, title: string, entries: readonly (readonly [name: string, colour: string, dashes: string])[]): SVGElement[] {
  const parts = [text(LEFT, y, title, {})];
  let x = LEFT + 14 + title.length * 6.9;
  for (const [name, colour, dashes] of entries) {
    const stroke = { class: 'plot', x1: x, x2: x + 20, y1: y - 4, y2: y - 4, 'stroke-dasharray': dashes };
    parts.push(svg('line', { ...stroke, style: `stroke: var(${colour}); stroke-width: 2.5` }), text(x + 26, y, name, { faint: true }));
    x += 44 + name.length * 6.6;
  }
  return parts;
}

function text(
  x: number,
  y: number,
  content: string,
  { anchor = 'start', faint = false }: { readonly anchor?: string; readonly faint?: boolean },
) {
  return svg('text', { x: round(x), y: round(y), 'text-anchor': anchor, class: faint ? 'faint' : '' }, content);
}

export function price(value: number, { decimals }: Facts): string {
  return grouped(value.toFixed(decimals));
}

/** A tenth of a pixel is more than anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
