// The kernel: a queue on (at, seq) and the inboxes it feeds. It alone moves time. `deliver` is the whole of it; it
// has never heard of an order. What a message means is in messages.ts, how the queue is fast in event-queue.ts.

import { Observable, Subject } from 'rxjs';
import { assert, AssertionFailure } from '../base/assert.ts';
import { createRng, Rngs } from '../base/random.ts';
import type { ActorId, Micros, Seq } from '../base/units.ts';
import { ActorFailure, type ActorContext, type Handler, type Receiver } from './actor.ts';
import { ActorClock, ObserverScheduler } from './clock.ts';
import { KernelContext } from './context.ts';
import { EventQueue } from './event-queue.ts';
import { Inbox } from './inbox.ts';
import { LatencyLines, noLatency, type LatencyModel } from './latency.ts';
import * as perActor from './per-actor.ts';
import type { Arena, Cursor } from './record.ts';
import * as record from './record.ts';
import { RecordDigest } from './record-digest.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { IN_PAGE, PAGE, PerActor } = perActor;
const { AT, BASES, CAUSE, FROM, NEXT, SENT_AT, SEQ, TAG, TO, TYPE } = record;

/** So many messages are delivered at a time when many are. */
const MANY = 1_000;

export interface KernelOptions<M extends Cursor, E> {
  readonly seed: string;
  /** Makes a cursor of the language spoken, which looks at this memory. */
  readonly cursors: (arena: Arena) => M;
  /** How many actors there will be, about: room is made for them beforehand. */
  readonly actors?: number;
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
  /** The message being handled: the cause of what is sent meanwhile. 0 between messages. */
  cause: Seq = 0;
  /** For observers: RxJS time operators in simulated time. */
  readonly scheduler: ObserverScheduler = new ObserverScheduler(this);
  readonly rngs: Rngs;

  private readonly options: KernelOptions<M, E>;
  private readonly types: number;
  private readonly wakeType: number;
  private readonly queue: EventQueue;
  private readonly lines: LatencyLines;
  /** How long what waits in line is on its way; negative if nothing does. */
  private usual: Micros = -1;
  private readonly inboxes = new PerActor<Inbox<M> | undefined>();
  private readonly names = new Set<string>();
  private readonly contexts: (KernelContext<M> | undefined)[] = [undefined];
  private readonly clocks = new Map<ActorId, ActorClock<M>>();
  private readonly taps: ((message: M) => void)[] = [];
  private readonly envelopes = new Subject<E>();
  private readonly delivery: M;
  private readonly draft: M;
  private readonly record = new RecordDigest();
  // Numbers, because V8 knows what a field is if it is one, and not if it is a boolean.
  /** How many want to see every message. */
  private lookers = 0;
  // What the message that is being handled has sent so far, 0 if nothing; negative between messages.
  private firstSent = -1;
  private lastSent = 0;
  /** Not 0 while observers are at it: nothing may be sent. */
  private watched = 0;
  private failure: ActorFailure | undefined;

  constructor(options: KernelOptions<M, E>) {
    this.options = options;
    this.rngs = new Rngs(options.seed);
    this.types = options.types;
    this.wakeType = options.wakeType;
    this.lines = new LatencyLines(options.actors);
    // A timer for each, which is half a record, and a message of one in sixteen.
    this.queue = new EventQueue(1024 + Math.ceil((9 * (options.actors ?? 0)) / 16));
    this.delivery = this.cursor();
    this.draft = this.cursor();
    this.inboxes.add(undefined);
  }

  private cursor(): M {
    const cursor = this.options.cursors(this.queue);
    this.queue.lead(cursor);
    return cursor;
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
    this.lookers++;
  }

  /** Every message before it is handled, as an object. Costs nothing while nobody is subscribed. */
  readonly envelopes$: Observable<E> = new Observable((subscriber) => {
    const subscription = this.envelopes.subscribe(subscriber);
    this.lookers++;
    return () => {
      subscription.unsubscribe();
      this.lookers--;
    };
  });

  /** As `ActorContext.send`, for any sender. */
  send(from: ActorId, to: ActorId, type: number, delay: Micros): M {
    this.assertSendable(to, type);
    const { lines, now, queue } = this;
    const way = lines.constants[lines.wayOf[from]] + lines.constants[lines.wayOf[to]];
    const base =
      way === this.usual && delay === 0 && type !== this.wakeType
        ? queue.takeInLine(now + way)
        : this.takeApart(type, now + (way >= 0 ? delay + way : lines.way(from, to, type, now, delay)));
    this.write(base, from, to, type);
    return this.draft;
  }

  /** As `ActorContext.wake`, for any actor. */
  wake(id: ActorId, at: Micros, tag: number): M {
    const { wakeType } = this;
    this.assertSendable(id, wakeType);
    const base = this.takeApart(wakeType, at);
    this.write(base, id, id, wakeType);
    this.queue.floats[(base >> 1) + TAG] = tag + 0;
    return this.draft;
  }

  /** One message. Returns false if there is none up to and including `limit`. Throws `ActorFailure`. */
  step(limit: Micros = Number.MAX_SAFE_INTEGER): boolean {
    this.record.chain.seal();
    return this.steps(1, limit);
  }

  /**
   * So many steps at most; false when there are no more. A loop that runs for seconds is compiled in its midst, all of the market
   * inlined, each time it is entered, and that takes longer than a second of the market; what is called often is compiled once.
   * A field and not a method, so that V8 compiles it for this kernel (docs/performance.md, "Compiled for one").
   */
  private readonly steps = (count: number, limit: Micros): boolean => {
    if (this.failure !== undefined) throw this.failure;
    // What is being handled is still the front of the line: it would be handled again.
    if (this.cause !== 0 || this.watched !== 0) this.refuse('a run goes on between two messages, and not after an observer has failed');
    this.queue.limit = limit;
    try {
      for (let i = 0; i < count; i++) if (!this.deliver()) return false;
      return true;
    } catch (error) {
      // What an observer throws is not an actor's failure.
      if (this.cause === 0) throw error;
      return this.fail(error);
    }
  };

  /** One message: pop the earliest, set now and the cause, record it, deliver it, queue what its receiver sent. False if there is none. */
  private deliver(): boolean {
    const { queue, delivery } = this;
    const popped = queue.popNext();
    if (popped < 0) return false;
    const { words, floats } = queue;
    const base = popped & BASES;
    const half = base >> 1;
    const at = floats[half + AT];
    delivery.base = base;
    if (this.scheduler.pending !== 0) this.observe(at - 1);
    this.now = at;
    this.record.add(words, base, words[base + TYPE] !== this.wakeType);
    if (this.lookers !== 0) this.show(delivery);
    this.cause = floats[half + SEQ];
    this.firstSent = 0;
    const to = words[base + TO];
    const inbox = this.inboxes.pages[to >>> PAGE][to & IN_PAGE]!;
    inbox.next(delivery);
    const { firstSent } = this;
    this.firstSent = -1;
    if (firstSent !== 0) this.post(firstSent);
    this.cause = 0;
    if (words[base + TYPE] === this.wakeType) queue.releaseTimer(base);
    else queue.release(base);
    return true;
  }

  /** Handles everything up to and including `at`, which is then now. */
  runUntil(at: Micros): void {
    this.stepAll(at);
    this.observe(at);
    if (at > this.now) this.now = at;
  }

  /** Handles everything until nothing is pending. */
  runToEnd(): void {
    this.stepAll(Number.MAX_SAFE_INTEGER);
    this.observe(this.now);
  }

  private stepAll(limit: Micros): void {
    const { chain } = this.record;
    do chain.seal();
    while (this.steps(Math.min(MANY, chain.room), limit));
  }

  /** A run can be forked, saved and changed from outside between two messages only, and not when it has failed. */
  assertBetween(): void {
    assert(this.cause === 0 && this.watched === 0, 'a message is being handled: fork, save or change a run between two of them');
    if (this.failure !== undefined) throw this.failure;
  }

  /** Why its state cannot be copied; null if it can: as long as no actor has had timers. */
  get uncopyable(): string | null {
    for (const [id, clock] of this.clocks) if (clock.used) return `${this.nameOf(id)} has set timers of its own`;
    return null;
  }

  /** The last `seq` given out: one for each message sent, in the order of sending. */
  get seq(): Seq {
    return this.queue.seq;
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

  // Not by `assert`, because V8 asks at each call of an imported function whether it is still the same.

  private assertSendable(to: ActorId, type: number): void {
    const isKnown = type > 0 && type <= this.types && (to | 0) === to && to > 0 && to < this.inboxes.count;
    if (!isKnown) this.refuse('a message has a known type and a receiver');
    if (this.watched !== 0) this.refuse('observers cannot send');
  }

  private refuse(why: string): never {
    throw new AssertionFailure(why);
  }

  /** A record for what is not on its way for as long as most are. */
  private takeApart(type: number, at: Micros): number {
    const { queue, firstSent } = this;
    if (!(at >= this.now && Number.isSafeInteger(at))) this.refuse('a message arrives at a whole microsecond, not before now');
    const base = (type === this.wakeType ? queue.takeTimer() : queue.take()) & BASES;
    const { words } = queue;
    queue.number(base, at);
    words[base + NEXT] = 0;
    if (firstSent < 0) {
      this.post(base);
    } else {
      if (firstSent > 0) words[(this.lastSent & BASES) + NEXT] = base;
      else this.firstSent = base;
      this.lastSent = base;
    }
    return base;
  }

  /** The header of a record as far as it is not the queue's; where it lies the draft now is. */
  private write(record: number, from: ActorId, to: ActorId, type: number): void {
    const { words, floats } = this.queue;
    const base = record & BASES;
    const half = base >> 1;
    this.draft.base = base;
    floats[half + CAUSE] = this.cause;
    floats[half + SENT_AT] = this.now;
    words[base + FROM] = from;
    words[base + TO] = to;
    words[base + TYPE] = type;
  }

  /**
   * Queues what was sent apart since the last time, in the order of sending: at the end of each message, and not with each `send`, so
   * that this is compiled once and not into every place that sends, which the processor's cache of instructions would not hold.
   */
  private post(first: number): void {
    const { queue } = this;
    const { words, floats } = queue;
    let next = first;
    while (next !== 0) {
      const base = next & BASES;
      next = words[base + NEXT];
      queue.hang(base, floats[(base >> 1) + AT]);
    }
  }

  private add(name: string, count: number, handler: Handler<M> | Receiver<M>, { latency = noLatency }: ActorOptions): ActorId {
    assert(!this.names.has(name), () => `two actors are named ${name}`);
    this.names.add(name);
    const first = this.inboxes.count;
    const key = latency.jitters ? createRng(`${this.options.seed}/${name}/latency`).next() * 0x100000000 : 0;
    const members = Math.max(1, count);
    this.lines.add(latency, members, (member) => key + Math.imul(member, 0x9e3779b1));
    this.inboxes.add(new Inbox(name, first, count, handler), members);
    // Who comes later than that finds the line as it is: what is in it is in order of one way.
    if (this.seq === 0) this.usual = this.lines.usual;
    return first;
  }

  private inboxOf(id: ActorId): Inbox<M> | undefined {
    return this.inboxes.pages[id >>> PAGE]?.[id & IN_PAGE];
  }

  private show(message: M): void {
    this.watched = 1;
    const { taps } = this;
    for (let i = 0; i < taps.length; i++) taps[i](message);
    if (this.lookers !== taps.length) this.envelopes.next(this.options.toEnvelope(message));
    this.watched = 0;
  }

  /** Runs observers' timers due up to `at`. */
  private observe(at: Micros): void {
    if (this.scheduler.pending === 0) return;
    this.watched = 1;
    this.scheduler.run(at);
    this.watched = 0;
  }

  private fail(error: unknown): never {
    const { typeName = String } = this.options;
    const { words, base } = this.delivery;
    this.failure = new ActorFailure(this.cause, this.now, this.nameOf(words[base + TO]), typeName(words[base + TYPE]), error);
    throw this.failure;
  }
}
