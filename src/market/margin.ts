// What an account must have, what it has, and at which prices that changes. Everything is read from the columns and
// computed anew: nothing here is kept, so nothing can be stale.
//
// The opening rule. Per instrument, all open buys are taken as filled at their prices, then all open sells, and the
// worse of the two counts:
//   initial margin of |position after them| at mark   (rate: the greater of 1 ÷ leverage and the tier's at that size)
//   + what they lose against the mark as a whole       (a buy at 105 with the mark at 100 loses 5 a lot)
//   + taker fees on their value.
// An order is accepted when equity covers the sum over instruments, or when it can only reduce the position: opposite to
// it, and together with the orders already open on that side no larger. Should the position then go by another way (a
// reduce-only order, a forced closure, a transfer), the orders it no longer covers are asked again: when what is open then
// is more than equity covers, they are canceled, from the newest, down to what is left of the position.

import * as rounding from '../base/rounding.ts';
import { assert } from '../base/assert.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Ppm, type Quote, type Side, type Ticks } from '../base/units.ts';
import { ACCOUNT_EXEMPT, type Accounts } from './accounts.ts';
import type { Collateral } from './collateral.ts';
import type { Funding } from './funding.ts';
import { lotValue, notional, tiersKept, valueOf, type Instrument } from './instrument.ts';
import { bankruptcyPriceOf, liquidationPriceOf } from './liquidation-price.ts';
import { bankruptcyQuote } from './loss-sharing.ts';
import { scaledInitialRate } from './open-interest-margin.ts';
import type { MarginTiers } from './margin-tiers.ts';
import * as places from './positions.ts';
import type { Positions } from './positions.ts';
import type { Exposure, RiskSource } from './exposure.ts';
import { columnOf } from './room.ts';
import * as conditions from './terms.ts';
import { Terms } from './terms.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { NEXT, OPEN_LOTS } = places.POSITION;
const { mulDivCeil } = rounding;
const UNSTEADY = conditions.INVERSE | conditions.CROWDED | conditions.FINER_RATES;
/** Not what `Instrument.plain` says. */
const NOT_PLAIN = conditions.INVERSE | conditions.GRANDFATHERED | conditions.AT_ENTRY;

// A bound that is not rounded: 1 ÷ PPM and more than all its floats are off, what two roundings up come to and more, and up to where
// sums are exact for certain.
const MORE_THAN_A_PPM = 1.000001e-6;
const ROUNDINGS = 8;
const MOST_LEFT = Number.MAX_SAFE_INTEGER / 2;

export class Margin implements RiskSource {
  /** By instrument. */
  readonly mark: Float64Array;
  /** By instrument: the lots of all longs. */
  readonly openInterest: Float64Array;
  readonly terms: Terms;
  private readonly instruments: readonly Instrument[];
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly funding: Funding;
  /** Null where the venue takes none: then nothing below asks for it. */
  private readonly collateral: Collateral | null;
  /** Who is exactly at maintenance is liquidatable. */
  private readonly inclusive: boolean;

  constructor(
    instruments: readonly Instrument[],
    accounts: Accounts,
    positions: Positions,
    funding: Funding,
    inclusive = true,
    collateral?: Collateral,
  ) {
    this.mark = new Float64Array(columnOf(instruments.length));
    this.openInterest = new Float64Array(columnOf(instruments.length));
    this.terms = new Terms(instruments);
    this.instruments = instruments;
    this.accounts = accounts;
    this.positions = positions;
    this.funding = funding;
    this.collateral = collateral === undefined || collateral.count === 0 ? null : collateral;
    this.inclusive = inclusive;
  }

  /** Cash and what collateral counts for, less funding not yet applied, plus what the positions are worth at mark. */
  equity(account: AccountId): Quote {
    const { positions } = this;
    const { lots, next } = positions;
    let equity = this.backing(account);
    for (let row = this.accounts.head(account); row > 0; row = next[row]) {
      const i = positions.instrumentOf(row);
      equity += valueOf(this.instruments[i - 1], lots[row], this.mark[i]) - this.funding.due(row);
    }
    return exact(equity);
  }

  /** The same without collateral: what closing everything at mark would leave in money. */
  settled(account: AccountId): Quote {
    return this.collateral === null ? this.equity(account) : this.equity(account) - this.collateral.valueOf(account);
  }

  private backing(account: AccountId): Quote {
    const cash = this.accounts.cash(account);
    return this.collateral === null ? cash : cash + this.collateral.valueOf(account);
  }

  /** Maintenance margin of the positions at mark; orders need none. */
  maintenance(account: AccountId): Quote {
    const { lots, next } = this.positions;
    let maintenance = 0;
    for (let row = this.accounts.head(account); row > 0; row = next[row]) {
      if (lots[row] !== 0) maintenance += this.maintenanceOf(row);
    }
    return maintenance;
  }

  /** Maintenance margin of one position at mark, 0 without. */
  maintenanceIn(account: AccountId, instrument: InstrumentId): Quote {
    const row = this.positions.find(account, instrument);
    return row === 0 || this.positions.lots[row] === 0 ? 0 : this.maintenanceOf(row);
  }

  /** The schedule that a position's maintenance is counted by: the instrument's, or an earlier one that it keeps. */
  tiersOf(account: AccountId, instrument: InstrumentId): MarginTiers {
    return tiersKept(this.instruments[instrument - 1], this.positions.capOf(this.positions.find(account, instrument)));
  }

  /** Of one position, a row of `positions` that holds something, at mark. */
  private maintenanceOf(row: number): Quote {
    const { lots, entry } = this.positions;
    const i = this.positions.instrumentOf(row);
    const contract = this.instruments[i - 1];
    const value = notional(contract, lots[row], this.mark[i]);
    const tiers = tiersKept(contract, this.positions.capOf(row));
    if (contract.maintenanceOn === 'mark') return tiers.maintenance(value);
    return tiers.maintenance(Math.abs(entry[row >> 1])) + mulDivCeil(value, contract.closingFeePpm, PPM);
  }

  fetch(account: AccountId): number {
    return this.positions.lots[this.accounts.head(account)];
  }

  isPlain(account: AccountId, instrument: InstrumentId, exposure: Exposure): boolean {
    const { positions } = this;
    const row = this.accounts.head(account);
    const lots = positions.lots[row];
    if (lots === 0 || positions.next[row] > 0 || positions.instrumentOf(row) !== instrument || this.collateral !== null) return false;
    if ((this.terms.kind[instrument] & NOT_PLAIN) !== 0) return false;
    exposure.equity = this.accounts.cash(account) - (positions.isPaid(row, instrument) ? 0 : this.funding.due(row));
    exposure.marks[0] = this.mark[instrument];
    exposure.values[0] = lots * this.terms.multiplier[instrument];
    return true;
  }

  /** Equity and maintenance in one walk, for the risk index. */
  examine(account: AccountId, exposure: Exposure): void {
    const { positions } = this;
    const { lots, next } = positions;
    let equity = this.backing(account);
    let maintenance = 0;
    for (let row = this.accounts.head(account); row > 0; row = next[row]) {
      if (lots[row] === 0) continue;
      const i = positions.instrumentOf(row);
      const contract = this.instruments[i - 1];
      const mark = this.mark[i];
      const perTick = lots[row] * contract.multiplier;
      if (contract.plain) {
        equity += perTick * mark - this.funding.due(row);
        maintenance += contract.tiers.maintenance(Math.abs(perTick) * mark);
      } else {
        equity += valueOf(contract, lots[row], mark) - this.funding.due(row);
        maintenance += this.maintenanceOf(row);
      }
      exposure.add(i, mark, perTick);
    }
    if (this.collateral !== null) this.collateral.expose(account, this.instruments.length, exposure);
    exposure.equity = equity;
    exposure.maintenance = maintenance;
  }

  /** Σ |lots| × mark. */
  notional(account: AccountId): Quote {
    let sum = 0;
    this.positions.forEachOf(account, (instrument, lots) => {
      sum += notional(this.instruments[instrument - 1], lots, this.mark[instrument]);
    });
    return sum;
  }

  /** What the opening rule asks for everything the account holds and has open. */
  initial(account: AccountId): Quote {
    if (this.accounts.has(account, ACCOUNT_EXEMPT)) return 0;
    const { positions } = this;
    const { lots, next, orders, buyLots, buyValue, sellLots, sellValue } = positions;
    const rate = this.accounts.leverageRate(account);
    let initial = 0;
    for (let row = this.accounts.head(account); row > 0; row = next[row]) {
      const o = orders[row];
      initial += this.need(positions.instrumentOf(row), rate, lots[row], buyLots[o], buyValue[o >> 1], sellLots[o], sellValue[o >> 1]);
    }
    return initial;
  }

  available(account: AccountId): Quote {
    return this.equity(account) - this.initial(account);
  }

  /**
   * Whether the account may have `lots` worth `value` more open on `side`: whether `availableWith` would not be below 0.
   * `row` is its position in the instrument, 0 for none, and `orders` its open orders there. Seen from the side of the order,
   * it holds `held`, and would have `own` lots open.
   *
   * Mostly that is plain from a bound: of what the buys and the sells ask for, each of the three parts at its greater. It is
   * never less than the greater of the two sums, and half the work; nothing is rounded, but a little more is asked than all
   * rounding comes to. Where it is too much, the sums themselves decide.
   */
  covers(
    account: AccountId,
    row: number,
    orders: number,
    instrument: InstrumentId,
    side: Side,
    held: Lots,
    own: Lots,
    lots: Lots,
    value: Quote,
  ): boolean {
    const { accounts, positions, terms } = this;
    if ((terms.kind[instrument] & UNSTEADY) === 0 && accounts.head(account) === row && positions.words[row + NEXT] <= 0) {
      const { orderWords, buyValue } = positions;
      const unit = this.mark[instrument] * terms.multiplier[instrument];
      const sell = side >>> 31;
      const other = orderWords[orders + OPEN_LOTS + 1 - sell];
      const ownValue = buyValue[(orders >> 1) + sell] + value;
      const otherValue = buyValue[(orders >> 1) + 1 - sell];
      const after = Math.abs(held + own);
      const against = Math.abs(held - other);
      const most = (after > against ? after : against) * unit;
      const ownLoss = side * (ownValue - own * unit);
      const otherLoss = side * (other * unit - otherValue);
      const loss = ownLoss > otherLoss ? ownLoss : otherLoss;
      const dearer = ownValue > otherValue ? ownValue : otherValue;
      const tierRate =
        most < terms.firstEnd[instrument] ? terms.firstRate[instrument] : this.instruments[instrument - 1].tiers.initialRate(most);
      const leverageRate = accounts.leverageRate(account);
      const rate = tierRate > leverageRate ? tierRate : leverageRate;
      const asked = (most * rate + dearer * terms.takerFee[instrument]) * MORE_THAN_A_PPM + ROUNDINGS;
      const due = positions.isPaid(row, instrument) ? 0 : this.funding.due(row);
      const left = this.backing(account) + side * held * unit - due - asked;
      if (left >= 0 && left >= loss && left <= MOST_LEFT) return true;
    }
    return this.availableWith(account, instrument, side, lots, value) >= 0;
  }

  /** What would be available if `lots` worth `value` were open on `side` in addition to what is open. Both may be negative. */
  availableWith(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, value: Quote): Quote {
    const positions = this.positions;
    const rate = this.accounts.leverageRate(account);
    const buys = side > 0 ? lots : 0;
    const buysValue = side > 0 ? value : 0;
    const sells = lots - buys;
    const sellsValue = value - buysValue;
    let available = this.backing(account);
    let met = false;
    for (let row = this.accounts.head(account); row > 0; row = positions.next[row]) {
      const i = positions.instrumentOf(row);
      const held = positions.lots[row];
      const o = positions.orders[row];
      let buyLots = positions.buyLots[o];
      let buyValue = positions.buyValue[o >> 1];
      let sellLots = positions.sellLots[o];
      let sellValue = positions.sellValue[o >> 1];
      if (i === instrument) {
        met = true;
        buyLots += buys;
        buyValue += buysValue;
        sellLots += sells;
        sellValue += sellsValue;
      }
      available += valueOf(this.instruments[i - 1], held, this.mark[i]) - this.funding.due(row);
      available -= this.need(i, rate, held, buyLots, buyValue, sellLots, sellValue);
    }
    if (!met) available -= this.need(instrument, rate, 0, buys, buysValue, sells, sellsValue);
    return exact(available);
  }

  /** Equity below maintenance (where the venue has it so, also at it), and something to close. Never the exempt. */
  isLiquidatable(account: AccountId): boolean {
    const maintenance = this.maintenance(account);
    return maintenance > 0 && !this.accounts.has(account, ACCOUNT_EXEMPT) && this.fails(this.equity(account), maintenance);
  }

  /** The first account from `from` on that is liquidatable, 0 for none. Those with one position of the plain kind take a few sums each. */
  firstLiquidatable(from: AccountId): AccountId {
    const { accounts, positions, instruments, mark, funding, collateral } = this;
    const { lots, next } = positions;
    for (let account = from; account <= accounts.count; account++) {
      const row = accounts.head(account);
      if (row === 0) continue;
      const i = positions.instrumentOf(row);
      const contract = instruments[i - 1];
      if (contract.plain && next[row] <= 0 && collateral === null) {
        const value = lots[row] * contract.multiplier * mark[i];
        const equity = exact(accounts.cash(account) + value - funding.due(row));
        if (!this.fails(equity, contract.tiers.maintenance(Math.abs(value)))) continue;
      }
      if (this.isLiquidatable(account)) return account;
    }
    return 0;
  }

  private fails(equity: Quote, maintenance: Quote): boolean {
    return this.inclusive ? equity <= maintenance : equity < maintenance;
  }

  /** In ticks, not rounded: for display. 0 without a position. */
  entryPrice(account: AccountId, instrument: InstrumentId): number {
    const row = this.positions.find(account, instrument);
    const lots = this.positions.lots[row];
    if (lots === 0) return 0;
    const { multiplier, inverse } = this.instruments[instrument - 1];
    return inverse ? (-lots * multiplier) / this.positions.entry[row >> 1] : this.positions.entry[row >> 1] / (lots * multiplier);
  }

  /** What a position gains or loses at mark against its entry. */
  unrealised(account: AccountId, instrument: InstrumentId): Quote {
    const row = this.positions.find(account, instrument);
    const lots = this.positions.lots[row];
    return lots === 0 ? 0 : valueOf(this.instruments[instrument - 1], lots, this.mark[instrument]) - this.positions.entry[row >> 1];
  }

  /** Maintenance ÷ equity in ppm, rounded up; 0 without positions, and 0 when equity is not positive. */
  ratioPpm(account: AccountId): Ppm {
    const equity = this.equity(account);
    if (equity <= 0) return 0;
    const maintenance = this.maintenance(account);
    // A ratio beyond a million is as good as none left; the cap keeps it exact.
    return maintenance >= equity * PPM ? PPM * PPM : mulDivCeil(maintenance, PPM, equity);
  }

  /**
   * The price at which closing the position uses up its share of equity, which positions have by their maintenance (as on
   * dYdX): nobody who takes one of them over is charged for the others, and all closed at theirs leave nothing. With one
   * position, the price at which equity would be zero. Rounded in the account's favour, up for longs and down for shorts,
   * and kept in the range of prices; what that leaves is a deficit or a rest of the account. A price of now: while others
   * carry the account, it may be nearer than the liquidation price. 0 for none: no position, or a long that is solvent
   * at any price.
   */
  bankruptcyPrice(account: AccountId, instrument: InstrumentId): Ticks {
    const row = this.positions.find(account, instrument);
    const lots = row === 0 ? 0 : this.positions.lots[row];
    if (lots === 0) return 0;
    const contract = this.instruments[instrument - 1];
    const received = bankruptcyQuote({
      notionalChange: -valueOf(contract, lots, this.mark[instrument]),
      equity: this.equity(account),
      maintenance: this.maintenanceOf(row),
      totalMaintenance: this.maintenance(account),
    });
    return bankruptcyPriceOf(contract, lots, 0 - received);
  }

  /** The mark of this instrument, the others at theirs, at which the account becomes liquidatable: see `liquidationPriceOf`. */
  liquidationPrice(account: AccountId, instrument: InstrumentId): Ticks {
    const row = this.positions.find(account, instrument);
    const lots = row === 0 ? 0 : this.positions.lots[row];
    if (lots === 0 || this.accounts.has(account, ACCOUNT_EXEMPT)) return 0;
    const contract = this.instruments[instrument - 1];
    const mark = this.mark[instrument];
    const equity = this.equity(account);
    const maintenance = this.maintenance(account);
    const tiers = tiersKept(contract, this.positions.capOf(row));
    return liquidationPriceOf(tiers === contract.tiers ? contract : { ...contract, tiers }, {
      lots,
      mark,
      entry: this.positions.entry[row >> 1],
      // Money is whole: to be below a level is to be at the one beneath it.
      cash: equity - valueOf(contract, lots, mark) + (this.inclusive ? 0 : 1),
      others: maintenance - this.maintenanceOf(row),
      liquidatable: this.fails(equity, maintenance),
    });
  }

  private need(instrument: InstrumentId, own: Ppm, held: Lots, buyLots: Lots, buyValue: Quote, sellLots: Lots, sellValue: Quote): Quote {
    const contract = this.instruments[instrument - 1];
    const { tiers, takerFeePpm } = contract;
    const mark = this.mark[instrument];
    const rate = contract.openInterestCaps.upper === 0 ? own : Math.max(own, this.crowdedRate(contract));
    if (contract.inverse) return this.needInCoins(contract, mark, rate, held, buyLots, buyValue, sellLots, sellValue);
    const unit = mark * contract.multiplier;
    if (buyLots === 0 && sellLots === 0) return tiers.initial(Math.abs(held) * unit, rate);
    let need =
      tiers.initial(Math.abs(held + buyLots) * unit, rate) +
      Math.max(0, buyValue - buyLots * unit) +
      mulDivCeil(buyValue, takerFeePpm, PPM);
    const sellNeed =
      tiers.initial(Math.abs(held - sellLots) * unit, rate) +
      Math.max(0, sellLots * unit - sellValue) +
      mulDivCeil(sellValue, takerFeePpm, PPM);
    if (sellNeed > need) need = sellNeed;
    return need;
  }

  /** The initial rate of the first tier as open interest drives it up. */
  private crowdedRate(contract: Instrument): Ppm {
    const { id, tiers, openInterestCaps } = contract;
    return scaledInitialRate(tiers.initialRates[0], notional(contract, this.openInterest[id], this.mark[id]), openInterestCaps);
  }

  /** As `need`: a buy owes the more coins the lower its price, so that it loses against the mark above it all the same. */
  private needInCoins(
    contract: Instrument,
    mark: Ticks,
    rate: Ppm,
    held: Lots,
    buyLots: Lots,
    buyValue: Quote,
    sellLots: Lots,
    sellValue: Quote,
  ): Quote {
    const { tiers, takerFeePpm } = contract;
    const unit = lotValue(contract, mark);
    const buyNeed =
      tiers.initial(notional(contract, held + buyLots, mark), rate) +
      Math.max(0, buyLots * unit - buyValue) +
      mulDivCeil(buyValue, takerFeePpm, PPM);
    const sellNeed =
      tiers.initial(notional(contract, held - sellLots, mark), rate) +
      Math.max(0, sellValue - sellLots * unit) +
      mulDivCeil(sellValue, takerFeePpm, PPM);
    return Math.max(buyNeed, sellNeed);
  }
}

function exact(amount: Quote): Quote {
  assert(amount <= Number.MAX_SAFE_INTEGER && amount >= -Number.MAX_SAFE_INTEGER, 'a margin sum leaves the range of exact integers');
  return amount;
}
