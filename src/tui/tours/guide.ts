// A lesson while it is given: what has been told, what is waited for, and what comes at the end: a question, and the same
// moment once more with a rule changed.

import type { Micros } from '../../base/units.ts';
import type { Config } from '../../simulation/scenario.ts';
import type { Choice } from '../choices.ts';
import type { Playback } from '../playback.ts';
import type { View } from '../view.ts';
import { factsOf } from './condition.ts';
import { filledIn } from './figures.ts';
import type { Attempt, Telling, Tour } from './tour.ts';

/** What is said now. */
export interface Said {
  readonly title: string;
  readonly text: string;
  readonly keys: string;
}

type Phase = 'playing' | 'telling' | 'asking' | 'trying' | 'told';

export class Guide {
  readonly tour: Tour;
  #phase: Phase = 'playing';
  /** The next to be told. */
  #next = 0;
  #since: Micros = 0;
  #text = '';
  /** Which of what is tried. */
  #attempt = 0;

  constructor(tour: Tour) {
    this.tour = tour;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether it is time for the next telling. */
  due(playback: Playback): boolean {
    const telling = this.tour.tellings[this.#next];
    return telling !== undefined && telling.when(factsOf(playback), this.#since);
  }

  /** Whoever the next telling follows. */
  get upcoming(): Telling | undefined {
    return this.tour.tellings[this.#next];
  }

  /** Says what is due, with the numbers of this moment. */
  tell(view: View): void {
    const telling = this.tour.tellings[this.#next];
    this.#text = filledIn(telling.say, view);
    this.#since = view.now;
    this.#next++;
    this.#phase = 'telling';
  }

  /** The run is over: tellings that never came are left out. Returns whether one is due after them. */
  skip(playback: Playback): boolean {
    while (this.#next < this.tour.tellings.length && !this.due(playback)) this.#next++;
    return this.#next < this.tour.tellings.length;
  }

  /** Everything has been told: the question is asked. */
  finish(view: View): void {
    this.#text = filledIn(this.tour.question, view);
    this.#phase = 'asking';
  }

  /** The listener has read it. */
  goOn(view: View): void {
    if (this.#phase === 'telling') {
      this.#phase = 'playing';
      if (this.#next >= this.tour.tellings.length) this.finish(view);
    } else if (this.#phase === 'asking') this.#phase = 'trying';
    else if (this.#phase === 'told' && this.#attempt < this.tour.attempts.length - 1) {
      this.#attempt++;
      this.#text = '';
      this.#phase = 'asking';
    }
  }

  /** Nothing more is to be tried. */
  get done(): boolean {
    return this.#phase === 'told' && this.#attempt === this.tour.attempts.length - 1;
  }

  get #trying(): Attempt {
    return this.tour.attempts[this.#attempt];
  }

  /** Both futures have been played: `changed` is how the other one ended. */
  conclude(changed: View, unchanged: View): void {
    this.#text = filledIn(this.#trying.after, changed, unchanged);
    this.#phase = 'told';
  }

  get choice(): Choice {
    const { change } = this.#trying;
    return {
      name: Object.entries(change)
        .map(([path, value]) =>
          path === 'breakers.rules' ? `breaker: ${shortened(value)}` : `${path.replace(/^liquidation\./, '')} = ${shortened(value)}`,
        )
        .join(', '),
      note: '',
      apply: (simulation) => {
        for (const [path, value] of Object.entries(change)) simulation.intervene(path, value);
      },
    };
  }

  get said(): Said | undefined {
    const { title, tellings } = this.tour;
    switch (this.#phase) {
      case 'telling':
        return {
          title: `${title}  ${this.#next} of ${tellings.length}`,
          text: this.#text,
          keys: 'enter: go on   + −: speed   i: what is this number?',
        };
      case 'asking':
        return { title: `${title}  a question`, text: `${this.#text} ${this.#trying.say}`.trim(), keys: 'enter: try it   q: leave' };
      case 'told':
        return { title: `${title}  what came of it`, text: this.#text, keys: this.done ? 'q: leave' : 'enter: go on   q: leave' };
      default:
        return undefined;
    }
  }
}

/** A rule by its kind alone, everything else as it is written. */
function shortened(value: Config): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shortened).join(' + ');
  if (typeof value === 'object' && value !== null && 'kind' in value) return String(value.kind as string);
  return JSON.stringify(value).replaceAll('"', '');
}
