// Where prices come from: the index (a path, moved by spot hedges where the scenario couples them), the mark by the
// venue's formula, and the funding rate. Each mark carries what moved it: index, liquidation flow, other flow.

import type { ActorContext } from '../kernel/actor.ts';
import { FundingRate } from '../market/funding-rate.ts';
import { entryValue, unitValue } from '../market/instrument.ts';
import type { Market } from '../market/market.ts';
import type { OrderBook, Sweep } from '../market/order-book.ts';
import { MarkPrice } from '../market/prices.ts';
import { Type, type Message } from '../messages.ts';
import type { Path } from '../paths/path.ts';
import { mulDivCeil } from '../base/rounding.ts';
import {
  PPM,
  type ActorId,
  type InstrumentId,
  type Lots,
  type Micros,
  type Ppm,
  type Quote,
  type Side,
  type Ticks,
} from '../base/units.ts';
import type { Impact } from './impact.ts';
import type { FundingEstimate } from './market-data.ts';
import { mid } from './mid.ts';

export interface InstrumentPrices {
  readonly path: Path;
  readonly mark: MarkPrice;
  readonly markInterval: Micros;
  readonly indexInterval: Micros;
  readonly funding: FundingRate | undefined;
  readonly fundingInterval: Micros;
  readonly firstFundingAt: Micros;
  readonly fundingSampleInterval: Micros;
  /** Notional for which the impact bid and ask are read. */
  readonly impactNotional: Quote;
  /** Share of the impact of spot hedges that reaches the index, as a fraction; 0 keeps the index exogenous. */
  readonly coupling: number;
  /** Net spot hedging that moves the index by 1 % at full coupling. */
  readonly spotDepth: Quote;
  /** When named shocks of the path begin, to be told to readers. */
  readonly shocks: readonly { readonly at: Micros; readonly tag: number }[];
}

const WAKE_INDEX = 1;
const WAKE_MARK = 2;
const WAKE_PREMIUM = 3;
const WAKE_FUNDING = 4;
const WAKE_SHOCK = 5;
const WAKES = 8;

export class PriceFeed implements FundingEstimate {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly impacts: readonly Impact[];
  private readonly gateway: ActorId;
  /** By instrument id. */
  private readonly prices: readonly InstrumentPrices[];
  /** What hedges moved the index by, in ticks: all of it, and the part that hedged liquidation flow. */
  private readonly hedged: number[] = [];
  private readonly hedgedLiquidations: number[] = [];
  private readonly nextFunding: Micros[] = [];
  private readonly swept: Sweep = { lots: 0, notional: 0, worst: 0 };

  constructor(options: {
    context: ActorContext<Message>;
    market: Market;
    impacts: readonly Impact[];
    gateway: ActorId;
    prices: readonly InstrumentPrices[];
  }) {
    this.context = options.context;
    this.market = options.market;
    this.impacts = options.impacts;
    this.gateway = options.gateway;
    this.prices = options.prices;
    for (const { id } of options.market.instruments) {
      this.hedged[id] = 0;
      this.hedgedLiquidations[id] = 0;
      this.nextFunding[id] = options.prices[id].firstFundingAt;
    }
  }

  fundingRate(instrument: InstrumentId): Ppm {
    return this.prices[instrument].funding?.estimate() ?? 0;
  }

  nextFundingAt(instrument: InstrumentId): Micros {
    return this.nextFunding[instrument];
  }

  start(): void {
    for (const { id } of this.market.instruments) {
      const prices = this.prices[id];
      const { now } = this.context;
      this.schedule(now, id, WAKE_INDEX);
      this.schedule(now, id, WAKE_MARK);
      for (const { at, tag } of prices.shocks) this.context.wake(at, id * WAKES + WAKE_SHOCK).amount = tag;
      if (prices.funding === undefined) continue;
      this.schedule(now + prices.fundingSampleInterval, id, WAKE_PREMIUM);
      this.schedule(prices.firstFundingAt, id, WAKE_FUNDING);
    }
  }

  handle(message: Message): void {
    if (message.type === Type.HedgeSpot) return this.hedge(message.instrument, message.lots);
    if (message.type === Type.TradeSpot) return this.tradeSpot(message);
    if (message.type !== Type.Wake || message.from !== this.context.id) return;
    const purpose = message.tag % WAKES;
    const instrument = (message.tag - purpose) / WAKES;
    if (purpose === WAKE_INDEX) this.publishIndex(instrument);
    else if (purpose === WAKE_MARK) this.publishMark(instrument);
    else if (purpose === WAKE_PREMIUM) this.samplePremium(instrument);
    else if (purpose === WAKE_FUNDING) this.settleFunding(instrument);
    else this.announceShock(instrument, message.amount);
  }

  private schedule(at: Micros, instrument: InstrumentId, purpose: number): void {
    this.context.wake(at, instrument * WAKES + purpose);
  }

  /** The index as it is now. Where path, shocks or hedges would take it out of the range of prices, it stays at its end. */
  index(instrument: InstrumentId): Ticks {
    return this.ranged(instrument, this.prices[instrument].path.price(this.context.now) + Math.round(this.hedged[instrument]));
  }

  private ranged(instrument: InstrumentId, price: Ticks): Ticks {
    const { minPrice, maxPrice } = this.market.instrument(instrument);
    return Math.max(minPrice, Math.min(maxPrice, price));
  }

  private publishIndex(instrument: InstrumentId): void {
    const draft = this.context.send(this.gateway, Type.IndexPublished);
    draft.instrument = instrument;
    draft.price = this.index(instrument);
    this.schedule(this.context.now + this.prices[instrument].indexInterval, instrument, WAKE_INDEX);
  }

  private publishMark(instrument: InstrumentId): void {
    const prices = this.prices[instrument];
    const index = this.index(instrument);
    const middle = mid(this.market, instrument) || index;
    const book = this.market.book(instrument);
    const last = this.market.lastPrice(instrument) || Math.round(middle);
    const impact = this.impacts[instrument];
    const part = impact.settle(middle, index);
    // The last price may be staler than the mid: its part is the same flow, and no more than its own distance from the index.
    const lastBasis = last - index;
    const lastPart = part < 0 ? Math.max(part, Math.min(lastBasis, 0)) : Math.min(part, Math.max(lastBasis, 0));
    prices.mark.update({
      index,
      mid: middle,
      last,
      bid: book.bestBid || middle,
      ask: book.bestAsk || middle,
      midPart: part,
      lastPart,
      fundingRate: prices.funding?.estimate() ?? 0,
      timeToFunding: this.nextFunding[instrument] - this.context.now,
      fundingInterval: prices.fundingInterval,
    });
    const { mark: unranged, markWithoutLiquidations } = prices.mark;
    const mark = this.ranged(instrument, unranged);
    const liquidationPart = unranged - markWithoutLiquidations + Math.round(this.hedgedLiquidations[instrument]);
    const draft = this.context.send(this.gateway, Type.MarkPublished);
    draft.instrument = instrument;
    draft.index = index;
    draft.price = mark;
    draft.liquidationPart = liquidationPart;
    draft.otherPart = mark - index - liquidationPart;
    this.schedule(this.context.now + prices.markInterval, instrument, WAKE_MARK);
  }

  private samplePremium(instrument: InstrumentId): void {
    const prices = this.prices[instrument];
    const index = this.market.indexPrice(instrument);
    const book = this.market.book(instrument);
    const lots = Math.max(1, Math.floor(prices.impactNotional / unitValue(this.market.instrument(instrument), index)));
    prices.funding?.sample(index, this.impactPrice(book, -1, lots), this.impactPrice(book, 1, lots));
    this.schedule(this.context.now + prices.fundingSampleInterval, instrument, WAKE_PREMIUM);
  }

  /** The average price at which an order of `side` for so many lots would fill, 0 when the book does not hold them. */
  private impactPrice(book: OrderBook, side: Side, lots: Lots): Ticks {
    return book.sweep(side, lots, 0, this.swept) < lots ? 0 : Math.round(this.swept.notional / lots);
  }

  private settleFunding(instrument: InstrumentId): void {
    const prices = this.prices[instrument];
    const rate = prices.funding?.settle() ?? 0;
    const draft = this.context.send(this.gateway, Type.FundingSettled);
    draft.instrument = instrument;
    draft.price = this.market.markPrice(instrument);
    draft.rate = rate;
    this.nextFunding[instrument] = this.context.now + prices.fundingInterval;
    this.schedule(this.nextFunding[instrument], instrument, WAKE_FUNDING);
  }

  private announceShock(instrument: InstrumentId, tag: number): void {
    const draft = this.context.send(this.gateway, Type.Shock);
    draft.instrument = instrument;
    draft.price = this.index(instrument);
    draft.tag = tag;
  }

  /**
   * Somebody trades spot with money and coins that are not in his account, and is told what it cost: at the index between before
   * and after what `spotDepth` says the trade moves the venue by, whatever of that reaches the index here, and a taker's fee.
   */
  private tradeSpot({ from, account, instrument, lots }: Message): void {
    if (this.prices[instrument] === undefined || lots === 0 || this.market.owner(account) !== from) return;
    const contract = this.market.instrument(instrument);
    const before = this.index(instrument);
    const move = ((lots * unitValue(contract, before)) / this.prices[instrument].spotDepth / 100) * before;
    const between = before + move / 2;
    const price = this.ranged(instrument, lots > 0 ? Math.ceil(between) : Math.floor(between));
    const value = entryValue(contract, lots, price);
    this.hedge(instrument, lots, false);
    const draft = this.context.send(from, Type.SpotTraded);
    draft.account = account;
    draft.instrument = instrument;
    draft.lots = lots;
    draft.price = price;
    draft.amount = 0 - value - mulDivCeil(Math.abs(value), contract.takerFeePpm, PPM);
  }

  /** A spot trade moves the index; as much of it as the basis owes to liquidation flow counts as that, where it `carries` it over. */
  private hedge(instrument: InstrumentId, lots: Lots, carries = true): void {
    const prices: InstrumentPrices | undefined = this.prices[instrument];
    // A hedge in what is not traded here moves nothing.
    if (prices === undefined || prices.coupling === 0) return;
    const index = this.market.indexPrice(instrument);
    const value = lots * unitValue(this.market.instrument(instrument), index);
    const move = ((value / prices.spotDepth) * index * prices.coupling) / 100;
    const middle = mid(this.market, instrument);
    const basis = middle - index;
    const part = this.impacts[instrument].settle(middle, index);
    const share = carries && basis !== 0 && Math.sign(basis) === Math.sign(move) ? Math.min(1, Math.abs(part / basis)) : 0;
    const hedged = this.hedged[instrument] + move;
    this.hedged[instrument] = hedged;
    // As with the book: what other hedges took back is gone.
    this.hedgedLiquidations[instrument] = Math.max(
      Math.min(hedged, 0),
      Math.min(this.hedgedLiquidations[instrument] + move * share, Math.max(hedged, 0)),
    );
  }
}
