// OKX: a liquidation fee inside maintenance, reductions by tiers, and the fund's threshold. Sources: support pages and
// copies of them, freqtrade's tests.

import { fundThreshold } from '../../losses/adl-trigger.ts';
import { lotsAbove } from '../../liquidation/tier-down.ts';
import { isolated, notBuilt } from './brackets.ts';
import { direction, form, number, optional, positive, tuple, type VenueExamples } from './family.ts';

export const okx: VenueExamples = {
  venue: 'okx',
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
    // A swap sheds the width of the two tiers above the one it goes down to, a margin pair all above the tier below.
    partial_size: [
      form({ swaps: optional(tuple(positive, positive)), marginPair: optional(tuple(positive, positive)) }, ({ swaps, marginPair }) => ({
        ...(swaps === undefined ? {} : { swapsRemaining: swaps[0] - lotsAbove(swaps[0], swaps[0] - swaps[1]) }),
        ...(marginPair === undefined ? {} : { marginPairSold: lotsAbove(marginPair[0], marginPair[1]) }),
      })),
    ],
    adl_trigger: [
      form({ reference: number, drawdown: number }, ({ reference, drawdown }) => ({ threshold: fundThreshold(reference, drawdown) })),
    ],
    portfolio_margin: [notBuilt('portfolio margin comes with options')],
  },
};
