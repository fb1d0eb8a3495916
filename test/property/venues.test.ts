// Any venue with any policy and any list of loss layers, in falls and rises, with a fund or without: a run ends with every
// invariant whole. Every venue with every policy and with every list once; what else there is to combine is drawn.
// `SEEDS=20` tries as many times more; from 13 on every venue meets every policy with every list.

import '../helpers/property-seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyKinds } from '../../src/liquidation/registry.ts';
import { layerKinds } from '../../src/losses/registry.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { venues } from '../../src/venues/registry.ts';
import { smallScenario } from '../helpers/small-scenario.ts';

const SEEDS = Number(process.env.SEEDS ?? 1);

const names = venues.map(({ name }) => name);
const policies = policyKinds.map(({ kind }) => kind);
const layers = layerKinds.map(({ kind }) => kind);

/** As a scenario writes them; every layer, ranking, trigger and price of deleveraging is in one of them. */
const LISTS = [
  '[]',
  '[insurance-fund, auto-deleveraging]',
  '[insurance-fund, { kind: auto-deleveraging, ranking: profit-margin-ratio }]',
  '[{ kind: auto-deleveraging, trigger: drawdown, markBeyond: 5%, least: 100 }, insurance-fund]',
  '[insurance-fund, { kind: auto-deleveraging, price: mark }, clawback]',
  '[{ kind: liquidity-vault, cash: 3000 }, { kind: auto-deleveraging, ranking: price-leverage, price: previous-mark, trigger: negative-equity, among: everybody }]',
  '[{ kind: insurance-fund, blockCap: 200, block: 1s }, { kind: auto-deleveraging, ranking: pseudo-random, among: everybody, accept: no-worse }, withdrawal-gate]',
  '[insurance-fund, socialised-loss]',
  '[{ kind: insurance-fund, windowCap: 300, window: 10s }, { kind: printed-debt, most: 500 }, socialised-loss]',
  '[assignment, { kind: auto-deleveraging, ranking: pro-rata, among: everybody, price: zero-price }]',
  '[{ kind: assignment, share: equal }, insurance-fund, { kind: auto-deleveraging, ranking: pro-rata }]',
  '[insurance-fund, { kind: auto-deleveraging, price: mark }, withdrawal-haircut]',
  '[{ kind: auto-deleveraging, ranking: leverage-weighted, among: everybody }, clawback, printed-debt]',
  '[{ kind: auto-deleveraging, ranking: water-filling, among: everybody, price: index }, socialised-loss]',
];

function expectSound(set: readonly string[], seed: string): number {
  const { manifest, headline } = createSimulation(smallScenario({ seed, set })).runToEnd();
  expect(manifest.invariants.broken, set.join(' ')).toEqual([]);
  return headline.liquidations;
}

test.each(names.map((name, i) => [name, i] as const))(
  '%s under every policy and every list of layers',
  { timeout: 600_000 },
  (venue, i) => {
    let liquidations = 0;
    for (let n = 0; n < Math.max(policies.length, LISTS.length); n++) {
      const policy = policies[(n + i) % policies.length];
      const set = [
        `venue=${venue}`,
        `liquidation.policy.kind=${policy}`,
        `losses=${LISTS[n % LISTS.length]}`,
        `shocks[0].size=${['-8%', '-20%', '6%'][n % 3]}`,
        `insuranceFund.cash=${['0', '2000'][n % 2]}`,
        'traders.backstop={ kind: backstop, count: 1 }',
        'duration=30s',
      ];
      liquidations += expectSound(set, String(1 + n));
    }
    expect(liquidations).toBeGreaterThan(50);
  },
);

test('nothing breaks under any venue, policy and list of layers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.option(fc.constantFrom(...policies)),
      fc.option(fc.uniqueArray(fc.constantFrom(...layers), { maxLength: 4 })),
      fc.constantFrom('-3%', '-8%', '-20%', '6%'),
      fc.constantFrom('0', '2000', '1000000'),
      fc.integer({ min: 1, max: 1_000 }),
      (venue, policy, losses, size, cash, seed) => {
        const set = [
          `venue=${venue}`,
          ...(policy === null ? [] : [`liquidation.policy.kind=${policy}`]),
          ...(losses === null ? [] : [`losses=[${losses.join(', ')}]`]),
          `shocks[0].size=${size}`,
          `insuranceFund.cash=${cash}`,
          'duration=40s',
        ];
        expectSound(set, String(seed));
      },
    ),
    { numRuns: 25 * SEEDS },
  );
}, 600_000);
