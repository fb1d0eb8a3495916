// One self-contained HTML file: figures, tables and words. It asks for nothing from any network, by its own policy.

import type { Figure, Ink, Table } from './figure.ts';
import { figureSvg } from './figure-svg.ts';
import { escaped, PAGE } from './medium.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface Page {
  readonly title: string;
  /** Of what, when, by what. */
  readonly lead: string;
  /** Whether it is what its records say, in a sentence. */
  readonly proof: { readonly same: boolean; readonly text: string } | undefined;
  readonly tiles: readonly { readonly name: string; readonly value: string; readonly note?: string }[];
  readonly parts: readonly PagePart[];
  readonly foot: string;
}

export type PagePart =
  | { readonly kind: 'figure'; readonly figure: Figure }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly caption: string;
      readonly table: Table;
      /** Of each row, where colours name it. */
      readonly inks?: readonly Ink[];
      /** All columns are words. */
      readonly words?: boolean;
    }
  | { readonly kind: 'text'; readonly title: string; readonly paragraphs: readonly string[]; readonly blocks: readonly Preformatted[] };

interface Preformatted {
  readonly text: string;
  /** Where it is long: folded away under this. */
  readonly folded?: string;
}

export function pageHtml({ title, lead, proof, tiles, parts, foot }: Page): string {
  const figures = parts.flatMap((part) => (part.kind === 'figure' ? [part.figure] : []));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<div>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(lead)}</p>
${proof === undefined ? '' : `<p class="${proof.same ? 'same' : 'parted'}" role="status">${proof.same ? '✓' : '✗'} ${escaped(proof.text)}</p>`}
</div>
<button id="theme" type="button" hidden>Dark colours</button>
</header>
<main>
<dl class="tiles">
${tiles.map(({ name, value, note }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}${note === undefined ? '' : ` <small>${escaped(note)}</small>`}</dd></div>`).join('\n')}
</dl>
${parts.map(partHtml).join('\n')}
</main>
<footer><p>${escaped(foot)}</p></footer>
<script type="application/json" id="data">${pageData(figures)}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function partHtml(part: PagePart): string {
  switch (part.kind) {
    case 'figure':
      return figureHtml(part.figure);
    case 'table':
      return `<section>
<h2>${escaped(part.title)}</h2>
<p class="note">${escaped(part.caption)}</p>
${tableHtml(part.table, part.title, part.words === true ? 'words' : '', part.inks)}
</section>`;
    case 'text':
      return `<section>
<h2>${escaped(part.title)}</h2>
${part.paragraphs.map((paragraph) => `<p class="note">${escaped(paragraph)}</p>`).join('\n')}
${part.blocks.map(({ text, folded }) => (folded === undefined ? `<pre tabindex="0">${escaped(text)}</pre>` : `<details><summary>${escaped(folded)}</summary><pre tabindex="0">${escaped(text)}</pre></details>`)).join('\n')}
</section>`;
  }
}

const TOOLS = [
  ['in', 'Zoom in'],
  ['out', 'Zoom out'],
  ['earlier', '◀ Earlier'],
  ['later', 'Later ▶'],
  ['whole', 'Whole run'],
] as const;

function figureHtml(figure: Figure): string {
  const keys =
    figure.kind === 'time'
      ? 'Arrow keys read values (with Shift ten at a time), + and − zoom, 0 shows all.'
      : figure.kind === 'blocks'
        ? 'Arrow keys go from block to block.'
        : '';
  const tools =
    figure.kind === 'time'
      ? `<div class="tools" hidden role="group" aria-label="Time shown">${TOOLS.map(([what, label]) => `<button type="button" data-do="${what}">${label}</button>`).join('')}</div>`
      : '';
  const touched = keys === '' ? '' : ` tabindex="0" role="group" aria-label="${escaped(`${figure.title}. ${keys}`)}"`;
  return `<figure id="${figure.name}">
<figcaption><h2>${escaped(figure.title)}</h2><p>${escaped(figure.caption)}</p></figcaption>
${tools}
<div class="chart"${touched}>
${figureSvg(figure, PAGE)}</div>
<details><summary>The numbers behind it</summary>${tableHtml(figure.table, figure.title, '')}</details>
</figure>`;
}

/** Longer cells are sentences, which begin at the left. */
const LONG = 28;

function tableHtml({ head, rows }: Table, name: string, kind: string, inks?: readonly Ink[]): string {
  const body = rows.map(([first, ...cells], i) => {
    const ink = inks?.[i];
    const swatch = ink === undefined ? '' : `<span class="swatch b-${ink}"></span>`;
    return `<tr><th scope="row">${swatch}${escaped(first)}</th>${cells.map((cell) => `<td${cell.length > LONG ? ' class="long"' : ''}>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  const label = `aria-label="${escaped(name)}"`;
  return `<div class="scroll" tabindex="0" role="region" ${label}><table${kind === '' ? '' : ` class="${kind}"`} ${label}>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div>`;
}

/** What the script reads from. Six digits are more than a cursor can tell. */
function pageData(figures: readonly Figure[]): string {
  const first = figures.find((figure) => figure.kind === 'time');
  const rounded = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null);
  const data = {
    time:
      first === undefined
        ? null
        : { from: first.from, to: first.to, width: first.at.length > 1 ? first.at[1] - first.at[0] : 1, at: first.at },
    figures: Object.fromEntries(
      figures.flatMap((figure): [string, object][] => {
        if (figure.kind === 'time')
          return [
            [
              figure.name,
              { kind: 'time', readings: figure.readings.map((reading) => ({ ...reading, values: reading.values.map(rounded) })) },
            ],
          ];
        return figure.kind === 'blocks' ? [[figure.name, { kind: 'blocks', says: figure.blocks.map(({ says }) => says) }]] : [];
      }),
    ),
  };
  // Nothing in it may end the script it stands in.
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
