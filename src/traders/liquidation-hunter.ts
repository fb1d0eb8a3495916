// It pushes the price to where others are liquidated, when its own estimate says that the push pays: it sells down to a
// cluster of longs (or buys up to one of shorts), lets their closing carry the price on, and buys back from it. It knows what
// everybody can know: the published open interest, from which it guesses who entered where at which leverage, and what its own
// orders did to the price. Instead of the book it may push the index venue, or an asset that others have as margin: then it bets
// on the book first, and what the push costs is money of its own elsewhere (`SpotTraded`, `CollateralTraded`).
//
// Draws: none. Everything it does follows from its parameters and what it sees.

import { assert } from '../base/assert.ts';
import { choice, coins, duration, fraction, money, number, text, type Values } from '../base/params.ts';
import { BUY, SELL, type Lots, type Micros, type Side, type Ticks } from '../base/units.ts';
import { ORDER_IOC, Type, type Message } from '../messages.ts';
import { OwnAccount } from './own-account.ts';
import { OwnOrders } from './own-orders.ts';
import { LiquidationMap } from './liquidation-map.ts';
import { bestCollateralPush, bestIndexPush, type OutsidePlan } from './outside-push.ts';
import { instrumentOf, traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  interval: duration('1s', 'Time between looks at the market.', { min: 1_000 }),
  cash: money('20000000', 'What it deposits at the start.'),
  leverage: number(5, 'The leverage its account chooses.', { min: 1 }),
  position: coins('400', 'The most that it sells, or buys, for one push.'),
  depth: coins('60', 'What moves the price by 1 %, as it believes at first; its own pushes teach it better.'),
  reach: fraction('3%', 'How far away it looks for clusters.', { min: 0.001, max: 0.5 }),
  carry: fraction('50%', 'Share of what forced closing would move the price by, without anybody against it, that it counts on.', {
    min: 0,
    max: 5,
  }),
  edge: fraction('0.2%', 'Expected profit a coin, over costs, from which a push is worth it.', { min: 0 }),
  fee: fraction('5bp', 'What it believes to pay for a trade.', { min: 0 }),
  push: duration('20s', 'How long a push takes at most.', { min: 1 }),
  hold: duration('15s', 'How long it waits for the cascade before it closes its position.', { min: 0 }),
  cover: duration('60s', 'How long closing takes.', { min: 1 }),
  rest: duration('5m', 'How long it rests after that.', { min: 0 }),
  pushes: choice(['mark', 'index', 'collateral'], 'mark', 'What it pushes: the book, the index venue, or the price of a collateral.', {
    quiet: true,
  }),
  asset: text('', 'The collateral that it pushes; the first one when left out.', { quiet: true }),
  venueDepth: money('5000000', 'Money that moves the price there by 1 %, as it believes at first.', { min: 1, quiet: true }),
  budget: money('20000000', 'The most that it trades there in one push.', { quiet: true }),
  deepest: fraction('30%', 'How far it would push a collateral.', { min: 0.001, max: 0.95, quiet: true }),
  undoing: fraction('50%', 'Share of a push that it expects to lose when it undoes it.', { min: 0, max: 5, quiet: true }),
  pledged: fraction('50%', 'Share of open interest that it believes to have the collateral as margin.', { min: 0, max: 1, quiet: true }),
};

const { CollateralTraded, SpotTraded, TradeCollateral, TradeSpot, Wake } = Type;
type Phase = 'watching' | 'betting' | 'pushing' | 'holding' | 'covering' | 'resting';

/** A push that was thought through. */
export interface Plan {
  /** Of the push: selling hunts longs. */
  readonly side: Side;
  readonly target: Ticks;
  readonly lots: Lots;
  /** Expected, in ticks a lot. */
  readonly profit: number;
}

/**
 * The push that is expected to pay most, or null. A push of `d` takes `d × depth` lots, on average at half of it; what it sets off
 * moves the price on, and buying back moves it up again by as much as the push did: what is left is the forced part, less two
 * trades' fees.
 */
export function bestPush(map: LiquidationMap, price: Ticks, { depth, reach, carry, edge, fee, position }: PushBeliefs): Plan | null {
  let best: Plan | null = null;
  let most = 0;
  for (const side of [SELL, BUY] as const) {
    for (let step = 1; step <= STEPS; step++) {
      const way = (reach * step) / STEPS;
      const target = Math.max(1, Math.round(price * (1 + side * way)));
      const lots = Math.floor(way * 100 * depth);
      if (lots < 1 || lots > position) continue;
      const forced = map.between(price, target, side);
      const carried = Math.min(way * 2, (carry * forced) / (100 * depth));
      const profit = (carried - 2 * fee) * price;
      if (profit < edge * price || profit * lots <= most) continue;
      most = profit * lots;
      best = { side, target, lots, profit };
    }
  }
  return best;
}

export interface PushBeliefs {
  /** Lots that move the price by 1 %. */
  readonly depth: number;
  readonly reach: number;
  readonly carry: number;
  readonly edge: number;
  readonly fee: number;
  readonly position: Lots;
}

const STEPS = 24;
/** How much a push teaches about depth. */
const LEARNING = 0.5;
/** A push elsewhere that moved nothing was into a market that is so many times as deep as was thought. */
const DEEPER = 4;
/** What counts as having moved, in percent. */
const MOVED = 0.02;
/** Through the quote, so that a slice trades. */
const SLIPPAGE = 0.002;

class LiquidationHunter implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly orders: OwnOrders;
  private readonly map = new LiquidationMap();
  private depth: number;
  private phase: Phase = 'watching';
  private plan: Plan | null = null;
  private until: Micros = 0;
  private pushedFrom: Ticks = 0;
  // Of pushes elsewhere.
  private readonly asset: number;
  private venueDepth: number;
  private outside: OutsidePlan | null = null;
  /** What it has bought there and not yet sold (sold short, when negative): lots of spot, or units of the asset; and what it wants. */
  private elsewhere = 0;
  private wanted = 0;
  /** An order there has not been answered yet: what is held is not known. */
  private awaiting = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.depth = values.depth;
    this.venueDepth = values.venueDepth;
    const { assets } = context.collateral;
    this.asset = values.asset === '' ? Math.min(1, assets.length) : assets.findIndex(({ symbol }) => symbol === values.asset) + 1;
    assert(values.asset === '' || this.asset > 0, () => `${context.name}: there is no collateral "${values.asset}"`);
    this.account = new OwnAccount(context, values.cash, values.leverage);
    this.orders = new OwnOrders(context, this.account.id, 1);
  }

  start(): void {
    this.context.wake(this.context.now + this.values.interval, 0);
  }

  handle(message: Message): void {
    if (message.type === SpotTraded || message.type === CollateralTraded) {
      this.awaiting = false;
      this.elsewhere += message.type === SpotTraded ? message.lots : message.flags;
    }
    if (message.type !== Wake) return this.account.heard(message);
    this.context.wake(this.context.now + this.values.interval, 0);
    const feed = this.context.feed(this.context.instrument);
    if (!feed.open || feed.bid === 0 || feed.ask === 0) return;
    const price = Math.round((feed.bid + feed.ask) / 2);
    this.map.see(feed.mark, feed.openInterest);
    if (this.account.inLiquidation || this.account.liquidated) return this.undo();
    if (this.values.pushes !== 'mark') return this.actOutside(price, feed.bid, feed.ask);
    this.act(price, feed.bid, feed.ask);
  }

  private act(price: Ticks, bid: Ticks, ask: Ticks): void {
    const { now } = this.context;
    const { values, plan } = this;
    switch (this.phase) {
      case 'watching': {
        this.plan = bestPush(this.map, price, { ...values, depth: this.depth });
        if (this.plan === null) return;
        this.pushedFrom = price;
        this.enter('pushing', now + values.push);
        return;
      }
      case 'pushing': {
        const { side, target, lots } = plan!;
        const pushed = side * this.account.lots;
        const reached = side > 0 ? price >= target : price <= target;
        if (reached || pushed >= lots || now >= this.until) {
          this.learn(price, pushed);
          this.enter('holding', now + values.hold);
          return;
        }
        this.trade(side, Math.min(lots - pushed, this.slice(lots, values.push)), bid, ask);
        return;
      }
      case 'holding':
        if (now >= this.until) this.enter('covering', now + values.cover);
        return;
      case 'covering': {
        const open = this.account.lots;
        if (open === 0) return this.enter('resting', now + values.rest);
        const size = now >= this.until ? Math.abs(open) : Math.min(Math.abs(open), this.slice(plan!.lots, values.cover));
        this.trade(open > 0 ? SELL : BUY, size, bid, ask);
        return;
      }
      case 'resting':
        if (now >= this.until) this.enter('watching', 0);
        return;
      case 'betting': // Only where it pushes elsewhere.
    }
  }

  /** As on the book, but for the bet that comes before the push, and the push that is undone with it. */
  private actOutside(price: Ticks, bid: Ticks, ask: Ticks): void {
    const { now } = this.context;
    const { values, outside } = this;
    switch (this.phase) {
      case 'watching':
        this.outside = this.think(price);
        if (this.outside !== null) this.enter('betting', now + values.push);
        return;
      case 'betting': {
        const left = outside!.bet - Math.abs(this.account.lots);
        if (left > 0 && now < this.until) return this.trade(outside!.side, Math.min(left, this.slice(outside!.bet, values.push)), bid, ask);
        this.pushedFrom = this.priceThere();
        this.wanted = this.amountOf(outside!.value) * (values.pushes === 'index' ? outside!.side : SELL);
        this.elsewhere = 0;
        return this.enter('pushing', now + values.push);
      }
      case 'pushing': {
        const left = this.wanted - this.elsewhere;
        if (left !== 0 && now < this.until) return this.tradeThere(left, values.push);
        this.learnThere();
        return this.enter('holding', now + values.hold);
      }
      case 'holding':
        if (now >= this.until) this.enter('covering', now + values.cover);
        return;
      case 'covering': {
        const open = this.account.lots;
        if (open === 0 && this.elsewhere === 0) return this.enter('resting', now + values.rest);
        this.undo();
        if (open === 0) return;
        const size = now >= this.until ? Math.abs(open) : Math.min(Math.abs(open), this.slice(outside!.bet, values.cover));
        return this.trade(open > 0 ? SELL : BUY, size, bid, ask);
      }
      case 'resting':
        if (now >= this.until) this.enter('watching', 0);
    }
  }

  private think(price: Ticks): OutsidePlan | null {
    if (this.values.pushes === 'collateral' && this.asset === 0) return null;
    const beliefs = { ...this.values, depth: this.depth, venueDepth: this.venueDepth, lotValue: instrumentOf(this.context).multiplier };
    return (this.values.pushes === 'index' ? bestIndexPush : bestCollateralPush)(this.map, price, beliefs);
  }

  /** What is still held elsewhere goes back, in slices. */
  private undo(): void {
    if (this.elsewhere !== 0) this.tradeThere(-this.elsewhere, this.values.cover);
  }

  private tradeThere(left: number, over: Micros): void {
    if (this.awaiting) return;
    this.awaiting = true;
    const size = Math.min(Math.abs(left), this.slice(Math.abs(this.wanted), over));
    const draft = this.context.send(
      this.values.pushes === 'index' ? this.context.priceFeed : this.context.collateralFeed,
      this.values.pushes === 'index' ? TradeSpot : TradeCollateral,
    );
    draft.account = this.account.id;
    if (this.values.pushes === 'index') {
      draft.instrument = this.context.instrument;
      draft.lots = Math.sign(left) * size;
    } else {
      draft.asset = this.asset;
      draft.flags = Math.sign(left) * size;
    }
  }

  private priceThere(): number {
    return this.values.pushes === 'index' ? this.context.feed(this.context.instrument).index : this.context.collateral.price(this.asset);
  }

  /** Money as lots of spot, or units of the asset, at the price there. */
  private amountOf(value: number): number {
    const { assets } = this.context.collateral;
    const each =
      this.values.pushes === 'index'
        ? instrumentOf(this.context).multiplier
        : assets[this.asset - 1].numerator / assets[this.asset - 1].denominator;
    return Math.max(1, Math.round(value / (each * this.priceThere())));
  }

  private learnThere(): void {
    const moved = Math.abs(this.priceThere() / this.pushedFrom - 1) * 100;
    const { value } = this.outside!;
    if (moved < MOVED) this.venueDepth *= DEEPER;
    else this.venueDepth += LEARNING * (value / moved - this.venueDepth);
  }

  private enter(phase: Phase, until: Micros): void {
    this.phase = phase;
    this.until = until;
  }

  /** As much as gets it done a little before the time. */
  private slice(lots: Lots, over: Micros): Lots {
    return Math.max(1, Math.ceil((1.25 * lots * this.values.interval) / over));
  }

  private trade(side: Side, lots: Lots, bid: Ticks, ask: Ticks): void {
    const quote = side > 0 ? ask : bid;
    const limit = Math.max(1, Math.round(quote * (1 + side * SLIPPAGE)));
    this.orders.take(side, limit, lots, ORDER_IOC);
  }

  /** What the push moved the price by, a lot, is what depth there was. */
  private learn(price: Ticks, pushed: Lots): void {
    const moved = Math.abs(price / this.pushedFrom - 1) * 100;
    if (pushed <= 0 || moved < MOVED) return;
    this.depth += LEARNING * (pushed / moved - this.depth);
  }
}

export const liquidationHunter = traderKind({
  kind: 'liquidation-hunter',
  doc: 'Pushes the price to where it believes that others are liquidated, when that pays.',
  params,
  create: (context, values) => new LiquidationHunter(context, values),
});
