// The screen with two futures: how they are played, which keys they take, and how they are drawn.

import { MICROS_PER_SECOND } from '../base/units.ts';
import type { Canvas } from './canvas.ts';
import type { Comparison } from './comparison.ts';
import type { Pace } from './pace.ts';
import { comparisonFrame } from './panels/comparison.ts';
import { footer, speedText } from './panels/header.ts';
import { moment } from './panels/format.ts';
import type { View } from './view.ts';

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['space', 'pause'],
  ['+ −', 'speed'],
  ['a', 'auto speed'],
  ['end', 'to the end'],
  ['w', 'another change'],
  ['esc', 'back to the run'],
  ['q', 'quit'],
];

/** Of a frame's time: there are two runs to be played. */
const PLAY_MS = 36;
const MAP_MS = 1;
/** Neither runs further ahead of the other than this. */
const TURN = MICROS_PER_SECOND / 4;
const STARTLING = 4;

export interface WhatIfOptions {
  readonly comparison: Comparison;
  readonly pace: Pace;
  readonly clock: () => number;
  readonly ascii: boolean;
  readonly reach: number;
}

export class WhatIf {
  readonly comparison: Comparison;
  readonly #pace: Pace;
  readonly #clock: () => number;
  readonly #ascii: boolean;
  readonly #reach: number;
  #paused = false;
  #hurry = false;
  #owed = 0;

  constructor({ comparison, pace, clock, ascii, reach }: WhatIfOptions) {
    this.comparison = comparison;
    this.#pace = pace;
    this.#clock = clock;
    this.#ascii = ascii;
    this.#reach = reach;
  }

  /** Both as fast as can be, to the end. */
  hurry(): void {
    this.#hurry = true;
    this.#paused = false;
  }

  get moving(): boolean {
    return !this.#paused && !this.comparison.ended;
  }

  tick(elapsed: number): void {
    const { comparison } = this;
    if (!this.moving) return;
    const inTime = this.#budget(PLAY_MS);
    if (this.#hurry) {
      comparison.playTo(Number.MAX_SAFE_INTEGER, inTime, 4 * TURN);
      return;
    }
    this.#pace.look(comparison.now, comparison.liquidations, elapsed);
    this.#owed += this.#pace.speed * elapsed * 1_000;
    const before = comparison.liquidations;
    const interesting = () => this.#pace.auto && comparison.liquidations > before + STARTLING;
    const arrived = comparison.playTo(Math.floor(comparison.now + this.#owed), () => inTime() && !interesting(), TURN);
    this.#owed = arrived ? this.#owed - Math.floor(this.#owed) : 0;
  }

  /** Whether it took the key. */
  key(key: string): boolean {
    switch (key) {
      case 'space':
      case 'p':
        this.#paused = !this.#paused;
        return true;
      case 'end':
        this.hurry();
        return true;
      default:
        return this.#pace.key(key);
    }
  }

  draw(canvas: Canvas): void {
    const { comparison } = this;
    const look = (playback: Comparison['left']): View => playback.view({ reach: this.#reach, follow: 0 }, this.#budget(MAP_MS));
    const left = look(comparison.left);
    const right = look(comparison.right);
    const state = comparison.ended
      ? '■ the end'
      : this.#paused
        ? '‖ paused'
        : this.#hurry
          ? '▶▶ to the end'
          : `▶ ${speedText(this.#pace.speed)}`;
    canvas.shade({ x: 0, y: 0, width: canvas.width, height: 1 }, 'title');
    canvas.write(0, 0, [[` what if  ${left.scenario.name}  seed ${left.seed}  from ${moment(left, comparison.from)} on`, 'title']]);
    canvas.writeRight(canvas.width, 0, `${state}   ${moment(left, comparison.now)} UTC `, 'title');
    comparisonFrame(canvas, {
      choice: comparison.choice.name,
      begin: comparison.begin,
      left,
      right,
      ended: comparison.ended,
      ...(comparison.ended ? { digests: comparison.digests } : {}),
      ascii: this.#ascii,
    });
    footer(canvas, { x: 0, y: canvas.height - 1, width: canvas.width, height: 1 }, KEYS, '');
  }

  #budget(milliseconds: number): () => boolean {
    const until = this.#clock() + milliseconds;
    return () => this.#clock() < until;
  }
}
