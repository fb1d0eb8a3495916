import { auditTime, bufferTime, debounceTime, delay, interval, map, of, Subject, take, timer } from 'rxjs';
import { createMachine, raise, setup } from 'xstate';
import { describe, expect, test } from 'vitest';
import { startActor } from '../../../src/kernel/logic.ts';
import { Type, type Envelope } from '../../../src/messages.ts';
import { createKernel } from '../../helpers/kernel.ts';

/** An actor that wakes every 10 ms until `end` ms. */
function ticking(end: number) {
  const kernel = createKernel();
  const id = kernel.register('ticker', () => {
    if (kernel.now < end * 1000) kernel.context(id).wake(kernel.now + 10_000, 0);
  });
  kernel.context(id).wake(0, 0);
  return { kernel, id };
}

describe("observers' scheduler", () => {
  test('RxJS time operators run in simulated time', () => {
    const { kernel } = ticking(1000);
    const { scheduler } = kernel;
    const log: [string, number, number][] = [];
    interval(250, scheduler)
      .pipe(take(3))
      .subscribe((n) => log.push(['interval', n, kernel.now]));
    timer(100, 400, scheduler)
      .pipe(take(2))
      .subscribe((n) => log.push(['timer', n, kernel.now]));
    of(7)
      .pipe(delay(333, scheduler))
      .subscribe((n) => log.push(['delay', n, kernel.now]));
    kernel.runToEnd();
    expect(log).toEqual([
      ['timer', 0, 100_000],
      ['interval', 0, 250_000],
      ['delay', 7, 333_000],
      ['timer', 1, 500_000],
      ['interval', 1, 500_000],
      ['interval', 2, 750_000],
    ]);
  });

  test('operators over envelopes: debounce, audit, buffer', () => {
    const { kernel, id } = ticking(95);
    const at$ = kernel.envelopes$.pipe(map(({ at }) => at));
    const log: Record<string, unknown[]> = { debounced: [], audited: [], buffered: [] };
    at$.pipe(debounceTime(15, kernel.scheduler)).subscribe((at) => log.debounced.push([at, kernel.now]));
    at$.pipe(auditTime(25, kernel.scheduler)).subscribe((at) => log.audited.push([at, kernel.now]));
    at$.pipe(bufferTime(50, kernel.scheduler)).subscribe((batch) => log.buffered.push(batch.length));
    kernel.context(id).wake(200_000, 0);
    kernel.runToEnd();
    expect(log).toEqual({
      debounced: [[100_000, 115_000]],
      audited: [
        [20_000, 25_000],
        [50_000, 55_000],
        [80_000, 85_000],
        [100_000, 115_000],
      ],
      buffered: [6, 5, 0, 1],
    });
  });

  test('a timer runs after the last envelope of its instant, also one that was sent in it', () => {
    const kernel = createKernel();
    const order: string[] = [];
    const id = kernel.register('a', (message) => {
      order.push(`handled ${message.tag}`);
      if (message.tag < 3) kernel.context(id).send(id, Type.Wake).tag = message.tag + 1;
    });
    timer(5, kernel.scheduler).subscribe(() => order.push(`timer at ${kernel.scheduler.now()} ms`));
    kernel.context(id).wake(5000, 1);
    kernel.context(id).wake(5001, 9);
    kernel.runToEnd();
    expect(order).toEqual(['handled 1', 'handled 2', 'handled 3', 'timer at 5 ms', 'handled 9']);
  });

  test('runUntil completes the instant, timers included', () => {
    const { kernel } = ticking(100);
    const ticks: number[] = [];
    interval(4, kernel.scheduler).subscribe(() => ticks.push(kernel.now));
    kernel.runUntil(12_000);
    expect(ticks).toEqual([4000, 8000, 12_000]);
    expect(kernel.now).toBe(12_000);
  });

  test('an observer changes nothing, takes no seq and cannot send', () => {
    const digests = [false, true].map((watched) => {
      const { kernel } = ticking(500);
      if (watched) interval(1, kernel.scheduler).subscribe();
      kernel.runToEnd();
      return [kernel.digest(), kernel.seq];
    });
    expect(digests[0]).toEqual(digests[1]);
    const { kernel, id } = ticking(500);
    const errors: unknown[] = [];
    // Scheduled work rather than a subscriber: what a subscriber throws, RxJS reports later.
    kernel.scheduler.schedule(() => {
      try {
        kernel.context(id).wake(kernel.now, 0);
      } catch (error) {
        errors.push(error);
      }
    }, 42);
    kernel.runToEnd();
    expect(String(errors[0])).toMatch(/observers cannot send/);
  });

  test('work that throws ends the run', () => {
    const { kernel } = ticking(500);
    kernel.scheduler.schedule(() => {
      throw new Error('observer broke');
    }, 42);
    expect(() => kernel.runToEnd()).toThrow('observer broke');
    expect(() => kernel.step()).toThrow(/not after an observer has failed/);
  });

  test('unsubscribed work does not run, and work scheduled again runs once, at the later time', () => {
    const { kernel } = ticking(100);
    const ran: string[] = [];
    kernel.scheduler.schedule(() => ran.push('canceled'), 10).unsubscribe();
    const again = kernel.scheduler.schedule(() => ran.push(`again ${kernel.now}`), 10) as unknown as {
      schedule(state: unknown, delay: number): void;
    };
    again.schedule(undefined, 30);
    const subject = new Subject<number>();
    subject
      .pipe(delay(5, kernel.scheduler))
      .subscribe((n) => ran.push(`late ${n}`))
      .unsubscribe();
    subject.next(1);
    kernel.runToEnd();
    expect(ran).toEqual(['again 30000']);
  });
});

describe("actors' clock", () => {
  const fuse = setup({ types: { events: {} as { type: 'light' | 'douse' } } }).createMachine({
    id: 'fuse',
    initial: 'cold',
    states: {
      cold: { on: { light: 'burning' } },
      burning: { on: { douse: 'cold' }, after: { 3000: 'burnt' } },
      burnt: { on: { light: 'burning' } },
    },
  });

  /** A kernel with an actor that passes what it is woken with to a fuse: 1 lights it, 2 douses it. */
  function lit() {
    const kernel = createKernel();
    const log: [number, unknown][] = [];
    const id = kernel.register('bomb', (message) => actor.send({ type: message.tag === 1 ? 'light' : 'douse' }));
    const actor = startActor(fuse, { id: 'bomb/fuse', clock: kernel.clock(id) });
    actor.actor.subscribe(({ value }) => log.push([kernel.now, value]));
    return { kernel, id, log, actor };
  }

  test("an XState delay fires at its instant, as a message with a seq and a cause that is the actor's own", () => {
    const { kernel, id, log } = lit();
    const envelopes: Envelope[] = [];
    kernel.envelopes$.subscribe((envelope) => envelopes.push(envelope));
    kernel.context(id).wake(600, 1);
    kernel.runToEnd();
    expect(log).toEqual([
      [600, 'burning'],
      [3_000_600, 'burnt'],
    ]);
    expect(envelopes).toEqual([
      { seq: 1, cause: 0, at: 600, sentAt: 0, from: id, to: id, message: { type: 'Wake', tag: 1, amount: 0 } },
      { seq: 2, cause: 1, at: 3_000_600, sentAt: 600, from: id, to: id, message: { type: 'Wake', tag: -1, amount: 0 } },
    ]);
  });

  test('a delay left behind does not fire', () => {
    const { kernel, id, log } = lit();
    kernel.context(id).wake(0, 1);
    kernel.context(id).wake(1_000_000, 2);
    kernel.context(id).wake(2_000_000, 1);
    kernel.runToEnd();
    expect(log).toEqual([
      [0, 'burning'],
      [1_000_000, 'cold'],
      [2_000_000, 'burning'],
      [5_000_000, 'burnt'],
    ]);
  });

  test('every timer sees its own instant, in order', () => {
    const kernel = createKernel();
    const id = kernel.register('a', () => undefined);
    const clock = kernel.clock(id);
    const seen: [number, number][] = [];
    for (const ms of [20, 5, 10, 5]) clock.setTimeout(() => seen.push([ms, kernel.now]), ms);
    kernel.runToEnd();
    expect(seen).toEqual([
      [5, 5000],
      [5, 5000],
      [10, 10_000],
      [20, 20_000],
    ]);
    expect(kernel.clock(id)).toBe(clock);
  });

  test('members of a cohort have clocks of their own', () => {
    const kernel = createKernel();
    const handled: number[] = [];
    const fired: string[] = [];
    const first = kernel.registerCohort('noise', 2, (message) => handled.push(message.to));
    kernel.clock(first).setTimeout(() => fired.push('first'), 1);
    kernel.clock(first + 1).setTimeout(() => fired.push('second'), 2);
    kernel.context(first + 1).wake(1500, 0);
    kernel.runToEnd();
    expect(fired).toEqual(['first', 'second']);
    expect(handled).toEqual([first + 1]);
  });

  test('delayed events by name are the same in every run, and nothing of a session enters the digest', () => {
    const blinker = createMachine({
      id: 'blinker',
      initial: 'off',
      states: {
        off: { entry: raise({ type: 'flip' }, { id: 'flip', delay: 10 }), on: { flip: 'on' } },
        on: { entry: raise({ type: 'flip' }, { id: 'flip', delay: 15 }), on: { flip: 'off' } },
      },
    });
    const run = () => {
      const kernel = createKernel();
      const id = kernel.register('lamp', () => undefined);
      const lamp = startActor(blinker, { id: 'lamp/blinker', clock: kernel.clock(id) });
      kernel.runUntil(1_000_000);
      return { digest: kernel.digest(), seq: kernel.seq, value: lamp.snapshot.value, session: lamp.actor.sessionId };
    };
    const [one, two] = [run(), run()];
    expect(one.session).not.toBe(two.session);
    expect(one.digest).toBe(two.digest);
    expect(one.seq).toBe(81);
    expect(one.value).toBe('off');
  });
});
