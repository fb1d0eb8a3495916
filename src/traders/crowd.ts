// Many accounts behind one actor: retail, with positions from the start and habits drawn from distributions. All of it is
// columns, so that a million members are a hundred megabytes and opening them takes a second or two.
//
// Draws: what a member is comes from one stream a purpose (`side`, `size`, `leverage`, …), drawn once a member in their
// order, so that a larger crowd begins with the smaller one. Every reaction of a member has a stream of its own, for its
// k-th margin call and for its panic, made when it is needed: no reaction moves anybody else's draws, nor its own later ones.
// The comings and goings of `turnover` draw once an arrival from `arrival`, `who`, `next-side`, `next-size`, `next-leverage`.

import { assert } from '../base/assert.ts';
import { BUY, MICROS_PER_HOUR, SELL, type AccountId, type Lots, type Side, type Ticks } from '../base/units.ts';
import { createRng, type Rng } from '../base/random.ts';
import { entryValue, lotWorth, valueOf, type Instrument } from '../market/instrument.ts';
import { ORDER_MARKET, ORDER_REDUCE_ONLY, ORDER_STOP, Reason, Type, type Message } from '../messages.ts';
import { crowdParams, type CrowdValues } from './crowd-params.ts';
import {
  OUT,
  ENTERING,
  HOLDING,
  CLOSING,
  LIQUIDATING,
  HAS_STOP,
  REACTING,
  LOOK,
  ARRIVAL,
  MEMBERS,
  ACTIONS,
  TOP_UP,
  REDUCE,
  CLOSE,
  PLACE_STOP,
  STOP_ORDER,
  CLOSE_ORDER,
  REDUCE_ORDER,
  ENTRY_ORDER,
} from './crowd-words.ts';
import { haltNear } from './halt-nearness.ts';
import { distanceToLiquidation, isCalledAt, marginFor, planOpening, shareOf } from './opening.ts';
import { deposited, leveragePpm } from './own-account.ts';
import { PanicList, type PanicPrices } from './panic-prices.ts';
import { instrumentOf, traderKind, type Trader, type TraderContext } from './trader.ts';

/** When the market could not take an order, it is tried again after this. */
const RETRY = 5_000_000;
/** New positions bring this much more than their initial margin, for fees and slippage. */
const ENTRY_RESERVE = 0.05;

const { Wake, SubmitOrder, CancelAll, TopUp, OrderFilled, OrderRejected, OrderCanceled, MarginCalled, MarginAnnounced } = Type;
const { LiquidationStarted, LiquidationFilled, LiquidationClosed, PositionTakenOver, DeficitCovered, BadDebtBooked } = Type;
const { Deleveraged, FundingPaid, ToppedUp, PositionAssigned, LossShared } = Type;
const MARKET_CLOSED = Reason['market-closed'];
const NO_LIQUIDITY = Reason['no-liquidity'];
const UNFILLED = Reason['unfilled-remainder'];
const { restored: RESTORED } = Reason;

class Crowd implements Trader {
  private readonly context: TraderContext;
  private readonly values: CrowdValues;
  private readonly instrument: Instrument;
  private readonly first: AccountId;
  private readonly count: number;

  // One row a member.
  private readonly status: Uint8Array;
  private readonly has: Uint8Array;
  private readonly topUpsLeft: Uint8Array;
  private readonly lots: Int32Array;
  /** The trigger of a stop order, 0 where there is none. */
  private readonly stop: Int32Array;
  /** Mean reaction time in micros. */
  private readonly delay: Float32Array;
  private readonly topUp: Float32Array;
  /** Believed cash, as in OwnAccount. */
  private readonly cash: Float64Array;
  private readonly margin: Float64Array;
  /** What the account was opened with, a multiple: no position of it may have more. */
  private readonly leverage: Float32Array;
  private readonly purse: Float64Array;
  /** How many margin calls a member has heard, whatever it did about them. */
  private readonly calls: Uint16Array;
  private readonly streamNames: string;

  private readonly panics: PanicPrices;
  private stopsPlaced = false;
  /** Announcements of margin that it heard. */
  private notices = 0;
  private readonly arrival: Rng;
  private readonly who: Rng;
  private readonly nextSide: Rng;
  private readonly nextSize: Rng;
  private readonly nextLeverage: Rng;
  private readonly meanGap: number;

  constructor(context: TraderContext, values: CrowdValues) {
    const n = values.members;
    this.context = context;
    this.values = values;
    this.instrument = instrumentOf(context);
    this.count = n;
    this.status = new Uint8Array(n).fill(HOLDING);
    this.has = new Uint8Array(n);
    this.topUpsLeft = new Uint8Array(n).fill(values.topUps);
    this.lots = new Int32Array(n);
    this.stop = new Int32Array(n);
    this.delay = new Float32Array(n);
    this.topUp = new Float32Array(n);
    this.cash = new Float64Array(n);
    this.margin = new Float64Array(n);
    this.leverage = new Float32Array(n);
    this.purse = new Float64Array(n);
    this.calls = new Uint16Array(n);
    this.streamNames = `${context.rng('members').double()}`;
    this.arrival = context.rng('arrival');
    this.who = context.rng('who');
    this.nextSide = context.rng('next-side');
    this.nextSize = context.rng('next-size');
    this.nextLeverage = context.rng('next-leverage');
    this.meanGap = values.turnover > 0 ? MICROS_PER_HOUR / (values.turnover * n) : 0;
    const list = new PanicList();
    this.first = this.open(list);
    this.panics = list.sorted();
  }

  /** Draws every member and opens its account and position; returns the first account. */
  private open(list: PanicList): AccountId {
    const { longShare, size, leverage, entryDistance, cushion, topUp, purse, delay, stopShare, stopAt, panicShare, panicAt } = this.values;
    const context = this.context;
    const instrument = this.instrument;
    const start = context.feed(instrument.id).mark;
    const rng = (purpose: string) => context.rng(purpose);
    const sides = rng('side');
    const sizes = rng('size');
    const leverages = rng('leverage');
    const distances = rng('entry-distance');
    const gains = rng('entry-gain');
    const topUps = rng('top-up');
    const purses = rng('purse');
    const delays = rng('delay');
    const stops = rng('stop');
    const stopsAt = rng('stop-at');
    const panics = rng('panic');
    const panicsAt = rng('panic-at');
    let first = 0;
    for (let m = 0; m < this.count; m++) {
      const side: Side = sides.next() < longShare ? BUY : SELL;
      const lots = Math.max(1, Math.round(size.draw(sizes)));
      const multiple = Math.max(1, leverage.draw(leverages));
      const distance = entryDistance.draw(distances) * (gains.next() < 0.5 ? -1 : 1);
      const { entry, cash } = planOpening(instrument, side, lots, multiple, start, distance, cushion);
      const account = context.openAccount({ cash, leverage: leveragePpm(multiple) });
      if (m === 0) first = account;
      assert(account === first + m, 'a crowd needs its accounts in a row');
      context.openPosition(account, instrument.id, side * lots, entry);

      this.lots[m] = side * lots;
      this.cash[m] = deposited(context, cash, leveragePpm(multiple)) - entryValue(instrument, side * lots, entry);
      this.margin[m] = marginFor(instrument, lots, entry, multiple);
      this.leverage[m] = multiple;
      this.topUp[m] = topUp.draw(topUps);
      this.purse[m] = Math.round(purse.draw(purses) * this.margin[m]);
      this.delay[m] = delay.draw(delays);
      const way = stopAt.draw(stopsAt);
      if (stops.next() < stopShare) {
        const equity = this.cash[m] + valueOf(instrument, side * lots, start);
        const room = distanceToLiquidation(instrument, side, lots, start, equity);
        this.stop[m] = Math.max(1, Math.round(start - side * Math.max(1, way * room)));
      }
      const fall = panicAt.draw(panicsAt);
      if (panics.next() < panicShare) list.add(m, side, Math.max(1, Math.round(start * (1 - side * fall))));
    }
    return first;
  }

  start(): void {
    this.context.wake(this.context.now + this.values.look, LOOK);
    if (this.meanGap > 0) this.awaitArrival();
  }

  handle(message: Message): void {
    const { type } = message;
    if (type === Wake) {
      const { tag } = message;
      if (tag >= MEMBERS) this.act(Math.floor((tag - MEMBERS) / ACTIONS), (tag - MEMBERS) % ACTIONS);
      else if (tag === LOOK) this.look();
      else this.arrive();
      return;
    }
    if (type === Deleveraged) return this.deleveraged(message);
    if (type === MarginAnnounced) return this.announced(message);
    const m = message.account - this.first;
    if (m < 0 || m >= this.count) return;
    switch (type) {
      case OrderFilled:
        return this.filled(m, message);
      case OrderRejected:
        return this.refused(m, message);
      case OrderCanceled:
        return this.canceled(m, message);
      case MarginCalled:
        return this.called(m);
      // The deficit is made up for, whoever paid.
      case DeficitCovered:
      case BadDebtBooked:
      case ToppedUp:
        this.cash[m] += message.amount;
        return;
      case FundingPaid:
      case LossShared:
        this.cash[m] -= message.amount;
        return;
      case LiquidationStarted:
        this.status[m] = LIQUIDATING;
        return;
      case LiquidationFilled:
        if (message.lots > 0)
          this.shrink(m, message.lots, (Math.sign(lotWorth(this.instrument, 1)) * message.amount) / message.lots, message.flags);
        return;
      case PositionTakenOver:
      case PositionAssigned:
        return this.shrink(m, message.lots, lotWorth(this.instrument, message.price), message.amount);
      case LiquidationClosed:
        return this.liquidated(m, message.reason);
    }
  }

  // ── The market as a whole

  private look(): void {
    const context = this.context;
    context.wake(context.now + this.values.look, LOOK);
    const feed = context.feed(this.instrument.id);
    if (!feed.open) return;
    if (!this.stopsPlaced) this.placeStops();
    const { hasten } = this.values;
    const near = haltNear(feed, hasten);
    // Whoever would panic while nothing trades goes while something does.
    const feared = near === SELL ? feed.haltBelow * (1 - hasten) : near === BUY ? feed.haltAbove * (1 + hasten) : feed.mark;
    this.panics.reach(Math.round(feared), (m) => this.panic(m));
  }

  private placeStops(): void {
    this.stopsPlaced = true;
    for (let m = 0; m < this.count; m++) if (this.stop[m] > 0) this.placeStop(m);
  }

  private placeStop(m: number): void {
    if (this.status[m] !== HOLDING) return;
    this.has[m] |= HAS_STOP;
    this.submit(
      m,
      this.lots[m] > 0 ? SELL : BUY,
      Math.abs(this.lots[m]),
      ORDER_MARKET | ORDER_STOP | ORDER_REDUCE_ONLY,
      STOP_ORDER,
      this.stop[m],
    );
  }

  private panic(m: number): void {
    if (this.status[m] === HOLDING) this.react(m, CLOSE, this.delay[m] * this.reaction(m, 'panic').exponential());
  }

  private awaitArrival(): void {
    const gap = Math.round(this.meanGap * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), ARRIVAL);
  }

  private arrive(): void {
    this.awaitArrival();
    const m = this.who.int(this.count);
    const side: Side = this.nextSide.next() < this.values.longShare ? BUY : SELL;
    const lots = Math.max(1, Math.round(this.values.size.draw(this.nextSize)));
    const drawn = Math.max(1, this.values.leverage.draw(this.nextLeverage));
    const multiple = this.context.leverageEnabled ? Math.min(drawn, this.leverage[m]) : 1;
    const feed = this.context.feed(this.instrument.id);
    const quote = side === BUY ? feed.ask : feed.bid;
    if (!feed.open) return;
    if (this.status[m] === HOLDING) this.close(m);
    else if (this.status[m] === OUT && quote > 0) this.enter(m, side, lots, quote, multiple);
  }

  /** The account keeps the leverage it was opened with; what the member chooses anew is how much margin it brings, never less. */
  private enter(m: number, side: Side, lots: Lots, price: Ticks, multiple: number): void {
    const margin = marginFor(this.instrument, lots, price, multiple);
    const missing = margin + shareOf(margin, ENTRY_RESERVE) - this.cash[m];
    this.margin[m] = margin;
    this.status[m] = ENTERING;
    if (missing > 0) this.sendTopUp(m, missing);
    this.submit(m, side, lots, ORDER_MARKET, ENTRY_ORDER, 0);
  }

  // ── One member

  private reaction(m: number, what: string): Rng {
    return createRng(`${this.streamNames}/${m}/${what}`);
  }

  private called(m: number): void {
    this.answer(m, `call/${++this.calls[m]}`);
  }

  /** Whoever would be called under the margin that comes answers now as to that call. */
  private announced({ rate }: Message): void {
    const notice = `notice/${++this.notices}`;
    const { mark } = this.context.feed(this.instrument.id);
    for (let m = 0; m < this.count; m++) {
      const held = this.lots[m];
      if (held === 0 || this.status[m] !== HOLDING) continue;
      const equity = this.cash[m] + valueOf(this.instrument, held, mark);
      if (isCalledAt(this.instrument, Math.abs(held), mark, equity, rate)) this.answer(m, notice);
    }
  }

  private answer(m: number, what: string): void {
    if (this.status[m] !== HOLDING || (this.has[m] & REACTING) !== 0) return;
    const rng = this.reaction(m, what);
    const choice = rng.next();
    const delay = this.delay[m] * rng.exponential();
    const { topUpShare, reduceShare } = this.values;
    if (choice < topUpShare) {
      if (this.topUpsLeft[m] > 0 && this.purse[m] > 0 && this.topUp[m] > 0) this.react(m, TOP_UP, delay);
    } else if (choice < topUpShare + reduceShare) this.react(m, REDUCE, delay);
  }

  private react(m: number, action: number, delay: number): void {
    this.has[m] |= REACTING;
    this.context.wake(this.context.now + Math.max(1, Math.round(delay)), MEMBERS + m * ACTIONS + action);
  }

  private act(m: number, action: number): void {
    this.has[m] &= ~REACTING;
    if (this.status[m] !== HOLDING) return;
    if (action === TOP_UP) {
      const amount = Math.min(this.purse[m], shareOf(this.margin[m], this.topUp[m]));
      this.purse[m] -= amount;
      this.topUpsLeft[m]--;
      this.sendTopUp(m, amount);
    } else if (!this.context.feed(this.instrument.id).open) this.react(m, action, RETRY);
    else if (action === REDUCE) this.reduce(m);
    else if (action === PLACE_STOP) this.placeStop(m);
    else this.close(m);
  }

  private reduce(m: number): void {
    const held = Math.abs(this.lots[m]);
    const lots = Math.min(held, Math.max(1, Math.round(held * this.values.reduction)));
    this.submit(m, this.lots[m] > 0 ? SELL : BUY, lots, ORDER_MARKET | ORDER_REDUCE_ONLY, REDUCE_ORDER, 0);
  }

  private close(m: number): void {
    this.status[m] = CLOSING;
    this.submit(m, this.lots[m] > 0 ? SELL : BUY, Math.abs(this.lots[m]), ORDER_MARKET | ORDER_REDUCE_ONLY, CLOSE_ORDER, 0);
  }

  private submit(m: number, side: Side, lots: Lots, flags: number, tag: number, trigger: Ticks): void {
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.first + m;
    draft.instrument = this.instrument.id;
    draft.side = side;
    draft.lots = lots;
    draft.trigger = trigger;
    draft.flags = flags;
    draft.tag = tag;
  }

  private sendTopUp(m: number, amount: number): void {
    const draft = this.context.send(this.context.exchange, TopUp);
    draft.account = this.first + m;
    draft.amount = amount;
  }

  private filled(m: number, message: Message): void {
    const { side, lots, price, amount, tag } = message;
    this.lots[m] += side * lots;
    this.cash[m] -= entryValue(this.instrument, side * lots, price) + amount;
    if (tag === ENTRY_ORDER) this.status[m] = HOLDING;
    this.leaveIfFlat(m);
  }

  private leaveIfFlat(m: number): void {
    if (this.lots[m] !== 0 || this.status[m] === LIQUIDATING) return;
    this.status[m] = OUT;
    if ((this.has[m] & HAS_STOP) === 0) return;
    this.has[m] &= ~HAS_STOP;
    const draft = this.context.send(this.context.exchange, CancelAll);
    draft.account = this.first + m;
    draft.instrument = this.instrument.id;
  }

  private refused(m: number, message: Message): void {
    const { tag, reason, order } = message;
    if (tag === ENTRY_ORDER) {
      if (this.status[m] === ENTERING) this.status[m] = OUT;
      return;
    }
    if (tag === STOP_ORDER) this.has[m] &= ~HAS_STOP;
    if (this.status[m] === CLOSING) this.status[m] = HOLDING;
    if (this.status[m] !== HOLDING || this.lots[m] === 0) return this.leaveIfFlat(m);
    if (reason !== MARKET_CLOSED && reason !== NO_LIQUIDITY) return;
    // A stop refused when it was placed is placed again; one refused when it was triggered closes by hand.
    this.react(m, tag === STOP_ORDER && order === 0 ? PLACE_STOP : tag === REDUCE_ORDER ? REDUCE : CLOSE, RETRY);
  }

  private canceled(m: number, message: Message): void {
    const { tag, reason } = message;
    if (tag === ENTRY_ORDER) {
      if (this.status[m] === ENTERING) this.status[m] = this.lots[m] === 0 ? OUT : HOLDING;
      return;
    }
    if (tag === STOP_ORDER) this.has[m] &= ~HAS_STOP;
    if (this.status[m] === CLOSING) this.status[m] = HOLDING;
    if (this.status[m] !== HOLDING || tag === REDUCE_ORDER || (reason !== NO_LIQUIDITY && reason !== UNFILLED)) return;
    if (this.lots[m] !== 0) this.react(m, CLOSE, RETRY);
  }

  /** Either side of it, or both, may be a member. */
  private deleveraged({ account, counterparty, lots, price }: Message): void {
    const value = lotWorth(this.instrument, price);
    this.shrink(account - this.first, lots, value, 0);
    this.shrink(counterparty - this.first, lots, value, 0);
  }

  /** A forced closure by liquidation, take-over or deleveraging: always nearer to zero. `value` is quote units a lot. */
  private shrink(m: number, size: Lots, value: number, costs: number): void {
    if (m < 0 || m >= this.count) return;
    const held = this.lots[m];
    const closed = Math.sign(held) * Math.min(Math.abs(size), Math.abs(held));
    this.lots[m] = held - closed;
    this.cash[m] += Math.round(closed * value) - costs;
    this.leaveIfFlat(m);
  }

  private liquidated(m: number, reason: number): void {
    this.has[m] &= ~HAS_STOP;
    if (reason === RESTORED) {
      this.status[m] = HOLDING;
      return;
    }
    this.status[m] = OUT;
    this.lots[m] = 0;
    this.cash[m] = 0;
  }
}

export const crowd = traderKind({
  kind: 'crowd',
  doc: 'Many leveraged accounts behind one actor, with top-ups, stops and panic.',
  params: crowdParams,
  accounts: ({ members }) => members,
  create: (context, values) => new Crowd(context, values),
});
