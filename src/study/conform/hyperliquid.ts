// Hyperliquid: maintenance is half the initial margin at the greatest leverage of a tier. Sources: the documentation on
// margin tiers and liquidations, and positions as the venue showed them.

import { Decimal } from '../../base/decimal.ts';
import { Bench, type Bracket } from './bench.ts';
import { initialAt, Table } from './brackets.ts';
import { direction, form, list, number, object, optional, positive, text, type VenueExamples } from './family.ts';

const half = (maxLeverage: number): Decimal => new Decimal(1).div(maxLeverage).div(2);
const tier = object({ lower: number, maxLeverage: positive });
const bracketsOf = (tiers: readonly { readonly lower: number; readonly maxLeverage: number }[]): Bracket[] =>
  tiers.map(({ lower, maxLeverage }) => ({ floor: lower, rate: half(maxLeverage) }));

export const hyperliquid: VenueExamples = {
  venue: 'hyperliquid',
  families: {
    liquidation_price: [
      form(
        {
          coin: optional(text),
          entry: positive,
          side: direction,
          size: positive,
          isolatedCollateral: number,
          leverage: optional(positive),
          maxLeverage: positive,
        },
        ({ entry, side, size, isolatedCollateral, maxLeverage }) => {
          const holdings = [{ side, size, entry, brackets: [{ floor: 0, rate: half(maxLeverage) }] }];
          const bench = new Bench({ wallet: isolatedCollateral, holdings });
          return { liquidationPrice: bench.liquidationPrice(), bankruptcyPrice: bench.bankruptcyPrice() };
        },
      ),
    ],
    margin: [
      form(
        { notional: number, maxLeverage: positive, leverages: optional(list(positive)) },
        ({ notional, maxLeverage, leverages = [] }) => ({
          mm: new Table([{ floor: 0, rate: half(maxLeverage) }], notional).maintenance(notional),
          ...Object.fromEntries(leverages.map((leverage) => [`im${leverage}`, initialAt(notional, leverage)])),
        }),
      ),
    ],
    margin_tiers: [
      form({ tiers: list(tier), notional: optional(number) }, ({ tiers, notional }) => {
        const table = new Table(bracketsOf(tiers), notional);
        return { deduction: table.deductions, ...(notional === undefined ? {} : { mm: table.maintenance(notional) }) };
      }),
    ],
  },
};
