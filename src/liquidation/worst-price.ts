// The worst price that an order may trade at: within a band around the mark, and as a rule so good that equity is not
// below zero once everything is closed at it and the fee is paid.

import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type AccountId, type Side, type Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import { priceWithin, withinBankruptcy, type Holding } from './orders.ts';

/** `solvent`: (q·P − E) ÷ (q·(1 − f)) for a long. `bankruptcy`: without regard to the fee. `band`: the band alone. */
export type Bound = 'solvent' | 'bankruptcy' | 'band';

export function worstPrice(market: MarketView, account: AccountId, holding: Holding, band: number, bound: Bound = 'solvent'): Ticks {
  const { instrument, side } = holding;
  const { liquidationFeePpm, maxPrice } = market.instrument(instrument);
  const mark = market.markPrice(instrument);
  const inBand = priceWithin(mark, band, side);
  if (bound === 'band') return Math.min(maxPrice, inBand);
  const bankruptcy = withinBankruptcy(market, account, holding);
  if (bound === 'bankruptcy') return withinBankruptcy(market, account, holding, inBand);
  // Where the fee alone would be more than there is, it is capped by what is left: bankruptcy itself is the bound.
  const afterFee =
    side > 0
      ? mulDivFloor(bankruptcy, PPM, PPM + liquidationFeePpm)
      : Math.min(maxPrice, mulDivCeil(bankruptcy, PPM, PPM - liquidationFeePpm));
  const isWithinMark = side > 0 ? afterFee > mark : afterFee < mark;
  return withinBankruptcy(market, account, holding, isWithinMark ? strictest(afterFee, inBand, side) : inBand);
}

/** Of two worst prices, either of them 0 for none. */
export function strictest(a: Ticks, b: Ticks, side: Side): Ticks {
  if (a === 0 || b === 0) return Math.max(a, b);
  return side > 0 ? Math.min(a, b) : Math.max(a, b);
}
