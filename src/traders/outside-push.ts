// A push that is not made on the book: the index venue is traded, or an asset that others have as margin is sold where its price
// is made. The profit is that of a bet on the book, taken before; the push itself is undone afterwards and costs what it costs.

import { BUY, SELL, type Lots, type Quote, type Side, type Ticks } from '../base/units.ts';
import type { LiquidationMap } from './liquidation-map.ts';

/** A push elsewhere that was thought through. */
export interface OutsidePlan {
  /** Of the bet: selling hunts longs. */
  readonly side: Side;
  /** Lots of the bet. */
  readonly bet: Lots;
  /** By how much the price elsewhere is to move, unsigned: the index in the bet's direction, a collateral always down. */
  readonly move: number;
  /** Money that is traded there for it. */
  readonly value: Quote;
  /** Expected, in quote units. */
  readonly profit: Quote;
}

export interface OutsideBeliefs {
  /** Lots that move the book by 1 %, and money that moves the price elsewhere by as much. */
  readonly depth: number;
  readonly venueDepth: Quote;
  /** The most that is traded elsewhere, the most of the bet. */
  readonly budget: Quote;
  readonly position: Lots;
  /** How far the index is pushed at most, and how far a collateral. */
  readonly reach: number;
  readonly deepest: number;
  readonly carry: number;
  readonly edge: number;
  readonly fee: number;
  /** Share of a push that is lost when it is undone. */
  readonly undoing: number;
  /** Share of open interest whose margin is in the collateral. */
  readonly pledged: number;
  /** Of a lot at a price of one tick, in quote units. */
  readonly lotValue: number;
}

const STEPS = 24;

/** The push of the index that is expected to pay most, or null: all of the market moves with it, and what is forced moves it on. */
export function bestIndexPush(map: LiquidationMap, price: Ticks, beliefs: OutsideBeliefs): OutsidePlan | null {
  return best(price, beliefs, beliefs.reach, (move) =>
    ([SELL, BUY] as const).map((side) => {
      const target = Math.max(1, Math.round(price * (1 + side * move)));
      return { side, gain: move + carried(map.between(price, target, side), move, beliefs) };
    }),
  );
}

/** The sale of a collateral that is expected to pay most, or null: it hurts longs and shorts, and what is forced of both is netted. */
export function bestCollateralPush(map: LiquidationMap, price: Ticks, beliefs: OutsideBeliefs): OutsidePlan | null {
  return best(price, beliefs, beliefs.deepest, (move) => {
    const net = beliefs.pledged * (map.drained(price, SELL, move) - map.drained(price, BUY, move));
    return [{ side: net > 0 ? SELL : BUY, gain: carried(Math.abs(net), 0.02, beliefs) }];
  });
}

interface Chance {
  readonly side: Side;
  /** What the market is expected to move the bet's way, as a fraction. */
  readonly gain: number;
}

function carried(forced: number, least: number, { carry, depth }: OutsideBeliefs): number {
  return Math.min(least * 2, (carry * forced) / (100 * depth));
}

function best(price: Ticks, beliefs: OutsideBeliefs, most: number, chances: (move: number) => readonly Chance[]): OutsidePlan | null {
  const { depth, venueDepth, budget, position, edge, fee, undoing, lotValue } = beliefs;
  let found: OutsidePlan | null = null;
  for (let step = 1; step <= STEPS; step++) {
    const move = (most * step) / STEPS;
    const value = Math.round(move * 100 * venueDepth);
    if (value < 1 || value > budget) break;
    for (const { side, gain } of chances(move)) {
      const net = gain - 2 * fee;
      // The bet moves the book against itself both ways: half of what it would gain is the most that pays.
      const bet = Math.min(position, Math.floor(50 * depth * net));
      if (bet < 1) continue;
      const won = bet * price * lotValue;
      const profit = won * (net - bet / (100 * depth)) - value * (undoing * move + 2 * fee);
      if (profit < edge * won || (found !== null && profit <= found.profit)) continue;
      found = { side, bet, move, value, profit };
    }
  }
  return found;
}
