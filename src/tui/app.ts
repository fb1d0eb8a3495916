// The watcher's desk: what keys and clicks do, what is played, and what is drawn. It has never heard of a terminal: keys
// are words, frames are canvases, time is told to it.

import { MICROS_PER_SECOND, type Micros } from '../base/units.ts';
import { Canvas, type Spot } from './canvas.ts';
import { choicesFor, nextGroup, writtenChoice, type Choice } from './choices.ts';
import { Comparison } from './comparison.ts';
import { explain } from './explain.ts';
import { drawFrame, PANELS, SMALLEST, type Panel } from './frame.ts';
import { Inspector } from './inspector.ts';
import { momentOf } from './moment.ts';
import { drawOverlay, type Overlay } from './overlays.ts';
import { Pace } from './pace.ts';
import type { Key } from './panels/overlay.ts';
import type { Playback } from './playback.ts';
import type { View } from './view.ts';
import { WhatIf } from './what-if.ts';

/** What is looked for: then it stops. */
interface Goal {
  readonly name: string;
  readonly found: () => boolean;
}

export interface AppOptions {
  readonly playback: Playback;
  /** Simulated seconds a second; without it the speed follows what happens. */
  readonly speed: number | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly ascii: boolean;
  /** Asked with every message: it plays no further than where this holds. */
  readonly stop?: () => boolean;
  /** What help tells of; without it, of all keys. */
  readonly keys?: readonly Key[];
}

/** Keys that go elsewhere in time: by how many simulated seconds. */
const JUMPS: Readonly<Record<string, number>> = {
  left: -10,
  right: 10,
  'S-left': -300,
  'S-right': 300,
  '<': -300,
  '>': 300,
  pageup: -300,
  pagedown: 300,
};
/** How much simulated time the price panel shows; 0 is all. */
const SPANS: readonly Micros[] = [10 * 60e6, 3 * 60e6, 60e6, 0, 30 * 60e6];
const REACHES = [0.1, 0.03, 0.25] as const;
/** Of a frame's time, what playing and what the map may take, in milliseconds. */
const PLAY_MS = 30;
/** On the way elsewhere there is little to see: fewer frames, and it is there sooner. */
const SEEK_MS = 120;
const MAP_MS = 1;
/** So many liquidations are not passed over in one frame. */
const STARTLING = 2;
/** How long a note stays. */
const NOTE_MS = 4_000;

export class App {
  quit = false;
  readonly #playback: Playback;
  #pace: Pace;
  readonly #clock: () => number;
  readonly #ascii: boolean;
  readonly #stop: (() => boolean) | undefined;
  readonly #keys: readonly Key[] | undefined;
  #paused = false;
  #behind = false;
  #owed = 0;
  #goal: Goal | undefined;
  /** Where it is on the way to, and from where. */
  #seeking: { readonly to: Micros; readonly from: Micros; readonly paused: boolean } | undefined;
  #overlay: Overlay | undefined;
  #only: Panel | undefined;
  #span = 0;
  #reach = 0;
  #follow = 0;
  #note: { readonly text: string; readonly until: number } | undefined;
  #canvas: Canvas = new Canvas(SMALLEST.width, SMALLEST.height);
  #view: View;
  #whatIf: WhatIf | undefined;

  constructor({ playback, speed, clock, ascii, stop, keys }: AppOptions) {
    this.#stop = stop;
    this.#keys = keys;
    this.#playback = playback;
    this.#pace = new Pace(speed);
    this.#clock = clock;
    this.#ascii = ascii;
    this.#view = playback.view(this.#looking, () => true);
  }

  /** Whether frames differ from each other although nobody touches a key. */
  get moving(): boolean {
    if (this.#whatIf !== undefined) return this.#whatIf.moving;
    return this.#seeking !== undefined || this.#goal !== undefined || this.#note !== undefined || !(this.#paused || this.#playback.ended);
  }

  /** On the way to another time. */
  get seeking(): boolean {
    return this.#seeking !== undefined;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get now(): Micros {
    return this.#playback.now;
  }

  get view(): View {
    return this.#view;
  }

  /** Plays what `elapsed` milliseconds of the watcher's time are worth. */
  tick(elapsed: number): void {
    const playback = this.#playback;
    if (this.#whatIf !== undefined) return this.#whatIf.tick(elapsed);
    if (this.#seeking !== undefined) return this.#seek();
    if (this.#goal !== undefined) return this.#look(this.#goal);
    if (this.#paused || playback.ended || this.#overlay?.kind === 'inspect' || this.#overlay?.kind === 'choice') return;
    this.#pace.look(playback.now, playback.chronicle.totals.liquidations, elapsed);
    this.#owed += this.#pace.speed * elapsed * 1_000;
    const to = Math.floor(playback.now + this.#owed);
    const inTime = this.#budget(PLAY_MS);
    const before = playback.chronicle.totals.liquidations;
    const interesting = () => this.#pace.auto && playback.chronicle.totals.liquidations > before + STARTLING;
    const mayGoOn = () => inTime() && !interesting();
    const stop = this.#stop;
    const arrived =
      stop === undefined
        ? playback.playTo(to, mayGoOn, this.#pace.auto ? MICROS_PER_SECOND / 4 : undefined)
        : playback.playUntil(() => playback.now >= to || stop(), mayGoOn);
    this.#behind = !arrived && !inTime();
    // What could not be played is forgiven, or it would be raced through when the market calms down.
    this.#owed = arrived ? Math.max(0, this.#owed - Math.floor(this.#owed)) : 0;
    if (playback.ended) this.#say('The end. ← rewinds, w asks what if, q quits.');
  }

  draw(width: number, height: number): Canvas {
    const canvas = new Canvas(width, height);
    const fits = width >= SMALLEST.width && height >= SMALLEST.height;
    if (this.#whatIf !== undefined && fits) {
      this.#whatIf.draw(canvas);
      drawOverlay(canvas, this.#overlay, this.#view);
      this.#canvas = canvas;
      return canvas;
    }
    const clock = this.#clock();
    this.#view = this.#playback.view(this.#looking, this.#budget(MAP_MS));
    if (this.#note !== undefined && clock > this.#note.until) this.#note = undefined;
    drawFrame(canvas, this.#view, {
      playing: {
        paused: this.#paused,
        speed: Math.round(this.#pace.speed * 10) / 10,
        auto: this.#pace.auto,
        behind: this.#behind && !this.#paused,
        seeking: this.#progress,
        ...(this.#goal === undefined ? {} : { looking: this.#goal.name }),
        ended: this.#playback.ended,
      },
      seen: this.#playback.seen,
      only: this.#only,
      note: this.#note?.text ?? '',
      span: SPANS[this.#span],
      ascii: this.#ascii,
    });
    if (fits) drawOverlay(canvas, this.#overlay, this.#view);
    this.#canvas = canvas;
    return canvas;
  }

  /** `key` is a character or a name such as `space`, `left`, `S-left`, `enter`, `escape`, `C-c`. */
  key(key: string): void {
    if (key === 'C-c') {
      this.quit = true;
      return;
    }
    if (this.#overlay !== undefined) return this.#overlayKey(this.#overlay, key);
    if (this.#whatIf === undefined) return this.#plainKey(key);
    if (this.#whatIf.key(key)) return;
    if (key === 'escape' || key === 'w') this.#whatIf = undefined;
    if (key === 'w') this.#offer();
    if (key === 'q') this.quit = true;
  }

  click(x: number, y: number): void {
    const spot = this.#canvas.spotAt(x, y);
    if (this.#overlay?.kind === 'choice' && spot?.topic === 'choice') {
      this.#overlay.at = spot.about;
      return this.#choose(this.#overlay);
    }
    if (this.#overlay !== undefined && this.#overlay.kind !== 'inspect') {
      this.#overlay = undefined;
      return;
    }
    if (this.#whatIf !== undefined) return;
    if (spot === undefined) return;
    if (spot.topic === 'scrubber') this.goTo(Math.floor(((x + 0.5) / this.#canvas.width) * this.#view.scenario.duration));
    else if (spot.topic === 'account' || spot.topic === 'case') this.#follow = spot.about;
    else this.#explain(spot);
  }

  /** What a lesson shows: one panel or all, an account, at a speed of its own or as things happen. */
  focus({
    panel,
    follow,
    speed,
  }: {
    readonly panel: Panel | undefined;
    readonly follow: number;
    readonly speed: number | undefined;
  }): void {
    this.#only = panel;
    this.#follow = follow;
    this.#pace = new Pace(speed);
  }

  get whatIf(): WhatIf | undefined {
    return this.#whatIf;
  }

  get overlaid(): boolean {
    return this.#overlay !== undefined;
  }

  /** Plays, forward or again from a keyframe, to a moment. */
  goTo(at: Micros): void {
    const playback = this.#playback;
    const to = Math.max(0, Math.min(at, this.#view.scenario.duration));
    this.#goal = undefined;
    this.#owed = 0;
    playback.rewind(to);
    this.#seeking = { to, from: playback.now, paused: this.#paused };
  }

  get #looking(): { reach: number; follow: number } {
    return { reach: REACHES[this.#reach], follow: this.#follow };
  }

  get #progress(): number | undefined {
    if (this.#seeking === undefined) return undefined;
    const { to, from } = this.#seeking;
    return to <= from ? 1 : Math.min(1, (this.#playback.now - from) / (to - from));
  }

  #budget(milliseconds: number): () => boolean {
    const until = this.#clock() + milliseconds;
    return () => this.#clock() < until;
  }

  #seek(): void {
    const { to, paused } = this.#seeking!;
    if (!this.#playback.playTo(to, this.#budget(SEEK_MS))) return;
    this.#seeking = undefined;
    this.#paused = paused;
  }

  #look({ name, found }: Goal): void {
    if (!this.#playback.playUntil(found, this.#budget(SEEK_MS))) return;
    this.#goal = undefined;
    this.#paused = true;
    if (this.#playback.ended && !found()) this.#say(`There is no ${name} until the end.`);
  }

  #until(name: string, count: () => number): void {
    const before = count();
    this.#goal = { name, found: () => count() > before };
  }

  #say(text: string): void {
    this.#note = { text, until: this.#clock() + NOTE_MS };
  }

  #plainKey(key: string): void {
    const playback = this.#playback;
    const { chronicle } = playback;
    if (this.#pace.key(key)) return;
    const jump = JUMPS[key];
    if (jump !== undefined) return this.goTo((this.#seeking?.to ?? playback.now) + jump * MICROS_PER_SECOND);
    switch (key) {
      case 'q':
        this.quit = true;
        return;
      case 'space':
      case 'p':
        this.#paused = !this.#paused || this.#goal !== undefined || this.#seeking !== undefined;
        this.#goal = undefined;
        this.#seeking = undefined;
        return;
      case 'e': {
        this.#paused = true;
        let seen = false;
        playback.playUntil(
          () => (seen = true),
          () => !seen,
        );
        return;
      }
      case 'l':
        return this.#until('liquidation', () => chronicle.totals.liquidations);
      case 'c':
        return this.#until('margin call', () => chronicle.totals.calls);
      case 'h':
        return this.#until('halt', () => chronicle.totals.trips);
      case 'home':
        return this.goTo(0);
      case 'end':
        return this.goTo(this.#view.scenario.duration);
      case 'g':
        return this.#ask('Go to which time? (21:17, 21:17:30, 32m, 90s)', (answer) => this.goToText(answer));
      case 'w':
        return this.#offer();
      case 'f':
        if (this.#follow !== 0) {
          this.#follow = 0;
          return;
        }
        return this.#ask('Follow which account? (its number)', (answer) => this.#followText(answer));
      case 'i':
        this.#overlay = { kind: 'inspect', inspector: new Inspector() };
        return;
      case 'z':
        this.#span = (this.#span + 1) % SPANS.length;
        return;
      case 'm':
        this.#reach = (this.#reach + 1) % REACHES.length;
        return;
      case 'n': {
        const { instruments } = playback.simulation.market;
        playback.watch((this.#view.instrument % instruments.length) + 1);
        if (instruments.length === 1) this.#say(`${instruments[0].symbol} is the only instrument.`);
        return;
      }
      case '0':
      case 'escape':
        this.#only = undefined;
        return;
      case '?':
        this.#overlay = { kind: 'help', keys: this.#keys };
        return;
      default: {
        const panel = PANELS[Number(key) - 1];
        if (panel !== undefined) this.#only = this.#only === panel ? undefined : panel;
      }
    }
  }

  /** Goes to a time that a person wrote; returns what is wrong with it, or nothing. */
  goToText(answer: string): string {
    const at = momentOf(answer, this.#view.scenario);
    if (typeof at === 'string') return at;
    this.goTo(at);
    return '';
  }

  #followText(answer: string): string {
    const account = Number(answer);
    const { accountCount } = this.#playback.simulation.market;
    if (!Number.isInteger(account) || account < 1 || account > accountCount) return `A number from 1 to ${accountCount}.`;
    this.#follow = account;
    return '';
  }

  /** What could be otherwise from here on. */
  #offer(): void {
    this.#goal = undefined;
    this.#seeking = undefined;
    this.#overlay = { kind: 'choice', choices: choicesFor(this.#playback.simulation), at: 1 };
  }

  #choose({ choices, at }: { readonly choices: readonly Choice[]; readonly at: number }): void {
    const choice = choices[at];
    if (choice !== undefined) {
      const problem = this.compare(choice, this.#playback);
      if (problem === '') this.#overlay = undefined;
      else this.#overlay = { kind: 'text', title: choice.name, paragraphs: [`This cannot be changed here: ${problem}.`] };
      return;
    }
    this.#ask('Which rule? (path = value, such as fees.taker = 10bp)', (answer) => {
      const written = writtenChoice(answer);
      return written === undefined ? 'expected path = value' : this.compare(written, this.#playback);
    });
  }

  /** Both futures, from where a run stands; returns what is wrong, or nothing. */
  compare(choice: Choice, origin: Playback): string {
    const comparison = Comparison.start(
      origin,
      choice,
      origin.view(this.#looking, () => true),
      this.#clock,
    );
    if (typeof comparison === 'string') return comparison;
    const pace = new Pace(this.#pace.auto ? undefined : this.#pace.speed);
    this.#whatIf = new WhatIf({ comparison, pace, clock: this.#clock, ascii: this.#ascii, reach: REACHES[this.#reach] });
    return '';
  }

  #ask(question: string, take: (answer: string) => string): void {
    this.#overlay = { kind: 'prompt', question, answer: '', problem: '', take };
  }

  #overlayKey(overlay: Overlay, key: string): void {
    if (key === 'escape') {
      this.#overlay = undefined;
      return;
    }
    switch (overlay.kind) {
      case 'prompt':
        if (key === 'enter') {
          overlay.problem = overlay.take(overlay.answer);
          if (overlay.problem === '' && this.#overlay === overlay) this.#overlay = undefined;
        } else if (key === 'backspace') overlay.answer = overlay.answer.slice(0, -1);
        else if (key === 'space') overlay.answer += ' ';
        else if (key.length === 1) overlay.answer += key;
        return;
      case 'choice': {
        const count = overlay.choices.length + 1;
        if (key === 'up') overlay.at = (overlay.at + count - 1) % count;
        else if (key === 'down') overlay.at = (overlay.at + 1) % count;
        else if (key === 'left' || key === 'right') overlay.at = nextGroup(overlay.choices, overlay.at, key === 'left' ? -1 : 1);
        else if (key === 'enter') this.#choose(overlay);
        return;
      }
      case 'inspect':
        return this.#inspectKey(overlay.inspector, key);
      case 'help':
      case 'text':
        this.#overlay = undefined;
        return;
    }
  }

  #inspectKey(inspector: Inspector, key: string): void {
    const here = inspector.chosen(this.#canvas);
    if (key === 'enter' && here !== undefined) this.#explain(here);
    else if (key === 'i' || key === 'q') this.#overlay = undefined;
    else if (key === 'left' || key === 'right' || key === 'up' || key === 'down') inspector.move(key, this.#canvas);
  }

  #explain({ topic, about }: Spot): void {
    const explanation = explain(topic, about, this.#view);
    if (explanation !== undefined) this.#overlay = { kind: 'text', ...explanation };
  }
}
