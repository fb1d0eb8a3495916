// The insurance fund: an ordinary account row, exempt from margin. It takes positions over and pays deficits, and what it
// has in money is told apart from what its inventory is worth today, since only the first can be paid out.

import type { AccountId, InstrumentId, Lots, Quote } from '../base/units.ts';
import type { Accounts } from './accounts.ts';
import type { Margin } from './margin.ts';
import type { Positions } from './positions.ts';

export class InsuranceFund {
  readonly account: AccountId;
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly margin: Margin;

  constructor(account: AccountId, accounts: Accounts, positions: Positions, margin: Margin) {
    this.account = account;
    this.accounts = accounts;
    this.positions = positions;
    this.margin = margin;
  }

  /** Its wallet balance: contributions, liquidation fees and margins received, less deficits paid, and realised results. */
  get cash(): Quote {
    return this.accounts.cash(this.account) + this.positions.entryOf(this.account);
  }

  /** The profit or loss, at mark, of the positions it holds; funding still due included. */
  get inventory(): Quote {
    return this.equity - this.cash;
  }

  get equity(): Quote {
    return this.margin.equity(this.account);
  }

  lots(instrument: InstrumentId): Lots {
    return this.positions.lotsOf(this.account, instrument);
  }

  /** Whether it can pay `loss` out of money it has, and is worth it at mark too. */
  canAbsorb(loss: Quote): boolean {
    return loss <= this.cash && loss <= this.equity;
  }
}
