// Whether an announced halt is near: what makes people hasten who would rather not be locked in, and so draws the price to it.

import { BUY, SELL, type Side } from '../base/units.ts';
import type { MarketFeed } from '../market/feed.ts';

/** Towards which halt the price is nearer than `within`, a fraction of the level: down, up, or neither (0). */
export function haltNear({ last, mark, haltBelow, haltAbove }: MarketFeed, within: number): Side | 0 {
  if (within === 0) return 0;
  const price = last > 0 ? last : mark;
  if (haltBelow > 0 && price <= haltBelow * (1 + within)) return SELL;
  return haltAbove > 0 && price >= haltAbove * (1 - within) ? BUY : 0;
}
