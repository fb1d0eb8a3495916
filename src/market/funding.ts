// Funding as a cumulative index per instrument: what one lot has paid since the start. A settlement moves one number,
// and each position pays the difference when it is next touched. A position knows the settlement it paid last by its
// number; what the index was after it stands here once, for as long as some position may ask for it.

import { assert } from '../base/assert.ts';
import { mulDivCeil, mulDivRound } from '../base/rounding.ts';
import { PPM, type AccountId, type InstrumentId, type Lots, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { Accounts } from './accounts.ts';
import type { Instrument } from './instrument.ts';
import type { Ledger } from './ledger.ts';
import { POSITION_ROW, type Positions } from './positions.ts';
import { columnOf } from './room.ts';

/** So many settlements are remembered before the first are forgotten. */
const LEAST = 64;

export class Funding {
  /** By instrument: Σ value at mark × rate over its settlements, in millionths of a quote unit a lot. */
  readonly index: Float64Array;
  private readonly instruments: readonly Instrument[];
  private readonly accounts: Accounts;
  private readonly positions: Positions;
  private readonly ledger: Ledger;
  /** By instrument and settlement: the index after it. */
  private readonly after: Float64Array[];

  constructor(instruments: readonly Instrument[], accounts: Accounts, positions: Positions, ledger: Ledger) {
    this.instruments = instruments;
    this.accounts = accounts;
    this.positions = positions;
    this.ledger = ledger;
    this.index = new Float64Array(columnOf(instruments.length));
    this.after = Array.from({ length: instruments.length + 1 }, () => new Float64Array(LEAST));
  }

  /** Longs pay shorts `ratePpm` of their notional at `mark`; the other way round when it is negative. */
  settle(instrument: InstrumentId, ratePpm: Ppm, mark: Ticks): number {
    assert(Number.isInteger(ratePpm) && ratePpm > -PPM && ratePpm < PPM, 'a funding rate must be a whole number of ppm below 100 %');
    const { inverse, multiplier } = this.instruments[instrument - 1];
    // Of a lot: an inverse one's part of a unit is rounded to millionths here, once, for longs and shorts alike.
    const each = inverse ? mulDivRound(multiplier, ratePpm, mark) : mark * multiplier * ratePpm;
    const index = this.index[instrument] + each;
    assert(Number.isSafeInteger(index), 'the funding index leaves the range of exact integers');
    if (index !== this.index[instrument]) this.record(instrument, index);
    this.index[instrument] = index;
    return index;
  }

  private record(instrument: InstrumentId, index: number): void {
    let settlement = this.positions.settlementsOf(instrument) + 1;
    if (settlement === this.after[instrument].length) settlement = this.forget(instrument);
    this.after[instrument][settlement] = index;
    this.positions.setSettlements(instrument, settlement);
  }

  /** Numbers the settlements that positions still know anew, in their order; returns how many those are. */
  private forget(instrument: InstrumentId): number {
    const { positions } = this;
    const after = this.after[instrument];
    const anew = new Int32Array(after.length);
    const rows = (visit: (row: number) => void): void => {
      for (let row = POSITION_ROW; row <= positions.lastRow; row += POSITION_ROW) {
        if (positions.instrumentOf(row) === instrument && !positions.isFree(row)) visit(row);
      }
    };
    rows((row) => (anew[positions.settlementOf(row)] = 1));
    let count = 0;
    for (let settlement = 0; settlement < after.length; settlement++) {
      if (anew[settlement] === 0) continue;
      after[count] = after[settlement];
      anew[settlement] = count++;
    }
    rows((row) => positions.setSettlement(row, anew[positions.settlementOf(row)]));
    if (2 * count > after.length) {
      assert(after.length < positions.mostSettlements, 'positions wait for more settlements of funding than can be told apart');
      this.after[instrument] = new Float64Array(2 * after.length);
      this.after[instrument].set(after);
    }
    return count;
  }

  /** The index when funding was last applied to a position. */
  indexOf(row: number): number {
    return this.after[this.positions.instrumentOf(row)][this.positions.settlementOf(row)];
  }

  /** What a position still has to pay (receives, when negative), rounded up: against the account either way. 0 of row 0. */
  due(row: number): Quote {
    const { positions } = this;
    const instrument = positions.instrumentOf(row);
    if (positions.isPaid(row, instrument)) return 0;
    return mulDivCeil(positions.lots[row], this.index[instrument] - this.indexOf(row), PPM);
  }

  /** Moves what is due to the ledger's funding account and returns it. Must come before the position's lots change. */
  apply(row: number): Quote {
    const { positions } = this;
    const due = this.due(row);
    positions.setSettlement(row, positions.settlementsOf(positions.instrumentOf(row)));
    if (due === 0) return 0;
    this.accounts.add(positions.accountOf(row), -due);
    this.ledger.funding += due;
    return due;
  }

  /** As `apply`, for all positions of an account. */
  applyTo(account: AccountId): Quote {
    let taken = 0;
    for (let row = this.accounts.head(account); row > 0; row = this.positions.next[row]) taken += this.apply(row);
    return taken;
  }

  /** Applies everybody's, in account order; what then remains of it is rounding, owed to nobody. */
  applyToAll(visit?: (account: AccountId, instrument: InstrumentId, lots: Lots, amount: Quote) => void): void {
    const { positions } = this;
    const { lots, next } = positions;
    for (let account = 1; account <= this.accounts.count; account++) {
      for (let row = this.accounts.head(account); row > 0; row = next[row]) {
        const instrument = positions.instrumentOf(row);
        const changed = this.indexOf(row) !== this.index[instrument];
        const taken = this.apply(row);
        if (changed && lots[row] !== 0) visit?.(account, instrument, lots[row], taken);
      }
    }
    this.ledger.rounding += this.ledger.funding;
    this.ledger.funding = 0;
  }
}
