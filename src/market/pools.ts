// Accounts that belong to the venue itself beside the insurance fund: a liquidity vault, say. Made once by name, exempt from
// margin, owned by nobody.

import type { AccountId } from '../base/units.ts';
import { ACCOUNT_EXEMPT, MIN_LEVERAGE, type Accounts } from './accounts.ts';

export interface Pool {
  readonly name: string;
  readonly account: AccountId;
}

export class Pools {
  readonly all: Pool[] = [];
  private readonly accounts: Accounts;

  constructor(accounts: Accounts) {
    this.accounts = accounts;
  }

  /** The account of this name; `made` tells whether it is new. */
  named(name: string): { readonly account: AccountId; readonly made: boolean } {
    const known = this.all.find((pool) => pool.name === name);
    if (known !== undefined) return { account: known.account, made: false };
    const account = this.accounts.open(0, MIN_LEVERAGE, 0, ACCOUNT_EXEMPT);
    this.all.push({ name, account });
    return { account, made: true };
  }

  has(account: AccountId): boolean {
    return this.all.some((pool) => pool.account === account);
  }
}
