// A price that changes on a fixed grid of times and is drawn only as far as it has been asked for: what a path is does not
// depend on who looks when.

import { assert } from '../base/assert.ts';
import type { Micros, Ticks } from '../base/units.ts';
import type { Path } from './path.ts';

/** `first` from `start` on; every `resolution` after it, `step` draws the next price, from what it finds in `memory`. */
export function gridPath(start: Micros, resolution: Micros, first: Ticks, memory: object, step: () => Ticks): Path {
  const grid = { now: start, price: first, asked: start };
  return {
    memory: { grid, memory },
    price(at) {
      assert(at >= grid.asked, () => `a path was asked for ${at} after ${grid.asked}`);
      grid.asked = at;
      for (; grid.now + resolution <= at; grid.now += resolution) grid.price = step();
      return grid.price;
    },
  };
}

/** The whole number of ticks nearest to a price, at least one. */
export function wholeTicks(price: number): Ticks {
  return Math.max(1, Math.round(price));
}
