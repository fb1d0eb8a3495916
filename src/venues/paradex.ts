// Paradex: an order book on a chain of its own, with a band of ±5 % around the mark, and losses beyond the insurance fund
// taken from whoever withdraws while they last.

import type { Venue } from './venue.ts';

export const paradex = {
  name: 'paradex',
  doc: 'Paradex: maintenance half of initial margin, a price band of 5%, the insurance fund, then a haircut of withdrawals.',
  source: 'docs.paradex.trade: risk (portfolio margin, price bands), liquidations, socialised losses',
  rules: {
    liquidation: {
      // Uncertain: the venue closes step by step; how large a step is, is not stated.
      policy: { kind: 'fixed-fraction' },
      trigger: 'passed', // Uncertain.
    },
    // Maintenance is 50 % of initial margin. Uncertain: BTC's initial rate; and positions hedge each other there.
    margin: { deduction: true, tiers: [{ from: 0, maintenance: '1%', leverage: 50 }] },
    fees: { maker: '0bp', taker: '3bp', liquidation: '50bp' }, // Uncertain.
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '2%', sampleInterval: '5s', impactNotional: 25_000 }, // Uncertain: paid continuously there.
    mark: { kind: 'basis-average', interval: '1s', window: '30s', clamp: '5%' }, // Uncertain.
    priceBand: '5%',
    losses: ['insurance-fund', 'withdrawal-haircut'],
  },
} as const satisfies Venue;
