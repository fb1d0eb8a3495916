// Money that comes, goes and changes hands without a trade. Every amount is whole, and in an account or in the ledger.

import { assert } from '../base/assert.ts';
import type { AccountId, Quote } from '../base/units.ts';
import { ACCOUNT_IN_LIQUIDATION } from './accounts.ts';
import type { MarketState } from './market-state.ts';
import { Reason } from './order.ts';

const NONE = Reason['none'];

export class Treasury {
  /** By account: what its owner brought in, less what it took out. Profit of all time is equity less this. */
  readonly contributed: Quote[] = [];
  private readonly state: MarketState;

  constructor(state: MarketState) {
    this.state = state;
  }

  /** Moves margin between an account and its isolated position, as its owner may: up to what is available. */
  assignMargin(from: AccountId, to: AccountId, amount: Quote): number {
    const { accounts } = this.state;
    if (!accounts.exists(from) || !accounts.exists(to)) return Reason['unknown-account'];
    if (accounts.parent(from) !== to && accounts.parent(to) !== from) return Reason['not-the-owner'];
    if (accounts.has(from, ACCOUNT_IN_LIQUIDATION)) return Reason['account-in-liquidation'];
    if (!Number.isSafeInteger(amount) || amount <= 0 || this.withdrawable(from) < amount) return Reason['insufficient-margin'];
    this.move(from, to, amount);
    this.contribute(from, -amount);
    this.contribute(to, amount);
    return NONE;
  }

  /** What an owner may take out: what is available; where collateral counts, no money that is not there. */
  withdrawable(account: AccountId): Quote {
    const { accounts, positions, margin, collateral } = this.state;
    const available = margin.available(account);
    return collateral.count === 0 ? available : Math.min(available, accounts.cash(account) + positions.entryOf(account));
  }

  /** Money an owner brings: any whole amount that can still be counted. */
  topUp(account: AccountId, amount: Quote): number {
    if (!this.state.accounts.exists(account)) return Reason['unknown-account'];
    const counted = Number.isSafeInteger(amount) && amount >= 0 && this.state.ledger.deposits + amount <= Number.MAX_SAFE_INTEGER;
    if (!counted) return Reason['invalid-amount'];
    this.deposit(account, amount);
    return NONE;
  }

  /** Money from outside. */
  deposit(account: AccountId, amount: Quote): void {
    assert(
      this.state.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'a deposit is a whole amount to an account that exists',
    );
    assert(this.state.ledger.deposits + amount <= Number.MAX_SAFE_INTEGER, 'deposits leave the range of exact integers');
    this.state.accounts.add(account, amount);
    this.contribute(account, amount);
    this.state.ledger.deposits += amount;
    this.state.riskIndex.touch(account);
  }

  /** Money that leaves the venue, whatever the margin: the caller has checked. */
  withdraw(account: AccountId, amount: Quote): void {
    assert(
      this.state.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'a withdrawal is a whole amount from an account that exists',
    );
    this.state.accounts.add(account, -amount);
    this.contribute(account, -amount);
    this.state.ledger.deposits -= amount;
    this.state.riskIndex.touch(account);
  }

  /** Moves money whatever the margin: what the exchange does, not what an owner may. */
  move(from: AccountId, to: AccountId, amount: Quote): void {
    assert(
      this.state.accounts.exists(from) && this.state.accounts.exists(to) && Number.isSafeInteger(amount) && amount >= 0,
      'a move is a whole amount between accounts that exist',
    );
    this.state.accounts.add(from, -amount);
    this.state.accounts.add(to, amount);
    this.state.riskIndex.touch(from);
    this.state.riskIndex.touch(to);
  }

  /** Gives the account what nobody paid, and keeps count of it. */
  bookBadDebt(account: AccountId, amount: Quote): void {
    assert(
      this.state.accounts.exists(account) && Number.isSafeInteger(amount) && amount >= 0,
      'bad debt is a whole amount of an account that exists',
    );
    this.state.accounts.add(account, amount);
    this.state.ledger.badDebt += amount;
    this.state.riskIndex.touch(account);
  }

  private contribute(account: AccountId, amount: Quote): void {
    this.contributed[account] = (this.contributed[account] ?? 0) + amount;
  }
}
