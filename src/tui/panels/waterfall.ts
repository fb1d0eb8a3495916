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
  readonly present: boolean;
}

/** Who paid within this time is paying now: simulated. */
const NOW = 10_000_000;

export function layersOf(view: View): Layer[] {
  const { totals, fund, scenario, winners } = view;
  const listed = (kind: string) => scenario.losses.some((layer) => layer.kind.kind === kind);
  const lost = Math.max(0, fund.start - fund.equity);
  return [
    {
      topic: 'waterfall.margin',
      name: 'margin',
      sign: '✗',
      ink: 'liquidation',
      amount: totals.margin,
      note: "the owners' own",
      paidAt: totals.paidAt.margin,
      present: true,
    },
    {
      topic: 'waterfall.fund',
      name: 'fund',
      sign: '$',
      ink: 'fund',
      amount: lost,
      note:
        fund.start === 0 && fund.equity === 0 ? 'empty from the start' : `${money(view, fund.equity)} left of ${money(view, fund.start)}`,
      paidAt: totals.paidAt.fund,
      present: listed('insurance-fund') || fund.start > 0,
    },
    {
      topic: 'waterfall.deleveraged',
      name: 'winners',
      sign: '⇄',
      ink: 'deleveraged',
      amount: totals.givenUp,
      note: winners === 0 ? 'none deleveraged' : `${grouped(winners)} closed, ${money(view, totals.deleveraged)}`,
      paidAt: totals.paidAt.deleveraged,
      present: listed('auto-deleveraging'),
    },
    {
      topic: 'waterfall.lost',
      name: 'nobody',
      sign: '∅',
      ink: 'lost',
      amount: totals.badDebt,
      note: totals.badDebt === 0 ? 'no bad debt' : 'bad debt',
      paidAt: totals.paidAt.lost,
      present: true,
    },
  ];
}

export function waterfallPanel(canvas: Canvas, rect: Rect, view: View): void {
  const layers = layersOf(view);
  const inside = canvas.frame(rect, [
    ['who pays', 'strong'],
    [`  ${view.scenario.settlement.asset}, so far`, 'dim'],
  ]);
  const most = Math.max(1, ...layers.map(({ amount }) => amount));
  const roomy = inside.height >= layers.length * 3 - 1;
  const each = roomy ? 3 : inside.height >= layers.length * 2 ? 2 : 1;
  layers.forEach(({ topic, name, sign, ink, amount, note, paidAt, present }, i) => {
    const y = inside.y + i * each;
    if (y >= inside.y + inside.height) return;
    const paying = view.now - paidAt < NOW;
    const head: Piece[] = [
      [paying ? '▶' : ' ', 'strong'],
      [` ${sign} `, present ? ink : 'dim'],
      [name.padEnd(8), present ? (paying ? 'strong' : 'plain') : 'dim'],
      [money(view, amount).padStart(8), amount > 0 ? ink : 'dim'],
    ];
    canvas.write(inside.x, y, head, inside.width);
    const beside = inside.x + 20;
    const text = present ? note : 'not at this venue';
    if (each > 1) {
      canvas.write(inside.x + 5, y + 1, [[bar((amount / most) * Math.max(0, inside.width - 6)), ink]], inside.width - 5);
      if (beside + 4 < inside.x + inside.width) canvas.write(beside + 1, y, [[text, 'dim']], inside.x + inside.width - beside - 1);
    } else {
      canvas.write(beside + 1, y, [[bar((amount / most) * Math.max(0, inside.width - 22)), ink]], inside.width - 21);
    }
    canvas.spot(topic, { x: inside.x, y, width: inside.width, height: each });
  });
}
