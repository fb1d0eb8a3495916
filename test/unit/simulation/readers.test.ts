// What nobody counts only moves time on: readers that read all of it say the same as those of the run.

import { expect, test } from 'vitest';
import { Cases } from '../../../src/simulation/cases.ts';
import { Metrics } from '../../../src/simulation/metrics.ts';
import { createProbe } from '../../../src/simulation/probe.ts';
import { createSimulation, type Simulation } from '../../../src/simulation/simulation.ts';
import { Timeline } from '../../../src/simulation/timeline.ts';
import type { LiquidationEngine } from '../../../src/exchange/liquidation-engine.ts';
import { everybody } from '../../helpers/forks.ts';

/** Reads every message of a run, beside its own readers. */
function readAll({ kernel, market, scenario }: Simulation): { metrics: Metrics; timeline: Timeline } {
  const engine = kernel.idOf('exchange/liquidation-engine');
  const probe = createProbe(market, undefined as unknown as LiquidationEngine);
  const venue = { instruments: market.instruments, settlement: scenario.settlement, engine, probe };
  const cases = new Cases(venue);
  const metrics = new Metrics({ ...venue, cases });
  const timeline = new Timeline({ ...venue, cases });
  kernel.tap((message) => {
    for (const reader of [cases, metrics, timeline]) reader.read(message);
  });
  return { metrics, timeline };
}

test('a run of which all is read says the same', () => {
  const simulation = createSimulation(everybody());
  const all = readAll(simulation);
  const { headline } = simulation.runToEnd();
  expect(headline.liquidations).toBeGreaterThan(5);
  expect(headline).toMatchObject(all.metrics.headline(simulation.now));
  expect(simulation.timeline.minutes()).toEqual(all.timeline.minutes());
});
