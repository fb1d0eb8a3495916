// An actor's inbox, or a cohort's: one RxJS Observable that the kernel alone feeds, through the subscriber it captured.
// RxJS reports what a subscriber throws later and elsewhere, and `next` returns as if nothing had happened: so the
// exception is caught here and the kernel, which asks after every delivery, rethrows it.

import { Observable, type Subscriber } from 'rxjs';
import type { ActorId } from '../base/units.ts';
import type { Handler, Receiver } from './actor.ts';
import type { Cursor } from './record.ts';

/** A handler as an object. */
export class HandlerReceiver<M extends Cursor> implements Receiver<M> {
  readonly handle: Handler<M>;

  constructor(handle: Handler<M>) {
    this.handle = handle;
  }
}

export class Inbox<M extends Cursor> {
  readonly name: string;
  /** Members have the ids from `first`, `count` of them; `count` is 0 for an individual actor. */
  readonly first: ActorId;
  readonly count: number;
  subscriber!: Subscriber<M>;
  private receiver: Receiver<M>;
  private readonly failed: (error: unknown) => void;

  constructor(name: string, first: ActorId, count: number, receiver: Receiver<M>, failed: (error: unknown) => void) {
    this.name = name;
    this.first = first;
    this.count = count;
    this.receiver = receiver;
    this.failed = failed;
    new Observable<M>((subscriber) => {
      this.subscriber = subscriber;
    }).subscribe(this);
  }

  /** Called by the subscriber. A method, because V8 inlines one that all inboxes share, and not a function for each. */
  next(message: M): void {
    try {
      this.receiver.handle(message);
    } catch (error) {
      this.failed(error);
    }
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
