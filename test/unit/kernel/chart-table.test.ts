import { assign, createActor, fromPromise, raise, setup, type AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { compileChart } from '../../../src/kernel/chart-table.ts';
import { createRng } from '../../../src/base/random.ts';

const EVENTS = ['coin', 'push', 'kick', 'repair', 'scrap'] as const;

const turnstile = setup({ types: { events: {} as { type: (typeof EVENTS)[number] } } }).createMachine({
  id: 'turnstile',
  initial: 'locked',
  states: {
    locked: { on: { coin: 'unlocked', kick: 'broken' } },
    unlocked: { on: { push: 'locked', kick: 'broken', coin: {} } },
    broken: { on: { repair: 'tested', scrap: 'gone' } },
    tested: { always: 'locked' },
    gone: { type: 'final' },
  },
});

test('a running actor and the table agree over thousands of events', () => {
  const table = compileChart(turnstile, EVENTS);
  const rng = createRng('chart');
  let visits = 0;
  for (let run = 0; run < 50; run++) {
    const actor = createActor(turnstile, { id: 'turnstile' }).start();
    let state = 0;
    for (let i = 0; i < 200 && actor.getSnapshot().status === 'active'; i++) {
      const event = rng.chance(0.03) ? 4 : rng.int(4);
      actor.send({ type: EVENTS[event] });
      state = table.step(state, event);
      expect(table.states[state]).toBe(actor.getSnapshot().value);
      visits++;
    }
  }
  expect(visits).toBeGreaterThan(2000);
});

test('the first state is the initial one, passing states are passed, and an end is an end', () => {
  const { states, step } = compileChart(turnstile, EVENTS);
  expect(states).toEqual(['locked', 'unlocked', 'broken', 'gone']);
  expect(states[step(states.indexOf('broken'), EVENTS.indexOf('repair'))]).toBe('locked');
  for (let event = 0; event < EVENTS.length; event++) expect(states[step(states.indexOf('gone'), event)]).toBe('gone');
});

describe('refuses what it cannot honour', () => {
  const types = { types: { events: {} as { type: 'go' }, context: {} as { n: number } } };
  const machine = setup({
    ...types,
    actions: { act: () => undefined },
    guards: { may: () => true },
    actors: { work: fromPromise(() => Promise.resolve()) },
  });
  const context = { n: 0 };
  const b = { on: {} };
  const refused: Record<string, [AnyStateMachine, RegExp]> = {
    'an action': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: { target: 'b', actions: 'act' } } }, b } }),
      /acts on go in a/,
    ],
    'an action on entry': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: 'b' } }, b: { entry: 'act' } } }),
      /acts on go/,
    ],
    'an action at the start': [machine.createMachine({ context, initial: 'a', states: { a: { entry: 'act' } } }), /acts when it starts/],
    'a delay': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: 'b' } }, b: { after: { 100: 'a' } } } }),
      /reacts to xstate.after/,
    ],
    'a delayed event': [
      machine.createMachine({
        context,
        initial: 'a',
        states: { a: { on: { go: { actions: raise({ type: 'go' }, { delay: 5, id: 'later' }) } } } },
      }),
      /acts on go/,
    ],
    'a child': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: 'b' } }, b: { invoke: { src: 'work' } } } }),
      /acts on go/,
    ],
    memory: [
      machine.createMachine({
        context,
        initial: 'a',
        states: { a: { on: { go: { actions: assign({ n: ({ context: { n } }) => n + 1 }) } } } },
      }),
      /keeps context/,
    ],
    'a guard': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: { target: 'b', guard: 'may' } } }, b } }),
      /guards/,
    ],
    'a guard in passing': [
      machine.createMachine({ context, initial: 'a', states: { a: { on: { go: 'b' } }, b: { always: { target: 'a', guard: 'may' } } } }),
      /guards/,
    ],
    'nested states': [machine.createMachine({ context, initial: 'a', states: { a: { initial: 'x', states: { x: {} } } } }), /nested/],
    'parallel states': [machine.createMachine({ context, type: 'parallel', states: { a: {}, b } }), /parallel/],
    'any event at all': [machine.createMachine({ context, initial: 'a', states: { a: { on: { '*': 'b' } }, b } }), /reacts to \*/],
  };
  test.each(Object.keys(refused))('%s', (name) => {
    const [chart, problem] = refused[name];
    expect(() => compileChart(chart, ['go'])).toThrow(problem);
  });

  test('an event that the table would not know', () => {
    expect(() => compileChart(turnstile, ['coin', 'push'])).toThrow(/kick, repair, scrap/);
  });
});
