// Cases whose turn it is to be offered to the loss layers, first come first served.

import type { CaseId } from '../base/units.ts';

export class HandOvers {
  private readonly cases: CaseId[] = [];
  /** So many have had their turn: taking the first of a hundred thousand away would move all others. */
  private had = 0;

  add(liquidation: CaseId): void {
    this.cases.push(liquidation);
  }

  /** Takes the next one; 0 when there is none. */
  next(): CaseId {
    if (this.had === this.cases.length) return 0;
    const liquidation = this.cases[this.had++];
    if (this.had === this.cases.length) this.cases.length = this.had = 0;
    return liquidation;
  }
}
