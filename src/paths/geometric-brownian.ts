// Geometric Brownian motion: independent normal steps of the logarithm, exact on the grid.

import { exp } from '../base/math.ts';
import { duration, fraction, price } from '../base/params.ts';
import { MICROS_PER_YEAR } from '../base/units.ts';
import { gridPath, wholeTicks } from './grid.ts';
import { pathKind } from './path.ts';

export const geometricBrownian = pathKind({
  kind: 'geometric-brownian',
  doc: 'Geometric Brownian motion: a random walk of constant volatility.',
  params: {
    price: price(undefined, 'Where it starts.'),
    volatility: fraction('60%', 'Standard deviation of the logarithm over a year.', { min: 0 }),
    drift: fraction('0%', 'Growth of the expected price over a year, continuously compounded.'),
    resolution: duration('1s', 'How often the price changes.', { min: 1_000 }),
  },
  create(context, { price: first, volatility, drift, resolution }) {
    const years = resolution / MICROS_PER_YEAR;
    const mean = (drift - (volatility * volatility) / 2) * years;
    const deviation = volatility * Math.sqrt(years);
    const memory = { steps: context.rng('diffusion'), log: 0 };
    return gridPath(context.start, resolution, first, memory, () => {
      memory.log += mean + deviation * memory.steps.normal();
      return wholeTicks(first * exp(memory.log));
    });
  },
});
