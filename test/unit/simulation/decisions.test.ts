// Why each liquidation went as it did: a record for every decision and every liquidation, which changes nothing.

import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

interface Line {
  readonly case: number;
  readonly at: number;
  readonly rule: { readonly kind: string };
  readonly inputs: {
    readonly equity: string;
    readonly maintenance?: string;
    readonly positions?: readonly { readonly book: readonly unknown[] }[];
  };
  readonly alternatives: readonly { readonly what: string; readonly score: string }[];
  readonly choice: { readonly action: string; readonly lots?: string };
  readonly reason: string;
}

function run(set: readonly string[], recording = true) {
  const scenario = readScenarioFile('sim-configs/scenarios/flash-crash.yaml', { seed: '3', set: ['duration=24m', ...set] });
  const lines: Line[] = [];
  const started = new Set<number>();
  const simulation = createSimulation(scenario, recording ? { onDecision: (line) => lines.push(JSON.parse(line) as Line) } : {});
  simulation.envelopes$.subscribe(({ message }) => {
    if (message.type === 'LiquidationStarted') started.add(message.case);
  });
  const { manifest } = simulation.runToEnd();
  return { lines, started, digest: manifest.digest };
}

describe.each(['full-close', 'targeted'])('%s', (kind) => {
  const set = [`liquidation.policy.kind=${kind}`];
  const { lines, started, digest } = run(set);

  test('recording changes nothing', () => {
    expect(run(set, false).digest).toBe(digest);
  });

  test('every liquidation that came to a decision has its record: inputs, rule, alternatives with scores, choice, reason', () => {
    expect(started.size).toBeGreaterThan(100);
    const told = new Set(lines.map((line) => line.case));
    // The last may have begun with the last message.
    expect([...started].filter((one) => !told.has(one)).length).toBeLessThanOrEqual(2);
    for (const line of lines) {
      expect(line.rule.kind).toBe(kind);
      expect(line.reason).not.toBe('');
      if (line.choice.action === 'cancel-orders') continue;
      expect(Number(line.inputs.maintenance)).toBeGreaterThan(0);
      expect(line.inputs.positions?.length).toBeGreaterThan(0);
      expect(line.alternatives.length).toBeGreaterThanOrEqual(2);
      for (const { score } of line.alternatives) expect(Number.isFinite(Number(score))).toBe(true);
      if (line.choice.action === 'order') expect(Number(line.choice.lots)).toBeGreaterThan(0);
    }
  });
});

test('a rule that changes during a run is the one on record from then on', () => {
  const change = 'interventions=[{ at: 21m, set: { liquidation.policy.kind: increments } }]';
  const { lines } = run([change]);
  const kinds = lines.map(({ at, rule }) => [at < 21 * 60_000_000, rule.kind] as const);
  expect(new Set(kinds.map(([early, kind]) => `${early} ${kind}`))).toEqual(new Set(['true full-close', 'false increments']));
});

test('targeted tells the schedules that it weighed, and the chosen one is the cheapest of them', () => {
  const { lines } = run(['liquidation.policy.kind=targeted']);
  const weighed = lines.filter(({ alternatives }) => alternatives.some(({ what }) => /in \d+ rounds?/.test(what)));
  expect(weighed.length).toBeGreaterThan(10);
});

test.each(policyKinds.map(({ kind }) => kind))(
  '%s: a record changes nothing, each case has one, and canceling alone is said of no case that was decided',
  (kind) => {
    const set = [`liquidation.policy.kind=${kind}`, 'shocks[0].size=-4%', 'traders.backstop={ kind: backstop, count: 1 }'];
    const scenario = smallScenario({ seed: '5', set });
    const lines: Line[] = [];
    const recorded = createSimulation(scenario, { onDecision: (line) => lines.push(JSON.parse(line) as Line) });
    const { headline, manifest } = recorded.runToEnd();
    expect(createSimulation(scenario).runToEnd().manifest.digest).toBe(manifest.digest);
    const canceled = new Set(lines.filter(({ choice }) => choice.action === 'cancel-orders').map((line) => line.case));
    const decided = new Set(lines.filter(({ choice }) => choice.action !== 'cancel-orders').map((line) => line.case));
    expect([...canceled].filter((one) => decided.has(one))).toEqual([]);
    expect(decided.size).toBeGreaterThan(5);
    expect(canceled.size + decided.size).toBeGreaterThanOrEqual(headline.liquidations);
  },
);
