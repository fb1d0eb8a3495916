// The risk controller in a run: it says nothing while nothing moves, what it says takes effect after its notice, and a run
// with it forks.

import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../src/messages.ts';
import { readScenarioFile } from '../../../src/simulation/scenario-reader.ts';
import { createSimulation, restoreSimulation } from '../../../src/simulation/simulation.ts';
import { SECOND, Venue } from '../../helpers/venue.ts';

const MINUTE = 60_000_000;
const SCALED = 'controls.rules=[{ kind: volatility-scaled, halfLife: 2m, warmup: 10m }]';

function simulate(set: readonly string[], until = '24m') {
  const simulation = createSimulation(
    readScenarioFile('sim-configs/scenarios/flash-crash.yaml', { seed: '4', set: [`duration=${until}`, ...set] }),
  );
  const changes: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => {
    if (envelope.message.type === 'MarginChanged') changes.push(envelope);
  });
  const { manifest, headline } = simulation.runToEnd();
  return { digest: manifest.digest, broken: manifest.invariants.broken, headline, changes, simulation };
}
type Changed = { amount: number; rate: number; depth: number; phase: number; tag: number };
const said = ({ message }: Envelope) => message as unknown as Changed;

describe('a controller that never moves', () => {
  const off = simulate([], '22m');

  test.each([
    ['static', '[static]'],
    [
      'all that need a cause',
      '[{ kind: volatility-scaled, reference: 9000% }, { kind: drawdown, slope: 0 }, { kind: depth-aware, warmup: 5h }]',
    ],
    ['concentration that looks at everybody', '[{ kind: concentration, from: 90 }]'],
  ])('%s: the run is the same to the digest', (_name, rules) => {
    expect(off.headline.liquidations).toBeGreaterThan(50);
    const on = simulate([`controls.rules=${rules}`], '22m');
    expect(on.changes).toEqual([]);
    expect(on.digest).toBe(off.digest);
  });

  test('grandfathered likewise', () => {
    expect(simulate(['controls.rules=[static]', 'controls.grandfather=true'], '22m').digest).toBe(off.digest);
  });
});

describe('volatility-scaled margin in a crash', () => {
  const off = simulate([]);
  const plain = simulate([SCALED]);
  const grandfathered = simulate([SCALED, 'controls.grandfather=true']);

  test('rises within its bounds, and says why', () => {
    expect(plain.changes.length).toBeGreaterThan(2);
    const highest = plain.changes.map(said).reduce((most, { rate }) => Math.max(most, rate), 0);
    expect(highest).toBeGreaterThan(1_500_000);
    expect(highest).toBeLessThanOrEqual(5_000_000);
    for (const { amount, rate, tag } of plain.changes.map(said)) {
      expect(amount).toBe(rate);
      expect(rate % 10_000).toBe(0);
      expect(tag).toBe(0);
    }
    for (const { broken } of [plain, grandfathered]) expect(broken).toEqual([]);
  });

  test('liquidates whom margin that stands still would have left alone; not so where they are grandfathered', () => {
    expect(plain.headline.liquidations).toBeGreaterThan(off.headline.liquidations);
    expect(grandfathered.headline.liquidations).toBeLessThan(plain.headline.liquidations);
  });

  test('initial margin alone moves where that is asked for', () => {
    const { changes, broken } = simulate([SCALED, 'controls.applies=initial']);
    expect(changes.length).toBeGreaterThan(2);
    for (const { rate } of changes.map(said)) expect(rate).toBe(1_000_000);
    expect(broken).toEqual([]);
  });

  test('is announced before it is in force, one at a time', () => {
    const { changes } = simulate([SCALED, 'controls.notice=90s']);
    expect(changes.length).toBeGreaterThan(1);
    changes.forEach(({ at, sentAt }, i) => {
      expect(at - sentAt).toBe(90 * SECOND);
      if (i > 0) expect(sentAt).toBeGreaterThanOrEqual(changes[i - 1].at);
    });
  });

  test('caps leverage while it is high', () => {
    const { changes } = simulate([SCALED, 'controls.leverageCap=8', 'controls.leverageCapFrom=1.5']);
    for (const { rate, depth } of changes.map(said)) expect(depth).toBe(rate >= 1_500_000 ? 125_000 : 0);
  });

  test('forks in the middle of it, kept factors and all', () => {
    const whole = grandfathered.simulation;
    const again = createSimulation(whole.scenario);
    again.runUntil(22 * MINUTE);
    expect(again.fork().runToEnd().manifest.digest).toBe(whole.kernel.digest());
  });

  test('other rules change without undoing it', () => {
    const again = createSimulation(plain.simulation.scenario);
    again.runUntil(22 * MINUTE);
    const [before] = again.market.instruments;
    expect(before.marginScale.maintenance).toBeGreaterThan(1_000_000);
    again.intervene('fees.taker', '1bp');
    again.runUntil(22 * MINUTE + 1);
    const [after] = again.market.instruments;
    expect(after.takerFeePpm).toBe(100);
    expect(after.tiers.maintenanceRates).toEqual(before.tiers.maintenanceRates);
  });
});

test('control of margin begins, changes and ends during a run', () => {
  const rules = '[{ kind: volatility-scaled, halfLife: 2m, warmup: 5m }]';
  const interventions = `interventions=[{ at: 10m, set: { controls.rules: ${rules} } }, { at: 21m, set: { controls.grandfather: true } }, { at: 23m, set: { controls.rules: [] } }]`;
  const { simulation, changes, broken } = simulate([interventions]);
  expect(broken).toEqual([]);
  expect(changes.length).toBeGreaterThan(0);
  for (const { at } of changes) expect(at > 15 * MINUTE && at < 23 * MINUTE).toBe(true);
  const again = createSimulation(simulation.scenario);
  again.runUntil(22 * MINUTE);
  expect(again.market.instruments[0].marginScale.grandfathered).toBe(true);
  expect(again.fork().runToEnd().manifest.digest).toBe(simulation.kernel.digest());
  expect(simulation.market.instruments[0].marginScale).toEqual({
    initial: 1_000_000,
    maintenance: 1_000_000,
    leastInitial: 0,
    grandfathered: false,
  });
});

test('what every control remembers is copied', () => {
  const rules =
    '[static, { kind: volatility-scaled, warmup: 1m }, { kind: var, window: 20 }, { kind: implied-volatility, level: 10% }, { kind: depth-aware, warmup: 1m }, { kind: concentration, distance: 1% }, { kind: drawdown, slope: 20 }]';
  const more = ['interval=5s', 'grandfather=true', 'floor=2m', 'buffer=25%', 'notice=3s'].map((setting) => `controls.${setting}`);
  const scenario = readScenarioFile('sim-configs/scenarios/flash-crash.yaml', {
    set: ['duration=7m', 'traders.retail.members=600', 'shocks=[{ at: 5m, size: -4%, over: 1m }]', `controls.rules=${rules}`, ...more],
  });
  const whole = createSimulation(scenario);
  whole.runUntil(5.5 * MINUTE);
  const checkpoint = whole.checkpoint();
  expect(checkpoint.state).not.toBeNull();
  expect(restoreSimulation(scenario, checkpoint).runToEnd().manifest.digest).toBe(whole.runToEnd().manifest.digest);
});

test('a fork after a change of tiers by hand leaves the scenario as it was', () => {
  const scenario = readScenarioFile('sim-configs/scenarios/calm.yaml', { set: ['duration=2m', 'traders.retail.members=100'] });
  const before = JSON.stringify(scenario.instruments[0].margin);
  const simulation = createSimulation(scenario);
  simulation.runUntil(MINUTE);
  simulation.intervene('margin.tiers', [{ from: '0', maintenance: '2%', leverage: '20' }]);
  simulation.runUntil(MINUTE + 1);
  const fork = simulation.fork();
  expect(fork.market.instrument(1).tiers.maintenanceRates).toEqual(new Int32Array([20_000]));
  expect(JSON.stringify(scenario.instruments[0].margin)).toBe(before);
  expect(fork.runToEnd().manifest.digest).toBe(simulation.runToEnd().manifest.digest);
});

test('implied volatility is read from a file, and a file that is wrong is refused with its place', () => {
  const read = (file: string) =>
    readScenarioFile('sim-configs/scenarios/flash-crash.yaml', {
      set: [`controls.rules=[{ kind: implied-volatility, file: ${file} }]`],
    });
  expect(() => read('nothing.csv')).toThrow('cannot read "nothing.csv"');
  expect(() => read('flash-crash.yaml')).toThrow('the header needs time_ms and volatility');
});

test('nobody but the controller moves margin', () => {
  const venue = new Venue({});
  venue.trader('anybody');
  const draft = venue.command('anybody', 'MarginChanged');
  draft.instrument = 1;
  draft.amount = 2_000_000;
  draft.rate = 2_000_000;
  venue.run(SECOND);
  expect(venue.market.instrument(1).marginScale.maintenance).toBe(1_000_000);
  expect(venue.heard('anybody', 'OrderRejected')).toHaveLength(1);
});
