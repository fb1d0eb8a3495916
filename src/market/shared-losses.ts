// A deficit that others than the fund pay: everybody who holds a position, the winners, or whoever withdraws. Each command
// leaves who paid what in `payers`, and returns what reached the account, to the unit.

import { assert } from '../base/assert.ts';
import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Quote } from '../base/units.ts';
import { ACCOUNT_EXEMPT } from './accounts.ts';
import { sharesOf, socialisedDelta } from './loss-sharing.ts';
import type { MarketState } from './market-state.ts';
import type { Treasury } from './treasury.ts';

interface Payer {
  readonly account: AccountId;
  /** Signed; 0 when it was not a position that paid. */
  readonly lots: Lots;
  readonly amount: Quote;
}

export class SharedLosses {
  /** Of the last command, in account order. */
  readonly payers: Payer[] = [];
  private readonly state: MarketState;
  private readonly treasury: Treasury;

  constructor(state: MarketState, treasury: Treasury) {
    this.state = state;
    this.treasury = treasury;
  }

  /**
   * Longs and shorts of the instrument pay alike, so much a lot, through the index by which they pay funding (Drift v2);
   * venue accounts and the account itself do not. What rounding up brings too much is kept with other rounding. Returns
   * `amount`, or 0 when nobody holds anything.
   */
  socialise(account: AccountId, instrument: InstrumentId, amount: Quote): Quote {
    const { positions, accounts, ledger } = this.state;
    this.payers.length = 0;
    const holders: { account: AccountId; lots: Lots }[] = [];
    let total = 0;
    for (let holder = 1; holder <= accounts.count; holder++) {
      if (holder === account || accounts.has(holder, ACCOUNT_EXEMPT)) continue;
      const lots = positions.lotsOf(holder, instrument);
      if (lots === 0) continue;
      holders.push({ account: holder, lots });
      total += Math.abs(lots);
    }
    if (total === 0 || amount <= 0) return 0;
    const delta = socialisedDelta(amount, total, PPM);
    let taken = 0;
    for (const { account: holder, lots } of holders) {
      const share = mulDivCeil(Math.abs(lots), delta, PPM);
      this.take(holder, lots, share);
      taken += share;
    }
    this.give(account, amount);
    ledger.rounding += taken - amount;
    return amount;
  }

  /** What `clawBack` could take: the profits, since they came, of all who still have them. */
  get profits(): Quote {
    return this.profitsOf(0).reduce((sum, profit) => sum + profit, 0);
  }

  /** Winners pay in proportion to what they made since they came, none more than that; the account itself does not. */
  clawBack(account: AccountId, amount: Quote): Quote {
    this.payers.length = 0;
    const profits = this.profitsOf(account);
    const most = profits.reduce((sum, profit) => sum + profit, 0);
    const taken = Math.min(amount, most);
    if (taken <= 0) return 0;
    sharesOf(taken, profits).forEach((share, i) => {
      if (share > 0) this.take(i + 1, 0, share);
    });
    this.give(account, taken);
    return taken;
  }

  /** Books what nobody pays now, to be taken off withdrawals until it is paid back. */
  owe(account: AccountId, amount: Quote): void {
    this.payers.length = 0;
    this.treasury.bookBadDebt(account, amount);
    this.state.ledger.outstanding += amount;
  }

  /** What of a withdrawal is kept: the share of all money that customers have that is owed, rounded up. */
  haircutOf(amount: Quote): Quote {
    const { outstanding } = this.state.ledger;
    if (outstanding === 0) return 0;
    const { accounts, margin } = this.state;
    let owed = 0;
    for (let account = 1; account <= accounts.count; account++) {
      if (!accounts.has(account, ACCOUNT_EXEMPT)) owed += Math.max(0, margin.settled(account));
    }
    return owed <= 0 ? amount : Math.min(amount, outstanding, mulDivCeil(amount, outstanding, Math.max(owed, outstanding)));
  }

  /** Pays back what is owed out of an account. */
  repay(account: AccountId, amount: Quote): void {
    const { accounts, ledger, riskIndex } = this.state;
    assert(amount >= 0 && amount <= ledger.outstanding, 'no more is paid back than is owed');
    accounts.add(account, -amount);
    ledger.badDebt -= amount;
    ledger.outstanding -= amount;
    riskIndex.touch(account);
  }

  /** By account, from 1. */
  private profitsOf(but: AccountId): Quote[] {
    const { accounts, margin } = this.state;
    return Array.from({ length: accounts.count }, (_, i) => {
      const account = i + 1;
      if (account === but || accounts.has(account, ACCOUNT_EXEMPT)) return 0;
      // In money: what collateral gained is nobody's loss.
      const equity = margin.settled(account);
      return Math.max(0, Math.min(equity, equity - (this.treasury.contributed[account] ?? 0)));
    });
  }

  private take(account: AccountId, lots: Lots, amount: Quote): void {
    this.state.accounts.add(account, -amount);
    this.state.riskIndex.touch(account);
    this.payers.push({ account, lots, amount });
  }

  private give(account: AccountId, amount: Quote): void {
    this.state.accounts.add(account, amount);
    this.state.riskIndex.touch(account);
  }
}
