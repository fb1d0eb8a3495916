// Numbers of a run as panels write them: money in the settlement asset, prices in the instrument's decimals.

import { brief, clock, day, grouped } from '../../base/figures.ts';
import type { Micros, Quote, Ticks } from '../../base/units.ts';
import { priceText } from '../teller.ts';
import type { View } from '../view.ts';

type Scaled = Pick<View, 'scenario' | 'instrument'>;

/** Quote units, such as `45.6 M`. */
export function money({ scenario }: Pick<View, 'scenario'>, units: Quote): string {
  return brief(units * Number(scenario.settlement.unit));
}

export function price({ scenario, instrument }: Scaled, ticks: Ticks): string {
  return ticks === 0 ? '–' : priceText(scenario, instrument, ticks);
}

/** Lots in coins. */
export function coins({ scenario, instrument }: Scaled, lots: number): string {
  return brief(Math.abs(lots) * Number(scenario.instruments[instrument - 1].lot));
}

/** Calendar time of a simulated instant, with seconds. */
export function time({ scenario }: Pick<View, 'scenario'>, at: Micros): string {
  return clock(scenario.start + at, true);
}

/** The same with its date, in a run that ends on another day than it begins. */
export function moment(view: Pick<View, 'scenario'>, at: Micros): string {
  return overnight(view) ? `${date(view, at)} ${time(view, at)}` : time(view, at);
}

/** Of something told at `now`: its time, or its date and minute when it was on another day. */
export function past(view: Pick<View, 'scenario' | 'now'>, at: Micros): string {
  return date(view, at) === date(view, view.now) ? time(view, at) : day(view.scenario.start + at);
}

/** `2025-10-10`. */
export function date({ scenario }: Pick<View, 'scenario'>, at: Micros): string {
  return day(scenario.start + at).slice(0, 10);
}

/** Whether a run ends on another day than it begins. */
export function overnight(view: Pick<View, 'scenario'>): boolean {
  return date(view, 0) !== date(view, view.scenario.duration);
}

/** `32:31`, or `1:02:31`. */
export function elapsed(micros: Micros): string {
  const seconds = Math.floor(micros / 1_000_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** With so many decimals and a sign, which what rounds to zero has not. */
export function signed(value: number, decimals: number): string {
  const size = Math.abs(value).toFixed(decimals);
  return `${Number(size) === 0 ? '' : value > 0 ? '+' : '−'}${size}`;
}

/** A share with a sign, one decimal. */
export function signedPercent(share: number): string {
  return `${signed(share * 100, 1)} %`;
}

/** A margin ratio: `87 %`, `∞` when there is no equity, never more than four digits. */
export function ratio(share: number): string {
  if (!Number.isFinite(share)) return '∞';
  return share >= 10 ? '>999 %' : `${Math.floor(share * 100)} %`;
}

export { brief, grouped };
