// Actors as XState actors. A participant is lean custom logic: XState runs it, and nothing is copied. Machines, where
// there are phases, are started here too. Either way what goes wrong inside comes out where the event went in: XState
// itself would set the actor to `error`, go silent, and report on a timer of the real clock.

import {
  Actor,
  createActor,
  fromTransition,
  type ActorLogic,
  type ActorOptions,
  type AnyActorLogic,
  type AnyActorRef,
  type EventFromLogic,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';
import type { Receiver } from './actor.ts';
import type { Cursor } from './record.ts';

/** The one event a participant's logic knows; the object is reused, as the cursor in it is. */
export interface MessageEvent<M extends Cursor> {
  readonly type: 'message';
  message: M;
}

/**
 * A participant: what its inbox feeds, and what XState keeps of its actor and hands to its logic. It needs its receiver
 * before its first message; the receiver's state is its own.
 */
export class Participant<M extends Cursor> implements Receiver<M> {
  readonly status = 'active';
  readonly output = undefined;
  readonly error = undefined;
  receiver: Receiver<M> | undefined = undefined;
  thrown: { readonly error: unknown } | undefined = undefined;
  private readonly event: MessageEvent<M>;
  private readonly actor: Actor<ParticipantLogic<M>>;

  constructor(id: string, logic: ParticipantLogic<M>, parent: AnyActorRef, event: MessageEvent<M>) {
    this.event = event;
    this.actor = createActor(logic, { id, input: this, parent });
    this.actor.start();
  }

  handle(message: M): void {
    // Nearly always the kernel's one cursor, and a write to an old object costs more than a look.
    if (this.event.message !== message) this.event.message = message;
    // Each actor has its own bound `send`; V8 sees through the one that they share.
    Actor.prototype.send.call(this.actor, this.event);
    if (this.thrown !== undefined) throw this.thrown.error;
  }
}

/** Lean custom logic: nothing is copied, and one object serves all participants, so that V8 can see through it. */
class ParticipantLogic<M extends Cursor> implements ActorLogic<Participant<M>, MessageEvent<M>, Participant<M>> {
  transition(participant: Participant<M>, event: MessageEvent<M>): Participant<M> {
    try {
      participant.receiver!.handle(event.message);
    } catch (error) {
      participant.thrown = { error };
    }
    return participant;
  }

  getInitialSnapshot(_scope: unknown, participant: Participant<M>): Participant<M> {
    return participant;
  }

  getPersistedSnapshot(participant: Participant<M>): Participant<M> {
    return participant;
  }
}

/**
 * The participants of a run, as actors of one XState system. An actor without a parent would get a system of its own,
 * twice the memory, and functions that V8 cannot inline because every system has others.
 */
export class Participants<M extends Cursor> {
  private readonly logic = new ParticipantLogic<M>();
  private readonly parent = createActor(
    fromTransition((state: null) => state, null),
    { id: 'participants' },
  ).start();
  private readonly event = { type: 'message' } as MessageEvent<M>;

  /** Starts an actor, to be registered with the kernel and given its receiver. */
  add(id: string): Participant<M> {
    return new Participant(id, this.logic, this.parent, this.event);
  }
}

/** XState's clock: timers in milliseconds. */
export interface Clock {
  setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** A started actor whose failures are thrown: by the constructor, by `send`, or out of the clock's callback. */
export class RunningActor<L extends AnyActorLogic> {
  readonly actor: Actor<L>;
  private thrown: { readonly error: unknown } | undefined;

  constructor(logic: L, id: string, clock: Clock, input?: InputFrom<L>) {
    const checked: Clock = {
      setTimeout: (callback, milliseconds) =>
        clock.setTimeout(() => {
          callback();
          this.check();
        }, milliseconds),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
    this.actor = createActor(logic, { id, clock: checked, input } as unknown as ActorOptions<L>) as Actor<L>;
    this.actor.subscribe({
      error: (error: unknown) => {
        this.thrown = { error };
      },
    });
    this.actor.start();
    this.check();
  }

  send(event: EventFromLogic<L>): void {
    this.check();
    this.actor.send(event);
    this.check();
  }

  get snapshot(): SnapshotFrom<L> {
    return this.actor.getSnapshot() as SnapshotFrom<L>;
  }

  private check(): void {
    if (this.thrown !== undefined) throw this.thrown.error;
  }
}

const noClock: Clock = {
  setTimeout: () => {
    throw new Error('an actor with delays needs a clock: kernel.clock(id)');
  },
  clearTimeout: () => undefined,
};

/**
 * Starts an XState actor. `id` should be stable (XState's own session ids are not); `clock` is needed if the logic has
 * delays, and is the kernel's; name delayed events (`raise(…, { id, delay })`), or XState draws a random name.
 */
export function startActor<L extends AnyActorLogic>(
  logic: L,
  options: { id: string; clock?: Clock; input?: InputFrom<L> },
): RunningActor<L> {
  return new RunningActor(logic, options.id, options.clock ?? noClock, options.input);
}
