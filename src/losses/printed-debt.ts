// Nobody pays: the venue credits what is missing out of nothing (Derive prints its cash), up to a bound, and everybody who
// holds its money is diluted. It is counted as bad debt.

import { money } from '../base/params.ts';
import { layerKind } from './layer.ts';

export const printedDebt = layerKind({
  kind: 'printed-debt',
  doc: 'Prints what is missing, up to a bound in all; it stays on the books as bad debt.',
  params: {
    most: money('0', 'How much is printed in all; 0 means no bound.'),
  },
  create: ({ most }) => {
    const memory = { printed: 0 };
    return {
      memory,
      staged: true,
      absorb: () => 0,
      cover({ amount }, _market, act) {
        const printed = most === 0 ? amount : Math.min(amount, Math.max(0, most - memory.printed));
        if (printed <= 0) return 0;
        memory.printed += printed;
        act.print(printed);
        return printed;
      },
    };
  },
});
