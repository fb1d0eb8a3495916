// What readers may ask of the venue beside the stream: the market as it is before the message at hand is handled.

import type { AccountId, InstrumentId, Lots, Quote, Ticks } from '../base/units.ts';
import type { Gateway } from '../exchange/gateway.ts';
import type { LiquidationEngine } from '../exchange/liquidation-engine.ts';
import { notional, valueOf } from '../market/instrument.ts';
import { netLots } from '../market/market-checks.ts';
import type { Market } from '../market/market.ts';
import type { Probe } from './cases.ts';
import type { InvariantProbe } from './invariants.ts';

export function createProbe(market: Market, engine: LiquidationEngine, gateway?: Gateway): Probe & InvariantProbe {
  const uncovered = (): AccountId => {
    // Where nobody is to look while trading is halted, nobody can be covered.
    if (!engine.enabled || gateway?.phases.isAnyUnwatched === true) return 0;
    const { margin } = market.state;
    let account = margin.firstLiquidatable(1);
    while (account !== 0 && engine.isBeingLiquidated(account)) account = margin.firstLiquidatable(account + 1);
    return account;
  };
  return {
    fundAccount: market.fundAccount,
    isPool: (account) => market.pools.has(account),
    poolEquity: () => {
      const { all } = market.pools;
      return all.length === 0 ? undefined : all.reduce((sum, { account }) => sum + market.equity(account), 0);
    },
    accounts: () => market.accountCount,
    bid: (instrument) => market.book(instrument).bestBid,
    ask: (instrument) => market.book(instrument).bestAsk,
    mark: (instrument) => market.markPrice(instrument),
    index: (instrument) => market.indexPrice(instrument),
    openInterestLots: (instrument) => market.openInterest(instrument),
    depthLots: (instrument, bp) => depthLots(market, instrument, bp),
    fundCash: (): Quote => market.fund.cash,
    fundInventoryMarked: (): Quote => market.fund.inventory,
    positionLots: (account, instrument) => market.positionLots(account, instrument),
    equity: (account) => market.equity(account),
    maintenance: (account) => market.maintenance(account),
    positionValue: (instrument, lots, price) => valueOf(market.instrument(instrument), lots, price),
    maintenanceOf: (instrument, lots, price) => {
      const contract = market.instrument(instrument);
      return contract.tiers.maintenance(notional(contract, lots, price));
    },
    fundPayable: (): Quote => Math.max(0, Math.min(market.fund.cash, market.fund.equity)),
    money: () => market.checkConservation(),
    netLots: (instrument) => netLots(market.state, instrument),
    openOrders: () => market.checkOpenOrders(),
    uncovered,
  };
}

/** Lots on both sides of the book within `bp` basis points of the mid, or of the mark where one side is empty. */
function depthLots(market: Market, instrument: InstrumentId, bp: number): Lots {
  const book = market.book(instrument);
  const middle: Ticks = book.bestBid !== 0 && book.bestAsk !== 0 ? (book.bestBid + book.bestAsk) / 2 : market.markPrice(instrument);
  const distance = (middle * bp) / 10_000;
  return (
    book.sweep(1, Number.MAX_SAFE_INTEGER, Math.floor(middle + distance)) +
    book.sweep(-1, Number.MAX_SAFE_INTEGER, Math.max(1, Math.ceil(middle - distance)))
  );
}
