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
    const branch = (simulation: Playback['simulation']) =>
      new Playback({
        simulation,
        keyframes: NO_KEYFRAMES,
        clock,
        chronicle: origin.chronicle.branch(simulation),
        fundStart: origin.fundStart,
      });
    return new Comparison(origin, choice, branch(origin.simulation.fork()), branch(changed), begin);
  }

  get now(): Micros {
    return Math.min(this.left.now, this.right.now);
  }

  get ended(): boolean {
    return this.left.ended && this.right.ended;
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
