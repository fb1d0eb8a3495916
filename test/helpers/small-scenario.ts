// A scenario that runs in a fraction of a second and yet has everything in it: levered accounts, makers, an arbitrageur, a
// fall of the index that liquidates some of them. For tests of what is made of runs, not of what happens in them.

import { readScenario, type ReadOptions } from '../../src/simulation/scenario-reader.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';

export const SMALL = `
name: small
start: 2024-10-01T10:00:00Z
duration: 60s
seed: 1
instruments:
  BTC-PERP: { tick: 0.1, lot: 0.001, maxPrice: 200000, maxOrder: 500, maxPosition: 2000, maxOpenInterest: 10000 }
index: { kind: geometric-brownian, price: 60000, volatility: 50% }
shocks:
  - { name: news, at: 20s, size: -2.5%, over: 5s }
traders:
  retail:
    kind: crowd
    members: 60
    longShare: 75%
    size: { lognormal: { median: 0.3, sigma: 1 }, max: 10 }
    leverage: { lognormal: { median: 25, sigma: 0.5 }, min: 2, max: 100 }
    entryDistance: 0.2%
  makers: { kind: market-maker, count: 2 }
  arbitrageurs: { kind: arbitrageur, count: 1, capital: 15000000 }
  value: { kind: value, count: 3 }
  noise: { kind: noise, count: 8 }
latency: { kind: jittered, delay: 10ms, jitter: 5ms }
rules:
  margin: { tiers: [{ from: 0, maintenance: 0.5%, leverage: 125 }] }
  mark: { kind: median, interval: 1s, window: 10s }
  insuranceFund: { cash: 200000 }
`;

export function smallScenario(options: ReadOptions = {}): Scenario {
  return readScenario(SMALL, 'small.yaml', options);
}
