// What a risk index sees of one account, and how it asks for it.

import type { AccountId, InstrumentId, Quote, Ticks } from '../base/units.ts';
import type { MarginTiers } from './margin-tiers.ts';
import type { WalledInstrument } from './price-walls.ts';

/** One account at the marks of now, written by the market and read by the index; reused for every account. */
export class Exposure {
  /** Of the account row, funding that is due included. */
  equity: Quote = 0;
  maintenance: Quote = 0;
  count = 0;
  /** By how much less than `valuePerTick` says equity may stand at other marks, all rounding of the market's together. */
  rounding: Quote = 0;
  readonly instruments: Int32Array;
  readonly marks: Int32Array;
  readonly values: Float64Array;

  constructor(capacity: number) {
    this.instruments = new Int32Array(capacity);
    this.marks = new Int32Array(capacity);
    this.values = new Float64Array(capacity);
  }

  clear(): void {
    this.equity = 0;
    this.maintenance = 0;
    this.count = 0;
    this.rounding = 0;
  }

  /**
   * Once for each instrument held. `valuePerTick` is lots × multiplier, signed: quote units by which equity moves with one
   * tick of the mark.
   */
  add(instrument: InstrumentId, mark: Ticks, valuePerTick: number): void {
    const i = this.count++;
    this.instruments[i] = instrument;
    this.marks[i] = mark;
    this.values[i] = valuePerTick;
  }
}

/** What the index asks of the market. */
export interface RiskSource {
  /** Writes the account into `exposure`, which is clear, and changes nothing else. */
  examine(account: AccountId, exposure: Exposure): void;
  /**
   * True when all that the account has is money and one linear position in `instrument`, whose maintenance its tiers say: then
   * `exposure` gets its equity but for what the position is worth, and in the first place of its columns mark and value a tick.
   * False, for any reason, has it examined.
   */
  isPlain?(account: AccountId, instrument: InstrumentId, exposure: Exposure): boolean;
  /**
   * Reads what `examine` will read of the account, as far as that is known without waiting for memory, and makes anything of
   * it: it is asked for many accounts before the first of them is examined, so that the processor has them all under way.
   */
  fetch?(account: AccountId): number;
}

/** An Instrument is one. */
export interface RiskInstrument extends WalledInstrument {
  readonly tiers: MarginTiers;
  /** Worth lots × multiplier ÷ mark instead of × mark. */
  readonly inverse?: boolean;
}
