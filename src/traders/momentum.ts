// The chartist: it follows the trend of the mid between a fast and a slow moving average, either in proportion (saturating,
// as in the extended Chiarella model) or by the sign of their cross (as in ABIDES), and pays the spread to do so.
//
// Draws: the stream `arrival`, once a wake. Nothing else is random.

import { expm1 } from '../base/math.ts';
import { choice, coins, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, SELL, type Side } from '../base/units.ts';
import { ORDER_IOC, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { haltNear } from './halt-nearness.ts';
import { OwnAccount } from './own-account.ts';
import { OwnOrders } from './own-orders.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  interval: duration('37s', 'Mean time between looks at the market; arrivals are Poisson.', { min: 1 }),
  rule: choice(
    ['trend', 'cross'],
    'trend',
    '`trend`: a position in proportion to the trend, saturating; `cross`: all or nothing, by its sign.',
  ),
  fast: duration('3m', 'Memory of the fast average of the mid.', { min: 1 }),
  slow: duration('10m', 'Memory of the slow average of the mid.', { min: 1 }),
  strength: fraction('0.2%', 'Difference of the averages at which a trend counts as strong (76 % of the whole position).', {
    min: 0.000001,
  }),
  position: coins('2', 'The most it holds, either way.'),
  order: coins('0.5', 'The most it sends at once.'),
  slippage: fraction('10bp', 'How far through the quote it is ready to trade.', { min: 0, max: 0.5 }),
  hasten: fraction('0%', 'How near an announced halt it takes its whole position towards it, while it can; 0% for never.', {
    min: 0,
    max: 0.9,
    quiet: true,
  }),
  cash: money('200000', 'What it deposits at the start.'),
  leverage: number(5, 'The leverage its account chooses, as a multiple.', { min: 1 }),
};

const { Wake } = Type;

/** Hyperbolic tangent; the end of its range is reached long before ±20. */
export function tanh(x: number): number {
  const t = expm1(2 * Math.max(-20, Math.min(20, x)));
  return t / (t + 2);
}

class MomentumTrader implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly orders: OwnOrders;
  private readonly arrival: Rng;
  private fast = 0;
  private slow = 0;
  private seenAt = -1;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.cash, values.leverage);
    this.orders = new OwnOrders(context, this.account.id, 1);
    this.arrival = context.rng('arrival');
  }

  start(): void {
    this.await();
  }

  handle(message: Message): void {
    if (message.type === Wake) {
      this.await();
      this.look();
    } else this.account.heard(message);
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), 0);
  }

  private look(): void {
    const { now } = this.context;
    const { rule, fast, slow, strength, position, order, slippage, hasten } = this.values;
    const feed = this.context.feed(this.context.instrument);
    if (!feed.open) return;
    const { bid, ask } = feed;
    const price = bid > 0 && ask > 0 ? (bid + ask) / 2 : feed.mark;
    if (this.seenAt < 0) this.fast = this.slow = price;
    else {
      const since = now - this.seenAt;
      this.fast -= expm1(-since / fast) * (price - this.fast);
      this.slow -= expm1(-since / slow) * (price - this.slow);
    }
    this.seenAt = now;
    if (this.account.inLiquidation || this.account.liquidated) return;
    const trend = this.fast / this.slow - 1;
    const towards = haltNear(feed, hasten);
    const wanted = Math.round(position * (towards !== 0 ? towards : rule === 'cross' ? Math.sign(trend) : tanh(trend / strength)));
    const missing = wanted - this.account.lots;
    const side: Side = missing > 0 ? BUY : SELL;
    const quote = side === BUY ? ask : bid;
    if (missing === 0 || quote === 0) return;
    const limit = side === BUY ? Math.ceil(quote * (1 + slippage)) : Math.max(1, Math.floor(quote * (1 - slippage)));
    this.orders.take(side, limit, Math.min(Math.abs(missing), order), ORDER_IOC);
  }
}

export const momentum = traderKind({
  kind: 'momentum',
  doc: 'Follows the trend of the mid.',
  params,
  create: (context, values) => new MomentumTrader(context, values),
});
