// How much open interest would be forced to close near the price, and whether the book could take it. The ratio of the two
// in the same band is κ × ρ, the branching ratio of the liquidation ladder with linear impact.

import { assert } from '../base/assert.ts';

/** Positions by column: where each is liquidated, and how large it is. */
export interface LiquidationMap {
  /** Liquidation price of each position, in any unit of price. */
  readonly prices: ArrayLike<number>;
  /** Contracts of each position, above 0 for longs, which are liquidated below the price, and below 0 for shorts. */
  readonly contracts: ArrayLike<number>;
}

export interface Concentration {
  /** Contracts that a fall by the distance would liquidate, and a rise. */
  readonly below: number;
  readonly above: number;
  /** As shares of all contracts on that side. */
  readonly shareBelow: number;
  readonly shareAbove: number;
  /** Contracts per unit of price within the distance below and above: ρ. */
  readonly densityBelow: number;
  readonly densityAbove: number;
}

/** What lies within `distance` (a fraction of `mark`) of the mark; positions beyond their price already count as near. */
export function concentrationNear({ prices, contracts }: LiquidationMap, mark: number, distance: number): Concentration {
  assert(mark > 0 && distance > 0 && prices.length === contracts.length, `concentration: mark ${mark}, distance ${distance}`);
  let below = 0;
  let above = 0;
  let longs = 0;
  let shorts = 0;
  for (let i = 0; i < prices.length; i++) {
    const size = contracts[i];
    if (size > 0) {
      longs += size;
      if (prices[i] >= mark * (1 - distance)) below += size;
    } else {
      shorts -= size;
      if (prices[i] <= mark * (1 + distance)) above -= size;
    }
  }
  const width = mark * distance;
  return {
    below,
    above,
    shareBelow: longs === 0 ? 0 : below / longs,
    shareAbove: shorts === 0 ? 0 : above / shorts,
    densityBelow: below / width,
    densityAbove: above / width,
  };
}

/**
 * Contracts that would be liquidated over contracts that rest in the book, within the same distance: how many contracts
 * the forced sale of one forces next (κ × ρ for a flat book of κ = distance ÷ depth). At 1 and above a fall feeds itself.
 * Infinity where liquidations meet an empty book.
 */
export function ladderRatio(liquidated: number, depth: number): number {
  return liquidated === 0 ? 0 : liquidated / depth;
}

/** Herfindahl's index of the sizes' magnitudes: 1 ÷ n for n alike, 1 for one that holds everything; 0 without any. */
export function herfindahl(sizes: ArrayLike<number>): number {
  let total = 0;
  let squares = 0;
  for (let i = 0; i < sizes.length; i++) {
    total += Math.abs(sizes[i]);
    squares += sizes[i] * sizes[i];
  }
  return total === 0 ? 0 : squares / (total * total);
}
