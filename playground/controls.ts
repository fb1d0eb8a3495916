// The form: what it offers, and what is chosen in it.

import { BUILD } from './build.ts';
import type { Choices } from './choices.ts';
import { byId, html } from './element.ts';

export class Controls {
  readonly form = byId('controls', HTMLFormElement);
  readonly pace = byId('pace', HTMLSelectElement);
  readonly stop = byId('stop', HTMLButtonElement);
  readonly link = byId('link', HTMLButtonElement);
  readonly #scenario = byId('scenario', HTMLSelectElement);
  readonly #seed = byId('seed', HTMLInputElement);
  readonly #venue = byId('venue', HTMLSelectElement);
  readonly #policy = byId('policy', HTMLSelectElement);
  readonly #liquidation = byId('liquidation', HTMLInputElement);
  readonly #leverage = byId('leverage', HTMLInputElement);
  readonly #set = byId('set', HTMLTextAreaElement);

  constructor() {
    this.#scenario.append(...BUILD.scenarios.map(({ name }) => new Option(name, name)));
    this.#venue.append(...BUILD.venues.map((name) => new Option(name, name)));
    this.#policy.append(...BUILD.policies.map(({ kind }) => new Option(kind, kind)));
    this.form.addEventListener('change', () => this.#explain());
  }

  get choices(): Choices {
    return {
      scenario: this.#scenario.value,
      seed: this.#seed.value.trim(),
      venue: this.#venue.value,
      policy: this.#policy.value,
      liquidation: this.#liquidation.checked,
      leverage: this.#leverage.checked,
      set: this.#set.value
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      pace: Number(this.pace.value),
    };
  }

  set choices({ scenario, seed, venue, policy, liquidation, leverage, set, pace }: Choices) {
    choose(this.#scenario, scenario);
    choose(this.#venue, venue);
    choose(this.#policy, policy);
    choose(this.pace, String(pace));
    this.#seed.value = seed;
    this.#liquidation.checked = liquidation;
    this.#leverage.checked = leverage;
    this.#set.value = set.join('\n');
    this.#explain();
  }

  #explain(): void {
    byId('question', HTMLElement).textContent = BUILD.scenarios.find(({ name }) => name === this.#scenario.value)?.question ?? '';
    byId('policy-doc', HTMLElement).textContent = BUILD.policies.find(({ kind }) => kind === this.#policy.value)?.doc ?? '';
  }
}

/** What a link names is kept even if it is not on offer: the run then says what is wrong with it. */
function choose(select: HTMLSelectElement, value: string): void {
  if (![...select.options].some((option) => option.value === value)) select.append(html('option', { value }, value));
  select.value = value;
}
