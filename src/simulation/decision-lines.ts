// A decision about a liquidation as a line of JSON and back, without loss: sizes, prices and money are decimal strings there
// and integers here, instruments have their names. What a policy remembered stands as it is, in ticks, lots and quote units.

import { formatInstant } from '../base/calendar.ts';
import { Decimal, unitWriter, wholeUnits } from '../base/decimal.ts';
import { PPM, type InstrumentId, type Lots, type Micros, type Quote, type Side, type Ticks } from '../base/units.ts';
import type { Alternative, Choice, DecisionInputs, DecisionRecord, PositionInput } from '../liquidation/decision-record.ts';
import type { MarketEstimate } from '../liquidation/policy.ts';
import type { Remembered } from '../liquidation/remembered.ts';
import type { MarginScale } from '../market/margin-scale.ts';
import { CODE_DIGEST } from './code-digest.ts';
import { codeVersion } from './manifest.ts';
import type { Config, Scenario } from './scenario.ts';

/** What every line begins with. */
export type Head = Pick<DecisionRecord, 'case' | 'account' | 'at' | 'startedAt' | 'round'>;

/** A line, parsed. */
export interface DecisionLine extends Head {
  /** Calendar time. */
  readonly time: string;
  /** The policy in force with all its parameters, as a scenario file would say it. */
  readonly rule: Config;
  /** Of the code: package and build. */
  readonly version: string;
  readonly inputs: { readonly equity: string; readonly maintenance: string } & Partial<InputsLine>;
  readonly alternatives: readonly object[];
  readonly choice: { readonly action: Choice['action'] | 'cancel-orders' };
  readonly reason: string;
}

interface InputsLine {
  readonly equity: string;
  readonly maintenance: string;
  readonly wallet: string;
  readonly leverage: number;
  readonly lastInstrument: string | null;
  readonly positions: readonly PositionLine[];
  readonly volunteers?: readonly {
    readonly instrument: string;
    readonly lots: string;
    readonly price: string;
    readonly takers: readonly { readonly account: number; readonly discount: number; readonly lots: string }[];
  }[];
  readonly seen?: DecisionInputs['seen'];
  readonly memory?: Remembered;
}

interface PositionLine {
  readonly instrument: string;
  readonly lots: string;
  readonly mark: string;
  readonly index: string;
  readonly notional: string;
  readonly liquidationPrice: string;
  readonly bankruptcyPrice: string;
  readonly unrealised: string;
  readonly marginScale?: MarginScale;
  readonly kept?: number;
  readonly book: readonly (readonly [price: string, lots: string])[];
  readonly estimate?: object;
}

/** This code, as every line names it. */
export function decisionVersion(): string {
  return `${codeVersion()}+${CODE_DIGEST.slice(0, 12)}`;
}

export class DecisionLines {
  private readonly scenario: Pick<Scenario, 'start' | 'instruments' | 'settlement'>;
  private readonly version = decisionVersion();
  /** By instrument, from 1. */
  private readonly prices: readonly ((ticks: Ticks) => string)[];
  private readonly sizes: readonly ((lots: Lots) => string)[];
  /** A decimal string in the settlement asset. */
  readonly money: (amount: Quote) => string;

  constructor(scenario: Pick<Scenario, 'start' | 'instruments' | 'settlement'>) {
    this.scenario = scenario;
    const { instruments, settlement } = scenario;
    this.prices = ['1', ...instruments.map(({ tick }) => tick)].map(unitWriter);
    this.sizes = ['1', ...instruments.map(({ lot }) => lot)].map(unitWriter);
    this.money = unitWriter(settlement.unit);
  }

  headOf(
    { case: id, account, at, startedAt, round }: Head,
    rule: Config,
  ): Omit<DecisionLine, 'inputs' | 'alternatives' | 'choice' | 'reason'> {
    const time = formatInstant(this.scenario.start + at);
    return { case: id, account, time, at, startedAt, round, rule, version: this.version };
  }

  lineOf(record: DecisionRecord, rule: Config): DecisionLine {
    return {
      ...this.headOf(record, rule),
      inputs: this.inputsLine(record.inputs),
      alternatives: record.alternatives.map((one) => ({ ...this.named(one), what: one.what, score: this.money(Math.round(one.score)) })),
      choice: this.named(record.choice),
      reason: record.reason,
    };
  }

  /** The inputs of a line that `lineOf` made. Throws a RangeError where a figure is none, or no whole number of its units. */
  inputsOf({ inputs }: DecisionLine): DecisionInputs {
    const { positions = [], wallet = '0', leverage = 0, lastInstrument = null, volunteers, memory } = inputs;
    return {
      equity: this.quote(inputs.equity),
      maintenance: this.quote(inputs.maintenance),
      wallet: this.quote(wallet),
      leverage: Math.round(leverage * PPM),
      lastInstrument: lastInstrument === null ? 0 : this.id(lastInstrument),
      positions: positions.map((position) => this.positionOf(position)),
      ...(volunteers !== undefined && {
        volunteers: volunteers.map(({ instrument, lots, price, takers }) => ({
          instrument: this.id(instrument),
          lots: this.lots(this.id(instrument), lots),
          price: this.ticks(this.id(instrument), price),
          takers: takers.map((taker) => ({
            account: taker.account,
            discount: Math.round(taker.discount * PPM),
            room: this.lots(this.id(instrument), taker.lots),
          })),
        })),
      }),
      ...(memory !== undefined && { memory }),
    };
  }

  quote(text: string): Quote {
    return whole(text, this.scenario.settlement.unit);
  }

  private inputsLine(inputs: DecisionInputs): InputsLine {
    return {
      equity: this.money(inputs.equity),
      maintenance: this.money(inputs.maintenance),
      wallet: this.money(inputs.wallet),
      leverage: inputs.leverage / PPM,
      lastInstrument: inputs.lastInstrument === 0 ? null : this.symbol(inputs.lastInstrument),
      positions: inputs.positions.map((position) => this.positionLine(position)),
      ...(inputs.volunteers !== undefined && {
        volunteers: inputs.volunteers.map(({ instrument, lots, price, takers }) => ({
          instrument: this.symbol(instrument),
          lots: this.size(instrument, lots),
          price: this.price(instrument, price),
          takers: takers.map(({ account, discount, room }) => ({ account, discount: discount / PPM, lots: this.size(instrument, room) })),
        })),
      }),
      ...(inputs.seen !== undefined && { seen: inputs.seen }),
      ...(inputs.memory !== undefined && { memory: inputs.memory }),
    };
  }

  private positionLine(position: PositionInput): PositionLine {
    const { instrument, marginScale, kept, estimate } = position;
    return {
      instrument: this.symbol(instrument),
      lots: this.size(instrument, position.lots),
      mark: this.price(instrument, position.mark),
      index: this.price(instrument, position.index),
      notional: this.money(position.notional),
      liquidationPrice: this.price(instrument, position.liquidationPrice),
      bankruptcyPrice: this.price(instrument, position.bankruptcyPrice),
      unrealised: this.money(position.unrealised),
      ...(marginScale !== undefined && { marginScale }),
      ...(kept !== undefined && { kept }),
      book: position.book.map(([price, lots]) => [this.price(instrument, price), this.size(instrument, lots)] as const),
      ...(estimate !== undefined && { estimate: this.estimateLine(estimate) }),
    };
  }

  private positionOf(line: PositionLine): PositionInput {
    const instrument = this.id(line.instrument);
    return {
      instrument,
      lots: this.lots(instrument, line.lots),
      mark: this.ticks(instrument, line.mark),
      index: this.ticks(instrument, line.index),
      notional: this.quote(line.notional),
      liquidationPrice: this.ticks(instrument, line.liquidationPrice),
      bankruptcyPrice: this.ticks(instrument, line.bankruptcyPrice),
      unrealised: this.quote(line.unrealised),
      ...(line.marginScale !== undefined && { marginScale: line.marginScale }),
      ...(line.kept !== undefined && { kept: line.kept }),
      book: line.book.map(([price, lots]) => [this.ticks(instrument, price), this.lots(instrument, lots)] as const),
    };
  }

  private estimateLine({ instrument, depth, halfLife, volatility, markShare }: MarketEstimate): object {
    return { depth: depth === 0 ? null : this.size(instrument, depth), halfLifeMs: halfLife / 1_000, volatility, markShare };
  }

  private named({ action, instrument, lots, ...rest }: Choice | Alternative): { readonly action: Choice['action'] } {
    const { side, limit, until } = rest as { readonly side?: Side; readonly limit?: Ticks; readonly until?: Micros };
    return {
      action,
      ...(instrument !== undefined && { instrument: this.symbol(instrument) }),
      ...(side !== undefined && { side: side > 0 ? 'buy' : 'sell' }),
      ...(instrument !== undefined && lots !== undefined && { lots: this.size(instrument, lots) }),
      ...(instrument !== undefined && limit !== undefined && { limit: limit === 0 ? null : this.price(instrument, limit) }),
      ...(until !== undefined && { until }),
    };
  }

  private symbol(instrument: InstrumentId): string {
    return this.scenario.instruments[instrument - 1].symbol;
  }

  private id(symbol: string): InstrumentId {
    const id = this.scenario.instruments.findIndex((instrument) => instrument.symbol === symbol) + 1;
    if (id === 0) throw new RangeError(`there is no instrument ${symbol}`);
    return id;
  }

  private price(instrument: InstrumentId, ticks: Ticks): string {
    return this.prices[instrument](ticks);
  }

  private ticks(instrument: InstrumentId, text: string): Ticks {
    return whole(text, this.scenario.instruments[instrument - 1].tick);
  }

  private size(instrument: InstrumentId, lots: Lots): string {
    return this.sizes[instrument](lots);
  }

  private lots(instrument: InstrumentId, text: string): Lots {
    return whole(text, this.scenario.instruments[instrument - 1].lot);
  }
}

function whole(text: string, unit: string): number {
  const units = wholeUnits(new Decimal(text), unit);
  if (units === undefined) throw new RangeError(`${text} is no whole number of ${unit}`);
  return units;
}
