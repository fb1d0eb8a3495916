// Gate: a liquidation fee inside maintenance. Source: the support page on liquidation price, freqtrade's tests.

import { isolated } from './brackets.ts';
import { direction, form, number, optional, positive, type VenueExamples } from './family.ts';

export const gate: VenueExamples = {
  venue: 'gate',
  families: {
    liquidation_price: [
      form(
        {
          side: direction,
          leverage: positive,
          entry: positive,
          amount: positive,
          mmr: positive,
          takerFee: optional(number),
          margin: optional(number),
        },
        ({ side, leverage, entry, amount, mmr, takerFee = 0, margin }) => {
          const bench = isolated({ side, leverage, entry, size: amount, rate: mmr, closingFee: takerFee, margin });
          return { liquidationPrice: bench.liquidationPrice(), bankruptcyPrice: bench.bankruptcyPrice() };
        },
      ),
    ],
  },
};
