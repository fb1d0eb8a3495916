// Chance. One `alea` stream per actor and purpose, named (`seed/trader/noise/17/size`), so that nobody's draws depend on
// anybody else's. Seeding is the seedrandom package's; the step is inlined here (bit-equal, and five times faster than
// through its closure), with ziggurats for normal and exponential draws whose tables come from base/math.ts.

import seedrandom from 'seedrandom';
import { exp, ln } from './math.ts';

export type RngState = [s0: number, s1: number, s2: number, carry: number];

const TO_UINT32 = 0x100000000;
const FACTOR = 2091639;
const FROM_UINT32 = 2.3283064365386963e-10; // 2^-32
/** How many streams of `Rngs` share one array. */
const STREAMS_A_PIECE = 256;
const FROM_53 = 1.1102230246251565e-16; // 2^-53

function seededState(seedName: string): RngState {
  const { s0, s1, s2, c } = seedrandom.alea(seedName, { state: true }).state();
  return [s0, s1, s2, c];
}

// alea multiplies fractions of 32 bits and keeps what exceeds 1 as carry. The same in integers, from `at` on four words a stream:
// the fractions times 2^32, and the carry. No product exceeds 53 bits, so both ways are exact, and this one takes half the room.

function keep(words: Int32Array, at: number, [s0, s1, s2, carry]: Readonly<RngState>): void {
  words[at] = s0 * TO_UINT32;
  words[at + 1] = s1 * TO_UINT32;
  words[at + 2] = s2 * TO_UINT32;
  words[at + 3] = carry;
}

function kept(words: Int32Array, at: number): RngState {
  const fraction = (word: number) => (word >>> 0) * FROM_UINT32;
  return [fraction(words[at]), fraction(words[at + 1]), fraction(words[at + 2]), words[at + 3]];
}

/** One step: 32 bits, as a signed integer. */
function step(words: Int32Array, at: number): number {
  const s0 = words[at];
  const carry = words[at + 3];
  words[at] = words[at + 1];
  words[at + 1] = words[at + 2];
  words[at + 3] = (FACTOR * (s0 >>> 0) + carry) * FROM_UINT32;
  return (words[at + 2] = (Math.imul(FACTOR, s0) + carry) | 0);
}

/** What was drawn at once. Fractions from the start, because V8 keeps floats as such in fields that begin with one. */
export class Drawn {
  exponential = 0.5;
  first = 0.5;
  second = 0.5;
}

/**
 * An exponential draw and two uniform ones: the state is read and written once. False, and nothing is drawn, when the first step is
 * not all that the exponential takes, which is once in a hundred.
 */
const drawThree = (words: Int32Array, at: number, drawn: Drawn): boolean => {
  const s0 = words[at];
  const s1 = words[at + 1];
  const s2 = words[at + 2];
  const carry = words[at + 3];
  const s3 = (Math.imul(FACTOR, s0) + carry) | 0;
  const layer = s3 & 255;
  const x = ((s3 >>> 8) + 0.5) * EXPONENTIAL.width[layer];
  if (x >= EXPONENTIAL.x[layer + 1]) return false;
  const carry3 = ((FACTOR * (s0 >>> 0) + carry) * FROM_UINT32) | 0;
  const s4 = (Math.imul(FACTOR, s1) + carry3) | 0;
  const carry4 = ((FACTOR * (s1 >>> 0) + carry3) * FROM_UINT32) | 0;
  const s5 = (Math.imul(FACTOR, s2) + carry4) | 0;
  words[at] = s3;
  words[at + 1] = s4;
  words[at + 2] = s5;
  words[at + 3] = (FACTOR * (s2 >>> 0) + carry4) * FROM_UINT32;
  drawn.exponential = x;
  drawn.first = (s4 >>> 0) * FROM_UINT32;
  drawn.second = (s5 >>> 0) * FROM_UINT32;
  return true;
};

export function createRng(seedName: string): Rng {
  const words = new Int32Array(4);
  keep(words, 0, seededState(seedName));
  return new Rng(words, 0);
}

/**
 * Makes streams whose states lie side by side: a population's draws then miss the cache once a draw, and not four times, and
 * a stream is 48 bytes, and not 300.
 */
export class Rngs {
  private readonly seed: string;
  private states = new Int32Array(0);
  private used = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The stream that `createRng` makes of `seed/name`. */
  create(name: string): Rng {
    if (this.used === this.states.length) {
      this.states = new Int32Array(4 * STREAMS_A_PIECE);
      this.used = 0;
    }
    const at = this.used;
    this.used += 4;
    keep(this.states, at, seededState(`${this.seed}/${name}`));
    return new Rng(this.states, at);
  }
}

/**
 * One stream. Every draw uses exactly one step of it but `double` (two) and the ziggurats `normal` and `exponential`,
 * which use a varying number: whoever must stay aligned gives each purpose a stream of its own.
 */
export class Rng {
  /** Its state, from `at` on. An array, because V8 boxes fields that hold more than 31 bits. */
  private readonly words: Int32Array;
  private readonly at: number;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    return (step(this.words, this.at) >>> 0) * FROM_UINT32;
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
      const bits = step(this.words, this.at);
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
      const bits = step(this.words, this.at);
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

  /** What `exponential`, `next` and `next` would draw, in one go. */
  exponentialAndTwo(drawn: Drawn): void {
    if (drawThree(this.words, this.at, drawn)) return;
    drawn.exponential = this.exponential();
    drawn.first = this.next();
    drawn.second = this.next();
  }

  state(): RngState {
    return kept(this.words, this.at);
  }

  restore(state: Readonly<RngState>): void {
    keep(this.words, this.at, state);
  }

  /** Takes the state from four words of a column. */
  load(states: Int32Array, at: number): void {
    for (let i = 0; i < 4; i++) this.words[this.at + i] = states[at + i];
  }

  save(states: Int32Array, at: number): void {
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

/** Many streams in one array of 16 bytes each, for cohorts. Stream `i` draws what `createRng` of the same name would. */
export class RngColumns {
  private readonly states: Int32Array;
  /** The stream being drawn from, for the draws that are worth a call. */
  private readonly hand = createRng('');

  constructor(count: number) {
    this.states = new Int32Array(4 * count);
  }

  seed(i: number, seedName: string): void {
    keep(this.states, 4 * i, seededState(seedName));
  }

  /** Uniform in [0, 1), 32 bits. */
  next(i: number): number {
    return (step(this.states, 4 * i) >>> 0) * FROM_UINT32;
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
    const { states } = this;
    const at = 4 * i;
    const bits = (Math.imul(FACTOR, states[at]) + states[at + 3]) | 0;
    const layer = bits & 255;
    const x = ((bits >>> 8) + 0.5) * EXPONENTIAL.width[layer];
    if (x >= EXPONENTIAL.x[layer + 1]) return this.rareExponential(i);
    step(states, at);
    return x;
  }

  /** What `exponential`, `next` and `next` would draw, in one go. */
  exponentialAndTwo(i: number, drawn: Drawn): void {
    if (drawThree(this.states, 4 * i, drawn)) return;
    drawn.exponential = this.rareExponential(i);
    drawn.first = this.next(i);
    drawn.second = this.next(i);
  }

  private rareExponential(i: number): number {
    this.hand.load(this.states, 4 * i);
    const x = this.hand.exponential();
    this.hand.save(this.states, 4 * i);
    return x;
  }

  state(i: number): RngState {
    return kept(this.states, 4 * i);
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
