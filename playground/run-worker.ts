// The worker: the very engine of the command line, played in short turns between which it listens to the page.

import { overridesOf, type Choices } from './choices.ts';
import type { Facts, Line, Order, Report, Row } from './run-messages.ts';
import { figuresOf } from '../src/cli/headline.ts';
import { notional } from '../src/market/instrument.ts';
import { ConfigError } from '../src/simulation/config-error.ts';
import { readScenarioFile } from '../src/simulation/scenario-reader.ts';
import { createSimulation, type Simulation } from '../src/simulation/simulation.ts';
import { Chronicle } from '../src/tui/chronicle.ts';
import { FINEST } from '../src/tui/history.ts';

/** About so many rows a run. */
const ROWS = 600;
/** How long a turn may take before the page is heard, in milliseconds. */
const TURN = 40;

class Run {
  readonly choices: Choices;
  readonly facts: Facts;
  readonly #simulation: Simulation;
  readonly #chronicle: Chronicle;
  #rows = 0;
  #lines = 0;
  #milliseconds = 0;

  /** Throws a ConfigError for choices that make no scenario. */
  constructor(choices: Choices) {
    this.choices = choices;
    const scenario = readScenarioFile(`/sim-configs/scenarios/${choices.scenario}.yaml`, {
      set: overridesOf(choices),
      ...(choices.seed === '' ? {} : { seed: choices.seed }),
    });
    this.#simulation = createSimulation(scenario);
    this.#chronicle = new Chronicle(this.#simulation);
    const { name, start, duration, instruments, settlement } = scenario;
    const { symbol, tick } = instruments[0];
    const width = FINEST * Math.max(1, Math.ceil(duration / ROWS / FINEST));
    const { seed } = this.#simulation;
    this.facts = { name, seed, symbol, asset: settlement.asset, decimals: decimalsOf(tick), start, duration, width, ...this.#held() };
  }

  get now(): number {
    return this.#simulation.now;
  }

  get ended(): boolean {
    return this.now >= this.facts.duration;
  }

  /** Plays for the time of a turn, and not beyond `limit`; the rows that were completed and what there is to tell. */
  turn(limit: number): { readonly rows: Row[]; readonly lines: Line[] } {
    const began = performance.now();
    const rows: Row[] = [];
    const { duration, width } = this.facts;
    while (!this.ended && this.now + FINEST <= Math.max(limit, this.now) && performance.now() - began < TURN) {
      const turnsAt = Math.min(duration, (this.#rows + 1) * width);
      this.#simulation.runUntil(Math.min(turnsAt, this.now + FINEST));
      if (this.now === turnsAt) rows.push(this.#row());
    }
    this.#milliseconds += performance.now() - began;
    const lines = this.#chronicle.lines.slice(this.#lines);
    this.#lines = this.#chronicle.lines.length;
    return { rows, lines };
  }

  /** Asking changes nothing: a run may go on after it. */
  standing(): Report {
    const simulation = this.#simulation;
    const { name, asset, seed } = this.facts;
    const headline = simulation.headline();
    const digest = simulation.kernel.digest();
    const envelopes = simulation.kernel.delivered;
    const manifest = { scenario: { name }, seed, headline, digest, envelopes, invariants: simulation.invariants() };
    const figures = figuresOf(headline, { asset, manifest });
    return {
      type: 'stands',
      standing: { now: this.now, ended: this.ended, digest, envelopes, figures, seconds: this.#milliseconds / 1_000 },
    };
  }

  /** What is open, at mark, and what the fund has. */
  #held(): { readonly openInterest: number; readonly fund: number } {
    const { market, scenario } = this.#simulation;
    const unit = Number(scenario.settlement.unit);
    let open = 0;
    for (const instrument of market.instruments)
      open += notional(instrument, market.openInterest(instrument.id), market.markPrice(instrument.id));
    return { openInterest: open * unit, fund: market.fund.equity * unit };
  }

  #row(): Row {
    const { scenario } = this.#simulation;
    const { totals, winners } = this.#chronicle;
    const tick = Number(scenario.instruments[0].tick);
    const unit = Number(scenario.settlement.unit);
    const from = this.#rows++ * this.facts.width;
    const { low, high, close, mark, index, halted, longs, shorts } = this.#chronicle.histories[1].stretch(from, this.now);
    return {
      at: this.now,
      low: low * tick,
      high: high * tick,
      last: close * tick,
      mark: mark * tick,
      index: index * tick,
      halted,
      longs: longs * unit,
      shorts: shorts * unit,
      ...this.#held(),
      calls: totals.calls,
      liquidations: totals.liquidations,
      closed: (totals.onBook + totals.takenOver + totals.assigned + totals.pooled + totals.deleveraged) * unit,
      winners,
      badDebt: totals.badDebt * unit,
    };
  }
}

/** Plays one run at a time: the latest that was asked for. */
class Player {
  #run: Run | undefined;
  #pace = 0;
  /** From where the pace is counted. */
  #paced = { wall: 0, now: 0 };
  #timer = 0;

  obey(order: Order): void {
    switch (order.type) {
      case 'start':
        this.#halt();
        this.#run = this.#begin(order.choices);
        if (this.#run !== undefined) this.#goOn(order.choices.pace);
        return;
      case 'stop':
        this.#halt();
        if (this.#run !== undefined) say(this.#run.standing());
        return;
      case 'go-on':
        this.#goOn(this.#pace);
        return;
      case 'pace':
        this.#pace = order.pace;
        this.#paced = { wall: performance.now(), now: this.#run?.now ?? 0 };
        return;
    }
  }

  #begin(choices: Choices): Run | undefined {
    try {
      const run = new Run(choices);
      say({ type: 'ready', facts: run.facts });
      return run;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      say({ type: 'wrong', text: error.format() });
      return undefined;
    }
  }

  #halt(): void {
    clearTimeout(this.#timer);
  }

  #goOn(pace: number): void {
    this.#pace = pace;
    this.#paced = { wall: performance.now(), now: this.#run?.now ?? 0 };
    this.#turn();
  }

  #turn(): void {
    const run = this.#run;
    if (run === undefined) return;
    const passed = (performance.now() - this.#paced.wall) * 1_000;
    const { rows, lines } = run.turn(this.#pace === 0 ? Infinity : this.#paced.now + passed * this.#pace);
    if (rows.length + lines.length > 0 || run.ended) say({ type: 'rows', now: run.now, rows, lines });
    if (run.ended) say(run.standing());
    else this.#timer = setTimeout(() => this.#turn(), this.#pace === 0 ? 0 : 20) as unknown as number;
  }
}

/** As many as the smallest step has. */
function decimalsOf(tick: string): number {
  return tick.includes('.') ? tick.length - tick.indexOf('.') - 1 : 0;
}

function say(report: Report): void {
  postMessage(report);
}

const player = new Player();
addEventListener('message', ({ data }: MessageEvent<Order>) => player.obey(data));
