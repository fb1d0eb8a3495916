// The circuit breaker in a run: what a rule that trips does, what goes on meanwhile, how trading begins again, and that a
// breaker that never trips is no breaker.

import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../src/messages.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';

const MINUTE = 60_000_000;

function run(rules: string, more: readonly string[] = [], until = '26m') {
  const set = [`duration=${until}`, ...(rules === '' ? [] : [`breakers.rules=${rules}`]), ...more];
  const simulation = createSimulation(readScenarioFile('sim-configs/scenarios/flash-crash.yaml', { seed: '4', set }));
  const heard: Envelope[] = [];
  const wanted = new Set([
    'BreakerTripped',
    'BreakerReleased',
    'SessionChanged',
    'AuctionCleared',
    'OrderFilled',
    'OrderCanceled',
    'LiquidationFilled',
  ]);
  simulation.envelopes$.subscribe((envelope) => {
    if (wanted.has(envelope.message.type)) heard.push(envelope);
  });
  const { manifest, headline } = simulation.runToEnd();
  const of = (type: string) => heard.filter(({ message }) => message.type === type);
  return { digest: manifest.digest, invariants: manifest.invariants, headline, of, simulation };
}

describe('a rule that never trips', () => {
  const off = run('', [], '22m');

  test.each([
    ['velocity', '[{ kind: velocity, threshold: 90% }]'],
    ['price-band', '[{ kind: price-band, width: 90% }]'],
    [
      'all others',
      '[{ kind: rolling-range, range: 900% }, { kind: market-wide, first: 90%, second: 91%, third: 92% }, { kind: price-divergence, threshold: 90% }, { kind: liquidation-rate, notional: 1000000000 }, { kind: open-interest-drop, drop: 99% }]',
    ],
  ])('%s: the run is the same to the digest', (_name, rules) => {
    expect(off.headline.liquidations).toBeGreaterThan(50);
    expect(run(rules, [], '22m').digest).toBe(off.digest);
  });
});

describe('a rule that trips', () => {
  const { of, headline, invariants } = run('[{ kind: velocity, lookback: 30s, threshold: 1.5%, halt: 60s }]', ['breakers.auction=20s']);

  test('halts, gathers, and resumes at one price', () => {
    const [trip] = of('BreakerTripped');
    expect(trip.at).toBeGreaterThan(20 * MINUTE);
    expect(headline.halts).toBeGreaterThanOrEqual(1);
    const phases = of('SessionChanged').map(({ at, message }) => [at - trip.at, (message as unknown as { phase: number }).phase]);
    // Halted, gathering, open.
    expect(phases.slice(0, 3)).toEqual([
      [0, 2],
      [60_000_000, 4],
      [80_000_000, 1],
    ]);
    const [cleared] = of('AuctionCleared');
    expect(cleared.at - trip.at).toBe(80_000_000);
    expect((cleared.message as unknown as { lots: number }).lots).toBeGreaterThan(0);
  });

  test('nothing trades meanwhile, and orders can be canceled', () => {
    const [trip] = of('BreakerTripped');
    const within = ({ sentAt }: Envelope) => sentAt > trip.at && sentAt < trip.at + 80_000_000;
    expect(of('OrderFilled').filter(within)).toEqual([]);
    expect(of('OrderCanceled').filter(within).length).toBeGreaterThan(10);
    expect(
      of('LiquidationFilled').filter((envelope) => within(envelope) && (envelope.message as unknown as { lots: number }).lots > 0),
    ).toEqual([]);
    expect(invariants.broken).toEqual([]);
  });

  test('all of an auction trades at its price', () => {
    const [cleared] = of('AuctionCleared');
    const { price } = cleared.message as unknown as { price: number };
    const fills = of('OrderFilled').filter(({ sentAt }) => sentAt === cleared.sentAt);
    expect(fills.length).toBeGreaterThan(1);
    expect(fills.filter(({ message }) => (message as unknown as { price: number }).price === price).length).toBeGreaterThan(1);
  });
});

test('a price band limits first, and pauses when the price stays at its edge', () => {
  const { of, invariants } = run('[{ kind: price-band, width: 2%, grace: 15s, pause: 60s }]');
  const trips = of('BreakerTripped').map(({ at, message }) => [at, (message as unknown as { phase: number }).phase] as const);
  expect(trips[0][1]).toBe(0);
  const halt = trips.find(([, phase]) => phase === 2);
  if (halt !== undefined) expect(halt[0]).toBeGreaterThanOrEqual(trips[0][0] + 15_000_000);
  expect(invariants.broken).toEqual([]);
});

test('a throttle holds liquidation orders back for its time', () => {
  const rules = '[{ kind: liquidation-rate, window: 1m, notional: 500000, pause: 20s }]';
  const { of, invariants } = run(rules);
  const [trip] = of('BreakerTripped');
  expect((trip.message as unknown as { phase: number }).phase).toBe(3);
  // What was on its way arrives.
  const held = of('LiquidationFilled').filter(({ sentAt }) => sentAt > trip.at + 10_000 && sentAt < trip.at + 20_000_000);
  expect(held).toEqual([]);
  expect(invariants.broken).toEqual([]);
});

test('while halted, marks and liquidations go on or not, as the scenario says', () => {
  const rules = '[{ kind: velocity, lookback: 30s, threshold: 1.5%, halt: 120s }]';
  const live = run(rules);
  const frozen = run(rules, ['breakers.mark=frozen']);
  const unwatched = run(rules, ['breakers.liquidations=paused']);
  expect(new Set([live.digest, frozen.digest, unwatched.digest]).size).toBe(3);
  for (const { invariants } of [live, frozen, unwatched]) expect(invariants.broken).toEqual([]);
});

test('a run forks while it is halted', () => {
  const { simulation: whole } = run('[{ kind: velocity, lookback: 30s, threshold: 1.5%, halt: 120s }]');
  const again = createSimulation(whole.scenario);
  again.runUntil(22 * MINUTE);
  const fork = again.fork();
  expect(fork.runToEnd().manifest.digest).toBe(whole.kernel.digest());
});

test('a breaker can be switched on during a run', () => {
  const change = 'interventions=[{ at: 19m, set: { breakers.rules: [{ kind: velocity, lookback: 30s, threshold: 1.5%, halt: 60s }] } }]';
  const { headline, invariants, simulation } = run('', [change]);
  expect(headline.halts).toBeGreaterThanOrEqual(1);
  expect(invariants.broken).toEqual([]);
  const again = createSimulation(simulation.scenario);
  again.runUntil(21 * MINUTE);
  expect(again.fork().runToEnd().manifest.digest).toBe(simulation.kernel.digest());
});
