// Collateral that comes in, is valued anew, and is sold against its owner's will: what touches the risk index and the ledger
// of money. What an asset counts for, and why the index stays exact, is in collateral.ts.

import { assert } from '../base/assert.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import { kept, type AssetId, type Collateral, type CollateralTerms } from './collateral.ts';
import type { MarketState } from './market-state.ts';
import type { Treasury } from './treasury.ts';

/** One asset's part of a forced sale. */
export interface CollateralSale {
  readonly asset: AssetId;
  readonly units: number;
  /** At which it counted; what was paid is less by the discount. */
  readonly price: Ticks;
  readonly proceeds: Quote;
}

export class CollateralTreasury {
  /** What assets there are, who holds what and what that counts for: to read. */
  readonly held: Collateral;
  /** Of the last `sellFor`. */
  readonly sales: CollateralSale[] = [];
  private readonly state: MarketState;
  private readonly treasury: Treasury;

  constructor(state: MarketState, treasury: Treasury) {
    this.held = state.collateral;
    this.state = state;
    this.treasury = treasury;
  }

  /** Collateral from outside, in units of the asset. */
  deposit(account: AccountId, asset: AssetId, units: number): void {
    assert(this.state.accounts.exists(account), 'collateral is deposited to an account that exists');
    this.held.put(asset, account, units);
    this.state.riskIndex.touch(account);
  }

  /** From now on `asset` counts at this price. */
  setPrice(asset: AssetId, price: Ticks): void {
    this.held.setPrice(asset, price);
    this.state.riskIndex.move(this.state.instruments.length + asset, price);
  }

  /** The least haircut of the asset from now on, in ppm; tiers that take off more stay as they are. */
  setHaircut(asset: AssetId, haircut: Ppm): void {
    this.setTerms(asset, { ...this.held.terms(asset), haircut });
  }

  setTerms(asset: AssetId, terms: CollateralTerms): void {
    this.held.setTerms(asset, terms);
    this.touchHolders(asset);
  }

  /**
   * Sells as much of the account's collateral, asset by asset in the venue's order, as brings its cash to zero, at the price
   * at which it counts less the discount: the asset leaves the venue and money comes in, both to the unit. What is left of
   * the asset stays the account's. Returns the money; `sales` tells what was sold.
   */
  sellFor(account: AccountId): Quote {
    this.sales.length = 0;
    let raised = 0;
    for (let asset = 1; asset <= this.held.count; asset++) {
      const lacking = -this.state.accounts.cash(account);
      if (lacking <= 0) break;
      const balance = this.held.balance(asset, account);
      if (balance === 0) continue;
      const units = this.proceedsOf(asset, balance) <= lacking ? balance : this.unitsToRaise(asset, lacking);
      raised += this.sell(account, asset, units);
    }
    return raised;
  }

  /** Money, positions at mark, and collateral at its full price: what the owner has here, whatever of it counts. */
  netWorth(account: AccountId): Quote {
    return this.state.margin.settled(account) + this.held.worthOf(account);
  }

  /** What an owner may take out: see Treasury. */
  withdrawable(account: AccountId): Quote {
    return this.treasury.withdrawable(account);
  }

  private sell(account: AccountId, asset: AssetId, units: number): Quote {
    const price = this.held.price(asset);
    const proceeds = this.proceedsOf(asset, units);
    this.held.take(asset, account, units);
    this.treasury.deposit(account, proceeds);
    this.sales.push({ asset, units, price, proceeds });
    return proceeds;
  }

  private proceedsOf(asset: AssetId, units: number): Quote {
    return kept(this.held.worth(asset, units, this.held.price(asset)), this.held.terms(asset).discount);
  }

  /** The least units whose sale brings `lacking`, where some do. */
  private unitsToRaise(asset: AssetId, lacking: Quote): number {
    const { numerator, denominator } = this.held.assets[asset - 1];
    const worth = mulDivCeil(lacking, PPM, PPM - this.held.terms(asset).discount);
    return mulDivCeil(worth, denominator, this.held.price(asset) * numerator);
  }

  private touchHolders(asset: AssetId): void {
    this.held.forEachHolder(asset, (account) => this.state.riskIndex.touch(account));
  }
}
