// Losses that others than the fund bear, as the liquidation engine asks for it, one envelope a step: positions that somebody
// takes willingly, deficits that are shared out, and the way out of the venue while something is owed.

import type { AccountId, ActorId, CaseId, InstrumentId, Quote } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { Market } from '../market/market.ts';
import { Reason, Type, type Message } from '../messages.ts';
import type { OrderReports } from './order-reports.ts';

export interface LossStepsOptions {
  readonly context: ActorContext<Message>;
  readonly market: Market;
  readonly reports: OrderReports;
  readonly engine: ActorId;
}

export class LossSteps {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly reports: OrderReports;
  private readonly engine: ActorId;
  /** Withdrawals are refused. */
  private gated = false;

  constructor(options: LossStepsOptions) {
    this.context = options.context;
    this.market = options.market;
    this.reports = options.reports;
    this.engine = options.engine;
  }

  /** Whether the message was one of these; nobody else need look at it then. */
  handle(message: Message): boolean {
    switch (message.type) {
      case Type.AssignPosition:
        this.assign(message);
        return true;
      case Type.RetainMargin:
        this.retain(message);
        return true;
      case Type.PayDeficit:
        this.pay(message);
        return true;
      case Type.SocialiseLoss:
        this.socialise(message);
        return true;
      case Type.ClawBack:
        this.clawBack(message);
        return true;
      case Type.HaircutWithdrawals:
      case Type.PrintDebt:
        this.book(message);
        return true;
      case Type.GateWithdrawals:
        this.gated = message.phase === 1;
        return true;
      case Type.Withdraw:
        this.withdraw(message);
        return true;
      case Type.Volunteer:
        this.volunteer(message);
        return true;
      default:
        return false;
    }
  }

  /** Answers with what could still be given: another case may have come first. */
  private assign(message: Message): void {
    const { account, instrument, counterparty, price, lots: wanted } = message;
    const liquidation = message.case;
    const held = this.market.positionLots(account, instrument);
    const isPool = this.market.pools.has(counterparty);
    let size = held * wanted > 0 ? Math.min(Math.abs(wanted), Math.abs(held)) : 0;
    if (size > 0 && !isPool) {
      const takers = this.market.volunteers.takers(instrument, wanted > 0 ? size : -size, price, account);
      size = takers.find((taker) => taker.account === counterparty)?.room ?? 0;
    }
    const lots = wanted > 0 ? size : -size;
    let margin = 0;
    if (size > 0) {
      this.market.transfer(account, counterparty, instrument, lots, price);
      if (this.market.canceled.count > 0) this.reports.canceled();
      // A pool of the venue takes what is left of the margin too; from a volunteer's account it stays with the owner.
      if (isPool && this.market.positionCount(account) === 0) {
        margin = Math.max(0, this.market.cash(account));
        if (margin > 0) this.market.move(account, counterparty, margin);
      }
    }
    const owner = size === 0 ? 0 : this.market.owner(account);
    const taker = size === 0 ? 0 : this.market.owner(counterparty);
    for (const to of [owner, taker === owner ? 0 : taker, this.engine]) {
      if (to === 0) continue;
      const draft = this.context.send(to, Type.PositionAssigned);
      draft.account = account;
      draft.instrument = instrument;
      draft.counterparty = counterparty;
      draft.lots = lots;
      draft.price = price;
      draft.amount = margin;
      draft.case = liquidation;
    }
  }

  private retain(message: Message): void {
    const { account } = message;
    const { fundAccount } = this.market;
    const amount = Math.min(message.amount, Math.max(0, Math.min(this.market.cash(account), this.market.equity(account))));
    if (amount > 0) this.market.move(account, fundAccount, amount);
    this.tell(account, Type.MarginRetained, amount, message.case);
  }

  private deficitOf(account: AccountId, most: Quote): Quote {
    return Math.min(most, Math.max(0, -this.market.cash(account)));
  }

  /** Out of money it has, and is worth: an inventory pays nothing. */
  private pay(message: Message): void {
    const { account, counterparty: payer } = message;
    const { market } = this;
    const most = Math.max(0, Math.min(market.wallet(payer), market.equity(payer)));
    const paid = account === payer ? 0 : Math.min(this.deficitOf(account, message.amount), most);
    if (paid > 0) market.move(payer, account, paid);
    this.tell(account, Type.DeficitCovered, paid, message.case);
  }

  private socialise(message: Message): void {
    const { account, instrument } = message;
    const amount = this.market.sharedLosses.socialise(account, instrument, this.deficitOf(account, message.amount));
    this.shared(account, instrument, amount, Reason.socialised, message.case);
  }

  private clawBack(message: Message): void {
    const { account } = message;
    const amount = this.market.sharedLosses.clawBack(account, this.deficitOf(account, message.amount));
    this.shared(account, 0, amount, Reason['clawed-back'], message.case);
  }

  /** Every payer hears what it paid, the owner that it owes nothing any more, the engine who bore it. */
  private shared(account: AccountId, instrument: InstrumentId, amount: Quote, reason: number, liquidation: CaseId): void {
    for (const payer of amount > 0 ? this.market.sharedLosses.payers : []) {
      const to = this.market.owner(payer.account);
      if (to === 0) continue;
      const told = this.context.send(to, Type.LossShared);
      told.account = payer.account;
      told.instrument = instrument;
      told.lots = payer.lots;
      told.amount = payer.amount;
      told.reason = reason;
      told.case = liquidation;
    }
    const owner = this.market.owner(account);
    if (owner !== 0 && amount > 0) this.send(owner, account, Type.DeficitCovered, amount, liquidation);
    const told = this.context.send(this.engine, Type.LossSocialised);
    told.account = account;
    told.instrument = instrument;
    told.amount = amount;
    told.reason = reason;
    told.case = liquidation;
  }

  /** Nobody pays, now or ever: bad debt. What withdrawals will pay is taken off it as they do. */
  private book(message: Message): void {
    const { account } = message;
    const liquidation = message.case;
    const amount = this.deficitOf(account, message.amount);
    if (amount > 0) {
      if (message.type === Type.HaircutWithdrawals) this.market.sharedLosses.owe(account, amount);
      else this.market.bookBadDebt(account, amount);
      this.tell(account, Type.BadDebtBooked, amount, liquidation);
    }
    this.tell(account, Type.DeficitCovered, 0, liquidation);
  }

  /**
   * Up to what is available, unless withdrawals are gated or the account is being closed. While debt is outstanding the fund
   * pays it back first, then the withdrawal is cut.
   */
  private withdraw(message: Message): void {
    const { account, amount, tag, from } = message;
    const { market } = this;
    const refused = this.refusal(from, account, amount);
    if (refused !== Reason.none) return this.reports.rejected(from, account, 0, 0, 0, refused, tag);
    const { ledger, fund, fundAccount } = market;
    const fromFund = Math.min(ledger.outstanding, Math.max(0, Math.min(fund.cash, fund.equity)));
    if (fromFund > 0) this.repay(fundAccount, fromFund, Reason.none);
    const kept = market.sharedLosses.haircutOf(amount);
    market.withdraw(account, amount - kept);
    if (kept > 0) this.repay(account, kept, Reason['withdrawal-haircut']);
    const told = this.context.send(from, Type.Withdrawn);
    told.account = account;
    told.amount = amount;
    told.flags = kept;
    told.tag = tag;
  }

  private refusal(from: ActorId, account: AccountId, amount: Quote): number {
    const { market } = this;
    if (market.owner(account) !== from) return Reason['not-the-owner'];
    if (this.gated) return Reason['withdrawals-gated'];
    if (market.isInLiquidation(account)) return Reason['account-in-liquidation'];
    if (!Number.isSafeInteger(amount) || amount <= 0) return Reason['invalid-amount'];
    return market.collateral.withdrawable(account) < amount ? Reason['insufficient-margin'] : Reason.none;
  }

  private repay(account: AccountId, amount: Quote, reason: number): void {
    this.market.sharedLosses.repay(account, amount);
    const told = this.context.send(this.engine, Type.DebtRepaid);
    told.account = account;
    told.amount = amount;
    told.reason = reason;
  }

  private volunteer(message: Message): void {
    const { account, instrument, lots, rate, tag, from } = message;
    const { market } = this;
    const reject = (reason: number) => this.reports.rejected(from, account, instrument, 0, lots, reason, tag);
    if (market.owner(account) !== from) return reject(Reason['not-the-owner']);
    if (!market.state.isInstrument(instrument)) return reject(Reason['unknown-instrument']);
    const fits = Number.isInteger(lots) && lots >= 0 && lots <= market.instrument(instrument).maxPosition;
    if (!fits || !Number.isInteger(rate) || rate < 0) return reject(Reason['invalid-lots']);
    market.volunteers.enter({ account, instrument, lots, discount: rate });
  }

  private tell(account: AccountId, type: number, amount: Quote, liquidation: CaseId): void {
    const owner = this.market.owner(account);
    if (owner !== 0) this.send(owner, account, type, amount, liquidation);
    this.send(this.engine, account, type, amount, liquidation);
  }

  private send(to: ActorId, account: AccountId, type: number, amount: Quote, liquidation: CaseId): void {
    const draft = this.context.send(to, type);
    draft.account = account;
    draft.amount = amount;
    draft.case = liquidation;
  }
}
