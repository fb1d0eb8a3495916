// The kernel: a queue on (at, seq) and the inboxes it feeds. It alone moves time. `step` is the whole of it; it has
// never heard of an order. What a message means is in messages.ts, how the queue is fast in event-queue.ts.

import { Subject, type Observable } from 'rxjs';
import { assert } from '../base/assert.ts';
import { createRng, Rngs } from '../base/random.ts';
import type { ActorId, Micros, Seq } from '../base/units.ts';
import { ActorFailure, type ActorContext, type Handler, type Receiver } from './actor.ts';
import { ActorClock, ObserverScheduler } from './clock.ts';
import { KernelContext } from './context.ts';
import { EventQueue } from './event-queue.ts';
import { HandlerReceiver, Inbox } from './inbox.ts';
import { LatencyLines, noLatency, type LatencyModel } from './latency.ts';
import * as perActor from './per-actor.ts';
import type { Cursor } from './record.ts';
import * as record from './record.ts';
import { RecordDigest } from './record-digest.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { IN_PAGE, PAGE, PerActor } = perActor;
const { AT, CAUSE, FROM, SENT_AT, SEQ, TAG, TO, TYPE } = record;

export interface KernelOptions<M extends Cursor, E> {
  readonly seed: string;
  /** Makes a cursor of the language spoken. */
  readonly cursors: () => M;
  /** Types are 1 to this. */
  readonly types: number;
  /** The type of timers, whose payload is in the first half of a record: a tag that tells them apart, and a number. */
  readonly wakeType: number;
  /** Copies a message into an object that may be kept. */
  readonly toEnvelope: (message: M) => E;
  readonly typeName?: (type: number) => string;
}

export interface ActorOptions {
  readonly latency?: LatencyModel;
}

export class Kernel<M extends Cursor, E = unknown> {
  now: Micros = 0;
  /** The last `seq` given out: one for each message sent, in the order of sending. */
  seq: Seq = 0;
  /** The message being handled: the cause of what is sent meanwhile. 0 between messages. */
  cause: Seq = 0;
  /** For observers: RxJS time operators in simulated time. */
  readonly scheduler: ObserverScheduler = new ObserverScheduler(this);
  readonly rngs: Rngs;

  private readonly options: KernelOptions<M, E>;
  private readonly types: number;
  private readonly wakeType: number;
  private readonly queue = new EventQueue();
  private readonly lines = new LatencyLines();
  private readonly inboxes = new PerActor<Inbox<M> | undefined>();
  private readonly names = new Set<string>();
  private readonly contexts: (KernelContext<M> | undefined)[] = [undefined];
  private readonly clocks = new Map<ActorId, ActorClock<M>>();
  private readonly taps: ((message: M) => void)[] = [];
  private readonly envelopes = new Subject<E>();
  private readonly delivery: M;
  private readonly draft: M;
  private readonly record = new RecordDigest();
  /** Observers are looking: nothing may be sent. */
  private watched = false;
  private failure: ActorFailure | undefined;

  constructor(options: KernelOptions<M, E>) {
    this.options = options;
    this.rngs = new Rngs(options.seed);
    this.types = options.types;
    this.wakeType = options.wakeType;
    this.delivery = options.cursors();
    this.draft = options.cursors();
    this.inboxes.add(undefined);
    this.delivery.words = this.draft.words = this.queue.words;
    this.delivery.floats = this.draft.floats = this.queue.floats;
  }

  /** Adds an actor and gives it the next id, from 1. Its name is its identity: what it draws hangs on it. */
  register(name: string, handler: Handler<M> | Receiver<M>, options: ActorOptions = {}): ActorId {
    return this.add(name, 0, handler, options);
  }

  /** Adds `count` actors with consecutive ids behind one inbox, named `name/0` …, and returns the first id. */
  registerCohort(name: string, count: number, handler: Handler<M> | Receiver<M>, options: ActorOptions = {}): ActorId {
    assert(count > 0, 'a cohort has at least one member');
    return this.add(name, count, handler, options);
  }

  context(id: ActorId): ActorContext<M> {
    while (this.contexts.length <= id) this.contexts.push(undefined);
    return (this.contexts[id] ??= new KernelContext<M>(this, id, this.nameOf(id)));
  }

  /** A clock for XState actors that live in this actor: their delays become its wakes. See `ActorClock`. */
  clock(id: ActorId): ActorClock<M> {
    let clock = this.clocks.get(id);
    if (clock === undefined) {
      const inbox = this.inboxOf(id)!;
      clock = new ActorClock<M>(id, this.wakeType, {
        wakeIn: (delay, tag) => this.wake(id, this.now + delay, tag),
        interpose: (take) => inbox.interpose(take),
      });
      this.clocks.set(id, clock);
    }
    return clock;
  }

  nameOf(id: ActorId): string {
    return this.inboxOf(id)?.nameOf(id) ?? `actor ${id}`;
  }

  /** The actor (or the cohort's first) that was registered by this name. Throws if there is none. */
  idOf(name: string): ActorId {
    for (let id = 1; id < this.inboxes.count; id++) if (this.inboxOf(id)!.name === name) return id;
    throw new Error(`no actor is named ${name}`);
  }

  /** Lets `reader` see every message before it is handled, under the kernel's own cursor; for what must be cheap. */
  tap(reader: (message: M) => void): void {
    this.taps.push(reader);
  }

  /** Every message before it is handled, as an object. Costs nothing while nobody is subscribed. */
  readonly envelopes$: Observable<E> = this.envelopes.asObservable();

  /** As `ActorContext.send`, for any sender. */
  send(from: ActorId, to: ActorId, type: number, delay: Micros): M {
    this.assertKnown(to, type);
    const at = this.lines.arrival(from, to, type, this.now, delay);
    this.assertSendable(at);
    return this.written(type === this.wakeType ? this.queue.pushTimer(at) : this.queue.push(at), from, to, type);
  }

  /** As `ActorContext.wake`, for any actor. */
  wake(id: ActorId, at: Micros, tag: number): M {
    this.assertKnown(id, this.wakeType);
    this.assertSendable(at);
    const draft = this.written(this.queue.pushTimer(at), id, id, this.wakeType);
    draft.floats[(draft.base >> 1) + TAG] = tag;
    return draft;
  }

  /**
   * One message: pop the earliest, set now and the cause, record it, deliver it, fail if the actor failed. Returns false
   * if there is none up to and including `limit`. Throws `ActorFailure`.
   */
  step(limit: Micros = Number.MAX_SAFE_INTEGER): boolean {
    if (this.failure !== undefined) throw this.failure;
    const base = this.queue.pop(limit);
    if (base < 0) return false;
    const { delivery } = this;
    const { words, floats } = delivery;
    const at = floats[(base >> 1) + AT];
    if (!this.scheduler.idle) this.observe(at - 1);
    this.now = at;
    this.cause = floats[(base >> 1) + SEQ];
    delivery.base = base;
    const isTimer = words[base + TYPE] === this.wakeType;
    this.record.add(words, floats, base, !isTimer);
    if (this.taps.length !== 0 || this.envelopes.observed) this.show(delivery);
    try {
      const to = words[base + TO];
      this.inboxes.pages[to >>> PAGE][to & IN_PAGE]!.next(delivery);
    } catch (error) {
      this.fail(error);
    }
    if (isTimer) this.queue.releaseTimer(base);
    else this.queue.release(base);
    this.cause = 0;
    return true;
  }

  /**
   * Many steps; false when there are no more. A loop that runs for seconds is compiled in its midst, all of the market inlined,
   * each time it is entered, and that takes longer than a second of the market; what is called often is compiled once.
   */
  private steps(limit: Micros): boolean {
    for (let i = 0; i < 1_000; i++) if (!this.step(limit)) return false;
    return true;
  }

  /** Handles everything up to and including `at`, which is then now. */
  runUntil(at: Micros): void {
    while (this.steps(at));
    this.observe(at);
    if (at > this.now) this.now = at;
  }

  /** Handles everything until nothing is pending. */
  runToEnd(): void {
    while (this.steps(Number.MAX_SAFE_INTEGER));
    this.observe(this.now);
  }

  /** A run can be forked, saved and changed from outside between two messages only, and not when it has failed. */
  assertBetween(): void {
    assert(this.cause === 0 && !this.watched, 'a message is being handled: fork, save or change a run between two of them');
    if (this.failure !== undefined) throw this.failure;
  }

  /** Why its state cannot be copied; null if it can: as long as no actor has had timers. */
  get uncopyable(): string | null {
    for (const [id, clock] of this.clocks) if (clock.used) return `${this.nameOf(id)} has set timers of its own`;
    return null;
  }

  /** How many messages have been handled. */
  get delivered(): number {
    return this.record.chain.count;
  }

  /** 64 hex digits over every message recorded so far. */
  digest(): string {
    return this.record.chain.digest();
  }

  /** The digest at every 4,096th message. */
  get checkpoints(): readonly string[] {
    return this.record.chain.checkpoints;
  }

  private assertKnown(to: ActorId, type: number): void {
    const isKnown = type > 0 && type <= this.types && Number.isInteger(to) && to > 0 && to < this.inboxes.count;
    assert(isKnown, 'a message has a known type and a receiver');
  }

  private assertSendable(at: Micros): void {
    assert(!this.watched, 'observers cannot send');
    assert(Number.isSafeInteger(at) && at >= this.now, 'a message arrives at a whole microsecond, not before now');
  }

  /** The header of a record that was queued; where it lies the draft now is. */
  private written(base: number, from: ActorId, to: ActorId, type: number): M {
    const { draft } = this;
    const { words, floats } = this.queue;
    if (draft.words !== words) {
      draft.words = this.delivery.words = words;
      draft.floats = this.delivery.floats = floats;
    }
    draft.base = base;
    floats[(base >> 1) + SEQ] = ++this.seq;
    floats[(base >> 1) + CAUSE] = this.cause;
    floats[(base >> 1) + SENT_AT] = this.now;
    words[base + FROM] = from;
    words[base + TO] = to;
    words[base + TYPE] = type;
    return draft;
  }

  private add(name: string, count: number, handler: Handler<M> | Receiver<M>, { latency = noLatency }: ActorOptions): ActorId {
    assert(!this.names.has(name), () => `two actors are named ${name}`);
    this.names.add(name);
    const first = this.inboxes.count;
    const receiver = typeof handler === 'function' ? new HandlerReceiver(handler) : handler;
    const inbox = new Inbox(name, first, count, receiver);
    const key = latency.jitters ? createRng(`${this.options.seed}/${name}/latency`).next() * 0x100000000 : 0;
    const members = Math.max(1, count);
    this.inboxes.add(inbox, members);
    this.lines.add(latency, members, (member) => key + Math.imul(member, 0x9e3779b1));
    return first;
  }

  private inboxOf(id: ActorId): Inbox<M> | undefined {
    return this.inboxes.pages[id >>> PAGE]?.[id & IN_PAGE];
  }

  private show(message: M): void {
    this.watched = true;
    for (const tap of this.taps) tap(message);
    if (this.envelopes.observed) this.envelopes.next(this.options.toEnvelope(message));
    this.watched = false;
  }

  /** Runs observers' timers due up to `at`. */
  private observe(at: Micros): void {
    if (this.scheduler.idle) return;
    this.watched = true;
    this.scheduler.run(at);
    this.watched = false;
  }

  private fail(error: unknown): never {
    const { typeName = String } = this.options;
    const { words, base } = this.delivery;
    this.failure = new ActorFailure(this.cause, this.now, this.nameOf(words[base + TO]), typeName(words[base + TYPE]), error);
    throw this.failure;
  }
}
