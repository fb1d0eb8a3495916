// The way of an order into the market: refused for a reason, or matched, settled, and left to rest. Also the ways out of
// it: amended, canceled, and closed by force.

import { assert } from '../base/assert.ts';
import { mulDivCeil } from '../base/rounding.ts';
import {
  BUY,
  PPM,
  SELL,
  type AccountId,
  type InstrumentId,
  type Lots,
  type OrderId,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import * as arena from './arena.ts';
import * as holders from './accounts.ts';
import type { Accounts } from './accounts.ts';
import { lotValue, type Instrument } from './instrument.ts';
import { feeOfSurplus, shareOf } from './liquidation-fee.ts';
import type { CallAuction } from './call-auction.ts';
import type { Margin } from './margin.ts';
import type { MarketState } from './market-state.ts';
import * as sessions from './market-state.ts';
import type { OrderBook, Sweep } from './order-book.ts';
import { OrderChecks } from './order-checks.ts';
import { Reason } from './order.ts';
import * as words from './order.ts';
import * as places from './positions.ts';
import type { Positions } from './positions.ts';
import { priceBand, type PriceBand } from './price-band.ts';
import { columnOf } from './room.ts';
import type { Settlement } from './settlement.ts';
import * as conditions from './terms.ts';
import type { Terms } from './terms.ts';
import type { Treasury } from './treasury.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { isBeyond, ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT, STP_CANCEL_OLDEST } = words;
const { OPEN } = sessions;
const { ACCOUNT_EXEMPT: EXEMPT } = holders;
const { LOTS: HELD, OPEN_LOTS } = places.POSITION;
const { ACCOUNT_IDS, INSTRUMENT_IDS, ROWS } = arena;
const { INVERSE } = conditions;
const NONE = Reason['none'];
const INVALID_FLAGS = Reason['invalid-flags'];
const OUTSIDE_BAND = Reason['outside-price-band'];
const WOULD_INCREASE = Reason['would-increase'];
const POSITION_LIMIT = Reason['position-limit'];
const OPEN_INTEREST_LIMIT = Reason['open-interest-limit'];
const INSUFFICIENT_MARGIN = Reason['insufficient-margin'];
const TRIGGERS = ORDER_STOP | ORDER_TAKE_PROFIT;
/** What of an order is dropped when it does not fill at once. */
const IMMEDIATE = ORDER_MARKET | ORDER_IOC | ORDER_FOK;

export class OrderEntry {
  private readonly state: MarketState;
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly margin: Margin;
  private readonly open: Uint8Array;
  private readonly settlement: Settlement;
  private readonly treasury: Treasury;
  private readonly fundAccount: AccountId;
  private readonly auction: CallAuction;
  private readonly terms: Terms;
  private readonly checks: OrderChecks;
  /** See there. */
  private readonly reduced: Uint8Array;
  /** Two of each instrument, the highest price of a buy and the lowest of a sell: the band around the mark, or the range of prices. */
  private readonly bounds: Int32Array;
  /** By instrument, outside of which nothing may trade. */
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly band: PriceBand = { low: 0, high: 0 };
  private readonly swept: Sweep = { lots: 0, notional: 0, worst: 0 };

  constructor(state: MarketState, settlement: Settlement, treasury: Treasury, fundAccount: AccountId, auction: CallAuction) {
    this.auction = auction;
    this.state = state;
    this.accounts = state.accounts;
    this.positions = state.positions;
    this.margin = state.margin;
    this.terms = state.margin.terms;
    this.checks = new OrderChecks(state);
    this.open = state.open;
    this.settlement = settlement;
    this.reduced = settlement.reduced;
    this.treasury = treasury;
    this.fundAccount = fundAccount;
    const column = columnOf(state.instruments.length);
    this.bounds = new Int32Array(2 * column);
    this.low = new Float64Array(column);
    this.high = new Float64Array(column).fill(Infinity);
  }

  /** What a breaker allows, on top of the band; 0 and 0: anything. */
  setLimits(instrument: InstrumentId, low: Ticks, high: Ticks): void {
    this.low[instrument] = low;
    this.high[instrument] = high === 0 ? Infinity : high;
    this.setBand(instrument);
  }

  /** After the mark or the rules of the instrument changed. */
  setBand(instrument: InstrumentId): void {
    const { priceBandPpm, minPrice, maxPrice } = this.state.instruments[instrument - 1];
    const mark = this.state.margin.mark[instrument];
    this.checks.setMark(instrument, mark);
    const { low, high } = priceBand(mark, priceBandPpm, this.band);
    this.bounds[2 * instrument] = Math.min(priceBandPpm === 0 ? maxPrice : Math.min(maxPrice, high), this.high[instrument]);
    this.bounds[2 * instrument + 1] = Math.max(priceBandPpm === 0 ? minPrice : Math.max(minPrice, low), this.low[instrument]);
  }

  /**
   * Checks, matches and rests one order. Returns its id, or 0 when nothing came of it: neither a fill nor a resting
   * order; `reason` says why. `price` is ignored for ORDER_MARKET, which goes as far as the price band. With ORDER_STOP or
   * ORDER_TAKE_PROFIT the order waits until the mark reaches `trigger`, without margin: it is checked when it is placed.
   */
  submit(
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    price: Ticks,
    trigger: Ticks,
    flags: number,
    tag: number,
  ): OrderId {
    const how = flags | 0;
    if (how === flags && (how & TRIGGERS) === 0) return this.place(account, instrument, side, lots, price, how, tag);
    this.settlement.begin();
    const refusal = this.refusal(account, instrument, side, lots, price, trigger, flags);
    if (refusal !== NONE) return this.settlement.refuse(refusal);
    const order = ++this.state.lastOrder;
    this.state.stops.add(order, account, instrument, side, lots, price, trigger, flags, tag);
    this.settlement.resting = lots;
    return order;
  }

  /** As `submit`, for an order without a trigger; its flags are a 32-bit integer. */
  place(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, price: Ticks, flags: number, tag: number): OrderId {
    this.settlement.begin();
    if (!this.checks.passes(account, instrument, side, lots, price, flags)) {
      const refusal = this.refusal(account, instrument, side, lots, price, 0, flags);
      if (refusal !== NONE) return this.settlement.refuse(refusal);
    }
    // Known by now to be 32-bit integers, and told so to V8, which otherwise converts them from floats at every use.
    return this.execute(++this.state.lastOrder, account | 0, instrument & INSTRUMENT_IDS, side, lots | 0, price | 0, flags, tag);
  }

  private refusal(
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    price: Ticks,
    trigger: Ticks,
    flags: number,
  ): number {
    const refusal = this.checks.refusal(account, instrument, lots, price, trigger, flags);
    return refusal === NONE && side !== BUY && side !== SELL ? INVALID_FLAGS : refusal;
  }

  /** Places an order whose trigger was reached, under the id it has. Returns 0 and the reason when nothing came of it. */
  submitTriggered(order: OrderId): OrderId {
    this.settlement.begin();
    const { stops } = this.state;
    if (!stops.take(order)) return this.settlement.refuse(Reason['unknown-order']);
    const { account, instrument, side, lots, price, flags, tag } = stops.taken;
    const refusal = this.checks.refusal(account, instrument, lots, price, 0, flags & ~TRIGGERS);
    if (refusal !== NONE) return this.settlement.refuse(refusal);
    return this.execute(order, account, instrument, side, lots, price, flags & ~TRIGGERS, tag);
  }

  /**
   * Gives a resting order `lots` still to be filled and another price. Fewer lots at the same price are always allowed and
   * keep the order's place; anything else is checked like a new order, loses the place, and may trade. When refused,
   * nothing changes and `reason` says why.
   */
  amend(account: AccountId, instrument: InstrumentId, order: OrderId, lots: Lots, price: Ticks): boolean {
    this.settlement.begin();
    const refusal = this.checks.refusal(account, instrument, lots, price, 0, 0, true);
    if (refusal !== NONE) return this.settlement.refuse(refusal) !== 0;
    const book = this.state.books[instrument];
    if (book.orderAccount(order) !== account) return this.settlement.refuse(Reason['unknown-order']) !== 0;
    const side = book.orderSide(order) as Side;
    const before = book.orderLots(order);
    const priceBefore = book.orderPrice(order);
    const flags = book.orderFlags(order);
    const tag = book.orderTag(order);
    const { positions } = this.state;
    const contract = this.state.instruments[instrument - 1];
    const { takerFeePpm } = contract;
    const row = positions.find(account, instrument);
    const room = -side * positions.lots[row];
    if (price !== priceBefore || lots > before) {
      const bound = this.bounds[2 * instrument + (side >>> 31)];
      if (side > 0 ? price > bound : price < bound) return this.settlement.refuse(Reason['outside-price-band']) !== 0;
      if ((flags & ORDER_REDUCE_ONLY) === 0) {
        const value = this.cost(contract, book, side, lots, price) - before * lotValue(contract, priceBefore);
        const refused = this.cover(instrument, account, row, side, lots - before, this.swept.lots, value);
        if (refused !== NONE) return this.settlement.refuse(refused) !== 0;
      }
    }
    const size = (flags & ORDER_REDUCE_ONLY) !== 0 ? Math.min(lots, Math.max(0, room)) : lots;
    if (!book.amend(order, price, lots, Math.max(0, room))) return this.settlement.refuse(book.outcome) !== 0;
    const left = book.orderLots(order);
    positions.addOrders(row, side, left - before, left * lotValue(contract, price) - before * lotValue(contract, priceBefore));
    const { outcome } = book;
    this.settlement.settle(book, order, account, row, instrument, side, size, tag, takerFeePpm, left);
    if (this.settlement.unfilled > 0) this.settlement.reason = outcome !== NONE ? outcome : Reason['would-increase'];
    return true;
  }

  /** Takes an order or a waiting stop back; `canceled` has the row. */
  cancel(account: AccountId, instrument: InstrumentId, order: OrderId): boolean {
    this.settlement.begin();
    if (!this.state.isInstrument(instrument)) return this.settlement.refuse(Reason['unknown-order']) !== 0;
    const book = this.state.books[instrument];
    if (account !== 0 && book.cancel(order, account)) {
      this.settlement.collectCanceled(instrument, 0, Reason['requested']);
      return true;
    }
    for (const gathered of this.state.gathered[instrument]) {
      if (!gathered.has(order) || gathered.orderAccount(order) !== account) continue;
      gathered.cancel(order);
      this.settlement.collectCanceled(instrument, 0, Reason['requested']);
      return true;
    }
    if (!this.state.stops.isOf(order, account, instrument)) return this.settlement.refuse(Reason['unknown-order']) !== 0;
    this.state.stops.take(order);
    this.settlement.reportStop(this.state.stops.taken, Reason['requested']);
    return true;
  }

  /** Takes back all orders and stops of the account, in all instruments for 0. Returns how many rows `canceled` has. */
  cancelAll(account: AccountId, instrument: InstrumentId | 0, reason: number = Reason['requested']): number {
    this.settlement.begin();
    if (instrument !== 0 && !this.state.isInstrument(instrument)) return 0;
    const first = instrument === 0 ? 1 : instrument;
    const last = instrument === 0 ? this.state.instruments.length : instrument;
    for (let i = first; i <= last; i++) {
      const book = this.state.books[i];
      if (book.cancelAll(account) > 0) this.settlement.collectCanceled(i, 0, reason);
      for (const gathered of this.state.gathered[i])
        if (gathered.size > 0 && gathered.cancelAll(account) > 0) this.settlement.collectCanceled(i, 0, reason);
    }
    for (let order = this.state.stops.firstOf(account, instrument); order !== 0; order = this.state.stops.firstOf(account, instrument)) {
      this.state.stops.take(order);
      this.settlement.reportStop(this.state.stops.taken, reason);
    }
    return this.settlement.canceled.count;
  }

  /**
   * Closes up to `lots` of the account's position on the book, immediately or not at all, no further than `limit` (0: no
   * limit; one outside the range of prices is taken as the end of the range). Exempt from margin and price band. It pays
   * the liquidation fee instead of the taker fee, but never more than what equity is left at mark, and to the insurance
   * fund. `filled`, `fillValue`, `worstPrice`, `liquidationFee` tell.
   */
  liquidate(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, limit: Ticks): OrderId {
    this.settlement.begin();
    assert(
      this.state.accounts.exists(account) && this.state.isInstrument(instrument) && lots > 0,
      'a liquidation needs an account, an instrument and lots',
    );
    if (this.state.open[instrument] !== OPEN) return this.settlement.refuse(Reason['market-closed']);
    const { liquidationFeePpm, liquidationFeeUpTo, minPrice, maxPrice } = this.state.instruments[instrument - 1];
    const row = this.state.positions.find(account, instrument);
    const room = -side * this.state.positions.lots[row];
    if (room <= 0) return this.settlement.refuse(Reason['would-increase']);
    const book = this.state.books[instrument];
    const order = ++this.state.lastOrder;
    const size = Math.min(lots, room);
    const share = liquidationFeeUpTo === 'share' ? shareOf(this.margin, account, instrument) : null;
    const lowest = Math.max(minPrice, this.low[instrument]);
    const highest = Math.min(maxPrice, this.high[instrument]);
    const price = limit !== 0 ? Math.max(lowest, Math.min(highest, limit)) : side > 0 ? highest : lowest;
    book.place(order, account, side, price, size, ORDER_IOC | ORDER_REDUCE_ONLY | STP_CANCEL_OLDEST, 0, room);
    const { outcome, filled } = book;
    this.settlement.settle(book, order, account, row, instrument, side, size, 0, 0, 0);
    if (filled === 0) return this.settlement.refuse(outcome);
    this.settlement.reason = outcome;
    this.settlement.unfilled = lots - filled;
    const equity = Math.max(0, this.state.margin.equity(account));
    const fee =
      share === null
        ? Math.min(mulDivCeil(this.settlement.fillValue, liquidationFeePpm, PPM), equity)
        : Math.min(feeOfSurplus(this.margin, account, instrument, liquidationFeePpm, this.settlement.fillValue, share), equity);
    // Accounts of the venue itself sell what they took over: that is no liquidation of theirs.
    if (fee > 0 && !this.accounts.has(account, EXEMPT)) {
      this.treasury.move(account, this.fundAccount, fee);
      this.settlement.liquidationFee = fee;
    }
    return order;
  }

  /**
   * A field, so that V8 compiles it for this market (docs/performance.md, "Compiled for one"). It says 0 itself where it refuses: what a
   * call that is hardly ever made returns V8 does not know.
   */
  private readonly execute = (
    order: OrderId,
    known: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    price: Ticks,
    flags: number,
    tag: number,
  ): OrderId => {
    const { positions, settlement, terms } = this;
    const account = known & ACCOUNT_IDS;
    const book = this.state.books[instrument];
    const bound = this.bounds[2 * instrument + (side >>> 31)];
    let limit = price;
    let how = flags;
    if ((flags & ORDER_MARKET) !== 0) {
      limit = bound;
      how = (flags & ~ORDER_MARKET) | ORDER_IOC;
    } else if (isBeyond(side, bound, price)) {
      settlement.refuse(OUTSIDE_BAND);
      return 0;
    }
    const multiplier = terms.multiplier[instrument];
    const inverse = terms.kind[instrument] & INVERSE;
    const each = inverse !== 0 ? lotValue(this.state.instruments[instrument - 1], limit) : limit * multiplier;
    let row = positions.find(account, instrument) & ROWS;
    let room = 0;
    let size = lots;
    if ((flags & ORDER_REDUCE_ONLY) !== 0) {
      room = -side * positions.lots[row];
      if (room <= 0) {
        settlement.refuse(WOULD_INCREASE);
        return 0;
      }
      if (size > room) size = room;
    } else if (!this.accounts.has(account, EXEMPT)) {
      let value = 0;
      // What trades at once, and all that counts: of an immediate order nothing else will be held, the rest is dropped.
      let trading = 0;
      const best = book.meets(side, limit, size);
      if (best > 0 && inverse === 0) {
        trading = size;
        value = size * (best * multiplier);
      } else if (best !== 0) {
        value = this.crossing(this.state.instruments[instrument - 1], book, side, size, limit);
        trading = this.swept.lots;
      }
      let counted = trading;
      if (trading !== size && (flags & IMMEDIATE) === 0) {
        value += (size - trading) * each;
        counted = size;
      }
      const refused = this.cover(instrument, account, row, side, counted, trading, value);
      if (refused !== NONE) {
        settlement.refuse(refused);
        return 0;
      }
    }
    if (this.open[instrument] !== OPEN) return this.auction.add(order, account, instrument, side, size, limit, tag);
    if (row === 0) row = positions.ensure(account, instrument) & ROWS;
    const rest = book.place(order, account, side, limit, size, how, tag, room);
    if (rest > 0) {
      positions.addOrders(row, side, rest, rest * each);
      if ((flags & ORDER_REDUCE_ONLY) !== 0) settlement.watchReduceOnly(instrument);
    }
    if (rest === lots && settlement.canceled.count === 0 && this.reduced[instrument] === 0) {
      settlement.resting = rest;
      return order;
    }
    settlement.settle(book, order, account, row, instrument, side, size, tag, terms.takerFee[instrument], rest);
    const { filled, resting } = settlement;
    const unfilled = lots - filled - resting;
    settlement.unfilled = unfilled;
    if (unfilled > 0) settlement.reason = book.outcome !== NONE ? book.outcome : WOULD_INCREASE;
    if (filled !== 0 || resting !== 0) return order;
    settlement.refuse(settlement.reason);
    return 0;
  };

  /** What an order is worth, in quote units: see `crossing`; the rest at its limit. */
  private cost(contract: Instrument, book: OrderBook, side: Side, lots: Lots, limit: Ticks): Quote {
    return this.crossing(contract, book, side, lots, limit) + (lots - this.swept.lots) * lotValue(contract, limit);
  }

  /**
   * What of an order trades at once is worth at the book's prices, as open orders are counted (see `lotValue`); `swept` then
   * tells of it. Of an inverse contract all at the worst of its prices, which asks for the most margin.
   */
  private crossing(contract: Instrument, book: OrderBook, side: Side, lots: Lots, limit: Ticks): Quote {
    const { swept } = this;
    swept.lots = 0;
    const best = book.meets(side, limit, lots);
    if (best === 0) return 0;
    if (best < 0) book.sweep(side, lots, limit, swept);
    else {
      swept.lots = lots;
      swept.notional = lots * best;
      swept.worst = best;
    }
    return contract.inverse ? swept.lots * lotValue(contract, swept.worst) : swept.notional * contract.multiplier;
  }

  /**
   * The opening rule (see margin.ts) and the limits of position and open interest, for `lots` worth `value` more on one
   * side, of which `trading` trade at once. A trade adds no more to open interest than its taker opens, so what rests need
   * not be counted: whoever meets it later is asked.
   */
  private cover(instrument: InstrumentId, account: AccountId, row: number, side: Side, lots: Lots, trading: Lots, value: Quote): number {
    const { positions, settlement, terms } = this;
    const orders = positions.openOf(row);
    const open = positions.orderWords[orders + OPEN_LOTS + (side >>> 31)] + lots;
    // On the side of the order.
    const held = Math.imul(side, positions.words[row + HELD]);
    if (held < 0) {
      if (open + held <= 0) return NONE;
      if (this.reduced[instrument] !== 0 && open - settlement.reduceOnlyLots(instrument, account, side) + held <= 0) return NONE;
    }
    if (open + held > terms.maxPosition[instrument]) return POSITION_LIMIT;
    if (trading > 0) {
      const opening = held < 0 ? trading + held : trading;
      if (opening > 0 && this.state.openInterest[instrument] + opening > terms.maxOpenInterest[instrument]) return OPEN_INTEREST_LIMIT;
    }
    return this.margin.covers(account, row, orders, instrument, side, held, open, lots, value) ? NONE : INSUFFICIENT_MARGIN;
  }
}
