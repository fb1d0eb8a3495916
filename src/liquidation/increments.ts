// Little by little (Deribit): one small order a round, within safe bounds around the mark; where the book has nothing
// there, the next position. Stops as soon as margin is restored.

import { duration, fraction, money } from '../base/params.ts';
import { fillableOf, handOver, holdingsOf, order, priceWithin, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

export const increments = policyKind({
  kind: 'increments',
  doc: 'Closes a small amount a round, within safe bounds around the mark, until margin is restored; hands over what is bankrupt.',
  params: {
    slice: money('50000', 'Notional of one order. Uncertain: about what 25 rounds a second of 200 contracts were in 2019.', { min: 0 }),
    interval: duration('1s', 'Between two rounds.', { min: 1 }),
    bounds: fraction('1.5%', 'How far from the mark an order may trade: the bandwidth of the BTC perpetual.', { min: 0, max: 0.5 }),
  },
  create: ({ slice, interval, bounds }) => ({
    memory: {},
    decide({ account, now, lastInstrument }, market, decision) {
      if (lastInstrument !== 0) return waitUntil(decision, now + interval);
      for (const holding of holdingsOf(market, account)) {
        const { instrument, side, notional } = holding;
        const limit = withinBankruptcy(market, account, holding, priceWithin(market.markPrice(instrument), bounds, side));
        if (fillableOf(market, holding, 1, limit) === 0) continue;
        const held = Math.abs(holding.lots);
        return order(decision, holding, Math.min(held, Math.max(1, Math.floor((slice * held) / notional))), limit);
      }
      if (market.equity(account) <= 0) handOver(decision);
      else waitUntil(decision, now + interval);
    },
  }),
});
