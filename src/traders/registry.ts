// Every kind of trader that a scenario can name.

import { arbitrageur } from './arbitrageur.ts';
import { backstop } from './backstop.ts';
import { crowd } from './crowd.ts';
import { leveraged } from './leveraged.ts';
import { liquidationHunter } from './liquidation-hunter.ts';
import { marketMaker } from './market-maker.ts';
import { momentum } from './momentum.ts';
import { noise } from './noise.ts';
import { saver } from './saver.ts';
import type { TraderKind } from './trader.ts';
import { value } from './value.ts';
import { whale } from './whale.ts';

export const traderKinds: readonly TraderKind[] = [
  noise,
  value,
  momentum,
  marketMaker,
  arbitrageur,
  leveraged,
  crowd,
  whale,
  backstop,
  saver,
  liquidationHunter,
];
