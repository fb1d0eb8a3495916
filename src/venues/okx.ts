// OKX: the fee of closing is a part of what must be covered; two tiers down at a time from the third, else a takeover at
// bankruptcy; deleveraging at mark while the fund has fallen by 30 % from its peak of eight hours.

import type { Venue } from './venue.ts';

export const okx = {
  name: 'okx',
  doc: 'OKX: two tiers down at a time, takeover at bankruptcy, deleveraging at mark when the fund falls 30 % from its peak.',
  source: 'okx.com/help: 360020411711, VI-system-liquidation; copies of the tier and auto-deleveraging pages',
  rules: {
    liquidation: {
      marginCall: 3, // A warning at a ratio of 300 %.
      policy: { kind: 'tier-down', tiers: 2, from: 3, target: 'next', whenBaseFails: 'hand-over' },
      trigger: 'reached',
    },
    margin: {
      deduction: false, // The whole position pays the rate of its tier.
      closingFee: '5bp', // The taker fee.
      // Uncertain: today's BTC table was not found; the pattern of the venue's tables, in widths of 5 million.
      tiers: [
        { from: 0, maintenance: '0.4%', leverage: 100 },
        { from: 5_000_000, maintenance: '0.6%', leverage: 75 },
        { from: 10_000_000, maintenance: '1%', leverage: 50 },
        { from: 20_000_000, maintenance: '1.5%', leverage: 33 },
        { from: 30_000_000, maintenance: '2%', leverage: 25 },
        { from: 40_000_000, maintenance: '2.5%', leverage: 20 },
        { from: 60_000_000, maintenance: '3.5%', leverage: 14 },
        { from: 80_000_000, maintenance: '5%', leverage: 10 },
      ],
    },
    fees: { maker: '2bp', taker: '5bp', liquidation: '5bp' },
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '0.375%', sampleInterval: '1m', impactNotional: 20_000 }, // Uncertain: all but the interval.
    mark: { kind: 'basis-average', interval: '1s', window: '30s', clamp: '1%' }, // Uncertain: the window and its bound.
    priceBand: '5%', // Uncertain: set by symbol.
    losses: [
      { kind: 'auto-deleveraging', price: 'mark', trigger: 'drawdown', drawdown: '30%', recovery: '25%' },
      'insurance-fund',
      { kind: 'auto-deleveraging', price: 'bankruptcy' },
    ],
  },
} as const satisfies Venue;
