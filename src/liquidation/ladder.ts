// What a planner takes for the depth that an order meets: the book as it rests, the book misjudged by some factor, depth
// that is assumed because the book is not looked at, or the square-root law. In lots, and ticks away from the best price.

import type { Lots, Side, Ticks } from '../base/units.ts';
import type { BookView } from '../market/market-view.ts';
import { squareRootCost, squareRootImpact, type SquareRootLaw } from './schedules.ts';

export interface Ladder {
  /** Quantities at which its course bends: the `i`-th, ascending, above 0; 0 when there are no more. */
  end(i: number): Lots;
  /** What `lots` cost against the best price, in tick-lots. Only as far as ends have been asked for. */
  loss(lots: number): number;
  /** Ticks from the best price to where the last of `lots` trades. */
  away(lots: number): number;
}

/** Reads the book as far as it is asked. `scale` multiplies distances, `stretch` quantities. */
export class BookLadder implements Ladder {
  private readonly book: BookView;
  private readonly side: Side;
  private readonly limit: Ticks;
  private readonly best: Ticks;
  private readonly scale: number;
  private readonly stretch: number;
  private readonly ends: number[] = [];
  private readonly distances: number[] = [];
  private readonly losses: number[] = [];
  private price: Ticks;
  private lots = 0;
  /** The level asked for last: the next is as a rule the same or the one after it. */
  private hint = 0;

  constructor(
    book: BookView,
    side: Side,
    limit: Ticks,
    { scale = 1, stretch = 1 }: { readonly scale?: number; readonly stretch?: number },
  ) {
    this.book = book;
    this.side = side;
    this.limit = limit;
    this.best = this.price = side > 0 ? book.bestAsk : book.bestBid;
    this.scale = scale;
    this.stretch = stretch;
  }

  end(i: number): Lots {
    const { ends, side, limit } = this;
    const other: Side = side > 0 ? -1 : 1;
    while (ends.length <= i) {
      const { price } = this;
      if (price === 0 || (limit !== 0 && (side > 0 ? price > limit : price < limit))) return 0;
      const before = ends.length === 0 ? 0 : ends[ends.length - 1];
      this.lots += this.book.lotsAt(other, price);
      this.price = this.book.worse(other, price);
      const end = this.stretch === 1 ? this.lots : Math.floor(this.lots * this.stretch);
      if (end === before) continue;
      const distance = this.scale * Math.abs(price - this.best);
      this.losses.push((ends.length === 0 ? 0 : this.losses[ends.length - 1]) + distance * (end - before));
      this.distances.push(distance);
      ends.push(end);
    }
    return ends[i];
  }

  loss(lots: number): number {
    const at = this.level(lots);
    return at < 0 ? 0 : this.losses[at] - this.distances[at] * (this.ends[at] - lots);
  }

  away(lots: number): number {
    const at = this.level(lots);
    return at < 0 ? 0 : this.distances[at];
  }

  /** The level that the last of `lots` meets. */
  private level(lots: number): number {
    if (lots <= 0) return -1;
    const { ends, hint } = this;
    let low = 0;
    let high = ends.length - 1;
    if (hint <= high && (hint === 0 || lots > ends[hint - 1])) {
      if (lots <= ends[hint]) return hint;
      low = Math.min(hint + 1, high);
      if (lots <= ends[low]) high = low;
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] >= lots) high = middle;
      else low = middle + 1;
    }
    this.hint = high;
    return high;
  }
}

/** Steps into which depth that is only assumed is cut. */
const STEPS = 128;

/** The same depth at every price: `perTick` lots. */
export class EvenLadder implements Ladder {
  private readonly most: Lots;
  private readonly slope: number;

  constructor(most: Lots, perTick: number) {
    this.most = most;
    this.slope = 1 / perTick;
  }

  end(i: number): Lots {
    return stepEnd(this.most, i);
  }

  loss(lots: number): number {
    return (this.slope * lots * lots) / 2;
  }

  away(lots: number): number {
    return this.slope * lots;
  }
}

/** The square-root law around a price, for those who know volume and volatility alone. */
export class SquareRootLadder implements Ladder {
  private readonly most: Lots;
  private readonly law: SquareRootLaw;
  private readonly price: Ticks;

  constructor(most: Lots, law: SquareRootLaw, price: Ticks) {
    this.most = most;
    this.law = law;
    this.price = price;
  }

  end(i: number): Lots {
    return stepEnd(this.most, i);
  }

  loss(lots: number): number {
    return squareRootCost(this.law, this.price, lots).cost;
  }

  away(lots: number): number {
    return this.price * squareRootImpact(this.law, lots).peak;
  }
}

/** Whole lots, the last `most`. */
function stepEnd(most: Lots, i: number): Lots {
  if (most <= STEPS) return i < most ? i + 1 : 0;
  return i < STEPS ? Math.floor((most / STEPS) * (i + 1)) : 0;
}
