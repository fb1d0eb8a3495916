// Paradex: the price band and how much scenarios beyond the normal range count. The rest of its portfolio margin needs options.

import { priceBand } from '../../market/price-band.ts';
import { scenarioWeight } from '../../market/scenario-weight.ts';
import { form, list, number, positive, type VenueExamples } from './family.ts';
import { ppmOf, scaled, unscaled } from './scale.ts';

export const paradex: VenueExamples = {
  venue: 'paradex',
  families: {
    price_band: [
      form({ mark: positive, band: number }, ({ mark, band }) => {
        const { low, high } = priceBand(scaled(mark), ppmOf(band));
        return { low: unscaled(low), high: unscaled(high) };
      }),
    ],
    portfolio_margin: [
      form({ shocks: list(number), baseRange: positive }, ({ shocks, baseRange }) => ({
        weightsPct: shocks.map((shock) => 100 * scenarioWeight(shock, baseRange)),
      })),
    ],
  },
};
