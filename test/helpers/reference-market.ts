// The market as its specification: plain objects, BigInt money, and nothing kept that could be computed. Slow, and meant
// to be obviously right. `src/market/market.ts` must give the same balances, the same fills and the same refusals.

import { areFlagsValid, ORDER_FOK, ORDER_IOC, ORDER_MARKET, ORDER_REDUCE_ONLY, Reason, STP_CANCEL_OLDEST } from '../../src/market/order.ts';
import type { InstrumentSpec } from '../../src/market/instrument.ts';
import { ReferenceBook } from './reference-book.ts';

const MILLION = 1_000_000n;

export interface ReferencePosition {
  lots: number;
  entry: bigint;
  fundingIndex: bigint;
}

interface ReferenceAccount {
  cash: bigint;
  readonly leverage: number;
  readonly parent: number;
  readonly exempt: boolean;
  inLiquidation: boolean;
  readonly positions: Map<number, ReferencePosition>;
}

export interface ReferenceResult {
  order: number;
  reason: number;
  filled: number;
  resting: number;
  unfilled: number;
  fee: bigint;
  /** `account side lots price fee`, taker then maker for each execution. */
  readonly fills: string[];
  /** `account order lots left reason`. */
  readonly canceled: string[];
}

/** ⌈a ÷ b⌉ for b > 0. */
export function ceilDivide(a: bigint, b: bigint): bigint {
  return a <= 0n ? a / b : (a + b - 1n) / b;
}

const floorDivide = (a: bigint, b: bigint): bigint => -ceilDivide(-a, b);
const abs = (a: bigint): bigint => (a < 0n ? -a : a);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

export class ReferenceMarket {
  readonly specs: readonly InstrumentSpec[];
  readonly accounts: ReferenceAccount[] = [];
  readonly books: ReferenceBook[];
  readonly marks: number[];
  readonly last: number[];
  readonly open: boolean[];
  readonly fundingIndex: bigint[];
  deposits = 0n;
  fees = 0n;
  funding = 0n;
  rounding = 0n;
  badDebt = 0n;
  result: ReferenceResult = nothing();
  #orders = 0;

  constructor(specs: readonly InstrumentSpec[], fundCash: number) {
    this.specs = specs;
    this.books = specs.map((_, i) => new ReferenceBook((account, side) => Math.max(0, -side * this.lots(account, i + 1))));
    this.marks = specs.map(() => 0);
    this.last = specs.map(() => 0);
    this.open = specs.map(() => true);
    this.fundingIndex = specs.map(() => 0n);
    this.openAccount(fundCash, 1_000_000, 0, true);
  }

  openAccount(cash: number, leverage: number, parent = 0, exempt = false): number {
    this.accounts.push({ cash: BigInt(cash), leverage, parent, exempt, inLiquidation: false, positions: new Map() });
    this.deposits += BigInt(cash);
    return this.accounts.length;
  }

  account(account: number): ReferenceAccount {
    return this.accounts[account - 1];
  }

  lots(account: number, instrument: number): number {
    return this.account(account).positions.get(instrument)?.lots ?? 0;
  }

  // Reading

  openInterest(instrument: number): number {
    return this.accounts.reduce((sum, { positions }) => sum + Math.max(0, positions.get(instrument)?.lots ?? 0), 0);
  }

  equity(account: number): bigint {
    let equity = this.account(account).cash;
    for (const [i, { lots }] of this.account(account).positions) equity += this.value(i, lots, this.marks[i - 1]) - this.due(account, i);
    return equity;
  }

  due(account: number, instrument: number): bigint {
    const position = this.account(account).positions.get(instrument);
    if (position === undefined) return 0n;
    return ceilDivide(BigInt(position.lots) * (this.fundingIndex[instrument - 1] - position.fundingIndex), MILLION);
  }

  maintenance(account: number): bigint {
    let sum = 0n;
    for (const [i, { lots, entry }] of this.account(account).positions) sum += this.maintenanceAt(i, lots, this.marks[i - 1], entry);
    return sum;
  }

  /** What signed lots are worth: coins owed by a long of an inverse contract, rounded against the account. */
  value(instrument: number, lots: number, price: number): bigint {
    const { contract, multiplier } = this.specs[instrument - 1];
    if (contract !== 'inverse') return BigInt(lots) * BigInt(price) * BigInt(multiplier);
    return floorDivide(-BigInt(lots) * BigInt(multiplier), BigInt(price));
  }

  maintenanceAt(instrument: number, lots: number, price: number, entry: bigint): bigint {
    const { tiers, deduction, maintenanceOn, closingFeePpm = 0 } = this.specs[instrument - 1];
    const atMark = abs(this.value(instrument, lots, price));
    const notional = maintenanceOn === 'entry' ? abs(entry) : atMark;
    let tier = 0;
    let deducted = 0n;
    while (tier + 1 < tiers.length && notional >= BigInt(tiers[tier + 1].floor)) {
      tier++;
      deducted += (BigInt(tiers[tier].floor) * BigInt(tiers[tier].maintenance - tiers[tier - 1].maintenance)) / MILLION;
    }
    const closing = BigInt(closingFeePpm);
    const rate = BigInt(tiers[tier].maintenance);
    // Counted on the same value, rate and fee are rounded up together; lots of 0 have no value and need nothing.
    const needed =
      maintenanceOn === 'entry'
        ? ceilDivide(notional * rate, MILLION) + ceilDivide(atMark * closing, MILLION)
        : ceilDivide(notional * (rate + closing), MILLION);
    return needed - (deduction ? deducted : 0n);
  }

  initial(account: number): bigint {
    return this.#initialWith(account, 0, 1, 0, 0n, 0);
  }

  available(account: number): bigint {
    return this.equity(account) - this.initial(account);
  }

  isLiquidatable(account: number): boolean {
    const held = [...this.account(account).positions.values()].some(({ lots }) => lots !== 0);
    return held && !this.account(account).exempt && this.equity(account) <= this.maintenance(account);
  }

  /** Equity at another mark of one instrument. */
  equityAt(account: number, instrument: number, price: number): bigint {
    const lots = this.lots(account, instrument);
    return this.equity(account) + this.value(instrument, lots, price) - this.value(instrument, lots, this.marks[instrument - 1]);
  }

  isLiquidatableAt(account: number, instrument: number, price: number): boolean {
    const { lots, entry } = this.account(account).positions.get(instrument) ?? { lots: 0, entry: 0n };
    const maintenance =
      this.maintenance(account) -
      this.maintenanceAt(instrument, lots, this.marks[instrument - 1], entry) +
      this.maintenanceAt(instrument, lots, price, entry);
    return this.equityAt(account, instrument, price) <= maintenance;
  }

  // Commands

  submit(account: number, instrument: number, side: 1 | -1, lots: number, price: number, flags: number): ReferenceResult {
    this.result = nothing();
    const refusal = this.#refusal(account, instrument, lots, price, flags, true);
    if (refusal !== 0) return this.#refuse(refusal);
    const order = ++this.#orders;
    const spec = this.specs[instrument - 1];
    const book = this.books[instrument - 1];
    const [low, high] = this.#band(instrument);
    let limit = price;
    if (flags & ORDER_MARKET) limit = side > 0 ? high : low;
    else if (side > 0 ? price > high : price < low) return this.#refuse(Reason['outside-price-band']);
    const room = -side * this.lots(account, instrument);
    let size = lots;
    if (flags & ORDER_REDUCE_ONLY) {
      if (room <= 0) return this.#refuse(Reason['would-increase']);
      size = Math.min(size, room);
    } else if (!this.account(account).exempt) {
      const crossing = this.#crossing(book, side, size, limit);
      const immediate = (flags & (ORDER_MARKET | ORDER_IOC | ORDER_FOK)) !== 0;
      const counted = immediate ? crossing.lots : size;
      const value = this.#worth(spec, crossing) + (immediate ? 0n : BigInt(size - crossing.lots) * lotValue(spec, limit));
      const refused = this.#cover(account, instrument, side, counted, value, 0, crossing.lots);
      if (refused !== 0) return this.#refuse(refused);
    }
    const how = flags & ORDER_MARKET ? (flags & ~ORDER_MARKET) | ORDER_IOC : flags;
    book.place(order, account, side, limit, size, how, order, Math.max(0, room));
    const { outcome } = book;
    this.#settle(book, order, account, instrument, side, spec.takerFeePpm);
    const { result } = this;
    result.unfilled = lots - result.filled - result.resting;
    if (result.unfilled > 0) result.reason = outcome !== 0 ? outcome : Reason['would-increase'];
    result.order = order;
    return result.filled + result.resting > 0 ? result : this.#refuse(result.reason);
  }

  amend(account: number, instrument: number, order: number, lots: number, price: number): boolean {
    this.result = nothing();
    const refusal = this.#refusal(account, instrument, lots, price, 0, false);
    if (refusal !== 0) return this.#refuse(refusal).order !== 0;
    const book = this.books[instrument - 1];
    const found = book.find(order);
    if (found === undefined || found.account !== account) return this.#refuse(Reason['unknown-order']).order !== 0;
    const { side, flags } = found;
    const spec = this.specs[instrument - 1];
    const room = Math.max(0, -side * this.lots(account, instrument));
    if (price !== found.price || lots > found.lots) {
      const [low, high] = this.#band(instrument);
      if (side > 0 ? price > high : price < low) return this.#refuse(Reason['outside-price-band']).order !== 0;
      if (!(flags & ORDER_REDUCE_ONLY)) {
        const crossing = this.#crossing(book, side, lots, price);
        const value = this.#worth(spec, crossing) + BigInt(lots - crossing.lots) * lotValue(spec, price);
        const refused = this.#cover(account, instrument, side, lots, value, order, crossing.lots);
        if (refused !== 0) return this.#refuse(refused).order !== 0;
      }
    }
    if (!book.amend(order, price, lots, room)) return this.#refuse(book.outcome).order !== 0;
    const { outcome } = book;
    this.#settle(book, order, account, instrument, side, spec.takerFeePpm);
    const { result } = this;
    const size = flags & ORDER_REDUCE_ONLY ? Math.min(lots, room) : lots;
    result.unfilled = size - result.filled - result.resting;
    if (result.unfilled > 0) result.reason = outcome !== 0 ? outcome : Reason['would-increase'];
    return true;
  }

  cancel(account: number, instrument: number, order: number): boolean {
    this.result = nothing();
    const book = this.books[instrument - 1];
    if (book.find(order)?.account !== account) return this.#refuse(Reason['unknown-order']).order !== 0;
    book.cancel(order);
    this.#report(book, 0);
    return true;
  }

  cancelAll(account: number): number {
    this.result = nothing();
    for (const book of this.books) {
      book.cancelAll(account);
      this.#report(book, 0);
    }
    return this.result.canceled.length;
  }

  liquidate(account: number, instrument: number, side: 1 | -1, lots: number, limit: number): ReferenceResult {
    this.result = nothing();
    if (!this.open[instrument - 1]) return this.#refuse(Reason['market-closed']);
    const room = -side * this.lots(account, instrument);
    if (room <= 0) return this.#refuse(Reason['would-increase']);
    const order = ++this.#orders;
    const book = this.books[instrument - 1];
    const spec = this.specs[instrument - 1];
    const { minPrice = 1, maxPrice } = spec;
    const price = limit !== 0 ? Math.max(minPrice, Math.min(maxPrice, limit)) : side > 0 ? maxPrice : minPrice;
    book.place(order, account, side, price, Math.min(lots, room), ORDER_IOC | ORDER_REDUCE_ONLY | STP_CANCEL_OLDEST, 0, room);
    const { outcome } = book;
    const value = book.fills.reduce((sum, fill) => sum + tradeValue(spec, fill.lots, fill.price), 0n);
    this.#settle(book, order, account, instrument, side, 0);
    const { result } = this;
    result.reason = outcome;
    if (result.filled === 0) return this.#refuse(outcome);
    result.order = order;
    result.unfilled = lots - result.filled;
    const asked = ceilDivide(value * BigInt(spec.liquidationFeePpm), MILLION);
    const left = most(0n, this.equity(account));
    const fee = asked < left ? asked : left;
    if (account !== 1) {
      result.fee = fee;
      this.account(account).cash -= fee;
      this.account(1).cash += fee;
    }
    return result;
  }

  transfer(from: number, to: number, instrument: number, lots: number, price: number): void {
    this.result = nothing();
    const reduced = ([from, to] as const).filter((account) => this.lots(account, instrument) * (account === from ? -lots : lots) < 0);
    this.#trade(from, instrument, -lots, price, 0n);
    this.#trade(to, instrument, lots, price, 0n);
    const book = this.books[instrument - 1];
    book.canceled = [];
    this.#trim(book, lots > 0 ? from : to, instrument);
    this.#trim(book, lots > 0 ? to : from, instrument);
    const seller = lots > 0 ? from : to;
    if (reduced.includes(seller)) this.#trimUncovered(book, seller, instrument, -1);
    const buyer = lots > 0 ? to : from;
    if (reduced.includes(buyer)) this.#trimUncovered(book, buyer, instrument, 1);
    this.#report(book, 0);
  }

  move(from: number, to: number, amount: number): void {
    this.account(from).cash -= BigInt(amount);
    this.account(to).cash += BigInt(amount);
  }

  settleFunding(instrument: number, rate: number): void {
    const { contract, multiplier } = this.specs[instrument - 1];
    const mark = BigInt(this.marks[instrument - 1]);
    const each = BigInt(multiplier) * BigInt(rate);
    this.fundingIndex[instrument - 1] += contract === 'inverse' ? roundDivide(each, mark) : each * mark;
  }

  applyFunding(account: number, only?: number): void {
    for (const [i, position] of this.account(account).positions) {
      if (only !== undefined && only !== i) continue;
      const due = this.due(account, i);
      position.fundingIndex = this.fundingIndex[i - 1];
      this.account(account).cash -= due;
      this.funding += due;
    }
  }

  applyAllFunding(): void {
    for (let account = 1; account <= this.accounts.length; account++) this.applyFunding(account);
    this.rounding += this.funding;
    this.funding = 0n;
  }

  // Inside

  #band(instrument: number): [number, number] {
    const { priceBandPpm, minPrice = 1, maxPrice } = this.specs[instrument - 1];
    if (priceBandPpm === 0) return [minPrice, maxPrice];
    const mark = this.marks[instrument - 1];
    const width = Number((BigInt(mark) * BigInt(priceBandPpm)) / MILLION);
    return [Math.max(minPrice, mark - width), Math.min(maxPrice, mark + width)];
  }

  #refuse(reason: number): ReferenceResult {
    this.result.reason = reason;
    this.result.order = 0;
    this.result.unfilled = 0;
    return this.result;
  }

  #refusal(account: number, instrument: number, lots: number, price: number, flags: number, submitting: boolean): number {
    if (this.accounts[account - 1] === undefined) return Reason['unknown-account'];
    const spec = this.specs[instrument - 1];
    if (spec === undefined) return Reason['unknown-instrument'];
    if (!this.open[instrument - 1] || this.marks[instrument - 1] === 0) return Reason['market-closed'];
    if (this.account(account).inLiquidation) return Reason['account-in-liquidation'];
    if (!areFlagsValid(flags)) return Reason['invalid-flags'];
    const least = submitting && !(flags & ORDER_REDUCE_ONLY) ? spec.minLots : 1;
    if (!Number.isInteger(lots) || lots < least || lots > spec.maxLots) return Reason['invalid-lots'];
    if (!(flags & ORDER_MARKET) && (!Number.isInteger(price) || price < (spec.minPrice ?? 1) || price > spec.maxPrice))
      return Reason['invalid-price'];
    return 0;
  }

  /** What an order would meet, order by order. */
  #crossing(book: ReferenceBook, side: 1 | -1, lots: number, limit: number): Crossing {
    const found = { lots: 0, value: 0, worst: 0 };
    for (const maker of book.orders(side === 1 ? -1 : 1)) {
      if (side > 0 ? maker.price > limit : maker.price < limit) break;
      const taken = Math.min(maker.lots, lots - found.lots);
      found.lots += taken;
      found.value += taken * maker.price;
      found.worst = maker.price;
      if (found.lots === lots) break;
    }
    return found;
  }

  /** Of a linear contract what it meets; of an inverse one all at the worst price. */
  #worth(spec: InstrumentSpec, { lots, value, worst }: Crossing): bigint {
    if (spec.contract !== 'inverse') return BigInt(value) * BigInt(spec.multiplier);
    return lots === 0 ? 0n : BigInt(lots) * lotValue(spec, worst);
  }

  /** `replaced` is an order that these lots stand for, instead of coming on top; `crossing` of them trade at once. */
  #cover(account: number, instrument: number, side: 1 | -1, lots: number, value: bigint, replaced: number, crossing: number): number {
    const own = this.books[instrument - 1].ordersOf(account).filter((order) => order.side === side && order.order !== replaced);
    const open = own.reduce((sum, order) => sum + order.lots, 0);
    const increasing = own.reduce((sum, order) => sum + (order.flags & ORDER_REDUCE_ONLY ? 0 : order.lots), 0);
    const held = side * this.lots(account, instrument);
    if (held < 0 && lots + increasing <= -held) return 0;
    if (held + open + lots > this.specs[instrument - 1].maxPosition) return Reason['position-limit'];
    const opening = Math.max(0, crossing - Math.max(0, -held));
    if (opening > 0 && this.openInterest(instrument) + opening > this.specs[instrument - 1].maxOpenInterest)
      return Reason['open-interest-limit'];
    return this.equity(account) < this.#initialWith(account, instrument, side, lots, value, replaced) ? Reason['insufficient-margin'] : 0;
  }

  /** The opening rule, over every instrument, with an order that is not on the book yet. */
  #initialWith(account: number, instrument: number, side: 1 | -1, lots: number, value: bigint, replaced: number): bigint {
    if (this.account(account).exempt) return 0n;
    let sum = 0n;
    for (let i = 1; i <= this.specs.length; i++) {
      const spec = this.specs[i - 1];
      const { tiers, takerFeePpm } = spec;
      const unit = lotValue(spec, this.marks[i - 1]);
      const held = BigInt(this.lots(account, i));
      let worst = 0n;
      for (const direction of [1, -1] as const) {
        let openLots = 0n;
        let openValue = 0n;
        for (const order of this.books[i - 1].ordersOf(account)) {
          if (order.side !== direction || order.order === replaced) continue;
          openLots += BigInt(order.lots);
          openValue += BigInt(order.lots) * lotValue(spec, order.price);
        }
        if (i === instrument && side === direction) {
          openLots += BigInt(lots);
          openValue += value;
        }
        const notional = abs(this.value(i, Number(held) + direction * Number(openLots), this.marks[i - 1]));
        let tier = 0;
        while (tier + 1 < tiers.length && notional >= BigInt(tiers[tier + 1].floor)) tier++;
        const byLeverage = ceilDivide(MILLION * MILLION, BigInt(this.account(account).leverage));
        const rate = most(BigInt(tiers[tier].initial), byLeverage);
        const loss = most(0n, BigInt(spec.contract === 'inverse' ? -direction : direction) * (openValue - openLots * unit));
        worst = most(worst, ceilDivide(notional * rate, MILLION) + loss + ceilDivide(openValue * BigInt(takerFeePpm), MILLION));
      }
      sum += worst;
    }
    return sum;
  }

  #settle(book: ReferenceBook, order: number, account: number, instrument: number, side: 1 | -1, takerFeePpm: number): void {
    const spec = this.specs[instrument - 1];
    const { makerFeePpm } = spec;
    const { result } = this;
    for (const fill of book.fills) {
      const value = tradeValue(spec, fill.lots, fill.price);
      const takerFee = ceilDivide(value * BigInt(takerFeePpm), MILLION);
      const makerFee = ceilDivide(value * BigInt(makerFeePpm), MILLION);
      this.#trade(account, instrument, side * fill.lots, fill.price, takerFee);
      this.#trade(fill.makerAccount, instrument, -side * fill.lots, fill.price, makerFee);
      this.fees += takerFee + makerFee;
      this.last[instrument - 1] = fill.price;
      result.filled += fill.lots;
      result.fills.push(
        `${account} ${side} ${fill.lots} ${fill.price} ${takerFee}`,
        `${fill.makerAccount} ${-side} ${fill.lots} ${fill.price} ${makerFee}`,
      );
    }
    for (const touched of [account, ...book.fills.map((fill) => fill.makerAccount)]) this.#trim(book, touched, instrument);
    for (const reducer of book.reducers) this.#trimUncovered(book, reducer, instrument, reducer === account ? side : side === 1 ? -1 : 1);
    this.#report(book, order);
    result.resting = book.find(order)?.lots ?? 0;
  }

  #trim(book: ReferenceBook, account: number, instrument: number): void {
    const held = this.lots(account, instrument);
    book.trimReduceOnly(account, 1, Math.max(0, -held));
    book.trimReduceOnly(account, -1, Math.max(0, held));
  }

  /** Orders that a reduced position no longer covers, and for which there is no margin. */
  #trimUncovered(book: ReferenceBook, account: number, instrument: number, side: 1 | -1): void {
    const own = book.ordersOf(account).filter((order) => order.side === side && !(order.flags & ORDER_REDUCE_ONLY));
    const excess = own.reduce((sum, order) => sum + order.lots, 0) - Math.max(0, -side * this.lots(account, instrument));
    if (excess > 0 && !this.account(account).exempt && this.available(account) < 0n) book.trimOpening(account, side, excess);
  }

  #report(book: ReferenceBook, own: number): void {
    for (const { order, account, lots, left, reason } of book.canceled) {
      if (order !== own) this.result.canceled.push(`${account} ${order} ${lots} ${left} ${reason}`);
    }
  }

  #trade(account: number, instrument: number, lots: number, price: number, fee: bigint): void {
    this.applyFunding(account, instrument);
    const { positions } = this.account(account);
    const position = positions.get(instrument) ?? { lots: 0, entry: 0n, fundingIndex: this.fundingIndex[instrument - 1] };
    const spec = this.specs[instrument - 1];
    const signed = (size: number) => {
      const value = tradeValue(spec, Math.abs(size), price);
      return size < 0 === (spec.contract === 'inverse') ? value : -value;
    };
    const value = signed(lots);
    const before = position.lots;
    const after = before + lots;
    if (before * lots >= 0) position.entry += value;
    else if (before * after >= 0) {
      const share = (abs(position.entry) * BigInt(Math.abs(lots))) / BigInt(Math.abs(before));
      position.entry -= position.entry < 0n ? -share : share;
    } else position.entry = signed(after);
    position.lots = after;
    this.account(account).cash -= value + fee;
    if (after === 0) positions.delete(instrument);
    else positions.set(instrument, position);
  }

  /** The lowest price at which closing a long (the highest at which closing a short) costs no more than its share of equity. */
  bankruptcyPriceByScan(account: number, instrument: number): number {
    const { lots, entry } = this.account(account).positions.get(instrument)!;
    const { contract, minPrice = 1, maxPrice, closingFeePpm = 0 } = this.specs[instrument - 1];
    const mark = this.marks[instrument - 1];
    const own = this.maintenanceAt(instrument, lots, mark, entry);
    const cash = floorDivide(this.equity(account) * own, this.maintenance(account)) - this.value(instrument, lots, mark);
    // What is left of the share once the position is closed at the price, and the fee that was reserved for it paid.
    const left = (value: bigint) => (cash + value) * MILLION - abs(value) * BigInt(closingFeePpm);
    if (lots > 0 && contract !== 'inverse' && left(0n) >= 0n) return 0;
    for (let price = minPrice; price <= maxPrice; price++) {
      const solvent = left(this.value(instrument, lots, price)) >= 0n;
      if (lots > 0 ? solvent : !solvent) return lots > 0 ? price : Math.max(minPrice, price - 1);
    }
    return maxPrice;
  }
}

interface Crossing {
  lots: number;
  /** Σ price × lots. */
  value: number;
  worst: number;
}

/** To the nearest, halves away from 0; b > 0. */
function roundDivide(a: bigint, b: bigint): bigint {
  const size = (2n * abs(a) + b) / (2n * b);
  return a < 0n ? -size : size;
}

/** What a trade moves: of an inverse contract rounded down, once. */
function tradeValue({ contract, multiplier }: InstrumentSpec, lots: number, price: number): bigint {
  if (contract === 'inverse') return (BigInt(lots) * BigInt(multiplier)) / BigInt(price);
  return BigInt(lots) * BigInt(price) * BigInt(multiplier);
}

/** What a lot of an open order counts: of an inverse contract rounded up. */
function lotValue({ contract, multiplier }: InstrumentSpec, price: number): bigint {
  if (contract === 'inverse') return price === 0 ? 0n : ceilDivide(BigInt(multiplier), BigInt(price));
  return BigInt(price) * BigInt(multiplier);
}

function nothing(): ReferenceResult {
  return { order: 0, reason: 0, filled: 0, resting: 0, unfilled: 0, fee: 0n, fills: [], canceled: [] };
}
