// Binance: USD-M futures, and the margin table of COIN-M. Sources: the support pages on liquidation price, protocols and
// auto-deleveraging, and freqtrade's tests of its reading of them.

import { Decimal } from '../../base/decimal.ts';
import { profitPercent } from '../../losses/adl-ranking.ts';
import { impactMarginNotional } from '../../market/funding-rate.ts';
import { deductionAbove } from '../../market/margin-tiers.ts';
import { Bench, scaleFor, type Bracket, type Holding } from './bench.ts';
import { isolated, sideOf, Table } from './brackets.ts';
import { direction, form, list, number, object, oneOf, optional, orNull, positive, type VenueExamples } from './family.ts';
import { scaled, unscaled } from './scale.ts';

const bracket = object({
  floor: number,
  cap: optional(number),
  mmr: positive,
  maxLeverage: optional(positive),
  cum: optional(number),
});

const bracketsOf = (brackets: readonly { readonly floor: number; readonly mmr: number; readonly cum?: number | undefined }[]): Bracket[] =>
  brackets.map(({ floor, mmr, cum }) => ({ floor, rate: mmr, ...(cum === undefined ? {} : { deduction: cum }) }));

const position = object({ q: number, ep: positive, mmr: positive, cum: number, mark: positive, side: optional(direction) });

interface Position {
  readonly q: number;
  readonly ep: number;
  readonly mmr: number;
  readonly cum: number;
  readonly mark: number;
  readonly side: 1 | -1 | undefined;
}

function holding({ q, ep, mmr, cum, mark, side }: Position): Holding {
  return { side: sideOf(q, side), size: Math.abs(q), entry: ep, mark, brackets: [{ floor: 0, rate: mmr, deduction: cum }] };
}

export const binanceUsdm: VenueExamples = {
  venue: 'binance_usdm',
  families: {
    margin_tiers: [
      form({ brackets: list(bracket) }, ({ brackets }) => {
        const table = new Table(brackets.map(({ floor, mmr }) => ({ floor, rate: mmr })));
        return { cum: table.deductions };
      }),
      form({ brackets: list(bracket), notional: number }, ({ brackets, notional }) => {
        const table = new Table(bracketsOf(brackets), notional);
        const tier = table.tierAt(notional);
        const maxLeverage = brackets[tier].maxLeverage ?? null;
        return { mmr: table.rate(tier), cum: table.deductions[tier], maxLeverage, maintenance: table.maintenance(notional) };
      }),
    ],
    liquidation_price: [
      form(
        {
          side: direction,
          leverage: positive,
          entry: positive,
          amount: positive,
          mmr: positive,
          maintAmount: optional(number),
          isolatedMargin: optional(number),
        },
        ({ side, leverage, entry, amount, mmr, maintAmount, isolatedMargin }) => {
          const bench = isolated({ side, leverage, entry, size: amount, rate: mmr, deduction: maintAmount, margin: isolatedMargin });
          return { liquidationPrice: bench.liquidationPrice(), bankruptcyPrice: bench.bankruptcyPrice() };
        },
      ),
      // The bracket is that of the notional at the price itself.
      form(
        {
          side: direction,
          leverage: positive,
          entry: positive,
          amount: positive,
          brackets: list(bracket),
          isolatedMargin: optional(number),
        },
        ({ side, leverage, entry, amount, brackets, isolatedMargin }) => {
          const wallet = isolatedMargin ?? new Decimal(entry).mul(amount).div(leverage);
          const bench = new Bench({ wallet, holdings: [{ side, size: amount, entry, brackets: bracketsOf(brackets) }] });
          return { liquidationPrice: bench.liquidationPrice(), bankruptcyPrice: bench.bankruptcyPrice() };
        },
      ),
      form(
        {
          walletBalance: number,
          contract: position,
          other: orNull(position),
          marginMode: oneOf('cross', 'isolated'),
          side: optional(direction),
        },
        ({ walletBalance, contract, other, marginMode, side }) => {
          const own = holding({ ...contract, side: contract.side ?? side });
          // An isolated position knows nothing of the others.
          const holdings = other === null || marginMode === 'isolated' ? [own] : [own, holding(other)];
          return { liquidationPrice: new Bench({ wallet: walletBalance, holdings }).liquidationPrice() };
        },
      ),
    ],
    adl_rank: [
      form({ unrealizedPnl: number, walletBalance: number, marginRatio: number }, ({ unrealizedPnl, walletBalance, marginRatio }) => ({
        ...profitPercent({ unrealised: unrealizedPnl, wallet: walletBalance, marginRatio }),
      })),
    ],
    funding: [
      form({ numerator: positive, maxLeverage: positive }, ({ numerator, maxLeverage }) => ({
        imn: impactMarginNotional(numerator, maxLeverage),
      })),
    ],
  },
};

export const binanceCoinm: VenueExamples = {
  venue: 'binance_coinm',
  families: {
    margin_tiers: [
      form({ floorBtc: number, mmr: positive, prevMmr: positive, prevAmount: number }, ({ floorBtc, mmr, prevMmr, prevAmount }) => {
        const scale = scaleFor([{ rate: mmr }, { rate: prevMmr }]);
        const parts = (rate: number) => Math.round(rate * scale);
        const COIN = 10;
        return {
          amount: unscaled(deductionAbove(scaled(prevAmount, COIN), scaled(floorBtc, COIN), parts(mmr), parts(prevMmr), scale), COIN),
        };
      }),
      form({ brackets: list(bracket) }, ({ brackets }) => {
        const { deductions } = new Table(brackets.map(({ floor, mmr }) => ({ floor, rate: mmr })));
        return { cum: deductions, amount: deductions };
      }),
    ],
  },
};
