// What policies share: an account's positions with what they are worth, worst acceptable prices, and the three ways to
// fill in a decision.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Micros, type Quote, type Side, type Ticks } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Decision } from './policy.ts';

export interface Holding {
  readonly instrument: InstrumentId;
  /** Never 0; negative when short. */
  readonly lots: Lots;
  /** Of the order that closes it. */
  readonly side: Side;
  /** At mark. */
  readonly notional: Quote;
}

/** What the account holds, the largest notional first; ties in instrument order. */
export function holdingsOf(market: MarketView, account: AccountId): Holding[] {
  const holdings: Holding[] = [];
  market.forEachPosition(account, (instrument, lots) => {
    const value = notional(market.instrument(instrument), lots, market.markPrice(instrument));
    holdings.push({ instrument, lots, side: lots > 0 ? -1 : 1, notional: value });
  });
  return holdings.sort((a, b) => b.notional - a.notional);
}

/** The worst price that is still within `share` of `price` for an order of this side. */
export function priceWithin(price: Ticks, share: number, side: Side): Ticks {
  return side > 0 ? Math.floor(price * (1 + share)) : Math.max(1, Math.ceil(price * (1 - share)));
}

/** The stricter of a limit (0 for none) and the holding's bankruptcy price. */
export function withinBankruptcy(market: MarketView, account: AccountId, { instrument, side }: Holding, limit: Ticks = 0): Ticks {
  const bankruptcy = market.bankruptcyPrice(account, instrument);
  if (limit === 0 || bankruptcy === 0) return Math.max(limit, bankruptcy);
  return side > 0 ? Math.min(limit, bankruptcy) : Math.max(limit, bankruptcy);
}

/** How much of `lots` the book would take now at `limit` or better. */
export function fillableOf(market: MarketView, { instrument, side }: Holding, lots: Lots, limit: Ticks): Lots {
  return market.book(instrument).fillable(side, lots, limit);
}

/** Equity below this share of maintenance, exactly at a whole number of ppm. */
export function isUnder(market: MarketView, account: AccountId, share: number): boolean {
  return market.equity(account) < mulDivCeil(market.maintenance(account), Math.round(share * PPM), PPM);
}

export function order(decision: Decision, { instrument, side }: Holding, lots: Lots, limit: Ticks): void {
  decision.action = 'order';
  decision.instrument = instrument;
  decision.side = side;
  decision.lots = lots;
  decision.limit = limit;
}

/** Off the book, to volunteers, at `price`. */
export function assign(decision: Decision, holding: Holding, lots: Lots, price: Ticks): void {
  order(decision, holding, lots, price);
  decision.action = 'assign';
}

export function handOver(decision: Decision): void {
  decision.action = 'hand-over';
}

export function waitUntil(decision: Decision, until: Micros): void {
  decision.action = 'wait';
  decision.until = until;
}
