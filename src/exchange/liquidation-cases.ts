// The liquidation engine's memory: one row a case, from its call to its end, in columns by case id. Row 0 is nobody's.

import { assert } from '../base/assert.ts';
import type { AccountId, CaseId, InstrumentId, Micros } from '../base/units.ts';
import type { CaseView } from '../liquidation/policy.ts';
import { Reason } from '../messages.ts';
import { caseTable, type CaseEvent, type CaseState } from './liquidation-case.ts';

const number = (state: CaseState): number => caseTable.states.indexOf(state);

/** The states that the engine asks for, as they stand in the column. */
export const CASE_STATES = {
  MARGIN_CALLED: number('marginCalled'),
  REDUCING: number('reducing'),
  TAKEN_OVER: number('takenOver'),
  DELEVERAGING: number('deleveraging'),
  WAITING: number('waiting'),
} as const;

const HEALTHY = number('healthy');
const EVENT = Object.fromEntries(caseTable.events.map((event, i) => [event, i])) as { readonly [Event in CaseEvent]: number };

export class LiquidationCases {
  readonly account: AccountId[] = [0];
  readonly state: number[] = [HEALTHY];
  readonly depth: number[] = [0];
  /** The worst when it was breached, 0 before. */
  readonly instrument: InstrumentId[] = [0];
  readonly startedAt: Micros[] = [0];
  readonly rounds: number[] = [0];
  /** Of the last order since the case was handed over or waited. */
  readonly lastInstrument: InstrumentId[] = [0];
  /** Answers still awaited before the next decision. */
  readonly pending: number[] = [0];
  /** How the position has gone so far: the reason with which the case will close. */
  readonly outcome: number[] = [Reason.none];
  readonly resumeAt: Micros[] = [0];
  private readonly shown: { -readonly [K in keyof CaseView]: CaseView[K] } = {
    case: 0,
    account: 0,
    startedAt: 0,
    now: 0,
    rounds: 0,
    lastInstrument: 0,
  };

  /** The next case, healthy. */
  open(account: AccountId, now: Micros): CaseId {
    const liquidation = this.account.push(account) - 1;
    this.state.push(HEALTHY);
    this.depth.push(0);
    this.instrument.push(0);
    this.startedAt.push(now);
    this.rounds.push(0);
    this.lastInstrument.push(0);
    this.pending.push(0);
    this.outcome.push(Reason.none);
    this.resumeAt.push(0);
    return liquidation;
  }

  /** Steps through the chart; an event that its state does not know is our mistake. */
  step(liquidation: CaseId, event: CaseEvent): void {
    const next = caseTable.step(this.state[liquidation], EVENT[event]);
    assert(next !== this.state[liquidation], () => `case ${liquidation} cannot ${event} while ${this.stateName(liquidation)}`);
    this.state[liquidation] = next;
  }

  /** The case as a policy sees it; the same object every time. */
  view(liquidation: CaseId, now: Micros): CaseView {
    const view = this.shown;
    view.case = liquidation;
    view.account = this.account[liquidation];
    view.startedAt = this.startedAt[liquidation];
    view.now = now;
    view.rounds = this.rounds[liquidation];
    view.lastInstrument = this.lastInstrument[liquidation];
    return view;
  }

  stateName(liquidation: CaseId): CaseState {
    return caseTable.states[this.state[liquidation]] as CaseState;
  }
}
