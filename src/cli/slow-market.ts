// A market with a slow clock, for walks over weeks or years of bars: everybody looks at it a few times a bar instead of every
// second, so that a year of days takes seconds. Sizes follow from the price, so that it fits any contract.

import { formatQuantity } from '../base/quantity.ts';
import { Decimal, plain } from '../base/decimal.ts';
import type { Micros } from '../base/units.ts';
import type { PriceBars } from '../study/price-bars.ts';

/** How often in a bar the market is looked at. */
const LOOKS = 5;

const HOUR = 3_600_000_000;
/** Looks for which somebody holds a position, on average. */
const HELD = 300;

/** What the notionals of its text are worth: sizes are these over the first price. */
const MEDIAN = 15_000;

export function slowMarket({ open, high, interval }: PriceBars, first: number, end: number): string {
  const clock: Micros = Math.max(1_000_000, Math.floor(interval / LOOKS));
  const price = new Decimal(open[first]);
  let highest = 0;
  for (let i = first; i < end; i++) highest = Math.max(highest, high[i]);
  const magnitude = new Decimal(10).pow(price.log(10).floor());
  // Five digits of the price, and lots of between one and ten units of the money.
  const tick = magnitude.div(10_000);
  const lot = new Decimal(10).div(magnitude);
  const coins = (notional: number): string => plain(new Decimal(notional).div(price).div(lot).ceil().mul(lot));
  const times = (factor: number): string => formatQuantity('duration', new Decimal(Math.max(1_000_000, Math.round(clock * factor))));
  const ceiling = plain(new Decimal(highest).mul(3).div(magnitude).ceil().mul(magnitude));
  return `# Question: What would these rules have done over a long stretch of real prices?
# Census: 2,000 levered accounts that come and go, four makers, two arbitrageurs, some who know the value and some who guess; each
#   looks about once in ${times(1)}, so that what happens within that time is not seen. Nothing but the index is real.
name: slow-market
start: 2024-01-01T00:00:00Z
duration: 1d
seed: 1
settlement: USD
instruments:
  PERP:
    tick: ${plain(tick)}
    lot: ${plain(lot)}
    maxPrice: ${ceiling}
    maxOrder: ${coins(20_000_000)}
    maxPosition: ${coins(100_000_000)}
    maxOpenInterest: ${coins(400_000_000)}
index: { kind: geometric-brownian, price: ${plain(tick.mul(price.div(tick).round()))}, interval: ${times(1)} }
traders:
  public:
    kind: crowd
    members: 2000
    longShare: 60%
    size: { lognormal: { median: ${coins(MEDIAN)}, sigma: 1 }, max: ${coins(100 * MEDIAN)} }
    leverage: { lognormal: { median: 15, sigma: 0.7 }, min: 1, max: 50 }
    entryDistance: 0%
    turnover: ${plain(new Decimal(HOUR).div(clock).div(HELD).mul(100).clamp(0.01, 6_000).toDecimalPlaces(4))}%
    delay: ${times(1)}
    look: ${times(1)}
  makers:
    kind: market-maker
    count: 4
    capital: 100000000
    leverage: 3
    inventory: ${coins(4_000_000)}
    touch: ${coins(20_000)}
    reach: 300bp
    margin: 5bp
    interval: ${times(0.5)}
    basisMemory: ${times(10)}
    volatilityMemory: ${times(30)}
    calmVolatility: 80%
    lossMemory: ${times(300)}
    recovery: ${times(5)}
  arbitrageurs: { kind: arbitrageur, count: 2, capital: 40000000, inventory: ${coins(20_000_000)}, order: ${coins(200_000)}, interval: ${times(0.5)}, reserve: 40000000, delay: ${times(2)} }
  value: { kind: value, count: 6, interval: ${times(2)}, position: ${coins(1_000_000)}, order: ${coins(50_000)}, cash: 4000000 }
  noise: { kind: noise, count: 12, interval: ${times(1)}, size: ${coins(5_000)}, lifetime: ${times(3)}, inventory: ${coins(200_000)}, cash: 1000000 }
marketData: { interval: ${times(0.5)} }
rules:
  margin:
    tiers:
      - { from: 0, maintenance: 1%, leverage: 50 }
      - { from: 1000000, maintenance: 2%, leverage: 25 }
      - { from: 10000000, maintenance: 5%, leverage: 10 }
  mark: { kind: median, interval: ${times(1)}, window: ${times(5)} }
  liquidation: { policy: full-close, scanInterval: ${times(1)} }
  insuranceFund: { cash: 2000000 }
  controls: { interval: ${times(LOOKS)} }
`;
}
