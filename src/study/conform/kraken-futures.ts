// Kraken Futures: inverse contracts whose maintenance margin follows the mark. Source: the support page on equity protection.

import { Bench } from './bench.ts';
import { sideOf } from './brackets.ts';
import { direction, form, number, optional, positive, type VenueExamples } from './family.ts';

export const krakenFutures: VenueExamples = {
  venue: 'kraken_futures',
  families: {
    liquidation_price: [
      form(
        { contracts: number, entry: positive, marginBtc: number, mm: positive, side: optional(direction) },
        ({ contracts, entry, marginBtc, mm, side }) => {
          const own = { side: sideOf(contracts, side), size: Math.abs(contracts), entry };
          const position = { ...own, contract: 'inverse', brackets: [{ floor: 0, rate: mm }] } as const;
          const bench = new Bench({ wallet: marginBtc, holdings: [position] });
          return { liquidation: bench.liquidationPrice(), bankruptcy: bench.bankruptcyPrice() };
        },
      ),
    ],
  },
};
