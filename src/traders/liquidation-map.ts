// Where positions would be liquidated, as anybody outside can guess: open interest that appeared at a price was entered there,
// at leverages as they are common (BitMEX's liquidated accounts averaged 60×, most retail money is far below), and what
// disappears came from everywhere alike.

import type { Lots, Side, Ticks } from '../base/units.ts';

/** Leverage, and the share of open interest that is believed to have it. */
const LEVERAGES = [
  [5, 0.3],
  [10, 0.3],
  [25, 0.2],
  [50, 0.12],
  [100, 0.08],
] as const;
/** Maintenance margin that is assumed. */
const MAINTENANCE = 0.005;
/** Prices within so much of each other are one entry price. */
const BIN = 0.0025;

export class LiquidationMap {
  private readonly entries: number[] = [];
  private readonly lots: number[] = [];
  private openInterest: Lots = 0;

  /** One look at what is published: the mark, and the lots of all longs. */
  see(mark: Ticks, openInterest: Lots): void {
    const change = openInterest - this.openInterest;
    if (change > 0) this.add(mark, change);
    else if (change < 0 && this.openInterest > 0) {
      const left = openInterest / this.openInterest;
      for (let i = 0; i < this.lots.length; i++) this.lots[i] *= left;
    }
    this.openInterest = openInterest;
  }

  private add(price: Ticks, lots: number): void {
    let nearest = -1;
    for (let i = 0; i < this.entries.length; i++) {
      const distance = Math.abs(this.entries[i] - price);
      if (distance <= BIN * price && (nearest < 0 || distance < Math.abs(this.entries[nearest] - price))) nearest = i;
    }
    if (nearest >= 0) this.lots[nearest] += lots;
    else {
      this.entries.push(price);
      this.lots.push(lots);
    }
  }

  /** Lots that would be closed by force if the price went from `from` to `to`: longs when it falls (`side` −1), else shorts. */
  between(from: Ticks, to: Ticks, side: Side): number {
    let sum = 0;
    for (let i = 0; i < this.entries.length; i++) {
      for (const [leverage, share] of LEVERAGES) {
        const price = this.entries[i] * (1 + side * (1 / leverage - MAINTENANCE));
        if (side > 0 ? price > from && price <= to : price < from && price >= to) sum += share * this.lots[i];
      }
    }
    return sum;
  }

  /** Lots of the longs (`side` −1), or shorts, that would be closed by force at this very price if their margin lost a share. */
  drained(price: Ticks, side: Side, share: number): number {
    let sum = 0;
    for (let i = 0; i < this.entries.length; i++) {
      for (const [leverage, part] of LEVERAGES) {
        const [now, then] = [1, 1 - share].map((left) => this.entries[i] * (1 + side * (left / leverage - MAINTENANCE)));
        if (side > 0 ? price < now && price >= then : price > now && price <= then) sum += part * this.lots[i];
      }
    }
    return sum;
  }
}
