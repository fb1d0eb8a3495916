// Hyperliquid: market orders, a fifth of what is large and the rest after a cool-down, no fee; accounts with less than two
// thirds of maintenance go to the vault, those worth less than nothing to their winners at the mark before.

import type { Venue } from './venue.ts';

export const hyperliquid = {
  name: 'hyperliquid',
  doc: 'Hyperliquid: market orders, 20 % of large positions first, the liquidity vault below two thirds of maintenance, deleveraging at the previous mark.',
  source: 'hyperliquid.gitbook.io/hyperliquid-docs/trading: liquidations, auto-deleveraging, robust-price-indices, margin-tiers',
  rules: {
    liquidation: {
      policy: {
        kind: 'fixed-fraction',
        portion: '20%',
        above: 100_000,
        coolDown: '30s',
        pause: 'wait', // Uncertain: the page can be read either way.
        backstop: '2/3',
        limit: 'none',
      },
      trigger: 'passed',
    },
    // BTC: half the initial margin at the greatest leverage.
    margin: {
      deduction: true,
      tiers: [
        { from: 0, maintenance: '1.25%', leverage: 40 },
        { from: 150_000_000, maintenance: '2.5%', leverage: 20 },
      ],
    },
    fees: { maker: '1.5bp', taker: '4.5bp', liquidation: '0%' }, // Uncertain: maker and taker fees go by volume.
    // Eight hours' rate, an eighth of it paid each hour. Uncertain: the impact notional.
    funding: {
      interval: '1h',
      initialRate: '0.0013%',
      interestRate: '0.01%',
      clamp: '0.05%',
      cap: '4%',
      sampleInterval: '5s',
      impactNotional: 20_000,
    },
    // Uncertain: the venue also takes the prices of other venues' perpetuals, which are not here.
    mark: { kind: 'book-median', interval: '3s', window: '150s' },
    priceBand: '0%',
    losses: [
      { kind: 'liquidity-vault', backstop: '2/3', pays: true }, // Uncertain: what the vault has, and how much it takes on.
      // Uncertain: the ranking of shorts, by symmetry.
      { kind: 'auto-deleveraging', ranking: 'price-leverage', price: 'previous-mark', trigger: 'negative-equity' },
    ],
    insuranceFund: { cash: 0 },
  },
} as const satisfies Venue;
