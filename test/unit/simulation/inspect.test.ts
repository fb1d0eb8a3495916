// Traders as XState actors: `inspect` shows what reaches each of them, and the run, its forks included, is the same.

import { expect, test } from 'vitest';
import type { AnyActorRef } from 'xstate';
import { Type, type Message } from '../../../src/messages.ts';
import type { MessageEvent } from '../../../src/kernel/participant.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { endOf, everybody, goOn } from '../../helpers/forks.ts';

test('an inspected run is the same run, and its forks go on as it does', () => {
  const scenario = everybody();
  const heard = new Set<string>();
  let accepted = '';
  const inspected = createSimulation(scenario, {
    inspect: (event) => {
      if (event.type !== '@xstate.event' || event.event.type !== 'message') return;
      heard.add((event.actorRef as AnyActorRef).id);
      const { message } = event.event as unknown as MessageEvent<Message>;
      if (message.type === Type.OrderAccepted) accepted = JSON.stringify(event.event);
    },
  });
  goOn(inspected, 20_000);
  const names = scenario.traders.flatMap(({ id, count }) => Array.from({ length: count }, (_, n) => `trader/${id}/${n}`));
  expect(names).toEqual(expect.arrayContaining([...heard]));
  expect(heard.size).toBeGreaterThan(names.length / 2);
  // As an inspector would send it to a browser.
  expect(JSON.parse(accepted)).toMatchObject({ type: 'message', message: { message: { type: 'OrderAccepted', instrument: 1 } } });
  expect(inspected.checkpoint().reason).toBeNull();
  const fork = inspected.fork();
  const end = endOf(createSimulation(scenario));
  expect(endOf(fork)).toEqual(end);
  // What it remembers is the same too, but written of actors of another class.
  expect({ ...endOf(inspected), state: end.state }).toEqual(end);
});
