// A figure drawn: SVG text, the same for the same numbers. On a page each panel's marks stand in an SVG of their own that
// the page's script stretches to zoom; axes and legends stand outside of it and keep their shape.

import { niceValues, timeTicks, type AxisTick } from './chart-scale.ts';
import type { BlockFigure, Figure, Format, IntervalFigure, Mark, Panel, TimeFigure } from './figure.ts';
import { formatted, frameSvg, paint, short, text, textWidth, type Medium } from './medium.ts';
import { marksSvg, swatch, type Plot } from './marks.ts';

export function figureSvg(figure: Figure, medium: Medium): string {
  switch (figure.kind) {
    case 'time':
      return timeSvg(figure, medium);
    case 'blocks':
      return blocksSvg(figure, medium);
    case 'intervals':
      return intervalsSvg(figure, medium);
  }
}

function timeSvg(figure: TimeFigure, medium: Medium): string {
  const { width, size, thin } = medium;
  const { panels, from, to } = figure;
  const gap = size * 1.9;
  const legend = legendOf(legendEntries(panels), medium, size * 0.6, width);
  const top = legend.height + gap;
  const foot = size * 2.6;
  const height = width * (figure.tall ?? 0.5) * (medium.page ? 1 : 1.2) + legend.height;
  const room = height - top - foot - gap * (panels.length - 1);
  const shares = panels.reduce((sum, { share }) => sum + share, 0);
  let y = top;
  const placed = panels.map((panel) => {
    const tall = (room * panel.share) / shares;
    const at = y;
    y += tall + gap;
    return { panel, y: at, tall, ...axisOf(panel, tall, size) };
  });
  const widest = Math.max(...placed.flatMap(({ ticks }) => ticks.map(({ label }) => textWidth(medium, label, 0.92))));
  const left = widest + size * 0.9;
  const plotWidth = width - left - size * 0.9;
  const bottom = height - foot;
  const parts = [...legend.parts];
  placed.forEach(({ panel, y: at, tall, low, high, ticks }, i) => {
    const plot: Plot = {
      width: plotWidth,
      height: tall,
      x: (value) => ((value - from) / (to - from || 1)) * plotWidth,
      y: (value) => tall - ((value - low) / (high - low || 1)) * tall,
    };
    parts.push(text(medium, left, at - size * 0.55, panel.label, { ink: 'dim', scale: 0.92 }));
    for (const { at: value, label } of ticks) {
      const place = at + plot.y(value);
      parts.push(
        `<line x1="${short(left)}" y1="${short(place)}" x2="${short(left + plotWidth)}" y2="${short(place)}" stroke-width="${thin * 0.8}" ${paint(medium, 'stroke', 'grid')}/>`,
        text(medium, left - size * 0.5, place + size * 0.33, label, { anchor: 'end', scale: 0.92 }),
      );
    }
    const view = `viewBox="0 0 ${short(plotWidth)} ${short(tall)}" preserveAspectRatio="none" overflow="hidden"`;
    const place = `x="${short(left)}" y="${short(at)}" width="${short(plotWidth)}" height="${short(tall)}"`;
    parts.push(
      `<svg class="plot" data-panel="${i}" ${place} ${view}>`,
      ...panel.marks.map((mark) => marksSvg(mark, plot, medium)),
      `</svg>`,
      `<path d="M${short(left)} ${short(at + tall)}h${short(plotWidth)}" fill="none" stroke-width="${thin}" ${paint(medium, 'stroke', 'dim')}/>`,
    );
  });
  const count = Math.max(2, Math.floor(plotWidth / (size * 7)));
  parts.push(
    `<g class="times">`,
    ...timeTicks(from, to, count).map(({ at, label }) => {
      const x = left + ((at - from) / (to - from || 1)) * plotWidth;
      // At the edge it stands inside.
      const edge = x + textWidth(medium, label, 0.92) / 2 > width;
      return `<path d="M${short(x)} ${short(bottom)}v${short(size * 0.4)}" stroke-width="${thin}" ${paint(medium, 'stroke', 'dim')}/>${text(medium, edge ? width : x, bottom + size * 1.45, label, { anchor: edge ? 'end' : 'middle', scale: 0.92 })}`;
    }),
    `</g>`,
  );
  const places = { left, right: left + plotWidth, top, bottom, size };
  const data = medium.page
    ? ` class="figure" data-name="${figure.name}" ${Object.entries(places)
        .map(([name, value]) => `data-${name}="${short(value)}"`)
        .join(' ')}`
    : '';
  return frameSvg(medium, height, data, figure.title, figure.caption, parts);
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly AxisTick[];
}

function axisOf({ marks, include = [], extent, format }: Panel, tall: number, size: number): Axis {
  const [low, high] = extent ?? roomy(extentOf(marks, include), include);
  const shown = niceValues(low, high, Math.max(2, Math.round(tall / (size * 3.2)))).filter((value) => value >= low && value <= high);
  return { low, high, ticks: shown.map((at) => ({ at, label: axisLabel(at, format) })) };
}

/** A little more than there is to be seen, but for an end that was asked for. */
function roomy([low, high]: readonly [low: number, high: number], include: readonly number[]): [low: number, high: number] {
  const room = (high - low || Math.abs(high) * 0.1 || 1) * 0.05;
  return [include.includes(low) ? low : low - room, include.includes(high) && low !== high ? high : high + room];
}

/** Without zeros that say nothing. */
function axisLabel(value: number, format: Format): string {
  return formatted(value, format)
    .replace(/(\.\d*?)0+(?= |$)/, '$1')
    .replace(/\.(?= |$)/, '');
}

function extentOf(marks: readonly Mark[], include: readonly number[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  const add = (values: readonly number[]) => {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  };
  add(include);
  for (const mark of marks) {
    if (mark.kind === 'line' || mark.kind === 'step' || mark.kind === 'bars') add(mark.y);
    if (mark.kind === 'band') {
      add(mark.low);
      add(mark.high);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

interface Entry {
  readonly name: string;
  readonly mark: Mark;
}

function legendEntries(panels: readonly Panel[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { marks } of panels)
    for (const mark of marks) if (mark.name !== '' && !entries.has(mark.name)) entries.set(mark.name, { name: mark.name, mark });
  return [...entries.values()];
}

function legendOf(
  entries: readonly Entry[],
  medium: Medium,
  top: number,
  width: number,
): { readonly height: number; readonly parts: readonly string[] } {
  const { size } = medium;
  // So that no border is cut off.
  const left = medium.thin;
  let x = left;
  let line = 0;
  const parts: string[] = [];
  for (const { name, mark } of entries) {
    const needs = size * 3.2 + textWidth(medium, name);
    if (x + needs > width + size && x > left) {
      x = left;
      line++;
    }
    const y = top + line * size * 1.6;
    parts.push(swatch(mark, x, y, medium), text(medium, x + size * 1.9, y + size * 0.85, name));
    x += needs;
  }
  return { height: entries.length === 0 ? 0 : top + (line + 1) * size * 1.6 - size * 0.4, parts };
}

function blocksSvg(figure: BlockFigure, medium: Medium): string {
  const { width, size, thin } = medium;
  const { blocks, rows, legend } = figure;
  const marks: Mark[] = legend.map(({ name, ink }) => ({ kind: 'spans', name, ink, spans: [] }));
  const drawn = legendOf(
    marks.map((mark) => ({ name: mark.name, mark })),
    medium,
    size * 0.6,
    width,
  );
  const left = size * 2.2;
  const top = drawn.height + size * 1.9;
  const row = Math.min(size * 2.6, (width * (figure.tall ?? 0.4)) / Math.max(1, rows));
  const height = top + row * rows + size * 0.8;
  const scale = (width - left) / Math.max(1, figure.width);
  const parts = [...drawn.parts];
  if (rows === 0) parts.push(text(medium, 0, top, 'no liquidation caused another', { ink: 'dim' }));
  else parts.push(text(medium, 0, top - size * 0.55, 'generation', { ink: 'dim', scale: 0.92 }));
  for (let i = 0; i < rows; i++)
    parts.push(
      text(medium, left - size * 0.6, top + (i + 0.5) * row + size * 0.33, String(i + 1), { anchor: 'end', ink: 'dim', scale: 0.92 }),
    );
  blocks.forEach((block, i) => {
    const wide = Math.max(block.width * scale - thin * 0.8, thin * 0.4);
    const says = medium.page
      ? ` class="block f-${block.ink}" data-block="${i}"`
      : ` fill="${paint(medium, 'fill', block.ink).slice(6, -1)}"`;
    parts.push(
      `<rect x="${short(left + block.x * scale)}" y="${short(top + block.row * row)}" width="${short(wide)}" height="${short(row - thin * 1.2)}"${says}/>`,
    );
  });
  const data = medium.page ? ` class="figure" data-name="${figure.name}"` : '';
  return frameSvg(medium, height, data, figure.title, figure.caption, parts);
}

function intervalsSvg(figure: IntervalFigure, medium: Medium): string {
  const { width, size, thin } = medium;
  const { rows, zero } = figure;
  const left = Math.min(width * 0.42, Math.max(...rows.map(({ name }) => textWidth(medium, name))) + size);
  const line = size * 2.1;
  const top = size * 2;
  const bottom = top + line * rows.length;
  const height = bottom + size * 2.8;
  const finite = rows.flatMap(({ value, low, high, points = [] }) => [value, low, high, ...points].filter((one) => Number.isFinite(one)));
  if (zero !== undefined) finite.push(zero);
  const right = width - size * 1.6;
  const values = niceValues(
    Math.min(...finite, Infinity),
    Math.max(...finite, -Infinity),
    Math.max(2, Math.floor((right - left) / (size * 8))),
  );
  const [low, high] = [values[0], values[values.length - 1]];
  const px = (value: number) => left + size + ((value - low) / (high - low || 1)) * (right - left - size);
  const parts = [text(medium, left + size, size, figure.label, { ink: 'dim', scale: 0.92 })];
  for (const value of values) {
    const x = short(px(value));
    parts.push(
      `<path d="M${x} ${short(top)}V${short(bottom)}" stroke-width="${value === zero ? thin * 1.4 : thin * 0.8}" ${paint(medium, 'stroke', value === zero ? 'dim' : 'grid')}/>`,
      text(medium, x, bottom + size * 1.3, axisLabel(value, figure.format), { anchor: 'middle', scale: 0.92 }),
    );
  }
  rows.forEach(({ name, value, low: from, high: to, points = [], ink }, i) => {
    const y = short(top + (i + 0.5) * line);
    parts.push(text(medium, left, y + size * 0.33, name, { anchor: 'end' }));
    for (const point of points)
      if (Number.isFinite(point))
        parts.push(
          `<path d="M${short(px(point))} ${short(y - size * 0.45)}v${short(size * 0.9)}" stroke-width="${thin}" stroke-opacity="0.45" ${paint(medium, 'stroke', ink)}/>`,
        );
    if (Number.isFinite(from) && Number.isFinite(to))
      parts.push(
        `<path d="M${short(px(from))} ${y}H${short(px(to))}" fill="none" stroke-width="${thin * 2}" ${paint(medium, 'stroke', ink)}/>`,
      );
    if (Number.isFinite(value))
      parts.push(`<circle cx="${short(px(value))}" cy="${y}" r="${short(size * 0.34)}" ${paint(medium, 'fill', ink)}/>`);
  });
  const data = medium.page ? ` class="figure" data-name="${figure.name}"` : '';
  return frameSvg(medium, height, data, figure.title, figure.caption, parts);
}
