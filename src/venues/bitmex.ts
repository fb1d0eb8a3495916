// BitMEX, as it was in 2021: risk limits whose rates the whole position pays, a mark made of index and funding, one limit down
// by a fill-or-kill order, the rest taken over at bankruptcy.

import { riskLimits } from './schedules.ts';
import type { Venue, Written } from './venue.ts';

const SOURCE = 'support.bitmex.com 18589621443357; testnet.bitmex.com/app: liquidationExamples, riskLimitsExamples';

/** `xbt`: what one XBT is in the money of the scenario. */
function rules(xbt: number): Readonly<Record<string, Written>> {
  return {
    // From the second limit on an order that the book must take whole; the base is taken over.
    liquidation: { policy: { kind: 'tier-down', tiers: 1, from: 2, target: 'next' }, trigger: 'reached' },
    margin: {
      deduction: false,
      maintenanceOn: 'entry',
      closingFee: '7.5bp', // The taker fee. Uncertain: the funding rate that the venue adds is left out.
      // XBTUSD: base 200 XBT, step 150 XBT.
      tiers: riskLimits({ base: 200, step: 150, maintenance: 0.005, initial: 0.01, steps: 8 }).map(({ from, maintenance, leverage }) => ({
        from: from * xbt,
        maintenance,
        leverage: Math.round(leverage * 1e6) / 1e6,
      })),
    },
    fees: { maker: '-2.5bp', taker: '7.5bp', liquidation: '0%' },
    // Uncertain: the cap, 75 % of initial less maintenance margin, and the impact notional.
    funding: { interval: '8h', interestRate: '0.01%', clamp: '0.05%', cap: '0.375%', sampleInterval: '1m', impactNotional: 10 * xbt },
    mark: { kind: 'funding-basis', interval: '1s' },
    priceBand: '0%',
    losses: ['insurance-fund', { kind: 'auto-deleveraging', ranking: 'profit-leverage', price: 'bankruptcy' }],
    insuranceFund: { cash: 20 * xbt }, // Uncertain: the venue's had tens of thousands; as much as suits a small market.
  };
}

export const bitmex: Venue = {
  name: 'bitmex',
  doc: 'BitMEX: one risk limit down at a time, takeover at bankruptcy, the insurance fund, then winners by profit × leverage.',
  source: SOURCE,
  rules: rules(60_000), // Uncertain: risk limits are in XBT, here in dollars at this price.
};

export const bitmexXbtusd: Venue = {
  name: 'bitmex-xbtusd',
  contract: 'inverse',
  doc: 'BitMEX XBTUSD: the same with its amounts in XBT, for inverse contracts.',
  source: SOURCE,
  rules: rules(1),
};
