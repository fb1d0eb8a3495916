// One capacity for the whole market (Synthetix v3): what may be liquidated of an instrument within a rolling window,
// whoever it belongs to. There a keeper closes at the oracle price; here it goes to the book, not worse than bankruptcy.

import { choice, duration, fraction, money, number } from '../base/params.ts';
import type { InstrumentId } from '../base/units.ts';
import { capacityOf, leftOf, withinWindow, type Used } from './capacity.ts';
import { fillableOf, handOver, holdingsOf, order, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

export const windowCapacity = policyKind({
  kind: 'window-capacity',
  doc: 'Closes as much as a capacity for the whole market within a rolling window allows; what the book does not take is handed over.',
  params: {
    window: duration('30s', 'The rolling window.', { min: 1 }),
    makerFee: fraction('2bp', 'With the taker fee, the share of the skew scale that a second may take. Uncertain: set per market.', {
      min: 0,
    }),
    takerFee: fraction('5bp', 'See makerFee. Uncertain.', { min: 0 }),
    skewScale: money('6000000000', 'Notional against which the venue measures skew. Uncertain: 100,000 BTC.'),
    multiplier: number(1, 'Multiplies the capacity.', { min: 0 }),
    flagged: choice(
      ['until-closed', 'until-restored'],
      'until-closed',
      'until-closed: once flagged, an account is closed whatever becomes of its margin. until-restored: it is let go.',
    ),
  },
  create: ({ window, makerFee, takerFee, skewScale, multiplier, flagged }) => {
    const capacity = capacityOf({ makerFee, takerFee, skewScale, multiplier, window });
    const used = new Map<InstrumentId, Used[]>();
    return {
      memory: { used },
      decide({ account, now }, market, decision) {
        let free = Infinity;
        for (const holding of holdingsOf(market, account)) {
          const { instrument, notional } = holding;
          const recent = withinWindow(used.get(instrument) ?? [], window, now);
          used.set(instrument, recent);
          const held = Math.abs(holding.lots);
          const unit = notional / held;
          const left = leftOf(capacity, recent);
          const limit = withinBankruptcy(market, account, holding);
          const available = fillableOf(market, holding, held, limit);
          if (available === 0) continue;
          // An empty window lets at least one lot pass: nobody waits for ever.
          const lots = Math.min(available, recent.length === 0 ? Math.max(1, Math.floor(left / unit)) : Math.floor(left / unit));
          if (lots <= 0) {
            free = Math.min(free, recent[0].at + window);
            continue;
          }
          recent.push({ at: now, amount: lots * unit });
          return order(decision, holding, lots, limit);
        }
        if (free < Infinity) waitUntil(decision, free);
        else if (market.isLiquidatable(account)) handOver(decision);
        else waitUntil(decision, now + window);
      },
      isRestored: ({ rounds }) => flagged === 'until-restored' || rounds === 0,
    };
  },
});
