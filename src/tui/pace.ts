// How fast a run is played. Left to itself, the speed follows what happens: minutes in which nobody is closed go by in
// the blink of an eye, a cascade is shown slowly enough to be followed.

import { MICROS_PER_SECOND, type Micros } from '../base/units.ts';

export const SLOWEST = 1 / 4;
export const FASTEST = 1_000;

/** Liquidations a simulated second from which on a speed holds, busiest first. */
const SPEEDS: readonly (readonly [rate: number, speed: number])[] = [
  [4, 4],
  [1, 8],
  [0.5, 16],
  [0.2, 60],
];
const CALM = 600;
/** Over how much simulated time liquidations are counted. */
const WINDOW: Micros = 5 * MICROS_PER_SECOND;
/** How much faster it may get in a second of the watcher's time: what has just happened is still to be looked at. */
const QUICKENING = 2.2;

const FASTER: readonly string[] = ['+', '=', 'up'];
const SLOWER: readonly string[] = ['-', 'down'];

interface Sample {
  readonly at: Micros;
  readonly liquidations: number;
}

export class Pace {
  auto: boolean;
  #chosen: number;
  #current: number;
  #samples: Sample[] = [];

  /** Without a speed it follows what happens. */
  constructor(speed: number | undefined) {
    this.auto = speed === undefined;
    this.#chosen = speed ?? CALM;
    this.#current = this.#chosen;
  }

  /** Simulated seconds a second. */
  get speed(): number {
    return this.auto ? this.#current : this.#chosen;
  }

  /** Four times faster or slower; from then on it stays. */
  change(factor: number): void {
    const from = this.auto ? nearestPower(this.#current) : this.#chosen;
    this.#chosen = Math.max(SLOWEST, Math.min(FASTEST, from * factor));
    this.auto = false;
  }

  follow(): void {
    this.auto = true;
    this.#current = this.#chosen;
  }

  /** Whether the key was one of its own. */
  key(key: string): boolean {
    if (key === 'a') this.follow();
    else if (FASTER.includes(key)) this.change(4);
    else if (SLOWER.includes(key)) this.change(1 / 4);
    else return false;
    return true;
  }

  /** To be told before every stretch; `elapsed` is the watcher's time since the last, in milliseconds. */
  look(at: Micros, liquidations: number, elapsed: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && at < last.at) this.#samples = [];
    this.#samples.push({ at, liquidations });
    while (this.#samples.length > 2 && this.#samples[1].at <= at - WINDOW) this.#samples.shift();
    const wanted = speedFor(((liquidations - this.#samples[0].liquidations) * MICROS_PER_SECOND) / WINDOW);
    if (wanted < this.#current) this.#current = wanted;
    else this.#current = Math.min(wanted, this.#current * QUICKENING ** (elapsed / 1_000));
  }
}

function speedFor(rate: number): number {
  for (const [least, speed] of SPEEDS) if (rate >= least) return speed;
  return CALM;
}

/** Of 4: so that steps of four lead through round speeds. */
function nearestPower(speed: number): number {
  let power = SLOWEST;
  while (power * 2 < speed) power *= 4;
  return Math.min(FASTEST, power);
}
