// What a policy takes the market for where that is refitted during the run, by instrument and side; what it was told at the
// start where nothing was refitted yet.

import type { AccountId, InstrumentId, Lots, Micros, Side } from '../base/units.ts';
import { notional } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import type { MarketEstimate } from './policy.ts';

const YEAR_SECONDS = 31_557_600;

export class Refitted {
  /** By side × instrument. */
  private readonly estimates = new Map<number, MarketEstimate>();

  take(estimate: MarketEstimate): void {
    this.estimates.set(estimate.side * estimate.instrument, estimate);
  }

  of(instrument: InstrumentId, side: Side): MarketEstimate | undefined {
    return this.estimates.get(side * instrument);
  }

  /** Of the price, over the square root of a second; undefined before the first fit. */
  sigma(instrument: InstrumentId): number | undefined {
    const estimate = this.estimates.get(instrument);
    return estimate && estimate.volatility / Math.sqrt(YEAR_SECONDS);
  }

  /** Lots within 1 % of the mark; 0: as the book shows. */
  depth(instrument: InstrumentId, side: Side): Lots {
    return this.estimates.get(side * instrument)?.depth ?? 0;
  }

  halfLife(instrument: InstrumentId, side: Side, otherwise: Micros): Micros {
    return this.estimates.get(side * instrument)?.halfLife ?? otherwise;
  }

  markShare(instrument: InstrumentId, side: Side, otherwise: number): number {
    return this.estimates.get(side * instrument)?.markShare ?? otherwise;
  }

  /** That of the account's largest position: one number for a plan over all of them. */
  markShareOf(market: MarketView, account: AccountId, otherwise: number): number {
    if (this.estimates.size === 0) return otherwise;
    let largest = -1;
    let share = otherwise;
    market.forEachPosition(account, (instrument, lots) => {
      const value = notional(market.instrument(instrument), lots, market.markPrice(instrument));
      if (value <= largest) return;
      largest = value;
      share = this.markShare(instrument, lots > 0 ? -1 : 1, otherwise);
    });
    return share;
  }
}
