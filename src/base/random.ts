// Chance. One `alea` stream per actor and purpose, named (`seed/trader/noise/17/size`), so that nobody's draws depend on
// anybody else's. Seeding is the seedrandom package's; the step is inlined here (bit-equal, and five times faster than
// through its closure), with ziggurats for normal and exponential draws whose tables come from base/math.ts.

import seedrandom from 'seedrandom';
import { exp, ln } from './math.ts';

export type RngState = [s0: number, s1: number, s2: number, carry: number];

const TO_UINT32 = 0x100000000;
const FROM_UINT32 = 2.3283064365386963e-10; // 2^-32
/** How many streams of `Rngs` share one array. */
const STREAMS_A_PIECE = 256;
const FROM_53 = 1.1102230246251565e-16; // 2^-53

function seededState(seedName: string): RngState {
  const { s0, s1, s2, c } = seedrandom.alea(seedName, { state: true }).state();
  return [s0, s1, s2, c];
}

export function createRng(seedName: string): Rng {
  return new Rng(Float64Array.from(seededState(seedName)), 0);
}

/**
 * Makes streams whose states lie side by side: a population's draws then miss the cache once a draw, and not four times, and
 * a stream is 64 bytes, and not 300.
 */
export class Rngs {
  private readonly seed: string;
  private states = new Float64Array(0);
  private used = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The stream that `createRng` makes of `seed/name`. */
  create(name: string): Rng {
    if (this.used === this.states.length) {
      this.states = new Float64Array(4 * STREAMS_A_PIECE);
      this.used = 0;
    }
    const at = this.used;
    this.used += 4;
    this.states.set(seededState(`${this.seed}/${name}`), at);
    return new Rng(this.states, at);
  }
}

/**
 * One stream. Every draw uses exactly one step of it but `double` (two) and the ziggurats `normal` and `exponential`,
 * which use a varying number: whoever must stay aligned gives each purpose a stream of its own.
 */
export class Rng {
  /** s0, s1, s2 and carry, from `at` on. An array, because V8 boxes every field that holds a fraction. */
  private readonly words: Float64Array;
  private readonly at: number;

  constructor(words: Float64Array, at: number) {
    this.words = words;
    this.at = at;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    const { words, at } = this;
    const t = 2091639 * words[at] + words[at + 3] * FROM_UINT32;
    words[at] = words[at + 1];
    words[at + 1] = words[at + 2];
    const carry = t | 0;
    words[at + 3] = carry;
    return (words[at + 2] = t - carry);
  }

  /** Uniform in [0, 1), 53 bits. */
  double(): number {
    const high = this.next();
    return high + ((this.next() * 0x200000) | 0) * FROM_53;
  }

  /** Uniform in 0 … n − 1, for n up to 2^32. */
  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Mean 0, variance 1. */
  normal(): number {
    for (;;) {
      // 8 bits choose the layer and the other 24 the place in it; half a step keeps the two signs symmetric.
      const bits = (this.next() * TO_UINT32) | 0;
      const layer = bits & 255;
      const x = ((bits >> 8) + 0.5) * NORMAL.width[layer];
      const magnitude = Math.abs(x);
      if (magnitude < NORMAL.x[layer + 1]) return x;
      if (layer === 0) return x < 0 ? -this.normalTail() : this.normalTail();
      const y = NORMAL.y[layer] + this.next() * (NORMAL.y[layer + 1] - NORMAL.y[layer]);
      if (y < exp(-0.5 * x * x)) return x;
    }
  }

  /** Mean 1. */
  exponential(): number {
    let beyond = 0;
    for (;;) {
      const bits = this.next() * TO_UINT32;
      const layer = bits & 255;
      const x = ((bits >>> 8) + 0.5) * EXPONENTIAL.width[layer];
      if (x < EXPONENTIAL.x[layer + 1]) return beyond + x;
      if (layer === 0) {
        beyond += EXPONENTIAL_R; // without memory: beyond the tail's start everything begins anew
        continue;
      }
      const y = EXPONENTIAL.y[layer] + this.next() * (EXPONENTIAL.y[layer + 1] - EXPONENTIAL.y[layer]);
      if (y < exp(-x)) return beyond + x;
    }
  }

  state(): RngState {
    const { words, at } = this;
    return [words[at], words[at + 1], words[at + 2], words[at + 3]];
  }

  restore(state: Readonly<RngState>): void {
    this.words.set(state, this.at);
  }

  /** Takes the state from four numbers of a column. */
  load(states: Float64Array, at: number): void {
    for (let i = 0; i < 4; i++) this.words[this.at + i] = states[at + i];
  }

  save(states: Float64Array, at: number): void {
    for (let i = 0; i < 4; i++) states[at + i] = this.words[this.at + i];
  }

  /** Marsaglia 1964: a normal deviate given that it exceeds NORMAL_R. */
  private normalTail(): number {
    for (;;) {
      const x = -ln(1 - this.next()) / NORMAL_R;
      if (-2 * ln(1 - this.next()) >= x * x) return NORMAL_R + x;
    }
  }
}

/** Many streams in one array of 32 bytes each, for cohorts. Stream `i` draws what `createRng` of the same name would. */
export class RngColumns {
  private readonly states: Float64Array;
  /** The stream being drawn from, for the draws that are worth a call. */
  private readonly hand = createRng('');

  constructor(count: number) {
    this.states = new Float64Array(4 * count);
  }

  seed(i: number, seedName: string): void {
    this.states.set(seededState(seedName), 4 * i);
  }

  /** Uniform in [0, 1), 32 bits. */
  next(i: number): number {
    const states = this.states;
    const at = 4 * i;
    const t = 2091639 * states[at] + states[at + 3] * FROM_UINT32;
    states[at] = states[at + 1];
    states[at + 1] = states[at + 2];
    const carry = t | 0;
    states[at + 3] = carry;
    return (states[at + 2] = t - carry);
  }

  /** Mean 0, variance 1. */
  normal(i: number): number {
    this.hand.load(this.states, 4 * i);
    const x = this.hand.normal();
    this.hand.save(this.states, 4 * i);
    return x;
  }

  /** Mean 1. */
  exponential(i: number): number {
    // The ziggurat's first step is written out, because for 99 draws of 100 it is the last.
    const states = this.states;
    const at = 4 * i;
    const t = 2091639 * states[at] + states[at + 3] * FROM_UINT32;
    const carry = t | 0;
    const uniform = t - carry;
    const bits = uniform * TO_UINT32;
    const layer = bits & 255;
    const x = ((bits >>> 8) + 0.5) * EXPONENTIAL.width[layer];
    if (x >= EXPONENTIAL.x[layer + 1]) return this.rareExponential(i);
    states[at] = states[at + 1];
    states[at + 1] = states[at + 2];
    states[at + 2] = uniform;
    states[at + 3] = carry;
    return x;
  }

  private rareExponential(i: number): number {
    this.hand.load(this.states, 4 * i);
    const x = this.hand.exponential();
    this.hand.save(this.states, 4 * i);
    return x;
  }

  state(i: number): RngState {
    const at = 4 * i;
    return [this.states[at], this.states[at + 1], this.states[at + 2], this.states[at + 3]];
  }
}

// Ziggurats of 256 layers of equal area (Marsaglia & Tsang 2000), index and position from different bits (Doornik 2005).
// Layer 0 is the base strip with the tail beyond R; x falls from layer to layer to 0 at the top.

const NORMAL_R = 3.6541528853610088;
const EXPONENTIAL_R = 7.69711747013105;
const NORMAL = ziggurat(
  NORMAL_R,
  0.00492867323399,
  (x) => exp(-0.5 * x * x),
  (y) => Math.sqrt(-2 * ln(y)),
  1 / 0x800000,
);
const EXPONENTIAL = ziggurat(
  EXPONENTIAL_R,
  (EXPONENTIAL_R + 1) * exp(-EXPONENTIAL_R),
  (x) => exp(-x),
  (y) => -ln(y),
  1 / 0x1000000,
);

function ziggurat(r: number, area: number, density: (x: number) => number, inverse: (y: number) => number, step: number) {
  const x = new Float64Array(257);
  const y = new Float64Array(257);
  const width = new Float64Array(256);
  x[0] = area / density(r);
  x[1] = r;
  for (let i = 2; i < 256; i++) x[i] = inverse(density(x[i - 1]) + area / x[i - 1]);
  for (let i = 1; i < 257; i++) y[i] = density(x[i]);
  for (let i = 0; i < 256; i++) width[i] = x[i] * step;
  return { x, y, width };
}
