// What became of collateral in a run, for the headline: the prices at which it counted, and what was sold by force.

import { fromUnits } from '../base/decimal.ts';
import { PPM, type ActorId, type Ticks } from '../base/units.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';
import { Total } from './total.ts';

/** By symbol. Prices and money in the settlement asset, amounts in coins: plain decimal strings. */
export interface CollateralFigure {
  /** At which it counted; the fraction of its value that did not count at the end. */
  readonly price: { readonly start: string; readonly low: string; readonly end: string };
  readonly haircut: number;
  /** What came in, and of that what was sold by force, for how much, in how many sales. */
  readonly deposited: string;
  readonly sold: string;
  readonly proceeds: string;
  readonly sales: number;
}

interface Seen {
  start: Ticks;
  low: Ticks;
  end: Ticks;
  sales: number;
  readonly proceeds: Total;
}

const { CollateralConverted, CollateralPriced } = Type;

export class CollateralFigures {
  private readonly feed: ActorId;
  /** By asset. */
  private readonly seen: Seen[] = [];

  constructor(assets: readonly unknown[], feed: ActorId) {
    this.feed = feed;
    assets.forEach((_, i) => (this.seen[i + 1] = { start: 0, low: Infinity, end: 0, sales: 0, proceeds: new Total() }));
  }

  read({ type, from, to, asset, price, amount }: Message): void {
    if (this.feed === 0) return;
    if (type === CollateralPriced && from === this.feed) {
      const seen = this.seen[asset];
      if (seen.start === 0) seen.start = price;
      seen.low = Math.min(seen.low, price);
      seen.end = price;
    } else if (type === CollateralConverted && to === this.feed) {
      this.seen[asset].sales++;
      this.seen[asset].proceeds.add(amount);
    }
  }

  /** Undefined where the scenario has no collateral. */
  result({ collateral: { held }, settlement }: Market): Readonly<Record<string, CollateralFigure>> | undefined {
    if (held.count === 0) return undefined;
    return Object.fromEntries(
      held.assets.map(({ symbol, unit, tick }, i) => {
        const asset = i + 1;
        const { start, low, end, sales, proceeds } = this.seen[asset];
        const price = (ticks: Ticks) => fromUnits(ticks === 0 || ticks === Infinity ? held.price(asset) : ticks, tick);
        const figure: CollateralFigure = {
          price: { start: price(start), low: price(low), end: price(end) },
          haircut: held.terms(asset).haircut / PPM,
          deposited: fromUnits(held.deposited[asset], unit),
          sold: fromUnits(held.sold[asset], unit),
          proceeds: proceeds.decimal(settlement.unit),
          sales,
        };
        return [symbol, figure] as const;
      }),
    );
  }
}
