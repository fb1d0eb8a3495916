// A run that is played: a stretch at a time, as long as there is time; to a condition; or back, by taking it up again
// from a keyframe and playing it to the moment asked for. The same run every time, so that going back is only a replay.

import { MICROS_PER_SECOND, type InstrumentId, type Micros, type Quote } from '../base/units.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { Atlas } from './atlas.ts';
import { Chronicle, type Mark } from './chronicle.ts';
import { forestOf, observe, type Forest, type View } from './view.ts';

/** Where runs can be taken up again. */
export interface Keyframes {
  /** Offered at multiples of KEYFRAME_EVERY, when everything before has been handled, and between them where much happens. */
  keep(simulation: Simulation, mark: Mark): void;
  /** A simulation that stands at the latest moment kept up to `at`, and its mark; the start is always kept. */
  take(at: Micros): { readonly simulation: Simulation; readonly mark: Mark };
}

/** A multiple of every width that a history's rows have for the first day: only there may a keyframe be. */
const KEYFRAME_GRID: Micros = 8 * MICROS_PER_SECOND;
/** At these there is one at any rate, and sooner where a stretch takes long to play: it would take as long again. */
export const KEYFRAME_EVERY: Micros = 16 * KEYFRAME_GRID;
const KEYFRAME_MS = 200;

/** How long a stretch should take: short, so that the time is looked at often. */
const STRETCH_MS = 2;
const LONGEST: Micros = 2 * MICROS_PER_SECOND;
/** Messages between two looks at the time, when a condition is looked for. */
const STEPS = 256;
/** How old the cascade may be that is shown while messages come by the thousand. */
const FOREST_MS = 200;

export interface PlaybackOptions {
  readonly simulation: Simulation;
  readonly keyframes: Keyframes;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** The past of a run that this one branches off from. */
  readonly chronicle?: Chronicle;
  /** What the fund began with, where the scenario does not say so. */
  readonly fundStart?: Quote;
}

export class Playback {
  simulation: Simulation;
  readonly chronicle: Chronicle;
  /** How far it has ever been played. */
  seen: Micros;
  readonly fundStart: Quote;
  #atlas: Atlas;
  readonly #keyframes: Keyframes;
  readonly #clock: () => number;
  #stretch: Micros = 50_000;
  /** How long has been played since the last keyframe, in milliseconds. */
  #unkept = 0;
  #known: { readonly simulation: Simulation; readonly delivered: number; readonly until: number; readonly forest: Forest } | undefined;

  constructor({ simulation, keyframes, clock, chronicle, fundStart }: PlaybackOptions) {
    this.simulation = simulation;
    this.chronicle = chronicle ?? new Chronicle(simulation);
    this.#keyframes = keyframes;
    this.#clock = clock;
    this.fundStart = fundStart ?? simulation.scenario.insuranceFund.cash;
    this.seen = simulation.now;
    this.#atlas = new Atlas(simulation.market, 1);
  }

  get now(): Micros {
    return this.simulation.now;
  }

  get ended(): boolean {
    return this.now >= this.simulation.scenario.duration;
  }

  /** Plays up to `to` while `mayGoOn`, which is asked at least every `longest`; returns whether it came there. */
  playTo(to: Micros, mayGoOn: () => boolean, longest: Micros = LONGEST): boolean {
    const { simulation } = this;
    const target = Math.min(to, simulation.scenario.duration);
    while (simulation.now < target) {
      const began = this.#clock();
      const boundary = (Math.floor((simulation.now + 1) / KEYFRAME_GRID) + 1) * KEYFRAME_GRID - 1;
      simulation.runUntil(Math.min(target, boundary, simulation.now + Math.min(longest, this.#stretch)));
      const took = this.#clock() - began;
      this.#unkept += took;
      if (simulation.now === boundary && ((boundary + 1) % KEYFRAME_EVERY === 0 || this.#unkept >= KEYFRAME_MS)) this.#keep(boundary);
      if (took < STRETCH_MS / 2) this.#stretch = Math.min(LONGEST, this.#stretch * 2);
      else if (took > STRETCH_MS * 2) this.#stretch = Math.max(1_000, Math.floor(this.#stretch / 2));
      this.seen = Math.max(this.seen, simulation.now);
      if (!mayGoOn()) break;
    }
    return simulation.now >= target;
  }

  /** Plays message by message until `found`, the end, or no time is left; returns whether there is no more to look for. */
  playUntil(found: () => boolean, mayGoOn: () => boolean): boolean {
    const { simulation } = this;
    do {
      for (let i = 0; i < STEPS; i++) {
        if (!simulation.step()) {
          // Nothing is left, but time passes to the end.
          simulation.runUntil(simulation.scenario.duration);
          return true;
        }
        this.seen = Math.max(this.seen, simulation.now);
        if (found()) return true;
      }
    } while (mayGoOn());
    return false;
  }

  /** Takes the run up again at the latest keyframe up to `at`, unless it stands between that and `at` already. */
  rewind(at: Micros): void {
    if (at >= this.simulation.now) return;
    const { simulation, mark } = this.#keyframes.take(at);
    this.simulation = simulation;
    this.#unkept = 0;
    this.chronicle.cut(mark, simulation);
    this.#atlas = new Atlas(simulation.market, this.#atlas.instrument);
  }

  watch(instrument: InstrumentId): void {
    if (instrument !== this.#atlas.instrument) this.#atlas = new Atlas(this.simulation.market, instrument);
  }

  /** The next view is of this very moment, the cascade too. */
  refresh(): void {
    this.#known = undefined;
  }

  /** What there is to see; the map is brought up to date while `mayGoOn`. */
  view(looking: { readonly reach: number; readonly follow: number }, mayGoOn: () => boolean): View {
    this.#atlas.ask(this.chronicle.takeTouched());
    this.#atlas.refresh(mayGoOn);
    const { fundStart } = this;
    return observe(this.simulation, this.chronicle, this.#atlas, this.#forest(), {
      ...looking,
      instrument: this.#atlas.instrument,
      fundStart,
    });
  }

  /** As it is, or as it was a moment ago while much happens. */
  #forest(): Forest {
    const now = this.#clock();
    const { simulation } = this;
    const { delivered } = simulation.kernel;
    const known = this.#known;
    if (
      known !== undefined &&
      known.simulation === simulation &&
      (known.delivered === delivered || (now < known.until && delivered > known.delivered + STEPS))
    )
      return known.forest;
    const forest = forestOf(simulation);
    this.#known = { simulation, delivered, until: now + FOREST_MS, forest };
    return forest;
  }

  #keep(boundary: Micros): void {
    this.#unkept = 0;
    this.#keyframes.keep(this.simulation, this.chronicle.mark(boundary));
  }
}
