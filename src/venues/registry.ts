// The venues that a scenario can name.

import { driftV2 } from './drift-v2.ts';
import { dydxV4 } from './dydx-v4.ts';
import { paradex } from './paradex.ts';
import { synthetixV3 } from './synthetix-v3.ts';
import { binanceUsdm } from './binance-usdm.ts';
import { bitmex, bitmexXbtusd } from './bitmex.ts';
import { bybit } from './bybit.ts';
import { deribit, deribitBtc } from './deribit.ts';
import { ftx } from './ftx.ts';
import { gate } from './gate.ts';
import { hyperliquid } from './hyperliquid.ts';
import { krakenFutures } from './kraken-futures.ts';
import { okx } from './okx.ts';
import type { Venue } from './venue.ts';

export const venues: readonly Venue[] = [
  binanceUsdm,
  bybit,
  okx,
  bitmex,
  bitmexXbtusd,
  deribit,
  deribitBtc,
  hyperliquid,
  krakenFutures,
  gate,
  ftx,
  dydxV4,
  driftV2,
  synthetixV3,
  paradex,
];
