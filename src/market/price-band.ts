// How far from a reference price an order may be priced.

import { mulDivFloor } from '../base/rounding.ts';
import { PPM, type Ppm, type Ticks } from '../base/units.ts';

export interface PriceBand {
  low: Ticks;
  high: Ticks;
}

/** `share` each way, the width rounded down: the band is never wider than it says. */
export function priceBand(reference: Ticks, share: Ppm, band: PriceBand = { low: 0, high: 0 }): PriceBand {
  const width = mulDivFloor(reference, share, PPM);
  band.low = reference - width;
  band.high = reference + width;
  return band;
}
