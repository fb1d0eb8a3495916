// A call auction: while it is on, limit orders are gathered and nothing trades; then all that crosses trades at one price,
// and what is left joins the continuous book. The gathered orders stand in books of their own, one a side, which therefore
// never cross; those that rested before the halt take part with the place that they have.

import { BUY, SELL, type AccountId, type InstrumentId, type Lots, type OrderId, type Side, type Ticks } from '../base/units.ts';
import { clearingPrice, type Clearing, type Interest } from './clearing-price.ts';
import { lotValue } from './instrument.ts';
import { AUCTION, OPEN, type MarketState } from './market-state.ts';
import { OrderBook } from './order-book.ts';
import { ORDER_IOC, ORDER_REDUCE_ONLY, Reason, STP_CANCEL_OLDEST } from './order.ts';
import type { Settlement } from './settlement.ts';

/** An order, or a part of one, that trades. */
interface Part {
  readonly book: OrderBook;
  readonly order: OrderId;
  readonly account: AccountId;
  readonly price: Ticks;
  readonly lots: Lots;
  readonly tag: number;
}

export class CallAuction {
  private readonly state: MarketState;
  private readonly settlement: Settlement;

  constructor(state: MarketState, settlement: Settlement) {
    this.state = state;
    this.settlement = settlement;
  }

  /** From now on limit orders are gathered and nothing trades, until `uncross`. */
  begin(instrument: InstrumentId): void {
    this.state.open[instrument] = AUCTION;
  }

  isOn(instrument: InstrumentId): boolean {
    return this.state.open[instrument] === AUCTION;
  }

  /** Gathers a limit order whose margin was looked at. */
  add(order: OrderId, account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, price: Ticks, tag: number): OrderId {
    const { positions } = this.state;
    const row = positions.find(account, instrument) || positions.ensure(account, instrument);
    this.state.gathered[instrument][side > 0 ? 0 : 1].place(order, account, side, price, lots, 0, tag);
    positions.addOrders(row, side, lots, lots * lotValue(this.state.instruments[instrument - 1], price));
    this.settlement.resting = lots;
    return order;
  }

  /** At which price all of it would clear now, and how much would trade; null when nothing crosses. */
  indicative(instrument: InstrumentId): Clearing | null {
    return clearingPrice(this.interest(instrument, BUY), this.interest(instrument, SELL), this.reference(instrument));
  }

  /**
   * Trades what crosses at the clearing price and moves the rest to the book. Both sides pay the maker fee. An account's own
   * orders do not trade with each other: what would is canceled. Rows of `fills` and `canceled` tell. Trading is open then.
   */
  uncross(instrument: InstrumentId): Clearing | null {
    this.settlement.begin();
    this.state.open[instrument] = OPEN;
    const clearing = this.indicative(instrument);
    if (clearing !== null) this.trade(instrument, clearing);
    for (const side of [BUY, SELL] as const) this.join(instrument, side);
    return clearing;
  }

  /** The last trade before, or the mark. */
  private reference(instrument: InstrumentId): Ticks {
    return this.state.last[instrument] || this.state.margin.mark[instrument];
  }

  private interest(instrument: InstrumentId, side: Side): Interest {
    const found: [Ticks, Lots][] = [];
    for (const { book, order } of this.queue(instrument, side)) found.push([book.orderPrice(order), book.orderLots(order)]);
    return found;
  }

  /** By price, then time. Reduce-only orders stay out: what they may trade depends on what trades before. */
  private queue(instrument: InstrumentId, side: Side): { readonly book: OrderBook; readonly order: OrderId }[] {
    const { books, gathered } = this.state;
    const orders: { readonly book: OrderBook; readonly order: OrderId }[] = [];
    for (const book of [books[instrument], gathered[instrument][side > 0 ? 0 : 1]]) {
      book.forEachOrder(side, (order) => {
        if ((book.orderFlags(order) & ORDER_REDUCE_ONLY) === 0) orders.push({ book, order });
      });
    }
    return orders.sort((a, b) => side * (b.book.orderPrice(b.order) - a.book.orderPrice(a.order)) || a.order - b.order);
  }

  private trade(instrument: InstrumentId, { price, lots }: Clearing): void {
    const { settlement } = this;
    const { positions } = this.state;
    const contract = this.state.instruments[instrument - 1];
    const buys = this.take(instrument, BUY, lots);
    const sells = this.take(instrument, SELL, lots);
    // A book for this alone, in which all stand at the one price and the buyers came first.
    const crossing = new OrderBook({ orders: buys.length, done: this.state.done });
    for (const { order, account, lots: size, tag } of buys) {
      const row = positions.find(account, instrument) || positions.ensure(account, instrument);
      crossing.place(order, account, BUY, price, size, 0, tag);
      positions.addOrders(row, BUY, size, size * lotValue(contract, price));
    }
    for (const { order, account, price: limit, lots: size, tag } of sells) {
      const row = positions.find(account, instrument) || positions.ensure(account, instrument);
      crossing.place(order, account, SELL, price, size, ORDER_IOC | STP_CANCEL_OLDEST, tag);
      settlement.settle(crossing, order, account, row, instrument, SELL, size, tag, contract.makerFeePpm, 0);
      if (settlement.unfilled > 0)
        settlement.reportDropped(account, instrument, order, SELL, settlement.unfilled, limit, tag, Reason['would-self-trade']);
    }
    for (const { account } of buys) {
      if (crossing.cancelAll(account) > 0) settlement.collectCanceled(instrument, 0, Reason['would-self-trade']);
    }
    for (const { account } of [...buys, ...sells]) settlement.fitReduceOnly(account, instrument);
    settlement.unfilled = 0;
  }

  /** The first `lots` of a side leave their books. */
  private take(instrument: InstrumentId, side: Side, lots: Lots): Part[] {
    const { positions } = this.state;
    const contract = this.state.instruments[instrument - 1];
    const parts: Part[] = [];
    let left = lots;
    for (const { book, order } of this.queue(instrument, side)) {
      if (left === 0) break;
      const open = book.orderLots(order);
      const size = Math.min(open, left);
      const part = { book, order, account: book.orderAccount(order), price: book.orderPrice(order), lots: size, tag: book.orderTag(order) };
      if (size === open) book.cancel(order);
      else book.amend(order, part.price, open - size);
      positions.addOrders(positions.find(part.account, instrument), side, -size, -size * lotValue(contract, part.price));
      parts.push(part);
      left -= size;
    }
    return parts;
  }

  /** What was gathered and did not trade, in its order; it could still meet a reduce-only order, as a taker then. */
  private join(instrument: InstrumentId, side: Side): void {
    const { settlement } = this;
    const { positions } = this.state;
    const from = this.state.gathered[instrument][side > 0 ? 0 : 1];
    const book = this.state.books[instrument];
    const contract = this.state.instruments[instrument - 1];
    const orders: OrderId[] = [];
    from.forEachOrder(side, (order) => orders.push(order));
    for (const order of orders.sort((a, b) => a - b)) {
      const account = from.orderAccount(order);
      const price = from.orderPrice(order);
      const lots = from.orderLots(order);
      const tag = from.orderTag(order);
      const row = positions.find(account, instrument);
      from.cancel(order);
      const rest = book.place(order, account, side, price, lots, 0, tag);
      positions.addOrders(row, side, rest - lots, (rest - lots) * lotValue(contract, price));
      settlement.settle(book, order, account, row, instrument, side, lots, tag, contract.takerFeePpm, rest);
      if (settlement.unfilled > 0)
        settlement.reportDropped(account, instrument, order, side, settlement.unfilled, price, tag, settlement.reason || book.outcome);
    }
    settlement.unfilled = 0;
  }
}
