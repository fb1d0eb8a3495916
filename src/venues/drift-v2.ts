// Drift v2: perpetuals on Solana, where liquidators take over only as much of a position as restores margin and a buffer, a
// tenth of it at once and all of it within a minute, and losses nobody pays for are taken from both sides' funding index.

import { rootTiers } from './schedules.ts';
import type { Venue } from './venue.ts';

export const driftV2 = {
  name: 'drift-v2',
  doc: 'Drift v2: only what covers the shortage and a buffer, more with time, near the oracle; the insurance fund, then both sides pay.',
  source: 'github.com/drift-labs/protocol-v2@0ae3e3b1: programs/drift/src/math, controller/liquidation.rs',
  rules: {
    liquidation: {
      policy: {
        kind: 'shortage',
        buffer: '2%',
        initial: '10%', // Uncertain: set by the program's state account.
        ramp: '60s', // 150 slots of 400 ms.
        slot: '400ms',
        small: 50,
        liquidatorFee: '1%', // Uncertain: set per market.
        feeGrace: '600s',
        feePerSlot: '0.0001%',
        lossBuffer: '2%',
      },
      trigger: 'passed',
    },
    // Initial 5 %, maintenance 3 %, more with the root of the coins. Uncertain: all are set per market; here for BTC at 60,000.
    margin: { deduction: false, tiers: rootTiers({ maintenance: 0.03, initial: 0.05, factor: 0.0004, price: 60_000, count: 12 }) },
    // Uncertain: by tier of volume. What the fund takes of a liquidation.
    fees: { maker: '-0.25bp', taker: '10bp', liquidation: '100bp' },
    // Paid every hour. Uncertain: the venue follows averages of mark and oracle; the premium stands for their difference.
    funding: { interval: '1h', interestRate: '0%', clamp: '0%', cap: '0.125%', sampleInterval: '1m', impactNotional: 10_000 },
    mark: { kind: 'index', interval: '1s' },
    priceBand: '0%',
    losses: ['insurance-fund', 'socialised-loss'],
  },
} as const satisfies Venue;
