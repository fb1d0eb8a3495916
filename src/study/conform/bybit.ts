// Bybit: linear and inverse contracts, whose maintenance margin stays what it was at entry, risk limits, and what triggers
// auto-deleveraging. Sources: the help centre and the v5 documentation (adl-alert, risk-limit).

import { Decimal } from '../../base/decimal.ts';
import { lossBeyond, pnlRatio, poolTrigger } from '../../losses/adl-trigger.ts';
import { Bench, type Bracket } from './bench.ts';
import { initialAt, isolated, sideOf, Table } from './brackets.ts';
import { direction, form, list, number, object, optional, positive, type VenueExamples } from './family.ts';

/** Of an inverse contract whose size no example states: so many contracts that a coin is worth about one. */
const roundSize = (entry: number) => Math.max(1, Math.round(entry));

/** Bybit rounds both prices in its own favour: up for longs, down for shorts. */
function toTick(price: number, tick: number, side: 1 | -1): number {
  const ticks = new Decimal(price).div(tick);
  return (side > 0 ? ticks.ceil() : ticks.floor()).mul(tick).toNumber();
}

const LONG = 1;
const entryBased = { maintenanceOn: 'entry' } as const;
const inverse = { contract: 'inverse', maintenanceOn: 'entry' } as const;

export const bybit: VenueExamples = {
  venue: 'bybit',
  families: {
    liquidation_price: [
      form(
        {
          entry: positive,
          size: positive,
          leverage: positive,
          mmr: positive,
          side: optional(direction),
          extraMargin: optional(number),
          extra: optional(number),
        },
        ({ entry, size, leverage, mmr, side = LONG, extraMargin, extra }) => {
          const bench = isolated({ side, entry, size, leverage, rate: mmr, extra: extraMargin ?? extra, ...entryBased });
          const lp = bench.liquidationPrice();
          return {
            im: initialAt(entry * size, leverage),
            mm: bench.maintenance,
            lp,
            liquidationPrice: lp,
            bankruptcy: bench.bankruptcyPrice(),
          };
        },
      ),
      form(
        { side: direction, leverage: positive, entry: positive, amount: positive, mmr: positive },
        ({ side, leverage, entry, amount, mmr }) => {
          const bench = isolated({ side, entry, size: amount, leverage, rate: mmr, ...entryBased });
          return { liquidationPrice: bench.liquidationPrice(), bankruptcyPrice: bench.bankruptcyPrice() };
        },
      ),
      form(
        { entry: positive, leverage: positive, mmr: positive, tick: positive, side: optional(direction) },
        ({ entry, leverage, mmr, tick, side = LONG }) => {
          const raw = isolated({ side, entry, size: roundSize(entry), leverage, rate: mmr, ...inverse }).liquidationPrice();
          return { lp: toTick(raw, tick, side), raw };
        },
      ),
      form(
        {
          availableBtc: number,
          contracts: number,
          entry: positive,
          mmr: positive,
          takerFee: number,
          tick: positive,
          side: optional(direction),
        },
        ({ availableBtc, contracts, entry, mmr, takerFee, tick, side: said }) => {
          const side = sideOf(contracts, said);
          const brackets = [{ floor: 0, rate: mmr }];
          const position = { side, size: Math.abs(contracts), entry, brackets, closingFee: takerFee, ...inverse };
          const bench = new Bench({ wallet: availableBtc, holdings: [position] });
          return { bankruptcy: bench.bankruptcyPrice(), liquidation: toTick(bench.liquidationPrice(), tick, side) };
        },
      ),
    ],
    bankruptcy_price: [
      form(
        { size: number, entry: positive, positionMargin: number, walletBalance: number, side: optional(direction) },
        ({ size, entry, positionMargin, walletBalance, side: said }) => {
          const side = sideOf(size, said);
          const wallet = new Decimal(positionMargin).add(walletBalance);
          return { bankruptcy: new Bench({ wallet, holdings: [{ side, size: Math.abs(size), entry, brackets: ANY }] }).bankruptcyPrice() };
        },
      ),
      form({ entry: positive, leverage: positive, tick: positive, side: optional(direction) }, ({ entry, leverage, tick, side = LONG }) => {
        const position = { side, entry, size: roundSize(entry), leverage, rate: ANY[0].rate, ...inverse };
        return { raw: isolated(position).bankruptcyPrice(), rounded: isolated({ ...position, tick }).bankruptcyPrice() };
      }),
    ],
    margin_tiers: [
      form(
        { tiers: list(object({ limitUsdt: positive, maxLeverage: optional(positive), mmr: positive })), value: optional(number) },
        ({ tiers, value }) => {
          // A tier is told by where it ends.
          const brackets = tiers.map(({ mmr }, n) => ({ floor: n === 0 ? 0 : tiers[n - 1].limitUsdt, rate: mmr }));
          const table = new Table(brackets, value);
          return { deduction: table.deductions, ...(value === undefined ? {} : { mm: table.maintenance(value) }) };
        },
      ),
    ],
    adl_trigger: [
      form(
        {
          maxBalance8h: positive,
          balance: number,
          symbolPnl: number,
          symbolMaxPnl8h: number,
          adlTriggerThreshold: optional(number),
          insurancePnlRatio: optional(number),
          adlStopRatio: optional(number),
        },
        ({ maxBalance8h, balance, symbolPnl, symbolMaxPnl8h, adlTriggerThreshold = 10_000, insurancePnlRatio = -0.3 }) => {
          const pool = { maxBalance: maxBalance8h, balance, pnl: symbolPnl, maxPnl: symbolMaxPnl8h };
          return {
            pnlRatio: pnlRatio(pool),
            trigger: poolTrigger(pool, { least: adlTriggerThreshold, start: insurancePnlRatio }),
            closedByAdl: lossBeyond(pool, insurancePnlRatio),
          };
        },
      ),
    ],
  },
};

/** Bankruptcy asks for no margin rate. */
const ANY: readonly Bracket[] = [{ floor: 0, rate: 0.005 }];
