// Synthetix v3 perps: an account that fails maintenance is flagged and closed whatever becomes of it, but no faster than one
// capacity for the whole market within a rolling window; the pool of liquidity providers has the other side of everything.

import { evenly, growingTiers } from './schedules.ts';
import type { Venue } from './venue.ts';

/** In BTC. Uncertain: set per market. */
const SKEW_SCALE = 100_000;
/** The price by which coins become money here, for a table of notionals. */
const PRICE = 60_000;

export const synthetixV3 = {
  name: 'synthetix-v3',
  doc: 'Synthetix v3: flagged once, closed within what a window may liquidate of the whole market; the pool bears the rest.',
  source: 'github.com/Synthetixio/synthetix-v3@23585f73: markets/perps-market, LiquidationModule.sol, PerpsMarket.sol',
  rules: {
    liquidation: {
      policy: {
        kind: 'window-capacity',
        window: '30s', // Uncertain.
        makerFee: '2bp',
        takerFee: '5bp',
        skewScale: SKEW_SCALE * PRICE,
        multiplier: 1, // Uncertain.
        flagged: 'until-closed',
      },
      trigger: 'passed',
    },
    // Initial rate = size ÷ skew scale × 1 + 2 %, maintenance half of it. Uncertain: all set per market.
    margin: {
      deduction: false,
      tiers: growingTiers({
        maintenance: 0.01,
        initial: 0.02,
        slope: 1 / SKEW_SCALE,
        maintenanceSlope: 0.5 / SKEW_SCALE,
        price: PRICE,
        ends: evenly(500, 20),
      }),
    },
    // The reward of keepers stands for the liquidation fee. Uncertain.
    fees: { maker: '2bp', taker: '5bp', liquidation: '30bp' },
    // Uncertain: there the rate itself drifts with the skew, without an interval.
    funding: { interval: '1h', interestRate: '0%', clamp: '0%', cap: '1%', sampleInterval: '10s', impactNotional: 25_000 },
    mark: { kind: 'index', interval: '1s' },
    priceBand: '0%',
    losses: ['insurance-fund', 'printed-debt'],
  },
} as const satisfies Venue;
