// A crash that the fund cannot pay for, under the loss layers of several venues: whoever pays, every invariant holds, and
// what was paid by whom is in the headline.

import { expect, test } from 'vitest';
import { readScenarioFile } from '../../src/simulation/scenario-reader.ts';
import { Type } from '../../src/messages.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import type { Headline } from '../../src/simulation/metrics.ts';

const SECONDS = 1_000;

function crash(seed: string, losses: string, ...set: string[]): Headline {
  // Everything is taken over at bankruptcy in a fall that goes on: whoever takes it loses.
  const sets = ['duration=6m', 'shocks[0].at=1m', 'shocks[0].over=1m', 'shocks[0].size=-11%', 'traders.retail.members=600'];
  sets.push('liquidation.policy=takeover-at-bankruptcy', 'insuranceFund.cash=5000', `losses=${losses}`, ...set);
  const simulation = createSimulation(readScenarioFile('sim-configs/scenarios/flash-crash.yaml', { seed, set: sets }));
  const { headline, manifest } = simulation.runToEnd();
  expect(manifest.invariants.broken).toEqual([]);
  expect(headline.liquidations).toBeGreaterThan(100);
  // Cash and inventory are what the fund has; bad debt in the headline is what the books say.
  expect(Number(headline.fund.cash) + Number(headline.fund.inventory)).toBeCloseTo(Number(headline.fund.end), 4);
  expect(Math.round(Number(headline.badDebt) * 10_000)).toBe(simulation.market.ledger.badDebt);
  return headline;
}

/** What only one of them pays shows as its. */
test.each([
  [
    'fund, then ADL',
    '[insurance-fund, auto-deleveraging]',
    (headline: Headline) => headline.adl.accounts > 0 && headline.socialisedLoss === '0',
  ],
  [
    'Drift',
    '[insurance-fund, socialised-loss]',
    (headline: Headline) => Number(headline.socialisedLoss) > 0 && headline.adl.accounts === 0,
  ],
  [
    'OKX before 2019',
    '[insurance-fund, clawback]',
    (headline: Headline) => Number(headline.socialisedLoss) > 0 && headline.badDebt === '0',
  ],
  ['Derive', '[insurance-fund, printed-debt, withdrawal-gate]', (headline: Headline) => Number(headline.badDebt) > 0],
  [
    'Hyperliquid',
    '[{ kind: liquidity-vault, cash: 200000 }, { kind: auto-deleveraging, ranking: price-leverage, price: previous-mark, trigger: negative-equity }]',
    (headline: Headline) => headline.adl.accounts > 0,
  ],
  [
    'levelled',
    '[{ kind: auto-deleveraging, ranking: water-filling, among: everybody, price: mark }, socialised-loss]',
    (headline: Headline) => headline.adl.accounts > 0 && Number(headline.socialisedLoss) > 0,
  ],
] as const)(
  '%s',
  (_name, losses, holds) => {
    for (const seed of ['1', '2']) {
      const headline = crash(seed, losses);
      expect(holds(headline), JSON.stringify(headline)).toBe(true);
    }
  },
  240 * SECONDS,
);

test(
  'reducing at the initial margin is early for many who would never have come to maintenance',
  () => {
    const { earlyReductions } = crash(
      '1',
      '[insurance-fund, auto-deleveraging]',
      'liquidation.policy.kind=pre-liquidation',
      'shocks[0].size=-6%',
    );
    expect(earlyReductions.cases).toBeGreaterThan(20);
    expect(earlyReductions.rate).toBeGreaterThan(0);
    expect(earlyReductions.rate).toBeLessThan(1);
  },
  240 * SECONDS,
);

test(
  'who loses a hedge to deleveraging hears of it and hedges again',
  () => {
    const simulation = createSimulation(
      readScenarioFile('sim-configs/scenarios/flash-crash.yaml', {
        seed: '1',
        set: [
          'duration=5m',
          'shocks[0].at=1m',
          'shocks[0].over=1m',
          'shocks[0].size=-11%',
          'traders.retail.members=400',
          'liquidation.policy=takeover-at-bankruptcy',
          'insuranceFund.cash=0',
          'losses=[{ kind: auto-deleveraging, ranking: pro-rata, among: everybody }]',
        ],
      }),
    );
    const { market, kernel } = simulation;
    const hedger = (account: number) => kernel.nameOf(market.owner(account)).startsWith('trader/arbitrageurs/');
    let taken = 0;
    let again = 0;
    kernel.tap((message) => {
      if (message.type === Type.Deleveraged && message.to === market.owner(message.counterparty) && hedger(message.counterparty))
        taken += Math.abs(message.lots);
      // Tag 2 is the arbitrageur's word for an order that only restores its hedge.
      if (message.type === Type.OrderFilled && message.tag === 2 && hedger(message.account)) again += message.side * message.lots;
    });
    simulation.runToEnd();
    // Longs were taken off, so that its shorts were: it sells again, most of it within the run.
    expect(taken).toBeGreaterThan(1_000);
    expect(-again).toBeGreaterThan(taken / 2);
    expect(-again).toBeLessThanOrEqual(taken);
  },
  240 * SECONDS,
);
