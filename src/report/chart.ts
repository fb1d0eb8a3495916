// One chart as SVG text: lines, steps and bars over time or numbers, axes with round marks, a legend, and rows of marks
// below the plot for events. No script and no style sheet, the same bytes for the same numbers; PNG is made of it in png.ts.

import { niceValues, timeTicks } from './chart-scale.ts';

export interface Series {
  readonly name: string;
  /** `line` joins points, `step` holds a value until the next, `bars` stand on zero. */
  readonly kind: 'line' | 'step' | 'bars';
  /** Ascending. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** From the palette, in turn, when left out. */
  readonly colour?: string;
}

/** A row of marks below the plot: when something happened. */
export interface EventRow {
  /** At the left of the row. */
  readonly name: string;
  /** The series whose colour it takes. */
  readonly series?: string;
  readonly x: ArrayLike<number>;
}

export interface Chart {
  readonly title: string;
  readonly subtitle?: string;
  /** What is measured, above the axis. */
  readonly yLabel: string;
  /** How a value reads on the axis. */
  readonly yFormat: (value: number) => string;
  readonly time: boolean;
  readonly xFormat?: (value: number) => string;
  readonly series: readonly Series[];
  readonly events?: readonly EventRow[];
  /** The axis includes it; 0 by default. */
  readonly yFrom?: number;
  readonly width?: number;
  readonly height?: number;
}

/** Okabe & Ito's colours, which people with any colour vision tell apart. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;
const GREY = '#9a9a9a';
const INK = '#222222';
const FONT = 'DejaVu Sans, Verdana, sans-serif';
const LEFT = 64;
const RIGHT = 16;
const ROW = 16;

export function chartSvg(chart: Chart): string {
  const { title, subtitle = '', series, events = [], width = 960, height = 480, yFrom = 0 } = chart;
  const colours = coloursOf(series);
  const legend = legendLines(
    series.map(({ name }, i) => ({ name, colour: colours[i] })),
    width,
  );
  const top = 52 + (subtitle === '' ? 0 : 18) + legend.height;
  const bottom = height - 30 - events.length * ROW;
  const [low, high] = extent(series.map(({ x }) => x));
  const values = niceValues(...extent([...series.map(({ y }) => y), [yFrom]]), Math.max(2, Math.round((bottom - top) / 60)));
  const [least, most] = [values[0], values[values.length - 1]];
  const px = (x: number): number => LEFT + ((x - low) / (high - low || 1)) * (width - LEFT - RIGHT);
  const py = (y: number): number => bottom - ((y - least) / (most - least)) * (bottom - top);
  const across = Math.max(2, Math.floor((width - LEFT - RIGHT) / 110));
  const format = chart.xFormat ?? String;
  const xTicks = chart.time
    ? timeTicks(low, high, across)
    : niceValues(low, high, across)
        .filter((at) => at >= low && at <= high)
        .map((at) => ({ at, label: format(at) }));
  const parts = [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 24, title, { size: 16, weight: 'bold' }),
    subtitle === '' ? '' : text(LEFT, 44, subtitle, { size: 12, colour: '#555555' }),
    ...legend.marks(subtitle === '' ? 36 : 54),
    text(LEFT - 8, top - 8, chart.yLabel, { size: 11, anchor: 'start', colour: '#555555' }),
    ...values.map((value) => {
      const y = round(py(value));
      const label = text(LEFT - 8, y + 4, chart.yFormat(value), { size: 11, anchor: 'end' });
      return `<line x1="${LEFT}" y1="${y}" x2="${width - RIGHT}" y2="${y}" stroke="${value === 0 ? '#888888' : '#e4e4e4'}"/>${label}`;
    }),
    ...xTicks.map(({ at, label }) => {
      const x = round(px(at));
      return `<line x1="${x}" y1="${bottom}" x2="${x}" y2="${bottom + 5}" stroke="#888888"/>${text(x, bottom + 18, label, { size: 11, anchor: 'middle' })}`;
    }),
    ...series.map((one, i) => mark(one, colours[i], px, py, least)),
    ...events.flatMap((row, i) => eventMarks(row, colourNamed(series, colours, row.series, i), bottom + 30 + i * ROW, px)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT}">
<title>${escaped(title)}</title>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

function coloursOf(series: readonly Series[]): string[] {
  let next = 0;
  return series.map(({ colour, kind }) => colour ?? (kind === 'bars' ? GREY : PALETTE[next++ % PALETTE.length]));
}

/** The colour of the series of that name; of the palette where there is none. */
function colourNamed(series: readonly Series[], colours: readonly string[], name: string | undefined, row: number): string {
  const at = series.findIndex((one) => one.name === name);
  return at < 0 ? PALETTE[row % PALETTE.length] : colours[at];
}

function extent(columns: readonly ArrayLike<number>[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      if (column[i] < low) low = column[i];
      if (column[i] > high) high = column[i];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

type Place = (value: number) => number;

function mark({ kind, x, y }: Series, colour: string, px: Place, py: Place, least: number): string {
  if (x.length === 0) return '';
  const foot = round(py(Math.max(0, least)));
  let path = '';
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) continue;
    const at = round(px(x[i]));
    const height = round(py(y[i]));
    if (kind === 'bars') path += height === foot ? '' : `M${at} ${foot}V${height}`;
    else if (path === '') path = `M${at} ${height}`;
    else path += kind === 'step' ? `H${at}V${height}` : `L${at} ${height}`;
  }
  const stroke = kind === 'bars' ? 'stroke-opacity="0.7" stroke-width="1"' : 'stroke-width="1.4" stroke-linejoin="round"';
  return `<path d="${path}" fill="none" stroke="${colour}" ${stroke}/>`;
}

function eventMarks({ name, x }: EventRow, colour: string, y: number, px: Place): string[] {
  let path = '';
  for (let i = 0; i < x.length; i++) path += `M${round(px(x[i]))} ${y - 5}V${y + 5}`;
  // The name stands at the left, in the room of the axis's labels.
  const label = text(LEFT - 8, y + 3, name, { size: 9, anchor: 'end', colour });
  return [label, path === '' ? '' : `<path d="${path}" stroke="${colour}" stroke-width="1.4"/>`];
}

function legendLines(entries: readonly { readonly name: string; readonly colour: string }[], width: number) {
  const places: { readonly x: number; readonly line: number }[] = [];
  let x = LEFT;
  let line = 0;
  for (const { name } of entries) {
    const needs = 44 + textWidth(name, 12);
    if (x + needs > width - RIGHT && x > LEFT) {
      x = LEFT;
      line++;
    }
    places.push({ x, line });
    x += needs;
  }
  const marks = (top: number): string[] =>
    entries.map(({ name, colour }, i) => {
      const { x: at, line: row } = places[i];
      const y = top + 8 + row * 18;
      return `<line x1="${at}" y1="${y}" x2="${at + 18}" y2="${y}" stroke="${colour}" stroke-width="3"/>${text(at + 24, y + 4, name, { size: 12 })}`;
    });
  return { height: (line + 1) * 18, marks };
}

/** About as wide as DejaVu Sans draws it. */
function textWidth(content: string, size: number): number {
  let ems = 0;
  for (const char of content) ems += /[ijlIft.,:;|!'\- ]/.test(char) ? 0.34 : /[mwMW]/.test(char) ? 0.95 : 0.62;
  return ems * size;
}

interface TextStyle {
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: 'bold';
  readonly colour?: string;
}

function text(x: number, y: number, content: string, { size, anchor = 'start', weight, colour = INK }: TextStyle): string {
  const bold = weight === undefined ? '' : ` font-weight="${weight}"`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}"${bold} fill="${colour}">${escaped(content)}</text>`;
}

/** A tenth of a pixel is more than anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
