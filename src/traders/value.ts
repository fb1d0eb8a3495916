// The fundamentalist: it believes in the index, give or take an opinion of its own that wanders and comes back, and wants
// a position in proportion to how mispriced the market is. It takes when the gain pays the fee, and otherwise quotes.
//
// Draws: the streams `arrival` and `opinion` once a wake each; nothing it hears draws anything.

import { exp, expm1 } from '../base/math.ts';
import { coins, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, SELL, type Side } from '../base/units.ts';
import { ORDER_IOC, ORDER_POST_ONLY, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { OwnAccount } from './own-account.ts';
import { OwnOrders } from './own-orders.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  interval: duration('10s', 'Mean time between looks at the market; arrivals are Poisson.', { min: 1 }),
  disagreement: fraction('0.1%', 'Standard deviation of its opinion about the value, around the index.', { min: 0, max: 1 }),
  memory: duration('30m', 'Time over which its opinion returns to the index.', { min: 1 }),
  width: fraction('1%', 'Mispricing at which it wants its whole position.', { min: 0.000001 }),
  position: coins('5', 'The most it holds, either way.'),
  order: coins('0.5', 'The most it sends at once.'),
  edge: fraction('6bp', 'Gain below which it does not take, and distance from its value at which it quotes.', { min: 0, max: 1 }),
  cash: money('500000', 'What it deposits at the start.'),
  leverage: number(5, 'The leverage its account chooses, as a multiple.', { min: 1 }),
};

const { Wake } = Type;

class ValueTrader implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly orders: OwnOrders;
  private readonly arrival: Rng;
  private readonly noise: Rng;
  /** In standard deviations; stationary from the start. */
  private opinion: number;
  private formedAt = 0;
  private quote = 0;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.cash, values.leverage);
    this.orders = new OwnOrders(context, this.account.id, 4);
    this.arrival = context.rng('arrival');
    this.noise = context.rng('opinion');
    this.opinion = this.noise.normal();
  }

  start(): void {
    this.formedAt = this.context.now;
    this.await();
  }

  handle(message: Message): void {
    if (message.type === Wake) {
      this.await();
      this.reconsider();
      this.trade();
    } else {
      this.account.heard(message);
      this.orders.heard(message);
    }
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), 0);
  }

  /** One exact step of an Ornstein–Uhlenbeck process. */
  private reconsider(): void {
    const time = (this.context.now - this.formedAt) / this.values.memory;
    this.formedAt = this.context.now;
    this.opinion = this.opinion * exp(-time) + Math.sqrt(-expm1(-2 * time)) * this.noise.normal();
  }

  private trade(): void {
    const { disagreement, width, position, order, edge } = this.values;
    const feed = this.context.feed(this.context.instrument);
    this.orders.cancel(this.quote);
    if (!feed.open || this.account.inLiquidation || this.account.liquidated) return;
    const { bid, ask } = feed;
    const value = feed.index * (1 + disagreement * this.opinion);
    const price = bid > 0 && ask > 0 ? (bid + ask) / 2 : feed.mark;
    const wanted = Math.round(position * Math.max(-1, Math.min(1, (value / price - 1) / width)));
    const missing = wanted - this.account.lots;
    if (missing === 0) return;
    const side: Side = missing > 0 ? BUY : SELL;
    const lots = Math.min(Math.abs(missing), order);
    // The worst price at which the trade still gains `edge`.
    const limit = side === BUY ? Math.floor(value * (1 - edge)) : Math.ceil(value * (1 + edge));
    if (limit < 1) return;
    if (side === BUY ? ask > 0 && ask <= limit : bid >= limit) this.orders.take(side, limit, lots, ORDER_IOC);
    else this.quote = this.orders.place(side, limit, lots, ORDER_POST_ONLY);
  }
}

export const value = traderKind({
  kind: 'value',
  doc: 'Trades towards its own noisy view of the index.',
  params,
  create: (context, values) => new ValueTrader(context, values),
});
