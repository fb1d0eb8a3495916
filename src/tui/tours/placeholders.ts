// The numbers of the run at hand in a lesson's sentences: `{liquidations}` becomes how many there were. None is written
// into a lesson, so that with another seed the story follows.

import { unitValue } from '../../market/instrument.ts';
import { grouped, money, price, ratio, signedPercent, time } from '../panels/format.ts';
import type { View } from '../view.ts';

type Figure = (view: View) => string;

const asset = (view: View, units: number) => `${money(view, units)} ${view.scenario.settlement.asset}`;
const begin = (view: View) => view.history.stretch(0, view.history.width).mark;
const sum = (lots: Float64Array, { mapFrom, mapStep, contract }: View) =>
  lots.reduce((total, own, bin) => total + own * unitValue(contract, mapFrom + (bin + 0.5) * mapStep), 0);

export const FIGURES: Readonly<Record<string, Figure>> = {
  time: (view) => time(view, view.now),
  mark: (view) => price(view, view.mark),
  index: (view) => price(view, view.index),
  'mark.start': (view) => price(view, begin(view)),
  'mark.change': (view) => (begin(view) === 0 ? '0 %' : signedPercent(view.mark / begin(view) - 1)),
  basis: (view) => `${view.index === 0 ? 0 : ((view.mark / view.index - 1) * 10_000).toFixed(0)} basis points`,
  calls: (view) => grouped(view.totals.calls),
  liquidations: (view) => grouped(view.totals.liquidations),
  caused: (view) => grouped(view.totals.caused),
  generations: (view) => String(view.totals.generations),
  'branching.ratio': (view) => view.cascades.branchingRatio.toFixed(2),
  'largest.cascade': (view) => grouped(view.cascades.largest),
  'closed.on.book': (view) => asset(view, view.totals.onBook),
  'taken.over': (view) => asset(view, view.totals.takenOver),
  'owners.lost': (view) => asset(view, view.totals.margin),
  fund: (view) => asset(view, view.fund.equity),
  'fund.start': (view) => asset(view, view.fund.start),
  'fund.lost': (view) => asset(view, Math.max(0, view.fund.start - view.fund.equity)),
  winners: (view) => grouped(view.winners),
  'winners.gave.up': (view) => asset(view, view.totals.givenUp),
  deleveraged: (view) => asset(view, view.totals.deleveraged),
  'bad.debt': (view) => asset(view, view.totals.badDebt),
  'open.interest': (view) => asset(view, view.openInterest),
  'longs.below': (view) => asset(view, sum(view.mapLongs, view)),
  'shorts.above': (view) => asset(view, sum(view.mapShorts, view)),
  policy: (view) => view.scenario.liquidation.policy.kind.kind,
  account: (view) => String(view.followed?.account ?? '–'),
  'account.side': (view) => ((view.followed?.lots ?? 0) > 0 ? 'long' : (view.followed?.lots ?? 0) < 0 ? 'short' : 'without a position'),
  'account.size': (view) => asset(view, view.followed?.notional ?? 0),
  'account.equity': (view) => asset(view, view.followed?.equity ?? 0),
  'account.maintenance': (view) => asset(view, view.followed?.maintenance ?? 0),
  'account.ratio': (view) => ratio(view.followed?.ratio ?? 0),
  'account.liquidation': (view) => price(view, view.followed?.liquidation ?? 0),
  'account.leverage': (view) => `${(view.followed?.leverage ?? 0).toFixed(0)}×`,
};

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The names in a text that stand for no number. */
export function unknownFigures(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1]).filter((name) => FIGURES[name] === undefined);
}

export function filledIn(text: string, view: View): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => FIGURES[name]?.(view) ?? whole);
}
