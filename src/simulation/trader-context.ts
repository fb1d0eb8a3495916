// What a trader is given beside time, chance and messages: where to send what, the feed of its latency class, and, while it is
// made, accounts with money or collateral and the positions that they begin with.

import { PPM, type AccountId, type ActorId, type InstrumentId, type Ppm } from '../base/units.ts';
import type { MarketData } from '../exchange/market-data.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Market } from '../market/market.ts';
import type { Envelope, Message } from '../messages.ts';
import type { TraderContext } from '../traders/trader.ts';
import { openWithCollateral } from './collateral-wiring.ts';
import type { Opening } from './opening.ts';
import type { Profits } from './profits.ts';
import { meanLatency } from './rules.ts';
import type { Scenario, TraderScenario } from './scenario.ts';

export interface TraderWiring {
  readonly scenario: Scenario;
  readonly kernel: Kernel<Message, Envelope>;
  readonly market: Market;
  readonly marketData: MarketData;
  readonly exchange: ActorId;
  readonly priceFeed: ActorId;
  readonly collateralFeed: ActorId;
  readonly opening: Opening;
  readonly profits: Profits;
}

export function traderContext(id: ActorId, entry: TraderScenario, wiring: TraderWiring): TraderContext {
  const { scenario, kernel, market, marketData, exchange, priceFeed, collateralFeed, opening, profits } = wiring;
  const feeds = marketData.latencyClass(meanLatency(entry.latency));
  // Added to the context itself: an heir of each would have a shape of its own, and slow down whatever traders do with it.
  return Object.assign(kernel.context(id), {
    exchange,
    priceFeed,
    collateralFeed,
    collateral: market.collateral.held,
    instrument: entry.instrument + 1,
    instruments: market.instruments,
    clock: kernel.clock(id),
    leverageEnabled: scenario.leverage.enabled,
    feed: (instrument: InstrumentId) => marketData.feed(feeds, instrument),
    openAccount: ({ cash, leverage }: { cash: number; leverage: Ppm }): AccountId => {
      // Without leverage everybody can do what they could before, with their own money.
      const own = scenario.leverage.enabled ? { cash, leverage } : { cash: Math.ceil((cash * leverage) / PPM), leverage: PPM };
      const account = openWithCollateral(market, entry.collateral, { owner: id, ...own });
      profits.opened(account);
      return account;
    },
    openPosition: (account: AccountId, instrument: InstrumentId, lots: number, entryPrice: number) =>
      opening.add(account, instrument, lots, entryPrice),
    balanceOpening: (account: AccountId, instrument: InstrumentId, weight: number) => opening.balance(account, instrument, weight),
    openingLots: (account: AccountId, instrument: InstrumentId) => market.positionLots(account, instrument),
  });
}
