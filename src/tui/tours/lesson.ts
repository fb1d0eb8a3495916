// A lesson at the desk: it plays the run until something is to be told, stops, tells it, and in the end lets the room see
// the other future. What it does not use itself, the desk does: speeds, questions about numbers, single panels.

import type { Micros } from '../../base/units.ts';
import { App } from '../app.ts';
import type { Canvas } from '../canvas.ts';
import { branched } from '../comparison.ts';
import { SMALLEST } from '../frame.ts';
import { footer } from '../panels/header.ts';
import { KEYS as ALL_KEYS, type Key } from '../panels/overlay.ts';
import { narration } from '../panels/narration.ts';
import type { Playback } from '../playback.ts';
import type { View } from '../view.ts';
import { Guide } from './guide.ts';
import type { Tour } from './tour.ts';

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['space', 'pause'],
  ['+ −', 'speed'],
  ['a', 'auto speed'],
  ['i', 'inspect'],
  ['0–8', 'one panel'],
  ['?', 'help'],
  ['q', 'quit'],
];

export interface LessonOptions {
  readonly tour: Tour;
  readonly playback: Playback;
  readonly clock: () => number;
  readonly ascii: boolean;
}

/** Of the desk's keys those that a lesson leaves to it. */
const HELP: readonly Key[] = [
  ['enter', 'go on', 'go on with the lesson'],
  ...ALL_KEYS.filter(([key]) => ['space', '+ −', 'i', 'z', 'm', '0–8', 'n', '?', 'q'].includes(key)),
];

/** What the desk may do meanwhile; going elsewhere in time would leave the story behind. */
const DESK_KEYS = ['+', '=', '-', 'up', 'down', 'a', '?', 'i', 'z', 'm', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8'];

export class Lesson {
  readonly guide: Guide;
  readonly #app: App;
  readonly #playback: Playback;
  readonly #clock: () => number;
  /** Where the other future begins. */
  #origin: Playback | undefined;
  #quit = false;
  #canvas: Canvas | undefined;

  constructor({ tour, playback, clock, ascii }: LessonOptions) {
    this.guide = new Guide(tour);
    this.#playback = playback;
    this.#clock = clock;
    this.#app = new App({ playback, speed: undefined, clock, ascii, stop: () => this.guide.due(playback), keys: HELP });
  }

  get quit(): boolean {
    return this.#quit || this.#app.quit;
  }

  /** Both futures, when they are there. */
  get comparison(): { readonly begin: View; readonly left: View; readonly right: View } | undefined {
    const comparison = this.#app.whatIf?.comparison;
    if (comparison === undefined) return undefined;
    return { begin: comparison.begin, left: lookAt(comparison.left), right: lookAt(comparison.right) };
  }

  get now(): Micros {
    return this.#playback.now;
  }

  get moving(): boolean {
    return this.guide.phase === 'playing' || this.guide.phase === 'trying' || this.#app.moving;
  }

  tick(elapsed: number): void {
    const { guide } = this;
    if (guide.phase === 'playing') {
      if (this.#app.overlaid) return;
      if (!guide.due(this.#playback) && !this.#playback.ended) this.#app.tick(elapsed);
      const due = this.#playback.ended ? guide.skip(this.#playback) : guide.due(this.#playback);
      if (due) this.#tell();
      else if (this.#playback.ended) guide.finish(this.#look());
    } else if (guide.phase === 'trying') {
      this.#app.tick(elapsed);
      const comparison = this.#app.whatIf?.comparison;
      if (comparison?.ended === true) guide.conclude(lookAt(comparison.right), lookAt(comparison.left));
    }
  }

  draw(width: number, height: number): Canvas {
    const canvas = this.#app.draw(width, height);
    const { said } = this.guide;
    const bottom = { x: 0, y: height - 1, width, height: 1 };
    if (!this.#app.overlaid && this.#app.whatIf === undefined) {
      canvas.clear(bottom);
      footer(canvas, bottom, said === undefined ? KEYS : [['enter', 'go on'], ...KEYS.slice(1)], '');
    }
    if (said !== undefined && !this.#app.overlaid && width >= SMALLEST.width && height >= SMALLEST.height) narration(canvas, said);
    this.#canvas = canvas;
    return canvas;
  }

  key(key: string): void {
    const { guide } = this;
    if (key === 'C-c' || (key === 'q' && !this.#app.overlaid)) {
      this.#quit = true;
      return;
    }
    if (this.#app.overlaid) return this.#app.key(key);
    if (guide.phase === 'told' && key === 'escape') {
      this.#quit = true;
      return;
    }
    if ((key === 'enter' || key === 'space') && guide.said !== undefined) return this.#goOn();
    if (guide.phase === 'trying') this.#app.key(key);
    else if (DESK_KEYS.includes(key) || (key === 'space' && guide.phase === 'playing')) this.#app.key(key);
  }

  click(x: number, y: number): void {
    // The bar goes elsewhere in time, too.
    if (this.guide.phase !== 'trying' && (this.#app.overlaid || this.#canvas?.spotAt(x, y)?.topic !== 'scrubber')) this.#app.click(x, y);
  }

  #tell(): void {
    const { guide } = this;
    const { show, follow, speed, branch } = guide.upcoming!;
    const { totals } = this.#playback.chronicle;
    const followed = this.#app.view.followed?.account ?? 0;
    const account = { called: totals.lastCalled, liquidated: totals.lastLiquidated, nobody: 0 };
    this.#app.focus({ panel: show, follow: follow === undefined ? followed : account[follow], speed });
    if (branch) this.#origin = branched(this.#playback, this.#playback.simulation.fork(), this.#clock);
    guide.tell(this.#look());
  }

  /** The run as it is at this very moment. */
  #look(): View {
    this.#playback.refresh();
    this.#app.draw(SMALLEST.width, SMALLEST.height);
    return this.#app.view;
  }

  #goOn(): void {
    const { guide } = this;
    guide.goOn(this.#look());
    if (guide.phase !== 'trying' || this.#origin === undefined) return;
    const problem = this.#app.compare(guide.choice, this.#origin);
    if (problem !== '') throw new Error(`${guide.tour.file}: what it tries cannot be changed: ${problem}`);
    this.#app.whatIf?.hurry();
  }
}

function lookAt(playback: Playback): View {
  playback.refresh();
  return playback.view({ reach: 0.1, follow: 0 }, () => true);
}
