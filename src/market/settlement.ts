// What a match does to money and positions: every execution is settled for both sides, whatever left the book is taken out
// of the accounts' open orders, and what happened is kept as rows and figures until the next command.

import { assert, AssertionFailure } from '../base/assert.ts';
import * as rounding from '../base/rounding.ts';
import {
  BUY,
  SELL,
  PPM,
  type AccountId,
  type InstrumentId,
  type Lots,
  type OrderId,
  type Ppm,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import { ACCOUNT_EXEMPT, type Accounts } from './accounts.ts';
import * as arena from './arena.ts';
import * as executed from './executions.ts';
import type { Executions } from './executions.ts';
import { Fills, type Canceled } from './fills.ts';
import { entryValue, lotValue, tradeValue } from './instrument.ts';
import type { Ledger } from './ledger.ts';
import { capAfter } from './margin-scale.ts';
import type { MarketState } from './market-state.ts';
import type { OrderBook } from './order-book.ts';
import { Reason } from './order.ts';
import * as places from './positions.ts';
import type { Positions } from './positions.ts';
import type { RiskIndex } from './risk-index.ts';
import { columnOf } from './room.ts';
import type { TakenStop } from './stops.ts';
import * as conditions from './terms.ts';
import type { Terms } from './terms.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { mulDivCeil, prorate } = rounding;
const { ACCOUNT_IDS, ROWS } = arena;
const { EXECUTION_WORDS } = executed;
const { TAG, FEE, ACCOUNT, ORDER, LEFT, PRICE, LOTS, SIDE, INSTRUMENT } = executed.EXECUTION;
const { LOTS: HELD } = places.POSITION;
const { GRANDFATHERED, INVERSE } = conditions;
const NONE = Reason['none'];

const leavesColumn = (): never => {
  throw new AssertionFailure('a position leaves the range of its column');
};

export class Settlement {
  readonly fills: Fills;
  readonly canceled: Canceled;
  /** Why a command was refused, or why part of an order was dropped. */
  reason: number = NONE;
  filled: Lots = 0;
  /** What rests on the book, or waits for its trigger, when the command is done. */
  resting: Lots = 0;
  /** What was dropped: neither filled nor resting. */
  unfilled: Lots = 0;
  /** Σ lots × price of the fills, in quote units. */
  fillValue: Quote = 0;
  /** The last price reached, 0 without a fill. */
  worstPrice: Ticks = 0;
  /** What a liquidation was charged. */
  liquidationFee: Quote = 0;

  private readonly state: MarketState;
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly ledger: Ledger;
  private readonly riskIndex: RiskIndex;
  private readonly terms: Terms;
  private readonly openInterest: Float64Array;
  private readonly last: Float64Array;
  /** What the book did for the command. */
  private readonly executions: Executions;
  /** By instrument: 1 once a reduce-only order rested. Before, there is nothing to trim after a fill, and an order that only rests changes nothing else. */
  readonly reduced: Uint8Array;

  constructor(state: MarketState) {
    this.state = state;
    this.accounts = state.accounts;
    this.positions = state.positions;
    this.ledger = state.ledger;
    this.riskIndex = state.riskIndex;
    this.terms = state.margin.terms;
    this.openInterest = state.openInterest;
    this.last = state.last;
    this.executions = state.done.executions;
    this.fills = new Fills(this.executions);
    this.canceled = state.done.canceled;
    this.reduced = new Uint8Array(columnOf(state.instruments.length));
  }

  /** Forgets what the command before did. */
  begin(): void {
    this.executions.settled = 0;
    this.canceled.count = 0;
    this.canceled.taken = 0;
    this.reason = NONE;
    this.filled = 0;
    this.resting = 0;
    this.unfilled = 0;
    this.fillValue = 0;
    this.worstPrice = 0;
    this.liquidationFee = 0;
  }

  refuse(reason: number): 0 {
    this.reason = reason;
    this.unfilled = 0;
    return 0;
  }

  /** From now on reduce-only orders rest in the instrument. */
  watchReduceOnly(instrument: InstrumentId): void {
    this.reduced[instrument] = 1;
  }

  /** Open lots of the account's reduce-only orders on one side. */
  reduceOnlyLots(instrument: InstrumentId, account: AccountId, side: Side): Lots {
    return this.reduced[instrument] === 0 ? 0 : this.state.books[instrument].reduceOnlyLots(account, side);
  }

  /**
   * Books what the book did for one taker: money, positions, open orders of the makers, rows of `fills`. Then cuts
   * orders to the positions they are left with (see `trim`, `trimUncovered`), and books whatever was canceled. `rest` is
   * what the book says of the order still rests.
   */
  settle(
    book: OrderBook,
    order: OrderId,
    account: AccountId,
    row: number,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    tag: number,
    takerFeePpm: Ppm,
    rest: Lots,
  ): void {
    const { canceled, executions } = this;
    const filled = executions.end === executions.settled ? 0 : this.trade(order, account, row, instrument, side, lots, tag, takerFeePpm);
    this.filled = filled;
    if (this.reduced[instrument] === 0 && canceled.count === canceled.taken && executions.reducerCount === 0) this.resting = rest;
    else {
      if (this.reduced[instrument] !== 0) {
        this.trim(book, account, instrument);
        for (let k = 0; k < executions.count; k++) this.trim(book, executions.makerAccount(k), instrument);
      }
      if (canceled.count > canceled.taken) this.collectCanceled(instrument, order, NONE);
      for (let k = 0; k < executions.reducerCount; k++) {
        const reducer = executions.reducers[k];
        this.trimUncovered(book, reducer, instrument, reducer === account ? side : (-side as Side));
      }
      this.resting = rest === 0 ? 0 : book.orderLots(order);
    }
    this.unfilled = lots - filled - this.resting;
    this.positions.releaseIfEmpty(row & ROWS);
    executions.settled = executions.end;
  }

  /** All executions of one taker. What they make of the taker's money, of fees and open interest is added up, and booked once. Returns the lots. */
  private trade(
    order: OrderId,
    account: AccountId,
    row: number,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    tag: number,
    takerFeePpm: Ppm,
  ): Lots {
    const { executions, accounts, positions, riskIndex, terms } = this;
    const multiplier = terms.multiplier[instrument];
    const makerFeePpm = terms.makerFee[instrument];
    const kind = terms.kind[instrument];
    const inverse = kind & INVERSE;
    const contrary = (0 - side) as Side;
    const { end } = executions;
    let left = lots;
    let price = 0;
    let worth = 0;
    let fees = 0;
    let cost = 0;
    let opened = 0;
    for (let next = executions.settled; next < end; next += EXECUTION_WORDS) {
      const at = next & ROWS;
      const { words, floats } = executions;
      const traded = words[at + LOTS];
      const maker = words[at + ACCOUNT + 1] & ACCOUNT_IDS;
      price = words[at + PRICE];
      const value = inverse !== 0 ? tradeValue(this.state.instruments[instrument - 1], traded, price) : traded * (price * multiplier);
      const takerFee = mulDivCeil(value, takerFeePpm, PPM);
      const makerFee = mulDivCeil(value, makerFeePpm, PPM);
      const makerRow = positions.find(maker, instrument) & ROWS;
      // Who buys pays the value of a linear contract and is paid that of an inverse one, whose bit turns the sign of the side round.
      const paid = (side ^ -inverse) >= 0 ? value : 0 - value;
      left -= traded;
      worth += value;
      fees += takerFee + makerFee;
      cost += paid + takerFee;
      // Both in one place: code that stands there twice is fetched twice.
      let party = row;
      let moved = Math.imul(side, traded);
      let owed = paid;
      for (let turn = 0; turn < 2; turn++) {
        opened += this.change(party & ROWS, instrument, kind, moved, price, owed);
        party = makerRow;
        moved = 0 - moved;
        owed = 0 - owed;
      }
      accounts.add(maker, paid - makerFee);
      const freed = inverse !== 0 ? traded * lotValue(this.state.instruments[instrument - 1], price) : value;
      positions.addOrders(makerRow, contrary, 0 - traded, 0 - freed);
      positions.releaseIfEmpty(makerRow);
      riskIndex.touch(maker);

      floats[(at >> 1) + TAG] = tag;
      floats[(at >> 1) + FEE] = takerFee;
      floats[(at >> 1) + FEE + 1] = makerFee;
      words[at + ACCOUNT] = account;
      words[at + ORDER] = order;
      words[at + LEFT] = left;
      words[at + SIDE] = side;
      words[at + INSTRUMENT] = instrument;
    }
    accounts.add(account & ACCOUNT_IDS, 0 - cost);
    this.ledger.fees += fees;
    this.openInterest[instrument] += opened;
    this.fillValue += worth;
    this.worstPrice = price;
    this.last[instrument] = price;
    riskIndex.touch(account);
    return lots - left;
  }

  /**
   * Adds signed lots at a price to a position, and moves no money; `value` is what they are worth as entries count it (see
   * `entryValue`), and `kind` the instrument's. Applies funding first, while its lots still stand. Returns by how much longs grew.
   */
  private change(row: number, instrument: InstrumentId, kind: number, lots: Lots, price: Ticks, value: Quote): Lots {
    const { positions } = this;
    const { words, entry } = positions;
    if (!positions.isPaid(row, instrument)) this.state.funding.apply(row);
    const before = words[row + HELD];
    const after = before + lots;
    if (after !== (after | 0)) leavesColumn();
    const at = row >> 1;
    // Signs are compared by their bits.
    if (before === 0 || (before ^ lots) >= 0) entry[at] += value;
    else if (after === 0) entry[at] = 0;
    else if ((before ^ after) >= 0) {
      // As `prorate` has it, which is asked only where the product is not exact: a call of its own is no less than all of this.
      const product = entry[at] * Math.abs(lots);
      const isExact = product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER;
      entry[at] -= isExact ? Math.trunc(product / Math.abs(before)) : prorate(entry[at], Math.abs(lots), Math.abs(before));
    } else entry[at] = entryValue(this.state.instruments[instrument - 1], after, price);
    if ((kind & GRANDFATHERED) !== 0) this.keepCap(row, instrument, before, after);
    words[row + HELD] = after;
    // Each at least 0, by its sign: which it is, no processor guesses.
    return (after & ~(after >> 31)) - (before & ~(before >> 31));
  }

  private keepCap(row: number, instrument: InstrumentId, before: Lots, after: Lots): void {
    const { maintenance } = this.state.instruments[instrument - 1].marginScale;
    this.positions.setCap(row, capAfter(this.positions.capOf(row), before, after, maintenance));
  }

  /** Lots from seller to buyer at a price, without a book. */
  moveLots(seller: AccountId, buyer: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    const { accounts, positions } = this.state;
    const contract = this.state.instruments[instrument - 1];
    const kind = this.terms.kind[instrument];
    const value = entryValue(contract, lots, price);
    assert(Number.isSafeInteger(value), 'the value of a transfer leaves the range of exact integers');
    const from = positions.ensure(seller, instrument);
    const to = positions.ensure(buyer, instrument);
    const sold = positions.lots[from] > 0;
    const covered = positions.lots[to] < 0;
    this.openInterest[instrument] +=
      this.change(from, instrument, kind, -lots, price, entryValue(contract, -lots, price)) +
      this.change(to, instrument, kind, lots, price, value);
    accounts.add(seller, value);
    accounts.add(buyer, -value);
    const book = this.state.books[instrument];
    if (this.reduced[instrument] !== 0) {
      this.trim(book, seller, instrument);
      this.trim(book, buyer, instrument);
      this.collectCanceled(instrument, 0, NONE);
    }
    if (sold) this.trimUncovered(book, seller, instrument, SELL);
    if (covered) this.trimUncovered(book, buyer, instrument, BUY);
    positions.releaseIfEmpty(from);
    positions.releaseIfEmpty(to);
    this.state.riskIndex.touch(seller);
    this.state.riskIndex.touch(buyer);
  }

  /** Reduce-only orders may not outgrow the position they reduce. */
  private trim(book: OrderBook, account: AccountId, instrument: InstrumentId): void {
    const held = this.state.positions.lotsOf(account, instrument);
    book.trimReduceOnly(account, BUY, held < 0 ? -held : 0);
    book.trimReduceOnly(account, SELL, held > 0 ? held : 0);
  }

  /**
   * After a position was reduced other than by the orders that the opening rule counts: those on the same side that it no
   * longer covers need margin now, as when they are placed. Without it they are cut to the position, from the newest.
   */
  private trimUncovered(book: OrderBook, account: AccountId, instrument: InstrumentId, side: Side): void {
    const { accounts, positions, margin } = this.state;
    const row = positions.find(account, instrument);
    const covered = Math.max(0, -side * positions.lots[row]);
    const orders = positions.orders[row];
    const open = side > 0 ? positions.buyLots[orders] : positions.sellLots[orders];
    if (open <= covered || accounts.has(account, ACCOUNT_EXEMPT)) return;
    const excess = open - book.reduceOnlyLots(account, side) - covered;
    if (excess <= 0 || margin.available(account) >= 0) return;
    book.trimOpening(account, side, excess);
    this.collectCanceled(instrument, 0, NONE);
  }

  /**
   * Takes what the book canceled out of the accounts' open orders, and takes its rows over, but for the command's `own` order.
   * `reason` replaces the book's, unless it is none.
   */
  collectCanceled(instrument: InstrumentId, own: OrderId, reason: number): void {
    const { canceled, positions, terms } = this;
    const isInverse = (terms.kind[instrument] & INVERSE) !== 0;
    const multiplier = terms.multiplier[instrument];
    for (let k = canceled.taken; k < canceled.count; k++) {
      const account = canceled.account(k) & ACCOUNT_IDS;
      const price = canceled.price(k);
      const lots = canceled.lots(k);
      const row = positions.find(account, instrument) & ROWS;
      const each = isInverse ? lotValue(this.state.instruments[instrument - 1], price) : price * multiplier;
      positions.addOrders(row, canceled.side(k), -lots, -lots * each);
      positions.releaseIfEmpty(row);
      if (canceled.order(k) === own) canceled.drop(k--);
      else canceled.takeOver(k, instrument, reason);
    }
    canceled.taken = canceled.count;
  }

  /** After trades elsewhere than on its book: reduce-only orders there may not outgrow the position they reduce. */
  fitReduceOnly(account: AccountId, instrument: InstrumentId): void {
    if (this.reduced[instrument] === 0) return;
    const book = this.state.books[instrument];
    this.trim(book, account, instrument);
    this.collectCanceled(instrument, 0, NONE);
  }

  reportStop({ account, instrument, side, lots, price, order, tag }: TakenStop, reason: number): void {
    this.reportDropped(account, instrument, order, side, lots, price, tag, reason);
  }

  /** A row of `canceled` for what is on no book. */
  reportDropped(
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: Side,
    lots: Lots,
    price: Ticks,
    tag: number,
    reason: number,
  ): void {
    this.canceled.add(instrument, order, account, tag, side, price, lots, 0, reason);
    this.canceled.taken = this.canceled.count;
  }
}
