// What participants see. Every interval the state of each instrument is copied once a latency class and put on its way;
// when it arrives it replaces what that class saw before. Nobody is woken: a feed is looked at, it does not interrupt.

import type { ActorContext } from '../kernel/actor.ts';
import type { MarketFeed } from '../market/feed.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';
import type { InstrumentId, Lots, Micros, Ppm, Ticks } from '../base/units.ts';

/** One publication, and what a participant holds: the fields are overwritten when the next one arrives. */
class Publication implements MarketFeed {
  at: Micros = 0;
  open = false;
  bid: Ticks = 0;
  ask: Ticks = 0;
  bidLots: Lots = 0;
  askLots: Lots = 0;
  last: Ticks = 0;
  mark: Ticks = 0;
  index: Ticks = 0;
  openInterest: Lots = 0;
  fundingRate: Ppm = 0;
  nextFundingAt: Micros = 0;
  haltBelow: Ticks = 0;
  haltAbove: Ticks = 0;

  copy(other: Publication): void {
    this.at = other.at;
    this.open = other.open;
    this.bid = other.bid;
    this.ask = other.ask;
    this.bidLots = other.bidLots;
    this.askLots = other.askLots;
    this.last = other.last;
    this.mark = other.mark;
    this.index = other.index;
    this.openInterest = other.openInterest;
    this.fundingRate = other.fundingRate;
    this.nextFundingAt = other.nextFundingAt;
    this.haltBelow = other.haltBelow;
    this.haltAbove = other.haltAbove;
  }
}

/** The publications of one instrument on their way to one class, oldest first, in a ring that is reused. */
class Channel {
  readonly seen = new Publication();
  private ring = [new Publication(), new Publication()];
  private first = 0;
  private count = 0;

  push(publication: Publication): void {
    if (this.count === this.ring.length) {
      const inOrder = this.ring.map((_, i) => this.ring[(this.first + i) % this.ring.length]);
      this.ring = [...inOrder, ...inOrder.map(() => new Publication())];
      this.first = 0;
    }
    this.ring[(this.first + this.count++) % this.ring.length].copy(publication);
  }

  arrive(): void {
    this.seen.copy(this.ring[this.first]);
    this.first = (this.first + 1) % this.ring.length;
    this.count--;
  }
}

/** What the price feed knows and the market does not. */
export interface FundingEstimate {
  fundingRate(instrument: InstrumentId): Ppm;
  nextFundingAt(instrument: InstrumentId): Micros;
}

/** What the circuit breaker lets people know. */
export interface HaltLevels {
  announced(instrument: InstrumentId): { readonly low: Ticks; readonly high: Ticks };
}

export class MarketData {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly funding: FundingEstimate;
  private readonly breaker: HaltLevels;
  private readonly interval: Micros;
  private readonly delays: Micros[] = [];
  /** By class, then by instrument id. */
  private readonly channels: Channel[][] = [];
  private readonly now = new Publication();

  constructor(options: {
    context: ActorContext<Message>;
    market: Market;
    funding: FundingEstimate;
    breaker: HaltLevels;
    interval: Micros;
  }) {
    this.context = options.context;
    this.market = options.market;
    this.funding = options.funding;
    this.breaker = options.breaker;
    this.interval = options.interval;
  }

  /** The class of participants whose market data takes `delay`; equal delays share one. */
  latencyClass(delay: Micros): number {
    const known = this.delays.indexOf(delay);
    if (known >= 0) return known;
    const channels = [new Channel(), ...this.market.instruments.map(() => new Channel())];
    // What is known before the run: the opening prices, of an empty book.
    for (const { id } of this.market.instruments) channels[id].seen.copy(this.look(id));
    this.channels.push(channels);
    return this.delays.push(delay) - 1;
  }

  feed(latencyClass: number, instrument: InstrumentId): MarketFeed {
    return this.channels[latencyClass][instrument].seen;
  }

  start(): void {
    this.context.wake(this.context.now, 0);
  }

  /** Hears itself only: publications on their way, and its timer. */
  handle(message: Message): void {
    if (message.from !== this.context.id) return;
    if (message.type === Type.FeedPublished) this.channels[message.tag][message.instrument].arrive();
    else if (message.type === Type.Wake) this.publish();
  }

  private publish(): void {
    for (const { id } of this.market.instruments) {
      const publication = this.look(id);
      for (let latencyClass = 0; latencyClass < this.delays.length; latencyClass++) {
        this.channels[latencyClass][id].push(publication);
        const draft = this.context.send(this.context.id, Type.FeedPublished, this.delays[latencyClass]);
        draft.instrument = id;
        draft.tag = latencyClass;
      }
    }
    this.context.wake(this.context.now + this.interval, 0);
  }

  private look(id: InstrumentId): Publication {
    const book = this.market.book(id);
    const publication = this.now;
    publication.at = this.context.now;
    // Whoever quotes may quote in an auction too; what it does not take is refused.
    publication.open = this.market.isOpen(id) || this.market.auction.isOn(id);
    publication.bid = book.bestBid;
    publication.ask = book.bestAsk;
    publication.bidLots = publication.bid === 0 ? 0 : book.lotsAt(1, publication.bid);
    publication.askLots = publication.ask === 0 ? 0 : book.lotsAt(-1, publication.ask);
    publication.last = this.market.lastPrice(id);
    publication.mark = this.market.markPrice(id);
    publication.index = this.market.indexPrice(id);
    publication.openInterest = this.market.openInterest(id);
    publication.fundingRate = this.funding.fundingRate(id);
    publication.nextFundingAt = this.funding.nextFundingAt(id);
    const { low, high } = this.breaker.announced(id);
    publication.haltBelow = low;
    publication.haltAbove = high;
    return publication;
  }
}
