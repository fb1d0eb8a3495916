// Two futures of one moment: the run as it is, and the same run with a rule changed. Both are played on the same seed, in
// step, and what differs is told in numbers.

import type { Micros } from '../base/units.ts';
import { problemOf, type Choice } from './choices.ts';
import { Playback } from './playback.ts';
import type { View } from './view.ts';

const NO_KEYFRAMES = {
  keep() {},
  take(): never {
    throw new Error('two futures are not rewound');
  },
};

export class Comparison {
  readonly from: Micros;
  readonly choice: Choice;
  readonly left: Playback;
  readonly right: Playback;
  /** As both began. */
  readonly begin: View;

  private constructor(origin: Playback, choice: Choice, left: Playback, right: Playback, begin: View) {
    this.from = origin.now;
    this.choice = choice;
    this.left = left;
    this.right = right;
    this.begin = begin;
  }

  /** Branches off from where the run stands, which is not disturbed. A text says what is wrong with the choice. */
  static start(origin: Playback, choice: Choice, begin: View, clock: () => number): Comparison | string {
    const changed = origin.simulation.fork();
    const problem = problemOf(choice, changed);
    if (problem !== '') return problem;
    return new Comparison(origin, choice, branched(origin, origin.simulation.fork(), clock), branched(origin, changed, clock), begin);
  }

  get now(): Micros {
    return Math.min(this.left.now, this.right.now);
  }

  get ended(): boolean {
    return this.left.ended && this.right.ended;
  }

  /** Of every message so far. */
  get digests(): [left: string, right: string] {
    return [this.left.simulation.kernel.digest(), this.right.simulation.kernel.digest()];
  }

  /** Both up to `to` while `mayGoOn`, in turns, so that neither runs ahead; returns whether they came there. */
  playTo(to: Micros, mayGoOn: () => boolean, turn: Micros): boolean {
    const target = Math.min(to, this.left.simulation.scenario.duration);
    while (this.now < target) {
      const next = Math.min(target, this.now + turn);
      for (const side of [this.left, this.right]) if (side.now < next) side.playTo(next, () => true);
      if (!mayGoOn()) break;
    }
    return this.now >= target;
  }

  get liquidations(): number {
    return this.left.chronicle.totals.liquidations + this.right.chronicle.totals.liquidations;
  }
}

/** A copy of a run as it stands, with its past; it is played forward only. */
export function branched(origin: Playback, simulation: Playback['simulation'], clock: () => number): Playback {
  const { chronicle, fundStart } = origin;
  return new Playback({ simulation, keyframes: NO_KEYFRAMES, clock, chronicle: chronicle.branch(simulation), fundStart });
}
