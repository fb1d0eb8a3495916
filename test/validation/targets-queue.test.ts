// The kernel against queueing theory: one server, Poisson arrivals, exponential service. If time or order were wrong by a
// little, the averages of half a million customers would tell.

import { expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { createKernel } from '../helpers/kernel.ts';
import { target } from '../helpers/targets.ts';

const ARRIVAL = 1;
const DEPARTURE = 2;
const SECOND = 1_000_000;

test('VER-DES-01: M/M/1', ({ skip }) => {
  const { expected } = target('VER-DES-01', skip);
  const customers = 500_000;
  const arrivals = createRng('queue/arrivals');
  const services = createRng('queue/services');
  const kernel = createKernel();
  const waiting: number[] = [];
  let head = 0;
  let arrived = 0;
  let served = 0;
  let since = 0;
  let area = 0;
  let empty = 0;
  let inSystem = 0;
  let inQueue = 0;
  const id = kernel.register('queue', ({ at, tag }) => {
    const present = waiting.length - head;
    area += present * (at - since);
    if (present === 0) empty += at - since;
    since = at;
    const serve = (): void => {
      inQueue += at - waiting[head];
      kernel.context(id).wake(at + Math.round(services.exponential() * SECOND), DEPARTURE);
    };
    if (tag === ARRIVAL) {
      waiting.push(at);
      if (present === 0) serve();
      if (++arrived < customers) kernel.context(id).wake(at + Math.round(2 * arrivals.exponential() * SECOND), ARRIVAL);
    } else {
      inSystem += at - waiting[head++];
      served++;
      if (waiting.length > head) serve();
    }
  });
  kernel.context(id).wake(0, ARRIVAL);
  kernel.runToEnd();
  expect(served).toBe(customers);
  const found = {
    L: area / since,
    W: inSystem / served / SECOND,
    Wq: inQueue / served / SECOND,
    P0: empty / since,
  };
  for (const [name, value] of Object.entries(found)) expect(Math.abs(value / expected[name] - 1), name).toBeLessThan(0.02);
});
