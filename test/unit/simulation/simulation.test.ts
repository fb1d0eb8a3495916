// The wiring: a run is a function of scenario and seed, goes as far as it is told, can be watched, and does what the
// scenario says at the times it says.

import { filter, map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { REASONS, Type, type Envelope, type MessageObject } from '../../../src/messages.ts';
import { INVARIANTS } from '../../../src/simulation/invariants.ts';
import { createSimulation, type Simulation } from '../../../src/simulation/simulation.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';

const SECOND = 1_000_000;

function simulate(set: readonly string[] = [], seed = '1'): Simulation {
  return createSimulation(smallScenario({ set }), { seed });
}

function watched(simulation: Simulation): Envelope[] {
  const envelopes: Envelope[] = [];
  simulation.envelopes$.subscribe((envelope) => envelopes.push(envelope));
  return envelopes;
}

type Named<Name extends MessageObject['type']> = Envelope & { readonly message: Extract<MessageObject, { type: Name }> };

function of<Name extends MessageObject['type']>(envelopes: readonly Envelope[], name: Name): Named<Name>[] {
  return envelopes.filter((envelope): envelope is Named<Name> => envelope.message.type === name);
}

describe('a run', () => {
  test('is the same twice, envelope by envelope, and another with another seed', () => {
    const runs = ['1', '1', '2'].map((seed) => {
      const simulation = simulate([], seed);
      const envelopes = watched(simulation);
      return { envelopes, manifest: simulation.runToEnd().manifest };
    });
    expect(runs[1].envelopes).toEqual(runs[0].envelopes);
    expect(runs[1].manifest).toEqual(runs[0].manifest);
    expect(runs[2].manifest.digest).not.toBe(runs[0].manifest.digest);
  });

  test('a seed may be a number, and overrides that of the scenario', () => {
    expect(createSimulation(smallScenario(), { seed: 7 }).seed).toBe('7');
    expect(createSimulation(smallScenario({ seed: 9 })).seed).toBe('9');
    expect(createSimulation(smallScenario(), { seed: 7 }).runToEnd().manifest.digest).toBe(simulate([], '7').runToEnd().manifest.digest);
  });

  test('watching it changes nothing', () => {
    const bare = simulate().runToEnd().manifest;
    const simulation = simulate();
    watched(simulation);
    const { manifest } = simulation.runToEnd();
    expect(manifest).toEqual(bare);
  });

  test('in one go, in slices or step by step it is the same', () => {
    const whole = simulate().runToEnd().manifest;
    const sliced = simulate();
    for (let at = 0; at <= 60 * SECOND; at += 7_654_321) sliced.runUntil(at);
    expect(sliced.runToEnd().manifest).toEqual(whole);
    const stepped = simulate();
    let steps = 0;
    while (stepped.step()) steps++;
    expect(steps).toBe(whole.envelopes);
    expect(stepped.runToEnd().manifest).toEqual(whole);
  });

  test('goes no further than the end of the scenario', () => {
    const simulation = simulate();
    simulation.runUntil(1e12);
    expect(simulation.now).toBe(60 * SECOND);
    expect(simulation.step()).toBe(false);
  });

  test('can be asked for its headline on the way', () => {
    const simulation = simulate();
    simulation.runUntil(15 * SECOND);
    const early = simulation.headline();
    expect(early.liquidations).toBe(0);
    expect(simulation.headline()).toEqual(early);
    simulation.runUntil(60 * SECOND);
    expect(simulation.headline().trades).toBeGreaterThan(early.trades);
    expect(simulation.headline().liquidations).toBeGreaterThan(0);
    expect(simulation.manifest().ended).toBe('running');
    expect(simulation.runToEnd().manifest.ended).toBe('duration');
  });

  test('checks every invariant and breaks none', () => {
    const { checked, broken } = simulate().runToEnd().manifest.invariants;
    expect(broken).toEqual([]);
    for (const invariant of INVARIANTS) expect(checked[invariant], invariant).toBeGreaterThan(0);
  });
});

describe('the stream', () => {
  test('is in order, each envelope after its cause, each seq once', () => {
    const simulation = simulate();
    const envelopes = watched(simulation);
    simulation.runToEnd();
    const seen = new Set<number>([0]);
    let before = { at: 0, seq: 0 };
    for (const { seq, cause, at, sentAt } of envelopes) {
      expect(at > before.at || (at === before.at && seq > before.seq)).toBe(true);
      expect(seen.has(cause)).toBe(true);
      expect(sentAt).toBeLessThanOrEqual(at);
      expect(seen.has(seq)).toBe(false);
      seen.add(seq);
      before = { at, seq };
    }
    expect(envelopes).toHaveLength(simulation.manifest().envelopes);
  });

  test('can be taken apart with the operators of RxJS', () => {
    const simulation = simulate();
    const started: number[] = [];
    simulation.envelopes$
      .pipe(
        filter(({ message }) => message.type === 'LiquidationStarted'),
        map(({ seq }) => seq),
      )
      .subscribe((seq) => started.push(seq));
    const { headline } = simulation.runToEnd();
    expect(started).toHaveLength(headline.liquidations);
    expect(headline.liquidations).toBeGreaterThan(3);
  });

  test('every mark is index + what liquidations moved + what others moved', () => {
    const simulation = simulate();
    const envelopes = watched(simulation);
    simulation.runToEnd();
    const marks = of(envelopes, 'MarkPublished');
    expect(marks.length).toBeGreaterThan(100);
    for (const { message } of marks) expect(message.index + message.liquidationPart + message.otherPart).toBe(message.price);
    expect(marks.some(({ message }) => message.liquidationPart !== 0)).toBe(true);
  });
});

describe('what the scenario says', () => {
  test('halts that overlap are one: trading resumes when the last of them ends', () => {
    const simulation = simulate(['session.halts=[{ at: 21s, duration: 12s }, { at: 22s, duration: 20s }, { at: 42s, duration: 3s }]']);
    const open: boolean[] = [];
    for (const at of [20, 21, 32, 34, 42, 44, 45]) {
      simulation.runUntil(at * 1_000_000);
      open.push(simulation.market.isOpen(1));
    }
    expect(open).toEqual([true, false, false, false, false, false, true]);
    expect(simulation.headline().halts).toBe(1);
  });

  test('halts stop trading and end when they should', () => {
    const simulation = simulate(['session.halts=[{ at: 22s, duration: 10s }]']);
    const envelopes = watched(simulation);
    const { headline, manifest } = simulation.runToEnd();
    expect(headline.halts).toBe(1);
    const fills = of(envelopes, 'OrderFilled').filter(({ sentAt }) => sentAt >= 22 * SECOND && sentAt < 32 * SECOND);
    expect(fills).toEqual([]);
    expect(of(envelopes, 'OrderFilled').some(({ sentAt }) => sentAt > 32 * SECOND)).toBe(true);
    expect(manifest.invariants.broken).toEqual([]);
    expect(manifest.invariants.checked['no-fill-while-halted']).toBeGreaterThan(0);
  });

  test('an intervention holds from its instant on', () => {
    const simulation = simulate(['interventions=[{ at: 22s, set: { liquidation.enabled: false } }]']);
    const envelopes = watched(simulation);
    simulation.runToEnd();
    const started = of(envelopes, 'LiquidationStarted').map(({ sentAt }) => sentAt);
    const before = of(watchedRun(), 'LiquidationStarted').map(({ sentAt }) => sentAt);
    expect(before.some((at) => at > 22 * SECOND)).toBe(true);
    expect(started).toEqual(before.filter((at) => at < 22 * SECOND));
    expect(simulation.market.instruments[0].liquidationFeePpm).toBe(5_000);
  });

  test('fees of an intervention are charged from its instant on', () => {
    const simulation = simulate(['fees.taker=0', 'fees.maker=0', 'interventions=[{ at: 30s, set: { fees.taker: 10bp } }]']);
    const envelopes = watched(simulation);
    simulation.runToEnd();
    const paid = of(envelopes, 'OrderFilled').filter(({ message }) => message.amount > 0);
    expect(paid.length).toBeGreaterThan(0);
    expect(Math.min(...paid.map(({ sentAt }) => sentAt))).toBeGreaterThanOrEqual(30 * SECOND);
  });

  test('liquidations off the book leave no print and no part in any mark', () => {
    const simulation = simulate(['liquidation.impact=off-book']);
    const envelopes = watched(simulation);
    const { headline } = simulation.runToEnd();
    expect(headline.liquidations).toBeGreaterThan(0);
    expect(headline.cascades.branchingRatio).toBe(0);
    expect(of(envelopes, 'MarkPublished').every(({ message }) => message.liquidationPart === 0)).toBe(true);
    for (const { message } of of(envelopes, 'LiquidationStarted')) expect(message).toMatchObject({ parent: 0, depth: 1 });
  });

  test('with liquidation off nobody is called or closed', () => {
    const simulation = simulate(['liquidation.enabled=false']);
    const envelopes = watched(simulation);
    const { headline, manifest } = simulation.runToEnd();
    expect([headline.marginCalls, headline.liquidations]).toEqual([0, 0]);
    const forced = [Type.MarginCalled, Type.LiquidationStarted, Type.LiquidateOnBook, Type.TakeOver, Type.Deleverage, Type.CoverDeficit];
    expect(envelopes.filter(({ message }) => forced.includes(Type[message.type]))).toEqual([]);
    expect(manifest.invariants.broken).toEqual([]);
  });

  test('without leverage everybody holds what they held, with their own money, and nobody is closed', () => {
    const [levered, own] = [simulate(), simulate(['leverage.enabled=false'])];
    for (let account = 2; account <= own.market.accountCount; account++) {
      expect(own.market.positionLots(account, 1)).toBe(levered.market.positionLots(account, 1));
      expect(own.market.leverage(account)).toBe(1_000_000);
    }
    expect(own.runToEnd().headline.liquidations).toBe(0);
  });

  test('named shocks move the index and are announced', () => {
    const simulation = simulate(['index.volatility=0.01%']);
    const envelopes = watched(simulation);
    simulation.runToEnd();
    expect(of(envelopes, 'Shock').map(({ at, message }) => [at, message.tag])).toEqual([[20 * SECOND, 0]]);
    const index = of(envelopes, 'IndexPublished').map(({ at, message }) => [at, message.price]);
    const at = (time: number) => index.find(([when]) => when === time)![1];
    expect(at(19 * SECOND)).toBe(600_000);
    expect(Math.abs(at(25 * SECOND) - 585_000)).toBeLessThan(60);
  });

  test('traders are told apart by their names, and hear only about their own accounts', () => {
    const simulation = simulate();
    const envelopes = watched(simulation);
    simulation.runToEnd();
    const { kernel, market } = simulation;
    const told = envelopes.filter(({ to, message }) => kernel.nameOf(to).startsWith('trader/') && message.type !== 'Wake');
    expect(told.length).toBeGreaterThan(100);
    for (const { to, message } of told) {
      const about =
        message.type === 'Deleveraged' ? [message.account, message.counterparty] : 'account' in message ? [message.account] : [];
      expect(about.map((account) => market.owner(account))).toContain(to);
    }
    expect(new Set(told.map(({ to }) => kernel.nameOf(to).split('/')[1]))).toEqual(
      new Set(['retail', 'makers', 'arbitrageurs', 'value', 'noise']),
    );
  });
});

function watchedRun(): Envelope[] {
  const simulation = simulate();
  const envelopes = watched(simulation);
  simulation.runToEnd();
  return envelopes;
}

test('a type of message may have a latency of its own', () => {
  const simulation = simulate(['latency={ kind: constant, delay: 10ms, types: { OrderAccepted: { kind: constant, delay: 40ms } } }']);
  const envelopes = watched(simulation);
  simulation.runUntil(10 * SECOND);
  const took = (name: 'SubmitOrder' | 'OrderAccepted') => new Set(of(envelopes, name).map(({ at, sentAt }) => at - sentAt));
  // Of the opening, which is there before the first message travels, nobody is told.
  expect(took('SubmitOrder')).toContain(10_000);
  expect(took('OrderAccepted')).toEqual(new Set([40_000]));
});

test('a shock beyond the range of prices leaves the index at its end', () => {
  const simulation = simulate(['shocks[0].size=300%']);
  const { manifest } = simulation.runToEnd();
  expect(simulation.market.indexPrice(1)).toBe(simulation.market.instrument(1).maxPrice);
  expect(manifest.invariants.broken).toEqual([]);
});

test('an order for an instrument that is not there is refused, and the readers go on', () => {
  const simulation = simulate();
  const envelopes = watched(simulation);
  const account = 3;
  const draft = simulation.kernel.context(simulation.market.owner(account)).send(1, Type.SubmitOrder, SECOND);
  Object.assign(draft, { account, instrument: 99, side: 1, lots: 1, price: 1 });
  const { manifest } = simulation.runToEnd();
  const refused = of(envelopes, 'OrderRejected').filter(({ message }) => message.instrument === 99);
  expect(refused.map(({ message }) => REASONS[message.reason])).toEqual(['unknown-instrument']);
  expect(manifest.invariants.broken).toEqual([]);
});
