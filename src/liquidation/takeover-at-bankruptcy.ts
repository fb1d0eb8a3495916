// No order at all: the loss layers take every position over at its bankruptcy price, and the fund works it off. What the
// lowest risk tier gets on BitMEX and Bybit once its open orders have been canceled.

import { handOver } from './orders.ts';
import { policyKind } from './policy.ts';

export const takeoverAtBankruptcy = policyKind({
  kind: 'takeover-at-bankruptcy',
  doc: 'Sends nothing to the book: the loss layers take every position over at its bankruptcy price.',
  params: {},
  create: () => ({
    memory: {},
    decide(_liquidation, _market, decision) {
      handOver(decision);
    },
  }),
});
