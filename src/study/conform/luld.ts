// LULD, the price bands of United States equities: a share of the reference price each way, doubled when the session opens
// and closes.

import { priceBand } from '../../market/price-band.ts';
import { form, number, positive, type VenueExamples } from './family.ts';
import { ppmOf, scaled, unscaled } from './scale.ts';

const DOUBLED = 2;

export const luld: VenueExamples = {
  venue: 'luld',
  families: {
    price_band: [
      form({ reference: positive, pct: number }, ({ reference, pct }) => {
        const units = scaled(reference);
        const band = priceBand(units, ppmOf(pct));
        const doubled = priceBand(units, DOUBLED * ppmOf(pct));
        return {
          low: unscaled(band.low),
          high: unscaled(band.high),
          lowDoubled: unscaled(doubled.low),
          highDoubled: unscaled(doubled.high),
        };
      }),
    ],
  },
};
