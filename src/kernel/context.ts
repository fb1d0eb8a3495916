// One actor's context: the kernel with the actor's id filled in, and its named streams.

import { assert } from '../base/assert.ts';
import { createRng, type Rng } from '../base/random.ts';
import type { ActorId, Micros } from '../base/units.ts';
import type { ActorContext } from './actor.ts';
import type { Cursor } from './record.ts';

/** The part of the kernel that a context passes on. */
export interface Sender<M extends Cursor> {
  readonly now: Micros;
  send(from: ActorId, to: ActorId, type: number, delay: Micros): M;
  wake(id: ActorId, at: Micros, tag: number): M;
}

export class KernelContext<M extends Cursor> implements ActorContext<M> {
  readonly id: ActorId;
  readonly name: string;
  private readonly kernel: Sender<M>;
  private readonly seed: string;
  private readonly streams = new Map<string, Rng>();

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
    let stream = this.streams.get(purpose);
    if (stream === undefined) this.streams.set(purpose, (stream = createRng(`${this.seed}/${this.name}/${purpose}`)));
    return stream;
  }

  send(to: ActorId, type: number, delay: Micros = 0): M {
    return this.kernel.send(this.id, to, type, delay);
  }

  wake(at: Micros, tag: number): M {
    assert(tag >= 0, 'negative tags belong to the clock');
    return this.kernel.wake(this.id, at, tag);
  }
}
