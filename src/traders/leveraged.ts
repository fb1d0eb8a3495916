// One leveraged account: a position from the start, or entered at a random time, and a way of answering trouble: top up
// when called, a stop order on the mark, or panic. What a crowd does by columns, for the one you want to follow.
//
// Draws: `side` and `entry-at` once, when it is made; `reaction` and `reaction-delay` once a margin call; `arrival` once a
// look at the market. No stream serves two purposes.

import { choice, coins, count, duration, fraction, number, type Values } from '../base/params.ts';
import { BUY, SELL, type Lots, type Quote, type Side, type Ticks } from '../base/units.ts';
import { ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, Reason, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import type { Instrument } from '../market/instrument.ts';
import { haltNear } from './halt-nearness.ts';
import { distanceToLiquidation, isCalledAt, marginFor, planOpening, shareOf } from './opening.ts';
import { OwnAccount } from './own-account.ts';
import { instrumentOf, traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  longShare: fraction('100%', 'Chance that it is long.', { min: 0, max: 1 }),
  start: choice(
    ['opening', 'entry'],
    'opening',
    '`opening`: it holds its position when the run starts; `entry`: it enters at market later.',
  ),
  entryAfter: duration('10m', 'Mean time until it enters, exponential, if it does not hold from the start.', { min: 1 }),
  size: coins('1', 'Its position.'),
  leverage: number(20, 'Leverage, as a multiple; large positions get what their tier allows.', { min: 1 }),
  entryDistance: fraction('0%', 'How far from the starting price it entered, to its loss when positive.', { min: -0.9, max: 0.9 }),
  cushion: number(1.5, 'Equity at the start is at least this many times maintenance margin.', { min: 1 }),
  topUpShare: fraction('50%', 'Chance that it answers a margin call with a top-up.', { min: 0, max: 1 }),
  topUp: fraction('50%', 'A top-up, as a share of initial margin.', { min: 0, max: 1 }),
  topUps: count(2, 'How often it tops up at most.', { min: 0 }),
  purse: number(1, 'What it can add in all, as a multiple of initial margin.', { min: 0 }),
  delay: duration('60s', 'Mean time from a margin call to its answer, exponential.', { min: 0 }),
  stopAt: fraction('0%', 'Where its stop lies on the way to liquidation; 0 for none.', { min: 0, max: 1 }),
  panicAt: fraction('0%', 'Move against it at which it closes at market; 0 for never.', { min: 0, max: 0.9 }),
  hasten: fraction('0%', 'How near an announced halt it closes, rather than be locked in; 0% for never.', {
    min: 0,
    max: 0.9,
    quiet: true,
  }),
  interval: duration('10s', 'Mean time between looks at the market; arrivals are Poisson.', { min: 1 }),
};

const { Wake, SubmitOrder, TopUp, OrderFilled, OrderCanceled, OrderRejected, MarginCalled, MarginAnnounced } = Type;
const LOOK = 0;
const TOP_UP = 1;
const ENTER = 2;
// Orders.
const ENTRY = 1;
const STOP = 2;
const CLOSE = 3;
/** New positions bring this much more than their initial margin, for fees and slippage. */
const ENTRY_RESERVE = 0.05;
const REDUCE_AT_MARKET = ORDER_MARKET | ORDER_REDUCE_ONLY;
const TRY_AGAIN: readonly number[] = [Reason['market-closed'], Reason['no-liquidity'], Reason['unfilled-remainder']];

class LeveragedTrader implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly instrument: Instrument;
  private readonly account: OwnAccount;
  private readonly side: Side;
  private readonly margin: Quote;
  private readonly entryAt: number;
  private readonly arrival: Rng;
  private readonly reaction: Rng;
  private readonly reactionDelay: Rng;
  private purse: Quote;
  private topUpsLeft: number;
  /** The price its panic is measured from. */
  private from: Ticks;
  private stop: 'none' | 'wanted' | 'placed';
  private waiting = false;
  private closing = false;
  private called = false;
  /** Announcements of margin that it had to do with. */
  private notices = 0;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    const instrument = instrumentOf(context);
    this.instrument = instrument;
    this.side = context.rng('side').next() < values.longShare ? BUY : SELL;
    this.entryAt = Math.max(1, Math.round(values.entryAfter * context.rng('entry-at').exponential()));
    this.arrival = context.rng('arrival');
    this.reaction = context.rng('reaction');
    this.reactionDelay = context.rng('reaction-delay');
    const mark = context.feed(instrument.id).mark;
    const { leverage } = values;
    this.margin = marginFor(instrument, values.size, mark, leverage);
    const held = values.start === 'opening';
    const { entry, cash } = planOpening(
      instrument,
      this.side,
      values.size,
      leverage,
      mark,
      held ? values.entryDistance : 0,
      values.cushion,
    );
    this.account = new OwnAccount(context, held ? cash : cash + shareOf(cash, ENTRY_RESERVE), leverage);
    if (held) {
      context.openPosition(this.account.id, instrument.id, this.side * values.size, entry);
      this.account.open(this.side * values.size, entry);
    }
    this.purse = Math.round(values.purse * this.margin);
    this.topUpsLeft = values.topUps;
    this.from = mark;
    this.stop = held && values.stopAt > 0 ? 'wanted' : 'none';
  }

  start(): void {
    this.await();
    if (this.values.start === 'entry') this.context.wake(this.context.now + this.entryAt, ENTER);
  }

  handle(message: Message): void {
    const { type } = message;
    if (type === Wake) return this.woken(message.tag);
    this.account.heard(message);
    if (type === MarginCalled) this.callAnswered(this.reaction, this.reactionDelay);
    else if (type === MarginAnnounced) this.announced(message);
    else if (type === OrderFilled) this.filled(message.tag);
    else if (type === OrderCanceled || type === OrderRejected) this.failed(message.tag, message.reason);
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), LOOK);
  }

  private woken(tag: number): void {
    if (tag === LOOK) this.await();
    if (this.account.liquidated) return;
    if (tag === LOOK) this.look();
    else if (tag === TOP_UP) this.topUp();
    else this.enter();
  }

  private enter(): void {
    const feed = this.context.feed(this.instrument.id);
    if (!feed.open || this.account.lots !== 0) return;
    this.from = feed.mark;
    this.submit(this.side, this.values.size, ORDER_MARKET, ENTRY, 0);
  }

  private look(): void {
    const feed = this.context.feed(this.instrument.id);
    const held = this.account.lots;
    if (!feed.open || this.account.inLiquidation || this.waiting || held === 0) return;
    const { panicAt, hasten } = this.values;
    const locked = haltNear(feed, hasten) === -Math.sign(held);
    if (this.closing || locked || (panicAt > 0 && this.side * (this.from - feed.mark) >= panicAt * this.from)) {
      this.closing = true;
      this.submit(held > 0 ? SELL : BUY, Math.abs(held), REDUCE_AT_MARKET, CLOSE, 0);
    } else if (this.stop === 'wanted') this.placeStop(feed.mark);
  }

  private placeStop(mark: Ticks): void {
    const lots = Math.abs(this.account.lots);
    const room = distanceToLiquidation(this.instrument, this.side, lots, mark, this.account.equity(mark));
    const trigger = Math.max(1, Math.round(mark - this.side * Math.max(1, room * this.values.stopAt)));
    this.stop = 'placed';
    this.submit(this.side === BUY ? SELL : BUY, lots, REDUCE_AT_MARKET | ORDER_STOP, STOP, trigger);
  }

  private submit(side: Side, lots: Lots, flags: number, tag: number, trigger: Ticks): void {
    this.waiting ||= tag === CLOSE;
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.account.id;
    draft.instrument = this.instrument.id;
    draft.side = side;
    draft.lots = lots;
    draft.trigger = trigger;
    draft.flags = flags;
    draft.tag = tag;
  }

  private filled(tag: number): void {
    if (tag === CLOSE && this.account.lots === 0) this.waiting = this.closing = false;
    if (tag === ENTRY && this.values.stopAt > 0 && this.stop === 'none') this.stop = 'wanted';
  }

  private failed(tag: number, reason: number): void {
    const again = TRY_AGAIN.includes(reason);
    if (tag === CLOSE) {
      this.waiting = false;
      this.closing = again;
    } else if (tag === STOP) {
      // Refused while it was placed or when it fell due: a look at the market later does it by hand.
      this.stop = this.stop === 'placed' && again ? 'wanted' : 'none';
    } else if (tag === ENTRY && again && this.account.lots === 0) this.context.wake(this.context.now + this.entryAt, ENTER);
  }

  /** Whoever would be called under the margin that comes answers now as to that call. */
  private announced({ rate }: Message): void {
    const held = this.account.lots;
    if (held === 0 || this.account.inLiquidation) return;
    const { mark } = this.context.feed(this.instrument.id);
    if (!isCalledAt(this.instrument, Math.abs(held), mark, this.account.equity(mark), rate)) return;
    // Streams of its own: to be told of margin moves no later draw.
    this.callAnswered(this.context.rng(`notice/${++this.notices}`), this.context.rng(`notice-delay/${this.notices}`));
  }

  private callAnswered(reaction: Rng, reactionDelay: Rng): void {
    const answers = reaction.next() < this.values.topUpShare;
    const delay = Math.round(this.values.delay * reactionDelay.exponential());
    if (!answers || this.called || this.topUpsLeft === 0 || this.purse < 1) return;
    this.called = true;
    this.context.wake(this.context.now + Math.max(1, delay), TOP_UP);
  }

  private topUp(): void {
    this.called = false;
    if (this.account.inLiquidation || this.account.lots === 0) return;
    const amount = Math.min(this.purse, shareOf(this.margin, this.values.topUp));
    this.purse -= amount;
    this.topUpsLeft--;
    const draft = this.context.send(this.context.exchange, TopUp);
    draft.account = this.account.id;
    draft.amount = amount;
  }
}

export const leveraged = traderKind({
  kind: 'leveraged',
  doc: 'One leveraged account with top-ups, a stop and panic.',
  params,
  create: (context, values) => new LeveragedTrader(context, values),
});
