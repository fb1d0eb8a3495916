// The accounts of the exchange itself. What is in them and what is in the customers' accounts is what was deposited,
// to the unit, at any time.

import type { Quote } from '../base/units.ts';

export class Ledger {
  /** Everything that ever came in from outside, less what went out. */
  deposits: Quote = 0;
  /** Fees less rebates, rounded against the account that pays or receives them. */
  fees: Quote = 0;
  /** Funding taken from some and not yet given to others, since each position's is applied when it is next touched. */
  funding: Quote = 0;
  /** What rounding kept from accounts, once it is known to be owed to nobody. */
  rounding: Quote = 0;
  /** Deficits that nobody paid. The one balance that is owed to the exchange instead of held by it. */
  badDebt: Quote = 0;
  /** Of the bad debt, what is taken off withdrawals until it is paid back. */
  outstanding: Quote = 0;

  /** Null when `cash` (the sum over all accounts, exact) and these balances are what was deposited; else the difference. */
  unbalanced(cash: bigint): string | null {
    const held = cash + BigInt(this.fees) + BigInt(this.funding) + BigInt(this.rounding) - BigInt(this.badDebt);
    const difference = held - BigInt(this.deposits);
    if (difference === 0n) return null;
    return `accounts and ledger hold ${held} of ${this.deposits} deposited, a difference of ${difference}`;
  }
}
