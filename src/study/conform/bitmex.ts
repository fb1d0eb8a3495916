// BitMEX: risk limits whose rate the whole position pays. Source: the risk limit examples of its testnet.

import { riskLimits } from '../../venues/schedules.ts';
import { Table } from './brackets.ts';
import { form, number, optional, positive, type VenueExamples } from './family.ts';

export const bitmex: VenueExamples = {
  venue: 'bitmex',
  families: {
    margin: [
      form({ positionXbt: number, mm: positive, im: optional(positive) }, ({ positionXbt, mm, im }) => {
        const margin = (rate: number) => new Table([{ floor: 0, rate }], positionXbt).maintenance(positionXbt);
        return { mmXbt: margin(mm), ...(im === undefined ? {} : { imXbt: margin(im) }) };
      }),
    ],
    margin_tiers: [
      form(
        { positionXbt: number, base: positive, step: positive, baseMm: positive, baseIm: positive },
        ({ positionXbt, base, step, baseMm, baseIm }) => {
          const steps = Math.ceil(positionXbt / step) + 1;
          const limits = riskLimits({ base, step, maintenance: baseMm, initial: baseIm, steps });
          const table = new Table(
            limits.map(({ from, maintenance }) => ({ floor: from, rate: maintenance })),
            positionXbt,
            false,
          );
          const tier = table.tierAt(positionXbt);
          return { step: tier, mm: table.rate(tier), im: 1 / limits[tier].leverage, mmXbt: table.maintenance(positionXbt) };
        },
      ),
    ],
  },
};
