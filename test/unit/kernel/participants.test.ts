import { expect, test } from 'vitest';
import { ActorFailure, type Handler } from '../../../src/kernel/actor.ts';
import { Participants, type Participant } from '../../../src/kernel/logic.ts';
import { Type, type Message } from '../../../src/messages.ts';
import { createKernel } from '../../helpers/kernel.ts';

const participants = new Participants<Message>();

function participant(id: string, handle: Handler<Message>): Participant<Message> {
  const made = participants.add(id);
  made.receiver = { handle };
  return made;
}

test('each participant hears its own messages and answers through its context', () => {
  const kernel = createKernel();
  const log: [string, number][] = [];
  for (const name of ['a', 'b', 'c']) {
    const handle = (message: Message): void => {
      log.push([name, message.tag]);
      if (message.type !== Type.Wake) return;
      for (const to of [1, 2, 3]) kernel.context(1).send(to, Type.OrderAccepted).tag = 10 * message.tag + to;
    };
    kernel.register(name, participant(name, handle));
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

test('what a participant throws comes out of the step', () => {
  const kernel = createKernel();
  const heard: number[] = [];
  const id = kernel.register(
    'sudden',
    participant('sudden', ({ tag }) => {
      heard.push(tag);
      if (tag === 2) throw new RangeError('out of lots');
    }),
  );
  for (const tag of [1, 2, 3]) kernel.context(id).wake(tag, tag);
  expect(kernel.step()).toBe(true);
  expect(() => kernel.step()).toThrow(ActorFailure);
  expect(() => kernel.step()).toThrow(ActorFailure);
  expect(heard).toEqual([1, 2]);
});

test('throwing nothing is throwing too', () => {
  const kernel = createKernel();
  const id = kernel.register(
    'a',
    participant('a', () => {
      throw undefined;
    }),
  );
  kernel.context(id).wake(0, 0);
  expect(() => kernel.step()).toThrow(ActorFailure);
});

test('a participant without a receiver fails when it is spoken to', () => {
  const kernel = createKernel();
  const id = kernel.register('deaf', participants.add('deaf'));
  kernel.context(id).wake(0, 0);
  expect(() => kernel.step()).toThrow(ActorFailure);
});
