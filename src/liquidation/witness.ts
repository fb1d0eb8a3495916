// A market that remembers what it was asked, so that a record of a decision holds all that the decision was made from: how
// deep into which book, and which volunteers. Everything else that policies ask is about the account and stands in each record.

import type { AccountId, InstrumentId, Lots, Side, Ticks } from '../base/units.ts';
import type { Depth, Sweep } from '../market/depth.ts';
import type { BookView, MarketView } from '../market/market-view.ts';
import type { Volunteer } from '../market/volunteers.ts';

/** Who would have taken `lots`, signed as the position, at `price`. */
export interface Asked {
  readonly instrument: InstrumentId;
  readonly lots: Lots;
  readonly price: Ticks;
  readonly takers: readonly Volunteer[];
}

export class Witness {
  /** The market, to be asked in its place. */
  readonly market: MarketView;
  private readonly books = new Map<InstrumentId, WitnessedBook>();
  private readonly offers = new Map<string, Asked>();

  constructor(market: MarketView) {
    const book = (instrument: InstrumentId) => this.bookOf(market, instrument);
    const volunteers = {
      takers: (instrument: InstrumentId, lots: Lots, price: Ticks, from: AccountId) => {
        const takers = market.volunteers.takers(instrument, lots, price, from);
        // Whom nobody is named for, nobody took.
        if (takers.length > 0) this.offers.set(`${instrument}/${lots}/${price}`, { instrument, lots, price, takers });
        return takers;
      },
    };
    const own: Partial<MarketView> = { book, volunteers };
    this.market = new Proxy(market, {
      get: (target, name) => {
        if (name in own) return own[name as keyof MarketView];
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Who was found willing, in the order of asking. */
  get asked(): readonly Asked[] {
    return [...this.offers.values()];
  }

  /** The side of the book that an order of `side` meets, best first: to the deepest level looked at, and as far as `lots` would go. */
  levels(market: MarketView, instrument: InstrumentId, side: Side, lots: Lots, most: number): [price: Ticks, lots: Lots][] {
    const book = market.book(instrument);
    const deepest = this.books.get(instrument)?.deepest(side) ?? 0;
    const levels: [Ticks, Lots][] = [];
    let open = lots;
    for (let price = side > 0 ? book.bestAsk : book.bestBid; price !== 0;) {
      const isSeen = deepest !== 0 && (side > 0 ? price <= deepest : price >= deepest);
      if (!isSeen && (open <= 0 || levels.length >= most)) break;
      const there = book.lotsAt(side > 0 ? -1 : 1, price);
      levels.push([price, there]);
      open -= there;
      price = book.worse(side > 0 ? -1 : 1, price);
    }
    return levels;
  }

  private bookOf(market: MarketView, instrument: InstrumentId): WitnessedBook {
    let book = this.books.get(instrument);
    if (book === undefined) this.books.set(instrument, (book = new WitnessedBook(market.book(instrument))));
    return book;
  }
}

/** Looks up everything in the book itself. */
class WitnessedBook implements BookView {
  private readonly book: BookView;
  /** The deepest price looked at of asks and of bids, 0 for none. */
  private asks: Ticks = 0;
  private bids: Ticks = 0;
  private readonly swept: Sweep = { lots: 0, notional: 0, worst: 0 };

  constructor(book: BookView) {
    this.book = book;
  }

  /** Of the side that an order of `side` meets. */
  deepest(side: Side): Ticks {
    return side > 0 ? this.asks : this.bids;
  }

  get bestBid(): Ticks {
    return this.book.bestBid;
  }

  get bestAsk(): Ticks {
    return this.book.bestAsk;
  }

  get size(): number {
    return this.book.size;
  }

  best(side: Side): Ticks {
    return this.book.best(side);
  }

  worse(side: Side, price: Ticks): Ticks {
    const next = this.book.worse(side, price);
    this.look(side, next);
    return next;
  }

  lotsAt(side: Side, price: Ticks): Lots {
    this.look(side, price);
    return this.book.lotsAt(side, price);
  }

  levels(side: Side, from: Ticks, count: number, out: Depth): number {
    const found = this.book.levels(side, from, count, out);
    if (found > 0) this.look(side, out.price[found - 1]);
    return found;
  }

  sweep(side: Side, lots: Lots, limit: Ticks, out: Sweep = this.swept): Lots {
    const found = this.book.sweep(side, lots, limit, out);
    this.look(side > 0 ? -1 : 1, out.worst);
    return found;
  }

  fillable(side: Side, lots: Lots, limit: Ticks): Lots {
    return this.sweep(side, lots, limit);
  }

  forEachOrderOf: BookView['forEachOrderOf'] = (account, visit) => this.book.forEachOrderOf(account, visit);
  has: BookView['has'] = (order) => this.book.has(order);
  orderAccount: BookView['orderAccount'] = (order) => this.book.orderAccount(order);
  orderSide: BookView['orderSide'] = (order) => this.book.orderSide(order);
  orderPrice: BookView['orderPrice'] = (order) => this.book.orderPrice(order);
  orderLots: BookView['orderLots'] = (order) => this.book.orderLots(order);
  orderFlags: BookView['orderFlags'] = (order) => this.book.orderFlags(order);

  private look(side: Side, price: Ticks): void {
    if (price === 0) return;
    if (side < 0) this.asks = Math.max(this.asks, price);
    else this.bids = this.bids === 0 ? price : Math.min(this.bids, price);
  }
}
