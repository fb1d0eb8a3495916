// Only what is missing (Drift v2): as much of a position as brings equity back to maintenance and a buffer, a part at
// first and all of it with time. There a liquidator takes it at the oracle less a fee; here it goes to the book, no worse.

import { duration, fraction, money } from '../base/params.ts';
import { PPM, type CaseId, type InstrumentId, type Lots } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';
import { fillableOf, handOver, holdingsOf, order, priceWithin, waitUntil, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

/** Margin that the orders of a case have freed, and the last of them, not yet counted. */
interface Progress {
  freed: number;
  instrument: InstrumentId;
  lots: Lots;
  freedPerLot: number;
}

export const shortage = policyKind({
  kind: 'shortage',
  doc: 'Closes what covers the shortage of margin and a buffer, a part of it at first and all of it with time, close to the index price.',
  params: {
    buffer: fraction('2%', 'Share of notional that the account must have beyond maintenance before the case ends.', { min: 0 }),
    initial: fraction('10%', 'Share of the shortage that may be covered at once. Uncertain.', { min: 0, max: 1 }),
    ramp: duration('60s', 'Time in which the whole shortage may be covered: 150 slots.', { min: 1 }),
    slot: duration('400ms', 'Between two orders of a case.', { min: 1 }),
    small: money('50', 'A shortage below this is covered at once, a position below this is closed whole.'),
    liquidatorFee: fraction('1%', 'How far from the index price the order may trade. Uncertain: set per market.', { min: 0, max: 0.5 }),
  },
  create: ({ buffer, initial, ramp, slot, small, liquidatorFee }) => {
    const cases = new Map<CaseId, Progress>();
    return {
      memory: { cases },
      decide({ case: liquidation, account, startedAt, now, lastInstrument }, market, decision) {
        let progress = cases.get(liquidation);
        if (progress === undefined) cases.set(liquidation, (progress = { freed: 0, instrument: 0, lots: 0, freedPerLot: 0 }));
        if (progress.instrument !== 0) {
          const filled = progress.lots - Math.abs(market.positionLots(account, progress.instrument));
          progress.freed += Math.max(0, filled) * progress.freedPerLot;
          progress.instrument = 0;
        }
        if (lastInstrument !== 0) return waitUntil(decision, now + slot);

        const missing = Math.max(0, required(market, account, buffer) - market.equity(account));
        const share = Math.min(1, initial + (now - startedAt) / ramp);
        const freeable = missing < small ? missing : (missing + progress.freed) * share - progress.freed;
        let nothing = true;
        for (const holding of holdingsOf(market, account)) {
          const { instrument, side, notional } = holding;
          const limit = withinBankruptcy(market, account, holding, priceWithin(market.indexPrice(instrument), liquidatorFee, side));
          if (fillableOf(market, holding, 1, limit) === 0) continue;
          nothing = false;
          const held = Math.abs(holding.lots);
          const { tiers, liquidationFeePpm } = market.instrument(instrument);
          const rate = tiers.maintenanceRates[tiers.tierAt(notional)] / PPM + buffer - liquidatorFee - liquidationFeePpm / PPM;
          const freedPerLot = (notional / held) * Math.max(0, rate);
          // Where closing frees no margin, only closing all of it helps.
          const lots = rate <= 0 || notional < small ? held : Math.min(held, Math.ceil(freeable / freedPerLot));
          if (lots <= 0) continue;
          Object.assign(progress, { instrument, lots: held, freedPerLot });
          return order(decision, holding, lots, limit);
        }
        if (nothing && market.equity(account) <= 0) handOver(decision);
        else waitUntil(decision, now + slot);
      },
      isRestored: ({ account }, market) => market.equity(account) >= required(market, account, buffer),
    };
  },
});

function required(market: MarketView, account: number, buffer: number): number {
  return market.maintenance(account) + Math.ceil(buffer * market.notional(account));
}
