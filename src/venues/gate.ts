// Gate: the fee of closing is a part of maintenance; one risk limit down at a time, the insurance fund, then winners.

import type { Venue } from './venue.ts';

export const gate = {
  name: 'gate',
  doc: 'Gate: the fee of closing within maintenance, one risk limit down at a time, the insurance fund, then winners by profit × leverage.',
  source: 'gate.io help: liquidation price with the taker fee inside the requirement (as in the tests of freqtrade)',
  rules: {
    // Uncertain: the fact sheet has Gate's liquidation price alone; the order of steps is that of venues like it.
    liquidation: { policy: { kind: 'tier-down', tiers: 1, from: 2, target: 'satisfied' }, trigger: 'reached' },
    margin: {
      deduction: true,
      closingFee: '6bp', // The taker fee.
      // Uncertain: the table.
      tiers: [
        { from: 0, maintenance: '0.4%', leverage: 125 },
        { from: 1_000_000, maintenance: '0.5%', leverage: 100 },
        { from: 3_000_000, maintenance: '1%', leverage: 50 },
        { from: 10_000_000, maintenance: '2%', leverage: 25 },
        { from: 50_000_000, maintenance: '5%', leverage: 10 },
      ],
    },
    fees: { maker: '2bp', taker: '6bp', liquidation: '6bp' }, // Uncertain.
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '0.3%', sampleInterval: '1m', impactNotional: 25_000 }, // Uncertain.
    mark: { kind: 'median', interval: '1s', window: '30s' }, // Uncertain.
    priceBand: '5%', // Uncertain.
    losses: ['insurance-fund', 'auto-deleveraging'],
  },
} as const satisfies Venue;
