// How long messages travel. A model is a pure function; the lines remember what has passed so that a jittered message
// never overtakes the one before it.

import type { ActorId, Micros } from '../base/units.ts';
import * as perActor from './per-actor.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { IN_PAGE, PAGE, PerActor } = perActor;

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

// A line whose latency is not constant: when the last message left and arrived, and the key of its jitter, beside each other.
const LINE = 3;
/** Of latencies that are constant so many are known by a byte. */
const OTHERS = 255;
/** Room for so many actors more. */
const MORE = 1_024;
/** Instead of a constant latency; with another added to it, it is negative still. */
const NOT_CONSTANT = -(2 ** 30);
const LAST_OUT = 0;
const LAST_IN = 1;
const KEY = 2;

/**
 * The lines of all actors. What is sent without delay never overtakes what was sent before on the same line in the same
 * direction; a message with a delay of its own is not held in that order, nor does it hold up others. Nothing can overtake on
 * a line of constant latency: all there is to it is that number, and a message asks for no more.
 *
 * Jitter is not drawn from a stream but keyed by line, direction and instant: an additional message of an actor changes
 * nobody's jitter, its own included, and what leaves in one instant travels together.
 */
export class LatencyLines {
  /** By actor: its latency if that is constant, or the complement of its place among the others. */
  private readonly ways = new PerActor<number>();
  /**
   * The same for those who are in a hurry: by actor, its place in `constants`, where one latency stands for all who have it. Two of them
   * added are how long a message is on its way, negative where that is not constant: integers, which V8 adds and compares at once.
   */
  wayOf: Uint8Array;
  readonly constants: Int32Array = new Int32Array(OTHERS + 1).fill(NOT_CONSTANT);
  private readonly models: LatencyModel[] = [];
  private readonly lines: number[] = [];
  /** The constant latency that most actors have, 0 if none has any. */
  usual: Micros = 0;
  /** How many have each of them. */
  private readonly counts = new Map<Micros, number>();

  constructor(actors = 0) {
    this.wayOf = new Uint8Array(actors + MORE).fill(OTHERS);
    this.ways.add(0);
  }

  /**
   * Lines for the next `count` actor ids; what `key` gives for each tells its jitter from everybody else's.
   */
  add(model: LatencyModel, count: number, key: (member: number) => number): void {
    const constant = model === noLatency ? 0 : model instanceof ConstantLatency ? model.latency() : undefined;
    if (constant !== undefined) {
      this.hurry(constant, count);
      this.ways.add(constant, count);
      const { counts } = this;
      counts.set(constant, (counts.get(constant) ?? 0) + count);
      if (this.usual === 0 || counts.get(constant)! > counts.get(this.usual)!) this.usual = constant;
      return;
    }
    for (let member = 0; member < count; member++) {
      this.ways.add(~this.models.length);
      this.models.push(model);
      this.lines.push(0, 0, key(member) | 0);
    }
  }

  /** Those who come next have this latency. */
  private hurry(constant: Micros, count: number): void {
    const first = this.ways.count;
    const end = first + count;
    if (end > this.wayOf.length) {
      const longer = new Uint8Array(end + (end >> 3) + MORE).fill(OTHERS);
      longer.set(this.wayOf);
      this.wayOf = longer;
    }
    if ((constant | 0) !== constant || constant >= -NOT_CONSTANT) return;
    let place = 0;
    while (place < OTHERS && this.constants[place] >= 0 && this.constants[place] !== constant) place++;
    if (place === OTHERS) return;
    this.constants[place] = constant;
    this.wayOf.fill(place, first, end);
  }

  /** How long a message that is sent now is on its way. */
  way(from: ActorId, to: ActorId, type: number, now: Micros, delay: Micros): Micros {
    const { pages } = this.ways;
    const out = pages[from >>> PAGE][from & IN_PAGE];
    const back = pages[to >>> PAGE][to & IN_PAGE];
    return out >= 0 && back >= 0 ? delay + out + back : this.modelled(out, back, type, now, delay) - now;
  }

  private modelled(out: number, back: number, type: number, now: Micros, delay: Micros): Micros {
    const { lines } = this;
    const sender = LINE * ~out;
    const receiver = LINE * ~back;
    let at = now + delay;
    at += out >= 0 ? out : this.models[~out].latency(type, keyedUniform(lines[sender + KEY], now));
    at += back >= 0 ? back : this.models[~back].latency(type, keyedUniform(~lines[receiver + KEY], now));
    if (delay !== 0) return at;
    if (out < 0) at = Math.max(at, lines[sender + LAST_OUT]);
    if (back < 0) at = lines[receiver + LAST_IN] = Math.max(at, lines[receiver + LAST_IN]);
    if (out < 0) lines[sender + LAST_OUT] = at;
    return at;
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
