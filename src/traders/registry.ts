// Every kind of trader that a scenario can name.

import { crowd } from './crowd.ts';
import { marketMaker } from './market-maker.ts';
import { noise } from './noise.ts';
import { value } from './value.ts';
import type { TraderKind } from './trader.ts';

export const traderKinds: readonly TraderKind[] = [crowd, marketMaker, noise, value];
