// The halting rules that a scenario can name.

import type { BreakerKind } from './breaker.ts';
import { liquidationRate } from './liquidation-rate.ts';
import { marketWide } from './market-wide.ts';
import { openInterestDrop } from './open-interest-drop.ts';
import { priceBandRule } from './price-band.ts';
import { priceDivergence } from './price-divergence.ts';
import { rollingRange } from './rolling-range.ts';
import { velocity } from './velocity.ts';

export const breakerKinds: readonly BreakerKind[] = [
  priceBandRule,
  velocity,
  rollingRange,
  marketWide,
  priceDivergence,
  liquidationRate,
  openInterestDrop,
] as unknown as readonly BreakerKind[];
