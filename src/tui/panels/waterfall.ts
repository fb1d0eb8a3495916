// Who pays: the owners' margin first, then each loss layer of the venue in its order, in the end nobody. What each came
// to so far, and who is paying now.

import { bar, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Ink } from '../ink.ts';
import type { View } from '../view.ts';
import { grouped, money } from './format.ts';

interface Layer {
  readonly topic: string;
  readonly name: string;
  readonly sign: string;
  readonly ink: Ink;
  readonly amount: number;
  readonly note: string;
  readonly paidAt: number;
}

/** Who paid within this time is paying now: simulated. */
const NOW = 10_000_000;

export function layersOf(view: View): Layer[] {
  const { totals, scenario } = view;
  const margin: Layer = {
    topic: 'waterfall.margin',
    name: 'margin',
    sign: '✗',
    ink: 'liquidation',
    amount: totals.margin,
    note: 'what owners had left',
    paidAt: totals.paidAt.margin,
  };
  const lost: Layer = {
    topic: 'waterfall.lost',
    name: 'nobody',
    sign: '∅',
    ink: 'lost',
    amount: totals.badDebt,
    note: totals.badDebt === 0 ? 'no bad debt' : 'bad debt',
    paidAt: totals.paidAt.lost,
  };
  const listed = scenario.losses.flatMap(({ kind: { kind } }) => {
    const layer = OF_KIND[kind]?.(view);
    return layer === undefined ? [] : [layer];
  });
  return [margin, ...listed, lost];
}

/** What a layer of the shelf came to; kinds that only say how a deficit is booked have no row of their own. */
const OF_KIND: Readonly<Record<string, (view: View) => Layer>> = {
  'insurance-fund': (view) => ({
    topic: 'waterfall.fund',
    name: 'fund',
    sign: '$',
    ink: 'fund',
    amount: Math.max(0, view.fund.start - view.fund.equity),
    note:
      view.fund.start === 0 && view.fund.equity === 0
        ? 'empty'
        : `${money(view, view.fund.equity)} left of ${money(view, view.fund.start)}`,
    paidAt: view.totals.paidAt.fund,
  }),
  'liquidity-vault': (view) => ({
    topic: 'waterfall.vault',
    name: 'vault',
    sign: 'V',
    ink: 'vault',
    amount: view.totals.pooled,
    note: `taken over; ${money(view, view.pools.find(({ name }) => name === 'liquidity-vault')?.equity ?? 0)} in it`,
    paidAt: view.totals.paidAt.vault,
  }),
  assignment: (view) => ({
    topic: 'waterfall.assigned',
    name: 'takers',
    sign: 'V',
    ink: 'vault',
    amount: view.totals.assigned,
    note: 'taken over by volunteers',
    paidAt: view.totals.paidAt.assigned,
  }),
  'auto-deleveraging': (view) => ({
    topic: 'waterfall.deleveraged',
    name: 'winners',
    sign: '⇄',
    ink: 'deleveraged',
    amount: view.totals.givenUp,
    note: view.winners === 0 ? 'none deleveraged' : `${grouped(view.winners)} closed, ${money(view, view.totals.deleveraged)}`,
    paidAt: view.totals.paidAt.deleveraged,
  }),
  'socialised-loss': (view) => ({
    topic: 'waterfall.socialised',
    name: 'all',
    sign: 'Σ',
    ink: 'deleveraged',
    amount: view.totals.socialised,
    note: 'spread over all positions',
    paidAt: view.totals.paidAt.shared,
  }),
  clawback: (view) => ({
    topic: 'waterfall.clawback',
    name: 'profits',
    sign: 'Σ',
    ink: 'deleveraged',
    amount: view.totals.clawedBack,
    note: 'taken back from who had won',
    paidAt: view.totals.paidAt.shared,
  }),
};

/** Cells before a layer's bar. */
const LEAD = 22;

export function waterfallPanel(canvas: Canvas, rect: Rect, view: View): void {
  const layers = layersOf(view);
  const inside = canvas.frame(rect, [
    ['who pays', 'strong'],
    [`  ${view.scenario.settlement.asset}, so far`, 'dim'],
  ]);
  const most = Math.max(1, ...layers.map(({ amount }) => amount));
  const each = Math.max(1, Math.min(3, Math.floor((inside.height + 1) / layers.length)));
  layers.forEach(({ topic, name, sign, ink, amount, note, paidAt }, i) => {
    const y = inside.y + i * each;
    if (y >= inside.y + inside.height) return;
    const paying = view.now - paidAt < NOW;
    const head: Piece[] = [
      [paying ? '▶' : ' ', 'strong'],
      [` ${sign} `, ink],
      [name.padEnd(8), paying ? 'strong' : 'plain'],
      [money(view, amount).padStart(8), amount > 0 ? ink : 'dim'],
    ];
    canvas.write(inside.x, y, head, inside.width);
    // A bar of the same ink as a letter would be a block of its background.
    canvas.write(inside.x + LEAD, y, [[bar((amount / most) * Math.max(0, inside.width - LEAD)), ink === 'lost' ? 'strong' : ink]]);
    if (each > 1) canvas.write(inside.x + 4, y + 1, [[note, 'dim']], inside.width - 4);
    canvas.spot(topic, { x: inside.x, y, width: inside.width, height: Math.min(2, each) });
  });
}
