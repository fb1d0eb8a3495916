import { createMachine, fromCallback, raise, sendTo, setup } from 'xstate';
import { describe, expect, test } from 'vitest';
import { ActorFailure } from '../../../src/kernel/actor.ts';
import { startActor } from '../../../src/kernel/logic.ts';
import { createKernel } from '../../helpers/kernel.ts';

// XState sets an actor whose action throws to `error` and goes on in silence: `send` returns as if nothing had happened.
describe('what goes wrong in a machine comes out', () => {
  const fragile = setup({
    types: { events: {} as { type: 'touch' | 'leave' } },
    actions: {
      break: () => {
        throw new RangeError('it broke');
      },
    },
  }).createMachine({
    id: 'fragile',
    initial: 'whole',
    states: { whole: { on: { touch: { actions: 'break' }, leave: 'alone' } }, alone: { after: { 50: { actions: 'break' } } } },
  });

  function carried() {
    const kernel = createKernel();
    const id = kernel.register('vase', (message) => vase.send({ type: message.tag === 1 ? 'touch' : 'leave' }));
    const vase = startActor(fragile, { id: 'vase', clock: kernel.clock(id) });
    return { kernel, id, vase };
  }

  test('of send', () => {
    const { vase } = carried();
    expect(() => vase.send({ type: 'touch' })).toThrow('it broke');
    expect(() => vase.send({ type: 'leave' })).toThrow('it broke'); // and it stays broken
    expect(vase.actor.getSnapshot().status).toBe('error');
  });

  test('of the step, with the seq', () => {
    const { kernel, id } = carried();
    const other = kernel.register('other', () => undefined);
    kernel.context(other).wake(10, 0);
    kernel.context(id).wake(20, 1);
    expect(kernel.step()).toBe(true);
    expect(() => kernel.step()).toThrow(
      expect.objectContaining({ name: 'ActorFailure', seq: 2, actor: 'vase', cause: expect.any(RangeError) as unknown }) as Error,
    );
  });

  test('of the step in which a delay fires', () => {
    const { kernel, id } = carried();
    kernel.context(id).wake(10, 2);
    expect(() => kernel.runToEnd()).toThrow(ActorFailure);
    expect(kernel.now).toBe(50_010);
  });

  test('of the start', () => {
    const stillborn = createMachine({
      id: 'stillborn',
      entry: () => {
        throw new RangeError('at once');
      },
    });
    expect(() => startActor(stillborn, { id: 'stillborn' })).toThrow('at once');
  });

  test('of a child', () => {
    const child = fromCallback<{ type: 'poke' }>(({ receive }) => {
      receive(() => {
        throw new RangeError('the child broke');
      });
    });
    const parent = setup({ types: { events: {} as { type: 'poke' } }, actors: { child } }).createMachine({
      id: 'parent',
      invoke: { src: 'child', id: 'child' },
      on: { poke: { actions: sendTo('child', { type: 'poke' }) } },
    });
    const running = startActor(parent, { id: 'parent' });
    expect(() => running.send({ type: 'poke' })).toThrow('the child broke');
  });

  test('of a machine that wants to wait and has no clock', () => {
    const waiting = createMachine({ id: 'waiting', entry: raise({ type: 'x' }, { id: 'x', delay: 1 }) });
    expect(() => startActor(waiting, { id: 'waiting' })).toThrow(/needs a clock/);
  });
});
