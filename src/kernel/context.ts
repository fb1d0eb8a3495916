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

/** An actor has few streams, often one: a chain of them is a fifth of a Map, and there is one for each of a hundred thousand actors. */
interface Stream {
  readonly purpose: string;
  readonly rng: Rng;
  readonly older: Stream | undefined;
}

export class KernelContext<M extends Cursor> implements ActorContext<M> {
  readonly id: ActorId;
  readonly name: string;
  private readonly kernel: Sender<M>;
  private readonly seed: string;
  private newest: Stream | undefined = undefined;

  constructor(kernel: Sender<M>, seed: string, id: ActorId, name: string) {
    this.kernel = kernel;
    this.seed = seed;
    this.id = id;
    this.name = name;
  }

  get now(): Micros {
    return this.kernel.now;
  }

  rng(purpose: string): Rng {
    for (let stream = this.newest; stream !== undefined; stream = stream.older) if (stream.purpose === purpose) return stream.rng;
    const rng = this.kernel.rngs.create(`${this.seed}/${this.name}/${purpose}`);
    this.newest = { purpose, rng, older: this.newest };
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
