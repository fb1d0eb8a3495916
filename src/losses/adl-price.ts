// At what price a counterparty is closed against a position that must go. Ticks; never worse for the account than its
// bankruptcy price, unless the venue settles at a market price whatever that leaves.

import type { Side, Ticks } from '../base/units.ts';

export interface AdlPrices {
  /** Of the position that must go: −1 when it is short. */
  readonly side: Side;
  readonly bankruptcy: Ticks;
  readonly mark: Ticks;
  /** The mark before the present one; the mark when there was none. */
  readonly previousMark: Ticks;
  readonly index: Ticks;
}

export const ADL_PRICES = ['bankruptcy', 'mark', 'previous-mark', 'index', 'zero-price'] as const;
export type AdlPriceRule = (typeof ADL_PRICES)[number];

export interface AdlTerms {
  /** What the counterparty pays or receives. */
  readonly price: Ticks;
  /** Of it, what the account does not get but the fund, a lot and tick: 0 but where the two sides have different prices. */
  readonly retained: Ticks;
}

/**
 * The terms of a rule. `markBeyond` (0 for never): at the mark when the bankruptcy price is further from it than this share
 * (Bybit: 5 %). `zero-price` (FTX): the account gets its zero price, the counterparty pays ⅔ of it and ⅓ of the mark, and
 * the fund keeps the difference.
 */
export function adlTerms(rule: AdlPriceRule, prices: AdlPrices, markBeyond = 0): AdlTerms {
  const { bankruptcy, mark, previousMark, index, side } = prices;
  const beyond = markBeyond > 0 && Math.abs(bankruptcy - mark) > markBeyond * mark;
  switch (rule) {
    case 'bankruptcy':
      return { price: beyond ? mark : bankruptcy, retained: 0 };
    case 'mark':
      return { price: mark, retained: 0 };
    case 'previous-mark':
      return { price: previousMark, retained: 0 };
    case 'index':
      return { price: index, retained: 0 };
    case 'zero-price': {
      const blend = counterpartyPrice(bankruptcy, mark);
      // Rounded towards the mark of a solvent account, so that it is never paid less than its zero price.
      const price = side > 0 ? Math.ceil(blend) : Math.floor(blend);
      return { price, retained: Math.max(0, side * (price - bankruptcy)) };
    }
  }
}

/** ⅔ of the zero price and ⅓ of the mark. */
export function counterpartyPrice(zeroPrice: number, mark: number): number {
  return (2 * zeroPrice + mark) / 3;
}

/** The price at which an account with this margin fraction (equity ÷ notional) has nothing left: mark × (1 ∓ fraction). */
export function zeroPrice(mark: number, marginFraction: number, side: Side): number {
  return mark * (1 - side * marginFraction);
}
