// What a trader knows of its own account, from the messages it receives: its position, what it paid and received, and
// whether the exchange is closing it. Not the ledger: a trader's belief, late by its latency.

import { PPM, type AccountId, type Lots, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import { entryValue, valueOf, type Instrument } from '../market/instrument.ts';
import { Reason, Type, type Message } from '../messages.ts';
import { instrumentOf, type TraderContext } from './trader.ts';

const {
  OrderCanceled,
  OrderFilled,
  ToppedUp,
  FundingPaid,
  LiquidationStarted,
  LiquidationFilled,
  PositionTakenOver,
  DeficitCovered,
  BadDebtBooked,
  Deleveraged,
  LiquidationClosed,
  PositionAssigned,
  MarginRetained,
  LossShared,
  Withdrawn,
} = Type;
const RESTORED = Reason.restored;

/** A leverage, given as a multiple, as accounts are opened with it. */
export function leveragePpm(leverage: number): Ppm {
  return Math.round(Math.max(1, leverage) * PPM);
}

/** What an account opened with this cash and leverage has: more than was asked for where leverage is switched off. */
export function deposited(context: TraderContext, cash: Quote, leverage: Ppm): Quote {
  return context.leverageEnabled ? cash : Math.ceil((cash * leverage) / PPM);
}

export class OwnAccount {
  readonly id: AccountId;
  lots: Lots = 0;
  /** Deposits and what trading, funding and top-ups moved, so that equity = cash + the value of the lots. */
  cash: Quote;
  /** Between LiquidationStarted and LiquidationClosed: the exchange acts, the owner's orders are refused. */
  inLiquidation = false;
  /** Closed by force at least once, not merely reduced. */
  liquidated = false;
  private readonly instrument: Instrument;

  /** Opens an account with this cash and leverage (a multiple). Only while the trader is being made. */
  constructor(context: TraderContext, cash: Quote, leverage: number) {
    const ppm = leveragePpm(leverage);
    this.id = context.openAccount({ cash, leverage: ppm });
    this.cash = deposited(context, cash, ppm);
    this.instrument = instrumentOf(context);
  }

  /** A position held from the start, or given to the account by the balance of opening positions. */
  open(lots: Lots, entry: Ticks): void {
    this.trade(lots, entry);
  }

  equity(price: Ticks): Quote {
    return this.cash + valueOf(this.instrument, this.lots, price);
  }

  heard(message: Message): void {
    const { type } = message;
    // Most of what a trader hears is about its orders and moves nothing.
    if (type <= OrderCanceled && type !== OrderFilled) return;
    switch (type) {
      case OrderFilled:
        this.trade(message.side * message.lots, message.price);
        this.cash -= message.amount;
        break;
      case FundingPaid:
        this.cash -= message.amount;
        break;
      // The deficit is made up for, whoever paid.
      case DeficitCovered:
      case BadDebtBooked:
      case ToppedUp:
        this.cash += message.amount;
        break;
      case LiquidationStarted:
        this.inLiquidation = true;
        break;
      case LiquidationFilled: {
        const lots = this.shrink(message.lots);
        this.cash += (lots > 0 !== this.instrument.inverse ? message.amount : -message.amount) - message.flags;
        break;
      }
      case PositionTakenOver:
        this.cash += entryValue(this.instrument, this.shrink(message.lots), message.price) - message.amount;
        break;
      case Deleveraged:
        if (message.account !== this.id && message.counterparty !== this.id) break;
        this.cash += entryValue(this.instrument, this.shrink(message.lots), message.price);
        break;
      case PositionAssigned:
        // It gives the position up, or has volunteered to take it.
        if (message.account === this.id)
          this.cash += entryValue(this.instrument, this.shrink(message.lots), message.price) - message.amount;
        else if (message.counterparty === this.id) this.trade(message.lots, message.price);
        break;
      case MarginRetained:
      case LossShared:
      case Withdrawn:
        this.cash -= message.amount;
        break;
      case LiquidationClosed:
        this.inLiquidation = false;
        if (message.reason === RESTORED) break;
        this.liquidated = true;
        this.lots = 0;
        this.cash = 0;
        break;
    }
  }

  private trade(lots: Lots, price: Ticks): void {
    this.lots += lots;
    this.cash -= entryValue(this.instrument, lots, price);
  }

  /** Forced closures only ever bring a position nearer to zero, whichever party's sign the message carries. */
  private shrink(lots: Lots): Lots {
    const size = Math.min(Math.abs(lots), Math.abs(this.lots));
    const closed = this.lots > 0 ? size : -size;
    this.lots -= closed;
    return closed;
  }
}
