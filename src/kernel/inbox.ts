// An actor's inbox, or a cohort's: an RxJS subscriber that the kernel alone feeds.

import { NEVER, Subscriber } from 'rxjs';
import type { ActorId } from '../base/units.ts';
import type { Handler, Receiver } from './actor.ts';
import type { Cursor } from './record.ts';

/**
 * The subscriber itself, and not an observer that RxJS would wrap in two more objects: what a delivery costs is objects, each
 * a miss of the cache where there are a thousand actors. Nor would what an actor throws come out of `next`, but later and
 * elsewhere; so it does.
 */
export class Inbox<M extends Cursor> extends Subscriber<M> {
  // One of the two. Who receives is one class in a population, so that V8 puts what it does into the kernel's loop; functions are all different.
  private receiver: Receiver<M> | undefined;
  private handler: Handler<M> | undefined;
  readonly name: string;
  /** Members have the ids from `first`, `count` of them; `count` is 0 for an individual actor. */
  readonly first: ActorId;
  readonly count: number;

  constructor(name: string, first: ActorId, count: number, to: Handler<M> | Receiver<M>) {
    super();
    this.receiver = typeof to === 'function' ? undefined : to;
    this.handler = typeof to === 'function' ? to : undefined;
    this.name = name;
    this.first = first;
    this.count = count;
    // Open for ever, and fed from outside.
    NEVER.subscribe(this);
  }

  /** Called by `next`. A method, because V8 inlines one that all inboxes share, and not a function for each. */
  protected override _next(message: M): void {
    const { receiver } = this;
    if (receiver !== undefined) receiver.handle(message);
    else this.handler!(message);
  }

  /** From now on the receiver gets only what `take` does not. */
  interpose(take: (message: M) => boolean): void {
    const { receiver, handler } = this;
    this.receiver = undefined;
    this.handler = (message) => {
      if (take(message)) return;
      if (receiver !== undefined) receiver.handle(message);
      else handler!(message);
    };
  }

  nameOf(id: ActorId): string {
    return this.count === 0 ? this.name : `${this.name}/${id - this.first}`;
  }
}
