// What an actor is to the kernel, and all that the kernel gives it. An actor decides; nothing else reaches it than the
// messages in its inbox, and nothing leaves it but through this context.

import type { Rng } from '../base/random.ts';
import type { ActorId, Micros, Seq } from '../base/units.ts';
import type { Cursor } from './record.ts';

export interface ActorContext<M extends Cursor> {
  readonly id: ActorId;
  /** Stable over runs and populations, such as `trader/noise/17`: the seed of everything the actor draws. */
  readonly name: string;
  readonly now: Micros;
  /** The actor's own stream for one purpose, the same object on every call: `seed/name/purpose`. */
  rng(purpose: string): Rng;
  /**
   * Appends a message of `type` to the queue and returns it as a draft, all payload words 0, to be filled before the
   * next call of `send` or `wake`. It arrives after `delay` (default 0) plus the latency of both ends.
   */
  send(to: ActorId, type: number, delay?: Micros): M;
  /** A message of the kernel's wake type to itself at `at` (not before now), without latency. */
  wake(at: Micros, tag: number): M;
}

/** Handles one message. The cursor is only valid until the handler returns. */
export type Handler<M extends Cursor> = (message: M) => void;

/** The same as an object, which is faster where there are many: V8 inlines the method of a class, not a thousand closures. */
export interface Receiver<M extends Cursor> {
  handle(message: M): void;
}

/** An actor threw, and the run is over. The message says where; `cause` is what was thrown. */
export class ActorFailure extends Error {
  override readonly name = 'ActorFailure';
  readonly seq: Seq;
  readonly at: Micros;
  readonly actor: string;
  readonly type: string;

  constructor(seq: Seq, at: Micros, actor: string, type: string, thrown: unknown) {
    super(`${actor} failed on ${type} (seq ${seq}, at ${at} µs): ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
      cause: thrown,
    });
    this.seq = seq;
    this.at = at;
    this.actor = actor;
    this.type = type;
  }
}
