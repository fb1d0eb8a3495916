// The one actor that writes the market. Commands come in, one switch, the market does the sums, and what happened goes
// out as events to the owners of the accounts concerned and, for forced closures, to the liquidation engine.

import type { ActorContext } from '../kernel/actor.ts';
import type { Market } from '../market/market.ts';
import { FILL_MAKER, Reason, Type, type Message } from '../messages.ts';
import type { AccountId, ActorId, CaseId, InstrumentId, Lots, Micros, OrderId } from '../base/units.ts';
import type { Impact } from './impact.ts';
import { SESSION_PHASES, type Session } from './session.ts';

export interface GatewayOptions {
  readonly context: ActorContext<Message>;
  readonly market: Market;
  /** By instrument id. */
  readonly impacts: readonly Impact[];
  readonly sessions: readonly Session[];
  readonly engine: ActorId;
  /** The account against which liquidations are matched off the book at mark, 0 when they trade on the book. */
  readonly offBookAccount: AccountId;
  /** Takes effect of the scenario's rule change number `tag`. */
  readonly intervene: (tag: number) => void;
}

/** The middle of the book in ticks; the last price or the mark where one side is empty. */
export function mid(market: Market, instrument: InstrumentId): number {
  const book = market.book(instrument);
  if (book.bestBid !== 0 && book.bestAsk !== 0) return (book.bestBid + book.bestAsk) / 2;
  return market.lastPrice(instrument) || market.markPrice(instrument);
}

export class Gateway {
  readonly #context: ActorContext<Message>;
  readonly #market: Market;
  readonly #impacts: readonly Impact[];
  readonly #sessions: readonly Session[];
  readonly #engine: ActorId;
  readonly #offBookAccount: AccountId;
  readonly #intervene: (tag: number) => void;

  constructor(options: GatewayOptions) {
    this.#context = options.context;
    this.#market = options.market;
    this.#impacts = options.impacts;
    this.#sessions = options.sessions;
    this.#engine = options.engine;
    this.#offBookAccount = options.offBookAccount;
    this.#intervene = options.intervene;
  }

  handle(message: Message): void {
    switch (message.type) {
      case Type.SubmitOrder:
        return this.#submit(message);
      case Type.AmendOrder:
        return this.#amend(message);
      case Type.CancelOrder:
        return this.#cancel(message);
      case Type.CancelAll:
        return message.case !== 0 && message.from === this.#engine ? this.#cancelForLiquidation(message) : this.#cancelAll(message);
      case Type.TopUp:
        return this.#topUp(message);
      case Type.StopTriggered:
        return this.#submitTriggered(message);
      case Type.MarkPublished:
        return this.#mark(message);
      case Type.IndexPublished:
        return this.#market.setIndex(message.instrument, message.price);
      case Type.FundingSettled:
        return this.#settleFundingOfAll(message);
      case Type.SessionChanged:
        return this.#changeSession(message);
      case Type.SettleFunding:
        return this.#settleFunding(message);
      case Type.LiquidateOnBook:
        return this.#liquidate(message);
      case Type.TakeOver:
        return this.#takeOver(message);
      case Type.Deleverage:
        return this.#deleverage(message);
      case Type.CoverDeficit:
        return this.#coverDeficit(message);
      case Type.LiquidationClosed:
        return this.#market.setInLiquidation(message.account, false);
      case Type.Intervention:
        return this.#intervene(message.tag);
    }
  }

  // ── Orders of participants

  #submit(message: Message): void {
    const { account, instrument, side, price, tag } = message;
    const lots = message.lots;
    if (!this.#mayAct(message)) return this.#reject(message.from, account, instrument, 0, lots, Reason['not-the-owner'], tag);
    const order = this.#market.submit(account, instrument, side, lots, price, message.trigger, message.flags, tag);
    if (order === 0) return this.#reject(message.from, account, instrument, 0, lots, this.#market.reason, tag);
    this.#report(message.from, account, instrument, order, side, lots, price, tag);
  }

  #submitTriggered(message: Message): void {
    const { account, instrument, order, tag } = message;
    const owner = this.#market.owner(account);
    const told = this.#context.send(owner, Type.StopTriggered);
    told.account = account;
    told.instrument = instrument;
    told.order = order;
    told.price = message.price;
    told.tag = tag;
    if (this.#market.submitTriggered(order) === 0) return this.#reject(owner, account, instrument, order, 0, this.#market.reason, tag);
    const { side, price } = this.#market.stops.taken;
    this.#reportTraded(owner, account, instrument, order, side, price, tag);
  }

  #amend(message: Message): void {
    const { account, instrument, order, lots, price, tag, from } = message;
    if (!this.#mayAct(message)) return this.#reject(from, account, instrument, order, lots, Reason['not-the-owner'], tag);
    // Read before: an order that is amended into the book may be gone afterwards.
    const known = instrument >= 1 && instrument <= this.#market.instruments.length;
    const side = known ? (this.#market.book(instrument).orderSide(order) as 1 | -1) : 1;
    if (!this.#market.amend(account, instrument, order, lots, price))
      return this.#reject(from, account, instrument, order, lots, this.#market.reason, tag);
    const amended = this.#context.send(from, Type.OrderAmended);
    amended.account = account;
    amended.instrument = instrument;
    amended.order = order;
    // What the fills and the cancellation that follow then take away.
    amended.lots = this.#market.filled + this.#market.resting + this.#market.unfilled;
    amended.price = price;
    amended.tag = tag;
    this.#reportTraded(from, account, instrument, order, side, price, tag);
  }

  #cancel(message: Message): void {
    const { account, instrument, order, tag, from } = message;
    if (!this.#mayAct(message)) return this.#reject(from, account, instrument, order, 0, Reason['not-the-owner'], tag);
    if (!this.#market.cancel(account, instrument, order))
      return this.#reject(from, account, instrument, order, 0, this.#market.reason, tag);
    this.#reportCanceled();
  }

  #cancelAll(message: Message): void {
    if (!this.#mayAct(message))
      return this.#reject(message.from, message.account, message.instrument, 0, 0, Reason['not-the-owner'], message.tag);
    this.#market.cancelAll(message.account, message.instrument);
    this.#reportCanceled();
  }

  #topUp(message: Message): void {
    const { account, amount, tag, from } = message;
    if (!this.#mayAct(message)) return this.#reject(from, account, 0, 0, 0, Reason['not-the-owner'], tag);
    this.#market.deposit(account, amount);
    const told = this.#context.send(from, Type.ToppedUp);
    told.account = account;
    told.amount = amount;
    told.tag = tag;
  }

  #mayAct(message: Message): boolean {
    return this.#market.owner(message.account) === message.from;
  }

  #reject(to: ActorId, account: AccountId, instrument: InstrumentId, order: OrderId, lots: Lots, reason: number, tag: number): void {
    const draft = this.#context.send(to, Type.OrderRejected);
    draft.account = account;
    draft.instrument = instrument;
    draft.order = order;
    draft.lots = lots;
    draft.reason = reason;
    draft.tag = tag;
  }

  #report(
    owner: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: 1 | -1,
    lots: Lots,
    price: number,
    tag: number,
  ): void {
    const accepted = this.#context.send(owner, Type.OrderAccepted);
    accepted.account = account;
    accepted.instrument = instrument;
    accepted.order = order;
    accepted.side = side;
    accepted.lots = lots;
    accepted.price = price;
    accepted.tag = tag;
    this.#reportTraded(owner, account, instrument, order, side, price, tag);
  }

  /** Both sides of the fills, orders that were canceled or cut by them, and what of the order itself was dropped. */
  #reportTraded(
    owner: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: 1 | -1,
    price: number,
    tag: number,
  ): void {
    const { fills, unfilled, reason } = this.#market;
    for (let row = 0; row < fills.count; row++) this.#reportFill(row, instrument);
    if (this.#market.canceled.count > 0) this.#reportCanceled();
    if (unfilled > 0) this.#reportGone(owner, account, instrument, order, side, unfilled, price, reason, tag);
  }

  #reportFill(row: number, instrument: InstrumentId): void {
    const { fills } = this.#market;
    const account = fills.account[row];
    const owner = this.#market.owner(account);
    if (owner === 0) return;
    const filled = this.#context.send(owner, Type.OrderFilled);
    filled.account = account;
    filled.instrument = instrument;
    filled.order = fills.order[row];
    filled.side = fills.side[row] as 1 | -1;
    filled.lots = fills.lots[row];
    filled.price = fills.price[row];
    filled.amount = fills.fee[row];
    filled.flags = fills.flags[row];
    filled.tag = fills.tag[row];
  }

  #reportCanceled(): void {
    const { canceled } = this.#market;
    for (let row = 0; row < canceled.count; row++) {
      const owner = this.#market.owner(canceled.account[row]);
      if (canceled.left[row] === 0) {
        this.#reportGone(
          owner,
          canceled.account[row],
          canceled.instrument[row],
          canceled.order[row],
          canceled.side[row] as 1 | -1,
          canceled.lots[row],
          canceled.price[row],
          canceled.reason[row],
          canceled.tag[row],
        );
        continue;
      }
      const amended = this.#context.send(owner, Type.OrderAmended);
      amended.account = canceled.account[row];
      amended.instrument = canceled.instrument[row];
      amended.order = canceled.order[row];
      amended.lots = canceled.left[row];
      amended.price = canceled.price[row];
      amended.tag = canceled.tag[row];
    }
  }

  #reportGone(
    owner: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: 1 | -1,
    lots: Lots,
    price: number,
    reason: number,
    tag: number,
  ): void {
    const draft = this.#context.send(owner, Type.OrderCanceled);
    draft.account = account;
    draft.instrument = instrument;
    draft.order = order;
    draft.side = side;
    draft.lots = lots;
    draft.price = price;
    draft.reason = reason;
    draft.tag = tag;
  }

  // ── Prices, funding, session

  /** Sets the mark, hands the stops it reached to this inbox, and only then tells the liquidation engine to look. */
  #mark(message: Message): void {
    const { instrument, index, price, liquidationPart, otherPart } = message;
    this.#market.setMark(instrument, price);
    const { stops } = this.#market;
    // While halted nothing triggers: an order that cannot be placed would be lost. The first mark afterwards finds them.
    const reached = this.#market.isOpen(instrument) ? stops.trigger(instrument, price) : 0;
    for (let row = 0; row < reached; row++) {
      const triggered = this.#context.send(this.#context.id, Type.StopTriggered);
      triggered.account = stops.triggered.account[row];
      triggered.instrument = instrument;
      triggered.order = stops.triggered.order[row];
      triggered.price = price;
      triggered.tag = stops.triggered.tag[row];
    }
    const told = this.#context.send(this.#engine, Type.MarkPublished);
    told.instrument = instrument;
    told.index = index;
    told.price = price;
    told.liquidationPart = liquidationPart;
    told.otherPart = otherPart;
  }

  #settleFundingOfAll(message: Message): void {
    const { instrument, rate } = message;
    this.#market.settleFunding(instrument, rate);
    this.#market.applyAllFunding((account, held, lots, amount) => {
      const owner = this.#market.owner(account);
      if (owner === 0) return;
      const paid = this.#context.send(owner, Type.FundingPaid);
      paid.account = account;
      paid.instrument = held;
      paid.lots = lots;
      paid.amount = amount;
      paid.rate = rate;
    });
  }

  #changeSession(message: Message): void {
    const { instrument, phase, reason } = message;
    const session = this.#sessions[instrument];
    const event =
      phase === SESSION_PHASES.indexOf('halted')
        ? 'halt'
        : phase === SESSION_PHASES.indexOf('closed')
          ? 'close'
          : session.phase === 'preOpen'
            ? 'open'
            : 'resume';
    if (!session.send(event)) return;
    this.#market.setOpen(instrument, session.open);
    const told = this.#context.send(this.#engine, Type.SessionChanged);
    told.instrument = instrument;
    told.phase = SESSION_PHASES.indexOf(session.phase);
    told.reason = reason;
  }

  // ── Forced closures: asked for by the liquidation engine, one envelope a step

  #settleFunding(message: Message): void {
    this.#market.setInLiquidation(message.account, true);
    this.#market.applyFunding(message.account);
  }

  #cancelForLiquidation(message: Message): void {
    const { account } = message;
    const liquidation = message.case;
    const count = this.#market.cancelAll(account, 0, Reason.liquidation);
    this.#reportCanceled();
    const done = this.#context.send(this.#engine, Type.LiquidationOrdersCanceled);
    done.account = account;
    done.lots = count;
    done.amount = this.#market.equity(account);
    done.ratio = this.#market.marginRatioPpm(account);
    done.case = liquidation;
  }

  #liquidate(message: Message): void {
    const { account, instrument, side, price } = message;
    const liquidation = message.case;
    const lots = message.lots;
    if (this.#offBookAccount !== 0) return this.#liquidateOffBook(account, instrument, side, lots, price, liquidation);
    const before = mid(this.#market, instrument);
    this.#market.liquidate(account, instrument, side, lots, price);
    const { filled, fillValue, worstPrice, liquidationFee, fills } = this.#market;
    // The taker's rows are told as one LiquidationFilled; makers hear of their fills as of any other.
    for (let row = 0; row < fills.count; row++) if ((fills.flags[row] & FILL_MAKER) !== 0) this.#reportFill(row, instrument);
    if (this.#market.canceled.count > 0) this.#reportCanceled();
    if (filled > 0) this.#impacts[instrument].record(liquidation, mid(this.#market, instrument) - before);
    this.#tellLiquidationFilled(account, instrument, side, filled, worstPrice, fillValue, liquidationFee, liquidation);
  }

  /** The arm of experiments without impact: at mark, against an account that stands for the rest of the world. */
  #liquidateOffBook(account: AccountId, instrument: InstrumentId, side: 1 | -1, lots: Lots, limit: number, liquidation: CaseId): void {
    const mark = this.#market.markPrice(instrument);
    const acceptable = this.#market.isOpen(instrument) && (limit === 0 || (side > 0 ? mark <= limit : mark >= limit));
    const filled = acceptable ? Math.min(lots, Math.abs(this.#market.positionLots(account, instrument))) : 0;
    if (filled > 0) this.#market.transfer(account, this.#offBookAccount, instrument, -side * filled, mark);
    const value = filled * mark * this.#market.instrument(instrument).multiplier;
    this.#tellLiquidationFilled(account, instrument, side, filled, filled > 0 ? mark : 0, value, 0, liquidation);
  }

  #tellLiquidationFilled(
    account: AccountId,
    instrument: InstrumentId,
    side: 1 | -1,
    lots: Lots,
    worst: number,
    value: number,
    fee: number,
    liquidation: CaseId,
  ): void {
    const owner = this.#market.owner(account);
    for (let copy = owner === 0 ? 1 : 0; copy < 2; copy++) {
      const draft = this.#context.send(copy === 0 ? owner : this.#engine, Type.LiquidationFilled);
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

  #takeOver(message: Message): void {
    const { account, instrument, price } = message;
    const liquidation = message.case;
    const held = this.#market.positionLots(account, instrument);
    const wanted = message.lots;
    const lots = wanted > 0 ? Math.max(0, Math.min(wanted, held)) : Math.min(0, Math.max(wanted, held));
    const { fundAccount } = this.#market;
    let margin = 0;
    if (lots !== 0) {
      this.#market.transfer(account, fundAccount, instrument, lots, price);
      if (this.#market.canceled.count > 0) this.#reportCanceled();
      if (this.#market.positionCount(account) === 0) {
        margin = Math.max(0, this.#market.cash(account));
        if (margin > 0) this.#market.move(account, fundAccount, margin);
      }
    }
    const owner = this.#market.owner(account);
    for (let copy = lots === 0 || owner === 0 ? 1 : 0; copy < 2; copy++) {
      const draft = this.#context.send(copy === 0 ? owner : this.#engine, Type.PositionTakenOver);
      draft.account = account;
      draft.instrument = instrument;
      draft.lots = lots;
      draft.price = price;
      draft.amount = margin;
      draft.case = liquidation;
    }
  }

  /** Answers with what could still be closed: another case may have come first. */
  #deleverage(message: Message): void {
    const { account, instrument, counterparty, price } = message;
    const liquidation = message.case;
    const wanted = message.lots;
    const held = this.#market.positionLots(account, instrument);
    const against = this.#market.positionLots(counterparty, instrument);
    let size = Math.min(Math.abs(wanted), held * wanted > 0 ? Math.abs(held) : 0, against * wanted < 0 ? Math.abs(against) : 0);
    if (size > 0) size = this.#market.canReceive(counterparty, instrument, size, price);
    const lots = wanted > 0 ? size : -size;
    const owner = this.#market.owner(counterparty);
    if (size > 0) {
      this.#market.cancelAll(counterparty, instrument, Reason.deleveraged);
      this.#reportCanceled();
      this.#market.transfer(account, counterparty, instrument, lots, price);
      if (this.#market.canceled.count > 0) this.#reportCanceled();
    }
    const value = size * price * this.#market.instrument(instrument).multiplier;
    for (let copy = size === 0 || owner === 0 ? 1 : 0; copy < 2; copy++) {
      const draft = this.#context.send(copy === 0 ? owner : this.#engine, Type.Deleveraged);
      draft.account = account;
      draft.instrument = instrument;
      draft.counterparty = counterparty;
      draft.lots = lots;
      draft.price = price;
      draft.amount = value;
      draft.case = liquidation;
    }
  }

  /** The fund pays from its cash what the account owes; what it cannot pay is booked as bad debt. */
  #coverDeficit(message: Message): void {
    const { account } = message;
    const liquidation = message.case;
    const deficit = Math.max(0, -this.#market.cash(account));
    const { fund, fundAccount } = this.#market;
    const paid = Math.min(deficit, Math.max(0, Math.min(fund.cash, fund.equity)));
    if (paid > 0) this.#market.move(fundAccount, account, paid);
    if (paid < deficit) {
      this.#market.bookBadDebt(account, deficit - paid);
      const booked = this.#context.send(this.#engine, Type.BadDebtBooked);
      booked.account = account;
      booked.amount = deficit - paid;
      booked.case = liquidation;
    }
    const covered = this.#context.send(this.#engine, Type.DeficitCovered);
    covered.account = account;
    covered.amount = paid;
    covered.case = liquidation;
  }
}

/** When the gateway is told that the session's phase changes: by the scenario's halts, by a breaker later. */
export function sendSession(
  context: ActorContext<Message>,
  gateway: ActorId,
  instrument: InstrumentId,
  phase: (typeof SESSION_PHASES)[number],
  delay: Micros,
): void {
  const draft = context.send(gateway, Type.SessionChanged, delay);
  draft.instrument = instrument;
  draft.phase = SESSION_PHASES.indexOf(phase);
}
