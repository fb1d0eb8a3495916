// FTX, as its documents described it until 2022: random slices out of a common budget, backstop liquidity providers below half
// the maintenance fraction, then all opposing accounts pro rata, at two thirds of the zero price and one of the mark.

import type { Venue } from './venue.ts';

export const ftx = {
  name: 'ftx',
  doc: 'FTX (historic): random slices out of a common budget, backstop providers at half the margin fraction, then opposing accounts pro rata.',
  source: 'help.ftx.com (archived): 360027937831, 360027668712, 360024479392, 360027946371',
  rules: {
    liquidation: {
      policy: {
        kind: 'random-slices',
        interval: '1s',
        chance: '1/6',
        dailyVolume: 5_000_000_000, // Depends on the market.
        budget: '1bp',
        portion: '10%',
        minNotional: 1000,
        nearest: '1bp',
        farthest: '5bp',
        autoClose: '1/2',
        autoCloseGap: '6%',
      },
      trigger: 'passed',
    },
    margin: {
      deduction: false,
      // Maintenance 3 %, initial 5 % at first; both grow with the square root of the size. Uncertain: as steps of a BTC perpetual at 60,000.
      tiers: [
        { from: 0, maintenance: '3%', leverage: 20 },
        { from: 15_000_000, maintenance: '4%', leverage: 14 },
        { from: 40_000_000, maintenance: '6%', leverage: 10 },
        { from: 160_000_000, maintenance: '12%', leverage: 5 },
      ],
    },
    fees: { maker: '2bp', taker: '7bp', liquidation: '0%' }, // Uncertain: fees go by volume.
    // Uncertain: the hour's rate is an eighth of eight hours' (the venue had 24), and the cap.
    funding: {
      interval: '1h',
      initialRate: '0%',
      interestRate: '0%',
      clamp: '0%',
      cap: '0.5%',
      sampleInterval: '1m',
      impactNotional: 25_000,
    },
    mark: { kind: 'basis-average', interval: '1s', window: '1m', clamp: '2%' }, // Uncertain: the window and its bound.
    priceBand: '5%', // Uncertain.
    losses: [
      { kind: 'assignment', discount: '1%', share: 'room' }, // Uncertain: what backstop providers were paid.
      { kind: 'auto-deleveraging', ranking: 'pro-rata', among: 'everybody', price: 'zero-price' },
    ],
  },
} as const satisfies Venue;
