// What a run leaves behind when it stops: positions that somebody must still get rid of, at what that is expected to cost,
// so that putting things off is not free; and accounts that were liquidated more than once.

import { PPM, type InstrumentId, type Lots, type Quote, type Side } from '../base/units.ts';
import { fromUnits } from '../base/decimal.ts';
import { notional, tickValue } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Cases } from '../simulation/cases.ts';

export interface Aftermath {
  /** Accounts in liquidation, and what the venue's own accounts (fund, vault) and volunteers hold: money as decimal strings. */
  readonly unfinished: { readonly accounts: number; readonly notional: string; readonly cost: string };
  /** Liquidations of accounts that had been liquidated before. */
  readonly reliquidations: number;
}

export interface Left {
  readonly market: MarketView;
  readonly cases: Pick<Cases, 'last' | 'started' | 'account' | 'startedAt'>;
  /** Whether the account is the venue's own, or a volunteer's that works positions off. */
  readonly worksOff: (account: number) => boolean;
  /** The value of one quote unit. */
  readonly unit: string;
}

export function aftermathOf({ market, cases, worksOff, unit }: Left): Aftermath {
  let accounts = 0;
  let value = 0;
  const open = new Map<InstrumentId, { sell: Lots; buy: Lots }>();
  for (let account = 1; account <= market.accountCount; account++) {
    const isOwn = worksOff(account);
    if (!isOwn && !market.isInLiquidation(account)) continue;
    if (!isOwn && market.positionCount(account) > 0) accounts++;
    market.forEachPosition(account, (instrument, lots) => {
      const sides = open.get(instrument) ?? { sell: 0, buy: 0 };
      if (lots > 0) sides.sell += lots;
      else sides.buy -= lots;
      open.set(instrument, sides);
      value += notional(market.instrument(instrument), lots, market.markPrice(instrument));
    });
  }
  let cost = 0;
  for (const [instrument, { sell, buy }] of open)
    cost += closingCost(market, instrument, -1, sell) + closingCost(market, instrument, 1, buy);
  const liquidated = new Set<number>();
  for (let id = 1; id <= cases.last; id++) if (cases.startedAt[id] >= 0) liquidated.add(cases.account[id]);
  return {
    unfinished: { accounts, notional: fromUnits(value, unit), cost: fromUnits(Math.round(cost), unit) },
    reliquidations: cases.started - liquidated.size,
  };
}

/** Beyond the book's end, and where there is none, a lot is taken to lose this much of the mark. */
const BEYOND = 50_000;

/**
 * Against the mark, through the book as it rests: for all of it together, one after another. What lies deeper than the book
 * goes on at its mean slope, at most 5 % from the mark.
 */
export function closingCost(market: MarketView, instrument: InstrumentId, side: Side, lots: Lots): Quote {
  if (lots === 0) return 0;
  const mark = market.markPrice(instrument);
  const book = market.book(instrument);
  const swept = { lots: 0, notional: 0, worst: 0 };
  const taken = book.sweep(side, lots, 0, swept);
  const furthest = (mark * BEYOND) / PPM;
  const within = taken === 0 ? furthest : Math.min(furthest, Math.max(0, side * (swept.worst - mark)));
  const rest = lots - taken;
  const beyond = taken === 0 ? furthest : Math.min(furthest, within * (1 + rest / taken));
  return (side * (swept.notional - taken * mark) + (rest * (within + beyond)) / 2) * tickValue(market.instrument(instrument), mark);
}
