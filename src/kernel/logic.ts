// XState actors of their own, for machines where there are phases. What goes wrong inside comes out where the event went in:
// XState itself would set the actor to `error`, go silent, and report on a timer of the real clock.

import { Actor, createActor, type ActorOptions, type AnyActorLogic, type EventFromLogic, type InputFrom, type SnapshotFrom } from 'xstate';

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
