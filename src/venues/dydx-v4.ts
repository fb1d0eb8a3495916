// dYdX v4: an order book run by its validators, one account margin in USDC, liquidation orders at a fillable price that
// worsens with the shortfall, and deleveraging at the bankruptcy price once an account is worth less than nothing.

import type { Venue } from './venue.ts';

export const dydxV4 = {
  name: 'dydx-v4',
  doc: 'dYdX v4: strict maintenance, capped orders each block at the fillable price, the insurance fund, then deleveraging.',
  source: 'github.com/dydxprotocol/v4-chain@84d4664b: x/clob/keeper, x/perpetuals, testing/genesis.sh',
  rules: {
    liquidation: {
      policy: {
        kind: 'block-limited',
        block: '1s', // Uncertain: a little over a second on the live chain.
        portion: '10%',
        minNotional: 1000,
        accountNotional: 100_000,
        attempts: 50,
        adjustment: 1,
        spread: '150%',
      },
      trigger: 'passed', // Who has exactly the maintenance margin is safe.
    },
    // The Large-Cap tier: initial margin 2 %, maintenance 60 % of it; no open-interest caps.
    margin: { deduction: true, tiers: [{ from: 0, maintenance: '1.2%', leverage: 50 }] },
    // Uncertain: fees go by volume. Those of the lowest tier; the liquidation fee is the greatest the venue charges.
    fees: { maker: '1bp', taker: '5bp', liquidation: '150bp', liquidationUpTo: 'share' },
    // Paid every hour; a sample of the premium each minute. Uncertain: no interest is assumed.
    funding: { interval: '1h', interestRate: '0%', clamp: '0%', cap: '0.6%', sampleInterval: '1m', impactNotional: 10_000 },
    mark: { kind: 'index', interval: '1s' },
    priceBand: '0%',
    losses: [
      { kind: 'insurance-fund', blockCap: 1_000_000, block: '1s' },
      { kind: 'auto-deleveraging', ranking: 'pseudo-random', among: 'everybody', trigger: 'negative-equity', accept: 'no-worse' },
      'withdrawal-gate',
    ],
  },
} as const satisfies Venue;
