// Refits what the liquidation engine takes the market for: volatility, depth, resilience, impact. It samples what the venue
// sees at marks, and once an interval says what the last minutes amount to, as far as they are known after a delay; each
// refit is an envelope to the engine for either side of the book. Off, it looks at nothing and sends nothing.

import { ln } from '../base/math.ts';
import { PPM, type ActorId, type InstrumentId, type Lots, type Micros, type Ticks } from '../base/units.ts';
import { impactOfFlow, persistenceOf, volatilityOf } from '../estimators/market-fit.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { FILL_MAKER } from '../market/fills.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';

export interface RecalibrationRules {
  /** Between two refits; 0: never. */
  readonly every: Micros;
  /** `stale`: once. `rolling`: again and again. `oracle`: what is true, without delay; volatility is that of the time to come. */
  readonly kind: 'stale' | 'rolling' | 'oracle';
  /** How far back samples count. */
  readonly window: Micros;
  /** What is more recent than this is not known yet. */
  readonly lag: Micros;
}

/** The index as it will be, in ticks; asked for times that never go back. */
export interface Foresight {
  price(at: Micros): Ticks;
}

export interface RecalibratorOptions extends RecalibrationRules {
  readonly market: Market;
  /** By instrument id, for an oracle; undefined: nobody can be one. */
  readonly foresight: readonly Foresight[] | undefined;
}

const SECOND = 1_000_000;
const YEAR_SECONDS = 31_557_600;
/** Between two samples at least. */
const SAMPLE: Micros = SECOND;
/** Depth is what rests within this of the mark, a fraction of it. */
const DISTANCE = 0.01;
/** Fewer samples say nothing. */
const FEWEST = 20;
/** Marks average over a while: what a trade did to them is seen over so many samples. */
const BLOCK = 10;

/** What was seen of one instrument, oldest first, columns side by side. */
class Samples {
  readonly at: number[] = [];
  readonly mark: number[] = [];
  readonly basis: number[] = [];
  readonly bids: number[] = [];
  readonly asks: number[] = [];
  /** Lots bought less lots sold by takers since the sample before. */
  readonly flow: number[] = [];
  /** Since the last sample. */
  running = 0;

  forget(before: Micros): void {
    const first = this.at.findIndex((at) => at >= before);
    if (first > 0) for (const column of [this.at, this.mark, this.basis, this.bids, this.asks, this.flow]) column.splice(0, first);
  }
}

export class Recalibrator {
  readonly name = 'recalibrator';
  private rules: RecalibrationRules;
  private readonly market: Market;
  private readonly foresight: readonly Foresight[] | undefined;
  private context!: ActorContext<Message>;
  private engine = 0;
  private readonly samples: Samples[] = [];
  private readonly nextFit: number[] = [];
  /** By instrument, how often it was refitted. */
  private readonly fits: number[] = [];

  constructor({ market, foresight, ...rules }: RecalibratorOptions) {
    this.rules = rules;
    this.market = market;
    this.foresight = foresight;
    for (const { id } of market.instruments) {
      this.samples[id] = new Samples();
      this.nextFit[id] = rules.every;
      this.fits[id] = 0;
    }
  }

  /** Its place among the actors, and whom it tells. */
  attach(context: ActorContext<Message>, engine: ActorId): void {
    this.context = context;
    this.engine = engine;
  }

  /** What was seen stays; the first refit under new rules comes an interval later. */
  changeRules(rules: RecalibrationRules): void {
    const { every, kind, window, lag } = this.rules;
    if (every === rules.every && kind === rules.kind && window === rules.window && lag === rules.lag) return;
    this.rules = rules;
    for (const { id } of this.market.instruments) {
      this.nextFit[id] = this.context.now + rules.every;
      this.fits[id] = 0;
    }
  }

  /** Nothing is said to it: it sees what it has to. */
  handle(_message: Message): void {}

  /** After a command or a forced closure: the executions are the market's rows. */
  traded(instrument: InstrumentId): void {
    if (this.rules.every === 0) return;
    const { fills } = this.market;
    for (let row = 0; row < fills.count; row++)
      if ((fills.flags(row) & FILL_MAKER) === 0) this.samples[instrument].running += fills.side(row) * fills.lots(row);
  }

  /** After the market took a mark. */
  marked(instrument: InstrumentId, mark: Ticks): void {
    const { every, kind } = this.rules;
    if (every === 0) return;
    const { now } = this.context;
    this.sample(instrument, mark, now);
    if (now < this.nextFit[instrument]) return;
    const due = this.nextFit[instrument];
    this.nextFit[instrument] = due + every * (Math.floor((now - due) / every) + 1);
    if (kind === 'stale' && this.fits[instrument] > 0) return;
    this.refit(instrument, now, this.nextFit[instrument]);
  }

  private sample(instrument: InstrumentId, mark: Ticks, now: Micros): void {
    const samples = this.samples[instrument];
    if (samples.at.length > 0 && now - samples.at[samples.at.length - 1] < SAMPLE) return;
    const book = this.market.book(instrument);
    const { minPrice, maxPrice } = this.market.instrument(instrument);
    samples.at.push(now);
    samples.mark.push(mark);
    samples.basis.push(mark - this.market.indexPrice(instrument));
    samples.bids.push(book.sweep(-1, Number.MAX_SAFE_INTEGER, Math.max(minPrice, Math.ceil(mark * (1 - DISTANCE)))));
    samples.asks.push(book.sweep(1, Number.MAX_SAFE_INTEGER, Math.min(maxPrice, Math.floor(mark * (1 + DISTANCE)))));
    samples.flow.push(samples.running);
    samples.running = 0;
  }

  private refit(instrument: InstrumentId, now: Micros, until: Micros): void {
    const { kind, window } = this.rules;
    const samples = this.samples[instrument];
    const lag = kind === 'oracle' ? 0 : this.rules.lag;
    samples.forget(now - this.rules.lag - window);
    const known = samples.at.findLastIndex((at) => at <= now - lag) + 1;
    if (known < FEWEST) return;
    this.fits[instrument]++;
    const seconds = samples.at.slice(0, known).map((at) => at / SECOND);
    const mark = samples.mark.slice(0, known);
    const bids = samples.bids.slice(0, known);
    const asks = samples.asks.slice(0, known);
    const moves = samples.basis.slice(1, known).map((basis, i) => basis - samples.basis[i]);
    const impact = impactOfFlow(moves, samples.flow.slice(1, known), BLOCK);
    const apart = ((seconds[known - 1] - seconds[0]) / (known - 1)) * SECOND;
    const seen = volatilityOf(seconds, mark);
    const volatility = kind === 'oracle' ? (this.ahead(instrument, now, until) ?? seen) : seen;
    // The other side's orders meet this one.
    for (const side of [1, -1] as const) {
      const rested = side > 0 ? asks : bids;
      const depth = meanOf(rested);
      // A tick further takes so many lots; a lot that moves the mark by as much as it moves the quote keeps all of its way.
      const slope = depth === 0 ? 0 : (DISTANCE * mark[known - 1]) / depth;
      const draft = this.context.send(this.engine, Type.Recalibrated);
      draft.instrument = instrument;
      draft.side = side;
      draft.lots = kind === 'oracle' ? 0 : Math.max(1, Math.round(depth));
      draft.amount = halfLifeOf(persistenceOf(rested), apart) as number;
      draft.rate = Math.round(volatility * Math.sqrt(YEAR_SECONDS) * PPM);
      draft.tag = slope === 0 ? 0 : Math.round(PPM * Math.min(1, impact / slope));
    }
  }

  /** How restless the index will be. */
  private ahead(instrument: InstrumentId, from: Micros, to: Micros): number | undefined {
    const path = this.foresight?.[instrument];
    if (path === undefined) return undefined;
    const times: number[] = [];
    const prices: number[] = [];
    for (let at = from; at <= to; at += SAMPLE) {
      times.push(at / SECOND);
      prices.push(path.price(at));
    }
    return volatilityOf(times, prices);
  }
}

function meanOf(values: readonly Lots[]): number {
  return values.reduce<number>((sum, value) => sum + value, 0) / values.length;
}

/** The time in which half of a deviation is gone, of which `persistence` is left after `apart`; a day at most. */
function halfLifeOf(persistence: number, apart: Micros): Micros {
  if (persistence <= 0) return 0;
  const most = 86_400 * SECOND;
  return persistence >= 1 ? most : Math.min(most, Math.round((-Math.LN2 * apart) / ln(persistence)));
}
