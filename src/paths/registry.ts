// The index-price processes that a scenario can name.

import { constant } from './constant.ts';
import { geometricBrownian } from './geometric-brownian.ts';
import { jumpDiffusion } from './jump-diffusion.ts';
import { meanReverting } from './mean-reverting.ts';
import type { PathKind } from './path.ts';
import { replay } from './replay.ts';

export const pathKinds: readonly PathKind[] = [
  constant as PathKind,
  geometricBrownian as PathKind,
  jumpDiffusion as PathKind,
  meanReverting as PathKind,
  replay as PathKind,
];
