// What targeted liquidation takes the depth of a book for, when a study makes it blind to one of its inputs or misleads it.

import type { Lots, Quote, Ticks } from '../base/units.ts';
import { unitValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { BookLadder, EvenLadder, SquareRootLadder, type Ladder } from './ladder.ts';
import type { Holding } from './orders.ts';

const DAY_SECONDS = 86_400;
/** Y of the square-root law. */
const CONSTANT = 1;

export interface Assumptions {
  readonly impactScale: number;
  readonly assumeSize: Quote;
  readonly assumeDepth: Quote;
  readonly assumeVolume: Quote;
}

export interface Seen {
  readonly market: MarketView;
  readonly holding: Holding;
  readonly limit: Ticks;
  /** Notional of all that the account holds. */
  readonly total: Quote;
  /** Of the price, over the square root of a second. */
  readonly sigma: number;
  /** Lots within 1 % of the mark, as refitted during the run; 0: as the book shows. */
  readonly depth?: Lots;
}

/**
 * An account that is taken to be `n` times as large as it is finds a book `n` times as thin: the share of each position
 * that goes is then what would be right for the larger one.
 */
export function ladderFor(
  { impactScale, assumeSize, assumeDepth, assumeVolume }: Assumptions,
  { market, holding, limit, total, sigma, depth = 0 }: Seen,
): Ladder {
  const { instrument, side } = holding;
  const held: Lots = Math.abs(holding.lots);
  const mark = market.markPrice(instrument);
  const unit = unitValue(market.instrument(instrument), mark);
  const stretch = assumeSize > 0 ? total / assumeSize : 1;
  if (assumeVolume > 0) {
    const volume = (stretch * assumeVolume) / unit;
    return new SquareRootLadder(held, { constant: CONSTANT * impactScale, sigma: sigma * Math.sqrt(DAY_SECONDS), volume }, mark);
  }
  if (assumeDepth > 0) return new EvenLadder(held, (stretch * assumeDepth) / unit / (0.01 * mark) / impactScale);
  if (depth > 0) return new EvenLadder(held, (stretch * depth) / (0.01 * mark) / impactScale);
  return new BookLadder(market.book(instrument), side, limit, { scale: impactScale, stretch });
}
