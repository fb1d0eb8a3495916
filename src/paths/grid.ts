// A price that changes on a fixed grid of times and is drawn only as far as it has been asked for: what a path is does not
// depend on who looks when.

import { assert } from '../base/assert.ts';
import type { Micros, Ticks } from '../base/units.ts';
import type { Path } from './path.ts';

/** `first` from `start` on; every `resolution` after it, `step` draws the next price. */
export function gridPath(start: Micros, resolution: Micros, first: Ticks, step: () => Ticks): Path {
  let now = start;
  let price = first;
  let asked = start;
  return {
    price(at) {
      assert(at >= asked, () => `a path was asked for ${at} after ${asked}`);
      asked = at;
      for (; now + resolution <= at; now += resolution) price = step();
      return price;
    },
  };
}

/** The whole number of ticks nearest to a price, at least one. */
export function wholeTicks(price: number): Ticks {
  return Math.max(1, Math.round(price));
}
