// The liquidation engine's memory: one row a case, from its call to its end, in columns by case id. Row 0 is nobody's.

import { assert } from '../base/assert.ts';
import type { AccountId, CaseId, Micros } from '../base/units.ts';
import type { CaseView } from '../liquidation/policy.ts';
import { grown } from '../market/accounts.ts';
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

const FIRST_CAPACITY = 256;

export class LiquidationCases {
  private last: CaseId = 0;
  account = new Int32Array(FIRST_CAPACITY);
  state = new Uint8Array(FIRST_CAPACITY).fill(HEALTHY);
  depth = new Int32Array(FIRST_CAPACITY);
  /** The worst when it was breached, 0 before. */
  instrument = new Uint16Array(FIRST_CAPACITY);
  startedAt = new Float64Array(FIRST_CAPACITY);
  rounds = new Int32Array(FIRST_CAPACITY);
  /** Of the last order since the case was handed over or waited. */
  lastInstrument = new Uint16Array(FIRST_CAPACITY);
  /** Answers still awaited before the next decision. */
  pending = new Int32Array(FIRST_CAPACITY);
  /** How the position has gone so far: the reason with which the case will close. */
  outcome = new Uint8Array(FIRST_CAPACITY).fill(Reason.none);
  resumeAt = new Float64Array(FIRST_CAPACITY);
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
    const liquidation = ++this.last;
    if (liquidation === this.account.length) this.grow();
    this.account[liquidation] = account;
    this.startedAt[liquidation] = now;
    return liquidation;
  }

  private grow(): void {
    const before = this.account.length;
    const size = 2 * before;
    this.account = grown(this.account, new Int32Array(size));
    this.state = grown(this.state, new Uint8Array(size).fill(HEALTHY, before));
    this.depth = grown(this.depth, new Int32Array(size));
    this.instrument = grown(this.instrument, new Uint16Array(size));
    this.startedAt = grown(this.startedAt, new Float64Array(size));
    this.rounds = grown(this.rounds, new Int32Array(size));
    this.lastInstrument = grown(this.lastInstrument, new Uint16Array(size));
    this.pending = grown(this.pending, new Int32Array(size));
    this.outcome = grown(this.outcome, new Uint8Array(size).fill(Reason.none, before));
    this.resumeAt = grown(this.resumeAt, new Float64Array(size));
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
