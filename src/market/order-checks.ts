// What can be said against an order without looking at book or margin: first whether there is anything at all, which for nearly
// all orders there is not, and only then what.

import { BUY, type AccountId, type InstrumentId, type Lots, type Side, type Ticks } from '../base/units.ts';
import * as arena from './arena.ts';
import * as holders from './accounts.ts';
import type { Accounts } from './accounts.ts';
import type { MarketState } from './market-state.ts';
import * as sessions from './market-state.ts';
import { areFlagsValid, Reason } from './order.ts';
import * as words from './order.ts';
import { columnOf } from './room.ts';
import type { Terms } from './terms.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, ORDER_TAKE_PROFIT, STP_CANCEL_BOTH, STP_CANCEL_OLDEST } = words;
const { AUCTION, OPEN } = sessions;
const { ACCOUNT_IDS, INSTRUMENT_IDS } = arena;
const { ACCOUNT_IN_LIQUIDATION: IN_LIQUIDATION } = holders;
/** How self-trades are prevented: of no matter to an order that is gathered. */
const STP = STP_CANCEL_OLDEST | STP_CANCEL_BOTH;
const TRIGGERS = ORDER_STOP | ORDER_TAKE_PROFIT;
/** By the flags of an order: 1 where they go together and none is a trigger. */
const ALL_FLAGS = 511;
const PLAIN = Uint8Array.from({ length: ALL_FLAGS + 1 }, (_, flags) => (areFlagsValid(flags) && (flags & TRIGGERS) === 0 ? 1 : 0));

export class OrderChecks {
  private readonly state: MarketState;
  private readonly accounts: Accounts;
  private readonly terms: Terms;
  private readonly open: Uint8Array;
  private readonly mark: Float64Array;
  private readonly instrumentCount: number;
  /** By instrument: the most lots that an order may have; 0 before there is a mark. */
  private readonly mostLots: Int32Array;

  constructor(state: MarketState) {
    this.state = state;
    this.accounts = state.accounts;
    this.terms = state.margin.terms;
    this.open = state.open;
    this.mark = state.margin.mark;
    this.instrumentCount = state.instruments.length;
    this.mostLots = new Int32Array(columnOf(state.instruments.length));
  }

  /** After the mark or the rules of the instrument changed. */
  setMark(instrument: InstrumentId, mark: Ticks): void {
    this.mostLots[instrument] = mark === 0 ? 0 : this.state.instruments[instrument - 1].maxLots;
  }

  /** Whether nothing at all can be said against an order, as `refusal` would: true for nearly all, and false means that it is to be asked. */
  passes(account: AccountId, instrument: InstrumentId, side: Side, lots: Lots, price: Ticks, flags: number): boolean {
    const { terms } = this;
    const row = instrument & INSTRUMENT_IDS;
    if (
      (account | 0) !== account ||
      account < 1 ||
      account > this.accounts.count ||
      row !== instrument ||
      row < 1 ||
      row > this.instrumentCount ||
      this.open[row] !== OPEN ||
      this.accounts.has(account & ACCOUNT_IDS, IN_LIQUIDATION) ||
      (flags & ~ALL_FLAGS) !== 0 ||
      PLAIN[flags & ALL_FLAGS] !== 1 ||
      (lots | 0) !== lots ||
      lots < terms.minLots[row] ||
      lots > this.mostLots[row] ||
      Math.abs(side) !== BUY
    )
      return false;
    if ((flags & ORDER_MARKET) !== 0) return true;
    if ((price | 0) !== price || price < terms.minPrice[row] || price > terms.maxPrice[row]) return false;
    return true;
  }

  /** What can be said against an order without looking at book or margin. */
  refusal(account: AccountId, instrument: InstrumentId, lots: Lots, price: Ticks, trigger: Ticks, flags: number, amending = false): number {
    if (!this.accounts.exists(account)) return Reason['unknown-account'];
    if (!this.state.isInstrument(instrument)) return Reason['unknown-instrument'];
    const open = this.open[instrument];
    if (open !== OPEN && (open !== AUCTION || amending || (flags & ~STP) !== 0)) return Reason['market-closed'];
    if (this.mark[instrument] === 0) return Reason['market-closed'];
    if (this.accounts.has(account, IN_LIQUIDATION)) return Reason['account-in-liquidation'];
    if (flags !== 0 && !areFlagsValid(flags)) return Reason['invalid-flags'];
    const { minLots, maxLots, minPrice, maxPrice } = this.state.instruments[instrument - 1];
    // Whether what is left of a resting order is below the least size says nothing about the order.
    const least = (flags & ORDER_REDUCE_ONLY) !== 0 || amending ? 1 : minLots;
    if ((lots | 0) !== lots || lots < least || lots > maxLots) return Reason['invalid-lots'];
    if ((flags & ORDER_MARKET) === 0 && !((price | 0) === price && price >= minPrice && price <= maxPrice)) return Reason['invalid-price'];
    if ((flags & TRIGGERS) !== 0 && !this.state.isPrice(instrument, trigger)) return Reason['invalid-price'];
    return Reason['none'];
  }
}
