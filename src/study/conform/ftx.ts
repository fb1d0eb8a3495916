// FTX (historic): liquidation by the margin fraction of the account. Source: archived help pages.

import { Decimal } from '../../base/decimal.ts';
import { Bench } from './bench.ts';
import { form, list, number, optional, positive, type VenueExamples } from './family.ts';

export const ftx: VenueExamples = {
  venue: 'ftx',
  families: {
    trigger: [
      // A negative size is a short.
      form(
        { collateral: number, size: number, entry: positive, marginFraction: positive },
        ({ collateral, size, entry, marginFraction }) => {
          const position = {
            side: size < 0 ? -1 : 1,
            size: Math.abs(size),
            entry,
            brackets: [{ floor: 0, rate: marginFraction }],
          } as const;
          return { price: new Bench({ wallet: collateral, holdings: [position] }).liquidationPrice() };
        },
      ),
      form(
        { equity: number, notional: number, moves: list(number), marginFraction: optional(positive) },
        ({ equity, notional, moves, marginFraction = 0.03 }) => {
          // As one coin of that price.
          const at = (move: number) =>
            new Bench({
              wallet: equity,
              holdings: [
                {
                  side: notional < 0 ? -1 : 1,
                  size: 1,
                  entry: Math.abs(notional),
                  mark: new Decimal(Math.abs(notional)).mul(new Decimal(1).add(move)),
                  brackets: [{ floor: 0, rate: marginFraction }],
                },
              ],
            });
          return { equity: moves.map((move) => at(move).equity), liquidatable: moves.map((move) => at(move).isLiquidatable()) };
        },
      ),
    ],
  },
};
