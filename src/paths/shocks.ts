// Named shocks: on top of any path, the index falls (or jumps) by so much at a time, and comes back or not; or it stands
// still for a while, as a feed does that has stopped.

import { exp, log1p } from '../base/math.ts';
import type { Micros } from '../base/units.ts';
import { wholeTicks } from './grid.ts';
import type { Path } from './path.ts';

export interface PathShock {
  readonly at: Micros;
  /** Change of the price when it is complete: −0.1 is a fall by 10 %. */
  readonly size: number;
  /** How long it takes, evenly in logarithms; 0 is at once. */
  readonly over: Micros;
  /** Half-life of the way back, in logarithms, once it is complete; 0 means that it stays. */
  readonly recovery: Micros;
  /** From `at` on the price stays for so long what it last was, whatever else happens; 0 or nothing: it does not. */
  readonly hold?: Micros;
}

export function withShocks(path: Path, shocks: readonly PathShock[]): Path {
  if (shocks.length === 0) return path;
  const held = { price: 0 };
  const holds = shocks.some(({ hold = 0 }) => hold > 0);
  const memory = path.memory === undefined ? undefined : holds ? { path: path.memory, held } : path.memory;
  const moving: Path = {
    ...(memory === undefined ? {} : { memory }),
    price(at) {
      let log = 0;
      for (const shock of shocks) log += log1p(shock.size) * presence(shock, at);
      const price = path.price(at);
      return log === 0 ? price : wholeTicks(price * exp(log));
    },
  };
  if (!holds) return moving;
  return {
    ...moving,
    price(at) {
      const still = shocks.some(({ at: start, hold = 0 }) => at >= start && at < start + hold);
      if (!still || held.price === 0) held.price = moving.price(at);
      return held.price;
    },
  };
}

/** How much of a shock is there, from 0 to 1. */
function presence({ at: start, over, recovery }: PathShock, at: Micros): number {
  if (at < start) return 0;
  if (at < start + over) return (at - start) / over;
  return recovery === 0 ? 1 : exp((-Math.LN2 * (at - start - over)) / recovery);
}
