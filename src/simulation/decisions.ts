// The decisions of a run as lines of JSON: one for each that a policy took, and one for each liquidation that ended before
// any was needed, because canceling the account's orders was enough. Each can be made again from its line alone, the scenario
// given: see audit/verify.ts.

import type { AccountId, CaseId, Micros, Quote } from '../base/units.ts';
import type { DecisionRecord } from '../liquidation/decision-record.ts';
import type { MarketView } from '../market/market-view.ts';
import { Reason, Type, type Message } from '../messages.ts';
import { DecisionLines, type DecisionLine } from './decision-lines.ts';
import type { Config, Scenario } from './scenario.ts';

interface Canceled {
  readonly account: AccountId;
  readonly at: Micros;
  readonly equity: Quote;
  readonly maintenance: Quote;
}

export class Decisions {
  private readonly market: Pick<MarketView, 'maintenance'>;
  private readonly lines: DecisionLines;
  private readonly write: (line: string) => void;
  /** The rule in force, as a scenario says it; interventions make new ones. */
  private rule: Config = null;
  private readonly canceled = new Map<CaseId, Canceled>();

  constructor(scenario: Scenario, market: Pick<MarketView, 'maintenance'>, write: (line: string) => void) {
    this.market = market;
    this.lines = new DecisionLines(scenario);
    this.write = write;
  }

  /** From now on this policy decides. */
  ruledBy(scenario: Scenario): void {
    this.rule = ruleOf(scenario);
  }

  keep(record: DecisionRecord): void {
    this.canceled.delete(record.case);
    this.add(this.lines.lineOf(record, this.rule));
  }

  /** Hears every message; only the venue's own word about a case counts. */
  read(message: Message): void {
    // The engine's own copy, which comes before any decision: what owners are told may come after it.
    if (message.type === Type.LiquidationOrdersCanceled) {
      const { account, sentAt, amount } = message;
      this.canceled.set(message.case, { account, at: sentAt, equity: amount, maintenance: this.market.maintenance(account) });
    }
    if (message.type !== Type.LiquidationClosed) return;
    const begun = this.canceled.get(message.case);
    this.canceled.delete(message.case);
    if (begun === undefined || message.reason !== Reason.restored) return;
    const { account, at, equity, maintenance } = begun;
    this.add({
      ...this.lines.headOf({ case: message.case, account, at: message.sentAt, startedAt: at, round: 0 }, this.rule),
      inputs: { equity: this.lines.money(equity), maintenance: this.lines.money(maintenance) },
      alternatives: [],
      choice: { action: 'cancel-orders' },
      reason: 'canceling its open orders brought the account back above maintenance',
    });
  }

  private add(line: DecisionLine): void {
    this.write(JSON.stringify(line));
  }
}

/** The policy of a scenario with all its parameters, as a file would say it. */
export function ruleOf({ config }: Scenario): Config {
  return (config.liquidation as { readonly [key: string]: Config }).policy;
}
