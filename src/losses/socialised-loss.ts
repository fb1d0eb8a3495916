// Everybody pays (Drift v2): the deficit is spread over all open positions of the instrument, longs and shorts alike, so
// much a lot, as if it were funding.

import type { InstrumentId } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import { layerKind } from './layer.ts';

export const socialisedLoss = layerKind({
  kind: 'socialised-loss',
  doc: 'Spreads a deficit over all open positions of the instrument, longs and shorts alike, through the funding index.',
  params: {},
  create: () => ({
    memory: {},
    staged: true,
    absorb: () => 0,
    cover({ account, instrument, amount }, market, act) {
      const where = instrument !== 0 && othersHold(market, instrument, account) ? instrument : busiest(market, account);
      if (where === 0) return 0;
      act.socialise(where, amount);
      return amount;
    },
  }),
});

function othersHold(market: MarketView, instrument: InstrumentId, account: number): boolean {
  return market.opponents(instrument, 1, account).length + market.opponents(instrument, -1, account).length > 0;
}

/** The instrument with the greatest open interest at mark that somebody with money holds; 0 for none. */
function busiest(market: MarketView, account: number): InstrumentId {
  let found = 0;
  let most = 0;
  for (const contract of market.instruments) {
    const interest = notional(contract, market.openInterest(contract.id), market.markPrice(contract.id));
    if (interest <= most || !othersHold(market, contract.id, account)) continue;
    most = interest;
    found = contract.id;
  }
  return found;
}
