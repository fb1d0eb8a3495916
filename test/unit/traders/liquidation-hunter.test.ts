// The hunter: what it believes about others, when a push pays by that, and what a push earns or costs in a run.

import { describe, expect, test } from 'vitest';
import { bestPush, type PushBeliefs } from '../../../src/traders/liquidation-hunter.ts';
import { LiquidationMap } from '../../../src/traders/liquidation-map.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';

const PRICE = 1_000_000;
const beliefs: PushBeliefs = { depth: 100, reach: 0.03, carry: 0.5, edge: 0.002, fee: 0.0005, position: 10_000 };

describe('the map', () => {
  test('open interest that appears is liquidated below and above where it appeared, by leverage', () => {
    const map = new LiquidationMap();
    map.see(PRICE, 1_000);
    // At 100 times leverage half a per cent away, at 50 times one and a half, at 25 times three and a half.
    expect(map.between(PRICE, PRICE * 0.996, -1)).toBe(0);
    expect(map.between(PRICE, PRICE * 0.99, -1)).toBeCloseTo(80);
    expect(map.between(PRICE, PRICE * 0.98, -1)).toBeCloseTo(200);
    expect(map.between(PRICE, PRICE * 1.02, 1)).toBeCloseTo(200);
  });

  test('what disappears came from everywhere', () => {
    const map = new LiquidationMap();
    map.see(PRICE, 1_000);
    map.see(PRICE * 2, 2_000);
    map.see(PRICE, 1_000);
    expect(map.between(PRICE, PRICE * 0.98, -1)).toBeCloseTo(100);
  });
});

describe('a push', () => {
  test('pays where enough is liquidated on the way, and goes that way', () => {
    const map = new LiquidationMap();
    map.see(PRICE, 20_000);
    const plan = bestPush(map, PRICE, beliefs);
    expect(plan).not.toBeNull();
    expect(plan!.target).not.toBe(PRICE);
    expect(plan!.lots).toBe(Math.floor(Math.abs(plan!.target / PRICE - 1) * 100 * beliefs.depth + 1e-6));
    expect(plan!.profit).toBeGreaterThan(beliefs.edge * PRICE);
  });

  test.each([
    ['nobody is there', 0, {}],
    ['the book is deep', 20_000, { depth: 1_000_000, position: 1e9 }],
    ['forced closing is not believed to move the price', 20_000, { carry: 0 }],
    ['fees eat it', 20_000, { fee: 0.2 }],
  ])('does not pay when %s', (_name, openInterest, change) => {
    const map = new LiquidationMap();
    map.see(PRICE, openInterest);
    expect(bestPush(map, PRICE, { ...beliefs, ...change })).toBeNull();
  });
});

describe('in a run', () => {
  const HUNTER = 'traders.hunter={ kind: liquidation-hunter, depth: 5, position: 60, cash: 20000000 }';
  const run = (...set: string[]) => {
    const simulation = createSimulation(
      readScenarioFile('sim-configs/scenarios/long-squeeze.yaml', { seed: '2', set: ['duration=16m', HUNTER, ...set] }),
    );
    return simulation.runToEnd();
  };

  test('its profit is told apart, and everybody’s profit together is what the venue lost', () => {
    const { headline, manifest } = run();
    expect(manifest.invariants.broken).toEqual([]);
    expect(Object.keys(headline.profit)).toContain('hunter');
    expect(Number(headline.profit.hunter)).not.toBe(0);
    const traders = Object.values(headline.profit).reduce((sum, profit) => sum + Number(profit), 0);
    // Fees and liquidation fees went to the venue, so that the traders together lost.
    expect(traders).toBeLessThan(0);
  });

  test('what the push alone costs is seen where nobody is liquidated', () => {
    expect(Number(run('liquidation.enabled=false').headline.profit.hunter)).toBeLessThan(0);
  });
});
