// Price over time in braille: what was traded, the mark, the index; halts shaded; under it what was closed by force.

import type { Micros, Ticks } from '../../base/units.ts';
import { Dots, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Stretch } from '../history.ts';
import type { View } from '../view.ts';
import { date, elapsed, moment, money, price, signedPercent, time } from './format.ts';

export interface PriceWindow {
  /** How much time is shown; 0 is everything so far. */
  readonly span: Micros;
  readonly ascii: boolean;
  /** Instead: from when to when, and the lowest and highest price shown. */
  readonly window?: { readonly from: Micros; readonly to: Micros };
  readonly bounds?: readonly [bottom: Ticks, top: Ticks];
  /** Its title begins with this, and not with the instrument. */
  readonly name?: Piece;
}

const LABELS = 12;
/** How finely a range is looked for. */
const RANGE_COLUMNS = 200;
const BLOCKS = ' ▁▂▃▄▅▆▇█';

export function pricePanel(canvas: Canvas, rect: Rect, view: View, { span, ascii, window, bounds, name }: PriceWindow): void {
  const title: Piece[] = [
    name ?? [view.scenario.instruments[view.instrument - 1].symbol, 'strong'],
    '  ',
    ['█ traded', 'traded'],
    '  ',
    ['━ mark', 'mark'],
    '  ',
    ['┈ index', 'index'],
    '  ',
    ['✗ closed by force', 'liquidation'],
  ];
  const inside = canvas.frame(rect, title);
  const strip = inside.height >= 9 ? 3 : 2;
  const width = inside.width - LABELS;
  const height = inside.height - strip - 1;
  if (width < 8 || height < 2) return;
  const to = window?.to ?? Math.max(view.now, view.history.width * width * 2);
  const from = window?.from ?? (span === 0 ? 0 : Math.max(0, to - span));
  const columns = stretches(view, from, to, width * 2);
  const shown = columns.filter((column) => column !== undefined);
  if (shown.every(({ mark }) => mark === 0)) {
    canvas.write(inside.x + 1, inside.y + (height >> 1), [['no price yet', 'dim']]);
    return;
  }
  const [bottom, top] = bounds ?? range(shown);
  const dots = new Dots(width, height);
  const rowOf = (ticks: number) => Math.round(((top - ticks) / Math.max(1, top - bottom)) * (dots.rows - 1));
  drawLines(dots, columns, rowOf);
  dots.onto(canvas, inside.x, inside.y, ascii);
  for (let x = 0; x < width; x++) {
    if (columns[2 * x]?.halted !== true) continue;
    canvas.shade({ x: inside.x + x, y: inside.y, width: 1, height }, 'halt');
    canvas.put(inside.x + x, inside.y + height - 1, '‖', 'halt');
  }
  labels(canvas, { x: inside.x + width, y: inside.y, width: LABELS, height }, view, bottom, top);
  forcedStrip(canvas, { x: inside.x, y: inside.y + height, width, height: strip }, view, columns);
  const axis = inside.y + inside.height - 1;
  const dated = date(view, from) !== date(view, to) && width >= 56;
  canvas.write(inside.x, axis, [[dated ? moment(view, from) : time(view, from), 'dim']]);
  const scale = `${elapsed(to - from)} shown`;
  const middle = Math.max(10, (width - scale.length) >> 1);
  if (middle + scale.length + 10 <= width) canvas.write(inside.x + middle, axis, [[scale, 'dim']]);
  canvas.writeRight(inside.x + width, axis, time(view, to), 'dim');
  canvas.spot('price', { x: inside.x, y: inside.y, width, height });
  canvas.spot('forced', { x: inside.x, y: inside.y + height, width, height: strip });
}

/** The prices that a window needs to show all of several runs. */
export function rangeOf(views: readonly View[], { from, to }: { readonly from: Micros; readonly to: Micros }): [bottom: Ticks, top: Ticks] {
  return range(views.flatMap((view) => stretches(view, from, to, RANGE_COLUMNS).filter((column) => column !== undefined)));
}

/** One for each dot column; undefined where the run has not come yet. */
function stretches({ history, now }: View, from: Micros, to: Micros, columns: number): (Stretch | undefined)[] {
  const step = (to - from) / columns;
  return Array.from({ length: columns }, (_, i) => {
    const begin = from + i * step;
    return begin > now || history.rows === 0 ? undefined : history.stretch(begin, Math.min(now + 1, begin + step));
  });
}

function range(columns: readonly Stretch[]): [bottom: Ticks, top: Ticks] {
  let bottom = Infinity;
  let top = 0;
  for (const { low, high, mark, index } of columns) {
    for (const ticks of [low, high, mark, index]) {
      if (ticks === 0) continue;
      if (ticks < bottom) bottom = ticks;
      if (ticks > top) top = ticks;
    }
  }
  const air = Math.max(1, Math.round((top - bottom) * 0.03));
  return [bottom - air, top + air];
}

function drawLines(dots: Dots, columns: readonly (Stretch | undefined)[], rowOf: (ticks: number) => number): void {
  // Dotted, so that it is told from the others without colour.
  columns.forEach((column, x) => {
    if (column !== undefined && column.index > 0 && x % 3 === 0) dots.dot(x, rowOf(column.index), 'index');
  });
  let before = 0;
  columns.forEach((column, x) => {
    if (column === undefined || column.close === 0) return;
    const low = column.low === 0 ? column.close : column.low;
    const high = column.high === 0 ? column.close : column.high;
    // Joined to where the column before ended.
    dots.stroke(x, rowOf(before === 0 ? low : Math.min(low, before)), rowOf(Math.max(high, before)), 'traded');
    before = column.close;
  });
  let last = 0;
  columns.forEach((column, x) => {
    if (column === undefined || column.mark === 0) return;
    const row = rowOf(column.mark);
    // A thin line: steps are joined halfway, so that it stays thinner than what was traded.
    dots.stroke(x, last === 0 ? row : Math.round((row + last) / 2), row, 'mark');
    last = row;
  });
}

function labels(canvas: Canvas, rect: Rect, view: View, bottom: Ticks, top: Ticks): void {
  const right = rect.x + rect.width;
  const rowOf = (ticks: number) => Math.round(((top - ticks) / Math.max(1, top - bottom)) * (rect.height - 1));
  canvas.writeRight(right, rect.y, price(view, top), 'dim');
  canvas.writeRight(right, rect.y + rect.height - 1, price(view, bottom), 'dim');
  const marks = [
    ['index', view.index, 'index'],
    ['mark', view.mark, 'mark'],
  ] as const;
  const taken = new Set([0, rect.height - 1]);
  const free = (wanted: number): number =>
    [0, 1, -1, 2, -2, 3].map((step) => wanted + step).find((row) => row >= 0 && row < rect.height && !taken.has(row)) ?? -1;
  for (const [topic, ticks, ink] of marks.toReversed()) {
    if (ticks === 0) continue;
    const at = Math.max(0, Math.min(rect.height - 1, rowOf(ticks)));
    const row = topic === 'mark' ? at : free(at);
    if (row < 0) continue;
    taken.add(row);
    canvas.write(rect.x, rect.y + row, [[price(view, ticks).padStart(rect.width), ink]]);
    canvas.spot(topic, { x: rect.x, y: rect.y + row, width: rect.width, height: 1 });
  }
  const first = view.history.stretch(0, view.history.width).mark;
  const row = free(rowOf(view.mark) + 2);
  if (first > 0 && rect.height >= 6 && row >= 0) canvas.writeRight(right, rect.y + row, signedPercent(view.mark / first - 1), 'dim');
}

/** Bars of what was closed by force, and whose: L longs, S shorts. */
function forcedStrip(canvas: Canvas, rect: Rect, view: View, columns: readonly (Stretch | undefined)[]): void {
  const sums = Array.from({ length: rect.width }, (_, x) => {
    const pair = [columns[2 * x], columns[2 * x + 1]];
    return {
      longs: pair.reduce((sum, column) => sum + (column?.longs ?? 0), 0),
      shorts: pair.reduce((sum, column) => sum + (column?.shorts ?? 0), 0),
    };
  });
  const most = Math.max(...sums.map(({ longs, shorts }) => longs + shorts));
  const bars = rect.height - 1;
  canvas.writeRight(rect.x + rect.width + LABELS, rect.y, most === 0 ? '' : `✗ ${money(view, most)}`, 'liquidation');
  if (most === 0) return;
  sums.forEach(({ longs, shorts }, x) => {
    if (longs + shorts === 0) return;
    // The root, so that a single closure is seen beside a cascade.
    const eighths = Math.max(1, Math.round(Math.sqrt((longs + shorts) / most) * bars * 8));
    for (let row = 0; row < bars; row++) {
      const part = Math.max(0, Math.min(8, eighths - row * 8));
      if (part > 0) canvas.put(rect.x + x, rect.y + bars - 1 - row, BLOCKS[part], 'liquidation');
    }
    canvas.put(rect.x + x, rect.y + bars, longs >= shorts ? 'L' : 'S', longs >= shorts ? 'long' : 'short');
  });
}
