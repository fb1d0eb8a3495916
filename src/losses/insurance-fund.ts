// The first to pay: the venue's insurance fund takes the rest of a position over at its bankruptcy price, as long as the
// loss at mark leaves it what it must keep.

import { fraction } from '../base/params.ts';
import { layerKind } from './layer.ts';

export const insuranceFund = layerKind({
  kind: 'insurance-fund',
  doc: 'Takes positions over at the bankruptcy price while the loss at mark can be paid, and works them off in the market.',
  params: {
    reserve: fraction('0%', 'Share of its cash that the fund does not put at risk.', { min: 0, max: 1 }),
  },
  create: ({ reserve }) => ({
    memory: {},
    absorb(remainder, market, act) {
      const { instrument, lots, bankruptcy } = remainder;
      const { multiplier } = market.instrument(instrument);
      const lossPerLot = Math.max(0, (bankruptcy - market.markPrice(instrument)) * (lots > 0 ? 1 : -1)) * multiplier;
      const size = Math.abs(lots);
      // What it may lose now: its equity at mark, less the reserve. A partial take-over is better than none.
      const budget = Math.floor(market.fund.equity - Math.max(0, market.fund.cash) * reserve);
      const affordable = budget <= 0 ? 0 : lossPerLot === 0 ? size : Math.min(size, Math.floor(budget / lossPerLot));
      if (affordable === 0) return 0;
      const taken = lots > 0 ? affordable : -affordable;
      act.takeOver(taken, bankruptcy);
      return taken;
    },
  }),
});
