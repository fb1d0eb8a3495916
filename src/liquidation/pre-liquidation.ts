// Before it is too late (Lighter): positions are reduced when equity falls to the initial margin, not to maintenance, by
// small orders close to the mark, as little as brings it back there. Many of these reductions would not have been needed:
// how many is reported (simulation/early-reductions.ts). Who falls below maintenance all the same is closed whole.

import { duration, fraction, number } from '../base/params.ts';
import { PPM } from '../base/units.ts';
import { fillableOf, handOver, order, priceWithin, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';
import { planRelease } from './release.ts';

export const preLiquidation = policyKind({
  kind: 'pre-liquidation',
  doc: 'Reduces positions at the initial margin already, by small orders near the mark; below maintenance it closes everything.',
  params: {
    threshold: number(
      2,
      'It begins when equity is below this times maintenance: 2 is the initial margin where that is twice maintenance.',
      {
        min: 1,
      },
    ),
    buffer: fraction('5%', 'It reduces to this far above the threshold, as a share of it.', { min: 0 }),
    portion: fraction('25%', 'The most of a position that goes in one order.', { min: 0, max: 1 }),
    interval: duration('1s', 'Between two orders of a case.', { min: 1 }),
    bounds: fraction('50bp', 'How far from the mark an order may trade while the account is above maintenance.', { min: 0, max: 0.5 }),
  },
  create: ({ threshold, buffer, portion, interval, bounds }) => ({
    memory: {},
    startsAt: Math.round(threshold * PPM),
    decide({ account, now, lastInstrument }, market, decision) {
      if (market.isLiquidatable(account)) {
        // Position by position in instrument order, as in full-close.
        let next = 0;
        market.forEachPosition(account, (instrument) => {
          if (instrument > lastInstrument && next === 0) next = instrument;
        });
        if (next === 0) return handOver(decision);
        const lots = market.positionLots(account, next);
        const holding = { instrument: next, lots, side: lots > 0 ? (-1 as const) : (1 as const), notional: 0 };
        return order(decision, holding, Math.abs(lots), withinBankruptcy(market, account, holding));
      }
      if (lastInstrument !== 0) return waitUntil(decision, now + interval);
      const { legs } = planRelease(market, account, {
        ratio: threshold * (1 + buffer),
        cushion: () => 0,
        limit: (holding) =>
          withinBankruptcy(market, account, holding, priceWithin(market.markPrice(holding.instrument), bounds, holding.side)),
        markShare: 0,
      });
      const leg = legs.filter(({ closed }) => closed > 0).sort((a, b) => b.closed / b.held - a.closed / a.held)[0];
      if (leg === undefined || fillableOf(market, leg, 1, leg.limit) === 0) return waitUntil(decision, now + interval);
      order(decision, leg, Math.min(leg.closed, Math.max(1, Math.ceil(portion * leg.held))), leg.limit);
    },
    isRestored: ({ account }, market) => market.equity(account) > Math.ceil(threshold * market.maintenance(account)),
  }),
});
