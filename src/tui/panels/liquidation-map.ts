// How much would be liquidated at each price: longs below the mark, shorts above it, as positions stand at this moment.

import { type Canvas, type Piece, type Rect } from '../canvas.ts';
import { unitValue } from '../../market/instrument.ts';
import type { View } from '../view.ts';
import { money, price } from './format.ts';

const BLOCKS = ' ▁▂▃▄▅▆▇█';

export function mapPanel(canvas: Canvas, rect: Rect, view: View): void {
  const reach = view.mark === 0 ? 0 : (view.mark - view.mapFrom) / view.mark;
  const sums = sumsOf(view);
  // Without the words where there is no room for them: the signs say it too.
  const [longs, shorts] = rect.width >= 72 ? [' longs', ' shorts'] : ['', ''];
  const title: Piece[] = [
    [rect.width >= 60 ? 'liquidation map' : 'map', 'strong'],
    `  −${(reach * 100).toFixed(0)} %: `,
    [`▲ ${money(view, sums.longs)}${longs}`, 'long'],
    `  +${(reach * 100).toFixed(0)} %: `,
    [`▼ ${money(view, sums.shorts)}${shorts}`, 'short'],
  ];
  const inside = canvas.frame(rect, title);
  const { x: left, y: top, width } = inside;
  const height = inside.height - 1;
  if (width < 10 || height < 1 || view.mark === 0) return;
  const columns = resampled(view, width);
  const most = Math.max(...columns.map(({ longs, shorts }) => longs + shorts));
  columns.forEach(({ longs, shorts }, x) => {
    if (longs + shorts === 0) return;
    const eighths = Math.max(1, Math.round(((longs + shorts) / most) * height * 8));
    for (let row = 0; row < height; row++) {
      const part = Math.max(0, Math.min(8, eighths - row * 8));
      if (part > 0) canvas.put(left + x, top + height - 1 - row, BLOCKS[part], longs >= shorts ? 'long' : 'short');
    }
  });
  const middle = left + (width >> 1);
  for (let row = 0; row < height; row++) {
    if (canvas.isBlank(middle, top + row)) canvas.put(middle, top + row, '┊', 'mark');
  }
  axis(canvas, inside, view, reach);
  if (most > 0) canvas.write(left, top, [[`peak ${money(view, most)}`, 'dim']]);
  canvas.spot('map', { x: left, y: top, width, height: inside.height });
}

interface Column {
  longs: number;
  shorts: number;
}

/** Notional at the price of liquidation, in quote units. */
function resampled({ mapFrom, mapStep, mapLongs, mapShorts, contract }: View, width: number): Column[] {
  const columns: Column[] = Array.from({ length: width }, () => ({ longs: 0, shorts: 0 }));
  for (let bin = 0; bin < mapLongs.length; bin++) {
    const column = columns[Math.floor((bin * width) / mapLongs.length)];
    const value = unitValue(contract, mapFrom + (bin + 0.5) * mapStep);
    column.longs += mapLongs[bin] * value;
    column.shorts += mapShorts[bin] * value;
  }
  return columns;
}

function sumsOf(view: View): Column {
  return resampled(view, 1)[0];
}

function axis(canvas: Canvas, { x, y, width, height }: Rect, view: View, reach: number): void {
  const row = y + height - 1;
  for (const share of width >= 60 ? [-1, -0.5, 0, 0.5, 1] : [-1, 0, 1]) {
    const text = share === 0 ? `mark ${price(view, view.mark)}` : price(view, Math.round(view.mark * (1 + share * reach)));
    const at = x + Math.round(((share + 1) / 2) * (width - 1)) - Math.round(((share + 1) / 2) * (text.length - 1));
    canvas.write(at, row, [[text, share === 0 ? 'mark' : 'dim']]);
  }
}
