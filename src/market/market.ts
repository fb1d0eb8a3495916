// The market as one state machine: books, accounts, ledger, and the sums that bind them. Every command leaves what it did
// in `fills` and `canceled` and in a few fields; a refusal is a Reason, never an exception. It knows no clock and no chance.

import { assert } from '../base/assert.ts';
import { mulDivCeil, mulDivFloor, prorate } from '../base/rounding.ts';
import {
  BUY,
  PPM,
  SELL,
  type AccountId,
  type ActorId,
  type InstrumentId,
  type Lots,
  type OrderId,
  type Ppm,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import { ACCOUNT_EXEMPT, ACCOUNT_IN_LIQUIDATION, Accounts, MIN_LEVERAGE } from './accounts.ts';
import { AutoDeleveraging, type AdlQueue } from './auto-deleveraging.ts';
import { Canceled, FILL_DONE, FILL_MAKER, Fills } from './fills.ts';
import { Funding } from './funding.ts';
import { createInstrument, rulesProblems, type Instrument, type InstrumentSpec, type Rules } from './instrument.ts';
import { InsuranceFund } from './insurance-fund.ts';
import { Ledger } from './ledger.ts';
import { MarginTiers } from './margin-tiers.ts';
import { Margin } from './margin.ts';
import type { MarketView } from './market-view.ts';
import { OrderBook, type Sweep } from './order-book.ts';
import {
  areFlagsValid,
  ORDER_FOK,
  ORDER_IOC,
  ORDER_MARKET,
  ORDER_REDUCE_ONLY,
  ORDER_STOP,
  ORDER_TAKE_PROFIT,
  Reason,
  STP_CANCEL_OLDEST,
} from './order.ts';
import { Positions } from './positions.ts';
import { isBelow, RiskIndex, type Exposure, type RiskSource } from './risk-index.ts';
import { Stops } from './stops.ts';

export interface MarketOptions {
  /** `unit`: the value of one quote unit, a decimal string. */
  readonly settlement: { readonly asset: string; readonly unit: string };
  /** Their ids are 1, 2, … in this order. */
  readonly instruments: readonly InstrumentSpec[];
  /** What the insurance fund begins with. */
  readonly fundCash: Quote;
  /** Room to make at the start; more is made when needed. */
  readonly accountsHint?: number;
  readonly ordersHint?: number;
}

const NONE = Reason['none'];
const TRIGGERS = ORDER_STOP | ORDER_TAKE_PROFIT;
/** What of an order is dropped when it does not fill at once. */
const IMMEDIATE = ORDER_MARKET | ORDER_IOC | ORDER_FOK;

export class Market implements MarketView, RiskSource {
  readonly settlement: { readonly asset: string; readonly unit: string };
  readonly instruments: Instrument[];
  readonly accounts: Accounts;
  readonly positions: Positions;
  readonly ledger = new Ledger();
  readonly funding: Funding;
  readonly margin: Margin;
  readonly stops: Stops;
  readonly riskIndex: RiskIndex;
  readonly fund: InsuranceFund;
  readonly fundAccount: AccountId;

  // What the last command did.

  readonly fills = new Fills();
  readonly canceled = new Canceled();
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
  /** What `liquidate` charged. */
  liquidationFee: Quote = 0;

  readonly #books: OrderBook[];
  readonly #deleveraging: AutoDeleveraging;
  readonly #index: Float64Array;
  readonly #last: Float64Array;
  readonly #openInterest: Float64Array;
  readonly #open: Uint8Array;
  /** The highest price of a buy and the lowest of a sell: the band around the mark, or the range of prices. */
  readonly #highest: Float64Array;
  readonly #lowest: Float64Array;
  /** 1 once a reduce-only order rested: before, there is nothing to trim after a fill. */
  readonly #reduced: Uint8Array;
  readonly #swept: Sweep = { lots: 0, notional: 0, worst: 0 };
  #lastOrder: OrderId = 0;

  constructor(options: MarketOptions) {
    const { settlement, instruments, fundCash, accountsHint = 64, ordersHint = 256 } = options;
    assert(instruments.length > 0 && instruments.length < 65_536, 'a market needs at least one instrument');
    this.settlement = settlement;
    this.instruments = instruments.map((spec, i) => createInstrument(spec, i + 1, settlement.unit));
    this.accounts = new Accounts(accountsHint);
    this.positions = new Positions(this.accounts, accountsHint);
    this.funding = new Funding(this.instruments, this.accounts, this.positions, this.ledger);
    this.margin = new Margin(this.instruments, this.accounts, this.positions, this.funding);
    this.#deleveraging = new AutoDeleveraging(this.instruments, this.accounts, this.positions, this.margin);
    this.riskIndex = new RiskIndex({ source: this, instruments: this.instruments, accounts: accountsHint });
    this.stops = new Stops();
    // Position 0 belongs to no instrument; the book there stays empty.
    this.#books = [{ id: 0 }, ...this.instruments].map(
      ({ id }) => new OrderBook({ orders: id === 0 ? 1 : ordersHint, reducible: (account, side) => this.#reducible(account, id, side) }),
    );
    const size = this.instruments.length + 1;
    this.#index = new Float64Array(size);
    this.#last = new Float64Array(size);
    this.#openInterest = new Float64Array(size);
    this.#open = new Uint8Array(size).fill(1, 1);
    this.#highest = new Float64Array(size);
    this.#lowest = new Float64Array(size);
    this.#reduced = new Uint8Array(size);
    this.fundAccount = this.accounts.open(0, MIN_LEVERAGE, 0, ACCOUNT_EXEMPT);
    this.fund = new InsuranceFund(this.fundAccount, this.accounts, this.positions, this.margin);
    if (fundCash > 0) this.deposit(this.fundAccount, fundCash);
  }

  // ── Accounts and money

  /** `leverage` in ppm of 1×, at least 1×. An exempt account is never asked for margin and never liquidated. */
  openAccount(options: { readonly owner: ActorId; readonly cash: Quote; readonly leverage: Ppm; readonly exempt?: boolean }): AccountId {
    const account = this.accounts.open(options.owner, options.leverage, 0, options.exempt === true ? ACCOUNT_EXEMPT : 0);
    if (options.cash !== 0) this.deposit(account, options.cash);
    return account;
  }

  /** An account row for an isolated position: it has the margin it is assigned, and nothing else of its owner's. */
  openIsolated(parent: AccountId, leverage: Ppm): AccountId {
    assert(this.accounts.exists(parent), 'an isolated position needs a parent');
    return this.accounts.open(this.accounts.owner[parent], leverage, parent, 0);
  }

  /** Moves margin between an account and its isolated position, as its owner may: up to what is available. */
  assignMargin(from: AccountId, to: AccountId, amount: Quote): number {
    const { accounts } = this;
    if (!accounts.exists(from) || !accounts.exists(to)) return Reason['unknown-account'];
    if (accounts.parent[from] !== to && accounts.parent[to] !== from) return Reason['not-the-owner'];
    if (accounts.has(from, ACCOUNT_IN_LIQUIDATION)) return Reason['account-in-liquidation'];
    if (!Number.isSafeInteger(amount) || amount <= 0 || this.margin.available(from) < amount) return Reason['insufficient-margin'];
    this.move(from, to, amount);
    return NONE;
  }

  /** Money from outside. */
  deposit(account: AccountId, amount: Quote): void {
    assert(
      this.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'a deposit is a whole amount to an account that exists',
    );
    assert(this.ledger.deposits + amount <= Number.MAX_SAFE_INTEGER, 'deposits leave the range of exact integers');
    this.accounts.add(account, amount);
    this.ledger.deposits += amount;
    this.riskIndex.touch(account);
  }

  /** Money that leaves the venue, whatever the margin: the caller has checked. */
  withdraw(account: AccountId, amount: Quote): void {
    assert(
      this.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'a withdrawal is a whole amount from an account that exists',
    );
    this.accounts.add(account, -amount);
    this.ledger.deposits -= amount;
    this.riskIndex.touch(account);
  }

  /** Moves money whatever the margin: what the exchange does, not what an owner may. */
  move(from: AccountId, to: AccountId, amount: Quote): void {
    assert(
      this.accounts.exists(from) && this.accounts.exists(to) && Number.isSafeInteger(amount) && amount >= 0,
      'a move is a whole amount between accounts that exist',
    );
    this.accounts.add(from, -amount);
    this.accounts.add(to, amount);
    this.riskIndex.touch(from);
    this.riskIndex.touch(to);
  }

  /** Gives the account what nobody paid, and keeps count of it. */
  bookBadDebt(account: AccountId, amount: Quote): void {
    assert(
      this.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'bad debt is a whole amount of an account that exists',
    );
    this.accounts.add(account, amount);
    this.ledger.badDebt += amount;
    this.riskIndex.touch(account);
  }

  /** While set, the owner's orders are refused. */
  setInLiquidation(account: AccountId, on: boolean): void {
    this.accounts.set(account, ACCOUNT_IN_LIQUIDATION, on);
  }

  /** How the run begins: a trade that both had made before, without fee, margin check or print. */
  openingTrade(buyer: AccountId, seller: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    assert(this.#isInstrument(instrument) && lots > 0 && price > 0 && buyer !== seller, 'an opening trade has two sides, lots and a price');
    this.#begin();
    this.#moveLots(seller, buyer, instrument, lots, price);
  }

  // ── Orders

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
    this.#begin();
    const refusal = this.#refusal(account, instrument, lots, price, trigger, flags);
    if (refusal !== NONE) return this.#refuse(refusal);
    if (side !== BUY && side !== SELL) return this.#refuse(Reason['invalid-flags']);
    if ((flags & TRIGGERS) === 0) return this.#execute(++this.#lastOrder, account, instrument, side, lots, price, flags, tag);
    const order = ++this.#lastOrder;
    this.stops.add(order, account, instrument, side, lots, price, trigger, flags, tag);
    this.resting = lots;
    return order;
  }

  /** Places an order whose trigger was reached, under the id it has. Returns 0 and the reason when nothing came of it. */
  submitTriggered(order: OrderId): OrderId {
    this.#begin();
    const { stops } = this;
    if (!stops.take(order)) return this.#refuse(Reason['unknown-order']);
    const { account, instrument, side, lots, price, flags, tag } = stops.taken;
    const refusal = this.#refusal(account, instrument, lots, price, 0, flags & ~TRIGGERS);
    if (refusal !== NONE) return this.#refuse(refusal);
    return this.#execute(order, account, instrument, side, lots, price, flags & ~TRIGGERS, tag);
  }

  /**
   * Gives a resting order `lots` still to be filled and another price. Fewer lots at the same price are always allowed and
   * keep the order's place; anything else is checked like a new order, loses the place, and may trade. When refused,
   * nothing changes and `reason` says why.
   */
  amend(account: AccountId, instrument: InstrumentId, order: OrderId, lots: Lots, price: Ticks): boolean {
    this.#begin();
    const refusal = this.#refusal(account, instrument, lots, price, 0, 0, true);
    if (refusal !== NONE) return this.#refuse(refusal) !== 0;
    const book = this.#books[instrument];
    if (book.orderAccount(order) !== account) return this.#refuse(Reason['unknown-order']) !== 0;
    const side = book.orderSide(order) as Side;
    const before = book.orderLots(order);
    const priceBefore = book.orderPrice(order);
    const flags = book.orderFlags(order);
    const tag = book.orderTag(order);
    const { positions } = this;
    const { multiplier, takerFeePpm } = this.instruments[instrument - 1];
    const row = positions.find(account, instrument);
    const room = -side * positions.lots[row];
    if (price !== priceBefore || lots > before) {
      if (side > 0 ? price > this.#highest[instrument] : price < this.#lowest[instrument])
        return this.#refuse(Reason['outside-price-band']) !== 0;
      if ((flags & ORDER_REDUCE_ONLY) === 0) {
        const value = this.#cost(book, side, lots, price) - before * priceBefore;
        const refused = this.#cover(account, instrument, row, side, lots - before, value * multiplier);
        if (refused !== NONE) return this.#refuse(refused) !== 0;
      }
    }
    const size = (flags & ORDER_REDUCE_ONLY) !== 0 ? Math.min(lots, Math.max(0, room)) : lots;
    if (!book.amend(order, price, lots, Math.max(0, room))) return this.#refuse(book.outcome) !== 0;
    const left = book.orderLots(order);
    positions.addOrders(row, side, left - before, (left * price - before * priceBefore) * multiplier);
    const { outcome } = book;
    this.#settle(book, order, account, row, instrument, side, size, tag, takerFeePpm);
    if (this.unfilled > 0) this.reason = outcome !== NONE ? outcome : Reason['would-increase'];
    return true;
  }

  /** Takes an order or a waiting stop back; `canceled` has the row. */
  cancel(account: AccountId, instrument: InstrumentId, order: OrderId): boolean {
    this.#begin();
    if (!this.#isInstrument(instrument)) return this.#refuse(Reason['unknown-order']) !== 0;
    const book = this.#books[instrument];
    if (book.has(order) && book.orderAccount(order) === account) {
      book.cancel(order);
      this.#collectCanceled(book, instrument, 0, Reason['requested']);
      return true;
    }
    if (!this.stops.isOf(order, account)) return this.#refuse(Reason['unknown-order']) !== 0;
    this.stops.take(order);
    this.#reportStop(order, Reason['requested']);
    return true;
  }

  /** Takes back all orders and stops of the account, in all instruments for 0. Returns how many rows `canceled` has. */
  cancelAll(account: AccountId, instrument: InstrumentId | 0, reason: number = Reason['requested']): number {
    this.#begin();
    const first = instrument === 0 ? 1 : instrument;
    const last = instrument === 0 ? this.instruments.length : Math.min(instrument, this.instruments.length);
    for (let i = first; i <= last; i++) {
      const book = this.#books[i];
      if (book.cancelAll(account) > 0) this.#collectCanceled(book, i, 0, reason);
    }
    for (let order = this.stops.firstOf(account, instrument); order !== 0; order = this.stops.firstOf(account, instrument)) {
      this.stops.take(order);
      this.#reportStop(order, reason);
    }
    return this.canceled.count;
  }

  /**
   * Closes up to `lots` of the account's position on the book, immediately or not at all, no further than `limit` (0: no
   * limit). Exempt from margin and price band. It pays the liquidation fee instead of the taker fee, but never more than
   * what equity is left at mark, and to the insurance fund. `filled`, `fillValue`, `worstPrice`, `liquidationFee` tell.
   */
  liquidate(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, limit: Ticks): OrderId {
    this.#begin();
    assert(
      this.accounts.exists(account) && this.#isInstrument(instrument) && lots > 0,
      'a liquidation needs an account, an instrument and lots',
    );
    if (this.#open[instrument] === 0) return this.#refuse(Reason['market-closed']);
    const { liquidationFeePpm, maxPrice } = this.instruments[instrument - 1];
    const row = this.positions.find(account, instrument);
    const room = -side * this.positions.lots[row];
    if (room <= 0) return this.#refuse(Reason['would-increase']);
    const book = this.#books[instrument];
    const order = ++this.#lastOrder;
    const size = Math.min(lots, room);
    const price = limit !== 0 ? limit : side > 0 ? maxPrice : 1;
    book.place(order, account, side, price, size, ORDER_IOC | ORDER_REDUCE_ONLY | STP_CANCEL_OLDEST, 0, room);
    const { outcome, filled } = book;
    this.#settle(book, order, account, row, instrument, side, size, 0, 0);
    if (filled === 0) return this.#refuse(outcome);
    this.reason = outcome;
    this.unfilled = lots - filled;
    const fee = Math.min(mulDivCeil(this.fillValue, liquidationFeePpm, PPM), Math.max(0, this.margin.equity(account)));
    if (fee > 0 && account !== this.fundAccount) {
      this.move(account, this.fundAccount, fee);
      this.liquidationFee = fee;
    }
    return order;
  }

  /**
   * Moves `lots` of the position of `from` (signed as it is) to `to` at `price`, off the book: no print, no fee, no margin
   * check. Both pay or receive the full value, so that at its bankruptcy price `from` ends with nothing.
   */
  transfer(from: AccountId, to: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    assert(
      this.#isInstrument(instrument) && this.accounts.exists(from) && this.accounts.exists(to) && from !== to,
      'a transfer is between two accounts that exist',
    );
    assert(Number.isSafeInteger(price) && price >= 0, 'a transfer price is not negative');
    const held = this.positionLots(from, instrument);
    assert(
      lots !== 0 && lots * held > 0 && Math.abs(lots) <= Math.abs(held),
      () => `account ${from} holds ${held} lots and cannot give ${lots}`,
    );
    this.#begin();
    if (lots > 0) this.#moveLots(from, to, instrument, lots, price);
    else this.#moveLots(to, from, instrument, -lots, price);
  }

  // ── Prices, session, rules, funding

  setIndex(instrument: InstrumentId, price: Ticks): void {
    assert(this.#isInstrument(instrument) && this.#isPrice(instrument, price), () => `index price ${price} is out of range`);
    this.#index[instrument] = price;
  }

  /** Values everything in the instrument anew, and lets the risk index find whom that may concern: see its `collect`. */
  setMark(instrument: InstrumentId, price: Ticks): void {
    assert(this.#isInstrument(instrument) && this.#isPrice(instrument, price), () => `mark price ${price} is out of range`);
    this.margin.mark[instrument] = price;
    this.#setBand(instrument);
    this.riskIndex.move(instrument, price);
  }

  /** While closed, orders and amendments are refused; cancels are not. */
  setOpen(instrument: InstrumentId, open: boolean): void {
    this.#open[instrument] = open ? 1 : 0;
  }

  /** A rule change while positions are open. */
  changeRules(instrument: InstrumentId, change: Partial<Rules>): void {
    const before = this.instruments[instrument - 1];
    const after = { ...before, ...change, tiers: change.tiers ?? before.tiers.toSpecs() };
    const problems = rulesProblems(after);
    assert(problems.length === 0, () => `instrument ${before.symbol}: ${problems.join('; ')}`);
    this.instruments[instrument - 1] = { ...after, tiers: new MarginTiers(after.tiers, after.deduction) };
    this.#setBand(instrument);
    this.riskIndex.setTiers(instrument, this.instruments[instrument - 1].tiers);
  }

  /** Longs owe shorts `ratePpm` of their notional at mark from now on; see `applyFunding`. Returns the cumulative index. */
  settleFunding(instrument: InstrumentId, ratePpm: Ppm): number {
    const index = this.funding.settle(instrument, ratePpm, this.margin.mark[instrument]);
    this.riskIndex.touchHolders(instrument);
    return index;
  }

  /** Takes (gives, when negative) what is due on the account's positions, and returns it. Equity does not change. */
  applyFunding(account: AccountId): Quote {
    let taken = 0;
    for (let row = this.accounts.head[account]; row !== 0; row = this.positions.next[row]) taken += this.funding.apply(row);
    return taken;
  }

  /** Applies everybody's, in account order; what then remains of it is rounding, owed to nobody. */
  applyAllFunding(visit?: (account: AccountId, instrument: InstrumentId, lots: Lots, amount: Quote) => void): void {
    const { accounts, positions } = this;
    for (let account = 1; account <= accounts.count; account++) {
      for (let row = accounts.head[account]; row !== 0; row = positions.next[row]) {
        const changed = positions.fundingIndex[row] !== this.funding.index[positions.instrument[row]];
        const taken = this.funding.apply(row);
        if (changed && positions.lots[row] !== 0) visit?.(account, positions.instrument[row], positions.lots[row], taken);
      }
    }
    this.ledger.rounding += this.ledger.funding;
    this.ledger.funding = 0;
  }

  // ── Reading: see MarketView

  get accountCount(): number {
    return this.accounts.count;
  }

  instrument(instrument: InstrumentId): Instrument {
    assert(this.#isInstrument(instrument), () => `there is no instrument ${instrument}`);
    return this.instruments[instrument - 1];
  }

  /** To read, not to command. */
  book(instrument: InstrumentId): OrderBook {
    assert(this.#isInstrument(instrument), () => `there is no instrument ${instrument}`);
    return this.#books[instrument];
  }

  indexPrice(instrument: InstrumentId): Ticks {
    return this.#index[instrument];
  }

  markPrice(instrument: InstrumentId): Ticks {
    return this.margin.mark[instrument];
  }

  lastPrice(instrument: InstrumentId): Ticks {
    return this.#last[instrument];
  }

  isOpen(instrument: InstrumentId): boolean {
    return this.#open[instrument] !== 0;
  }

  openInterest(instrument: InstrumentId): Lots {
    return this.#openInterest[instrument];
  }

  owner(account: AccountId): ActorId {
    return this.accounts.owner[account];
  }

  parent(account: AccountId): AccountId {
    return this.accounts.parent[account];
  }

  leverage(account: AccountId): Ppm {
    return this.accounts.leverage[account];
  }

  isExempt(account: AccountId): boolean {
    return this.accounts.has(account, ACCOUNT_EXEMPT);
  }

  isInLiquidation(account: AccountId): boolean {
    return this.accounts.has(account, ACCOUNT_IN_LIQUIDATION);
  }

  cash(account: AccountId): Quote {
    return this.accounts.cash[account];
  }

  wallet(account: AccountId): Quote {
    let wallet = this.accounts.cash[account];
    for (let row = this.accounts.head[account]; row !== 0; row = this.positions.next[row]) wallet += this.positions.entry[row];
    return wallet;
  }

  equity(account: AccountId): Quote {
    return this.margin.equity(account);
  }

  maintenance(account: AccountId): Quote {
    return this.margin.maintenance(account);
  }

  initialMargin(account: AccountId): Quote {
    return this.margin.initial(account);
  }

  available(account: AccountId): Quote {
    return this.margin.available(account);
  }

  marginRatioPpm(account: AccountId): Ppm {
    return this.margin.ratioPpm(account);
  }

  isBelow(account: AccountId, ratio: Ppm): boolean {
    return isBelow(this.margin.equity(account), this.margin.maintenance(account), ratio, true);
  }

  isLiquidatable(account: AccountId): boolean {
    const maintenance = this.margin.maintenance(account);
    return maintenance > 0 && !this.isExempt(account) && this.margin.equity(account) <= maintenance;
  }

  bankruptcyPrice(account: AccountId, instrument: InstrumentId): Ticks {
    return this.margin.bankruptcyPrice(account, instrument);
  }

  liquidationPrice(account: AccountId, instrument: InstrumentId): Ticks {
    return this.margin.liquidationPrice(account, instrument);
  }

  fundingDue(account: AccountId, instrument: InstrumentId): Quote {
    const row = this.positions.find(account, instrument);
    return row === 0 ? 0 : this.funding.due(row);
  }

  positionCount(account: AccountId): number {
    let count = 0;
    for (let row = this.accounts.head[account]; row !== 0; row = this.positions.next[row]) if (this.positions.lots[row] !== 0) count++;
    return count;
  }

  positionLots(account: AccountId, instrument: InstrumentId): Lots {
    return this.positions.lots[this.positions.find(account, instrument)];
  }

  forEachPosition(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void {
    const { positions } = this;
    for (let row = this.accounts.head[account]; row !== 0; row = positions.next[row]) {
      if (positions.lots[row] !== 0) visit(positions.instrument[row], positions.lots[row]);
    }
  }

  entryValue(account: AccountId, instrument: InstrumentId): Quote {
    return this.positions.entry[this.positions.find(account, instrument)];
  }

  entryPrice(account: AccountId, instrument: InstrumentId): number {
    const row = this.positions.find(account, instrument);
    const lots = this.positions.lots[row];
    return lots === 0 ? 0 : this.positions.entry[row] / (lots * this.instruments[instrument - 1].multiplier);
  }

  unrealised(account: AccountId, instrument: InstrumentId): Quote {
    const row = this.positions.find(account, instrument);
    return row === 0
      ? 0
      : this.positions.lots[row] * this.margin.mark[instrument] * this.instruments[instrument - 1].multiplier - this.positions.entry[row];
  }

  notional(account: AccountId): Quote {
    let sum = 0;
    this.forEachPosition(account, (instrument, lots) => {
      sum += Math.abs(lots) * this.margin.mark[instrument] * this.instruments[instrument - 1].multiplier;
    });
    return sum;
  }

  openLots(account: AccountId, instrument: InstrumentId, side: Side): Lots {
    const { positions } = this;
    const orders = positions.orders[positions.find(account, instrument)];
    return side > 0 ? positions.buyLots[orders] : positions.sellLots[orders];
  }

  adlQueue(instrument: InstrumentId, side: Side, out: AdlQueue): number {
    return this.#deleveraging.queue(instrument, side, out);
  }

  canReceive(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): Lots {
    return this.#deleveraging.canReceive(counterparty, instrument, lots, price);
  }

  /** For the risk index. */
  examine(account: AccountId, exposure: Exposure): void {
    const { positions, margin } = this;
    let equity = this.accounts.cash[account];
    let maintenance = 0;
    for (let row = this.accounts.head[account]; row !== 0; row = positions.next[row]) {
      const lots = positions.lots[row];
      if (lots === 0) continue;
      const i = positions.instrument[row];
      const mark = margin.mark[i];
      const perTick = lots * this.instruments[i - 1].multiplier;
      equity += perTick * mark - this.funding.due(row);
      maintenance += this.instruments[i - 1].tiers.maintenance(Math.abs(perTick) * mark);
      exposure.add(i, mark, perTick);
    }
    exposure.equity = equity;
    exposure.maintenance = maintenance;
  }

  // ── Invariants: each returns what is wrong, or null

  /** What everybody has is what was deposited, to the unit. */
  checkConservation(): string | null {
    let cash = 0n;
    for (let account = 1; account <= this.accounts.count; account++) cash += BigInt(this.accounts.cash[account]);
    return this.ledger.unbalanced(cash);
  }

  /** Longs equal shorts, and are the open interest. */
  checkPositions(instrument: InstrumentId): string | null {
    const { positions } = this;
    let longs = 0;
    let shorts = 0;
    for (let row = 1; row <= positions.used; row++) {
      if (positions.account[row] === 0 || positions.instrument[row] !== instrument) continue;
      if (positions.lots[row] > 0) longs += positions.lots[row];
      else shorts -= positions.lots[row];
    }
    if (longs !== shorts) return `longs hold ${longs} lots, shorts ${shorts}`;
    return longs === this.#openInterest[instrument]
      ? null
      : `longs hold ${longs} lots, open interest says ${this.#openInterest[instrument]}`;
  }

  /** What accounts have reserved for open orders is what is on the books. */
  checkOpenOrders(): string | null {
    const { positions } = this;
    const lots = new Float64Array(2 * (positions.used + 1));
    const value = new Float64Array(2 * (positions.used + 1));
    let stray: string | null = null;
    for (const { id, multiplier } of this.instruments) {
      const book = this.#books[id];
      for (const side of [BUY, SELL] as const) {
        book.forEachOrder(side, (order) => {
          const row = positions.find(book.orderAccount(order), id);
          if (row === 0) stray = `order ${order} belongs to an account that knows of none`;
          const at = 2 * row + (side > 0 ? 0 : 1);
          lots[at] += book.orderLots(order);
          value[at] += book.orderLots(order) * book.orderPrice(order) * multiplier;
          if (
            (book.orderFlags(order) & ORDER_REDUCE_ONLY) !== 0 &&
            book.reduceOnlyLots(book.orderAccount(order), side) > Math.max(0, -side * positions.lots[row])
          ) {
            stray = `reduce-only order ${order} could increase a position`;
          }
        });
      }
    }
    if (stray !== null) return stray;
    for (let row = 1; row <= positions.used; row++) {
      if (positions.account[row] === 0) continue;
      const orders = positions.orders[row];
      if (positions.buyLots[orders] !== lots[2 * row] || positions.sellLots[orders] !== lots[2 * row + 1]) {
        return `account ${positions.account[row]} counts ${positions.buyLots[orders]} and ${positions.sellLots[orders]} lots of open buys and sells, the book ${lots[2 * row]} and ${lots[2 * row + 1]}`;
      }
      if (positions.buyValue[orders] !== value[2 * row] || positions.sellValue[orders] !== value[2 * row + 1]) {
        return `account ${positions.account[row]} counts open orders worth ${positions.buyValue[orders]} and ${positions.sellValue[orders]}, the book ${value[2 * row]} and ${value[2 * row + 1]}`;
      }
    }
    return null;
  }

  /** Not crossed, and everything the book keeps twice is equal. */
  checkBook(instrument: InstrumentId): string | null {
    return this.book(instrument).check();
  }

  /** Folds the whole state, however it is held: accounts in order, ledger, prices, books, stops. */
  digest(into: { fold(value: number): void }): void {
    const { accounts, positions, ledger } = this;
    into.fold(accounts.count);
    for (let account = 1; account <= accounts.count; account++) {
      into.fold(accounts.cash[account]);
      into.fold(accounts.leverage[account]);
      into.fold(accounts.owner[account]);
      into.fold(accounts.parent[account]);
      into.fold(accounts.flags[account]);
      for (let row = accounts.head[account]; row !== 0; row = positions.next[row]) {
        into.fold(positions.instrument[row]);
        into.fold(positions.lots[row]);
        into.fold(positions.entry[row]);
        into.fold(positions.fundingIndex[row]);
      }
      into.fold(0);
    }
    for (const balance of [ledger.deposits, ledger.fees, ledger.funding, ledger.rounding, ledger.badDebt]) into.fold(balance);
    for (const { id } of this.instruments) {
      into.fold(this.#index[id]);
      into.fold(this.margin.mark[id]);
      into.fold(this.#last[id]);
      into.fold(this.#open[id]);
      into.fold(this.funding.index[id]);
      this.#books[id].digest(into);
    }
    this.stops.digest(into);
    into.fold(this.#lastOrder);
  }

  // ── Inside

  #begin(): void {
    this.fills.count = 0;
    this.canceled.count = 0;
    this.reason = NONE;
    this.filled = 0;
    this.resting = 0;
    this.unfilled = 0;
    this.fillValue = 0;
    this.worstPrice = 0;
    this.liquidationFee = 0;
  }

  #refuse(reason: number): 0 {
    this.reason = reason;
    this.unfilled = 0;
    return 0;
  }

  #isInstrument(instrument: InstrumentId): boolean {
    return instrument >= 1 && instrument <= this.instruments.length && Number.isInteger(instrument);
  }

  #isPrice(instrument: InstrumentId, price: Ticks): boolean {
    return Number.isInteger(price) && price >= 1 && price <= this.instruments[instrument - 1].maxPrice;
  }

  #setBand(instrument: InstrumentId): void {
    const { priceBandPpm, maxPrice } = this.instruments[instrument - 1];
    const mark = this.margin.mark[instrument];
    const width = mulDivFloor(mark, priceBandPpm, PPM);
    this.#highest[instrument] = priceBandPpm === 0 ? maxPrice : Math.min(maxPrice, mark + width);
    this.#lowest[instrument] = priceBandPpm === 0 ? 1 : Math.max(1, mark - width);
  }

  /** What can be said against an order without looking at book or margin. */
  #refusal(
    account: AccountId,
    instrument: InstrumentId,
    lots: Lots,
    price: Ticks,
    trigger: Ticks,
    flags: number,
    amending = false,
  ): number {
    if (!this.accounts.exists(account)) return Reason['unknown-account'];
    if (!this.#isInstrument(instrument) || this.#open[instrument] === 0 || this.margin.mark[instrument] === 0)
      return Reason['market-closed'];
    if (this.accounts.has(account, ACCOUNT_IN_LIQUIDATION)) return Reason['account-in-liquidation'];
    if (!areFlagsValid(flags)) return Reason['invalid-flags'];
    const { minLots, maxLots } = this.instruments[instrument - 1];
    // Whether what is left of a resting order is below the least size says nothing about the order.
    const least = (flags & ORDER_REDUCE_ONLY) !== 0 || amending ? 1 : minLots;
    if (!Number.isInteger(lots) || lots < least || lots > maxLots) return Reason['invalid-lots'];
    if ((flags & ORDER_MARKET) === 0 && !this.#isPrice(instrument, price)) return Reason['invalid-price'];
    if ((flags & TRIGGERS) !== 0 && !this.#isPrice(instrument, trigger)) return Reason['invalid-price'];
    return NONE;
  }

  #execute(
    order: OrderId,
    account: AccountId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    price: Ticks,
    flags: number,
    tag: number,
  ): OrderId {
    const { positions } = this;
    const { multiplier, takerFeePpm } = this.instruments[instrument - 1];
    const book = this.#books[instrument];
    let limit = price;
    let how = flags;
    if ((flags & ORDER_MARKET) !== 0) {
      limit = side > 0 ? this.#highest[instrument] : this.#lowest[instrument];
      how = (flags & ~ORDER_MARKET) | ORDER_IOC;
    } else if (side > 0 ? price > this.#highest[instrument] : price < this.#lowest[instrument]) {
      return this.#refuse(Reason['outside-price-band']);
    }
    let row = positions.find(account, instrument);
    let room = 0;
    let size = lots;
    if ((flags & ORDER_REDUCE_ONLY) !== 0) {
      room = -side * positions.lots[row];
      if (room <= 0) return this.#refuse(Reason['would-increase']);
      if (size > room) size = room;
    } else if (!this.accounts.has(account, ACCOUNT_EXEMPT)) {
      let value = this.#cost(book, side, size, limit);
      let counted = size;
      if ((flags & IMMEDIATE) !== 0) {
        // Only what can trade at once will be held; the rest is dropped.
        counted = this.#swept.lots;
        value = this.#swept.notional;
      }
      const refused = this.#cover(account, instrument, row, side, counted, value * multiplier);
      if (refused !== NONE) return this.#refuse(refused);
    }
    if (row === 0) row = positions.ensure(account, instrument, this.funding.index[instrument]);
    const rest = book.place(order, account, side, limit, size, how, tag, room);
    const { outcome, filled } = book;
    if (rest > 0) {
      positions.addOrders(row, side, rest, rest * limit * multiplier);
      if ((flags & ORDER_REDUCE_ONLY) !== 0) this.#reduced[instrument] = 1;
    }
    this.#settle(book, order, account, row, instrument, side, size, tag, takerFeePpm);
    this.unfilled = lots - filled - this.resting;
    if (this.unfilled > 0) this.reason = outcome !== NONE ? outcome : Reason['would-increase'];
    return filled === 0 && this.resting === 0 ? this.#refuse(this.reason) : order;
  }

  /**
   * Σ price × lots of an order, in tick-lots: what crosses at the book's prices, the rest at its limit. `#swept` then
   * tells of the part that crosses.
   */
  #cost(book: OrderBook, side: Side, lots: Lots, limit: Ticks): number {
    const swept = this.#swept;
    const best = side > 0 ? book.bestAsk : book.bestBid;
    if (best === 0 || (side > 0 ? limit < best : limit > best)) {
      swept.lots = 0;
      swept.notional = 0;
      return lots * limit;
    }
    book.sweep(side, lots, limit, swept);
    return swept.notional + (lots - swept.lots) * limit;
  }

  /** The opening rule (see margin.ts) and the position limit, for `lots` worth `value` more on one side. */
  #cover(account: AccountId, instrument: InstrumentId, row: number, side: Side, lots: Lots, value: Quote): number {
    const { positions } = this;
    const orders = positions.orders[row];
    const held = positions.lots[row];
    const open = (side > 0 ? positions.buyLots[orders] : positions.sellLots[orders]) + lots;
    const closing = -side * held;
    if (closing > 0 && open - this.#books[instrument].reduceOnlyLots(account, side) <= closing) return NONE;
    if (side * held + open > this.instruments[instrument - 1].maxPosition) return Reason['position-limit'];
    return this.margin.availableWith(account, instrument, side, lots, value) < 0 ? Reason['insufficient-margin'] : NONE;
  }

  /** By how much a position can still be reduced by an order on `side`. */
  #reducible(account: AccountId, instrument: InstrumentId, side: Side): Lots {
    return Math.max(0, -side * this.positionLots(account, instrument));
  }

  /**
   * Books what the book did for one taker: money, positions, open orders of the makers, rows of `fills`. Then cuts
   * reduce-only orders to the positions they are left with, and books whatever was canceled.
   */
  #settle(
    book: OrderBook,
    order: OrderId,
    account: AccountId,
    row: number,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    tag: number,
    takerFeePpm: Ppm,
  ): void {
    const { accounts, positions, fills, ledger, riskIndex } = this;
    const { multiplier, makerFeePpm } = this.instruments[instrument - 1];
    const { executions } = book;
    const { count } = executions;
    let left = lots;
    let price = 0;
    for (let k = 0; k < count; k++) {
      const traded = executions.lots[k];
      const maker = executions.makerAccount[k];
      price = executions.price[k];
      const value = traded * price * multiplier;
      const takerFee = mulDivCeil(value, takerFeePpm, PPM);
      const makerFee = mulDivCeil(value, makerFeePpm, PPM);
      const makerRow = positions.find(maker, instrument);
      left -= traded;
      this.fillValue += value;
      this.#change(row, instrument, side * traded, price);
      accounts.add(account, -side * value - takerFee);
      this.#change(makerRow, instrument, -side * traded, price);
      accounts.add(maker, side * value - makerFee);
      ledger.fees += takerFee + makerFee;
      positions.addOrders(makerRow, -side as Side, -traded, -value);
      positions.releaseIfEmpty(makerRow);
      riskIndex.touch(maker);

      const t = fills.addPair();
      const m = t + 1;
      fills.account[t] = account;
      fills.instrument[t] = instrument;
      fills.order[t] = order;
      fills.tag[t] = tag;
      fills.side[t] = side;
      fills.lots[t] = traded;
      fills.price[t] = price;
      fills.fee[t] = takerFee;
      fills.left[t] = left;
      fills.flags[t] = left === 0 ? FILL_DONE : 0;
      fills.account[m] = maker;
      fills.instrument[m] = instrument;
      fills.order[m] = executions.maker[k];
      fills.tag[m] = executions.makerTag[k];
      fills.side[m] = -side;
      fills.lots[m] = traded;
      fills.price[m] = price;
      fills.fee[m] = makerFee;
      fills.left[m] = executions.makerLeft[k];
      fills.flags[m] = executions.makerLeft[k] === 0 ? FILL_MAKER | FILL_DONE : FILL_MAKER;
    }
    if (count > 0) {
      this.#last[instrument] = price;
      this.worstPrice = price;
      riskIndex.touch(account);
    }
    if (this.#reduced[instrument] !== 0) {
      this.#trim(book, account, instrument);
      for (let k = 0; k < count; k++) this.#trim(book, executions.makerAccount[k], instrument);
    }
    this.filled = lots - left;
    if (book.canceled.count > 0) this.#collectCanceled(book, instrument, order, NONE);
    this.resting = book.orderLots(order);
    this.unfilled = left - this.resting;
    positions.releaseIfEmpty(row);
  }

  /** Adds signed lots at a price to a position, and moves no money. Applies funding first, while its lots still stand. */
  #change(row: number, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    const { positions } = this;
    if (positions.fundingIndex[row] !== this.funding.index[instrument]) this.funding.apply(row);
    const before = positions.lots[row];
    const after = before + lots;
    assert(after === (after | 0), 'a position leaves the range of its column');
    const { multiplier } = this.instruments[instrument - 1];
    const entry = positions.entry[row];
    if (before * lots >= 0) positions.entry[row] = entry + lots * price * multiplier;
    else if (before * after >= 0) positions.entry[row] = entry - prorate(entry, Math.abs(lots), Math.abs(before));
    else positions.entry[row] = after * price * multiplier;
    positions.lots[row] = after;
    this.#openInterest[instrument] += (after > 0 ? after : 0) - (before > 0 ? before : 0);
  }

  /** Lots from seller to buyer at a price, without a book. */
  #moveLots(seller: AccountId, buyer: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    const { accounts, positions } = this;
    const index = this.funding.index[instrument];
    const value = lots * price * this.instruments[instrument - 1].multiplier;
    assert(Number.isSafeInteger(value), 'the value of a transfer leaves the range of exact integers');
    const from = positions.ensure(seller, instrument, index);
    const to = positions.ensure(buyer, instrument, index);
    this.#change(from, instrument, -lots, price);
    this.#change(to, instrument, lots, price);
    accounts.add(seller, value);
    accounts.add(buyer, -value);
    const book = this.#books[instrument];
    if (this.#reduced[instrument] !== 0) {
      const before = book.canceled.count;
      this.#trim(book, seller, instrument);
      this.#trim(book, buyer, instrument);
      this.#collectCanceled(book, instrument, 0, NONE, before);
    }
    positions.releaseIfEmpty(from);
    positions.releaseIfEmpty(to);
    this.riskIndex.touch(seller);
    this.riskIndex.touch(buyer);
  }

  /** Reduce-only orders may not outgrow the position they reduce. */
  #trim(book: OrderBook, account: AccountId, instrument: InstrumentId): void {
    const held = this.positionLots(account, instrument);
    book.trimReduceOnly(account, BUY, held < 0 ? -held : 0);
    book.trimReduceOnly(account, SELL, held > 0 ? held : 0);
  }

  /**
   * Takes what the book canceled out of the accounts' open orders, and reports it, but for the command's `own` order.
   * `reason` replaces the book's, unless it is none. Rows before `first` are those of an earlier command.
   */
  #collectCanceled(book: OrderBook, instrument: InstrumentId, own: OrderId, reason: number, first = 0): void {
    const { positions, canceled } = this;
    const { multiplier } = this.instruments[instrument - 1];
    const rows = book.canceled;
    for (let k = first; k < rows.count; k++) {
      const account = rows.account[k];
      const side = rows.side[k] as Side;
      const row = positions.find(account, instrument);
      positions.addOrders(row, side, -rows.lots[k], -rows.lots[k] * rows.price[k] * multiplier);
      positions.releaseIfEmpty(row);
      if (rows.order[k] === own) continue;
      const to = canceled.add();
      canceled.account[to] = account;
      canceled.instrument[to] = instrument;
      canceled.order[to] = rows.order[k];
      canceled.tag[to] = rows.tag[k];
      canceled.side[to] = side;
      canceled.price[to] = rows.price[k];
      canceled.lots[to] = rows.lots[k];
      canceled.left[to] = rows.left[k];
      canceled.reason[to] = reason === NONE ? rows.reason[k] : reason;
    }
  }

  #reportStop(order: OrderId, reason: number): void {
    const { canceled } = this;
    const { account, instrument, side, lots, price, tag } = this.stops.taken;
    const to = canceled.add();
    canceled.account[to] = account;
    canceled.instrument[to] = instrument;
    canceled.order[to] = order;
    canceled.tag[to] = tag;
    canceled.side[to] = side;
    canceled.price[to] = price;
    canceled.lots[to] = lots;
    canceled.left[to] = 0;
    canceled.reason[to] = reason;
  }
}
