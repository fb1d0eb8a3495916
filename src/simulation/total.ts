// A sum that outgrows exact integers and stays exact all the same: what a run moved in all.

import { Decimal, plain } from '../base/decimal.ts';
import type { Quote } from '../base/units.ts';

/** A sum of safe integers that may pass 2^53 and stays exact. */
export class Total {
  /** 2^50. */
  private static readonly CARRY = 1_125_899_906_842_624;
  private high = 0;
  private low = 0;

  add(value: Quote): void {
    if (value >= Total.CARRY || value <= -Total.CARRY) value = this.carry(value);
    this.low += value;
    if (this.low >= Total.CARRY || this.low <= -Total.CARRY) this.low = this.carry(this.low);
  }

  private carry(value: number): number {
    const carry = Math.trunc(value / Total.CARRY);
    this.high += carry;
    return value - carry * Total.CARRY;
  }

  /** In units of `unit`, as a plain decimal string. */
  decimal(unit: string): string {
    return plain(new Decimal(this.high).mul(Total.CARRY).plus(this.low).mul(unit));
  }
}
