// Named troubles: each can be put on every scenario that is shipped, and does what it says and nothing else.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/simulation/config-error.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation, restoreSimulation } from '../../../src/simulation/simulation.ts';
import type { Scenario } from '../../../src/simulation/scenario.ts';
import { armOf } from '../../../src/study/compare.ts';
import { STRESSES, stressArms } from '../../../src/study/stress-scenarios.ts';
import { Type } from '../../../src/messages.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const scenarios = fileURLToPath(new URL('../../../sim-configs/scenarios', import.meta.url));
const small = smallScenario();

const under = (name: string, scenario = small): Scenario => armOf(scenario, stressArms(name, scenario).get(name)!);

test.each(readdirSync(scenarios))('%s takes them all', (file) => {
  const arms = stressArms('all', readScenarioFile(`${scenarios}/${file}`));
  expect([...arms.keys()]).toEqual(['as it is', ...STRESSES.map(({ name }) => name)]);
  for (const [name, arm] of arms) expect(Object.keys(arm).length > 0, name).toBe(name !== 'as it is');
});

describe('what they do', () => {
  test('an oracle that freezes publishes one price, from the first shock on, then catches up', () => {
    const simulation = createSimulation(under('oracle-freeze'));
    const published: [number, number][] = [];
    simulation.kernel.tap((message) => {
      if (message.type === Type.IndexPublished) published.push([message.at / 1e6, message.price]);
    });
    simulation.runUntil(30e6);
    const within = published.filter(([at]) => at >= 20 && at < 25).map(([, price]) => price);
    const last = published.findLast(([at]) => at < 20)![1];
    expect(within).toHaveLength(5);
    expect(new Set(within)).toEqual(new Set([last]));
    // The scenario's own fall of 2.5 % went on behind it.
    const [, after] = published.find(([at]) => at >= 25)!;
    expect(after / last).toBeCloseTo(0.975, 2);
  });

  test('a run forked or saved while its oracle stands still goes on as it would have', () => {
    const scenario = under('oracle-freeze', smallScenario({ set: ['duration=30s'] }));
    const simulation = createSimulation(scenario);
    simulation.runUntil(22_500_000);
    const { reason } = simulation.checkpoint();
    expect(reason).toBeNull();
    const [fork, restored] = [simulation.fork(), restoreSimulation(scenario, simulation.checkpoint())];
    const { digest } = simulation.runToEnd().manifest;
    expect(fork.runToEnd().manifest.digest).toBe(digest);
    expect(restored.runToEnd().manifest.digest).toBe(digest);
  });

  test('sizes are divided, whether they are numbers or distributions', () => {
    expect(stressArms('liquidity-vacuum', small).get('liquidity-vacuum')).toEqual({
      'traders.makers.touch': '"0.05"',
      'traders.arbitrageurs.order': '"0.25"',
    });
    const drawn = smallScenario({ set: ['traders.makers.touch={ lognormal: { median: 0.4, sigma: 0.5 }, max: 2 }'] });
    expect(JSON.parse(stressArms('liquidity-vacuum', drawn).get('liquidity-vacuum')!['traders.makers.touch'])).toEqual({
      lognormal: { median: '0.1', sigma: '0.5' },
      max: '0.5',
    });
  });

  test('a fund is drained by an intervention, and its own interventions stay', () => {
    const own = smallScenario({ set: ['interventions=[{ at: 50s, set: { priceBand: 3% } }]'] });
    const { interventions } = under('fund-drain', own);
    expect(interventions.map(({ at, set }) => [at, set])).toEqual([
      [6e6, { 'insuranceFund.cash': '0' }],
      [50e6, { priceBand: '3%' }],
    ]);
    const simulation = createSimulation(under('fund-drain'));
    simulation.runUntil(7e6);
    expect(Number(simulation.headline().fund.end)).toBe(0);
  });

  test('a snap of funding is paid in full at every settlement', () => {
    const simulation = createSimulation(under('funding-snap', smallScenario({ set: ['start=2024-10-01T10:14:50Z'] })));
    const rates: number[] = [];
    simulation.kernel.tap((message) => {
      if (message.type === Type.FundingSettled) rates.push(message.rate);
    });
    simulation.runUntil(15e6);
    expect(rates).toEqual([10_000]);
  });

  test('collateral that loses its peg brings into trouble whom nothing else would; where there is none, most of the margin is put into some', () => {
    const settings = ['shocks=[]', 'duration=10m', 'index.volatility=10%', 'traders.retail.leverage=125', 'traders.retail.topUpShare=0%'];
    const calm = smallScenario({ set: settings });
    const depegged = under('collateral-depeg', calm);
    expect(depegged.collateral.map(({ symbol }) => symbol)).toEqual(['PEGGED']);
    const [before, after] = [calm, depegged].map((scenario) => createSimulation(scenario).runToEnd());
    expect(before.headline.marginCalls).toBe(0);
    expect(after.headline.marginCalls).toBeGreaterThan(30);
    expect(after.manifest.invariants.broken).toEqual([]);
    // Nobody before half of the run is over.
    const half = createSimulation(depegged);
    half.runUntil(300e6);
    expect(half.headline().marginCalls).toBe(0);
  });

  test('where there is collateral, it falls beside what the scenario does to it, coins of an index with their index alone', () => {
    const scenario = readScenarioFile(`${scenarios}/collateral-depeg.yaml`);
    const arm = stressArms('collateral-depeg', scenario).get('collateral-depeg')!;
    expect(Object.keys(arm)).toEqual(['collateral.USDE.shocks']);
    expect(JSON.parse(arm['collateral.USDE.shocks'])).toMatchObject([{ name: 'depeg' }, { name: 'stress', size: '-35%', at: '20m' }]);
  });

  test('a stale scanner has averages that it can fill', () => {
    expect(under('stale-scanner').instruments[0].mark.interval).toBe(30e6);
    const index = smallScenario({ set: ['mark.kind=index'] });
    expect(stressArms('stale-scanner', index).get('stale-scanner')).not.toHaveProperty('mark.window');
  });
});

test.each([
  ['flash-wik', 'unknown trouble "flash-wik"', 'flash-wick'],
  ['flash-wick,collateral-depg', 'unknown trouble "collateral-depg"', 'collateral-depeg'],
  ['', 'unknown trouble ""', null],
])('"%s" is refused', (written, message, suggestion) => {
  try {
    stressArms(written, small);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const [problem] = (error as ConfigError).problems;
    expect(problem.message).toContain(message);
    expect(problem.suggestion).toBe(suggestion);
  }
});
