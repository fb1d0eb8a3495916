// A figure before it is drawn: what it shows over what, in numbers and meanings. The same figure becomes an SVG on a page,
// which the page's script can zoom, or one for a column of a paper, and a table of its numbers.

import type { Meaning } from '../base/meanings.ts';

/** A meaning, or what is none: text, its lighter kind, lines of a grid. */
export type Ink = Meaning | 'ink' | 'dim' | 'grid';

/** How numbers read; the page's script knows them by name. */
export type Format = 'price' | 'money' | 'count' | 'share';

interface Named {
  readonly name: string;
  readonly ink: Ink;
  /** 1 by default. */
  readonly opacity?: number;
}

export type Mark =
  | (Named & {
      readonly kind: 'line' | 'step';
      readonly x: readonly number[];
      readonly y: readonly number[];
      readonly dashed?: boolean;
      /** Of the stroke, in units of the thinnest that is used. */
      readonly weight?: number;
    })
  /** From `low` to `high` at each place. */
  | (Named & { readonly kind: 'band'; readonly x: readonly number[]; readonly low: readonly number[]; readonly high: readonly number[] })
  /** Standing on `foot` (0 where left out), as wide as `width` and ending at x. */
  | (Named & {
      readonly kind: 'bars';
      readonly x: readonly number[];
      readonly width: number;
      readonly foot?: readonly number[];
      readonly y: readonly number[];
      /** Lines across, so that two of one hue are told apart. */
      readonly hatched?: boolean;
    })
  /** All of the height, from one x to another. */
  | (Named & { readonly kind: 'spans'; readonly spans: readonly (readonly [from: number, to: number])[] })
  /** A grid of squares, the stronger the more: by column, then row. Cells of no value are left out. */
  | (Named & {
      readonly kind: 'cells';
      readonly x: readonly number[];
      readonly width: number;
      readonly from: number;
      readonly step: number;
      readonly rows: number;
      readonly values: ArrayLike<number>;
      /** Where each strength begins, ascending. */
      readonly levels: readonly number[];
    });

export interface Panel {
  readonly label: string;
  readonly format: Format;
  /** Of the figure's height, as a weight. */
  readonly share: number;
  readonly marks: readonly Mark[];
  /** What the axis must include: 0 for amounts, nothing for prices. */
  readonly include?: readonly number[];
  /** The axis ends exactly here. */
  readonly extent?: readonly [low: number, high: number];
}

/** A row at the cursor: what is said where the reader points. */
export interface Reading {
  readonly name: string;
  readonly ink: Ink;
  readonly format: Format;
  /** One for each of the figure's `at`. */
  readonly values: readonly number[];
}

export interface Table {
  readonly head: readonly string[];
  /** The first column is a name or a time, all others numbers or words. */
  readonly rows: readonly (readonly string[])[];
}

export interface TimeFigure {
  readonly kind: 'time';
  readonly name: string;
  readonly title: string;
  /** What is to be seen, in a sentence with the numbers of the run. */
  readonly caption: string;
  readonly from: number;
  readonly to: number;
  readonly panels: readonly Panel[];
  /** Where the cursor may stand, and what it says there. */
  readonly at: readonly number[];
  readonly readings: readonly Reading[];
  readonly table: Table;
  /** Relative to its width; 0.5 by default. */
  readonly tall?: number;
}

/** Blocks in rows: one for each liquidation, below it those it caused. */
export interface BlockFigure {
  readonly kind: 'blocks';
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly blocks: readonly Block[];
  /** In units of blocks: how wide all is, and how many rows. */
  readonly width: number;
  readonly rows: number;
  readonly legend: readonly { readonly name: string; readonly ink: Ink }[];
  readonly table: Table;
  readonly tall?: number;
}

export interface Block {
  readonly x: number;
  readonly width: number;
  readonly row: number;
  readonly ink: Ink;
  readonly says: string;
}

/** A value with its interval for each of some rows. */
export interface IntervalFigure {
  readonly kind: 'intervals';
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly label: string;
  readonly format: Format;
  readonly rows: readonly {
    readonly name: string;
    readonly value: number;
    /** Infinite where there is none. */
    readonly low: number;
    readonly high: number;
    /** Single observations behind it. */
    readonly points?: readonly number[];
    readonly ink: Ink;
  }[];
  /** A line at this value. */
  readonly zero?: number;
  readonly table: Table;
  readonly tall?: number;
}

export type Figure = TimeFigure | BlockFigure | IntervalFigure;
