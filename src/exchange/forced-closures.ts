// Positions closed against their owner's will, as the liquidation engine asks for it, one envelope a step: on the book,
// taken over, deleveraged, and the debt that is left. Every step is answered to the engine and told to the owners.

import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Quote } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import { tradeValue, valueOf } from '../market/instrument.ts';
import { matchOffBook } from '../market/loss-sharing.ts';
import type { Market } from '../market/market.ts';
import { FILL_MAKER, Reason, Type, type Message } from '../messages.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Impact } from './impact.ts';
import { mid } from './mid.ts';
import type { OrderReports } from './order-reports.ts';

export interface ForcedClosuresOptions {
  readonly context: ActorContext<Message>;
  readonly market: Market;
  readonly reports: OrderReports;
  /** By instrument id. */
  readonly impacts: readonly Impact[];
  readonly engine: ActorId;
  /** The account against which liquidations are matched off the book at mark, 0 when they trade on the book. */
  readonly offBookAccount: AccountId;
  readonly breaker?: CircuitBreaker;
}

export class ForcedClosures {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly reports: OrderReports;
  private readonly impacts: readonly Impact[];
  private readonly engine: ActorId;
  private readonly offBookAccount: AccountId;
  private readonly breaker: CircuitBreaker | undefined;

  constructor(options: ForcedClosuresOptions) {
    this.context = options.context;
    this.market = options.market;
    this.reports = options.reports;
    this.impacts = options.impacts;
    this.engine = options.engine;
    this.offBookAccount = options.offBookAccount;
    this.breaker = options.breaker;
  }

  /** The first step of a case: from here on the account's own orders are refused. */
  settleFunding(message: Message): void {
    this.market.setInLiquidation(message.account, true);
    this.market.applyFunding(message.account);
  }

  cancelOrders(message: Message): void {
    const { account } = message;
    const liquidation = message.case;
    const count = this.market.cancelAll(account, 0, Reason.liquidation);
    this.reports.canceled();
    const done = this.context.send(this.engine, Type.LiquidationOrdersCanceled);
    done.account = account;
    done.lots = count;
    done.amount = this.market.equity(account);
    done.ratio = this.market.marginRatioPpm(account);
    done.case = liquidation;
  }

  liquidate(message: Message): void {
    const { account, instrument, side, price } = message;
    const liquidation = message.case;
    const lots = message.lots;
    if (this.offBookAccount !== 0) return this.liquidateOffBook(account, instrument, side, lots, price, liquidation);
    const before = mid(this.market, instrument);
    this.market.liquidate(account, instrument, side, lots, price);
    const { filled, fillValue, worstPrice, liquidationFee, fills } = this.market;
    // The taker's rows are told as one LiquidationFilled; makers hear of their fills as of any other.
    for (let row = 0; row < fills.count; row++) if ((fills.flags(row) & FILL_MAKER) !== 0) this.reports.fill(row);
    if (this.market.canceled.count > 0) this.reports.canceled();
    if (fills.count > 0) this.reports.seen(instrument);
    if (filled > 0) this.impacts[instrument].record(liquidation, mid(this.market, instrument) - before);
    this.tellLiquidationFilled(account, instrument, side, filled, worstPrice, fillValue, liquidationFee, liquidation);
  }

  /** The arm of experiments without impact: at mark, against an account that stands for the rest of the world. */
  private liquidateOffBook(
    account: AccountId,
    instrument: InstrumentId,
    side: 1 | -1,
    lots: Lots,
    limit: number,
    liquidation: CaseId,
  ): void {
    const mark = this.market.markPrice(instrument);
    const acceptable = this.market.isOpen(instrument) && (limit === 0 || (side > 0 ? mark <= limit : mark >= limit));
    const filled = acceptable ? Math.min(lots, Math.abs(this.market.positionLots(account, instrument))) : 0;
    if (filled > 0) this.market.transfer(account, this.offBookAccount, instrument, -side * filled, mark);
    const value = tradeValue(this.market.instrument(instrument), filled, mark);
    this.tellLiquidationFilled(account, instrument, side, filled, filled > 0 ? mark : 0, value, 0, liquidation);
  }

  private tellLiquidationFilled(
    account: AccountId,
    instrument: InstrumentId,
    side: 1 | -1,
    lots: Lots,
    worst: number,
    value: number,
    fee: number,
    liquidation: CaseId,
  ): void {
    this.breaker?.liquidated(instrument, value);
    const owner = this.market.owner(account);
    for (let copy = owner === 0 ? 1 : 0; copy < 2; copy++) {
      const draft = this.context.send(copy === 0 ? owner : this.engine, Type.LiquidationFilled);
      draft.account = account;
      draft.instrument = instrument;
      draft.side = side;
      draft.lots = lots;
      draft.price = worst;
      draft.amount = value;
      draft.flags = fee;
      draft.case = liquidation;
    }
  }

  takeOver(message: Message): void {
    const { account, instrument, price } = message;
    const liquidation = message.case;
    const held = this.market.positionLots(account, instrument);
    const wanted = message.lots;
    const lots = wanted > 0 ? Math.max(0, Math.min(wanted, held)) : Math.min(0, Math.max(wanted, held));
    const { fundAccount } = this.market;
    let margin = 0;
    if (lots !== 0) {
      this.market.transfer(account, fundAccount, instrument, lots, price);
      if (this.market.canceled.count > 0) this.reports.canceled();
      if (this.market.positionCount(account) === 0) {
        margin = Math.max(0, this.market.cash(account));
        if (margin > 0) this.market.move(account, fundAccount, margin);
      }
    }
    const owner = this.market.owner(account);
    for (let copy = lots === 0 || owner === 0 ? 1 : 0; copy < 2; copy++) {
      const draft = this.context.send(copy === 0 ? owner : this.engine, Type.PositionTakenOver);
      draft.account = account;
      draft.instrument = instrument;
      draft.lots = lots;
      draft.price = price;
      draft.amount = margin;
      draft.case = liquidation;
    }
  }

  /** Answers with what could still be closed: another case may have come first. */
  deleverage(message: Message): void {
    const { account, instrument, counterparty, price } = message;
    const liquidation = message.case;
    const wanted = message.lots;
    const held = this.market.positionLots(account, instrument);
    const against = this.market.positionLots(counterparty, instrument);
    let size = Math.min(Math.abs(wanted), held * wanted > 0 ? Math.abs(held) : 0, against * wanted < 0 ? Math.abs(against) : 0);
    if (size > 0) size = this.market.canReceive(counterparty, instrument, size, price);
    if (size > 0 && !this.matches(message, wanted > 0 ? size : -size)) size = 0;
    const lots = wanted > 0 ? size : -size;
    if (size > 0) {
      this.market.cancelAll(counterparty, instrument, Reason.deleveraged);
      this.reports.canceled();
      this.market.transfer(account, counterparty, instrument, lots, price);
      if (this.market.canceled.count > 0) this.reports.canceled();
    }
    const value = tradeValue(this.market.instrument(instrument), size, price);
    // To both owners, once where they are one.
    const closed = size === 0 ? 0 : this.market.owner(account);
    const winner = size === 0 ? 0 : this.market.owner(counterparty);
    for (const to of [closed, winner === closed ? 0 : winner, this.engine]) {
      if (to === 0) continue;
      const draft = this.context.send(to, Type.Deleveraged);
      draft.account = account;
      draft.instrument = instrument;
      draft.counterparty = counterparty;
      draft.lots = lots;
      draft.price = price;
      draft.amount = value;
      draft.case = liquidation;
    }
  }

  /** Whether the two may meet: the law of deleveraging matches, whoever ranked and sized them. */
  private matches({ account, counterparty, instrument, price }: Message, lots: Lots): boolean {
    if (this.market.isExempt(counterparty)) return true;
    const contract = this.market.instrument(instrument);
    const mark = this.market.markPrice(instrument);
    const value = (held: Lots) => valueOf(contract, held, mark);
    const sideOf = (one: AccountId) => {
      const base = this.market.positionLots(one, instrument);
      return { base, quote: this.market.equity(one) - value(base) };
    };
    const matched = matchOffBook(sideOf(account), sideOf(counterparty), -lots, valueOf(contract, lots, price), value, 'counterparty');
    return typeof matched === 'object';
  }

  /** The fund pays from its cash what the account owes; what it cannot pay is booked as bad debt. The owner hears of both. */
  coverDeficit(message: Message): void {
    const { account } = message;
    const liquidation = message.case;
    const deficit = Math.max(0, -this.market.cash(account));
    const { fund, fundAccount } = this.market;
    const paid = Math.min(deficit, Math.max(0, Math.min(fund.cash, fund.equity)));
    if (paid > 0) this.market.move(fundAccount, account, paid);
    if (paid < deficit) {
      this.market.bookBadDebt(account, deficit - paid);
      this.tellDeficit(account, Type.BadDebtBooked, deficit - paid, liquidation);
    }
    this.tellDeficit(account, Type.DeficitCovered, paid, liquidation);
  }

  private tellDeficit(account: AccountId, type: number, amount: Quote, liquidation: CaseId): void {
    for (const to of [this.market.owner(account), this.engine]) {
      if (to === 0) continue;
      const draft = this.context.send(to, type);
      draft.account = account;
      draft.amount = amount;
      draft.case = liquidation;
    }
  }
}
