// What volunteers would take a position over for: the end of the book, as it were, for whoever may ask them. A transfer
// moves no price, so that from some depth on their discount is the cheaper way.

import { PPM, type AccountId, type Lots, type Quote, type Ticks } from '../base/units.ts';
import { unitValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { priceWithin } from './orders.ts';
import type { Leg } from './release.ts';

export interface Offer {
  readonly price: Ticks;
  /** How much of the position they take together. */
  readonly room: Lots;
  /** What the account gives away with a lot, against the mark. */
  readonly given: Quote;
}

/** Discounts are tried in so many steps. */
const STEPS = 8;

/** The least discount, up to `most` of the mark and not beyond the leg's worst price, at which anybody takes any of it. */
export function bestOffer(market: MarketView, account: AccountId, leg: Leg, most: number): Offer | undefined {
  const { instrument, side, lots, mark, limit, multiplier } = leg;
  for (let step = 1; step <= STEPS; step++) {
    const asked = priceWithin(mark, (most * step) / STEPS, side);
    const isBeyond = limit !== 0 && (side > 0 ? asked > limit : asked < limit);
    const price = isBeyond ? limit : asked;
    const room = market.volunteers.takers(instrument, lots, price, account).reduce((sum, taker) => sum + taker.room, 0);
    if (room > 0) return { price, room: Math.min(room, leg.held), given: side * (price - mark) * multiplier };
    if (isBeyond) return undefined;
  }
  return undefined;
}

/** How many of `lots` the book takes for less than the offer, the fee that the offer spares included; and what they cost. */
export function cheaperOnBook(
  { ladder, side, best, mark, multiplier, feePpm, contract }: Leg,
  lots: Lots,
  { given }: Offer,
): { lots: Lots; cost: Quote } {
  const fee = (unitValue(contract, mark) * feePpm) / PPM;
  const gap = side * (best - mark);
  const bound = (given - fee) / multiplier - gap;
  let cheap = 0;
  for (let i = 0, end = ladder.end(0); end !== 0 && cheap < lots && ladder.away(end) <= bound; end = ladder.end(++i))
    cheap = Math.min(end, lots);
  return { lots: cheap, cost: (gap * cheap + ladder.loss(cheap)) * multiplier + fee * cheap };
}
