// Both futures side by side, on the same scale, and below them what the change made of the numbers.

import { layersOf, waterfallPanel } from './waterfall.ts';
import type { Canvas, Piece, Rect } from '../canvas.ts';
import type { View } from '../view.ts';
import { grouped, moment, money, price } from './format.ts';
import { mapPanel } from './liquidation-map.ts';
import { pricePanel, rangeOf } from './price.ts';

export interface Compared {
  readonly choice: string;
  /** As both began, the run as it is, and the changed one. */
  readonly begin: View;
  readonly left: View;
  readonly right: View;
  readonly ended: boolean;
  /** Of both runs, when they have ended. */
  readonly digests?: readonly [left: string, right: string];
  readonly ascii: boolean;
}

interface Row {
  readonly name: string;
  readonly of: (view: View, begin: View) => number;
  readonly text: (view: View, value: number) => string;
}

const amount = (view: View, value: number) => money(view, value);
const count = (_view: View, value: number) => grouped(Math.round(value));

/** The most extreme mark since both began, on the side on which it went further. */
function extreme(view: View, begin: View): number {
  const { history } = view;
  let furthest = begin.mark;
  for (let at = begin.now; at <= view.now; at += history.width) {
    const { mark } = history.stretch(at, at + history.width);
    if (mark > 0 && Math.abs(mark - begin.mark) > Math.abs(furthest - begin.mark)) furthest = mark;
  }
  return furthest;
}

const since = (pick: (view: View) => number) => (view: View, begin: View) => pick(view) - pick(begin);

const ROWS: readonly Row[] = [
  { name: 'liquidations', of: since(({ totals }) => totals.liquidations), text: count },
  {
    name: 'closed by force',
    of: since(({ totals }) => totals.onBook + totals.takenOver + totals.deleveraged + totals.pooled + totals.assigned),
    text: amount,
  },
  { name: 'owners lost in it', of: since(({ totals }) => totals.margin), text: amount },
  { name: 'margin calls', of: since(({ totals }) => totals.calls), text: count },
  { name: 'furthest mark', of: extreme, text: (view, value) => price(view, value) },
  { name: 'mark now', of: (view) => view.mark, text: (view, value) => price(view, value) },
  { name: 'insurance fund', of: ({ fund }) => fund.equity, text: amount },
  { name: 'winners closed', of: since(({ winners }) => winners), text: count },
  { name: 'bad debt', of: since(({ totals }) => totals.badDebt), text: amount },
  { name: 'owed more than had', of: since(({ totals }) => totals.bankrupt), text: count },
  { name: 'open interest', of: ({ openInterest }) => openInterest, text: amount },
  { name: 'triggered by others', of: since(({ cascades }) => cascades.liquidations - cascades.roots), text: count },
  { name: 'halts of trading', of: since(({ totals }) => totals.halts), text: count },
  { name: 'deepest cascade', of: ({ cascades }) => cascades.deepest, text: count },
];

export interface Difference {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly change: string;
}

export function differencesOf({ begin, left, right }: Pick<Compared, 'begin' | 'left' | 'right'>): Difference[] {
  return ROWS.map(({ name, of, text }) => {
    const a = of(left, begin);
    const b = of(right, begin);
    const sign = b > a ? '+' : b < a ? '−' : '';
    // A share of next to nothing says nothing, nor does one that rounds to zero.
    const share = a === 0 || Math.abs(b / a) >= 10 || name.includes('mark') ? 0 : Math.round(Math.abs((b / a - 1) * 100));
    return {
      name,
      left: text(left, a),
      right: text(right, b),
      change: a === b ? 'the same' : `${sign}${text(right, Math.abs(b - a))}${share === 0 ? '' : ` (${sign}${share} %)`}`,
    };
  });
}

export function comparisonFrame(canvas: Canvas, compared: Compared): void {
  const { width, height } = canvas;
  const body = { x: 0, y: 1, width, height: height - 2 };
  const half = width >> 1;
  const table = Math.min(ROWS.length + 3, Math.max(8, Math.round(body.height * 0.42)));
  const upper = body.height - table;
  const { begin, left, right } = compared;
  const from = Math.max(0, begin.now - 60e6);
  const window = { from, to: Math.max(left.now, right.now, begin.now + 120e6) };
  const bounds = rangeOf([left, right], window);
  const layers = Math.max(layersOf(left).length, layersOf(right).length);
  const waterfall = upper >= 14 ? layers + 2 : 0;
  const map = upper - waterfall >= 20 ? 8 : 0;
  const sides: readonly (readonly [Rect, View, Piece])[] = [
    [{ x: 0, y: body.y, width: half, height: upper }, left, ['as it is', 'key']],
    [{ x: half, y: body.y, width: width - half, height: upper }, right, [compared.choice, 'chosen']],
  ];
  for (const [rect, view, name] of sides) {
    const chart = { ...rect, height: rect.height - waterfall - map };
    pricePanel(canvas, chart, view, { span: 0, ascii: compared.ascii, window, bounds, name });
    if (map > 0) mapPanel(canvas, { ...rect, y: chart.y + chart.height, height: map }, view);
    if (waterfall > 0) waterfallPanel(canvas, { ...rect, y: rect.y + rect.height - waterfall, height: waterfall }, view);
  }
  differences(canvas, { x: 0, y: body.y + upper, width, height: table }, compared);
}

/** Whether both are one run, message by message. */
function digestsText({ digests }: Compared): string {
  if (digests === undefined) return '';
  const [left, right] = digests.map((digest) => digest.slice(0, 8));
  return left === right ? `  the same run: digest ${left}…` : `  digests ${left}… and ${right}…`;
}

function differences(canvas: Canvas, rect: Rect, compared: Compared): void {
  const { begin, left, ended } = compared;
  const title: Piece[] = [
    ['what the change makes', 'strong'],
    `  since ${moment(begin, begin.now)}${ended ? ', to the end' : `, until ${moment(left, left.now)}`}`,
    [digestsText(compared), 'dim'],
  ];
  const inside = canvas.frame(rect, title);
  const rows = differencesOf(compared);
  const column = Math.min(24, Math.floor((inside.width - 22) / 3));
  const line = (y: number, name: string, cells: readonly Piece[]) => {
    canvas.write(inside.x + 1, y, name, 20);
    cells.forEach((cell, i) => canvas.write(inside.x + 22 + i * column, y, [cell], column - 1));
  };
  line(inside.y, '', [
    ['as it is', 'dim'],
    [compared.choice, 'chosen'],
    ['difference', 'dim'],
  ]);
  rows.slice(0, inside.height - 1).forEach(({ name, left: a, right: b, change }, i) => {
    line(inside.y + 1 + i, name, [a, b, [change, change === 'the same' ? 'dim' : 'strong']]);
  });
}
