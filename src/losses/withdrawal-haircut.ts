// Whoever leaves pays (Paradex): a deficit is owed by the venue, and while it is, every withdrawal is cut by the share of
// all customers' money that is owed. What the fund earns meanwhile pays it back first.

import { layerKind } from './layer.ts';

export const withdrawalHaircut = layerKind({
  kind: 'withdrawal-haircut',
  doc: 'Books a deficit as owed by the venue and cuts withdrawals in proportion until it is paid back.',
  params: {},
  create: () => ({
    memory: {},
    staged: true,
    absorb: () => 0,
    cover({ amount }, _market, act) {
      act.haircut(amount);
      return amount;
    },
  }),
});
