// What a figure is drawn on: a page, whose colours follow the reader's choice, or paper, which is white. And the pieces of
// SVG that both are made of.

import { MEANINGS } from '../base/meanings.ts';
import { brief, grouped } from '../base/figures.ts';
import type { Format, Ink } from './figure.ts';

export interface Medium {
  /** In the SVG's units: pixels of a page, points of a paper. */
  readonly width: number;
  readonly size: number;
  /** The thinnest stroke that is used. */
  readonly thin: number;
  /** Whether colours are the page's (CSS classes) or fixed. */
  readonly page: boolean;
  /** The `width` attribute: 85mm. */
  readonly physical?: string;
}

export const PAGE: Medium = { width: 960, size: 13, thin: 1, page: true };
/** One column of a paper is 85 mm, which is 241 points; letters of seven points. */
export const COLUMN: Medium = { width: 241, size: 7, thin: 0.5, page: false, physical: '85mm' };
/** Both columns. */
export const WIDE: Medium = { width: 496, size: 7.5, thin: 0.6, page: false, physical: '175mm' };

const FONT = 'DejaVu Sans, Verdana, sans-serif';
const FIXED: Readonly<Record<Exclude<Ink, keyof typeof MEANINGS>, string>> = { ink: '#111111', dim: '#555555', grid: '#e2e2e2' };

export function colourOf(ink: Ink): string {
  return ink in MEANINGS ? MEANINGS[ink as keyof typeof MEANINGS].light : FIXED[ink as keyof typeof FIXED];
}

/** The attribute that gives a fill or a stroke its colour. */
export function paint(medium: Medium, what: 'fill' | 'stroke', ink: Ink): string {
  return medium.page ? `class="${what[0]}-${ink}"` : `${what}="${colourOf(ink)}"`;
}

export interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly ink?: Ink;
  /** Relative to the medium's letters. */
  readonly scale?: number;
}

export function text(medium: Medium, x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', bold = false, ink = 'ink', scale = 1 } = style;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${short(x)}" y="${short(y)}" font-size="${short(medium.size * scale)}" text-anchor="${anchor}"${weight} ${paint(medium, 'fill', ink)}>${escaped(content)}</text>`;
}

/** About as wide as DejaVu Sans draws it, at the medium's size. */
export function textWidth(medium: Medium, content: string, scale = 1): number {
  let ems = 0;
  for (const char of content) ems += /[ijlIft.,:;|!'\- ]/.test(char) ? 0.36 : /[mwMW%]/.test(char) ? 0.95 : 0.63;
  return ems * medium.size * scale;
}

export function frameSvg(
  medium: Medium,
  height: number,
  attributes: string,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  const size = medium.page
    ? 'width="100%"'
    : `width="${medium.physical}" height="${short((Number.parseFloat(medium.physical ?? '') * height) / medium.width)}mm"`;
  const ground = medium.page ? '' : `<rect width="${medium.width}" height="${short(height)}" fill="#ffffff"/>\n`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${medium.width} ${short(height)}" role="img" font-family="${FONT}"${attributes}>
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
${ground}${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

/** A hundredth of a unit is more than anybody sees. */
export function short(value: number): number {
  return Math.round(value * 100) / 100;
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** On an axis and in a table. */
export function formatted(value: number, format: Format): string {
  if (!Number.isFinite(value)) return '–';
  if (format === 'money') return value === 0 ? '0' : brief(value);
  if (format === 'share') return `${Number((value * 100).toPrecision(3))} %`;
  const size = Math.abs(value);
  const digits =
    size >= 1_000 || Number.isInteger(value)
      ? value.toFixed(size >= 10_000 ? 0 : Number.isInteger(value) ? 0 : 1)
      : String(Number(value.toPrecision(4)));
  return grouped(digits);
}
