// How long messages travel. A model is a pure function; the lines remember what has passed so that a jittered message
// never overtakes the one before it.

import type { ActorId, Micros } from '../base/units.ts';

/** The way between one participant and the exchange, in either direction. */
export interface LatencyModel {
  /** False if `latency` ignores `uniform`, which then need not be drawn. */
  readonly jitters: boolean;
  /** For a message of `type`; `uniform` in [0, 1) is the chance in it. A whole number of micros, at least 0. */
  latency(type: number, uniform: number): Micros;
}

export const noLatency: LatencyModel = { jitters: false, latency: () => 0 };

// Classes, and not closures, because V8 inlines a method that all lines share.

class ConstantLatency implements LatencyModel {
  readonly jitters = false;
  private readonly micros: Micros;

  constructor(micros: Micros) {
    this.micros = micros;
  }

  latency(): Micros {
    return this.micros;
  }
}

class JitteredLatency implements LatencyModel {
  readonly jitters = true;
  private readonly base: Micros;
  private readonly values: number;

  constructor(base: Micros, jitter: Micros) {
    this.base = base;
    this.values = jitter + 1;
  }

  latency(_type: number, uniform: number): Micros {
    return this.base + Math.floor(uniform * this.values);
  }
}

export function constantLatency(micros: Micros): LatencyModel {
  return new ConstantLatency(micros);
}

/** Uniform over the whole micros from `base` to `base + jitter`. */
export function jitteredLatency(base: Micros, jitter: Micros): LatencyModel {
  return new JitteredLatency(base, jitter);
}

/** Another model for each type of message (cancels may travel faster than orders), `otherwise` for the rest. */
export function latencyPerType(models: ReadonlyMap<number, LatencyModel>, otherwise: LatencyModel): LatencyModel {
  const byType: LatencyModel[] = [];
  for (let type = 0; type <= Math.max(0, ...models.keys()); type++) byType.push(models.get(type) ?? otherwise);
  const pick = (type: number) => (type < byType.length ? byType[type] : otherwise);
  return {
    jitters: otherwise.jitters || byType.some((model) => model.jitters),
    latency: (type, uniform) => pick(type).latency(type, uniform),
  };
}

// A line: its latency if that is constant, NONE or MODELLED if not; when the last message left and arrived; the key of its
// jitter. Beside each other, because a message asks for all of them, and each would be a miss of the cache of its own.
const LINE = 4;
const LAST_OUT = 1;
const LAST_IN = 2;
const KEY = 3;
const NONE = -1;
const MODELLED = -2;

/**
 * The lines of all actors. What is sent without delay never overtakes what was sent before on the same line in the same
 * direction; a message with a delay of its own is not held in that order, nor does it hold up others.
 *
 * Jitter is not drawn from a stream but keyed by line, direction and instant: an additional message of an actor changes
 * nobody's jitter, its own included, and what leaves in one instant travels together.
 */
export class LatencyLines {
  private readonly models: (LatencyModel | undefined)[] = [undefined];
  /** Four numbers a line: see below. */
  private lines = new Float64Array(64 * LINE).fill(NONE, 0, 1);

  /** A line for the next actor id; `key` tells its jitter from everybody else's. */
  add(model: LatencyModel, key: number): void {
    const line = LINE * this.models.length;
    if (line === this.lines.length) {
      const longer = new Float64Array(2 * line);
      longer.set(this.lines);
      this.lines = longer;
    }
    this.models.push(model);
    this.lines[line] = model === noLatency ? NONE : model instanceof ConstantLatency ? model.latency() : MODELLED;
    this.lines[line + KEY] = key | 0;
  }

  arrival(from: ActorId, to: ActorId, type: number, now: Micros, delay: Micros): Micros {
    const { lines } = this;
    const sender = LINE * from;
    const receiver = LINE * to;
    const out = lines[sender];
    const back = lines[receiver];
    let at = now + delay;
    if (out !== NONE) at += out >= 0 ? out : this.modelled(from, type, keyedUniform(lines[sender + KEY], now));
    if (back !== NONE) at += back >= 0 ? back : this.modelled(to, type, keyedUniform(~lines[receiver + KEY], now));
    if (delay !== 0) return at;
    if (out !== NONE && at < lines[sender + LAST_OUT]) at = lines[sender + LAST_OUT];
    if (back !== NONE) {
      if (at < lines[receiver + LAST_IN]) at = lines[receiver + LAST_IN];
      lines[receiver + LAST_IN] = at;
    }
    if (out !== NONE) lines[sender + LAST_OUT] = at;
    return at;
  }

  private modelled(actor: ActorId, type: number, uniform: number): Micros {
    return this.models[actor]!.latency(type, uniform);
  }
}

/** A number in [0, 1) that is a function of its arguments and looks like chance (MurmurHash3's mixing, Appleby 2011). */
function keyedUniform(key: number, at: Micros): number {
  let h = Math.imul(at, 0xcc9e2d51) ^ Math.floor(at / 0x100000000);
  h = Math.imul(h ^ (h >>> 15), 0x1b873593) + key;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000;
}
