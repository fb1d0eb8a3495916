// The whole position at once: one immediate-or-cancel order for everything, not worse than the bankruptcy price, and what
// does not fill goes to the loss layers. What most venues began with, and the yardstick for everything better.

import { choice } from '../base/params.ts';
import { policyKind } from './policy.ts';

export const fullClose = policyKind({
  kind: 'full-close',
  doc: 'Closes every position at once with an immediate-or-cancel order not worse than bankruptcy; the rest goes to the loss layers.',
  params: {
    limit: choice(['bankruptcy', 'none'], 'bankruptcy', 'Worst acceptable price: the bankruptcy price, or whatever the book pays.'),
  },
  create: ({ limit }) => ({
    memory: {},
    decide(liquidation, market, decision) {
      // Position by position in instrument order: the next one that has not been sent to the book yet.
      let next = 0;
      market.forEachPosition(liquidation.account, (instrument) => {
        if (instrument > liquidation.lastInstrument && (next === 0 || instrument < next)) next = instrument;
      });
      if (next === 0) {
        decision.action = 'hand-over';
        return;
      }
      const lots = market.positionLots(liquidation.account, next);
      decision.action = 'order';
      decision.instrument = next;
      decision.side = lots > 0 ? -1 : 1;
      decision.lots = Math.abs(lots);
      decision.limit = limit === 'none' ? 0 : market.bankruptcyPrice(liquidation.account, next);
    },
  }),
});
