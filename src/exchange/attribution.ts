// Whose doing is a liquidation? At the mark before, the account was safe. If it would still be safe had liquidation flow not
// moved the marks since, it is endogenous, the child of the case that pushed most; else index and other flow alone would have
// brought it down now, and it is a root.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type CaseId, type InstrumentId, type Ticks } from '../base/units.ts';
import { notional, valueOf } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Impact } from './impact.ts';

export class Attribution {
  private readonly market: MarketView;
  private readonly impacts: readonly Impact[];
  /** What liquidation flow has moved each mark by, now and at the mark before. */
  private readonly part: Ticks[] = [];
  private readonly partBefore: Ticks[] = [];

  constructor(market: MarketView, impacts: readonly Impact[]) {
    this.market = market;
    this.impacts = impacts;
    for (const { id } of market.instruments) {
      this.part[id] = 0;
      this.partBefore[id] = 0;
    }
  }

  /** A mark was published, of which `part` ticks are owed to liquidation flow. */
  marked(instrument: InstrumentId, part: Ticks): void {
    this.partBefore[instrument] = this.part[instrument];
    this.part[instrument] = part;
  }

  /** The position whose notional is largest: the one that a case is told by. 0 without positions. */
  worst(account: AccountId): InstrumentId {
    let worst = 0;
    let most = -1;
    this.market.forEachPosition(account, (instrument, lots) => {
      const value = notional(this.market.instrument(instrument), lots, this.market.markPrice(instrument));
      if (value > most) {
        most = value;
        worst = instrument;
      }
    });
    return worst;
  }

  /** The case whose orders brought this account down, through its position in `instrument`; 0 when it is a root. */
  parent(account: AccountId, instrument: InstrumentId): CaseId {
    if (!this.safeWithoutLiquidations(account)) return 0;
    return this.impacts[instrument].largestAgainst(Math.sign(this.market.positionLots(account, instrument)));
  }

  private safeWithoutLiquidations(account: AccountId): boolean {
    let equity = this.market.equity(account);
    let maintenance = 0;
    this.market.forEachPosition(account, (id, lots) => {
      const instrument = this.market.instrument(id);
      const part = this.part[id] - this.partBefore[id];
      const mark = this.market.markPrice(id);
      const price = Math.max(instrument.minPrice, mark - part);
      equity -= instrument.inverse
        ? valueOf(instrument, lots, mark) - valueOf(instrument, lots, price)
        : lots * part * instrument.multiplier;
      const value = notional(instrument, lots, price);
      const tiers = this.market.tiersOf(account, id);
      // Where it stays as it was at entry, the fee of closing alone follows the mark.
      maintenance +=
        instrument.maintenanceOn === 'mark'
          ? tiers.maintenance(value)
          : tiers.maintenance(Math.abs(this.market.entryValue(account, id))) + mulDivCeil(value, instrument.closingFeePpm, PPM);
    });
    return equity > maintenance;
  }
}
