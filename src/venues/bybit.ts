// Bybit: down the risk limits by fill-or-kill orders, the rest taken over at bankruptcy, and deleveraging while the fund has
// fallen by 30 % from its peak of eight hours.

import type { Venue } from './venue.ts';

export const bybit = {
  name: 'bybit',
  doc: 'Bybit: one risk limit down at a time, takeover at bankruptcy, deleveraging by profit × leverage when the fund falls 30 % from its peak.',
  source: 'bybit.com help centre; bybit-exchange.github.io/docs/v5/market: adl-alert, risk-limit, order-price-limit',
  rules: {
    liquidation: { policy: { kind: 'tier-down', tiers: 1, from: 2, target: 'satisfied' }, trigger: 'reached' },
    margin: {
      deduction: true,
      maintenanceOn: 'entry', // Of isolated margin; Uncertain: a unified account counts at mark.
      // BTCUSDT.
      tiers: [
        { from: 0, maintenance: '0.5%', leverage: 100 },
        { from: 2_000_000, maintenance: '0.56%', leverage: 90 },
        { from: 2_600_000, maintenance: '0.63%', leverage: 80 },
        { from: 3_200_000, maintenance: '0.67%', leverage: 75 },
        { from: 3_800_000, maintenance: '0.71%', leverage: 70 },
        { from: 4_400_000, maintenance: '0.77%', leverage: 65 },
        { from: 5_000_000, maintenance: '0.91%', leverage: 55 },
        { from: 5_600_000, maintenance: '1%', leverage: 50 },
        { from: 8_500_000, maintenance: '1.3%', leverage: 45 },
        { from: 10_000_000, maintenance: '1.5%', leverage: 40 },
        { from: 14_000_000, maintenance: '1.6%', leverage: 35 },
        { from: 20_000_000, maintenance: '2%', leverage: 30 },
        { from: 28_000_000, maintenance: '2.5%', leverage: 25 },
        { from: 38_000_000, maintenance: '2.9%', leverage: 20 },
        { from: 50_000_000, maintenance: '3%', leverage: 19 },
        { from: 55_000_000, maintenance: '3.5%', leverage: 18 },
        { from: 60_000_000, maintenance: '3.6%', leverage: 17 },
        { from: 65_000_000, maintenance: '3.8%', leverage: 16 },
        { from: 70_000_000, maintenance: '4%', leverage: 15 },
        { from: 75_000_000, maintenance: '4.5%', leverage: 14 },
      ],
    },
    // Uncertain: no liquidation fee beyond the taker fee; what is left of the margin goes to the fund with the position.
    fees: { maker: '2bp', taker: '5.5bp', liquidation: '5.5bp' },
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '0.375%', sampleInterval: '5s', impactNotional: 20_000 }, // Uncertain: cap and impact notional.
    mark: { kind: 'median', interval: '1s', window: '30s' },
    priceBand: '5%', // Uncertain: x and y of the price limit are set by symbol.
    losses: [
      { kind: 'auto-deleveraging', trigger: 'drawdown', drawdown: '30%', recovery: '25%', least: 10_000, markBeyond: '5%' },
      'insurance-fund',
      { kind: 'auto-deleveraging', markBeyond: '5%' },
    ],
  },
} as const satisfies Venue;
