import { describe, expect, test } from 'vitest';
import { ActorFailure } from '../../../src/kernel/actor.ts';
import { constantLatency, jitteredLatency } from '../../../src/kernel/latency.ts';
import { envelope, Type, type Envelope, type Message } from '../../../src/messages.ts';
import { createKernel } from '../../helpers/kernel.ts';

type Log = [at: number, name: string, tag: number][];

/** A kernel with actors `a`, `b`, … that note what they are given. */
function noted(...names: string[]) {
  const kernel = createKernel();
  const log: Log = [];
  const ids = names.map((name) => kernel.register(name, (message) => log.push([message.at, name, message.tag])));
  return { kernel, log, ids, contexts: ids.map((id) => kernel.context(id)) };
}

test('an actor is found by its name, a cohort by its first member', () => {
  const kernel = createKernel();
  const single = kernel.register('single', () => undefined);
  const cohort = kernel.registerCohort('cohort', 3, () => undefined);
  expect([kernel.idOf('single'), kernel.idOf('cohort')]).toEqual([single, cohort]);
  expect(kernel.idOf(kernel.nameOf(single))).toBe(single);
  expect(() => kernel.idOf('nobody')).toThrow('no actor is named nobody');
});

describe('order', () => {
  test.each([5_000, 1_500_000, 2 ** 33])('what is sent after a limit before which there was nothing comes before %d', (far) => {
    const {
      kernel,
      log,
      contexts: [a],
    } = noted('a');
    a.wake(far, 9);
    expect(kernel.step(far - 1)).toBe(false);
    for (const at of [1_500, 3_000, 10]) a.wake(at, 0);
    kernel.runToEnd();
    expect(log.map(([at]) => at)).toEqual([10, 1_500, 3_000, far]);
  });

  test('by time, then by sending', () => {
    const {
      kernel,
      log,
      contexts: [a, b],
    } = noted('a', 'b');
    a.wake(20, 1);
    b.wake(10, 2);
    a.wake(10, 3);
    a.send(b.id, Type.OrderAccepted, 10).tag = 4;
    kernel.runToEnd();
    expect(log).toEqual([
      [10, 'b', 2],
      [10, 'a', 3],
      [10, 'b', 4],
      [20, 'a', 1],
    ]);
    expect(kernel.now).toBe(20);
    expect(kernel.delivered).toBe(4);
  });

  test('what is sent for this instant is handled in it, after what was sent before', () => {
    const kernel = createKernel();
    const order: number[] = [];
    const id = kernel.register('a', (message) => {
      order.push(message.tag);
      if (message.tag < 3) kernel.context(id).send(id, Type.Wake).tag = message.tag + 10;
    });
    for (const tag of [1, 2]) kernel.context(id).wake(5, tag);
    kernel.runToEnd();
    expect(order).toEqual([1, 2, 11, 12]);
    expect(kernel.now).toBe(5);
  });

  test('ids count from 1 and cohorts take theirs in a row', () => {
    const kernel = createKernel();
    const seen: number[] = [];
    expect(kernel.register('a', () => undefined)).toBe(1);
    const first = kernel.registerCohort('noise', 3, (message) => seen.push(message.to));
    expect(first).toBe(2);
    expect(kernel.register('b', () => undefined)).toBe(5);
    expect([2, 3, 4].map((id) => kernel.nameOf(id))).toEqual(['noise/0', 'noise/1', 'noise/2']);
    for (const id of [4, 2, 3]) kernel.context(1).send(id, Type.Wake);
    kernel.runToEnd();
    expect(seen).toEqual([4, 2, 3]);
  });
});

describe('cause', () => {
  test('is the message being handled, and 0 outside', () => {
    const kernel = createKernel();
    const envelopes: Envelope[] = [];
    kernel.envelopes$.subscribe((e) => envelopes.push(e));
    const b = kernel.register('b', () => undefined);
    const a = kernel.register('a', (message) => {
      expect(kernel.cause).toBe(message.seq);
      kernel.context(a).send(b, Type.OrderAccepted, 3).lots = 7;
      kernel.context(a).wake(kernel.now + 1, 0);
    });
    kernel.context(a).wake(1, 0);
    kernel.step();
    expect(kernel.cause).toBe(0);
    kernel.step();
    expect(envelopes.map(({ seq, cause, at, sentAt, from, to }) => [seq, cause, at, sentAt, from, to])).toEqual([
      [1, 0, 1, 0, a, a],
      [3, 1, 2, 1, a, a],
    ]);
  });
});

describe('drafts', () => {
  test('start at 0 also in a record that was used before', () => {
    const kernel = createKernel();
    const a = kernel.register('a', () => undefined);
    const draft = kernel.context(a).send(a, Type.SubmitOrder);
    draft.account = draft.instrument = draft.order = draft.lots = draft.price = draft.trigger = draft.flags = draft.tag = 9;
    kernel.runToEnd();
    const next = kernel.context(a).send(a, Type.SubmitOrder);
    expect([next.account, next.instrument, next.order, next.side, next.lots, next.price, next.trigger, next.flags, next.tag]).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  test('the message being handled survives the growth of the arena', () => {
    const kernel = createKernel();
    let received = 0;
    const sink = kernel.register('sink', (message) => {
      received += message.lots;
    });
    const a = kernel.register('a', (message) => {
      for (let i = 0; i < 5000; i++) {
        kernel.context(a).send(sink, Type.HedgeSpot).lots = 1;
        expect([message.tag, message.at, message.to]).toEqual([77, 3, a]);
      }
    });
    kernel.context(a).wake(3, 77);
    kernel.runToEnd();
    expect(received).toBe(5000);
  });
});

describe('running', () => {
  test('until a time: that instant is complete, later ones wait, and now is that time', () => {
    const {
      kernel,
      log,
      contexts: [a],
    } = noted('a');
    for (const at of [5, 10, 11, 2_000_000]) a.wake(at, at);
    kernel.runUntil(10);
    expect(log.map(([at]) => at)).toEqual([5, 10]);
    kernel.runUntil(1_000_000);
    expect(kernel.now).toBe(1_000_000);
    a.send(a.id, Type.Wake, 3).tag = 1;
    kernel.runToEnd();
    expect(log.map(([at]) => at)).toEqual([5, 10, 11, 1_000_003, 2_000_000]);
    expect(kernel.step()).toBe(false);
  });

  test('step by step is the same run', () => {
    const runs = [0, 1].map((stepwise) => {
      const kernel = createKernel();
      const id = kernel.register('a', (message) => {
        if (message.type !== Type.Wake || kernel.now > 100_000) return;
        const rng = context.rng('x');
        context.wake(kernel.now + 1 + rng.int(50), message.tag + 1);
        if (rng.chance(0.4)) context.send(id, Type.HedgeSpot, rng.int(9)).lots = rng.int(100);
      });
      const context = kernel.context(id);
      kernel.context(id).wake(0, 0);
      if (stepwise === 1) while (kernel.step());
      else for (let at = 0; at < 200_000; at += 777) kernel.runUntil(at);
      return [kernel.digest(), kernel.delivered, kernel.checkpoints.length];
    });
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0][1]).toBeGreaterThan(4096);
    expect(runs[0][2]).toBe(1);
  });
});

describe('watching', () => {
  function run(watch: (kernel: ReturnType<typeof createKernel>) => void) {
    const kernel = createKernel();
    const id = kernel.register('a', (message) => {
      if (message.tag < 50) kernel.context(id).wake(kernel.now + 10, message.tag + 1);
    });
    watch(kernel);
    kernel.context(id).wake(0, 0);
    kernel.runToEnd();
    return kernel.digest();
  }

  test('readers see each message before it is handled, and change nothing', () => {
    const order: string[] = [];
    const kernel = createKernel();
    const id = kernel.register('a', (message) => order.push(`handled ${message.seq}`));
    kernel.tap((message) => order.push(`tapped ${message.seq}`));
    kernel.envelopes$.subscribe(({ seq }) => order.push(`observed ${seq}`));
    kernel.context(id).wake(1, 0);
    kernel.context(id).wake(2, 0);
    kernel.runToEnd();
    expect(order).toEqual(['tapped 1', 'observed 1', 'handled 1', 'tapped 2', 'observed 2', 'handled 2']);
    const plain = run(() => undefined);
    const seen: number[] = [];
    expect(run((k) => k.tap((message) => seen.push(message.tag)))).toBe(plain);
    expect(run((k) => k.envelopes$.subscribe(() => undefined))).toBe(plain);
    expect(seen).toHaveLength(51);
  });

  test('no envelope is made while nobody observes', () => {
    let made = 0;
    const kernel = createKernel();
    const observed = Reflect.get(kernel, 'options') as { toEnvelope: (m: Message) => Envelope };
    Reflect.set(kernel, 'options', { ...observed, toEnvelope: (m: Message) => (made++, envelope(m)) });
    const id = kernel.register('a', () => undefined);
    for (let i = 0; i < 3; i++) kernel.context(id).wake(i, 0);
    kernel.step();
    expect(made).toBe(0);
    const subscription = kernel.envelopes$.subscribe(() => undefined);
    kernel.step();
    expect(made).toBe(1);
    subscription.unsubscribe();
    kernel.step();
    expect(made).toBe(1);
  });

  test('observers cannot send', () => {
    const kernel = createKernel();
    const id = kernel.register('a', () => undefined);
    kernel.context(id).wake(1, 0);
    kernel.tap(() => kernel.context(id).wake(5, 0));
    expect(() => kernel.runToEnd()).toThrow(/observers cannot send/);
  });
});

describe('digest', () => {
  function digestOf(tell: (message: Message) => void, seed = '42'): string {
    const kernel = createKernel(seed);
    const id = kernel.register('a', () => undefined);
    tell(kernel.context(id).send(id, Type.HedgeSpot, 5));
    kernel.runToEnd();
    return kernel.digest();
  }

  test('is over all that a message says', () => {
    const plain = digestOf((m) => (m.lots = 3));
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf((m) => (m.lots = 4))).not.toBe(plain);
    // HedgeSpot has no tag, but whoever gets it could read this one.
    expect(digestOf((m) => ((m.lots = 3), (m.tag = 12)))).not.toBe(plain);
    expect(digestOf((m) => ((m.lots = 3), (m.instrument = -0)))).toBe(plain);
  });

  test('refuses NaN, and does not tell −0 from 0', () => {
    expect(() => digestOf((m) => (m.amount = NaN))).toThrow(/NaN/);
    for (const field of ['amount', 'flags', 'tag'] as const) expect(digestOf((m) => (m[field] = -0))).toBe(digestOf((m) => (m[field] = 0)));
  });

  test('folds time, cause, sender, receiver and type', () => {
    const digests = new Set<string>();
    for (const [from, to, type, delay] of [
      [1, 1, 1, 0],
      [2, 1, 1, 0],
      [1, 2, 1, 0],
      [1, 1, 2, 0],
      [1, 1, 1, 1],
    ]) {
      const kernel = createKernel();
      kernel.registerCohort('a', 2, () => undefined);
      kernel.send(from, to, type, delay);
      kernel.runToEnd();
      digests.add(kernel.digest());
    }
    for (const relay of [false, true]) {
      const kernel = createKernel();
      const id = kernel.register('a', (m) => {
        if (relay && m.tag === 0) kernel.context(id).wake(5, 1);
      });
      kernel.context(id).wake(0, 0);
      if (!relay) kernel.context(id).wake(5, 1);
      kernel.runToEnd();
      digests.add(kernel.digest());
    }
    expect(digests.size).toBe(7);
  });
});

describe('mistakes', () => {
  test('an actor that throws fails the step, with all that is known', () => {
    const kernel = createKernel();
    const id = kernel.register('trader/noise/17', (message) => {
      if (message.tag === 2) throw new RangeError('out of lots');
    });
    for (const tag of [1, 2, 3]) kernel.context(id).wake(100 * tag, tag);
    let failure: unknown;
    try {
      kernel.runToEnd();
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ActorFailure);
    expect(failure).toMatchObject({
      seq: 2,
      at: 200,
      actor: 'trader/noise/17',
      type: 'Wake',
      message: 'trader/noise/17 failed on Wake (seq 2, at 200 µs): out of lots',
    });
    expect((failure as Error).cause).toBeInstanceOf(RangeError);
    expect(() => kernel.step()).toThrow(failure as Error); // the run is over
  });

  test.each(['step', 'runToEnd'] as const)('neither an actor nor an observer makes the run go on: %s', (goOn) => {
    const { kernel, log, ids, contexts } = noted('a');
    const impatient = kernel.register('impatient', () => expect(() => kernel[goOn]()).toThrow(/between two messages/));
    kernel.tap(() => expect(() => kernel[goOn]()).toThrow(/between two messages/));
    for (let i = 0; i < 3; i++) contexts[0].send(impatient, Type.OrderAccepted);
    contexts[0].send(ids[0], Type.OrderAccepted).tag = 4;
    kernel.runToEnd();
    expect(log).toEqual([[0, 'a', 4]]);
    expect(kernel.delivered).toBe(4);
  });

  test('throwing nothing is throwing too', () => {
    const kernel = createKernel();
    const id = kernel.register('a', () => {
      throw undefined;
    });
    kernel.context(id).wake(0, 0);
    expect(() => kernel.step()).toThrow(ActorFailure);
  });

  test('who sends into the past fails where it does, and not later', () => {
    const kernel = createKernel();
    const later: string[] = [];
    const id = kernel.register('a', () => {
      kernel.context(id).wake(99, 0);
      later.push('went on');
    });
    kernel.context(id).wake(100, 0);
    expect(() => kernel.runToEnd()).toThrow(
      /a failed on Wake \(seq 1, at 100 µs\): a message arrives at a whole microsecond, not before now/,
    );
    expect(later).toEqual([]);
  });

  test.each([
    ['the past', (k: ReturnType<typeof createKernel>) => k.context(1).wake(9, 0)],
    ['half a microsecond', (k: ReturnType<typeof createKernel>) => k.context(1).send(1, Type.Wake, 0.5)],
    ['never', (k: ReturnType<typeof createKernel>) => k.context(1).send(1, Type.Wake, NaN)],
    ['nobody', (k: ReturnType<typeof createKernel>) => k.context(1).send(2, Type.Wake)],
    ['nothing', (k: ReturnType<typeof createKernel>) => k.context(1).send(1, 0)],
    ['an unknown type', (k: ReturnType<typeof createKernel>) => k.context(1).send(1, 1000)],
    ['a tag of the clock', (k: ReturnType<typeof createKernel>) => k.context(1).wake(20, -1)],
    ['a name twice', (k: ReturnType<typeof createKernel>) => k.register('a', () => undefined)],
  ])('%s is refused, and what is sent next arrives', (_, mistake) => {
    const { kernel, log } = noted('a');
    kernel.runUntil(10);
    expect(() => mistake(kernel)).toThrow(/./);
    expect(kernel.seq).toBe(0);
    kernel.context(1).wake(20, 7);
    kernel.runToEnd();
    expect(log).toEqual([[20, 'a', 7]]);
  });
});

describe('chance', () => {
  test('a stream per actor and purpose, the same object on every call, moved by nobody else', () => {
    const draws = (extra: boolean, seed = '42') => {
      const kernel = createKernel(seed);
      if (extra)
        kernel
          .context(kernel.register('newcomer', () => undefined))
          .rng('size')
          .next();
      const context = kernel.context(kernel.register('a', () => undefined));
      expect(context.rng('size')).toBe(context.rng('size'));
      expect(context.rng('size')).not.toBe(context.rng('price'));
      return [context.rng('size').next(), context.rng('price').next()];
    };
    expect(draws(true)).toEqual(draws(false));
    expect(draws(true)[0]).not.toBe(draws(true)[1]);
    expect(draws(true, '43')[0]).not.toBe(draws(true)[0]);
  });
});

describe('latency', () => {
  test.each([0, 1, 700, 2 ** 30 - 1, 2 ** 30, 2 ** 40, 0.5])(
    'a constant one of %d µs at both ends, and a delay on top of it',
    (latency) => {
      const kernel = createKernel();
      const arrivals: number[] = [];
      const [a, b] = ['a', 'b'].map((name) => kernel.register(name, (m) => arrivals.push(m.at), { latency: constantLatency(latency) }));
      kernel.context(a).send(b, Type.OrderAccepted, 3);
      kernel.context(b).send(a, Type.OrderAccepted);
      kernel.context(a).send(b, Type.OrderAccepted);
      kernel.runToEnd();
      expect(arrivals).toEqual([2 * latency, 2 * latency, 2 * latency + 3]);
    },
  );

  test('both ends add theirs, the exchange has none', () => {
    const kernel = createKernel();
    const log: [string, number][] = [];
    const exchange = kernel.register('exchange', (m) => {
      log.push(['exchange', m.at]);
      kernel.send(exchange, m.from, Type.OrderAccepted, 0);
    });
    const near = kernel.register('near', (m) => log.push(['near', m.at]), { latency: constantLatency(50) });
    const far = kernel.register('far', (m) => log.push(['far', m.at]), { latency: constantLatency(800) });
    kernel.context(near).send(exchange, Type.SubmitOrder);
    kernel.context(far).send(exchange, Type.SubmitOrder);
    kernel.context(near).send(far, Type.SubmitOrder);
    kernel.context(near).wake(10, 0);
    kernel.runToEnd();
    expect(log).toEqual([
      ['near', 10],
      ['exchange', 50],
      ['near', 100],
      ['exchange', 800],
      ['far', 850],
      ['far', 1600],
    ]);
  });

  test('jitter never lets one message overtake another on the same line', () => {
    const kernel = createKernel();
    const sent: number[] = [];
    const arrived: number[] = [];
    const times: number[] = [];
    const exchange = kernel.register('exchange', (m) => {
      arrived.push(m.tag);
      times.push(m.at - m.sentAt);
    });
    const trader = kernel.register(
      'trader',
      (m) => {
        sent.push(m.tag);
        kernel.context(trader).send(exchange, Type.SubmitOrder).tag = m.tag;
      },
      { latency: jitteredLatency(100, 1000) },
    );
    for (let i = 0; i < 2000; i++) kernel.context(trader).wake(i * 137, i);
    kernel.runToEnd();
    expect(arrived).toEqual(sent);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...times)).toBeLessThanOrEqual(1100);
    expect(new Set(times).size).toBeGreaterThan(500);
  });
});
