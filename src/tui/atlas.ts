// Where everybody would be liquidated: each account's liquidation price and size in one instrument, kept in columns. Asking
// all of them at every frame would cost more than the market: who has the same lots and cash as before is asked rarely.

import type { AccountId, InstrumentId, Lots, Ticks } from '../base/units.ts';
import type { MarketView } from '../market/market-view.ts';

/** How many accounts are asked between two looks at the time. */
const BATCH = 256;
/** Of the accounts that seem unchanged, one in so many is asked in a round: funding that is due shows nowhere else. */
const RARELY = 16;

export class Atlas {
  readonly instrument: InstrumentId;
  #market: MarketView;
  /** By account: mark at which it is liquidatable (0 never), lots held. */
  #price: Float64Array;
  #lots: Float64Array;
  #cash: Float64Array;
  /** With several, marks of the others move liquidation prices too. */
  readonly #alone: boolean;
  #round = 0;
  #next: AccountId = 1;

  constructor(market: MarketView, instrument: InstrumentId) {
    this.instrument = instrument;
    this.#market = market;
    this.#price = new Float64Array(market.accountCount + 1);
    this.#lots = new Float64Array(market.accountCount + 1);
    this.#cash = new Float64Array(market.accountCount + 1).fill(Number.NaN);
    this.#alone = market.instruments.length === 1;
  }

  /** Asks these now. */
  ask(accounts: Iterable<AccountId>): void {
    for (const account of accounts) if (account < this.#price.length) this.#ask(account);
  }

  /** Asks accounts in turn while `mayGoOn`, each at most once. */
  refresh(mayGoOn: () => boolean): void {
    const { accountCount } = this.#market;
    if (accountCount >= this.#price.length) this.#grow(accountCount + 1);
    for (let asked = 0; asked < accountCount; asked++) {
      if (asked % BATCH === BATCH - 1 && !mayGoOn()) return;
      const account = this.#next;
      const due = !this.#alone || (account + this.#round) % RARELY === 0;
      if (
        due ||
        this.#market.cash(account) !== this.#cash[account] ||
        this.#market.positionLots(account, this.instrument) !== this.#lots[account]
      )
        this.#ask(account);
      if (account < accountCount) this.#next++;
      else {
        this.#next = 1;
        this.#round++;
      }
    }
  }

  /**
   * Lots that would be liquidated between prices: `count` bins of `step` ticks from `from` upward; longs positive in
   * `longs`, shorts positive in `shorts`. What lies beyond the bins is left out.
   */
  bins(from: Ticks, step: Ticks, longs: Float64Array, shorts: Float64Array): void {
    longs.fill(0);
    shorts.fill(0);
    for (let account = 1; account < this.#price.length; account++) {
      const lots = this.#lots[account];
      const price = this.#price[account];
      if (lots === 0 || price === 0) continue;
      const bin = Math.floor((price - from) / step);
      if (bin < 0 || bin >= longs.length) continue;
      if (lots > 0) longs[bin] += lots;
      else shorts[bin] -= lots;
    }
  }

  /** The `count` accounts nearest to their liquidation price, as a share of the mark, nearest first. */
  nearest(mark: Ticks, count: number): AccountId[] {
    const accounts: AccountId[] = [];
    const distances: number[] = [];
    for (let account = 1; account < this.#price.length; account++) {
      const lots = this.#lots[account];
      const price = this.#price[account];
      if (lots === 0 || price === 0) continue;
      const distance = lots > 0 ? mark - price : price - mark;
      if (accounts.length === count && distance >= distances[count - 1]) continue;
      let place = accounts.length;
      while (place > 0 && distances[place - 1] > distance) place--;
      accounts.splice(place, 0, account);
      distances.splice(place, 0, distance);
      if (accounts.length > count) {
        accounts.pop();
        distances.pop();
      }
    }
    return accounts;
  }

  #ask(account: AccountId): void {
    const lots: Lots = account === this.#market.fundAccount ? 0 : this.#market.positionLots(account, this.instrument);
    this.#lots[account] = lots;
    this.#cash[account] = this.#market.cash(account);
    this.#price[account] = lots === 0 ? 0 : this.#market.liquidationPrice(account, this.instrument);
  }

  #grow(needed: number): void {
    const wider = (column: Float64Array) => {
      const copy = new Float64Array(needed + (needed >> 1));
      copy.set(column);
      return copy;
    };
    this.#price = wider(this.#price);
    this.#lots = wider(this.#lots);
    this.#cash = wider(this.#cash);
  }
}
