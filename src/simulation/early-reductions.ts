// Were they needed? A policy may reduce positions before maintenance is reached. Each such account is followed as it would
// be if nobody had touched it: when marks to come would have brought it to maintenance, the reduction was needed; when they
// never do until the run ends, it was not. Nothing but marks is counterfactual here: that the price itself would have been
// another without these orders is left out, and so is whatever the owner would have done.

import { PPM, type AccountId, type ActorId, type InstrumentId, type Lots, type Quote, type Ticks } from '../base/units.ts';
import { Type, type Message } from '../messages.ts';
import type { Probe } from './cases.ts';

interface Leg {
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly mark: Ticks;
  /** Of the mark since then: where a long (a short) would be worst off. */
  worst: Ticks;
}

/** One account as it was when it was first reduced. */
interface Shadow {
  readonly account: AccountId;
  readonly equity: Quote;
  readonly legs: readonly Leg[];
}

export interface EarlyResult {
  /** Cases that began above maintenance. */
  readonly cases: number;
  /** Of them, those that would not have come to maintenance until the end of the run. */
  readonly unnecessary: number;
  /** Unnecessary ÷ cases; null without any. */
  readonly rate: number | null;
}

const { LiquidationOrdersCanceled, MarkPublished } = Type;

export interface EarlyOptions {
  readonly instruments: readonly InstrumentId[];
  readonly engine: ActorId;
  readonly probe: Pick<Probe, 'mark' | 'positionLots' | 'equity' | 'positionValue' | 'maintenanceOf'>;
}

export class EarlyReductions {
  private readonly instruments: readonly InstrumentId[];
  private readonly engine: ActorId;
  private readonly probe: EarlyOptions['probe'];
  private open: Shadow[] = [];
  private cases = 0;
  private needed = 0;

  constructor({ instruments, engine, probe }: EarlyOptions) {
    this.instruments = instruments;
    this.engine = engine;
    this.probe = probe;
  }

  read(message: Message): void {
    const { type } = message;
    if (type === LiquidationOrdersCanceled) this.begin(message);
    else if (type === MarkPublished && this.open.length > 0 && message.to === this.engine) this.mark(message.instrument, message.price);
  }

  result(): EarlyResult {
    const unnecessary = this.cases - this.needed;
    return { cases: this.cases, unnecessary, rate: this.cases === 0 ? null : Math.round((unnecessary / this.cases) * 1e4) / 1e4 };
  }

  /** The orders are canceled and nothing is closed yet: the account as it is. `ratio` is maintenance ÷ equity. */
  private begin(message: Message): void {
    const { account, ratio, amount } = message;
    if (message.to !== this.engine || ratio <= 0 || ratio >= PPM || amount <= 0) return;
    this.cases++;
    const { probe, instruments } = this;
    const legs: Leg[] = [];
    for (const instrument of instruments) {
      const lots = probe.positionLots(account, instrument);
      const mark = probe.mark(instrument);
      if (lots !== 0) legs.push({ instrument, lots, mark, worst: mark });
    }
    this.open.push({ account, equity: amount, legs });
  }

  private mark(instrument: InstrumentId, mark: Ticks): void {
    const { length } = this.open;
    this.open = this.open.filter((shadow) => !this.breaches(shadow, instrument, mark));
    this.needed += length - this.open.length;
  }

  /** Whether the untouched account would be at maintenance now. With one position only a new worst mark can tell. */
  private breaches({ equity, legs }: Shadow, instrument: InstrumentId, mark: Ticks): boolean {
    const moved = legs.find((leg) => leg.instrument === instrument);
    if (moved === undefined) return false;
    const isWorse = moved.lots > 0 ? mark < moved.worst : mark > moved.worst;
    if (isWorse) moved.worst = mark;
    else if (legs.length === 1) return false;
    const { probe } = this;
    let left = equity;
    let maintenance = 0;
    for (const { instrument: at, lots, mark: then } of legs) {
      const now = probe.mark(at);
      left += probe.positionValue(at, lots, now) - probe.positionValue(at, lots, then);
      maintenance += probe.maintenanceOf(at, lots, now);
    }
    return left <= maintenance;
  }
}
