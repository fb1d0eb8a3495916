// What cannot be copied is run again up to the same message: kinds with XState delays, with RxJS operators, with memory in
// closures or in #private fields. The result is the same; a checkpoint says what stood in the way.

import { delay, Subject, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { startActor } from '../../../src/kernel/logic.ts';
import { ORDER_IOC, Type, type Message } from '../../../src/messages.ts';
import type { Scenario } from '../../../src/simulation/scenario.ts';
import { NotCopyable } from '../../../src/simulation/state.ts';
import { createSimulation, restoreSimulation, Simulation } from '../../../src/simulation/simulation.ts';
import { traderKind, type Trader, type TraderContext } from '../../../src/traders/trader.ts';
import { endOf, everybody } from '../../helpers/forks.ts';

const SECOND = 1_000_000;

/** Buys, and sells the next time, the best there is. */
function trade(context: TraderContext, account: number, side: 1 | -1): void {
  const { bid, ask } = context.feed(1);
  const price = side > 0 ? ask : bid;
  if (price === 0) return;
  Object.assign(context.send(context.exchange, Type.SubmitOrder), { account, instrument: 1, side, lots: 5, price, flags: ORDER_IOC });
}

const open = (context: TraderContext) => context.openAccount({ cash: 10_000_000_000, leverage: 5_000_000 });

/** A machine that trades every 700 ms of simulated time. */
function withDelays(context: TraderContext): Trader {
  const account = open(context);
  const flip = (side: 1 | -1, target: string) => ({
    after: { 700: { target, actions: () => trade(context, account, side) } },
  });
  const machine = createMachine({ id: 'flipper', initial: 'flat', states: { flat: flip(1, 'long'), long: flip(-1, 'flat') } });
  return {
    start: () => void startActor(machine, { id: context.name, clock: context.clock }),
    handle: () => undefined,
    memory: {},
  };
}

/** A pipe whose operator holds what it has heard for half a second. */
function withOperators(context: TraderContext): Trader {
  const account = open(context);
  const scheduler = {
    now: () => context.now / 1_000,
    schedule<T>(work: (this: never, state?: T) => void, wait = 0, state?: T) {
      context.clock.setTimeout(() => work.call({ schedule: () => undefined } as never, state), wait);
      return undefined as never;
    },
  };
  class Piped implements Trader {
    private readonly looks = new Subject<number>();

    start(): void {
      this.looks
        .pipe(
          delay(500, scheduler),
          tap((n) => trade(context, account, n % 2 === 0 ? 1 : -1)),
        )
        .subscribe();
      context.wake(context.now + SECOND, 1);
    }

    handle(message: Message): void {
      if (message.type !== Type.Wake) return;
      this.looks.next(message.tag);
      context.wake(context.now + SECOND, message.tag + 1);
    }
  }
  return new Piped();
}

/** Counts in a variable that nobody else sees. */
function withClosure(context: TraderContext): Trader {
  const account = open(context);
  let n = 0;
  return {
    start: () => void context.wake(SECOND, 0),
    handle(message) {
      if (message.type !== Type.Wake) return;
      trade(context, account, n++ % 3 === 0 ? 1 : -1);
      context.wake(context.now + SECOND, 0);
    },
  };
}

class Secretive implements Trader {
  #n = 0;
  private readonly account: number;
  private readonly context: TraderContext;

  constructor(context: TraderContext) {
    this.context = context;
    this.account = open(context);
  }

  start(): void {
    this.context.wake(SECOND, 0);
  }

  handle(message: Message): void {
    if (message.type !== Type.Wake) return;
    trade(this.context, this.account, this.#n++ % 3 === 0 ? 1 : -1);
    this.context.wake(this.context.now + SECOND, 0);
  }
}

/** The small scenario with one trader of a kind of one's own. */
function withKind(create: (context: TraderContext) => Trader): Scenario {
  const scenario = everybody();
  const kind = traderKind({ kind: 'own', doc: 'Of a test.', params: {}, create });
  const own = { id: 'own', trader: { kind, draw: () => ({}) }, count: 2, instrument: 0, latency: { kind: 'none' } } as const;
  return { ...scenario, traders: [...scenario.traders, own] };
}

describe.each([
  ['XState delays', withDelays, /trader\/own\/0 has set timers of its own/],
  ['RxJS operators', withOperators, /RxJS Subject|has set timers/],
  ['a closure', withClosure, /an object of functions \(start, handle\) that does not say what they remember/],
  ['#private fields', (context: TraderContext) => new Secretive(context), /the class Secretive has #private fields/],
] as const)('a kind with %s', (_, create, reason) => {
  const scenario = withKind(create);

  test('is forked by running it again: the same run', () => {
    const end = endOf(createSimulation(scenario));
    for (const at of [0, 10 * SECOND + 250_000, 24 * SECOND]) {
      const parent = createSimulation(scenario);
      parent.runUntil(at);
      for (let i = 0; i < 3; i++) parent.step();
      const checkpoint = parent.checkpoint();
      if (at > 0) expect(checkpoint.reason).toMatch(reason);
      expect(endOf(parent.fork())).toEqual(end);
      expect(endOf(restoreSimulation(scenario, structuredClone(checkpoint)))).toEqual(end);
      expect(endOf(parent)).toEqual(end);
    }
  });

  test('takes rules changed by hand along', () => {
    const parent = createSimulation(scenario);
    parent.runUntil(20 * SECOND);
    parent.intervene('fees.taker', '0.1%');
    parent.runUntil(22 * SECOND);
    parent.intervene('liquidation.policy.kind', 'tier-down');
    const fork = parent.fork();
    expect(endOf(fork)).toEqual(endOf(parent));
  });
});

test('a run that is no function of scenario and seed is found out', () => {
  let others = 0;
  const scenario = withKind((context) => {
    const account = open(context);
    const first = others++;
    return {
      start: () => void context.wake(SECOND, 0),
      handle: (message) => {
        if (message.type === Type.Wake) trade(context, account, first % 4 < 2 ? 1 : -1);
      },
    };
  });
  const simulation = createSimulation(scenario);
  simulation.runUntil(2 * SECOND);
  expect(() => simulation.fork()).toThrow('something in it is no function of scenario and seed');
});

test('an actor whose class comes to life during a run, and is not known, is named', () => {
  const scenario = everybody();
  const simulation = createSimulation(scenario);
  simulation.runUntil(30 * SECOND);
  const checkpoint = simulation.checkpoint();
  const state = { ...checkpoint.state!, strings: checkpoint.state!.strings.map((name) => (name === 'Rng' ? 'Unheard' : name)) };
  expect(() => Simulation.restored(scenario, checkpoint, state, scenario)).toThrow(NotCopyable);
  expect(() => Simulation.restored(scenario, checkpoint, state, scenario)).toThrow('there is a Unheard, and the new run has none');
});
