// Traders as XState actors: `inspect` shows what reaches each of them, and the run, its forks included, is the same.

import { expect, test } from 'vitest';
import type { AnyActorRef } from 'xstate';
import type { Message } from '../../../src/messages.ts';
import type { MessageEvent } from '../../../src/kernel/participant.ts';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { endOf, everybody, goOn } from '../../helpers/forks.ts';

test('an inspected run is the same run, and its forks go on as it does', () => {
  const scenario = everybody();
  const heard = new Set<string>();
  let accounts = 0;
  const inspected = createSimulation(scenario, {
    inspect: (event) => {
      if (event.type !== '@xstate.event' || event.event.type !== 'message') return;
      heard.add((event.actorRef as AnyActorRef).id);
      accounts += Math.sign((event.event as unknown as MessageEvent<Message>).message.account);
    },
  });
  goOn(inspected, 20_000);
  const names = scenario.traders.flatMap(({ id, count }) => Array.from({ length: count }, (_, n) => `trader/${id}/${n}`));
  expect(names).toEqual(expect.arrayContaining([...heard]));
  expect(heard.size).toBeGreaterThan(names.length / 2);
  expect(accounts).toBeGreaterThan(1_000);
  expect(inspected.checkpoint().reason).toBeNull();
  const fork = inspected.fork();
  const end = endOf(createSimulation(scenario));
  expect(endOf(fork)).toEqual(end);
  // What it remembers is the same too, but written of actors of another class.
  expect({ ...endOf(inspected), state: end.state }).toEqual(end);
});
