// Nobody leaves while it is open who pays: withdrawals are refused as long as accounts in liquidation lack more than the
// insurance fund has (Derive), and for some time afterwards (dYdX v4: 50 blocks).

import { duration, ratio } from '../base/params.ts';
import { layerKind } from './layer.ts';

export const withdrawalGate = layerKind({
  kind: 'withdrawal-gate',
  doc: 'Refuses withdrawals while accounts in liquidation lack more than the insurance fund has, and some time longer.',
  params: {
    share: ratio('1', 'Of the fund: withdrawals are refused while more than this times it is lacking.'),
    hold: duration('50s', 'How much longer they are refused.'),
  },
  create: ({ share, hold }) => {
    const memory = { until: 0 };
    return {
      memory,
      absorb: () => 0,
      gates(insolvency, market, now) {
        if (insolvency > 0 && insolvency > share * Math.max(0, market.fund.equity)) memory.until = now + hold + 1;
        return now < memory.until;
      },
    };
  },
});
