// Who takes over what others must give up, willingly: how much of an instrument, and how far below (above) the mark it must
// be. A register; what they are given is the exchange's to decide.

import { PPM, type AccountId, type InstrumentId, type Lots, type Ppm, type Ticks } from '../base/units.ts';
import { tradeValue } from './instrument.ts';
import type { MarketState } from './market-state.ts';

interface Entry {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  /** The greatest position, either way, up to which it takes any. */
  readonly lots: Lots;
  /** The least discount to the mark. */
  readonly discount: Ppm;
}

export interface Volunteer {
  readonly account: AccountId;
  readonly discount: Ppm;
  /** What it can take now. */
  readonly room: Lots;
}

export class Volunteers {
  private readonly state: MarketState;
  private readonly entries: Entry[] = [];

  constructor(state: MarketState) {
    this.state = state;
  }

  /** Puts the account on the register, or changes what it takes; 0 lots take it off. */
  enter(entry: Entry): void {
    const { account, instrument, lots } = entry;
    const at = this.entries.findIndex((other) => other.account === account && other.instrument === instrument);
    if (at >= 0) this.entries.splice(at, 1);
    if (lots === 0) return;
    const next = this.entries.findIndex((other) => other.account > account);
    if (next < 0) this.entries.push(entry);
    else this.entries.splice(next, 0, entry);
  }

  has(account: AccountId): boolean {
    return this.entries.some((entry) => entry.account === account);
  }

  /**
   * Who takes `lots` (signed as the position that is given up) at `price`, in account order, with the room it has: up to
   * its limit, and no more than leaves it the initial margin of what it then holds. Nobody takes from itself.
   */
  takers(instrument: InstrumentId, lots: Lots, price: Ticks, from: AccountId): Volunteer[] {
    const { margin, positions, instruments } = this.state;
    const mark = margin.mark[instrument];
    const side = lots > 0 ? 1 : -1;
    const gain = side * (mark - price);
    const takers: Volunteer[] = [];
    for (const { account, instrument: of, lots: limit, discount } of this.entries) {
      // In millionths of the mark on both sides: whole numbers.
      if (of !== instrument || account === from || gain * PPM < discount * mark) continue;
      const affords = (size: Lots) =>
        margin.availableWith(account, instrument, side, size, tradeValue(instruments[instrument - 1], size, price)) >= 0;
      let room = Math.min(Math.abs(lots), Math.max(0, limit - side * positions.lotsOf(account, instrument)));
      if (room > 0 && !affords(room)) {
        let least = 0;
        while (room - least > 1) {
          const middle = Math.floor((least + room) / 2);
          if (affords(middle)) least = middle;
          else room = middle;
        }
        room = least;
      }
      if (room > 0) takers.push({ account, discount, room });
    }
    return takers;
  }
}
