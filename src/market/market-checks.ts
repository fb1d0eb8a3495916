// What must hold of the market at any time, and its state as a digest. Each check returns what is wrong, or null.

import { BUY, SELL, type InstrumentId, type Lots } from '../base/units.ts';
import { lotValue } from './instrument.ts';
import type { MarketState } from './market-state.ts';
import type { OrderBook } from './order-book.ts';
import { POSITION_ROW } from './positions.ts';
import { ORDER_REDUCE_ONLY } from './order.ts';

/** What everybody has is what was deposited, to the unit: money, and each collateral asset by itself. */
export function checkConservation(state: MarketState): string | null {
  const { accounts } = state;
  let cash = 0n;
  // A sum of floats as long as it is exact.
  let sum = 0;
  for (let account = 1; account <= accounts.count; account++) {
    const more = accounts.cash(account);
    if (Math.abs(sum + more) > Number.MAX_SAFE_INTEGER) {
      cash += BigInt(sum);
      sum = 0;
    }
    sum += more;
  }
  return state.ledger.unbalanced(cash + BigInt(sum)) ?? state.collateral.unbalanced();
}

/** Longs equal shorts, and are the open interest. */
export function checkPositions(state: MarketState, instrument: InstrumentId): string | null {
  const { positions } = state;
  let longs = 0;
  let shorts = 0;
  for (let row = POSITION_ROW; row <= positions.lastRow; row += POSITION_ROW) {
    if (positions.instrumentOf(row) !== instrument) continue;
    if (positions.lots[row] > 0) longs += positions.lots[row];
    else shorts -= positions.lots[row];
  }
  if (longs !== shorts) return `longs hold ${longs} lots, shorts ${shorts}`;
  return longs === state.openInterest[instrument] ? null : `longs hold ${longs} lots, open interest says ${state.openInterest[instrument]}`;
}

/** The signed positions of all accounts together: 0. */
export function netLots({ positions }: MarketState, instrument: InstrumentId): Lots {
  let net = 0;
  for (let row = POSITION_ROW; row <= positions.lastRow; row += POSITION_ROW) {
    if (positions.lots[row] !== 0 && positions.instrumentOf(row) === instrument) net += positions.lots[row];
  }
  return net;
}

/** What accounts have reserved for open orders is what is on the books. */
export function checkOpenOrders(state: MarketState): string | null {
  const { positions } = state;
  // By row of positions, buys and sells.
  const lots = new Float64Array(2 + (2 * positions.lastRow) / POSITION_ROW);
  const value = new Float64Array(lots.length);
  let stray: string | null = null;
  for (const contract of state.instruments) {
    const { id } = contract;
    for (const [book, side] of [
      [state.books[id], BUY],
      [state.books[id], SELL],
      [state.gathered[id][0], BUY],
      [state.gathered[id][1], SELL],
    ] as const) {
      book.forEachOrder(side, (order, account, price, open, flags) => {
        const row = positions.find(account, id);
        if (row === 0) stray = `order ${order} belongs to an account that knows of none`;
        const at = (2 * row) / POSITION_ROW + (side > 0 ? 0 : 1);
        lots[at] += open;
        value[at] += open * lotValue(contract, price);
        if ((flags & ORDER_REDUCE_ONLY) !== 0 && book.reduceOnlyLots(account, side) > Math.max(0, -side * positions.lots[row])) {
          stray = `reduce-only order ${order} could increase a position`;
        }
      });
    }
  }
  if (stray !== null) return stray;
  const { orders, buyLots, sellLots, buyValue, sellValue } = positions;
  for (let row = POSITION_ROW, at = 2; row <= positions.lastRow; row += POSITION_ROW, at += 2) {
    const open = orders[row];
    // Most have none, as the book says too, or are in nobody's use.
    if (open <= 0 && ((lots[at] === 0 && lots[at + 1] === 0) || positions.isFree(row))) continue;
    if (buyLots[open] !== lots[at] || sellLots[open] !== lots[at + 1]) {
      return `account ${positions.accountOf(row)} counts ${buyLots[open]} and ${sellLots[open]} lots of open buys and sells, the book ${lots[at]} and ${lots[at + 1]}`;
    }
    if (buyValue[open >> 1] !== value[at] || sellValue[open >> 1] !== value[at + 1]) {
      return `account ${positions.accountOf(row)} counts open orders worth ${buyValue[open >> 1]} and ${sellValue[open >> 1]}, the book ${value[at]} and ${value[at + 1]}`;
    }
  }
  return null;
}

/** Not crossed, and everything the book keeps twice is equal. */
export function checkBook(state: MarketState, instrument: InstrumentId): string | null {
  return state.books[instrument].check();
}

/** Folds the whole state, however it is held: accounts in order, ledger, prices, books, stops. */
export function foldState(state: MarketState, into: { fold(value: number): void }): void {
  const { accounts, positions, ledger } = state;
  into.fold(accounts.count);
  for (let account = 1; account <= accounts.count; account++) {
    into.fold(accounts.cash(account));
    into.fold(accounts.leverage(account));
    into.fold(accounts.owner(account));
    into.fold(accounts.parent(account));
    into.fold(accounts.flags(account));
    for (let row = accounts.head(account); row > 0; row = positions.next[row]) {
      into.fold(positions.instrumentOf(row));
      into.fold(positions.lots[row]);
      into.fold(positions.entry[row >> 1]);
      into.fold(state.funding.indexOf(row));
      if (state.instruments[positions.instrumentOf(row) - 1].marginScale.grandfathered) into.fold(positions.capOf(row));
    }
    into.fold(0);
  }
  for (const balance of [ledger.deposits, ledger.fees, ledger.funding, ledger.rounding, ledger.badDebt]) into.fold(balance);
  for (const { id } of state.instruments) {
    into.fold(state.index[id]);
    into.fold(state.margin.mark[id]);
    into.fold(state.last[id]);
    into.fold(state.open[id]);
    into.fold(state.funding.index[id]);
    foldBook(state.books[id], into);
    // Only where there is something: a state without an auction is what it was before there were any.
    for (const gathered of state.gathered[id]) if (gathered.size > 0) foldBook(gathered, into);
  }
  state.collateral.fold(into);
  state.stops.digest(into);
  into.fold(state.lastOrder);
}

/** Folds what a book holds, however it holds it: bids, then asks, as they would trade; 0 after each side. */
export function foldBook(book: OrderBook, into: { fold(value: number): void }): void {
  for (const side of [BUY, SELL]) {
    book.forEachOrder(side, (order, account, price, lots, flags) => {
      for (const value of [order, account, price, lots, flags, book.orderTag(order)]) into.fold(value);
    });
    into.fold(0);
  }
}
