// Watches every account at every mark and leads those below maintenance through their case: settle funding → cancel
// orders → recheck → size and price → fill, fee and fund → recheck → take-over → loss layers. It only reads the market;
// what it decides it puts on record, what it wants done it asks of the gateway, one envelope a step, and each answer
// brings the case to its next decision.

import { assert } from '../base/assert.ts';
import { type AccountId, type ActorId, type CaseId, type Micros } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { Decision } from '../liquidation/policy.ts';
import type { MarketView } from '../market/market-view.ts';
import type { RiskIndex } from '../market/risk-index.ts';
import { Reason, Type, type Message } from '../messages.ts';
import { Attribution } from './attribution.ts';
import { HandOvers } from './hand-overs.ts';
import type { CaseState } from './liquidation-case.ts';
import { CASE_STATES, LiquidationCases } from './liquidation-cases.ts';
import { callRatio, estimateOf, startRatio, type LiquidationEngineOptions, type LiquidationRules } from './liquidation-rules.ts';
import { SESSION_PHASES } from './session.ts';
import { Waterfall } from './waterfall.ts';

/** The tag of the engine's own timer; any other is the case whose policy asked to be woken. */
const SCAN = 0;
const { MARGIN_CALLED, REDUCING, TAKEN_OVER, DELEVERAGING, WAITING } = CASE_STATES;

export class LiquidationEngine {
  private readonly context: ActorContext<Message>;
  private readonly market: MarketView;
  private readonly risk: RiskIndex;
  private readonly attribution: Attribution;
  private readonly gateway: ActorId;
  /** Whose estimates it takes; nobody's while it has not been told. */
  recalibrator: ActorId = -1;
  private readonly exempt: ReadonlySet<AccountId>;
  private rules: LiquidationRules;

  private readonly cases = new LiquidationCases();
  /** The open case of each account. */
  private readonly caseOf: CaseId[] = [];
  private called: CaseId[] = [];
  private waiting: CaseId[] = [];
  /** Whose turn comes, and whose it is: one at a time, so that what a layer can take is never promised twice. */
  private readonly handOvers = new HandOvers();
  private offered: CaseId = 0;
  private readonly halted: boolean[] = [];
  /** Where a breaker holds liquidation orders back. */
  private readonly throttled: boolean[] = [];
  private readonly waterfall: Waterfall;

  private readonly decision: Decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };

  constructor(options: LiquidationEngineOptions) {
    this.context = options.context;
    this.market = options.market;
    this.risk = options.risk;
    this.attribution = new Attribution(options.market, options.impacts, options.collateralImpacts);
    this.gateway = options.gateway;
    this.exempt = new Set(options.exempt);
    this.rules = options.rules;
    this.waterfall = new Waterfall({ context: options.context, market: options.market, gateway: options.gateway });
    for (const { id } of options.market.instruments) this.halted[id] = this.throttled[id] = false;
  }

  /** Begins to watch all accounts; called once when they have been opened. */
  start(): void {
    for (let account = 1; account <= this.market.accountCount; account++) {
      this.caseOf[account] = 0;
      if (!this.exempt.has(account) && !this.waterfall.owns(account)) this.risk.watch(account, callRatio(this.rules));
    }
    this.context.wake(this.context.now + this.rules.scanInterval, SCAN);
  }

  /** New rules hold from now on; open cases go on under them. */
  changeRules(rules: LiquidationRules): void {
    const [callMoved, startMoved] = [callRatio, startRatio].map((of) => of(rules) !== of(this.rules));
    this.rules = rules;
    if (!callMoved && !startMoved) return;
    for (let account = 1; account < this.caseOf.length; account++) {
      if (!this.risk.isWatched(account)) continue;
      if (this.caseOf[account] !== 0) this.risk.setRatio(account, startRatio(rules));
      else if (callMoved) this.risk.setRatio(account, callRatio(rules));
    }
  }

  get enabled(): boolean {
    return this.rules.enabled;
  }

  /** Whether the account has a case that has gone beyond the margin call. */
  isBeingLiquidated(account: AccountId): boolean {
    const liquidation = this.caseOf[account];
    return liquidation !== undefined && liquidation !== 0 && this.cases.state[liquidation] !== MARGIN_CALLED;
  }

  stateOf(account: AccountId): CaseState {
    return this.cases.stateName(this.caseOf[account] ?? 0);
  }

  /** Hears the gateway's answers and what it told itself: nobody else may answer for them. */
  handle(message: Message): void {
    if (message.from !== this.gateway && message.from !== this.context.id && message.from !== this.recalibrator) return;
    switch (message.type) {
      case Type.MarkPublished:
        this.attribution.marked(message.instrument, message.liquidationPart);
        this.rules.policy.observe?.(message.instrument, message.price, this.context.now, message.index);
        for (const layer of this.rules.layers) layer.observe?.(message.instrument, message.price, this.context.now, this.market);
        if (this.rules.enabled) this.scan();
        return;
      case Type.LiquidationOrdersCanceled:
        return this.afterCancel(message.case);
      case Type.LiquidationSized:
        return this.act(message);
      case Type.LiquidationFilled:
        return this.closed(message, Reason.filled);
      case Type.PositionTakenOver:
        return this.closed(message, Reason['taken-over']);
      case Type.PositionAssigned:
        return this.closed(message, Reason.assigned);
      case Type.Deleveraged:
        return this.closed(message, Reason.deleveraged);
      case Type.CollateralPriced:
      case Type.HaircutChanged:
      case Type.LossSocialised:
        // Whoever paid may be below maintenance by it; so may whose collateral counts for less.
        if (message.type === Type.CollateralPriced) this.attribution.collateralPriced(message.asset, message.liquidationPart);
        if (this.rules.enabled) this.scan();
        return this.answered(message.case);
      case Type.MarginRetained:
      case Type.DeficitCovered:
      case Type.CollateralConverted:
        return this.answered(message.case);
      case Type.BadDebtBooked:
        if (message.case !== 0) this.cases.outcome[message.case] = Reason['bad-debt'];
        return;
      case Type.SessionChanged:
        this.halted[message.instrument] = message.phase !== SESSION_PHASES.indexOf('open');
        if (this.rules.enabled && !this.halted[message.instrument]) this.scan(); // nobody may have looked meanwhile
        return;
      case Type.BreakerTripped:
      case Type.BreakerReleased:
        this.throttled[message.instrument] = message.type === Type.BreakerTripped;
        return;
      case Type.Recalibrated:
        return this.rules.policy.recalibrated?.(estimateOf(message));
      case Type.Wake:
        return message.tag === SCAN ? this.lookAgain() : this.resume(message.tag);
    }
  }

  /** A part of a position went, or nothing could be done any more: the next decision. */
  private closed({ account, lots, case: liquidation }: Message, outcome: number): void {
    if (this.waterfall.owns(account)) return this.waterfall.settle(account, this.rules.layers);
    if (liquidation === 0 || account !== this.cases.account[liquidation]) return;
    if (lots !== 0) this.cases.outcome[liquidation] = outcome;
    this.answered(liquidation);
  }

  // ── Who is below?

  private scan(): void {
    const count = this.risk.collect();
    const { breached } = this.risk;
    this.rules.policy.arrange?.(breached, count, this.market);
    for (let i = 0; i < count; i++) {
      const account = breached[i];
      const known = this.caseOf[account];
      if (this.market.positionCount(account) === 0) this.coverDebt(account, known);
      else if (known === 0) {
        const opened = this.call(account);
        if (this.market.isBelow(account, startRatio(this.rules))) this.breach(opened);
        else {
          this.called.push(opened);
          this.risk.setRatio(account, startRatio(this.rules));
        }
      } else if (this.cases.state[known] === MARGIN_CALLED) this.breach(known);
    }
  }

  private call(account: AccountId): CaseId {
    const liquidation = this.cases.open(account, this.context.now);
    this.caseOf[account] = liquidation;
    this.cases.step(liquidation, 'call');
    this.tellOwner(liquidation, Type.MarginCalled);
    return liquidation;
  }

  /** Nothing is left to liquidate, but the account owes: its own orders closed it beyond bankruptcy. The fund pays. */
  private coverDebt(account: AccountId, called: CaseId): void {
    if (called !== 0) this.lift(called);
    const debt = this.cases.open(account, this.context.now);
    this.waterfall.cover(debt, account, 0, -this.market.cash(account), this.rules.layers);
  }

  private breach(liquidation: CaseId): void {
    const cases = this.cases;
    const account = cases.account[liquidation];
    cases.step(liquidation, 'breach');
    this.risk.unwatch(account);
    cases.startedAt[liquidation] = this.context.now;

    const instrument = this.attribution.worst(account);
    cases.instrument[liquidation] = instrument;
    const parent = this.attribution.parent(account, instrument);
    const depth = parent === 0 ? 1 : cases.depth[parent] + 1;
    cases.depth[liquidation] = depth;
    const started = this.context.send(this.market.owner(account), Type.LiquidationStarted);
    started.account = account;
    started.instrument = instrument;
    started.parent = parent;
    started.depth = depth;
    started.price = this.market.markPrice(instrument);
    started.amount = this.market.equity(account);
    started.ratio = this.market.marginRatioPpm(account);
    started.case = liquidation;

    const settle = this.context.send(this.gateway, Type.SettleFunding);
    settle.account = account;
    settle.case = liquidation;
    const cancel = this.context.send(this.gateway, Type.CancelAll);
    cancel.account = account;
    cancel.case = liquidation;
  }

  // ── One case, step by step

  private afterCancel(liquidation: CaseId): void {
    if (this.isRestored(liquidation)) return this.restore(liquidation);
    this.cases.step(liquidation, 'reduce');
    this.advance(liquidation);
  }

  private answered(liquidation: CaseId): void {
    if (liquidation === 0 || --this.cases.pending[liquidation] > 0) return;
    const state = this.cases.state[liquidation];
    if (state !== REDUCING && state !== TAKEN_OVER && state !== DELEVERAGING) return;
    if (liquidation === this.offered) this.offered = 0;
    this.advance(liquidation);
    this.offerNext();
  }

  /** The next decision: closed, restored, on the book, to the loss layers, or later. */
  private advance(liquidation: CaseId): void {
    const account = this.cases.account[liquidation];
    if (this.market.positionCount(account) === 0) return this.finish(liquidation);
    if (this.cases.state[liquidation] !== REDUCING) this.cases.step(liquidation, 'resume');
    if (this.isRestored(liquidation)) return this.restore(liquidation);

    const decision = this.decision;
    this.rules.policy.decide(this.cases.view(liquidation, this.context.now), this.market, decision);
    const { action, instrument } = decision;
    const halted =
      action === 'hand-over' ? this.holdsHalted(account) : action !== 'wait' && (this.halted[instrument] || this.throttled[instrument]);
    if (halted) this.wait(liquidation, this.context.now + this.rules.scanInterval, Reason['market-closed']);
    else if (action === 'wait') this.waitAsAsked(liquidation, decision.until);
    else if (action === 'order') this.decided(liquidation, Reason.none, decision);
    else if (action === 'assign') this.decided(liquidation, Reason.assigned, decision);
    else this.decided(liquidation, Reason['unfilled-remainder']);
  }

  /** Above maintenance, and safe enough for the policy. */
  private isRestored(liquidation: CaseId): boolean {
    if (this.market.isLiquidatable(this.cases.account[liquidation])) return false;
    return this.rules.policy.isRestored?.(this.cases.view(liquidation, this.context.now), this.market) ?? true;
  }

  /** What a halted book did not take is no remainder: it is offered to the book again before anybody else has to take it. */
  private holdsHalted(account: AccountId): boolean {
    let halted = false;
    this.market.forEachPosition(account, (instrument) => (halted ||= this.halted[instrument]));
    return halted;
  }

  /** Puts a decision on record; acted upon as recorded, when it arrives. */
  private decided(liquidation: CaseId, reason: number, order?: Decision): void {
    const account = this.cases.account[liquidation];
    const sized = this.context.send(this.context.id, Type.LiquidationSized);
    sized.account = account;
    if (order !== undefined) {
      assert(order.lots > 0, 'a liquidation order needs lots');
      sized.instrument = order.instrument;
      sized.side = order.side;
      sized.lots = order.lots;
      sized.price = order.limit;
    }
    sized.amount = this.market.equity(account);
    sized.reason = reason;
    sized.case = liquidation;
  }

  private act(sized: Message): void {
    if (sized.reason === Reason.none) this.order(sized);
    else if (sized.reason === Reason.assigned) this.assign(sized);
    else if (sized.reason === Reason['unfilled-remainder']) {
      this.handOvers.add(sized.case);
      this.offerNext();
    }
  }

  private order(sized: Message): void {
    const { account, instrument, side, price } = sized;
    const lots = sized.lots;
    const liquidation = sized.case;
    this.cases.rounds[liquidation]++;
    this.cases.lastInstrument[liquidation] = instrument;
    this.cases.pending[liquidation] = 1;
    const order = this.context.send(this.gateway, Type.LiquidateOnBook, this.rules.orderDelay);
    order.account = account;
    order.instrument = instrument;
    order.side = side;
    order.lots = lots;
    order.price = price;
    order.case = liquidation;
  }

  private assign({ account, instrument, side, lots, price, case: liquidation }: Message): void {
    this.cases.rounds[liquidation]++;
    this.cases.lastInstrument[liquidation] = instrument;
    const asked = this.waterfall.assign(liquidation, account, instrument, -side * lots, price);
    this.cases.pending[liquidation] = asked;
    // Whoever would have taken it has had something else meanwhile: the policy decides anew.
    if (asked === 0) this.wait(liquidation, this.context.now + this.rules.scanInterval, Reason['no-liquidity']);
  }

  /** Until the first scan from then on. */
  private wait(liquidation: CaseId, until: Micros, reason: number): void {
    this.pause(liquidation, until, reason);
    this.waiting.push(liquidation);
  }

  /** Until exactly then: policies that close in rounds keep their own time. */
  private waitAsAsked(liquidation: CaseId, until: Micros): void {
    assert(until > this.context.now, () => `case ${liquidation} cannot wait for a time that has passed`);
    this.pause(liquidation, until, Reason.requested);
    this.context.wake(until, liquidation);
  }

  private pause(liquidation: CaseId, until: Micros, reason: number): void {
    this.decided(liquidation, reason);
    this.cases.step(liquidation, 'wait');
    this.cases.resumeAt[liquidation] = until;
    this.cases.lastInstrument[liquidation] = 0;
  }

  /** Offers what is left of the next case's positions to the loss layers, when the case before has had its answers. */
  private offerNext(): void {
    while (this.offered === 0) {
      const liquidation = this.handOvers.next();
      if (liquidation === 0) return;
      const account = this.cases.account[liquidation];
      this.cases.lastInstrument[liquidation] = 0;
      // A top-up may have come in meanwhile.
      if (this.isRestored(liquidation)) {
        this.advance(liquidation);
        continue;
      }
      const asked = this.waterfall.offer(liquidation, account, this.rules.layers);
      // Nobody took anything: the case stays open and goes to the market again.
      if (asked.takeOvers + asked.deleverages === 0) {
        this.wait(liquidation, this.context.now + this.rules.scanInterval, Reason['no-liquidity']);
        continue;
      }
      this.offered = liquidation;
      this.cases.pending[liquidation] = asked.takeOvers + asked.deleverages;
      this.cases.step(liquidation, asked.deleverages > 0 ? 'deleverage' : 'takeOver');
    }
  }

  /** No position is left: a deficit is paid by the fund, then the case is closed. */
  private finish(liquidation: CaseId): void {
    const account = this.cases.account[liquidation];
    const deficit = -this.market.cash(account);
    if (deficit > 0) {
      const where = this.cases.instrument[liquidation];
      this.cases.pending[liquidation] = this.waterfall.cover(liquidation, account, where, deficit, this.rules.layers);
      return;
    }
    this.close(liquidation, this.cases.outcome[liquidation]);
  }

  private restore(liquidation: CaseId): void {
    this.cases.step(liquidation, 'restore');
    this.close(liquidation, Reason.restored);
  }

  private close(liquidation: CaseId, reason: number): void {
    const account = this.cases.account[liquidation];
    this.cases.step(liquidation, 'close');
    this.caseOf[account] = 0;
    this.risk.watch(account, callRatio(this.rules));
    for (const to of [this.gateway, this.market.owner(account)]) {
      const closed = this.context.send(to, Type.LiquidationClosed);
      closed.account = account;
      closed.reason = reason;
      closed.amount = this.market.equity(account);
      closed.case = liquidation;
    }
  }

  // ── Time passes

  private lookAgain(): void {
    this.context.wake(this.context.now + this.rules.scanInterval, SCAN);
    const waiting = this.waiting;
    this.waiting = [];
    for (const liquidation of waiting) {
      if (this.cases.resumeAt[liquidation] > this.context.now) this.waiting.push(liquidation);
      else this.lookAt(liquidation);
    }
    this.liftCalls();
    this.waterfall.unwind(this.rules, this.halted);
    this.waterfall.gate(this.rules.layers);
  }

  private resume(liquidation: CaseId): void {
    if (this.cases.state[liquidation] === WAITING && this.cases.resumeAt[liquidation] <= this.context.now) this.lookAt(liquidation);
  }

  private lookAt(liquidation: CaseId): void {
    assert(this.cases.state[liquidation] === WAITING, 'only waiting cases wait');
    if (this.isRestored(liquidation)) return this.restore(liquidation);
    this.cases.step(liquidation, 'resume');
    this.advance(liquidation);
  }

  private liftCalls(): void {
    const called = this.called;
    this.called = [];
    for (const liquidation of called) {
      if (this.cases.state[liquidation] !== MARGIN_CALLED) continue;
      if (this.market.isBelow(this.cases.account[liquidation], callRatio(this.rules))) this.called.push(liquidation);
      else this.lift(liquidation);
    }
  }

  private lift(liquidation: CaseId): void {
    const account = this.cases.account[liquidation];
    this.cases.step(liquidation, 'lift');
    this.caseOf[account] = 0;
    this.risk.setRatio(account, callRatio(this.rules));
    this.tellOwner(liquidation, Type.MarginCallLifted);
  }

  private tellOwner(liquidation: CaseId, type: number): void {
    const account = this.cases.account[liquidation];
    const draft = this.context.send(this.market.owner(account), type);
    draft.account = account;
    draft.amount = this.market.equity(account);
    draft.ratio = this.market.marginRatioPpm(account);
    draft.case = liquidation;
  }
}
