// The loss layers that a venue can list.

import type { LayerKind } from './layer.ts';
import { autoDeleveraging } from './auto-deleveraging.ts';
import { insuranceFund } from './insurance-fund.ts';

export const layerKinds: readonly LayerKind[] = [insuranceFund as LayerKind, autoDeleveraging as LayerKind];
