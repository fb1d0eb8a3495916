// Ornstein–Uhlenbeck on the logarithm, in exact steps: a price that is pulled back to its level.

import { exp } from '../base/math.ts';
import { duration, fraction, price } from '../base/params.ts';
import { MICROS_PER_YEAR } from '../base/units.ts';
import { gridPath, wholeTicks } from './grid.ts';
import { pathKind } from './path.ts';

export const meanReverting = pathKind({
  kind: 'mean-reverting',
  doc: 'A random walk pulled back to a level: Ornstein–Uhlenbeck on the logarithm.',
  params: {
    price: price(undefined, 'The level, where it also starts.'),
    volatility: fraction('60%', 'Of its steps, over a year.', { min: 0 }),
    halfLife: duration('1h', 'Time in which half of a distance to the level is expected to go.', { min: 1 }),
    resolution: duration('1s', 'How often the price changes.', { min: 1_000 }),
  },
  create(context, { price: level, volatility, halfLife, resolution }) {
    const pull = Math.LN2 / halfLife;
    const keep = exp(-pull * resolution);
    const deviation = volatility * Math.sqrt((1 - keep * keep) / (2 * pull * MICROS_PER_YEAR));
    const memory = { steps: context.rng('diffusion'), log: 0 };
    return gridPath(context.start, resolution, level, memory, () => {
      memory.log = keep * memory.log + deviation * memory.steps.normal();
      return wholeTicks(level * exp(memory.log));
    });
  },
});
