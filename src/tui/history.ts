// Prices and forced closures of one instrument over time, in columns: one row a stretch of simulated time. When there are
// too many rows each two become one, so that memory is bounded however long a run is.

import { MICROS_PER_MILLI, type Micros, type Quote, type Ticks } from '../base/units.ts';

/** What a row starts with; a power-of-two multiple of it is what rows have later. */
export const FINEST: Micros = 250 * MICROS_PER_MILLI;
const MOST_ROWS = 1 << 14;

const COLUMNS = ['low', 'high', 'close', 'mark', 'index', 'halted', 'longs', 'shorts'] as const;
type Column = (typeof COLUMNS)[number];

/** What happened from one instant to another. */
export interface Stretch {
  /** Prices traded, 0 when there was no trade. */
  readonly low: Ticks;
  readonly high: Ticks;
  /** The last traded price, mark and index at its end, 0 before the first. */
  readonly close: Ticks;
  readonly mark: Ticks;
  readonly index: Ticks;
  readonly halted: boolean;
  /** Closed by force from longs and from shorts, quote units. */
  readonly longs: Quote;
  readonly shorts: Quote;
}

export class History {
  /** How much simulated time a row covers. */
  width: Micros = FINEST;
  /** Rows begun. */
  rows = 0;
  readonly #columns: Record<Column, Float64Array>;

  constructor() {
    this.#columns = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(256)])) as Record<Column, Float64Array>;
  }

  trade(at: Micros, price: Ticks): void {
    const row = this.#row(at);
    const { low, high, close } = this.#columns;
    if (low[row] === 0 || price < low[row]) low[row] = price;
    if (price > high[row]) high[row] = price;
    close[row] = price;
  }

  prices(at: Micros, mark: Ticks, index: Ticks): void {
    const row = this.#row(at);
    this.#columns.mark[row] = mark;
    this.#columns.index[row] = index;
  }

  session(at: Micros, open: boolean): void {
    this.#columns.halted[this.#row(at)] = open ? 0 : 1;
  }

  /** `side` of the position: +1 long. */
  forced(at: Micros, side: number, notional: Quote): void {
    const row = this.#row(at);
    this.#columns[side > 0 ? 'longs' : 'shorts'][row] += notional;
  }

  /** From `from` up to before `to`. */
  stretch(from: Micros, to: Micros): Stretch {
    const first = Math.max(0, Math.min(this.rows - 1, Math.floor(from / this.width)));
    const last = Math.max(first, Math.min(this.rows - 1, Math.ceil(to / this.width) - 1));
    const { low, high, close, mark, index, halted, longs, shorts } = this.#columns;
    let lowest = 0;
    let highest = 0;
    let closed = 0;
    let byLongs = 0;
    let byShorts = 0;
    for (let row = first; row <= last && row < this.rows; row++) {
      if (low[row] > 0 && (lowest === 0 || low[row] < lowest)) lowest = low[row];
      if (high[row] > highest) highest = high[row];
      if (halted[row] > 0) closed = 1;
      byLongs += longs[row];
      byShorts += shorts[row];
    }
    return {
      low: lowest,
      high: highest,
      close: close[last],
      mark: mark[last],
      index: index[last],
      halted: closed > 0,
      longs: byLongs,
      shorts: byShorts,
    };
  }

  /** Forgets what happened from `at` on; `at` is where a row begins. */
  cut(at: Micros): void {
    const rows = Math.min(this.rows, Math.ceil(at / this.width));
    for (const name of COLUMNS) this.#columns[name].fill(0, rows, this.rows);
    this.rows = rows;
  }

  clone(): History {
    const copy = new History();
    copy.width = this.width;
    copy.rows = this.rows;
    for (const name of COLUMNS) copy.#columns[name] = this.#columns[name].slice();
    return copy;
  }

  /** The row of `at`; rows before it that nobody wrote keep the last prices. */
  #row(at: Micros): number {
    let row = Math.floor(at / this.width);
    while (row >= MOST_ROWS) {
      this.#halve();
      row = Math.floor(at / this.width);
    }
    if (row < this.rows) return row;
    if (row >= this.#columns.low.length) this.#grow(row);
    const { close, mark, index, halted } = this.#columns;
    for (let i = Math.max(1, this.rows); i <= row; i++) {
      close[i] = close[i - 1];
      mark[i] = mark[i - 1];
      index[i] = index[i - 1];
      halted[i] = halted[i - 1];
    }
    this.rows = row + 1;
    return row;
  }

  #grow(needed: number): void {
    let capacity = this.#columns.low.length;
    while (capacity <= needed) capacity *= 2;
    for (const name of COLUMNS) {
      const wider = new Float64Array(capacity);
      wider.set(this.#columns[name]);
      this.#columns[name] = wider;
    }
  }

  #halve(): void {
    const { low, high, close, mark, index, halted, longs, shorts } = this.#columns;
    const rows = Math.ceil(this.rows / 2);
    for (let row = 0; row < rows; row++) {
      const a = 2 * row;
      const b = Math.min(a + 1, this.rows - 1);
      low[row] = low[a] === 0 || (low[b] > 0 && low[b] < low[a]) ? low[b] : low[a];
      high[row] = Math.max(high[a], high[b]);
      close[row] = close[b];
      mark[row] = mark[b];
      index[row] = index[b];
      halted[row] = Math.max(halted[a], halted[b]);
      longs[row] = longs[a] + (b > a ? longs[b] : 0);
      shorts[row] = shorts[a] + (b > a ? shorts[b] : 0);
    }
    for (const name of COLUMNS) this.#columns[name].fill(0, rows);
    this.rows = rows;
    this.width *= 2;
  }
}
