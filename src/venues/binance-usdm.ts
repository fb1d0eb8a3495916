// Binance USD-M futures: tiers with deduction, a mark that is the median of three, one large immediate order no worse than
// bankruptcy, the insurance fund, and winners by profit × margin ratio.

import type { Venue } from './venue.ts';

export const binanceUsdm = {
  name: 'binance-usdm',
  doc: 'Binance USD-M futures: one large order no worse than bankruptcy, the insurance fund, then winners by profit × margin ratio.',
  source:
    'binance.com/en/support/faq: b3c689c1f50a44cabb3a84e663b81d93, 360033525271, 360033525471, 360033525071; brackets of October 2024',
  rules: {
    // All orders go first; then as much as possible of the position at once.
    liquidation: { policy: 'full-close', trigger: 'reached' },
    margin: {
      deduction: true,
      // BTCUSDT.
      tiers: [
        { from: 0, maintenance: '0.4%', leverage: 125 },
        { from: 50_000, maintenance: '0.5%', leverage: 100 },
        { from: 600_000, maintenance: '0.65%', leverage: 75 },
        { from: 3_000_000, maintenance: '1%', leverage: 50 },
        { from: 12_000_000, maintenance: '2%', leverage: 25 },
        { from: 70_000_000, maintenance: '2.5%', leverage: 20 },
        { from: 100_000_000, maintenance: '5%', leverage: 10 },
        { from: 230_000_000, maintenance: '10%', leverage: 5 },
        { from: 480_000_000, maintenance: '12.5%', leverage: 4 },
        { from: 600_000_000, maintenance: '15%', leverage: 3 },
        { from: 800_000_000, maintenance: '25%', leverage: 2 },
        { from: 1_200_000_000, maintenance: '50%', leverage: 1 },
      ],
    },
    // Uncertain: the insurance clearance fee is set by symbol; 1.25 % is often quoted.
    fees: { maker: '2bp', taker: '5bp', liquidation: '1.25%' },
    // Uncertain: the cap, taken as 0.75 × the first maintenance rate. Impact notional: 200 USDT ÷ (1 ÷ 125).
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '0.3%', sampleInterval: '5s', impactNotional: 25_000 },
    mark: { kind: 'median', interval: '1s', window: '30s' },
    priceBand: '5%', // Uncertain: set by symbol.
    losses: ['insurance-fund', { kind: 'auto-deleveraging', ranking: 'profit-margin-ratio', price: 'bankruptcy' }],
  },
} as const satisfies Venue;
