// An actor's inbox, or a cohort's: an RxJS subscriber that the kernel alone feeds.

import { NEVER, Subscriber } from 'rxjs';
import type { ActorId, Micros } from '../base/units.ts';
import type { Handler, Receiver } from './actor.ts';
import type { Cursor } from './record.ts';

/** A handler as an object. */
export class HandlerReceiver<M extends Cursor> implements Receiver<M> {
  readonly handle: Handler<M>;

  constructor(handle: Handler<M>) {
    this.handle = handle;
  }
}

/**
 * The subscriber itself, and not an observer that RxJS would wrap in two more objects: what a delivery costs is objects, each
 * a miss of the cache where there are a thousand actors. Nor would what an actor throws come out of `next`, but later and
 * elsewhere; so it does.
 */
export class Inbox<M extends Cursor> extends Subscriber<M> {
  private receiver: Receiver<M>;
  readonly name: string;
  /** Members have the ids from `first`, `count` of them; `count` is 0 for an individual actor. */
  readonly first: ActorId;
  readonly count: number;
  /** The latency of each of them if it is constant, otherwise −1. */
  readonly way: Micros;

  constructor(name: string, first: ActorId, count: number, way: Micros, receiver: Receiver<M>) {
    super();
    this.way = way;
    this.receiver = receiver;
    this.name = name;
    this.first = first;
    this.count = count;
    // Open for ever, and fed from outside.
    NEVER.subscribe(this);
  }

  /** Called by `next`. A method, because V8 inlines one that all inboxes share, and not a function for each. */
  protected override _next(message: M): void {
    this.receiver.handle(message);
  }

  /** From now on the receiver gets only what `take` does not. */
  interpose(take: (message: M) => boolean): void {
    const { receiver } = this;
    this.receiver = new HandlerReceiver((message) => {
      if (!take(message)) receiver.handle(message);
    });
  }

  nameOf(id: ActorId): string {
    return this.count === 0 ? this.name : `${this.name}/${id - this.first}`;
  }
}
