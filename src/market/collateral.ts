// What accounts hold beside settlement cash, and what that counts for as margin: balance × price × (1 − haircut), rounded
// down. Nothing of it enters the money ledger until it is sold; each asset is conserved by itself, to the unit.
//
// To the risk index an asset is one more price to hang walls in (its number comes after the instruments'), held by whoever
// has some of it, as a long that asks for no maintenance: equity moves with its price by as much a tick as counts of the
// balance, slice by slice, less what is rounded down of each. So a price that moves costs the holders whose walls it passes. What
// moves no price (a haircut, a cap, tiers, what comes in or is sold) touches who is concerned, and the next collect examines
// them exactly. Hence the index names, at every tick, whom a scan of everybody would name; where there is no collateral it
// does not know of any.

import { assert } from '../base/assert.ts';
import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type AccountId, type Ppm, type Quote, type Ticks } from '../base/units.ts';

import { MarginTiers } from './margin-tiers.ts';
import type { Exposure, RiskInstrument } from './exposure.ts';

/** A collateral asset, from 1 in the order in which a venue names them: also the order in which they are sold. */
export type AssetId = number;

/** The venue's rules for one asset; they may change while it is held. */
export interface CollateralTerms {
  /** Least share of the value that does not count. */
  readonly haircut: Ppm;
  /** Of what one account holds above `from` units, no less than this does not count; ascending. */
  readonly tiers: readonly { readonly from: number; readonly haircut: Ppm }[];
  /** Units of one account beyond which nothing counts; 0: all counts. */
  readonly cap: number;
  /** Share of the price that a forced sale gives away. */
  readonly discount: Ppm;
}

export interface CollateralSpec {
  readonly symbol: string;
  /** Decimal strings: the least amount, in coins, and the price step. */
  readonly unit: string;
  readonly tick: string;
  /** One unit at a price of one tick is worth numerator ÷ denominator quote units. */
  readonly numerator: number;
  readonly denominator: number;
  readonly price: Ticks;
  readonly terms: CollateralTerms;
}

/** What may be asked of it by those who do not move it. */
export type CollateralView = Pick<Collateral, 'assets' | 'price' | 'terms' | 'balance' | 'holds' | 'valueOf' | 'worthOf' | 'valueAt'>;

export class Collateral {
  /** By id; nobody has asset 0. */
  readonly assets: readonly CollateralSpec[];
  /** Units that came in, and of them, what was sold: the rest is in the balances. */
  readonly deposited: number[] = [];
  readonly sold: number[] = [];

  private readonly prices: Ticks[] = [];
  private readonly rules: CollateralTerms[] = [];
  /** By asset, then account; as long as the highest account that ever had some. */
  private readonly balances: Float64Array[] = [];
  private readonly holders: Set<AccountId>[] = [];

  constructor(assets: readonly CollateralSpec[]) {
    this.assets = assets;
    assets.forEach((spec, i) => {
      assert(spec.numerator > 0 && spec.denominator > 0, 'a unit of collateral at one tick is worth something');
      const asset = i + 1;
      this.deposited[asset] = this.sold[asset] = 0;
      this.prices[asset] = spec.price;
      this.rules[asset] = spec.terms;
      this.balances[asset] = new Float64Array(64);
      this.holders[asset] = new Set();
    });
  }

  get count(): number {
    return this.assets.length;
  }

  isAsset(asset: AssetId): boolean {
    return Number.isInteger(asset) && asset >= 1 && asset <= this.assets.length;
  }

  price(asset: AssetId): Ticks {
    return this.prices[asset];
  }

  terms(asset: AssetId): CollateralTerms {
    return this.rules[asset];
  }

  balance(asset: AssetId, account: AccountId): number {
    return this.balances[asset][account] ?? 0;
  }

  holds(account: AccountId): boolean {
    for (let asset = 1; asset <= this.assets.length; asset++) if (this.balance(asset, account) > 0) return true;
    return false;
  }

  /** What the account's collateral counts for as margin. */
  valueOf(account: AccountId): Quote {
    let value = 0;
    for (let asset = 1; asset <= this.assets.length; asset++) {
      const units = this.balance(asset, account);
      if (units > 0) value += this.counted(asset, units, this.prices[asset]);
    }
    return value;
  }

  /** What it is worth, before haircuts and caps. */
  worthOf(account: AccountId): Quote {
    let worth = 0;
    for (let asset = 1; asset <= this.assets.length; asset++) {
      const units = this.balance(asset, account);
      if (units > 0) worth += this.worth(asset, units, this.prices[asset]);
    }
    return worth;
  }

  /** What the account's balance of one asset would count for at another price. */
  valueAt(asset: AssetId, account: AccountId, price: Ticks): Quote {
    const units = this.balance(asset, account);
    return units > 0 ? this.counted(asset, units, price) : 0;
  }

  /** Units at a price, in quote units, rounded down. */
  worth(asset: AssetId, units: number, price: Ticks): Quote {
    const { numerator, denominator } = this.assets[asset - 1];
    return mulDivFloor(units, price * numerator, denominator);
  }

  /** As margin: slice by slice, each rounded down. */
  counted(asset: AssetId, units: number, price: Ticks): Quote {
    const { haircut, tiers, cap } = this.rules[asset];
    const most = cap > 0 && units > cap ? cap : units;
    if (tiers.length === 0 || most <= tiers[0].from) return kept(this.worth(asset, most, price), haircut);
    let value = kept(this.worth(asset, tiers[0].from, price), haircut);
    for (let n = 0; n < tiers.length && tiers[n].from < most; n++) {
      const end = n + 1 < tiers.length ? Math.min(most, tiers[n + 1].from) : most;
      value += kept(this.worth(asset, end - tiers[n].from, price), Math.max(haircut, tiers[n].haircut));
    }
    return value;
  }

  /**
   * The least units that count for `value` to somebody who has none, at the price of now; as many as count where no amount
   * does (a cap, haircuts of 100 %).
   */
  unitsFor(asset: AssetId, value: Quote): number {
    const price = this.prices[asset];
    const { numerator, denominator } = this.assets[asset - 1];
    const { haircut: least, cap, tiers } = this.rules[asset];
    if (value <= 0 || least >= PPM) return 0;
    const counts = (units: number) => this.counted(asset, units, price) >= value;
    // Nothing beyond this can add to what counts.
    const dead = tiers.find(({ haircut }) => haircut >= PPM)?.from ?? Infinity;
    const bound = Math.min(cap > 0 ? cap : Infinity, dead);
    let high = Math.min(bound, mulDivCeil(value, denominator, price * numerator));
    while (!counts(high)) {
      if (high >= bound) return high;
      high = Math.min(bound, 2 * high);
    }
    let low = 0;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (counts(middle)) high = middle;
      else low = middle + 1;
    }
    return high;
  }

  // ── For the risk index

  /** The assets as what walls hang in, numbered after so many instruments. */
  walled(after: number): RiskInstrument[] {
    const tiers = new MarginTiers([{ floor: 0, maintenance: 1, initial: 1 }], true);
    return this.assets.map((_, i) => ({ id: after + i + 1, maxPrice: MAX_TICKS, bucketShift: BUCKET_SHIFT, tiers }));
  }

  /** Writes what the account has at stake in each asset's price; adds nothing to equity, which has it already. */
  expose(account: AccountId, after: number, exposure: Exposure): void {
    for (let asset = 1; asset <= this.assets.length; asset++) {
      const units = this.balance(asset, account);
      if (units === 0) continue;
      const { numerator, denominator } = this.assets[asset - 1];
      const { haircut, tiers, cap } = this.rules[asset];
      const most = cap > 0 && units > cap ? cap : units;
      let weighted = Math.min(most, tiers.length === 0 ? most : tiers[0].from) * (PPM - haircut);
      for (let n = 0; n < tiers.length && tiers[n].from < most; n++) {
        const end = n + 1 < tiers.length ? Math.min(most, tiers[n + 1].from) : most;
        weighted += (end - tiers[n].from) * (PPM - Math.max(haircut, tiers[n].haircut));
      }
      // A float, and so never less than it is: the index only needs a bound.
      exposure.add(after + asset, this.prices[asset], (weighted / PPM) * (numerator / denominator) * (1 + 1e-9));
      exposure.rounding += 2 * (tiers.length + 1);
    }
  }

  // ── Changes: what touches the risk index and the ledger of money is collateral-treasury.ts

  setPrice(asset: AssetId, price: Ticks): void {
    assert(this.isAsset(asset) && Number.isInteger(price) && price >= 1, () => `price ${price} of collateral ${asset}`);
    this.prices[asset] = price;
  }

  setTerms(asset: AssetId, terms: CollateralTerms): void {
    assert(this.isAsset(asset), () => `there is no collateral ${asset}`);
    for (const haircut of [terms.haircut, terms.discount, ...terms.tiers.map((tier) => tier.haircut)])
      assert(Number.isInteger(haircut) && haircut >= 0 && haircut <= PPM, 'haircuts and discounts lie between 0 and 100 %');
    this.rules[asset] = terms;
  }

  put(asset: AssetId, account: AccountId, units: number): void {
    assert(this.isAsset(asset) && Number.isSafeInteger(units) && units >= 0, 'collateral comes in whole units of a known asset');
    if (units === 0) return;
    this.grow(asset, account);
    this.balances[asset][account] += units;
    this.deposited[asset] += units;
    this.holders[asset].add(account);
  }

  take(asset: AssetId, account: AccountId, units: number): void {
    assert(units >= 0 && units <= this.balance(asset, account), 'no more collateral is sold than there is');
    if (units === 0) return;
    this.balances[asset][account] -= units;
    this.sold[asset] += units;
    if (this.balances[asset][account] === 0) this.holders[asset].delete(account);
  }

  forEachHolder(asset: AssetId, visit: (account: AccountId) => void): void {
    for (const account of this.holders[asset]) visit(account);
  }

  /** Null when the balances of each asset are what came in less what was sold, and nobody has less than nothing. */
  unbalanced(): string | null {
    for (let asset = 1; asset <= this.assets.length; asset++) {
      let held = 0n;
      for (const units of this.balances[asset]) {
        if (units < 0) return `an account has ${units} units of ${this.assets[asset - 1].symbol}`;
        held += BigInt(units);
      }
      const expected = BigInt(this.deposited[asset]) - BigInt(this.sold[asset]);
      if (held !== expected) return `accounts hold ${held} units of ${this.assets[asset - 1].symbol} of ${expected} deposited and not sold`;
    }
    return null;
  }

  fold(into: { fold(value: number): void }): void {
    for (let asset = 1; asset <= this.assets.length; asset++) {
      const { haircut, tiers, cap, discount } = this.rules[asset];
      for (const value of [this.deposited[asset], this.sold[asset], this.prices[asset], haircut, cap, discount]) into.fold(value);
      for (const tier of tiers) [tier.from, tier.haircut].forEach((value) => into.fold(value));
      this.balances[asset].forEach((units, account) => {
        if (units > 0) [account, units].forEach((value) => into.fold(value));
      });
    }
  }

  private grow(asset: AssetId, account: AccountId): void {
    const before = this.balances[asset];
    if (account < before.length) return;
    const wider = new Float64Array(Math.max(account + 1, 2 * before.length));
    wider.set(before);
    this.balances[asset] = wider;
  }
}

/** The greatest price that a message carries. */
const MAX_TICKS = 2 ** 31 - 1;
/** 65,536 buckets of prices: wide ones, for a wall that is only looked at costs little. */
const BUCKET_SHIFT = 15;

/** What a haircut leaves, rounded down. */
export function kept(value: Quote, haircut: Ppm): Quote {
  return haircut === 0 ? value : mulDivFloor(value, PPM - haircut, PPM);
}
