// Whose doing is a liquidation? At the mark before, the account was safe. If it would still be safe had liquidation flow not
// moved the marks since, it is endogenous, the child of the case that pushed most; else index and other flow alone would have
// brought it down now, and it is a root. Forced sales of collateral that move its price are liquidation flow too. So is margin
// that was raised because liquidations moved the price: of a rise, the share that liquidation flow had in the move since the
// rise before it.

import { mulDivCeil } from '../base/rounding.ts';
import { PPM, type AccountId, type CaseId, type InstrumentId, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { AssetId } from '../market/collateral.ts';
import { notional, valueOf } from '../market/instrument.ts';
import type { MarketView } from '../market/market-view.ts';
import type { Impact } from './impact.ts';

export class Attribution {
  private readonly market: MarketView;
  private readonly impacts: readonly Impact[];
  /** What liquidation flow has moved each mark by, now and at the mark before. */
  private readonly part: Ticks[] = [];
  private readonly partBefore: Ticks[] = [];
  /** The same by collateral asset. */
  private readonly sold: readonly Impact[];
  private readonly soldPart: Ticks[] = [];
  private readonly soldBefore: Ticks[] = [];

  /** By instrument: the maintenance factor in force, since which mark and liquidation flow, and what it were without that flow, over it. */
  private readonly factor: { now: Ppm; mark: Ticks; part: Ticks; without: number }[] = [];

  constructor(market: MarketView, impacts: readonly Impact[], sold: readonly Impact[] = []) {
    this.market = market;
    this.impacts = impacts;
    this.sold = sold;
    for (let asset = 1; asset < sold.length; asset++) this.soldPart[asset] = this.soldBefore[asset] = 0;
    for (const { id } of market.instruments) {
      this.part[id] = 0;
      this.partBefore[id] = 0;
      this.factor[id] = { now: PPM, mark: 0, part: 0, without: 1 };
    }
  }

  /** A mark was published, of which `part` ticks are owed to liquidation flow. */
  marked(instrument: InstrumentId, part: Ticks): void {
    this.partBefore[instrument] = this.part[instrument];
    this.part[instrument] = part;
    this.followMargin(instrument, part);
  }

  private followMargin(instrument: InstrumentId, part: Ticks): void {
    const { maintenance, grandfathered } = this.market.instrument(instrument).marginScale;
    const factor = this.factor[instrument];
    const mark = this.market.markPrice(instrument);
    factor.without = 1;
    if (factor.mark !== 0 && maintenance === factor.now) return;
    if (maintenance > factor.now && factor.mark !== 0 && !grandfathered) {
      const moved = mark - factor.mark;
      const share = moved === 0 ? 0 : Math.max(0, Math.min(1, (part - factor.part) / moved));
      factor.without = 1 - (share * (maintenance - factor.now)) / maintenance;
    }
    factor.now = maintenance;
    factor.mark = mark;
    factor.part = part;
  }

  /** A price of collateral was published, of which `part` ticks are owed to forced sales. */
  collateralPriced(asset: AssetId, part: Ticks): void {
    this.soldBefore[asset] = this.soldPart[asset];
    this.soldPart[asset] = part;
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
    const lost = this.lostBySales(account);
    const endogenous = this.safeWithoutLiquidations(account, 0);
    if (!endogenous && (lost.most <= 0 || !this.safeWithoutLiquidations(account, lost.sum))) return 0;
    if (!endogenous) return this.sold[lost.asset].largestAgainst(1);
    const pushed = this.impacts[instrument].largestAgainst(Math.sign(this.market.positionLots(account, instrument)));
    return pushed === 0 && lost.most > 0 ? this.sold[lost.asset].largestAgainst(1) : pushed;
  }

  /** What its collateral would count for more without the forced sales since the price before, and in which asset most. */
  private lostBySales(account: AccountId): { readonly sum: Quote; readonly most: Quote; readonly asset: AssetId } {
    const { held } = this.market.collateral;
    let [sum, most, worst] = [0, 0, 0];
    for (let asset = 1; asset < this.sold.length; asset++) {
      const price = held.price(asset);
      const without = Math.max(1, price - (this.soldPart[asset] - this.soldBefore[asset]));
      if (without === price) continue;
      const lost = held.valueAt(asset, account, without) - held.valueAt(asset, account, price);
      sum += lost;
      if (lost > most) [most, worst] = [lost, asset];
    }
    return { sum, most, asset: worst };
  }

  /** `sum` is what else it would have. */
  private safeWithoutLiquidations(account: AccountId, sum: Quote): boolean {
    let equity = this.market.equity(account) + sum;
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
      const { without } = this.factor[id];
      // Where it stays as it was at entry, the fee of closing alone follows the mark.
      const asked =
        instrument.maintenanceOn === 'mark'
          ? tiers.maintenance(value)
          : tiers.maintenance(Math.abs(this.market.entryValue(account, id))) + mulDivCeil(value, instrument.closingFeePpm, PPM);
      maintenance += without === 1 ? asked : Math.floor(asked * without);
    });
    return equity > maintenance;
  }
}
