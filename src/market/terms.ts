// What every order and every trade asks of its instrument, as columns by instrument: an instrument is an object that is looked up
// anew wherever it is needed, and a column is a constant to V8. All that is here follows from the instruments, one by one.

import { PPM } from '../base/units.ts';
import type { Instrument } from './instrument.ts';
import { columnOf } from './room.ts';

// Kinds of instruments: 0 is what most are, and has the shortest ways.
export const INVERSE = 1;
/** Its initial rates hang on open interest. */
export const CROWDED = 2;
/** Positions keep the maintenance factor they began with. */
export const GRANDFATHERED = 4;
/** Maintenance stays what it was at entry. */
export const AT_ENTRY = 8;
/** Its rates are not in parts of a million. */
export const FINER_RATES = 16;

export class Terms {
  /** INVERSE, CROWDED, GRANDFATHERED, AT_ENTRY, FINER_RATES. */
  readonly kind: Int32Array;
  readonly minLots: Int32Array;
  readonly minPrice: Int32Array;
  readonly maxPrice: Int32Array;
  readonly maxPosition: Int32Array;
  /** The lesser of the two caps there may be. */
  readonly maxOpenInterest: Float64Array;
  readonly multiplier: Float64Array;
  readonly takerFee: Float64Array;
  readonly makerFee: Float64Array;
  /** The initial rate of the first tier, and the notional at which that tier ends. */
  readonly firstRate: Int32Array;
  readonly firstEnd: Float64Array;

  constructor(instruments: readonly Instrument[]) {
    const length = columnOf(instruments.length);
    this.kind = new Int32Array(length);
    this.minLots = new Int32Array(length);
    this.minPrice = new Int32Array(length);
    this.maxPrice = new Int32Array(length);
    this.maxPosition = new Int32Array(length);
    this.maxOpenInterest = new Float64Array(length);
    this.multiplier = new Float64Array(length);
    this.takerFee = new Float64Array(length);
    this.makerFee = new Float64Array(length);
    this.firstRate = new Int32Array(length);
    this.firstEnd = new Float64Array(length);
    for (const instrument of instruments) this.set(instrument);
  }

  /** The instrument is new, or under other rules. */
  set({ id, inverse, openInterestCaps, marginScale, openInterestCap, maxOpenInterest, tiers, ...rules }: Instrument): void {
    const atEntry = rules.maintenanceOn === 'entry' ? AT_ENTRY : 0;
    const finer = tiers.scale === PPM ? 0 : FINER_RATES;
    this.kind[id] =
      atEntry |
      finer |
      (inverse ? INVERSE : 0) |
      (openInterestCaps.upper !== 0 ? CROWDED : 0) |
      (marginScale.grandfathered ? GRANDFATHERED : 0);
    this.minLots[id] = rules.minLots;
    this.minPrice[id] = rules.minPrice;
    this.maxPrice[id] = rules.maxPrice;
    this.maxPosition[id] = rules.maxPosition;
    this.maxOpenInterest[id] = openInterestCap === 0 ? maxOpenInterest : Math.min(maxOpenInterest, openInterestCap);
    this.multiplier[id] = rules.multiplier;
    this.takerFee[id] = rules.takerFeePpm;
    this.makerFee[id] = rules.makerFeePpm;
    this.firstRate[id] = tiers.initialRates[0];
    this.firstEnd[id] = tiers.count > 1 ? tiers.floors[1] : Infinity;
  }
}
