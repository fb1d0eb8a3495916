// One actor's context: the kernel with the actor's id filled in, and its named streams.

import { assert } from '../base/assert.ts';
import type { Rng, Rngs } from '../base/random.ts';
import type { ActorId, Micros } from '../base/units.ts';
import type { ActorContext } from './actor.ts';
import type { Cursor } from './record.ts';

/** The part of the kernel that a context passes on. */
export interface Sender<M extends Cursor> {
  readonly now: Micros;
  /** Where the streams of all actors lie. */
  readonly rngs: Rngs;
  send(from: ActorId, to: ActorId, type: number, delay: Micros): M;
  wake(id: ActorId, at: Micros, tag: number): M;
}

interface Stream {
  readonly purpose: string;
  readonly rng: Rng;
  readonly older: Stream | undefined;
}

export class KernelContext<M extends Cursor> implements ActorContext<M> {
  readonly id: ActorId;
  readonly name: string;
  private readonly kernel: Sender<M>;
  // Most actors have one stream, and there are a hundred thousand actors: the first is kept here, others in a chain.
  private purpose = '';
  private first: Rng | undefined = undefined;
  private others: Stream | undefined = undefined;

  constructor(kernel: Sender<M>, id: ActorId, name: string) {
    this.kernel = kernel;
    this.id = id;
    this.name = name;
  }

  get now(): Micros {
    return this.kernel.now;
  }

  rng(purpose: string): Rng {
    if (this.first !== undefined && this.purpose === purpose) return this.first;
    for (let stream = this.others; stream !== undefined; stream = stream.older) if (stream.purpose === purpose) return stream.rng;
    const rng = this.kernel.rngs.create(`${this.name}/${purpose}`);
    if (this.first === undefined) {
      this.purpose = purpose;
      this.first = rng;
    } else {
      this.others = { purpose, rng, older: this.others };
    }
    return rng;
  }

  send(to: ActorId, type: number, delay: Micros = 0): M {
    return this.kernel.send(this.id, to, type, delay);
  }

  wake(at: Micros, tag: number): M {
    assert(tag >= 0, 'negative tags belong to the clock');
    return this.kernel.wake(this.id, at, tag);
  }
}
