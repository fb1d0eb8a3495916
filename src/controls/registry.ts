// The margin controls that a scenario can name.

import { concentration } from './concentration.ts';
import type { ControlKind } from './control.ts';
import { depthAware } from './depth-aware.ts';
import { drawdown } from './drawdown.ts';
import { impliedVolatility } from './implied-volatility.ts';
import { staticMargin } from './static.ts';
import { valueAtRisk } from './var.ts';
import { volatilityScaled } from './volatility-scaled.ts';

export const controlKinds: readonly ControlKind[] = [
  staticMargin,
  volatilityScaled,
  valueAtRisk,
  impliedVolatility,
  depthAware,
  concentration,
  drawdown,
] as unknown as readonly ControlKind[];
