// The marks of a panel as SVG paths: one path a mark, however many points, so that a page stays light.

import type { Mark } from './figure.ts';
import { paint, short, type Medium } from './medium.ts';

/** Where values lie in a panel. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function marksSvg(mark: Mark, plot: Plot, medium: Medium): string {
  switch (mark.kind) {
    case 'line':
    case 'step':
      return stroked(linePath(mark, plot), mark, medium);
    case 'band':
      return filled(bandPath(mark, plot), mark, medium, 0.45);
    case 'bars':
      return barsSvg(mark, plot, medium);
    case 'spans':
      return filled(spansPath(mark.spans, plot), mark, medium);
    case 'cells':
      return cellsSvg(mark, plot, medium);
  }
}

/** The mark's sign in a legend. */
export function swatch(mark: Mark, x: number, y: number, medium: Medium): string {
  const { size } = medium;
  const place = `x="${short(x)}" y="${short(y + size * 0.1)}" width="${short(size * 1.4)}" height="${short(size * 0.8)}"`;
  if (mark.kind === 'line' || mark.kind === 'step')
    return stroked(`M${short(x)} ${short(y + size * 0.55)}h${short(size * 1.4)}`, mark, medium);
  if (mark.kind === 'cells') {
    const count = mark.levels.length;
    const wide = (size * 1.4) / count;
    return mark.levels
      .map(
        (_, i) =>
          `<rect x="${short(x + i * wide)}" y="${short(y + size * 0.1)}" width="${short(wide)}" height="${short(size * 0.8)}" fill-opacity="${strength(i, count)}" ${paint(medium, 'fill', mark.ink)}/>`,
      )
      .join('');
  }
  return `<rect ${place} ${looks(mark, medium)}/>`;
}

function looks(mark: Mark, medium: Medium): string {
  const opacity = mark.opacity ?? (mark.kind === 'band' ? 0.45 : 1);
  if (mark.kind !== 'bars' || mark.hatched !== true)
    return `${opacity === 1 ? '' : `fill-opacity="${opacity}" `}${paint(medium, 'fill', mark.ink)}`;
  // A class holds one colour: a border of the same hue is a class of its own.
  return medium.page
    ? `class="f-${mark.ink} s-${mark.ink}" fill-opacity="0.25" stroke-width="${medium.thin}"`
    : `${paint(medium, 'fill', mark.ink)} ${paint(medium, 'stroke', mark.ink)} fill-opacity="0.25" stroke-width="${medium.thin * 0.6}"`;
}

function filled(path: string, mark: Mark, medium: Medium, usual = 1): string {
  const opacity = mark.opacity ?? usual;
  return path === '' ? '' : `<path d="${path}" ${opacity === 1 ? '' : `fill-opacity="${opacity}" `}${paint(medium, 'fill', mark.ink)}/>`;
}

function stroked(path: string, mark: Mark & { readonly kind: 'line' | 'step' }, medium: Medium): string {
  if (path === '') return '';
  const dash = mark.dashed === true ? ` stroke-dasharray="${short(medium.thin * 3)} ${short(medium.thin * 2.5)}"` : '';
  const weight = short(medium.thin * (mark.weight ?? 1.4));
  return `<path d="${path}" fill="none" stroke-width="${weight}" stroke-linejoin="round"${dash} ${paint(medium, 'stroke', mark.ink)}/>`;
}

function linePath({ kind, x, y }: Mark & { readonly kind: 'line' | 'step' }, plot: Plot): string {
  let path = '';
  let pen = false;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) {
      pen = false;
      continue;
    }
    const at = short(plot.x(x[i]));
    const height = short(plot.y(y[i]));
    path += pen ? (kind === 'step' ? `H${at}V${height}` : `L${at} ${height}`) : `M${at} ${height}`;
    pen = true;
  }
  return path;
}

/** A column for each row, as wide as it is to the one before, and never thinner than it can be seen. */
function bandPath({ x, low, high }: Mark & { readonly kind: 'band' }, plot: Plot): string {
  let path = '';
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(low[i])) continue;
    const from = short(plot.x(i === 0 ? x[0] - (x[1] - x[0] || 0) : x[i - 1]));
    const wide = short(plot.x(x[i]) - from);
    const top = short(plot.y(high[i]) - 0.25);
    const tall = short(plot.y(low[i]) + 0.25 - top);
    path += `M${from} ${top}h${wide}v${tall}h${-wide}z`;
  }
  return path;
}

function barsSvg(mark: Mark & { readonly kind: 'bars' }, plot: Plot, medium: Medium): string {
  const { x, y, foot, width } = mark;
  let path = '';
  for (let i = 0; i < x.length; i++) {
    const from = foot?.[i] ?? 0;
    if (!(y[i] > from)) continue;
    const left = short(plot.x(x[i] - width));
    const wide = short(plot.x(x[i]) - plot.x(x[i] - width));
    const top = plot.y(y[i]);
    // What is there at all is seen.
    const tall = short(Math.max(plot.y(from) - top, medium.thin * 0.4));
    path += `M${left} ${short(top)}h${wide}v${tall}h${-wide}z`;
  }
  return path === '' ? '' : `<path d="${path}" ${looks(mark, medium)}/>`;
}

function spansPath(spans: readonly (readonly [from: number, to: number])[], plot: Plot): string {
  let path = '';
  for (const [from, to] of spans) {
    const left = plot.x(from);
    const wide = short(Math.max(plot.x(to) - left, 0.8));
    path += `M${short(left)} 0h${wide}v${short(plot.height)}h${-wide}z`;
  }
  return path;
}

/** Neighbours of one strength along a row are one rectangle. */
function cellsSvg(mark: Mark & { readonly kind: 'cells' }, plot: Plot, medium: Medium): string {
  const { x, width, from, step, rows, values, levels } = mark;
  const paths = levels.map(() => '');
  for (let row = 0; row < rows; row++) {
    const top = short(plot.y(from + (row + 1) * step));
    const tall = short(plot.y(from + row * step) - top);
    let begun = 0;
    let level = -1;
    for (let column = 0; column <= x.length; column++) {
      const here = column < x.length ? levelOf(values[column * rows + row], levels) : -1;
      if (here === level) continue;
      if (level >= 0) {
        const left = short(plot.x(x[begun]));
        const wide = short(plot.x(x[column - 1] + width) - left);
        paths[level] += `M${left} ${top}h${wide}v${tall}h${-wide}z`;
      }
      begun = column;
      level = here;
    }
  }
  return paths
    .map((path, i) =>
      path === ''
        ? ''
        : `<path d="${path}" shape-rendering="crispEdges" fill-opacity="${strength(i, levels.length)}" ${paint(medium, 'fill', mark.ink)}/>`,
    )
    .join('\n');
}

function levelOf(value: number, levels: readonly number[]): number {
  let level = -1;
  if (value > 0) while (level + 1 < levels.length && value >= levels[level + 1]) level++;
  return level;
}

function strength(level: number, count: number): number {
  return short(0.12 + (0.88 * (level + 1)) / count - 0.88 / count / 2);
}
