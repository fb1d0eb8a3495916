// Winners give back (OKX until 2019 once a week, Deribit's session): the deficit is spread over all accounts in proportion
// to what they have made.

import { fraction } from '../base/params.ts';
import { layerKind } from './layer.ts';

export const clawback = layerKind({
  kind: 'clawback',
  doc: 'Takes a deficit from all who have made a profit since they came, in proportion to it.',
  params: {
    most: fraction('100%', 'The greatest share of profits that may be taken at once.', { min: 0, max: 1 }),
  },
  create: ({ most }) => ({
    memory: {},
    staged: true,
    absorb: () => 0,
    cover({ amount }, market, act) {
      const taken = Math.min(amount, Math.floor(most * market.sharedLosses.profits));
      if (taken <= 0) return 0;
      act.clawBack(taken);
      return taken;
    },
  }),
});
