// Margin tiers: the larger a position, the higher its rates. With deduction each tier's rate is for the notional inside
// the tier (Binance, Bybit): maintenance = N × rate − deduction, and the deduction makes it continuous. Without, the whole
// position pays the rate of the tier it is in (BitMEX).

import { assert } from '../base/assert.ts';
import * as rounding from '../base/rounding.ts';
import { PPM, type Ppm, type Quote } from '../base/units.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { mulDivCeil, mulDivFloor } = rounding;

export interface TierSpec {
  /** The notional from which the tier applies; the first begins at 0. */
  readonly floor: Quote;
  readonly maintenance: Ppm;
  /** The least initial margin rate: 1 ÷ the tier's greatest leverage. */
  readonly initial: Ppm;
  /** The maintenance amount as the venue publishes it, instead of what follows from the floors. */
  readonly deduction?: Quote;
}

export interface TierOptions {
  /** What rates are parts of: a million unless said otherwise. Another where a rate is a fraction such as 1/30. */
  readonly scale?: number;
  /** Added to every maintenance rate: the fee of closing, where maintenance holds it. */
  readonly closingFee?: number;
}

export class MarginTiers {
  readonly count: number;
  readonly deducted: boolean;
  readonly scale: number;
  readonly floors: Float64Array;
  readonly maintenanceRates: Int32Array;
  readonly initialRates: Int32Array;
  /**
   * deductionₙ = deductionₙ₋₁ + floorₙ × (rateₙ − rateₙ₋₁), each step rounded down: against the account, by less than one
   * quote unit a tier.
   */
  readonly deductions: Float64Array;
  private readonly specs: readonly TierSpec[];

  /** What is wrong with a list of tiers, in words. */
  static problems(tiers: readonly TierSpec[], scale: number = PPM): string[] {
    const problems: string[] = [];
    if (tiers.length === 0) problems.push('there must be at least one margin tier');
    for (let n = 0; n < tiers.length; n++) {
      const { floor, maintenance, initial } = tiers[n];
      if (n === 0 ? floor !== 0 : !Number.isSafeInteger(floor) || floor <= tiers[n - 1].floor) {
        problems.push(n === 0 ? 'the first margin tier must begin at 0' : `margin tier ${n + 1} must begin above the one before it`);
      }
      if (!Number.isInteger(maintenance) || maintenance < 1 || maintenance >= scale)
        problems.push(`the maintenance rate of margin tier ${n + 1} must lie between 0 and 100 %`);
      else if (!Number.isInteger(initial) || initial < maintenance || initial > scale) {
        problems.push(`the initial rate of margin tier ${n + 1} must lie between its maintenance rate and 100 %`);
      }
      if (n > 0 && (maintenance < tiers[n - 1].maintenance || initial < tiers[n - 1].initial)) {
        problems.push(`the rates of margin tier ${n + 1} must not be below those of the one before it`);
      }
    }
    return problems;
  }

  constructor(tiers: readonly TierSpec[], deduction: boolean, { scale = PPM, closingFee = 0 }: TierOptions = {}) {
    const problems = MarginTiers.problems(tiers, scale);
    assert(problems.length === 0, () => problems.join('; '));
    this.count = tiers.length;
    this.deducted = deduction;
    this.scale = scale;
    this.specs = tiers;
    this.floors = Float64Array.from(tiers, (tier) => tier.floor);
    this.maintenanceRates = Int32Array.from(tiers, (tier) => tier.maintenance + closingFee);
    this.initialRates = Int32Array.from(tiers, (tier) => tier.initial);
    this.deductions = new Float64Array(tiers.length);
    if (!deduction) return;
    for (let n = 1; n < tiers.length; n++) {
      this.deductions[n] = deductionAbove(this.deductions[n - 1], tiers[n].floor, tiers[n].maintenance, tiers[n - 1].maintenance, scale);
    }
    for (let n = 0; n < tiers.length; n++) this.deductions[n] = tiers[n].deduction ?? this.deductions[n];
  }

  /** As it was made. */
  toSpecs(): TierSpec[] {
    return [...this.specs];
  }

  /** The tier of a notional, from 0. */
  tierAt(notional: Quote): number {
    const { floors } = this;
    let n = 0;
    while (n + 1 < floors.length && notional >= floors[n + 1]) n++;
    return n;
  }

  /** Maintenance margin, rounded up. */
  maintenance(notional: Quote): Quote {
    const n = this.tierAt(notional);
    return mulDivCeil(notional, this.maintenanceRates[n], this.scale) - this.deductions[n];
  }

  /** The least initial rate of a notional. */
  initialRate(notional: Quote): Ppm {
    return this.initialRates[this.tierAt(notional)];
  }

  /** Initial margin, rounded up, for an account whose leverage asks for `leverageRate`: the greater rate of the two. */
  initial(notional: Quote, leverageRate: Ppm): Quote {
    const rate = this.initialRate(notional);
    return mulDivCeil(notional, rate > leverageRate ? rate : leverageRate, this.scale);
  }
}

/**
 * The maintenance amount of a tier from that of the one before: so much larger that maintenance is continuous at the floor
 * between them, rounded down. Rates in parts of `scale`.
 */
export function deductionAbove(before: Quote, floor: Quote, rate: number, rateBefore: number, scale: number = PPM): Quote {
  return before + mulDivFloor(floor, rate - rateBefore, scale);
}
