// At which price which member of a crowd loses its nerve. Sorted once, so that a look at the price costs by those who panic
// and not by those who exist.

import { BUY, type Side, type Ticks } from '../base/units.ts';

/** Prices are sorted together with their members: price × this + member. */
const MEMBERS = 1_048_576;

export class PanicPrices {
  /** Longs' from the highest, shorts' from the lowest, and how many have been reached. */
  private readonly longs: Float64Array;
  private readonly shorts: Float64Array;
  private longsReached = 0;
  private shortsReached = 0;

  constructor(longs: readonly number[], shorts: readonly number[]) {
    this.longs = Float64Array.from(longs).sort().reverse();
    this.shorts = Float64Array.from(shorts).sort();
  }

  /** Calls `panic` for every member whose price the mark has reached, each once. */
  reach(mark: Ticks, panic: (member: number) => void): void {
    for (; this.longsReached < this.longs.length; this.longsReached++) {
      const key = this.longs[this.longsReached];
      if (Math.floor(key / MEMBERS) < mark) break;
      panic(key % MEMBERS);
    }
    for (; this.shortsReached < this.shorts.length; this.shortsReached++) {
      const key = this.shorts[this.shortsReached];
      if (Math.floor(key / MEMBERS) > mark) break;
      panic(key % MEMBERS);
    }
  }
}

/** Collects the prices while members are drawn. */
export class PanicList {
  private readonly longs: number[] = [];
  private readonly shorts: number[] = [];

  add(member: number, side: Side, price: Ticks): void {
    (side === BUY ? this.longs : this.shorts).push(price * MEMBERS + member);
  }

  sorted(): PanicPrices {
    return new PanicPrices(this.longs, this.shorts);
  }
}
