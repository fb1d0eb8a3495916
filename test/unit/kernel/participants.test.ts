import { describe, expect, test } from 'vitest';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { ActorFailure, type Handler } from '../../../src/kernel/actor.ts';
import { Participants, type MessageEvent, type AnyParticipant } from '../../../src/kernel/participant.ts';
import { Type, type Message } from '../../../src/messages.ts';
import { createKernel } from '../../helpers/kernel.ts';

/** How they are run: by the kernel, which calls their logic, or as XState actors that somebody inspects. */
const WAYS: readonly [string, () => Participants<Message>][] = [
  ['run by the kernel', () => new Participants<Message>()],
  ['inspected', () => new Participants<Message>(() => undefined)],
];

describe.each(WAYS)('%s', (_way, make) => {
  const participants = make();

  function participant(id: string, handle: Handler<Message>): AnyParticipant<Message> {
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
});

test('inspection sees who hears what, and changes nothing', () => {
  const seen: string[] = [];
  const run = (inspect?: (event: InspectionEvent) => void) => {
    const participants = new Participants<Message>(inspect);
    const kernel = createKernel();
    for (const name of ['a', 'b']) {
      const made = participants.add(name);
      const id = kernel.register(name, made);
      made.receiver = {
        handle: (message) => {
          if (message.type === Type.Wake) kernel.context(id).send(3 - id, Type.OrderAccepted).tag = message.tag;
        },
      };
      kernel.context(id).wake(Number(id), 10 + id);
    }
    kernel.runToEnd();
    return kernel.digest();
  };
  const inspected = run((event) => {
    if (event.type !== '@xstate.event' || event.event.type !== 'message') return;
    const { message } = event.event as unknown as MessageEvent<Message>;
    seen.push(`${(event.actorRef as AnyActorRef).id} ${message.type === Type.Wake ? 'wake' : 'accepted'} ${message.tag}`);
  });
  expect(inspected).toBe(run());
  expect(seen).toEqual(['a wake 11', 'b accepted 11', 'b wake 12', 'a accepted 12']);
});
