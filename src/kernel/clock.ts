// Simulated time for libraries that bring timers of their own, in their unit, milliseconds. Two clocks, because there
// are two sorts of timer: an actor's is a message like any other; an observer's must not be noticed by the simulation.

import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { assert } from '../base/assert.ts';
import { MICROS_PER_MILLI, MICROS_PER_YEAR, type ActorId, type Micros } from '../base/units.ts';
import { EventQueue } from './event-queue.ts';
import { AT, FIRST_RECORD, TAG, TIMER_WORDS, TO, TYPE, type Cursor } from './record.ts';

function toMicros(milliseconds: number): Micros {
  const micros = Math.max(0, Math.round(milliseconds * MICROS_PER_MILLI));
  assert(micros <= MICROS_PER_YEAR, () => `a timer of ${milliseconds} ms is longer than a year`);
  return micros;
}

/** What an actor's clock needs: to wake the actor with a tag after a delay, and to be asked first from now on. */
export interface ClockPort<M extends Cursor> {
  wakeIn(delay: Micros, tag: number): void;
  interpose(take: (message: M) => boolean): void;
}

/**
 * An XState `clock` for one actor. A timer is a wake of that actor with a negative tag: it has a `seq` and a cause, is
 * recorded, and comes through the inbox, where it goes to `take` instead of the handler. A cleared timer's wake still
 * arrives and does nothing. An actor that never sets a timer pays nothing for its clock.
 */
export class ActorClock<M extends Cursor> {
  private readonly id: ActorId;
  private readonly wakeType: number;
  private readonly port: ClockPort<M>;
  private readonly pending = new Map<number, (...args: unknown[]) => void>();
  private timers = 0;

  constructor(id: ActorId, wakeType: number, port: ClockPort<M>) {
    this.id = id;
    this.wakeType = wakeType;
    this.port = port;
  }

  setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): unknown {
    if (this.timers === 0) this.port.interpose((message) => this.take(message));
    const timer = ++this.timers;
    this.pending.set(timer, callback);
    this.port.wakeIn(toMicros(milliseconds), -timer);
    return timer;
  }

  /** Whether a timer was ever set: what it does lives in functions, which nobody can copy. */
  get used(): boolean {
    return this.timers > 0;
  }

  clearTimeout(timer: unknown): void {
    this.pending.delete(timer as number);
  }

  /** Runs the timer that this message is, if it is one of this clock's. */
  private take({ words, floats, base }: M): boolean {
    const tag = floats[(base >> 1) + TAG];
    if (tag >= 0 || words[base + TYPE] !== this.wakeType || words[base + TO] !== this.id) return false;
    const callback = this.pending.get(-tag);
    this.pending.delete(-tag);
    callback?.();
    return true;
  }
}

/**
 * An RxJS scheduler for observers: `interval(60_000, kernel.scheduler)` ticks every simulated minute. A timer runs when
 * the last envelope of its instant has been handled, takes no `seq`, and may look but not send.
 */
export class ObserverScheduler implements SchedulerLike {
  private readonly queue = new EventQueue(16);
  private readonly actions: (ObserverAction<unknown> | undefined)[] = [];
  private readonly time: { now: Micros };

  constructor(time: { now: Micros }) {
    this.time = time;
  }

  /** How many actions there are to run. */
  pending = 0;

  /** In milliseconds. */
  now(): number {
    return this.time.now / MICROS_PER_MILLI;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new ObserverAction(this, work).schedule(state, delay);
  }

  /** Runs what is due up to and including `until`, in the order of (due time, scheduling). */
  run(until: Micros): void {
    for (let base = this.queue.pop(until); base >= 0; base = this.queue.pop(until)) {
      const slot = (base - FIRST_RECORD) / TIMER_WORDS;
      const action = this.actions[slot];
      this.actions[slot] = undefined;
      this.time.now = this.queue.floats[(base >> 1) + AT];
      this.queue.releaseTimer(base);
      this.pending--;
      if (action?.slot === slot) action.run();
    }
  }

  /** Queues an action and returns where; it runs only if it still points there then. */
  add(action: ObserverAction<never>, delay: number): number {
    const timer = this.queue.takeTimer();
    this.queue.push(timer, this.time.now + toMicros(delay));
    const slot = (timer - FIRST_RECORD) / TIMER_WORDS;
    this.actions[slot] = action as unknown as ObserverAction<unknown>;
    this.pending++;
    return slot;
  }
}

/** What RxJS operators hold: one piece of work that may schedule itself again. Inherits because RxJS asks for it. */
class ObserverAction<T> extends Subscription implements SchedulerAction<T> {
  slot = -1;
  private readonly scheduler: ObserverScheduler;
  private readonly work: (this: SchedulerAction<T>, state?: T) => void;
  private state: T | undefined;

  constructor(scheduler: ObserverScheduler, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.scheduler = scheduler;
    this.work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.state = state;
    this.slot = this.scheduler.add(this as unknown as ObserverAction<never>, delay);
    return this;
  }

  run(): void {
    this.slot = -1;
    if (!this.closed) this.work(this.state);
  }
}
