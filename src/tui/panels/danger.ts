// The accounts most in danger: how near each is to being closed, at which mark, and what is being done with it.

import type { Canvas, Rect } from '../canvas.ts';
import type { Ink } from '../ink.ts';
import type { Endangered, View } from '../view.ts';
import { money, price, ratio, signedPercent } from './format.ts';

const INK_OF: Readonly<Record<Endangered['state'], Ink>> = {
  safe: 'dim',
  called: 'call',
  canceling: 'liquidation',
  closing: 'liquidation',
  waiting: 'liquidation',
  'handed over': 'fund',
  'taken over': 'fund',
  deleveraging: 'deleveraged',
};

export function dangerPanel(canvas: Canvas, rect: Rect, view: View): void {
  const inside = canvas.frame(rect, [
    ['most in danger', 'strong'],
    ['  closed when the ratio is 100 %', 'dim'],
  ]);
  // Where there is little room: what is done with it rather than how far away that is.
  const wide = inside.width >= 60;
  const cell = wide ? 13 : 12;
  const header = `account      size  ratio${'closed at'.padStart(cell)}${wide ? 'away'.padStart(8) : ''} state`;
  canvas.write(inside.x, inside.y, [[header, 'dim']], inside.width);
  view.endangered.slice(0, Math.max(0, inside.height - 1)).forEach((row, i) => {
    const y = inside.y + 1 + i;
    const { account, lots, notional, liquidation, state } = row;
    const away = view.mark === 0 || liquidation === 0 ? '' : signedPercent(liquidation / view.mark - 1);
    const side: Ink = lots > 0 ? 'long' : 'short';
    canvas.write(
      inside.x,
      y,
      [
        [String(account).padStart(7), account === view.followed?.account ? 'chosen' : 'plain'],
        ' ',
        [lots > 0 ? '▲' : '▼', side],
        [money(view, notional).padStart(8), side],
        [ratio(row.ratio).padStart(7), row.ratio >= 1 ? 'liquidation' : row.ratio >= 0.8 ? 'call' : 'plain'],
        [price(view, liquidation).padStart(cell), 'plain'],
        [wide ? away.padStart(8) : '', 'dim'],
        [` ${state === 'called' ? '! ' : state === 'safe' ? '' : '✗ '}${state}`, INK_OF[state]],
      ],
      inside.width,
    );
    canvas.spot('account', { x: inside.x, y, width: inside.width, height: 1 }, account);
  });
  if (view.endangered.length === 0) canvas.write(inside.x + 1, inside.y + 1, [['nobody holds anything', 'dim']], inside.width - 1);
}
