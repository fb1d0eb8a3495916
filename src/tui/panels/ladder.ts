// The book: what lies at which prices, grouped, asks above and bids below.

import { bar, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Level, View } from '../view.ts';
import { coins, price } from './format.ts';

export function ladderPanel(canvas: Canvas, rect: Rect, view: View): void {
  const inside = canvas.frame(rect, ['book ', ['▼ asks', 'short'], ' ', ['▲ bids', 'long']]);
  const rows = Math.max(1, (inside.height - 1) >> 1);
  const asks = view.asks.slice(0, rows);
  const bids = view.bids.slice(0, inside.height - 1 - rows);
  const most = Math.max(1, ...asks.map(({ lots }) => lots), ...bids.map(({ lots }) => lots));
  const line = (y: number, { price: ticks, lots }: Level, ink: 'long' | 'short') => {
    const label = price(view, ticks).padStart(11);
    const size = coins(view, lots).padStart(6);
    const room = inside.width - label.length - size.length - 2;
    canvas.write(inside.x, y, [[label, 'plain'], [size, ink], ' ', [bar((lots / most) * room), ink]], inside.width);
    canvas.spot('level', { x: inside.x, y, width: inside.width, height: 1 }, ticks);
  };
  asks.forEach((level, i) => line(inside.y + rows - 1 - i, level, 'short'));
  bids.forEach((level, i) => line(inside.y + rows + 1 + i, level, 'long'));
  canvas.write(inside.x, inside.y + rows, middle(view, inside.width), inside.width);
  canvas.spot('spread', { x: inside.x, y: inside.y + rows, width: inside.width, height: 1 });
  if (asks.length === 0) canvas.write(inside.x, inside.y + rows - 1, [['   nobody sells', 'lost']], inside.width);
  if (bids.length === 0) canvas.write(inside.x, inside.y + rows + 1, [['   nobody buys', 'lost']], inside.width);
}

function middle(view: View, width: number): readonly Piece[] {
  const { bid, ask } = view;
  if (view.trading.phase === 'halted') return [['  ‖ trading is halted', 'strong']];
  if (view.trading.phase === 'auction') return [['  ‖ orders are gathered', 'strong']];
  if (bid === 0 || ask === 0) return [['  one side is empty', 'lost']];
  const basis = ((ask - bid) / ((ask + bid) / 2)) * 10_000;
  const at = price(view, (bid + ask) / 2).padStart(11);
  const spread = `${basis.toFixed(1)} bp`;
  // A number that is cut would be another number.
  const word = at.length + spread.length + 9 <= width ? '  spread ' : '  ';
  return [
    [at, 'strong'],
    [`${word}${spread}`, 'dim'],
  ];
}
