// Funding as a cumulative index per instrument: what one lot has paid since the start. A settlement moves one number,
// and each position pays the difference when it is next touched.

import { assert } from '../base/assert.ts';
import { mulDivCeil, mulDivRound } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { Accounts } from './accounts.ts';
import type { Instrument } from './instrument.ts';
import type { Ledger } from './ledger.ts';
import type { Positions } from './positions.ts';

export class Funding {
  /** By instrument: Σ value at mark × rate over its settlements, in millionths of a quote unit a lot. */
  readonly index: Float64Array;
  private readonly instruments: readonly Instrument[];
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly ledger: Ledger;

  constructor(instruments: readonly Instrument[], accounts: Accounts, positions: Positions, ledger: Ledger) {
    this.instruments = instruments;
    this.accounts = accounts;
    this.positions = positions;
    this.ledger = ledger;
    this.index = new Float64Array(instruments.length + 1);
  }

  /** Longs pay shorts `ratePpm` of their notional at `mark`; the other way round when it is negative. */
  settle(instrument: InstrumentId, ratePpm: Ppm, mark: Ticks): number {
    assert(Number.isInteger(ratePpm) && ratePpm > -PPM && ratePpm < PPM, 'a funding rate must be a whole number of ppm below 100 %');
    const { inverse, multiplier } = this.instruments[instrument - 1];
    // Of a lot: an inverse one's part of a unit is rounded to millionths here, once, for longs and shorts alike.
    const each = inverse ? mulDivRound(multiplier, ratePpm, mark) : mark * multiplier * ratePpm;
    const index = this.index[instrument] + each;
    assert(Number.isSafeInteger(index), 'the funding index leaves the range of exact integers');
    this.index[instrument] = index;
    return index;
  }

  /** What a position still has to pay (receives, when negative), rounded up: against the account either way. 0 of row 0. */
  due(row: number): Quote {
    const positions = this.positions;
    const difference = this.index[positions.instrument[row]] - positions.fundingIndex[row >> 1];
    return difference === 0 ? 0 : mulDivCeil(positions.lots[row], difference, PPM);
  }

  /** Moves what is due to the ledger's funding account and returns it. Must come before the position's lots change. */
  apply(row: number): Quote {
    const positions = this.positions;
    const index = this.index[positions.instrument[row]];
    if (index === positions.fundingIndex[row >> 1]) return 0;
    const due = mulDivCeil(positions.lots[row], index - positions.fundingIndex[row >> 1], PPM);
    positions.fundingIndex[row >> 1] = index;
    if (due === 0) return 0;
    this.accounts.add(positions.account[row], -due);
    this.ledger.funding += due;
    return due;
  }

  /** As `apply`, for all positions of an account. */
  applyTo(account: AccountId): Quote {
    let taken = 0;
    for (let row = this.accounts.head(account); row !== 0; row = this.positions.next[row]) taken += this.apply(row);
    return taken;
  }

  /** Applies everybody's, in account order; what then remains of it is rounding, owed to nobody. */
  applyToAll(visit?: (account: AccountId, instrument: InstrumentId, lots: Lots, amount: Quote) => void): void {
    const { instrument, lots, next, fundingIndex } = this.positions;
    for (let account = 1; account <= this.accounts.count; account++) {
      for (let row = this.accounts.head(account); row !== 0; row = next[row]) {
        const changed = fundingIndex[row >> 1] !== this.index[instrument[row]];
        const taken = this.apply(row);
        if (changed && lots[row] !== 0) visit?.(account, instrument[row], lots[row], taken);
      }
    }
    this.ledger.rounding += this.ledger.funding;
    this.ledger.funding = 0;
  }
}
