// What the page and the worker tell each other. Money and prices are in human units, times in simulated micros.

import type { Choices } from './choices.ts';

export type Order =
  | { readonly type: 'start'; readonly choices: Choices }
  | { readonly type: 'stop' | 'go-on' }
  | { readonly type: 'pace'; readonly pace: number };

export interface Facts {
  readonly name: string;
  readonly seed: string;
  readonly symbol: string;
  readonly asset: string;
  /** Of prices. */
  readonly decimals: number;
  /** Calendar time of simulated 0, micros since 1970. */
  readonly start: number;
  readonly duration: number;
  /** How much simulated time a row covers. */
  readonly width: number;
  /** At the start. */
  readonly openInterest: number;
  readonly fund: number;
}

/** A stretch of simulated time: what happened in it, and how things stood at its end. */
export interface Row {
  /** Its end. */
  readonly at: number;
  /** Prices traded, 0 when there was no trade. */
  readonly low: number;
  readonly high: number;
  /** 0 before the first. */
  readonly last: number;
  readonly mark: number;
  readonly index: number;
  readonly halted: boolean;
  /** Notional closed by force in it, from longs and from shorts. */
  readonly longs: number;
  readonly shorts: number;
  readonly openInterest: number;
  readonly fund: number;
  /** Since the start. */
  readonly calls: number;
  readonly liquidations: number;
  readonly closed: number;
  readonly winners: number;
  readonly badDebt: number;
}

export interface Line {
  readonly at: number;
  readonly ink: string;
  readonly sign: string;
  readonly text: string;
}

/** Where a run stands that was stopped or came to its end. */
export interface Standing {
  readonly now: number;
  readonly ended: boolean;
  readonly digest: string;
  readonly envelopes: number;
  /** Rows of the headline: its name, '' where it goes on with the one before, and its text. */
  readonly figures: readonly (readonly [name: string, text: string])[];
  /** How long the computing took. */
  readonly seconds: number;
}

export type Report =
  | { readonly type: 'ready'; readonly facts: Facts }
  | { readonly type: 'rows'; readonly now: number; readonly rows: readonly Row[]; readonly lines: readonly Line[] }
  | { readonly type: 'stands'; readonly standing: Standing }
  | { readonly type: 'wrong'; readonly text: string };
