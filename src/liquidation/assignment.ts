// To the book, then to volunteers, then to the loss layers (Kraken Futures): one order for everything not worse than
// bankruptcy; what it does not fill is assigned at a discount to whoever has said that it takes positions over.

import { flag, fraction } from '../base/params.ts';
import type { CaseId, InstrumentId } from '../base/units.ts';
import { assign, handOver, holdingsOf, order, priceWithin, withinBankruptcy } from './orders.ts';
import { policyKind } from './policy.ts';

/** How far a case is, in instrument order: the last that was sent to the book, and the last that was offered to volunteers. */
interface Way {
  book: InstrumentId;
  offered: InstrumentId;
}

export const assignment = policyKind({
  kind: 'assignment',
  doc: 'Sends every position to the book, not worse than bankruptcy, assigns what is left to volunteers at a discount, and hands over the rest.',
  params: {
    book: flag(true, 'Whether positions go to the book first.'),
    discount: fraction('1%', 'What volunteers gain against the mark. Kraken: 0.5% to 2.5%, uncertain.', { min: 0, max: 0.5 }),
  },
  create: ({ book, discount }) => {
    const ways = new Map<CaseId, Way>();
    return {
      memory: { ways },
      decide({ case: liquidation, account, lastInstrument }, market, decision) {
        let way = ways.get(liquidation);
        // Handed over or made to wait since: everything is tried again.
        if (way === undefined || lastInstrument === 0) ways.set(liquidation, (way = { book: 0, offered: 0 }));
        const holdings = holdingsOf(market, account).sort((a, b) => a.instrument - b.instrument);
        if (book) {
          const next = holdings.find(({ instrument }) => instrument > way.book);
          if (next !== undefined) {
            way.book = next.instrument;
            return order(decision, next, Math.abs(next.lots), withinBankruptcy(market, account, next));
          }
        }
        for (const holding of holdings) {
          const { instrument, side, lots } = holding;
          if (instrument <= way.offered) continue;
          way.offered = instrument;
          const price = withinBankruptcy(market, account, holding, priceWithin(market.markPrice(instrument), discount, side));
          if (market.volunteers.takers(instrument, lots, price, account).length === 0) continue;
          return assign(decision, holding, Math.abs(lots), price);
        }
        ways.delete(liquidation);
        handOver(decision);
      },
    };
  },
});
