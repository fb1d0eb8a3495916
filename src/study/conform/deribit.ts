// Deribit: futures, whose margin rate grows with the position, and the price band. Options and what needs them come later.
// Sources: the support pages on linear contracts, bandwidth and settlement.

import { priceBand } from '../../market/price-band.ts';
import { grown } from '../../venues/schedules.ts';
import { notBuilt, Table } from './brackets.ts';
import { form, number, optional, positive, type VenueExamples } from './family.ts';
import { ppmOf, scaled, unscaled } from './scale.ts';

interface Linear {
  readonly position: number;
  readonly price: number;
  readonly imBase: number;
  readonly mmBase: number;
}

function growing({ position, price, imBase, mmBase }: Linear, slope: number): Record<string, number> {
  const notional = Math.abs(position) * price;
  const [imRate, mmRate] = [imBase, mmBase].map((base) => grown(base, slope, position));
  const margin = (rate: number) => new Table([{ floor: 0, rate }], notional).maintenance(notional);
  return { imRate, im: margin(imRate), mmRate, mm: margin(mmRate) };
}

const linear = { position: number, price: positive, imBase: positive, mmBase: positive };

export const deribit: VenueExamples = {
  venue: 'deribit',
  families: {
    margin: [
      form({ ...linear, slopePerBtc: number }, ({ slopePerBtc, ...rest }) => growing(rest, slopePerBtc)),
      form({ ...linear, slopePerEth: number }, ({ slopePerEth, ...rest }) => growing(rest, slopePerEth)),
      form({ ...linear, slope: optional(number) }, ({ slope = 0, ...rest }) => growing(rest, slope)),
    ],
    price_band: [
      form({ mark: positive, band: number }, ({ mark, band }) => {
        const { low, high } = priceBand(scaled(mark), ppmOf(band));
        return { low: unscaled(low), high: unscaled(high) };
      }),
    ],
    settlement: [notBuilt('contracts that expire, and options, are not simulated yet')],
    portfolio_margin: [notBuilt('portfolio margin comes with options')],
  },
};
