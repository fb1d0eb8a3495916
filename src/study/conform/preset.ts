// A venue's preset as a simulation would have it: what an example leaves unsaid is taken from there.

import { venuePresets } from '../../simulation/venue-presets.ts';
import { readScenario } from '../../simulation/scenario-reader.ts';
import type { Scenario } from '../../simulation/scenario.ts';

const AROUND = `
name: conform
duration: 1m
settlement: USD
instruments: { COIN: { tick: 0.01, lot: 0.001, maxPrice: 1000000, maxOpenInterest: 1000 } }
index: { kind: geometric-brownian, price: 100, volatility: 10% }
traders: {}
`;

export function presetScenario(venue: string): Scenario {
  return readScenario(`${AROUND}venue: ${venue}\n`, 'conform', { venues: venuePresets });
}
