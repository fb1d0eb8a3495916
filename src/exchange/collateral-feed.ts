// Where the prices of collateral come from: a path, the same for everybody, on top of it named shocks and what sales here do to
// the venue's own book; and of that what the venue's oracle makes of it. Sales are orders of one book that is not simulated
// order by order: so much money moves its price by 1 %, half of which is back after a while.

import { exp } from '../base/math.ts';
import { mulDivCeil, mulDivFloor } from '../base/rounding.ts';
import { PPM, type ActorId, type InstrumentId, type Micros, type Ppm, type Quote, type Ticks } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import type { AssetId } from '../market/collateral.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';
import type { Path } from '../paths/path.ts';
import type { Impact } from './impact.ts';
import { Oracle, type OracleRules } from './oracle.ts';

export interface CollateralPrices {
  /** The price elsewhere, and on the venue's own books but for what is sold there: shocks of either included. */
  readonly elsewhere: Path;
  readonly own: Path;
  readonly interval: Micros;
  readonly oracle: OracleRules;
  /** Net sales, in quote units, that move the own price by 1 %; 0: none do. */
  readonly depth: Quote;
  /** Half-life of the way back; 0: there is none. */
  readonly recovery: Micros;
  /** Paid by whoever trades the asset of his own will. */
  readonly fee: Ppm;
  /** When named shocks begin, to be told to readers. */
  readonly shocks: readonly Micros[];
}

export interface CollateralFeedOptions {
  readonly context: ActorContext<Message>;
  readonly market: Market;
  readonly gateway: ActorId;
  /** By asset: whose forced sales moved the own price. */
  readonly impacts: readonly Impact[];
  /** By asset id. */
  readonly prices: readonly CollateralPrices[];
}

/** Of an asset's own book: by how much, in logarithms, trades have moved it, and when that was last looked at. */
interface Pushed {
  log: number;
  at: Micros;
}

const WAKE_PRICE = 0;
const SHOCK = 1;

export class CollateralFeed {
  private readonly impacts: readonly Impact[];
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly gateway: ActorId;
  private readonly prices: readonly CollateralPrices[];
  private readonly pushed: Pushed[] = [];
  private readonly oracles: Oracle[] = [];
  /** The same without what forced sales did. */
  private readonly unforced: Oracle[] = [];

  constructor({ context, market, gateway, impacts, prices }: CollateralFeedOptions) {
    this.context = context;
    this.market = market;
    this.gateway = gateway;
    this.prices = prices;
    this.impacts = impacts;
    prices.forEach(({ oracle }, asset) => {
      this.pushed[asset] = { log: 0, at: 0 };
      this.oracles[asset] = new Oracle(oracle);
      this.unforced[asset] = new Oracle(oracle);
    });
  }

  get id(): ActorId {
    return this.context.id;
  }

  start(): void {
    this.prices.forEach(({ shocks }, asset) => {
      this.context.wake(this.context.now, 2 * asset + WAKE_PRICE);
      shocks.forEach((at, tag) => (this.context.wake(at, 2 * asset + SHOCK).amount = tag));
    });
  }

  handle(message: Message): void {
    if (message.type === Type.TradeCollateral) return this.trade(message);
    if (message.type === Type.CollateralConverted && message.from === this.gateway) return this.converted(message);
    if (message.type !== Type.Wake || message.from !== this.context.id) return;
    const asset = message.tag >> 1;
    if ((message.tag & 1) === SHOCK) this.announce(asset, message.amount);
    else this.publish(asset);
  }

  /** The price on the venue's own books now: what a small trade would be done at. */
  ownPrice(asset: AssetId): Ticks {
    return moved(this.prices[asset].own.price(this.context.now), this.push(asset));
  }

  private publish(asset: AssetId): void {
    const { own, elsewhere, interval } = this.prices[asset];
    const { now } = this.context;
    const [there, here] = [elsewhere.price(now), own.price(now)];
    const price = moved(here, this.push(asset));
    const part = Math.round(this.impacts[asset].settle(price, here));
    const counted = this.oracles[asset].price(price, there);
    const withoutSales = this.unforced[asset].price(Math.max(1, price - part), there);
    const draft = this.context.send(this.gateway, Type.CollateralPriced);
    draft.asset = asset;
    draft.price = counted;
    draft.liquidationPart = counted - withoutSales;
    this.context.wake(now + interval, 2 * asset + WAKE_PRICE);
  }

  private announce(asset: AssetId, tag: number): void {
    const draft = this.context.send(this.gateway, Type.CollateralShock);
    draft.asset = asset;
    draft.price = this.ownPrice(asset);
    draft.tag = tag;
  }

  /** The venue sold what it took from somebody: the price follows, and remembers whose case it was. */
  private converted({ asset, flags: units, case: liquidation }: Message): void {
    if (asset === 0) return;
    const before = this.ownPrice(asset);
    this.move(asset, -this.market.collateral.held.worth(asset, units, before));
    this.impacts[asset].record(liquidation, this.ownPrice(asset) - before);
  }

  /** Somebody trades the asset on this venue's book, with coins and money that are not in his account: at the price between before and after. */
  private trade({ from, account, asset, flags: units }: Message): void {
    const { market } = this;
    if (!market.collateral.held.isAsset(asset) || units === 0 || market.owner(account) !== from) return;
    const size = Math.abs(units);
    const before = this.ownPrice(asset);
    this.move(asset, Math.sign(units) * market.collateral.held.worth(asset, size, before));
    // Rounded against the trader, like the fee.
    const between = (before + this.ownPrice(asset)) / 2;
    const price = Math.max(1, units > 0 ? Math.ceil(between) : Math.floor(between));
    const { numerator, denominator } = market.collateral.held.assets[asset - 1];
    const value = (units > 0 ? mulDivCeil : mulDivFloor)(size, price * numerator, denominator);
    const draft = this.context.send(from, Type.CollateralTraded);
    draft.account = account;
    draft.asset = asset;
    draft.price = price;
    draft.amount = (units > 0 ? -value : value) - mulDivCeil(value, this.prices[asset].fee, PPM);
    draft.flags = units;
  }

  private push(asset: AssetId): number {
    const pushed = this.pushed[asset];
    const { recovery } = this.prices[asset];
    const { now } = this.context;
    if (pushed.log !== 0 && recovery > 0) {
      pushed.log *= exp((-Math.LN2 * (now - pushed.at)) / recovery);
      if (Math.abs(pushed.log) < NOTHING) pushed.log = 0;
    }
    pushed.at = now;
    return pushed.log;
  }

  /** Money that buys (positive) or sells. */
  private move(asset: AssetId, value: Quote): void {
    const { depth } = this.prices[asset];
    if (depth === 0) return;
    const log = this.push(asset) + value / depth / 100;
    this.pushed[asset].log = Math.max(-DEEPEST, Math.min(DEEPEST, log));
  }
}

/** A thousandth of a basis point. */
const NOTHING = 1e-7;
/** A book that is sold down to a two-thousandth of its price is empty. */
const DEEPEST = 7.6;

function moved(price: Ticks, log: number): Ticks {
  return log === 0 ? price : Math.max(1, Math.min(MAX_TICKS, Math.round(price * exp(log))));
}

/** What a message can carry as a price. */
const MAX_TICKS = 2 ** 31 - 1;

/** A price that is a multiple of an instrument's index: `ratio` in millionths, `ticks` of the asset to one of the instrument. */
export function followingIndex(market: Market, instrument: InstrumentId, ratio: Path, ticks: number): Path {
  return {
    ...(ratio.memory === undefined ? {} : { memory: ratio.memory }),
    price: (at) => Math.max(1, Math.min(MAX_TICKS, Math.round((market.indexPrice(instrument) * ratio.price(at) * ticks) / PPM))),
  };
}
