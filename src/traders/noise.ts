// The zero-intelligence trader (Smith, Farmer, Gillemot & Krishnamurthy 2003): limit orders at random distances behind the
// opposite quote, market orders, and a random lifetime for each limit order. Ignorant on purpose: what a market of these
// does, the rules of the market do. Its limit on inventory is the one thing it knows about itself.
//
// Draws: the streams `arrival`, `choice`, `distance`, `size` and `lifetime` are each drawn from once at every arrival,
// whatever becomes of the order and whether the market is open; what it hears draws nothing.

import { coins, count, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, SELL, type Side } from '../base/units.ts';
import { ORDER_MARKET, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { haltNear } from './halt-nearness.ts';
import { OwnAccount } from './own-account.ts';
import { OwnOrders } from './own-orders.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  interval: duration('2s', 'Mean time between its orders; arrivals are Poisson.', { min: 1 }),
  marketShare: fraction('15%', 'Share of its orders that are market orders; the others are limit orders.', { min: 0, max: 1 }),
  size: coins('0.1', 'Mean order size; sizes are exponential.'),
  window: fraction('1%', 'Limit orders fall within this distance of the opposite quote.', { min: 0, max: 0.5 }),
  concentration: count(1, 'How near the opposite quote: 1 spreads them evenly over the window, higher powers crowd them at its near end.', {
    min: 1,
    max: 8,
  }),
  lifetime: duration('12s', 'Mean lifetime of a limit order; lifetimes are exponential.', { min: 1 }),
  inventory: coins('5', 'At this position, either way, it only trades back.'),
  hasten: fraction('0%', 'How near an announced halt its orders towards it are market orders, while there is a market; 0% for never.', {
    min: 0,
    max: 0.9,
    quiet: true,
  }),
  cash: money('500000', 'What it deposits at the start.'),
  leverage: number(5, 'The leverage its account chooses, as a multiple.', { min: 1 }),
};

const { Wake } = Type;
/** The tag of the wake that brings the next order; other wakes carry the tag of the order whose time is up. */
const ARRIVAL = 0;

class NoiseTrader implements Trader {
  private readonly context: TraderContext;
  private readonly account: OwnAccount;
  private readonly orders: OwnOrders;
  private readonly arrival: Rng;
  private readonly choice: Rng;
  private readonly distance: Rng;
  private readonly size: Rng;
  private readonly lifetime: Rng;
  private readonly interval: number;
  private readonly meanLots: number;
  private readonly meanLife: number;
  private readonly window: number;
  private readonly concentration: number;
  private readonly inventory: number;
  private readonly marketShare: number;
  private readonly hasten: number;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.account = new OwnAccount(context, values.cash, values.leverage);
    // Live orders are Poisson with this mean; six standard deviations above it, an order too many is not sent.
    const mean = (values.lifetime / values.interval) * (1 - values.marketShare);
    this.orders = new OwnOrders(context, this.account.id, Math.ceil(mean + 6 * Math.sqrt(mean)) + 4);
    this.arrival = context.rng('arrival');
    this.choice = context.rng('choice');
    this.distance = context.rng('distance');
    this.size = context.rng('size');
    this.lifetime = context.rng('lifetime');
    this.interval = values.interval;
    this.meanLots = values.size;
    this.meanLife = values.lifetime;
    this.window = values.window;
    this.concentration = values.concentration;
    this.inventory = values.inventory;
    this.marketShare = values.marketShare;
    this.hasten = values.hasten;
  }

  start(): void {
    this.await();
  }

  handle(message: Message): void {
    if (message.type === Wake) {
      const tag = message.tag;
      if (tag === ARRIVAL) this.arrive();
      else this.orders.cancel(tag);
    } else {
      this.account.heard(message);
      this.orders.heard(message);
    }
  }

  private await(): void {
    const gap = Math.round(this.interval * this.arrival.exponential());
    this.context.wake(this.context.now + (gap > 1 ? gap : 1), ARRIVAL);
  }

  private arrive(): void {
    this.await();
    const choice = this.choice.next();
    const near = this.distance.next();
    const size = Math.round(this.meanLots * this.size.exponential());
    const life = Math.round(this.meanLife * this.lifetime.exponential());
    const context = this.context;
    const feed = context.feed(context.instrument);
    if (!feed.open || this.account.inLiquidation || this.account.liquidated) return;

    const lots = size > 1 ? size : 1;
    let side: Side = choice < 0.5 ? BUY : SELL;
    if (this.account.lots * side >= this.inventory) side = side === BUY ? SELL : BUY;
    const { bid, ask } = feed;
    if ((choice < 0.5 ? choice : choice - 0.5) * 2 < this.marketShare || haltNear(feed, this.hasten) === side) {
      if ((side === BUY ? ask : bid) > 0) this.orders.take(side, 0, lots, ORDER_MARKET);
      return;
    }
    // Anchored to the opposite quote, or in an empty half of the book to the own one, and so never to a fixed price: a
    // fixed box of prices ends as a book of one side.
    const mark = feed.mark;
    let depth = near;
    for (let power = 1; power < this.concentration; power++) depth *= near;
    const distance = 1 + Math.floor(depth * this.window * mark);
    const opposite = side === BUY ? (ask > 0 ? ask : bid > 0 ? bid + 2 : mark + 1) : bid > 0 ? bid : ask > 0 ? ask - 2 : mark - 1;
    const price = opposite - side * distance;
    if (price < 1) return;
    const tag = this.orders.place(side, price, lots, 0);
    if (tag > 0) context.wake(context.now + (life > 1 ? life : 1), tag);
  }
}

export const noise = traderKind({
  kind: 'noise',
  doc: 'Random orders around the quote (zero intelligence).',
  params,
  create: (context, values) => new NoiseTrader(context, values),
});
