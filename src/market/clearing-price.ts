// At which single price a call auction clears: most lots traded, then least left over, then the side that presses, then
// nearest to the reference. (The order of most exchanges' rule books, such as Xetra's or Nasdaq's crosses.)

import type { Lots, Ticks } from '../base/units.ts';

/** All that would buy, or sell, at a price: bids highest first, asks lowest first; prices may repeat. */
export type Interest = readonly (readonly [price: Ticks, lots: Lots])[];

export interface Clearing {
  readonly price: Ticks;
  /** What trades. */
  readonly lots: Lots;
  /** What would still buy (positive) or sell (negative) at this price and finds nobody. */
  readonly surplus: Lots;
}

/**
 * Null when nothing crosses. Else the price between the best ask and the best bid that trades most; among those, the one
 * with the least surplus; among those, the highest when buyers press (surplus > 0) at all of them, the lowest when sellers
 * do, and otherwise the one nearest to `reference`, the higher of two as near.
 */
export function clearingPrice(bids: Interest, asks: Interest, reference: Ticks): Clearing | null {
  if (bids.length === 0 || asks.length === 0) return null;
  const highest = bids[0][0];
  const lowest = asks[0][0];
  if (highest < lowest) return null;
  // Between two prices at which somebody stands nothing changes, so that the best is at one of them or next to one.
  const candidates = new Set<Ticks>();
  for (const [price] of [...bids, ...asks])
    for (const near of [price - 1, price, price + 1]) if (near >= lowest && near <= highest) candidates.add(near);
  if (reference >= lowest && reference <= highest) candidates.add(reference);
  const prices = [...candidates].sort((a, b) => a - b);

  let best: Clearing[] = [];
  let sold = 0;
  let nextAsk = 0;
  let wanted = bids.reduce((sum, [, lots]) => sum + lots, 0);
  let nextBid = bids.length - 1;
  for (const price of prices) {
    while (nextAsk < asks.length && asks[nextAsk][0] <= price) sold += asks[nextAsk++][1];
    while (nextBid >= 0 && bids[nextBid][0] < price) wanted -= bids[nextBid--][1];
    const found = { price, lots: Math.min(sold, wanted), surplus: wanted - sold };
    const better = best.length === 0 ? 1 : found.lots - best[0].lots || Math.abs(best[0].surplus) - Math.abs(found.surplus);
    if (better > 0) best = [found];
    else if (better === 0) best.push(found);
  }
  if (best.every(({ surplus }) => surplus > 0)) return best.at(-1)!;
  if (best.every(({ surplus }) => surplus < 0)) return best[0];
  return best.reduce((nearest, found) => (Math.abs(found.price - reference) <= Math.abs(nearest.price - reference) ? found : nearest));
}
