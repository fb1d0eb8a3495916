// Cases that close on the same side of one book share its depth by their urgency: how near bankruptcy is, counted in what
// the market moves. Whoever decided within this round or the one before has a claim.

import type { CaseId, InstrumentId, Micros, Side } from '../base/units.ts';

interface Claims {
  round: number;
  readonly urgencies: Map<CaseId, number>;
  sum: number;
  /** Of the round before. */
  before: number;
}

export class SharedDepth {
  private readonly interval: Micros;
  /** By instrument and side. */
  private readonly books = new Map<number, Claims>();

  constructor(interval: Micros) {
    this.interval = interval;
  }

  /** The share, above 0 and at most 1, that a case of this urgency may take now. Remembers nothing. */
  shareOf(instrument: InstrumentId, side: Side, liquidation: CaseId, urgency: number, now: Micros): number {
    const claims = this.books.get(key(instrument, side));
    const round = Math.floor(now / this.interval);
    if (claims === undefined || round > claims.round + 1) return 1;
    const current = claims.round === round ? claims.sum - (claims.urgencies.get(liquidation) ?? 0) + urgency : urgency;
    const before = claims.round === round ? claims.before : claims.sum;
    return urgency / Math.max(urgency, current, before);
  }

  claim(instrument: InstrumentId, side: Side, liquidation: CaseId, urgency: number, now: Micros): void {
    const round = Math.floor(now / this.interval);
    let claims = this.books.get(key(instrument, side));
    if (claims === undefined) {
      claims = { round, urgencies: new Map(), sum: 0, before: 0 };
      this.books.set(key(instrument, side), claims);
    }
    if (claims.round !== round) {
      claims.before = claims.round === round - 1 ? claims.sum : 0;
      claims.round = round;
      claims.sum = 0;
      claims.urgencies.clear();
    }
    claims.sum += urgency - (claims.urgencies.get(liquidation) ?? 0);
    claims.urgencies.set(liquidation, urgency);
  }
}

function key(instrument: InstrumentId, side: Side): number {
  return side * instrument;
}
