// Everything that is shown of a run: numbers of the moment beside those of the run before, charts and their table, the
// story, and what it came to.

import { charts, price } from './charts.ts';
import { commandOf, type Choices } from './choices.ts';
import { byId, html } from './element.ts';
import type { Facts, Line, Row, Standing } from './run-messages.ts';
import { brief, clock, day, grouped, percent } from '../src/base/figures.ts';

/** More than that nobody reads; the first are kept out of sight, not the last. */
const MOST_LINES = 400;
/** About so many rows has the table behind the charts. */
const TABLE_ROWS = 40;

export class RunView {
  readonly choices: Choices;
  readonly facts: Facts;
  readonly rows: Row[] = [];
  readonly #before: readonly Row[];
  readonly #began: Facts;
  readonly #story = byId('story', HTMLOListElement);
  #drawing = false;

  /** `before` is compared with when it covers the same time. */
  constructor(choices: Choices, facts: Facts, before?: RunView) {
    this.choices = choices;
    this.facts = facts;
    const comparable = before?.facts.name === facts.name && before.facts.duration === facts.duration;
    this.#before = comparable ? before.rows : [];
    this.#began = comparable ? before.facts : facts;
    this.#story.replaceChildren();
    byId('title', HTMLElement).textContent = `${facts.name}, seed ${facts.seed}, from ${day(facts.start)} UTC`;
    byId('headline', HTMLTableElement).replaceChildren();
    byId('command', HTMLPreElement).textContent = commandOf(choices);
    this.#draw();
  }

  add(rows: readonly Row[], lines: readonly Line[]): void {
    this.rows.push(...rows);
    this.#tell(lines);
    // What comes between two pictures is drawn once.
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  stands({ now, ended, digest, figures }: Standing): void {
    const rows = [...figures, ['digest', digest] as const].map(([name, text]) =>
      html('tr', {}, html('th', { scope: 'row' }, name), html('td', name === 'digest' ? { id: 'digest' } : {}, text)),
    );
    byId('headline', HTMLTableElement).replaceChildren(...rows);
    byId('command', HTMLPreElement).textContent = ended ? commandOf(this.choices) : commandOf(this.choices, now);
    this.#draw();
    this.#table();
  }

  #draw(): void {
    const { facts, rows } = this;
    byId('charts', HTMLElement).replaceChildren(charts({ facts, rows, before: this.#before, began: this.#began }));
    const last = rows.at(-1);
    const then = this.#before[rows.length - 1];
    const began = this.#began;
    const { asset } = facts;
    const tiles: (readonly [name: string, value: (row: Row, of: Facts) => string])[] = [
      ['Time, UTC', ({ at }) => clock(facts.start + at, true)],
      ['Last price', (row) => price(row.last, facts)],
      ['Margin calls', ({ calls }) => grouped(calls)],
      ['Liquidations', ({ liquidations }) => grouped(liquidations)],
      [`Closed, ${asset}`, ({ closed }) => brief(closed)],
      ['Open interest', ({ openInterest }, of) => percent(openInterest / (of.openInterest || 1) - 1, true)],
      [`Fund, ${asset}`, ({ fund }) => brief(fund)],
      ['Winners closed', ({ winners }) => grouped(winners)],
      [`Bad debt, ${asset}`, ({ badDebt }) => brief(badDebt)],
    ];
    byId('tiles', HTMLDListElement).replaceChildren(
      ...tiles.map(([name, value], i) => {
        const other = then === undefined || i === 0 ? '' : `before ${value(then, began)}`;
        return html(
          'div',
          {},
          html('dt', {}, name),
          html('dd', {}, last === undefined ? '–' : value(last, facts), html('small', {}, other)),
        );
      }),
    );
  }

  #tell(lines: readonly Line[]): void {
    const story = this.#story;
    const atEnd = story.scrollTop + story.clientHeight > story.scrollHeight - 40;
    for (const { at, ink, sign, text } of lines.slice(-MOST_LINES)) {
      story.append(
        html('li', { class: ink }, html('time', {}, clock(this.facts.start + at, true)), html('span', {}, sign), html('span', {}, text)),
      );
    }
    while (story.childElementCount > MOST_LINES) story.firstElementChild?.remove();
    // Who scrolled back to read is left alone.
    if (atEnd) story.scrollTop = story.scrollHeight;
  }

  #table(): void {
    const { facts, rows } = this;
    const every = Math.max(1, Math.ceil(rows.length / TABLE_ROWS));
    const shown = rows.filter((_, i) => (i + 1) % every === 0 || i === rows.length - 1);
    const columns: (readonly [name: string, value: (row: Row) => string])[] = [
      ['until, UTC', ({ at }) => clock(facts.start + at, true)],
      ['last', ({ last }) => price(last, facts)],
      ['mark', ({ mark }) => price(mark, facts)],
      ['index', ({ index }) => price(index, facts)],
      ['liquidations', ({ liquidations }) => grouped(liquidations)],
      [`closed, ${facts.asset}`, ({ closed }) => brief(closed)],
      [`open interest, ${facts.asset}`, ({ openInterest }) => brief(openInterest)],
      [`fund, ${facts.asset}`, ({ fund }) => brief(fund)],
    ];
    const head = html('tr', {}, ...columns.map(([name]) => html('th', { scope: 'col' }, name)));
    const body = shown.map((row) => html('tr', {}, ...columns.map(([, value]) => html('td', {}, value(row)))));
    const place = byId('rows', HTMLDetailsElement).querySelector('div');
    place?.replaceChildren(html('table', {}, html('thead', {}, head), html('tbody', {}, ...body)));
  }
}
