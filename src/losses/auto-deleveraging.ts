// The last before nobody is left to pay: profitable, levered accounts on the other side are closed against the bankrupt
// position at its bankruptcy price, in the order of profit × effective leverage. A transfer, never a trade.

import { layerKind } from './layer.ts';
import { AdlQueue } from '../market/auto-deleveraging.ts';

export const autoDeleveraging = layerKind({
  kind: 'auto-deleveraging',
  doc: 'Closes the winners ranked by profit × effective leverage against the bankrupt position, at its bankruptcy price.',
  params: {},
  create: () => {
    const queue = new AdlQueue();
    return {
      memory: {},
      absorb(remainder, market, act) {
        const { instrument, lots, bankruptcy } = remainder;
        const side = lots > 0 ? -1 : 1;
        let left = Math.abs(lots);
        const candidates = market.adlQueue(instrument, side, queue);
        for (let rank = 0; rank < candidates && left > 0; rank++) {
          const counterparty = queue.account[rank];
          const held = Math.abs(market.positionLots(counterparty, instrument));
          const size = market.canReceive(counterparty, instrument, Math.min(held, left), bankruptcy);
          if (size === 0) continue;
          act.deleverage(counterparty, lots > 0 ? size : -size, bankruptcy);
          left -= size;
        }
        const taken = Math.abs(lots) - left;
        return lots > 0 ? taken : -taken;
      },
    };
  },
});
