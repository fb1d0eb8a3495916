// The market as one state machine: books, accounts, ledger, and the sums that bind them. Every command leaves what it did
// in `fills` and `canceled` and in a few figures; a refusal is a Reason, never an exception. It knows no clock and no chance.
// This file is the front; the way of an order is in order-entry.ts, the sums after a match are in settlement.ts.

import { assert } from '../base/assert.ts';
import type { AccountId, ActorId, InstrumentId, Lots, OrderId, Ppm, Quote, Side, Ticks } from '../base/units.ts';
import { ACCOUNT_EXEMPT, ACCOUNT_IN_LIQUIDATION, MIN_LEVERAGE } from './accounts.ts';
import { AutoDeleveraging, type AdlQueue, type Opponent } from './auto-deleveraging.ts';
import { CollateralTreasury } from './collateral-treasury.ts';
import type { Canceled, Fills } from './fills.ts';
import { withRules, type Instrument, type Rules } from './instrument.ts';
import { InsuranceFund } from './insurance-fund.ts';
import type { Ledger } from './ledger.ts';
import { checkBook, checkConservation, checkOpenOrders, checkPositions, foldState } from './market-checks.ts';
import { CLOSED, MarketState, OPEN, type MarketOptions } from './market-state.ts';
import type { MarginTiers } from './margin-tiers.ts';
import type { MarketView } from './market-view.ts';
import type { OrderBook } from './order-book.ts';
import { CallAuction } from './call-auction.ts';
import { OrderEntry } from './order-entry.ts';
import { Reason } from './order.ts';
import { Pools } from './pools.ts';
import { isBelow, type RiskIndex } from './risk-index.ts';
import { Settlement } from './settlement.ts';
import { SharedLosses } from './shared-losses.ts';
import type { Stops } from './stops.ts';
import { Treasury } from './treasury.ts';
import { Volunteers } from './volunteers.ts';

export class Market implements MarketView {
  readonly settlement: MarketOptions['settlement'];
  readonly instruments: readonly Instrument[];
  readonly ledger: Ledger;
  readonly stops: Stops;
  readonly riskIndex: RiskIndex;
  readonly fund: InsuranceFund;
  readonly fundAccount: AccountId;
  /** What counts as margin beside money, other accounts of the venue itself, losses that others pay, and who takes positions over willingly. */
  readonly collateral: CollateralTreasury;
  readonly pools: Pools;
  readonly sharedLosses: SharedLosses;
  readonly volunteers: Volunteers;
  /** Rows of what the last command did. */
  readonly fills: Fills;
  readonly canceled: Canceled;
  /** Columns and parts, for who checks or measures them. */
  readonly state: MarketState;
  readonly entry: OrderEntry;

  private readonly settled: Settlement;
  readonly auction: CallAuction;
  private readonly treasury: Treasury;
  private readonly deleveraging: AutoDeleveraging;

  constructor(options: MarketOptions) {
    const state = (this.state = new MarketState(options));
    const { accounts, positions, margin } = state;
    this.settlement = options.settlement;
    this.instruments = state.instruments;
    this.ledger = state.ledger;
    this.stops = state.stops;
    this.riskIndex = state.riskIndex;
    this.fundAccount = accounts.open(0, MIN_LEVERAGE, 0, ACCOUNT_EXEMPT);
    this.fund = new InsuranceFund(this.fundAccount, accounts, positions, margin);
    this.settled = new Settlement(state);
    this.fills = this.settled.fills;
    this.canceled = this.settled.canceled;
    this.treasury = new Treasury(state);
    this.collateral = new CollateralTreasury(state, this.treasury);
    this.pools = new Pools(accounts);
    this.sharedLosses = new SharedLosses(state, this.treasury);
    this.volunteers = new Volunteers(state);
    this.auction = new CallAuction(state, this.settled);
    this.entry = new OrderEntry(state, this.settled, this.treasury, this.fundAccount, this.auction);
    this.deleveraging = new AutoDeleveraging(state.instruments, accounts, positions, margin);
    if (options.fundCash > 0) this.deposit(this.fundAccount, options.fundCash);
  }

  // ── What the last command did: see Settlement

  get reason(): number {
    return this.settled.reason;
  }

  get filled(): Lots {
    return this.settled.filled;
  }

  get resting(): Lots {
    return this.settled.resting;
  }

  get unfilled(): Lots {
    return this.settled.unfilled;
  }

  get fillValue(): Quote {
    return this.settled.fillValue;
  }

  get worstPrice(): Ticks {
    return this.settled.worstPrice;
  }

  get liquidationFee(): Quote {
    return this.settled.liquidationFee;
  }

  // ── Accounts and money: see Treasury

  /** `leverage` in ppm of 1×, at least 1×. An exempt account is never asked for margin and never liquidated. */
  openAccount(options: { readonly owner: ActorId; readonly cash: Quote; readonly leverage: Ppm; readonly exempt?: boolean }): AccountId {
    const account = this.state.accounts.open(options.owner, options.leverage, 0, options.exempt === true ? ACCOUNT_EXEMPT : 0);
    if (options.cash !== 0) this.deposit(account, options.cash);
    return account;
  }

  /** An account row for an isolated position: it has the margin it is assigned, and nothing else of its owner's. */
  openIsolated(parent: AccountId, leverage: Ppm): AccountId {
    const { accounts } = this.state;
    assert(accounts.exists(parent), 'an isolated position needs a parent');
    return accounts.open(accounts.owner(parent), leverage, parent, 0);
  }

  assignMargin(from: AccountId, to: AccountId, amount: Quote): number {
    return this.treasury.assignMargin(from, to, amount);
  }

  /** What an owner brings; returns the Reason for which it is refused. */
  topUp(account: AccountId, amount: Quote): number {
    return this.treasury.topUp(account, amount);
  }

  deposit(account: AccountId, amount: Quote): void {
    this.treasury.deposit(account, amount);
  }

  withdraw(account: AccountId, amount: Quote): void {
    this.treasury.withdraw(account, amount);
  }

  move(from: AccountId, to: AccountId, amount: Quote): void {
    this.treasury.move(from, to, amount);
  }

  bookBadDebt(account: AccountId, amount: Quote): void {
    this.treasury.bookBadDebt(account, amount);
  }

  /** While set, the owner's orders are refused. */
  setInLiquidation(account: AccountId, on: boolean): void {
    this.state.accounts.set(account, ACCOUNT_IN_LIQUIDATION, on);
  }

  // ── Orders and positions: see OrderEntry

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
    return this.entry.submit(account, instrument, side, lots, price, trigger, flags, tag);
  }

  submitTriggered(order: OrderId): OrderId {
    return this.entry.submitTriggered(order);
  }

  amend(account: AccountId, instrument: InstrumentId, order: OrderId, lots: Lots, price: Ticks): boolean {
    return this.entry.amend(account, instrument, order, lots, price);
  }

  cancel(account: AccountId, instrument: InstrumentId, order: OrderId): boolean {
    return this.entry.cancel(account, instrument, order);
  }

  cancelAll(account: AccountId, instrument: InstrumentId | 0, reason: number = Reason['requested']): number {
    return this.entry.cancelAll(account, instrument, reason);
  }

  liquidate(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, limit: Ticks): OrderId {
    return this.entry.liquidate(account, instrument, side, lots, limit);
  }

  /**
   * Moves `lots` of the position of `from` (signed as it is) to `to` at `price`, off the book: no print, no fee, no margin
   * check. Both pay or receive the full value, so that at its bankruptcy price `from` ends with nothing.
   */
  transfer(from: AccountId, to: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    const { accounts, positions } = this.state;
    assert(
      this.state.isInstrument(instrument) && accounts.exists(from) && accounts.exists(to) && from !== to,
      'a transfer is between two accounts that exist',
    );
    assert(Number.isSafeInteger(price) && price >= 0, 'a transfer price is not negative');
    const held = positions.lotsOf(from, instrument);
    assert(
      lots !== 0 && lots * held > 0 && Math.abs(lots) <= Math.abs(held),
      () => `account ${from} holds ${held} lots and cannot give ${lots}`,
    );
    this.settled.begin();
    if (lots > 0) this.settled.moveLots(from, to, instrument, lots, price);
    else this.settled.moveLots(to, from, instrument, -lots, price);
  }

  /** How the run begins: a trade that both had made before, without fee, margin check or print. */
  openingTrade(buyer: AccountId, seller: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): void {
    assert(
      this.state.isInstrument(instrument) && lots > 0 && price > 0 && buyer !== seller,
      'an opening trade has two sides, lots and a price',
    );
    this.settled.begin();
    this.settled.moveLots(seller, buyer, instrument, lots, price);
  }

  // ── Prices, session, rules, funding

  setIndex(instrument: InstrumentId, price: Ticks): void {
    const { state } = this;
    assert(state.isInstrument(instrument) && state.isPrice(instrument, price), () => `index price ${price} is out of range`);
    state.index[instrument] = price;
  }

  /** Values everything in the instrument anew, and lets the risk index find whom that may concern: see its `collect`. */
  setMark(instrument: InstrumentId, price: Ticks): void {
    const { state } = this;
    assert(state.isInstrument(instrument) && state.isPrice(instrument, price), () => `mark price ${price} is out of range`);
    state.margin.mark[instrument] = price;
    this.entry.setBand(instrument);
    state.riskIndex.move(instrument, price);
  }

  /** While closed, orders and amendments are refused; cancels are not. */
  setOpen(instrument: InstrumentId, open: boolean): void {
    this.state.open[instrument] = open ? OPEN : CLOSED;
  }

  /** No order trades outside of these from now on, liquidations included; 0 and 0 lift them. */
  setLimits(instrument: InstrumentId, low: Ticks, high: Ticks): void {
    this.entry.setLimits(instrument, low, high);
  }

  /** A rule change while positions are open. */
  changeRules(instrument: InstrumentId, change: Partial<Rules>): void {
    const changed = withRules(this.instrument(instrument), change);
    this.state.replace(changed);
    this.entry.setBand(instrument);
    this.riskIndex.setTiers(instrument, changed.tiers);
  }

  /** Longs owe shorts `ratePpm` of their notional at mark from now on; see `applyFunding`. Returns the cumulative index. */
  settleFunding(instrument: InstrumentId, ratePpm: Ppm): number {
    const index = this.state.funding.settle(instrument, ratePpm, this.state.margin.mark[instrument]);
    this.riskIndex.touchHolders(instrument);
    return index;
  }

  /** Takes (gives, when negative) what is due on the account's positions, and returns it. Equity does not change. */
  applyFunding(account: AccountId): Quote {
    return this.state.funding.applyTo(account);
  }

  applyAllFunding(visit?: (account: AccountId, instrument: InstrumentId, lots: Lots, amount: Quote) => void): void {
    this.state.funding.applyToAll(visit);
  }

  // ── Reading: see MarketView

  get accountCount(): number {
    return this.state.accounts.count;
  }

  instrument(instrument: InstrumentId): Instrument {
    assert(this.state.isInstrument(instrument), () => `there is no instrument ${instrument}`);
    return this.instruments[instrument - 1];
  }

  /** To read, not to command. */
  book(instrument: InstrumentId): OrderBook {
    assert(this.state.isInstrument(instrument), () => `there is no instrument ${instrument}`);
    return this.state.books[instrument];
  }

  indexPrice(instrument: InstrumentId): Ticks {
    return this.state.index[instrument];
  }

  markPrice(instrument: InstrumentId): Ticks {
    return this.state.margin.mark[instrument];
  }

  lastPrice(instrument: InstrumentId): Ticks {
    return this.state.last[instrument];
  }

  isOpen(instrument: InstrumentId): boolean {
    return this.state.open[instrument] === OPEN;
  }

  openInterest(instrument: InstrumentId): Lots {
    return this.state.openInterest[instrument];
  }

  owner(account: AccountId): ActorId {
    return this.state.accounts.owner(account);
  }

  parent(account: AccountId): AccountId {
    return this.state.accounts.parent(account);
  }

  leverage(account: AccountId): Ppm {
    return this.state.accounts.leverage(account);
  }

  isExempt(account: AccountId): boolean {
    return this.state.accounts.has(account, ACCOUNT_EXEMPT);
  }

  isInLiquidation(account: AccountId): boolean {
    return this.state.accounts.has(account, ACCOUNT_IN_LIQUIDATION);
  }

  cash(account: AccountId): Quote {
    return this.state.accounts.cash(account);
  }

  wallet(account: AccountId): Quote {
    return this.state.accounts.cash(account) + this.state.positions.entryOf(account);
  }

  equity(account: AccountId): Quote {
    return this.state.margin.equity(account);
  }

  maintenance(account: AccountId): Quote {
    return this.state.margin.maintenance(account);
  }

  initialMargin(account: AccountId): Quote {
    return this.state.margin.initial(account);
  }

  available(account: AccountId): Quote {
    return this.state.margin.available(account);
  }

  tiersOf(account: AccountId, instrument: InstrumentId): MarginTiers {
    return this.state.margin.tiersOf(account, instrument);
  }

  marginRatioPpm(account: AccountId): Ppm {
    return this.state.margin.ratioPpm(account);
  }

  isBelow(account: AccountId, ratio: Ppm): boolean {
    return isBelow(this.equity(account), this.maintenance(account), ratio, this.state.inclusive);
  }

  isLiquidatable(account: AccountId): boolean {
    return this.state.margin.isLiquidatable(account);
  }

  bankruptcyPrice(account: AccountId, instrument: InstrumentId): Ticks {
    return this.state.margin.bankruptcyPrice(account, instrument);
  }

  liquidationPrice(account: AccountId, instrument: InstrumentId): Ticks {
    return this.state.margin.liquidationPrice(account, instrument);
  }

  fundingDue(account: AccountId, instrument: InstrumentId): Quote {
    return this.state.funding.due(this.state.positions.find(account, instrument));
  }

  positionCount(account: AccountId): number {
    return this.state.positions.countOf(account);
  }

  positionLots(account: AccountId, instrument: InstrumentId): Lots {
    return this.state.positions.lotsOf(account, instrument);
  }

  forEachPosition(account: AccountId, visit: (instrument: InstrumentId, lots: Lots) => void): void {
    this.state.positions.forEachOf(account, visit);
  }

  entryValue(account: AccountId, instrument: InstrumentId): Quote {
    return this.state.positions.entry[this.state.positions.find(account, instrument) >> 1];
  }

  entryPrice(account: AccountId, instrument: InstrumentId): number {
    return this.state.margin.entryPrice(account, instrument);
  }

  unrealised(account: AccountId, instrument: InstrumentId): Quote {
    return this.state.margin.unrealised(account, instrument);
  }

  notional(account: AccountId): Quote {
    return this.state.margin.notional(account);
  }

  openLots(account: AccountId, instrument: InstrumentId, side: Side): Lots {
    return this.state.positions.openLotsOf(account, instrument, side);
  }

  adlQueue(instrument: InstrumentId, side: Side, out: AdlQueue): number {
    return this.deleveraging.queue(instrument, side, out);
  }

  opponents(instrument: InstrumentId, side: Side, but: AccountId): Opponent[] {
    return this.deleveraging.opponents(instrument, side, but);
  }

  canReceive(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): Lots {
    return this.deleveraging.canReceive(counterparty, instrument, lots, price);
  }

  isNoWorse(counterparty: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks): boolean {
    return this.deleveraging.isNoWorse(counterparty, instrument, lots, price);
  }

  // ── Invariants: see market-checks.ts

  checkConservation(): string | null {
    return checkConservation(this.state);
  }

  checkPositions(instrument: InstrumentId): string | null {
    return checkPositions(this.state, instrument);
  }

  checkOpenOrders(): string | null {
    return checkOpenOrders(this.state);
  }

  checkBook(instrument: InstrumentId): string | null {
    return checkBook(this.state, instrument);
  }

  digest(into: { fold(value: number): void }): void {
    foldState(this.state, into);
  }
}
