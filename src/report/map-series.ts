// The liquidation map over time: at even intervals, how much of the first instrument would be liquidated at each price.

import type { Micros } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** Cells by column (time), then row (price, upward); money in human units. */
export interface MapSeries {
  /** Where each column begins, and how long it lasts; micros since 1970. */
  readonly at: readonly number[];
  readonly width: Micros;
  /** The price at which the lowest row begins, and of a row its height. */
  readonly from: number;
  readonly step: number;
  readonly rows: number;
  readonly longs: Float64Array;
  readonly shorts: Float64Array;
}

/** While it is looked at nobody knows how far the price will go: bins of this share of the first mark, so many to each side. */
const FINE = 0.000_5;
const REACH = 1_200;
/** At most so many rows are left. */
const MOST_ROWS = 110;
/** Of the price's range, shown beyond it on either side. */
const BEYOND = 0.3;

export class LiquidationMap {
  readonly #simulation: Simulation;
  readonly #tick: number;
  readonly #unit: number;
  #first = 0;
  #width: Micros = 0;
  readonly #at: number[] = [];
  readonly #longs: Float64Array[] = [];
  readonly #shorts: Float64Array[] = [];

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#tick = Number(simulation.scenario.instruments[0].tick);
    this.#unit = Number(simulation.scenario.settlement.unit);
  }

  /** Asks every account; `at` is when this stands for what is so until `width` later. */
  look(at: Micros, width: Micros): void {
    const { market } = this.#simulation;
    const mark = market.markPrice(1);
    if (this.#first === 0) this.#first = mark;
    if (mark === 0) return;
    this.#width = width;
    const instrument = market.instrument(1);
    const longs = new Float64Array(2 * REACH);
    const shorts = new Float64Array(2 * REACH);
    for (let account = 1; account <= market.accountCount; account++) {
      if (account === market.fundAccount || market.isExempt(account)) continue;
      const lots = market.positionLots(account, 1);
      if (lots === 0) continue;
      const price = market.liquidationPrice(account, 1);
      const bin = Math.floor((price / this.#first - 1) / FINE) + REACH;
      if (price === 0 || bin < 0 || bin >= 2 * REACH) continue;
      (lots > 0 ? longs : shorts)[bin] += notional(instrument, lots, price) * this.#unit;
    }
    this.#at.push(at);
    this.#longs.push(longs);
    this.#shorts.push(shorts);
  }

  /** What was seen, around the prices from `low` to `high`. */
  series(low: number, high: number): MapSeries {
    const first = this.#first * this.#tick;
    const room = (high - low) * BEYOND + first * FINE * 10;
    const bin = (price: number) => Math.max(0, Math.min(2 * REACH - 1, Math.floor((price / first - 1) / FINE) + REACH));
    const lowest = first === 0 ? 0 : bin(low - room);
    const highest = first === 0 ? 0 : bin(high + room);
    const joined = Math.max(1, Math.ceil((highest - lowest + 1) / MOST_ROWS));
    const rows = Math.ceil((highest - lowest + 1) / joined);
    const cells = (columns: readonly Float64Array[]) => {
      const joinedCells = new Float64Array(columns.length * rows);
      columns.forEach((column, x) => {
        for (let y = 0; y < rows; y++) {
          for (let i = lowest + y * joined; i < Math.min(2 * REACH, lowest + (y + 1) * joined); i++) joinedCells[x * rows + y] += column[i];
        }
      });
      return joinedCells;
    };
    return {
      at: this.#at,
      width: this.#width,
      from: first * (1 + (lowest - REACH) * FINE),
      step: first * FINE * joined,
      rows,
      longs: cells(this.#longs),
      shorts: cells(this.#shorts),
    };
  }
}
