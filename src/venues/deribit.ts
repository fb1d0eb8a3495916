// Deribit's futures: a margin rate that grows with the whole position, small increments about once a second within bounds of
// the mark, a fee to the fund, and a day's winners for what the fund cannot pay. Options are not here.

import { growingTiers } from './schedules.ts';
import type { Venue, Written } from './venue.ts';

const SOURCE = 'support.deribit.com: 25944769313309, 25944777576477, 25944738177565, 31424939178397';

/** `btc`: what one BTC is in the money of the scenario. */
function rules(btc: number): Readonly<Record<string, Written>> {
  return {
    liquidation: { policy: { kind: 'increments', slice: (5 / 6) * btc, interval: '1s', bounds: '1.5%' }, trigger: 'passed' },
    margin: {
      deduction: false,
      // BTC: 1 % + 0.005 % × BTC, initial 2 % + 0.005 % × BTC. Uncertain: as steps.
      tiers: growingTiers({
        maintenance: 0.01,
        initial: 0.02,
        slope: 0.00005,
        price: btc,
        ends: [2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1_000, 1_500, 2_000, 3_000],
      }).map(({ from, maintenance, leverage }) => ({ from, maintenance, leverage: Math.round(leverage * 1e6) / 1e6 })),
    },
    fees: { maker: '0bp', taker: '5bp', liquidation: '75bp' },
    // max(0.025 %, P) + min(−0.025 %, P) for eight hours: P less what of it is within the clamp. Uncertain: the venue pays every
    // millisecond, here every ten minutes; the cap.
    funding: {
      interval: '10m',
      initialRate: '0%',
      interestRate: '0%',
      clamp: '0.025%',
      cap: '0.0104%',
      sampleInterval: '5s',
      impactNotional: btc,
    },
    mark: { kind: 'ema-basis', interval: '1s', window: '30s', clamp: '1.5%' },
    priceBand: '1.5%',
    losses: ['insurance-fund', 'clawback'],
    insuranceFund: { cash: 20 * btc }, // Uncertain: as much as suits a small market.
  };
}

export const deribit: Venue = {
  name: 'deribit',
  doc: 'Deribit futures: small increments about once a second, the insurance fund, then a loss shared by the winners of the session.',
  source: SOURCE,
  rules: rules(60_000), // Uncertain: its rates grow with BTC, here with dollars at this price.
};

export const deribitBtc: Venue = {
  name: 'deribit-btc',
  contract: 'inverse',
  doc: 'Deribit BTC futures: the same with its amounts in BTC, for inverse contracts.',
  source: SOURCE,
  rules: rules(1),
};
