// Keeps the perpetual near its index: sells it dear and buys it cheap, each trade hedged in spot, outside of a band that
// pays its costs. It is the other side of what leveraged longs hold, with little leverage and limited capital, which is
// why the basis can blow out. A hedge that the exchange takes away (auto-deleveraging) leaves it naked: it hedges again.
//
// Draws: the stream `arrival`, once a wake. Nothing else is random.

import { choice, coins, duration, flag, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, PPM, SELL, type Lots, type Quote, type Side, type Ticks } from '../base/units.ts';
import type { MarketFeed } from '../market/feed.ts';
import { FILL_DONE, ORDER_IOC, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { OwnAccount } from './own-account.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  capital: money('5000000', 'What it deposits at the start.'),
  leverage: number(2, 'The leverage its account chooses, as a multiple.', { min: 1 }),
  weight: number(1, 'Its share, among all with a weight, of balancing the opening positions; 0 starts flat.', { min: 0 }),
  inventory: coins('50', 'How far from its opening position it goes, either way.'),
  order: coins('1', 'The most it sends at once.'),
  interval: duration('1s', 'Mean time between looks at the market; arrivals are Poisson.', { min: 1 }),
  band: fraction('8bp', 'Gap between market and index beyond which it opens a trade: its costs both ways.', { min: 0, max: 1 }),
  exit: fraction('1bp', 'Gap within which it closes one.', { min: 0, max: 1 }),
  countFunding: flag(true, 'Whether the next funding payment counts as part of the gap.'),
  spotCoupling: fraction('0%', 'Share of its hedges that it reports as spot trades, which may move the index; 0 keeps them out of sight.', {
    min: 0,
    max: 1,
  }),
  rehedge: choice(['perpetual', 'spot'], 'perpetual', 'Where it closes the gap when the exchange has taken part of its position.'),
  slippage: fraction('50bp', 'How far through the quote it trades to hedge again.', { min: 0, max: 0.5 }),
  reserve: money('2000000', 'What it can add to its account when it is called, in all: gains of its spot side.'),
  topUp: fraction('25%', 'One top-up, as a share of capital.', { min: 0, max: 1 }),
  delay: duration('30s', 'Time from a margin call to its top-up.', { min: 0 }),
};

const { Wake, SubmitOrder, TopUp, HedgeSpot, OrderFilled, OrderCanceled, OrderRejected, MarginCalled } = Type;
const LOOK = 0;
const TOP_UP = 1;
// Orders: a trade against the index, hedged in spot when it fills, or the hedge of spot already held.
const HEDGED = 1;
const HEDGE = 2;

class Arbitrageur implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly arrival: Rng;
  /** What it holds without any arbitrage of its own. */
  private opening: Lots = 0;
  /** Spot held against the perpetual, signed; hedged is −spot. */
  private spot: Lots = 0;
  /** Spot trades not yet reported because they were less than a lot. */
  private unreported = 0;
  private reserve: Quote;
  /** An order is on its way or being answered: what the account holds is not known. */
  private waiting = false;
  private called = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.capital, values.leverage);
    this.reserve = values.reserve;
    this.arrival = context.rng('arrival');
    if (values.weight > 0) context.balanceOpening(this.account.id, context.instrument, values.weight);
  }

  start(): void {
    const { instrument } = this.context;
    this.opening = this.context.openingLots(this.account.id, instrument);
    this.account.open(this.opening, this.context.feed(instrument).mark);
    this.spot = -this.opening + 0;
    this.await();
  }

  handle(message: Message): void {
    const { type } = message;
    if (type === Wake) {
      if (message.tag === TOP_UP) this.topUp();
      else {
        this.await();
        this.look();
      }
      return;
    }
    this.account.heard(message);
    if (type === OrderFilled) {
      const traded = message.side * message.lots;
      if ((message.flags & FILL_DONE) !== 0) this.waiting = false;
      if (message.tag === HEDGED) this.tradeSpot(-traded);
    } else if (type === OrderCanceled || type === OrderRejected) this.waiting = false;
    else if (type === MarginCalled && !this.called && this.reserve > 0) {
      this.called = true;
      this.context.wake(this.context.now + this.values.delay, TOP_UP);
    }
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), LOOK);
  }

  private look(): void {
    const feed = this.context.feed(this.context.instrument);
    if (!feed.open || this.waiting || this.account.inLiquidation) return;
    // Its capital is gone: the spot side is of no use any more.
    if (this.account.liquidated) return this.tradeSpot(-this.spot);
    const naked = -this.spot - this.account.lots;
    if (naked !== 0) this.hedgeAgain(feed, naked);
    else this.arbitrage(feed);
  }

  private hedgeAgain({ bid, ask }: MarketFeed, naked: Lots): void {
    const { rehedge, slippage, order } = this.values;
    if (rehedge === 'spot') {
      this.opening -= naked;
      return this.tradeSpot(naked);
    }
    const lots = Math.min(Math.abs(naked), order);
    if (naked > 0 && ask > 0) this.submit(BUY, Math.ceil(ask * (1 + slippage)), lots, HEDGE);
    else if (naked < 0 && bid > 0) this.submit(SELL, Math.floor(bid * (1 - slippage)), lots, HEDGE);
  }

  /** Opens beyond the band, closes within the exit; every gap is what a short gains, so buying has it negative. */
  private arbitrage({ bid, ask, index, fundingRate }: MarketFeed): void {
    const { band, exit, inventory, order, countFunding } = this.values;
    const funding = countFunding ? fundingRate / PPM : 0;
    const held = this.account.lots - this.opening;
    const gapToSell = bid / index - 1 + funding;
    const gapToBuy = ask / index - 1 + funding;
    if (bid > 0 && gapToSell > band && held > -inventory) {
      this.submit(SELL, Math.ceil(index * (1 + band - funding)), Math.min(order, inventory + held), HEDGED);
    } else if (ask > 0 && gapToBuy < -band && held < inventory) {
      this.submit(BUY, Math.floor(index * (1 - band - funding)), Math.min(order, inventory - held), HEDGED);
    } else if (held < 0 && ask > 0 && gapToBuy < exit) {
      this.submit(BUY, Math.floor(index * (1 + exit - funding)), Math.min(order, -held), HEDGED);
    } else if (held > 0 && bid > 0 && gapToSell > -exit) {
      this.submit(SELL, Math.ceil(index * (1 - exit - funding)), Math.min(order, held), HEDGED);
    }
  }

  private submit(side: Side, price: Ticks, lots: Lots, tag: number): void {
    if (price < 1) return;
    this.waiting = true;
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.account.id;
    draft.instrument = this.context.instrument;
    draft.side = side;
    draft.lots = lots;
    draft.price = price;
    draft.flags = ORDER_IOC;
    draft.tag = tag;
  }

  private tradeSpot(lots: Lots): void {
    if (lots === 0) return;
    this.spot += lots;
    this.unreported += lots * this.values.spotCoupling;
    const reported = Math.trunc(this.unreported);
    if (reported === 0) return;
    this.unreported -= reported;
    const draft = this.context.send(this.context.priceFeed, HedgeSpot);
    draft.instrument = this.context.instrument;
    draft.lots = reported;
  }

  private topUp(): void {
    this.called = false;
    if (this.account.inLiquidation || this.account.liquidated) return;
    const amount = Math.min(this.reserve, Math.round(this.values.capital * this.values.topUp));
    if (amount < 1) return;
    this.reserve -= amount;
    const draft = this.context.send(this.context.exchange, TopUp);
    draft.account = this.account.id;
    draft.amount = amount;
  }
}

export const arbitrageur = traderKind({
  kind: 'arbitrageur',
  doc: 'Trades the perpetual against its index outside a band of costs, hedged in spot; balances opening positions.',
  params,
  create: (context, values) => new Arbitrageur(context, values),
});
