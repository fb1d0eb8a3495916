// The page: a form, a worker that runs what is chosen in it, and a view of what the worker reports. All choices are in the
// link; nothing is fetched, stored or sent anywhere.

import { choicesIn, hashOf, type Choices } from './choices.ts';
import { Controls } from './controls.ts';
import { byId } from './element.ts';
import type { Order, Report, Standing } from './run-messages.ts';
import { RunView } from './run-view.ts';
import { clock, grouped, lasting } from '../src/base/figures.ts';
import RunWorker from './run-worker.ts?worker&inline';

type Doing = 'nothing' | 'running' | 'stopped';

class Page {
  readonly #controls = new Controls();
  readonly #status = byId('status', HTMLElement);
  readonly #wrong = byId('wrong', HTMLPreElement);
  readonly #worker: Worker = new RunWorker();
  /** What was asked for last, once something was. */
  #asked: Choices | undefined;
  #view: RunView | undefined;
  #doing: Doing = 'nothing';

  begin(): void {
    const { form, stop, link, pace } = this.#controls;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#run();
    });
    form.addEventListener('change', () => this.#remember());
    stop.addEventListener('click', () => this.#stop());
    link.addEventListener('click', () => this.#copyLink());
    pace.addEventListener('change', () => this.#order({ type: 'pace', pace: this.#controls.choices.pace }));
    const theme = byId('theme', HTMLSelectElement);
    theme.addEventListener('change', () => document.documentElement.setAttribute('data-theme', theme.value));
    addEventListener('hashchange', () => this.#follow());
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Report>) => this.#read(data));
    this.#worker.addEventListener('error', ({ message }) => this.#fail(`The engine stopped: ${message}`));
    this.#follow();
  }

  /** What the link says. */
  #follow(): void {
    const { choices, running } = choicesIn(location.hash);
    this.#controls.choices = choices;
    if (running) this.#run();
  }

  #remember(): void {
    history.replaceState(null, '', `#${hashOf(this.#controls.choices, this.#asked !== undefined)}`);
  }

  #run(): void {
    this.#asked = this.#controls.choices;
    this.#remember();
    this.#wrong.hidden = true;
    this.#now('running', 'Opening accounts …');
    this.#order({ type: 'start', choices: this.#asked });
  }

  #stop(): void {
    if (this.#doing === 'running') this.#order({ type: 'stop' });
    else if (this.#doing === 'stopped') {
      this.#now('running', 'Running.');
      this.#order({ type: 'go-on' });
    }
  }

  #copyLink(): void {
    this.#remember();
    const told = (text: string) => () => void (this.#status.textContent = text);
    // Some browsers give pages opened from a file no clipboard.
    const manual = told('The link is in the address bar.');
    if (navigator.clipboard === undefined) manual();
    else navigator.clipboard.writeText(location.href).then(told('The link is copied: it holds all choices.'), manual);
  }

  #order(order: Order): void {
    this.#worker.postMessage(order);
  }

  #read(report: Report): void {
    switch (report.type) {
      case 'ready':
        this.#view = new RunView(this.#asked!, report.facts, this.#view);
        this.#now('running', 'Running.');
        return;
      case 'rows':
        this.#view?.add(report.rows, report.lines);
        return;
      case 'stands':
        this.#view?.stands(report.standing);
        this.#now(report.standing.ended ? 'nothing' : 'stopped', said(report.standing, this.#view!));
        return;
      case 'wrong':
        this.#fail('This is no scenario:');
        this.#wrong.textContent = report.text;
        this.#wrong.hidden = false;
        return;
    }
  }

  #fail(text: string): void {
    this.#now('nothing', text);
  }

  #now(doing: Doing, text: string): void {
    this.#doing = doing;
    const { stop } = this.#controls;
    stop.disabled = doing === 'nothing';
    stop.textContent = doing === 'stopped' ? 'Go on' : 'Stop';
    this.#status.textContent = text;
    document.documentElement.dataset.doing = doing;
  }
}

function said({ ended, now, envelopes, seconds }: Standing, { facts }: RunView): string {
  const computed = `${grouped(envelopes)} messages, computed in ${lasting(seconds * 1_000)}`;
  return ended ? `Ended: ${computed}.` : `Stopped at ${clock(facts.start + now, true)}: ${computed}.`;
}

new Page().begin();
