// Every decision can be made again from its record, whichever policy took it; and a record that was changed is found out.

import { describe, expect, test } from 'vitest';
import { verifyDecisions } from '../../../src/audit/verify.ts';
import { policyKinds } from '../../../src/liquidation/registry.ts';
import { Reason, Type, type Message } from '../../../src/messages.ts';
import { Decisions } from '../../../src/simulation/decisions.ts';
import { readConfig } from '../../../src/simulation/scenario-reader.ts';
import type { Scenario } from '../../../src/simulation/scenario.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const SEED = '5';
const VOLUNTEERS = 'traders.backstop={ kind: backstop, count: 2, discount: 10bp }';

function scenarioOf(kind: string, ...set: readonly string[]): Scenario {
  return smallScenario({ seed: SEED, set: [`liquidation.policy.kind=${kind}`, 'shocks[0].size=-4%', VOLUNTEERS, ...set] });
}

function linesOf(scenario: Scenario): string[] {
  const lines: string[] = [];
  createSimulation(scenario, { onDecision: (line) => lines.push(line) }).runToEnd();
  return lines;
}

interface Draft {
  rule: Record<string, unknown>;
  inputs: Record<string, unknown>;
  alternatives: Record<string, unknown>[];
  choice: Record<string, unknown>;
  reason: string;
}

/** All lines, each changed; what cannot be changed so is left out. */
function changed(lines: readonly string[], change: (line: Draft) => boolean | void): string[] {
  return lines.flatMap((text) => {
    const line = JSON.parse(text) as Draft;
    return change(line) === false ? [] : [JSON.stringify(line)];
  });
}

/** What each kind decides from beside the market: in these its decisions come out otherwise without what it remembered. */
const REMEMBERING = [
  'assignment',
  'block-limited',
  'dutch-auction',
  'fixed-fraction',
  'random-slices',
  'shortage',
  'targeted',
  'window-capacity',
];

/** So that small accounts come to what is remembered. */
const SET: Readonly<Record<string, readonly string[]>> = {
  'fixed-fraction': ['liquidation.policy.above=1000', 'liquidation.policy.backstop=1/1000'],
  'window-capacity': ['liquidation.policy.skewScale=100000'],
};

describe.each(policyKinds.map(({ kind }) => kind))('%s', (kind) => {
  const scenario = scenarioOf(kind, ...(SET[kind] ?? []));
  const lines = linesOf(scenario);
  const verify = (found: readonly string[]) => verifyDecisions(found, scenario, SEED);

  test('each decision comes out the same from its record', () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(verify(lines)).toMatchObject({ decisions: lines.length, deviating: 0, deviations: [] });
    // As from a manifest: from the values alone.
    const again = readConfig(scenario.config, scenario.file);
    expect(verifyDecisions(lines, again, SEED).deviating).toBe(0);
  });

  test('another choice is found in every line, and named', () => {
    const other = changed(lines, ({ choice }) => {
      if (typeof choice.lots === 'string') choice.lots = String(Number(choice.lots) + 1);
      else if (typeof choice.until === 'number') choice.until++;
      else choice.action = 'order';
    });
    const { deviating, deviations } = verify(other);
    expect(deviating).toBe(lines.length);
    expect(deviations[0].changes.map(({ path }) => path)).toEqual([expect.stringMatching(/^choice\.(lots|until|action)$/)]);
  });

  test.each<[string, (line: Draft) => boolean | void]>([
    ['equity', ({ inputs }) => void (inputs.equity = String(Number(inputs.equity) + 1))],
    ['a rule', ({ rule }) => void (rule.kind = kind === 'full-close' ? 'targeted' : 'full-close')],
    ['the mark', ({ inputs }) => positionsOf(inputs).forEach((one) => (one.mark = String(Number(one.mark) + 1)))],
    ['an alternative', ({ alternatives }) => void (alternatives[0].score = '0.5')],
    ['the reason', (line) => void (line.reason = 'nobody saw it')],
    ['what is no figure', ({ inputs }) => void (inputs.maintenance = 'enough')],
    ['what is no whole number', ({ inputs }) => positionsOf(inputs).forEach((one) => (one.lots = '0.00001'))],
  ])('%s that was changed is found in every line', (_, change) => {
    const other = changed(lines, (line) => (line.choice.action === 'cancel-orders' ? false : change(line)));
    expect(other.length).toBeGreaterThan(20);
    expect(verify(other).deviating).toBe(other.length);
  });

  test(`${REMEMBERING.includes(kind) ? 'it needs' : 'it does not need'} what it remembered`, () => {
    const forgetful = changed(lines, ({ inputs }) => void delete inputs.memory);
    // The memory that a new policy has is what it makes of the record then: that alone is no decision.
    const deviations = forgetful.flatMap((line) => verify([line]).deviations);
    const others = deviations.filter(({ changes }) => changes.some(({ path }) => !path.startsWith('inputs.memory')));
    expect(others.length > 0).toBe(REMEMBERING.includes(kind));
  });
});

function positionsOf(inputs: Record<string, unknown>): Record<string, unknown>[] {
  return inputs.positions as Record<string, unknown>[];
}

test('the draw of a random slice is on record: another one makes another slice', () => {
  const scenario = scenarioOf(
    'random-slices',
    'liquidation.policy.chance=1',
    'liquidation.policy.autoClose=1/1000000',
    'liquidation.policy.autoCloseGap=100%',
  );
  const lines = linesOf(scenario);
  const slices = changed(lines, ({ choice, inputs }) => {
    if (choice.action !== 'order') return false;
    const { size } = inputs.memory as { size: { $stream: number[] } };
    size.$stream[0] = 0.999 - size.$stream[0] / 2;
    return true;
  });
  expect(slices.length).toBeGreaterThan(3);
  const { deviations } = verifyDecisions(slices, scenario, SEED);
  expect(deviations.some(({ changes }) => changes.some(({ path }) => path === 'choice.lots'))).toBe(true);
});

test('the book that was looked at is on record: with another one something else comes out', () => {
  const scenario = scenarioOf('increments');
  const books = (inputs: Record<string, unknown>) => positionsOf(inputs).map((one) => one.book as unknown[]);
  const thinner = changed(linesOf(scenario), ({ inputs, choice }) => {
    if (choice.action !== 'order') return false;
    for (const book of books(inputs)) book.shift();
    return true;
  });
  expect(thinner.length).toBeGreaterThan(20);
  expect(verifyDecisions(thinner, scenario, SEED).deviating).toBe(thinner.length);
});

test('decisions are made again under the rules that were in force, whatever changed and when', () => {
  const changes = [
    '{ at: 22500ms, set: { liquidation.policy.kind: increments, fees.liquidation: 60bp } }',
    '{ at: 23500ms, set: { liquidation.policy.kind: random-slices, liquidation.policy.chance: 1 } }',
  ];
  const scenario = scenarioOf('targeted', `interventions=[${changes.join(', ')}]`, 'liquidation.recalibrate=10s');
  const lines = linesOf(scenario);
  expect(new Set(lines.map((line) => (JSON.parse(line) as { rule: { kind: string } }).rule.kind)).size).toBe(3);
  expect(verifyDecisions(lines, scenario, SEED).deviations).toEqual([]);
  // Under the rules of another scenario they are others.
  expect(verifyDecisions(lines, scenarioOf('targeted'), SEED).deviating).toBeGreaterThan(0);
});

test('margin that a controller moved, and what grandfathered positions keep of it, is on record', () => {
  const controls = 'controls={ rules: [{ kind: static, factor: 1.5 }], applies: both, grandfather: true, interval: 5s }';
  const scenario = scenarioOf('targeted', controls);
  const lines = linesOf(scenario);
  expect(lines.some((line) => line.includes('"marginScale"'))).toBe(true);
  expect(verifyDecisions(lines, scenario, SEED).deviations).toEqual([]);
});

test('that canceling orders was enough is verified by what was left then', () => {
  const scenario = scenarioOf('full-close');
  const lines: string[] = [];
  const decisions = new Decisions(scenario, { maintenance: () => 1_000_000 }, (line) => lines.push(line));
  decisions.ruledBy(scenario);
  const told = { case: 3, account: 7, sentAt: 5_000_000 };
  decisions.read({ ...told, type: Type.LiquidationOrdersCanceled, amount: 1_000_001 } as Message);
  decisions.read({ ...told, type: Type.LiquidationClosed, reason: Reason.restored } as Message);
  expect(lines).toHaveLength(1);
  expect(verifyDecisions(lines, scenario, SEED).deviations).toEqual([]);
  const poorer = changed(lines, ({ inputs }) => void (inputs.equity = inputs.maintenance));
  expect(verifyDecisions(poorer, scenario, SEED).deviations[0].changes.map(({ path }) => path)).toEqual(['choice.action']);
});

test('a line that is no record does not hide the others', () => {
  const scenario = scenarioOf('full-close');
  const lines = linesOf(scenario);
  const { decisions, deviating, deviations } = verifyDecisions(['{', '{}', ...lines], scenario, SEED);
  expect({ decisions, deviating }).toEqual({ decisions: lines.length + 2, deviating: 2 });
  expect(deviations.map(({ line, problem }) => [line, problem !== undefined])).toEqual([
    [1, true],
    [2, true],
  ]);
});

test.each(['null', '7', '"targeted"', '{', ''])('a line %j is named, and is no accident', (text) => {
  const { decisions, deviating, deviations } = verifyDecisions([text], scenarioOf('full-close'), '1');
  expect({ decisions, deviating }).toEqual({ decisions: 1, deviating: 1 });
  expect(deviations[0]).toMatchObject({ line: 1, problem: expect.stringMatching(/^is no (decision|JSON)$/) as string });
});
