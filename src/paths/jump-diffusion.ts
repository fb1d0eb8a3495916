// Merton's jump-diffusion: a Brownian walk, and now and then a jump whose logarithm is normal.

import { exp, expm1 } from '../base/math.ts';
import { duration, fraction, number, price } from '../base/params.ts';
import { MICROS_PER_YEAR } from '../base/units.ts';
import { gridPath, wholeTicks } from './grid.ts';
import { pathKind } from './path.ts';

export const jumpDiffusion = pathKind({
  kind: 'jump-diffusion',
  doc: 'A random walk with sudden jumps (Merton 1976).',
  params: {
    price: price(undefined, 'Where it starts.'),
    volatility: fraction('60%', 'Between jumps, over a year.', { min: 0 }),
    drift: fraction('0%', 'Growth of the expected price over a year, jumps included.'),
    jumpsPerYear: number(6, 'How many jumps are expected in a year.', { min: 0 }),
    jumpMean: fraction('-8%', 'Mean of a jump of the logarithm.'),
    jumpDeviation: fraction('10%', 'Standard deviation of a jump of the logarithm.', { min: 0 }),
    resolution: duration('1s', 'How often the price changes.', { min: 1_000 }),
  },
  create(context, { price: first, volatility, drift, jumpsPerYear, jumpMean, jumpDeviation, resolution }) {
    const years = resolution / MICROS_PER_YEAR;
    const meanJump = expm1(jumpMean + (jumpDeviation * jumpDeviation) / 2);
    const mean = (drift - (volatility * volatility) / 2 - jumpsPerYear * meanJump) * years;
    const deviation = volatility * Math.sqrt(years);
    const steps = context.rng('diffusion');
    const gaps = context.rng('jump-times');
    const sizes = context.rng('jump-sizes');
    const gap = () => gaps.exponential() / (jumpsPerYear * years);
    // `ahead`: the time until the next jump, in steps.
    const memory = { steps, gaps, sizes, log: 0, ahead: gap() };
    return gridPath(context.start, resolution, first, memory, () => {
      memory.log += mean + deviation * steps.normal();
      for (memory.ahead -= 1; memory.ahead <= 0; memory.ahead += gap()) memory.log += jumpMean + jumpDeviation * sizes.normal();
      return wholeTicks(first * exp(memory.log));
    });
  },
});
