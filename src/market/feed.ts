// What a participant can see of an instrument: the latest publication that has reached its latency class.

import type { Lots, Micros, Ppm, Ticks } from '../base/units.ts';

export interface MarketFeed {
  /** When the exchange published it. */
  readonly at: Micros;
  readonly open: boolean;
  /** Best bid and ask in ticks, 0 when that side of the book is empty. */
  readonly bid: Ticks;
  readonly ask: Ticks;
  readonly bidLots: Lots;
  readonly askLots: Lots;
  readonly last: Ticks;
  readonly mark: Ticks;
  readonly index: Ticks;
  /** Of all longs. */
  readonly openInterest: Lots;
  /** The rate of the next funding settlement, as estimated now. */
  readonly fundingRate: Ppm;
  readonly nextFundingAt: Micros;
  /** Where the rules say that trading would halt, and the venue says so: 0 for nowhere, or for not known. */
  readonly haltBelow: Ticks;
  readonly haltAbove: Ticks;
}
