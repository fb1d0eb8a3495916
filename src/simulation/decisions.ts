// The decisions of a run as lines of JSON: one for each that a policy took, and one for each liquidation that ended before
// any was needed, because canceling the account's orders was enough. Sizes, prices and money are decimal strings.

import { Decimal, plain } from '../base/decimal.ts';
import { formatInstant } from '../base/calendar.ts';
import type { AccountId, CaseId, InstrumentId, Micros, Quote } from '../base/units.ts';
import type { Alternative, Choice, DecisionRecord } from '../liquidation/decision-record.ts';
import { Reason, Type, type Message } from '../messages.ts';
import type { Scenario } from './scenario.ts';

export class Decisions {
  private readonly scenario: Scenario;
  private readonly write: (line: string) => void;
  /** The rules in force, by what they say; interventions make new ones. */
  private rule = '';
  private readonly started = new Map<CaseId, { readonly account: AccountId; readonly at: Micros; readonly equity: Quote }>();

  constructor(scenario: Scenario, write: (line: string) => void) {
    this.scenario = scenario;
    this.write = write;
  }

  /** From now on this policy decides. */
  ruledBy({ config }: Scenario): void {
    this.rule = JSON.stringify((config.liquidation as Record<string, unknown>).policy);
  }

  keep(record: DecisionRecord): void {
    this.started.delete(record.case);
    const { inputs } = record;
    this.line(record, {
      inputs: {
        equity: this.money(inputs.equity),
        maintenance: this.money(inputs.maintenance),
        wallet: this.money(inputs.wallet),
        leverage: inputs.leverage / 1e6,
        positions: inputs.positions.map((position) => ({
          instrument: this.symbol(position.instrument),
          lots: this.size(position.instrument, position.lots),
          mark: this.price(position.instrument, position.mark),
          index: this.price(position.instrument, position.index),
          notional: this.money(position.notional),
          liquidationPrice: this.price(position.instrument, position.liquidationPrice),
          bankruptcyPrice: this.price(position.instrument, position.bankruptcyPrice),
          book: position.book.map(([price, lots]) => [this.price(position.instrument, price), this.size(position.instrument, lots)]),
          ...(position.estimate !== undefined && {
            estimate: {
              depth: position.estimate.depth === 0 ? null : this.size(position.instrument, position.estimate.depth),
              halfLifeMs: position.estimate.halfLife / 1_000,
              volatility: position.estimate.volatility,
              markShare: position.estimate.markShare,
            },
          }),
        })),
        ...(inputs.seen !== undefined && { seen: inputs.seen }),
      },
      alternatives: record.alternatives.map((one) => ({ ...this.named(one), what: one.what, score: this.money(Math.round(one.score)) })),
      choice: this.named(record.choice),
      reason: record.reason,
    });
  }

  /** Hears every message; only the venue's own word about a case counts. */
  read(message: Message): void {
    // The engine's own copy, which comes before any decision: what owners are told may come after it.
    if (message.type === Type.LiquidationOrdersCanceled)
      this.started.set(message.case, { account: message.account, at: message.sentAt, equity: message.amount });
    if (message.type !== Type.LiquidationClosed) return;
    const begun = this.started.get(message.case);
    this.started.delete(message.case);
    if (begun === undefined || message.reason !== Reason.restored) return;
    this.line(
      { case: message.case, account: begun.account, at: message.sentAt, startedAt: begun.at, round: 0 },
      {
        inputs: { equity: this.money(begun.equity) },
        alternatives: [],
        choice: { action: 'cancel-orders' },
        reason: 'canceling its open orders brought the account back above maintenance',
      },
    );
  }

  private line(head: Pick<DecisionRecord, 'case' | 'account' | 'at' | 'startedAt' | 'round'>, rest: object): void {
    const { start } = this.scenario;
    this.write(
      JSON.stringify({
        case: head.case,
        account: head.account,
        time: formatInstant(start + head.at),
        at: head.at,
        startedAt: head.startedAt,
        round: head.round,
        rule: JSON.parse(this.rule) as unknown,
        ...rest,
      }),
    );
  }

  private named({ action, instrument, lots, ...rest }: Choice | Alternative): object {
    const { side, limit, until } = rest as Choice;
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

  private price(instrument: InstrumentId, ticks: number): string {
    return plain(new Decimal(ticks).mul(this.scenario.instruments[instrument - 1].tick));
  }

  private size(instrument: InstrumentId, lots: number): string {
    return plain(new Decimal(lots).mul(this.scenario.instruments[instrument - 1].lot));
  }

  private money(amount: Quote): string {
    return plain(new Decimal(amount).mul(this.scenario.settlement.unit));
  }
}
