// Every preset is a whole set of rules by which a scenario runs, with longs and shorts, falls and rises, and breaks nothing.

import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { readScenario } from '../../../src/simulation/scenario-reader.ts';
import { venues } from '../../../src/venues/registry.ts';
import { SMALL, smallScenario } from '../../helpers/small-scenario.ts';

test('names are unique, in kebab-case, and say where their numbers come from', () => {
  const names = venues.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, doc, source } of venues) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect([doc.length > 20, source.length > 10]).toEqual([true, true]);
  }
});

// The others' amounts are in coins: tried with the scenario of inverse contracts.
describe.each(venues.filter(({ contract }) => contract !== 'inverse').map(({ name }) => name))('%s', (name) => {
  test.each([
    ['a fall', '-2.5%'],
    ['a deep fall', '-12%'],
    ['a rise', '6%'],
  ])('%s liquidates and breaks no invariant', (_, size) => {
    const scenario = smallScenario({ set: [`venue=${name}`, `shocks[0].size=${size}`] });
    const { headline, manifest } = createSimulation(scenario).runToEnd();
    expect(manifest.invariants.broken).toEqual([]);
    // Where leverage is low, less than a deep fall may leave everybody above maintenance.
    if (size === '-12%') expect(headline.liquidations).toBeGreaterThan(0);
  });

  test('named in a file, its rules hold but for those of the file', () => {
    const named = readScenario(
      `${SMALL.slice(0, SMALL.indexOf('rules:'))}venue: ${name}\nrules: { insuranceFund: { cash: 1234 } }\n`,
      'named.yaml',
    );
    const set = smallScenario({ set: [`venue=${name}`] });
    expect({ ...named.config, insuranceFund: null, name: null }).toEqual({ ...set.config, insuranceFund: null, name: null });
    expect((named.config.insuranceFund as { cash: string }).cash).toBe('1234');
  });
});
