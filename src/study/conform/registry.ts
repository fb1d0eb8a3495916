// The venues whose worked examples can be checked.

import { binanceCoinm, binanceUsdm } from './binance.ts';
import { bitmex } from './bitmex.ts';
import { bybit } from './bybit.ts';
import { deribit } from './deribit.ts';
import { deriveV2 } from './derive-v2.ts';
import { driftV2 } from './drift-v2.ts';
import { dydxV4 } from './dydx-v4.ts';
import type { VenueExamples } from './family.ts';
import { ftx } from './ftx.ts';
import { gate } from './gate.ts';
import { hyperliquid } from './hyperliquid.ts';
import { krakenFutures } from './kraken-futures.ts';
import { okx } from './okx.ts';
import { paradex } from './paradex.ts';
import { synthetixV3 } from './synthetix-v3.ts';
import { lfest } from './lfest.ts';
import { luld } from './luld.ts';

export const venueExamples: readonly VenueExamples[] = [
  binanceUsdm,
  binanceCoinm,
  bybit,
  okx,
  bitmex,
  deribit,
  hyperliquid,
  krakenFutures,
  gate,
  ftx,
  dydxV4,
  driftV2,
  synthetixV3,
  deriveV2,
  paradex,
  lfest,
  luld,
];
