// Participants: XState logic behind an inbox. The kernel is their actor system: it is the one mailbox, it is never re-entered, and
// its envelopes are what watchers see, so it calls the logic itself. XState's own runtime would do the same again, for a hundred
// nanoseconds a message and one and a half kilobytes an actor; it is there for whom XState's inspection is of use, and the
// run is the same.

import { createActor, fromTransition, type Actor, type ActorLogic, type InspectionEvent } from 'xstate';
import type { Receiver } from './actor.ts';
import type { Cursor } from './record.ts';

/** The one event a participant's logic knows; the object is reused, as the cursor in it is. */
export interface MessageEvent<M extends Cursor> {
  readonly type: 'message';
  message: M;
}

/** Lean custom logic: nothing is copied, and one object serves all participants, so that V8 can see through it. */
class ParticipantLogic<M extends Cursor> implements ActorLogic<Participant<M>, MessageEvent<M>, Participant<M>> {
  readonly event = { type: 'message' } as MessageEvent<M>;

  transition(participant: Participant<M>, { message }: MessageEvent<M>): Participant<M> {
    participant.receiver!.handle(message);
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
 * What its inbox feeds, and the snapshot that its logic is handed. It needs its receiver before its first message; the
 * receiver's state is its own.
 */
export class Participant<M extends Cursor> implements Receiver<M> {
  receiver: Receiver<M> | undefined = undefined;
  private readonly logic: ParticipantLogic<M>;

  constructor(logic: ParticipantLogic<M>) {
    this.logic = logic;
  }

  handle(message: M): void {
    const { logic } = this;
    const { event } = logic;
    // Nearly always the kernel's one cursor, and a write to an old object costs more than a look.
    if (event.message !== message) event.message = message;
    logic.transition(this, event);
  }

  get status() {
    return 'active' as const;
  }

  get output(): undefined {
    return undefined;
  }

  get error(): undefined {
    return undefined;
  }
}

type InspectedLogic<M extends Cursor> = ActorLogic<Participant<M>, MessageEvent<M>, Participant<M>>;

/** What the logic of an XState actor threw: it is caught there, and comes out where the message went in. */
class Failure {
  thrown: { readonly error: unknown } | undefined = undefined;

  /** The same logic, which throws nothing into XState's hands. */
  catching<M extends Cursor>(logic: ParticipantLogic<M>): InspectedLogic<M> {
    return {
      transition: (participant, event) => {
        try {
          return logic.transition(participant, event);
        } catch (error) {
          this.thrown = { error };
          return participant;
        }
      },
      getInitialSnapshot: (_scope, participant) => participant as Participant<M>,
      getPersistedSnapshot: (participant) => participant,
    };
  }
}

/** A participant whose messages go through an XState actor. */
export class InspectedParticipant<M extends Cursor> implements Receiver<M> {
  private readonly participant: Participant<M>;
  private readonly failure: Failure;
  private readonly actor: Actor<InspectedLogic<M>>;

  constructor(participant: Participant<M>, failure: Failure, actor: Actor<InspectedLogic<M>>) {
    this.participant = participant;
    this.failure = failure;
    this.actor = actor.start();
  }

  set receiver(receiver: Receiver<M>) {
    this.participant.receiver = receiver;
  }

  handle(message: M): void {
    this.actor.send({ type: 'message', message });
    if (this.failure.thrown !== undefined) throw this.failure.thrown.error;
  }
}

/** What a run gives its receiver, and the kernel its messages. */
export type AnyParticipant<M extends Cursor> = Participant<M> | InspectedParticipant<M>;

/** The participants of a run. */
export class Participants<M extends Cursor> {
  private readonly logic = new ParticipantLogic<M>();
  private readonly wrap: ((participant: Participant<M>, id: string) => InspectedParticipant<M>) | undefined;

  /** With `inspect` they are XState actors in one system, and all that reaches one is shown to it, as XState's inspection does. */
  constructor(inspect?: (event: InspectionEvent) => void) {
    if (inspect === undefined) return;
    const failure = new Failure();
    const logic = failure.catching(this.logic);
    const behaviour = fromTransition((state: null) => state, null);
    const parent = createActor(behaviour, { id: 'participants', inspect }).start();
    this.wrap = (participant, id) => new InspectedParticipant(participant, failure, createActor(logic, { id, input: participant, parent }));
  }

  /** One more, to be registered with the kernel and given its receiver. `id` is what inspection calls it. */
  add(id: string): AnyParticipant<M> {
    const participant = new Participant(this.logic);
    return this.wrap === undefined ? participant : this.wrap(participant, id);
  }
}
