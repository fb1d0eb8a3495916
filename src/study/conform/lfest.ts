// lfest: when its backtests liquidate, by the touch.

import { ppmOf } from './scale.ts';
import { touchTrigger } from '../../market/touch-trigger.ts';
import { form, integer, number, positive, type VenueExamples } from './family.ts';

export const lfest: VenueExamples = {
  venue: 'lfest',
  families: {
    trigger: [
      form({ leverage: positive, entry: integer, mmFraction: number, spread: number }, ({ leverage, entry, mmFraction, spread }) => {
        const rates = [ppmOf(leverage), ppmOf(mmFraction)] as const;
        const bid = touchTrigger(entry, 1, ...rates);
        const ask = touchTrigger(entry, -1, ...rates);
        return { longFirstBid: bid, longFirstAsk: bid + spread, shortFirstBid: ask - spread, shortFirstAsk: ask };
      }),
    ],
  },
};
