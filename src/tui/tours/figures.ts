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

function basisPoints(share: number): string {
  const points = Math.round(share * 10_000);
  return `${points < 0 ? '−' : ''}${grouped(Math.abs(points))} basis point${Math.abs(points) === 1 ? '' : 's'}`;
}

const forced = ({ totals }: View) => totals.onBook + totals.takenOver + totals.deleveraged + totals.pooled + totals.assigned;

/** Of all marks so far. */
function extremeMark({ history, now, mark }: View, choose: (a: number, b: number) => number): number {
  let extreme = mark;
  for (let at = 0; at <= now; at += history.width) {
    const { mark: then } = history.stretch(at, at + history.width);
    if (then > 0) extreme = choose(extreme, then);
  }
  return extreme;
}

export const FIGURES: Readonly<Record<string, Figure>> = {
  time: (view) => time(view, view.now),
  mark: (view) => price(view, view.mark),
  index: (view) => price(view, view.index),
  'mark.start': (view) => price(view, begin(view)),
  'mark.change': (view) => (begin(view) === 0 ? '0 %' : signedPercent(view.mark / begin(view) - 1)),
  basis: (view) => basisPoints(view.index === 0 ? 0 : view.mark / view.index - 1),
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
  'closed.by.force': (view) => asset(view, forced(view)),
  lowest: (view) => price(view, extremeMark(view, Math.min)),
  highest: (view) => price(view, extremeMark(view, Math.max)),
  'largest.fall': (view) => (begin(view) === 0 ? '0 %' : signedPercent(extremeMark(view, Math.min) / begin(view) - 1)),
  bankrupt: (view) => grouped(view.totals.bankrupt),
  halts: (view) => grouped(view.totals.halts),
  trips: (view) => grouped(view.totals.trips),
  breaker: (view) => view.breakers.armed.map(({ kind }) => kind).join(', ') || 'none',
  'breaker.until': (view) => (view.trading.until === 0 ? 'the end' : time(view, view.trading.until)),
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

/** Before a name: the same number of the run that was not changed. */
const UNCHANGED = 'was.';

/** The names in a text that stand for no number; `compared` where there is an unchanged run beside the changed one. */
export function unknownFigures(text: string, compared = false): string[] {
  const known = (name: string) => FIGURES[compared && name.startsWith(UNCHANGED) ? name.slice(UNCHANGED.length) : name] !== undefined;
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1]).filter((name) => !known(name));
}

export function filledIn(text: string, view: View, unchanged?: View): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    if (unchanged !== undefined && name.startsWith(UNCHANGED)) return FIGURES[name.slice(UNCHANGED.length)]?.(unchanged) ?? whole;
    return FIGURES[name]?.(view) ?? whole;
  });
}
