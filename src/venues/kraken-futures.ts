// Kraken Futures: an immediate order with its limit at bankruptcy, then assignment to volunteers, then an unwind pro rata.

import type { Venue } from './venue.ts';

export const krakenFutures = {
  name: 'kraken-futures',
  doc: 'Kraken Futures: an immediate order no worse than bankruptcy, assignment to volunteers, then an unwind pro rata at bankruptcy.',
  source: 'support.kraken.com 360022835671 (equity protection process), position assignment system',
  rules: {
    // Uncertain: partial liquidation since March 2026 is not here, the whole account is closed.
    liquidation: { policy: 'full-close', trigger: 'passed' },
    margin: {
      deduction: false,
      // Uncertain: the levels of the linear BTC contract.
      tiers: [
        { from: 0, maintenance: '1%', leverage: 50 },
        { from: 500_000, maintenance: '2%', leverage: 25 },
        { from: 2_000_000, maintenance: '3%', leverage: 16 },
        { from: 5_000_000, maintenance: '5%', leverage: 10 },
        { from: 20_000_000, maintenance: '10%', leverage: 5 },
      ],
    },
    fees: { maker: '2bp', taker: '5bp', liquidation: '0%' },
    // Uncertain: the cap, and that the hour's rate is an eighth of eight hours' (the venue has 24).
    funding: {
      interval: '1h',
      initialRate: '0%',
      interestRate: '0%',
      clamp: '0%',
      cap: '0.25%',
      sampleInterval: '1m',
      impactNotional: 25_000,
    },
    mark: { kind: 'ema-basis', interval: '1s', window: '30s', clamp: '1%' }, // Uncertain: window and bound.
    priceBand: '5%', // Uncertain.
    losses: [
      { kind: 'assignment', discount: '1%' }, // Uncertain: incentives of 0.5 % to 2.5 %.
      'insurance-fund',
      { kind: 'auto-deleveraging', ranking: 'pro-rata', price: 'bankruptcy' },
    ],
  },
} as const satisfies Venue;
