import { test } from 'vitest';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
const LISTS = (process.env['LISTS'] ?? '').split('|');
test.each(LISTS)('%s', (list) => {
  const sets = list.split(';');
  const scenario = readScenarioFile('sim-configs/scenarios/flash-crash.yaml', { seed: '1', set: ['duration=35m', 'shocks[0].size=-9%', 'insuranceFund.cash=20000', ...sets] });
  const t = Date.now();
  const sim = createSimulation(scenario);
  const { headline, manifest } = sim.runToEnd();
  console.log('RESULT', list, JSON.stringify({ ms: Date.now() - t, liq: headline.liquidations, notional: headline.liquidatedNotional, fund: headline.fund, adl: headline.adl, soc: headline.socialisedLoss, bad: headline.badDebt, early: headline.earlyReductions, bankrupt: headline.bankruptAccounts, dd: headline.price.maxDrawdown }), JSON.stringify(manifest.invariants.broken));
}, 300000);
