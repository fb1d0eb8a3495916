// The middle of the book, for all of the exchange that measures by it.

import type { InstrumentId } from '../base/units.ts';
import type { Market } from '../market/market.ts';

/** The middle of the book in ticks; the last price or the mark where one side is empty. */
export function mid(market: Market, instrument: InstrumentId): number {
  const book = market.book(instrument);
  if (book.bestBid !== 0 && book.bestAsk !== 0) return (book.bestBid + book.bestAsk) / 2;
  return market.lastPrice(instrument) || market.markPrice(instrument);
}
