// A market maker: Guéant–Lehalle–Fernandez-Tapia quotes around its own view of the price, with a ladder of orders behind
// the best one that is the depth of the book. When it quotes is a chart (quoting, widened, withdrawn), moved by the
// volatility it measures and by its losses; what it quotes is arithmetic. Its account has margin and can be liquidated.
//
// Draws: the stream `arrival`, once a wake, for the next wake. Nothing it hears or sends draws anything.

import { createActor, setup } from 'xstate';
import { coins, count, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, MICROS_PER_SECOND, MICROS_PER_YEAR, SELL, type Lots, type Side } from '../base/units.ts';
import type { MarketFeed } from '../market/feed.ts';
import { ORDER_POST_ONLY, Reason, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { askDistance, bidDistance, decayForMargin, skewPerVolatility } from './glft.ts';
import { OwnAccount } from './own-account.ts';
import { OwnOrders } from './own-orders.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  capital: money('5000000', 'What it deposits at the start; losses are measured against it.'),
  leverage: number(10, 'The leverage its account chooses, as a multiple.', { min: 1 }),
  inventory: coins('40', 'The most it holds, either way; near it only the other side is quoted in full.'),
  levels: count(8, 'Orders on each side.', { min: 1, max: 64 }),
  touch: coins('0.2', 'Size of the best order on each side.'),
  growth: number(1.5, 'Each further order is this many times the size of the one before it.', { min: 1, max: 4 }),
  reach: fraction('80bp', 'Distance from the best to the last order; those between lie closer to the best.', { min: 0, max: 0.5 }),
  margin: fraction('0.9bp', 'Half of the spread it asks for in calm weather, without inventory.', { min: 0.000001, max: 0.1 }),
  riskAversion: number(0.01, 'How strongly inventory shifts the quotes: γ ÷ k of the model.', { min: 0.000001 }),
  maxSkew: fraction('50bp', 'Inventory never shifts the quotes by more than this, whatever the volatility.', { min: 0, max: 0.5 }),
  fillRate: number(1, 'Fills a second it expects at the reference price: A of the model.', { min: 0.000001 }),
  interval: duration('500ms', 'Mean time between looks at the market; arrivals are Poisson.', { min: 1 }),
  tolerance: fraction('20%', 'An order is moved when it is off by more than this share of its distance from the reference price.', {
    min: 0,
    max: 1,
  }),
  basisMemory: duration('30s', 'Time over which it learns how far the market is from the index.', { min: 1 }),
  basisShare: fraction('50%', 'Share of that basis which it believes: its reference price is the index plus this much of it.', {
    min: 0,
    max: 1,
  }),
  volatilityMemory: duration('60s', 'Time over which it measures volatility.', { min: 1 }),
  calmVolatility: fraction('50%', 'Annual volatility up to which the weather is calm; above, distances grow in proportion.', {
    min: 0.0001,
  }),
  widenAt: number(3, 'Volatility, in multiples of calm, at which it widens.', { min: 1 }),
  withdrawAt: number(15, 'Volatility, in multiples of calm, at which it withdraws.', { min: 1 }),
  widenLoss: fraction('4%', 'Recent loss, as a share of capital, at which it widens.', { min: 0 }),
  withdrawLoss: fraction('12%', 'Recent loss, as a share of capital, at which it withdraws.', { min: 0 }),
  lossMemory: duration('10m', 'Time over which it gets over a loss.', { min: 1 }),
  widenedDistance: number(2, 'While widened, distances are multiplied by this.', { min: 1 }),
  widenedSize: fraction('40%', 'While widened, sizes are multiplied by this.', { min: 0, max: 1 }),
  widest: fraction('5%', 'No order is farther than this from the reference price.', { min: 0, max: 0.5 }),
  recovery: duration('30s', 'How long the weather must be better before it comes back one step.', { min: 0 }),
};

/** What the weather allows. `quoting` in full; `widened` farther and smaller; `withdrawn` no orders; `retired` for good. */
const stance = setup({ types: { events: {} as { type: 'calm' | 'strain' | 'alarm' | 'liquidated' } } }).createMachine({
  id: 'market-maker',
  initial: 'quoting',
  on: { liquidated: '.retired' },
  states: {
    quoting: { on: { strain: 'widened', alarm: 'withdrawn' } },
    widened: { on: { calm: 'quoting', alarm: 'withdrawn' } },
    withdrawn: { on: { calm: 'widened', strain: 'widened' } },
    retired: { type: 'final' },
  },
});

/** In the order of severity: a step up is taken at once, a step down only after `recovery`. */
const WEATHER = ['calm', 'strain', 'alarm'] as const;
/** Below the level that raised the weather by this factor it counts as better: no flutter at the threshold. */
const HYSTERESIS = 0.8;
const NO_MARGIN = Reason['insufficient-margin'];
const { Wake, OrderRejected, LiquidationStarted, LiquidationClosed } = Type;

class MarketMaker implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly orders: OwnOrders;
  private readonly arrival: Rng;
  private readonly stance;
  /** Tags of the orders of the ladder, best first; 0 where there is none. */
  private readonly bids: Int32Array;
  private readonly asks: Int32Array;
  /** Of each level: distance behind the best, as a share of `reach`, and size in lots, unrounded. */
  private readonly depths: Float64Array;
  private readonly sizes: Float64Array;
  private readonly skewPerVolatility: number;
  private readonly calm: number;
  private weather = 0;
  /** The weather has been better than `#weather` since then; −1: it is not. */
  private betterSince = -1;
  private seenAt = -1;
  private seenMark = 0;
  /** Relative variance a second. */
  private variance: number;
  private basis = 0;
  private peak: number;
  /** Below 1 while the exchange says that there is not enough margin for the ladder. */
  private credit = 1;
  private refused = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.capital, values.leverage);
    this.orders = new OwnOrders(context, this.account.id, 2 * values.levels);
    this.arrival = context.rng('arrival');
    this.stance = createActor(stance, { id: context.name, clock: context.clock });
    this.stance.start();
    this.bids = new Int32Array(values.levels);
    this.asks = new Int32Array(values.levels);
    this.depths = new Float64Array(values.levels);
    this.sizes = new Float64Array(values.levels);
    let size = values.touch;
    for (let i = 0; i < values.levels; i++) {
      // Squared: dense near the touch, where trading is, and thin where only a crash comes.
      this.depths[i] = values.levels > 1 ? (i / (values.levels - 1)) * (i / (values.levels - 1)) : 0;
      this.sizes[i] = size;
      size *= values.growth;
    }
    const x = values.riskAversion;
    const decay = decayForMargin(values.margin, x);
    this.skewPerVolatility = skewPerVolatility({ decay, fillRate: values.fillRate, riskAversion: x * decay });
    this.calm = values.calmVolatility / Math.sqrt(MICROS_PER_YEAR / MICROS_PER_SECOND);
    this.variance = this.calm * this.calm;
    this.peak = this.account.cash;
  }

  start(): void {
    this.await();
  }

  handle(message: Message): void {
    const type = message.type;
    if (type === Wake) {
      if (this.account.liquidated) return;
      this.await();
      this.look();
      return;
    }
    this.account.heard(message);
    this.orders.heard(message);
    if (type === OrderRejected) this.refused ||= message.reason === NO_MARGIN;
    else if (type === LiquidationStarted) this.orders.cancelAll();
    else if (type === LiquidationClosed && this.account.liquidated) this.stance.send({ type: 'liquidated' });
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), 0);
  }

  private look(): void {
    const feed = this.context.feed(this.context.instrument);
    if (!feed.open) {
      this.seenAt = -1;
      return;
    }
    this.measure(feed);
    this.decide(feed);
    if (this.account.inLiquidation) return;
    const phase = this.stance.getSnapshot().value;
    if (phase === 'withdrawn' || phase === 'retired') this.orders.cancelAll();
    else this.quote(feed, phase === 'widened');
  }

  /** Volatility of the mark and the market's basis to the index, both exponentially weighted over time. */
  private measure(feed: MarketFeed): void {
    const { now } = this.context;
    const { volatilityMemory, basisMemory } = this.values;
    const since = now - this.seenAt;
    if (this.seenAt >= 0 && since > 0) {
      const move = feed.mark / this.seenMark - 1;
      const weight = since / (volatilityMemory + since);
      this.variance += weight * ((move * move * MICROS_PER_SECOND) / since - this.variance);
      if (feed.bid > 0 && feed.ask > 0) {
        const basis = (feed.bid + feed.ask) / 2 - feed.index;
        this.basis += (since / (basisMemory + since)) * (basis - this.basis);
      }
      // A loss is forgotten slowly: the peak it is measured from comes down to what there is.
      const equity = this.account.equity(feed.mark);
      const forget = since / (this.values.lossMemory + since);
      this.peak = equity >= this.peak ? equity : this.peak + forget * (equity - this.peak);
    }
    this.seenAt = now;
    this.seenMark = feed.mark;
  }

  private decide(feed: MarketFeed): void {
    const { widenAt, withdrawAt, widenLoss, withdrawLoss, capital, recovery } = this.values;
    const { now } = this.context;
    const volatility = Math.sqrt(this.variance) / this.calm;
    const loss = (this.peak - this.account.equity(feed.mark)) / capital;
    const at = (factor: number) =>
      volatility > withdrawAt * factor || loss > withdrawLoss * factor
        ? 2
        : volatility > widenAt * factor || loss > widenLoss * factor
          ? 1
          : 0;
    if (at(1) > this.weather) {
      this.weather = at(1);
      this.betterSince = -1;
      this.stance.send({ type: WEATHER[this.weather] });
    } else if (at(HYSTERESIS) >= this.weather) this.betterSince = -1;
    else if (this.betterSince < 0) this.betterSince = now;
    else if (now - this.betterSince >= recovery) {
      this.weather--;
      this.betterSince = now;
      this.stance.send({ type: WEATHER[this.weather] });
    }
  }

  private quote(feed: MarketFeed, widened: boolean): void {
    const { touch, inventory, basisShare, widenedDistance, widenedSize } = this.values;
    if (this.refused) this.credit = Math.max(this.credit / 2, 1 / 64);
    else this.credit = Math.min(1, this.credit * 1.02);
    this.refused = false;
    const reference = feed.index + basisShare * this.basis;
    const sigma = Math.sqrt(this.variance);
    const width = Math.max(1, sigma / this.calm) * (widened ? widenedDistance : 1);
    const size = (widened ? widenedSize : 1) * this.credit;
    const margin = this.values.margin * width;
    const held = this.account.lots / touch;
    const skew = Math.min(this.skewPerVolatility * sigma, this.values.maxSkew / (Math.abs(held) + 0.5));
    const bid = bidDistance(margin, skew, held);
    const ask = askDistance(margin, skew, held);
    // The side the price moves towards first, so that the maker's own orders never stand in its way.
    const down = this.bids[0] > 0 && this.orders.isLive(this.bids[0]) && this.orders.price(this.bids[0]) > reference * (1 - bid);
    if (down) this.quoteSide(BUY, feed, reference, bid, width, size, inventory - this.account.lots);
    this.quoteSide(SELL, feed, reference, ask, width, size, inventory + this.account.lots);
    if (!down) this.quoteSide(BUY, feed, reference, bid, width, size, inventory - this.account.lots);
  }

  /** Brings one side of the ladder to where it should be; `room` is how many lots it may trade in all. */
  private quoteSide(side: Side, feed: MarketFeed, reference: number, best: number, width: number, size: number, room: Lots): void {
    const { reach, widest, tolerance, levels, margin } = this.values;
    const tags = side === BUY ? this.bids : this.asks;
    const { bid, ask } = feed;
    for (let i = 0; i < levels; i++) {
      const tag = tags[i];
      const live = this.orders.isLive(tag);
      const lots = Math.min(Math.max(1, Math.round(this.sizes[i] * size)), Math.floor(room));
      const distance = Math.min(best + this.depths[i] * reach * width, widest);
      let price = side === BUY ? Math.floor(reference * (1 - distance)) : Math.ceil(reference * (1 + distance));
      // Behind the opposite quote: its orders are post-only.
      if (side === BUY) price = ask > 0 ? Math.min(price, ask - 1) : price;
      else price = Math.max(price, bid + 1);
      if (lots < 1 || price < 1) {
        if (live) this.orders.cancel(tag);
        continue;
      }
      room -= lots;
      if (!live) tags[i] = this.orders.place(side, price, lots, ORDER_POST_ONLY);
      else {
        const off = Math.abs(this.orders.price(tag) - price);
        const open = this.orders.lots(tag);
        const allowed = Math.max(1, tolerance * reference * Math.max(distance, margin));
        if (off > allowed || open * 2 < lots || open > lots * 1.5) this.orders.amend(tag, price, lots);
      }
    }
  }
}

export const marketMaker = traderKind({
  kind: 'market-maker',
  doc: 'Quotes both sides and is the depth of the book; widens and withdraws under volatility and losses.',
  params,
  create: (context, values) => new MarketMaker(context, values),
});
