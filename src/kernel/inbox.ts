// An actor's inbox, or a cohort's: one RxJS Observable that the kernel alone feeds, through the subscriber it captured.
// RxJS reports what a subscriber throws later and elsewhere, and `next` returns as if nothing had happened: so the
// exception is caught here and the kernel, which asks after every delivery, rethrows it.

import { Observable, type Subscriber } from 'rxjs';
import type { ActorId } from '../base/units.ts';
import type { Handler } from './actor.ts';
import type { Cursor } from './record.ts';

export class Inbox<M extends Cursor> {
  readonly name: string;
  /** Members have the ids from `first`, `count` of them; `count` is 0 for an individual actor. */
  readonly first: ActorId;
  readonly count: number;
  subscriber!: Subscriber<M>;
  private handler: Handler<M>;
  private readonly failed: (error: unknown) => void;

  constructor(name: string, first: ActorId, count: number, handler: Handler<M>, failed: (error: unknown) => void) {
    this.name = name;
    this.first = first;
    this.count = count;
    this.handler = handler;
    this.failed = failed;
    new Observable<M>((subscriber) => {
      this.subscriber = subscriber;
    }).subscribe(this);
  }

  /** Called by the subscriber. A method, because V8 inlines one that all inboxes share, and not a function for each. */
  next(message: M): void {
    try {
      this.handler(message);
    } catch (error) {
      this.failed(error);
    }
  }

  /** From now on the handler gets only what `take` does not. */
  interpose(take: (message: M) => boolean): void {
    const { handler } = this;
    this.handler = (message) => {
      if (!take(message)) handler(message);
    };
  }

  nameOf(id: ActorId): string {
    return this.count === 0 ? this.name : `${this.name}/${id - this.first}`;
  }
}
