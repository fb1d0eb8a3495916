// Assignment (Kraken): whoever has said that it takes positions over gets a share of what is left, at a discount to the
// mark but not beyond bankruptcy. What remains of the account's equity stays with its owner.

import { choice, fraction } from '../base/params.ts';
import { assignedTo } from './allocation.ts';
import { layerKind } from './layer.ts';

export const assignment = layerKind({
  kind: 'assignment',
  doc: 'Volunteers take what is left at a discount to the mark, not beyond bankruptcy, each in proportion to its room.',
  params: {
    discount: fraction('1%', 'Below (above, for shorts) the mark. Kraken: 0.5% to 2.5%, uncertain.', { min: 0, max: 0.5 }),
    share: choice(
      ['room', 'equal'],
      'room',
      'Among volunteers: in proportion to what each can take, or the same for all as far as it goes.',
    ),
  },
  create: ({ discount, share }) => ({
    memory: {},
    absorb({ account, instrument, lots, bankruptcy }, market, act) {
      const mark = market.markPrice(instrument);
      const side = lots > 0 ? 1 : -1;
      const offered = lots > 0 ? Math.ceil(mark * (1 - discount)) : Math.floor(mark * (1 + discount));
      // Beyond the bankruptcy price there is nothing to give away; below it nobody volunteers for a loss.
      const price = side > 0 ? Math.max(offered, bankruptcy, 1) : Math.min(offered, bankruptcy);
      let taken = 0;
      for (const { account: taker, lots: size } of assignedTo(
        market.volunteers.takers(instrument, lots, price, account),
        Math.abs(lots),
        share,
      )) {
        act.assign(taker, side * size, price);
        taken += size;
      }
      return side * taken;
    },
  }),
});
