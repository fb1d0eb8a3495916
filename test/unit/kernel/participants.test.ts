import { expect, test } from 'vitest';
import { ActorFailure } from '../../../src/kernel/actor.ts';
import { Participants } from '../../../src/kernel/logic.ts';
import { Type, type Message } from '../../../src/messages.ts';
import { createKernel } from '../../helpers/kernel.ts';

test('each participant hears its own messages and answers through its context', () => {
  const kernel = createKernel();
  const participants = new Participants<Message>();
  const log: [string, number][] = [];
  const names = ['a', 'b', 'c'];
  for (const name of names) {
    kernel.register(
      name,
      participants.add(name, (message) => {
        log.push([name, message.tag]);
        if (message.type === Type.Wake)
          for (const to of [1, 2, 3]) kernel.context(1).send(to, Type.OrderAccepted).tag = 10 * message.tag + to;
      }),
    );
  }
  kernel.context(2).wake(5, 7);
  kernel.runToEnd();
  expect(log).toEqual([
    ['b', 7],
    ['a', 71],
    ['b', 72],
    ['c', 73],
  ]);
});

test('what a participant throws comes out of the step, and the others are not to blame', () => {
  const kernel = createKernel();
  const participants = new Participants<Message>();
  const heard: number[] = [];
  const fine = kernel.register(
    'fine',
    participants.add('fine', (message) => heard.push(message.tag)),
  );
  const broken = kernel.register(
    'broken',
    participants.add('broken', () => {
      throw new RangeError('out of lots');
    }),
  );
  kernel.context(fine).wake(1, 1);
  kernel.context(broken).wake(2, 2);
  kernel.context(fine).wake(3, 3);
  expect(kernel.step()).toBe(true);
  expect(() => kernel.step()).toThrow(ActorFailure);
  expect(heard).toEqual([1]);
});

test('throwing nothing is throwing too', () => {
  const participants = new Participants<Message>();
  const handler = participants.add('a', () => {
    throw undefined;
  });
  let thrown: unknown = 'nothing';
  try {
    handler({} as Message);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBe(undefined);
});
