// Choosing a number on the screen, to ask what it is.

import type { Canvas, Spot } from './canvas.ts';
import { explain } from './explain.ts';
import type { View } from './view.ts';

/** What can be clicked but is no number. */
const SILENT: readonly string[] = ['scrubber', 'choice'];

export class Inspector {
  #at = 0;

  /** Moves to another number. */
  move(key: 'left' | 'right' | 'up' | 'down', canvas: Canvas): void {
    const spots = spotsOf(canvas);
    if (spots.length === 0) return;
    if (key === 'left' || key === 'right') this.#at = (this.#at + (key === 'right' ? 1 : spots.length - 1)) % spots.length;
    else this.#at = nearest(spots, Math.min(this.#at, spots.length - 1), key === 'down' ? 1 : -1);
  }

  chosen(canvas: Canvas): Spot | undefined {
    const spots = spotsOf(canvas);
    return spots[Math.max(0, Math.min(this.#at, spots.length - 1))];
  }

  draw(canvas: Canvas, view: View): void {
    const spot = this.chosen(canvas);
    if (spot === undefined) return;
    canvas.paint(spot, 'chosen');
    const title = explain(spot.topic, spot.about, view)?.title ?? spot.topic;
    canvas.write(0, canvas.height - 1, [[` ${title}   enter: explain   arrows: another   esc: back `.padEnd(canvas.width), 'key']]);
  }
}

function spotsOf({ spots }: Canvas): readonly Spot[] {
  return spots.filter(({ topic }) => !SILENT.includes(topic));
}

/** The spot above or below that is nearest, the same one if there is none. */
function nearest(spots: readonly Spot[], from: number, direction: 1 | -1): number {
  const { x, y } = spots[from];
  let best = from;
  let least = Infinity;
  spots.forEach((spot, i) => {
    if ((spot.y - y) * direction <= 0) return;
    const distance = Math.abs(spot.y - y) * 4 + Math.abs(spot.x - x);
    if (distance >= least) return;
    least = distance;
    best = i;
  });
  return best;
}
