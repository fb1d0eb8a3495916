import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { venuePresets } from '../../../src/simulation/venue-presets.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import { layerKinds } from '../../../src/losses/registry.ts';
import { venues } from '../../../src/venues/registry.ts';

/** XBTUSD in contracts of 100 USD, settled in BTC: a minute in which the index falls by 5 %. */
const INVERSE = `
name: inverse
start: 2024-10-01T07:59:30Z
duration: 60s
settlement: BTC
instruments:
  XBTUSD:
    { contract: inverse, tick: 0.5, lot: 100, minPrice: 5000, maxPrice: 200000, maxOrder: 9000000, maxPosition: 90000000, maxOpenInterest: 900000000 }
index: { kind: geometric-brownian, price: 60000, volatility: 50%, spotDepth: 2000 }
shocks: [{ name: news, at: 20s, size: -5%, over: 5s }]
traders:
  retail:
    kind: crowd
    members: 80
    longShare: 70%
    size: { lognormal: { median: 18000, sigma: 1 }, max: 600000 }
    leverage: { lognormal: { median: 25, sigma: 0.5 }, min: 2, max: 90 }
    entryDistance: 0.2%
    stopShare: 30%
  makers: { kind: market-maker, count: 2, capital: 80, inventory: 2400000, touch: 12000 }
  arbitrageurs: { kind: arbitrageur, count: 1, capital: 250, inventory: 3000000, order: 60000, reserve: 30 }
  value: { kind: value, count: 3, position: 300000, order: 30000, cash: 10 }
  noise: { kind: noise, count: 8, size: 6000, inventory: 300000, cash: 10 }
rules:
  margin:
    tiers:
      - { from: 0, maintenance: 0.5%, leverage: 100 }
      - { from: 5, maintenance: 1%, leverage: 50 }
  funding: { impactNotional: 0.5, initialRate: 0.05% }
  insuranceFund: { cash: 3 }
`;

function run(...set: string[]) {
  return createSimulation(readScenario(INVERSE, 'inverse.yaml', { set, venues: venuePresets })).runToEnd();
}

describe('a market of inverse contracts', () => {
  test('trades, settles funding and liquidates in coins, and keeps every invariant', () => {
    const { headline, manifest } = run();
    expect(manifest.invariants.broken).toEqual([]);
    expect(manifest.invariants.checked['money-conserved']).toBeGreaterThan(1);
    expect(headline.trades).toBeGreaterThan(50);
    expect(headline.liquidations).toBeGreaterThan(5);
    // 80 accounts of about half a coin each.
    expect(Number(headline.openInterest.start)).toBeGreaterThan(10);
    expect(Number(headline.openInterest.start)).toBeLessThan(500);
  });

  test.each(policyKinds.map(({ kind }) => kind))('under %s', (kind) => {
    // Amounts of money are in coins.
    const amount = { 'random-slices': ', dailyVolume: 80000', 'window-capacity': ', skewScale: 100000' }[kind] ?? '';
    const { headline, manifest } = run(`liquidation.policy={ kind: ${kind}${amount} }`, 'insuranceFund.cash=0.2');
    expect(manifest.invariants.broken).toEqual([]);
    expect(headline.liquidations).toBeGreaterThan(5);
  });

  test('maintained at entry, with a fee of closing, the whole position at the rate of its tier', () => {
    const { headline, manifest } = run('margin.maintenanceOn=entry', 'margin.closingFee=7.5bp', 'margin.deduction=false');
    expect(manifest.invariants.broken).toEqual([]);
    expect(headline.liquidations).toBeGreaterThan(5);
  });

  test.each(['bitmex-xbtusd', 'deribit-btc'])('on %s, whose amounts are in coins', (venue) => {
    const { headline, manifest } = run(`venue=${venue}`, 'shocks[0].size=-8%', 'insuranceFund.cash=1');
    expect(manifest.invariants.broken).toEqual([]);
    expect(headline.liquidations).toBeGreaterThan(5);
  });

  test.each(venues.map(({ name }) => name))('on %s, whatever its amounts are in', (venue) => {
    const { headline, manifest } = run(`venue=${venue}`, 'shocks[0].size=-8%', 'duration=40s');
    expect(manifest.invariants.broken).toEqual([]);
    // Not the dollars of a preset taken for coins.
    expect(Number(headline.fund.start)).toBeLessThan(1_000);
    expect(headline.liquidations).toBeGreaterThan(5);
  });

  test('where the mark hears nothing of the book, no liquidation causes another', () => {
    const { headline } = run('venue=bitmex-xbtusd', 'liquidation.policy.kind=full-close', 'margin.closingFee=50bp', 'shocks[0].size=-8%');
    expect(headline.liquidations).toBeGreaterThan(10);
    expect(headline.cascades.branchingRatio).toBe(0);
  });

  test('the same seed gives the same run', () => {
    expect(run().manifest.digest).toBe(run().manifest.digest);
  });
});

test('nothing breaks under any policy, list of layers and fall', () => {
  const layers = fc.uniqueArray(fc.constantFrom(...layerKinds.map(({ kind }) => kind)), { maxLength: 4 });
  const amounts: Record<string, string> = { 'random-slices': ', dailyVolume: 80000', 'window-capacity': ', skewScale: 100000' };
  fc.assert(
    fc.property(
      fc.constantFrom(...policyKinds.map(({ kind }) => kind)),
      layers,
      fc.constantFrom('-3%', '-10%', '-30%', '8%', '40%'),
      fc.constantFrom('0', '0.1', '20'),
      fc.constantFrom('mark', 'entry'),
      fc.integer({ min: 1, max: 1_000 }),
      (policy, losses, size, cash, on, seed) => {
        // A vault of coins.
        const list = losses.map((kind) => (kind === 'liquidity-vault' ? '{ kind: liquidity-vault, cash: 5 }' : kind)).join(', ');
        const set = [
          `liquidation.policy={ kind: ${policy}${amounts[policy] ?? ''} }`,
          `losses=[${list}]`,
          `shocks[0].size=${size}`,
          `insuranceFund.cash=${cash}`,
          `margin.maintenanceOn=${on}`,
          `seed='${seed}'`,
          'duration=40s',
        ];
        expect(run(...set).manifest.invariants.broken, set.join(' ')).toEqual([]);
      },
    ),
    { numRuns: 10 * Number(process.env.SEEDS ?? 1) },
  );
}, 600_000);

describe('what is refused', () => {
  function problems(text: string): string[] {
    try {
      readScenario(text, 'inverse.yaml');
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
      throw error;
    }
    return [];
  }

  test('linear and inverse contracts in one settlement asset', () => {
    const linear = '  ETHUSD: { tick: 0.5, lot: 1, maxPrice: 20000, maxOrder: 100, maxPosition: 1000, maxOpenInterest: 10000 }';
    const both = INVERSE.replace('index: { kind', `${linear}\nindex: { kind`);
    expect(problems(both).join('\n')).toContain('inverse and linear contracts are not settled in the same asset');
  });

  test('a lowest price at which coins would leave the range of exact money', () => {
    const found = problems(
      INVERSE.replace('minPrice: 5000', 'minPrice: 0.5').replace('maxOpenInterest: 900000000', 'maxOpenInterest: 90000000000'),
    );
    expect(found.join('\n')).toContain('maxOpenInterest at minPrice');
  });

  test('a lot and a tick that make no whole unit of money', () => {
    expect(problems(INVERSE.replace('tick: 0.5', 'tick: 0.3')).join('\n')).toContain('lot ÷ tick is');
  });
});
