// The one actor that writes the market. Commands come in, one switch, the market does the sums, and what happened goes
// out as events to the owners of the accounts concerned and, for forced closures, to the liquidation engine.
//
// Who may say what: orders and top-ups are anybody's, for accounts of their own. Prices, funding and shocks are the price
// feed's word, forced closures the liquidation engine's, stops, sessions and interventions the gateway's own. From anybody
// else they are refused like an order; what is neither a command nor one of these is not heard.

import type { ActorContext } from '../kernel/actor.ts';
import * as arena from '../market/arena.ts';
import type { Market } from '../market/market.ts';
import * as orders from '../market/order.ts';
import { MESSAGE_NAMES, PLACES, Reason, Type, type Message, type MessageName } from '../messages.ts';
import type { ActorId, Side } from '../base/units.ts';
import { CollateralDesk, BY_RULE } from './collateral-desk.ts';
import { ForcedClosures, type ForcedClosuresOptions } from './forced-closures.ts';
import { LossSteps } from './loss-steps.ts';
import { OrderReports } from './order-reports.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Recalibrator } from './recalibrator.ts';
import type { RiskController } from './risk-controller.ts';
import type { Session } from './session.ts';
import { TradingPhases, type WhileHalted } from './trading-phases.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const {
  AmendOrder,
  BreakerReleased,
  BreakerTripped,
  CancelAll,
  CancelOrder,
  CollateralPriced,
  ConvertCollateral,
  CoverDeficit,
  Deleverage,
  FundingPaid,
  FundingSettled,
  HaircutChanged,
  IndexPublished,
  Intervention,
  LiquidateOnBook,
  LimitsChanged,
  LiquidationClosed,
  MarginChanged,
  MarkPublished,
  OrderAmended,
  SessionChanged,
  SettleFunding,
  StopTriggered,
  SubmitOrder,
  TakeOver,
  TopUp,
  ToppedUp,
} = Type;
const { BASES, FROM, ACCOUNT, INSTRUMENT, ORDER, SIDE, LOTS, PRICE, AMOUNT: TRIGGER, FLAGS, TAG } = PLACES;
const NOT_THE_OWNER = Reason['not-the-owner'];
const { ACCOUNT_IDS } = arena;
const TRIGGERS = orders.ORDER_STOP | orders.ORDER_TAKE_PROFIT;

export interface GatewayOptions extends Omit<ForcedClosuresOptions, 'reports'> {
  readonly whileHalted: WhileHalted;
  /** Sees what happens on the book; speaks only once it has been admitted. */
  readonly breaker: CircuitBreaker;
  /** Sees every mark; speaks likewise. */
  readonly controller: RiskController;
  /** Sees marks and trades; speaks to the engine. */
  readonly recalibrator: Recalibrator;
  readonly priceFeed: ActorId;
  /** By instrument id. */
  readonly sessions: readonly Session[];
  /** Takes effect of the scenario's rule change number `tag`. */
  readonly intervene: (tag: number) => void;
}

type Speaker = 'engine' | 'priceFeed' | 'gateway' | Watcher;
type Watcher = (CircuitBreaker | RiskController)['name'] | 'collateral-feed';

/** No actor has this id. */
const NOBODY = -1;

/** What only one actor of the exchange may say. */
const WORDS_OF: { readonly [Who in Speaker]: readonly MessageName[] } = {
  engine: [
    'SettleFunding',
    'LiquidateOnBook',
    'TakeOver',
    'Deleverage',
    'CoverDeficit',
    'LiquidationClosed',
    'AssignPosition',
    'RetainMargin',
    'PayDeficit',
    'SocialiseLoss',
    'ClawBack',
    'HaircutWithdrawals',
    'PrintDebt',
    'GateWithdrawals',
    'ConvertCollateral',
  ],
  priceFeed: ['IndexPublished', 'MarkPublished', 'FundingSettled', 'Shock'],
  gateway: ['StopTriggered', 'SessionChanged', 'Intervention'],
  'circuit-breaker': ['BreakerTripped', 'BreakerReleased'],
  'risk-controller': ['MarginChanged', 'LimitsChanged', 'HaircutChanged'],
  'collateral-feed': ['CollateralPriced', 'CollateralShock'],
};

export class Gateway {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  private readonly engine: ActorId;
  private readonly reports: OrderReports;
  private readonly closures: ForcedClosures;
  private readonly losses: LossSteps;
  private readonly desk: CollateralDesk;
  private readonly intervene: (tag: number) => void;
  private readonly breaker: CircuitBreaker;
  private readonly controller: RiskController;
  private readonly recalibrator: Recalibrator;
  readonly phases: TradingPhases;
  /** By message type: the only one who may send it, 0 for anybody. */
  private readonly speakers: ActorId[];

  constructor(options: GatewayOptions) {
    this.context = options.context;
    this.market = options.market;
    this.engine = options.engine;
    this.reports = new OrderReports(options.context, options.market, options.breaker, options.recalibrator);
    this.breaker = options.breaker;
    this.controller = options.controller;
    this.recalibrator = options.recalibrator;
    this.phases = new TradingPhases({ ...options, reports: this.reports });
    this.closures = new ForcedClosures({ ...options, reports: this.reports });
    this.losses = new LossSteps({ ...options, reports: this.reports });
    this.desk = new CollateralDesk(options);
    this.intervene = options.intervene;
    const actors: { readonly [Who in Speaker]: ActorId } = {
      engine: options.engine,
      priceFeed: options.priceFeed,
      gateway: options.context.id,
      'circuit-breaker': NOBODY,
      'risk-controller': NOBODY,
      'collateral-feed': NOBODY,
    };
    const speakers = [0, ...MESSAGE_NAMES.map(() => 0)];
    for (const who of Object.keys(WORDS_OF) as Speaker[]) for (const name of WORDS_OF[who]) speakers[Type[name]] = actors[who];
    this.speakers = speakers;
  }

  /** Who comes after the gateway he speaks to: the circuit breaker, the risk controller, the feed of collateral prices. */
  admit(who: Watcher, actor: ActorId): void {
    if (who === 'collateral-feed') this.desk.feed = actor;
    for (const name of WORDS_OF[who]) this.speakers[Type[name]] = actor;
  }

  handle(message: Message): void {
    const { type } = message;
    // The most frequent first: who may say them needs not be asked.
    if (type === SubmitOrder) return this.submit(message);
    if (type === CancelOrder) return this.cancel(message);
    const speaker = this.speakers[type];
    if (speaker !== 0 && message.from !== speaker)
      return this.reports.rejected(message.from, message.account, message.instrument, 0, 0, Reason['not-permitted'], 0);
    switch (type) {
      case AmendOrder:
        return this.amend(message);
      case CancelAll:
        return message.case !== 0 && message.from === this.engine ? this.closures.cancelOrders(message) : this.cancelAll(message);
      case TopUp:
        return this.topUp(message);
      case StopTriggered:
        return this.submitTriggered(message);
      case MarkPublished:
        return this.mark(message);
      case IndexPublished:
        return this.market.setIndex(message.instrument, message.price);
      case FundingSettled:
        return this.settleFundingOfAll(message);
      case SessionChanged:
        return this.phases.change(message);
      case BreakerTripped:
        return this.phases.tripped(message);
      case BreakerReleased:
        return this.phases.released(message);
      case SettleFunding:
        return this.closures.settleFunding(message);
      case LiquidateOnBook:
        return this.closures.liquidate(message);
      case TakeOver:
        return this.closures.takeOver(message);
      case Deleverage:
        return this.closures.deleverage(message);
      case CoverDeficit:
        return this.closures.coverDeficit(message);
      case LiquidationClosed:
        return this.market.setInLiquidation(message.account, false);
      case MarginChanged:
        return this.changeMargin(message);
      case LimitsChanged:
        return this.changeLimits(message);
      case Intervention:
        this.intervene(message.tag);
        return this.desk.announce(BY_RULE);
      case CollateralPriced:
        return this.desk.priced(message);
      case HaircutChanged:
        return this.desk.changeHaircut(message);
      case ConvertCollateral:
        return this.desk.convert(message);
      default:
        this.losses.handle(message);
    }
  }

  // ── Orders of participants

  /**
   * A field, so that V8 compiles it for this gateway (docs/performance.md, "Compiled for one"). Each field of the message is read
   * once, at a place that cannot overflow.
   */
  private readonly submit = (message: Message): void => {
    const { words, floats } = message;
    const base = message.base & BASES;
    const from = words[base + FROM];
    const account = words[base + ACCOUNT];
    const instrument = words[base + INSTRUMENT];
    const side = words[base + SIDE] as Side;
    const lots = words[base + LOTS];
    const price = words[base + PRICE];
    const tag = floats[(base >> 1) + TAG];
    this.market.state.fetch(account, instrument);
    // An id beyond all is taken for another's here, and is unknown to the market then.
    if (this.market.owner(account & ACCOUNT_IDS) !== from)
      return this.reports.rejected(from, account, instrument, 0, lots, NOT_THE_OWNER, tag);
    const said = floats[(base >> 1) + FLAGS];
    // To V8 an integer, where what was said is a float; and a trigger that nearly no order has is not carried along.
    const flags = said | 0;
    const order =
      flags === said && (flags & TRIGGERS) === 0
        ? this.market.entry.place(account, instrument, side, lots, price, flags, tag)
        : this.market.submit(account, instrument, side, lots, price, floats[(base >> 1) + TRIGGER], said, tag);
    if (order === 0) return this.reports.rejected(from, account, instrument, 0, lots, this.market.reason, tag);
    this.reports.accepted(from, account, instrument, order, side, lots, price, tag);
  };

  private submitTriggered(message: Message): void {
    const { account, instrument, order, tag } = message;
    const owner = this.market.owner(account);
    const told = this.context.send(owner, StopTriggered);
    told.account = account;
    told.instrument = instrument;
    told.order = order;
    told.price = message.price;
    told.tag = tag;
    if (this.market.submitTriggered(order) === 0)
      return this.reports.rejected(owner, account, instrument, order, 0, this.market.reason, tag);
    const { side, price } = this.market.stops.taken;
    this.reports.traded(owner, account, instrument, order, side, price, tag);
  }

  private amend(message: Message): void {
    const { account, instrument, order, lots, price, tag, from } = message;
    if (!this.mayAct(message)) return this.reports.rejected(from, account, instrument, order, lots, Reason['not-the-owner'], tag);
    // Read before: an order that is amended into the book may be gone afterwards.
    const known = this.market.state.isInstrument(instrument);
    const side = known ? (this.market.book(instrument).orderSide(order) as 1 | -1) : 1;
    if (!this.market.amend(account, instrument, order, lots, price))
      return this.reports.rejected(from, account, instrument, order, lots, this.market.reason, tag);
    const amended = this.context.send(from, OrderAmended);
    amended.account = account;
    amended.instrument = instrument;
    amended.order = order;
    // What the fills and the cancellation that follow then take away.
    amended.lots = this.market.filled + this.market.resting + this.market.unfilled;
    amended.price = price;
    amended.tag = tag;
    this.reports.traded(from, account, instrument, order, side, price, tag);
  }

  /** As `submit`. */
  private readonly cancel = (message: Message): void => {
    const { words, floats } = message;
    const base = message.base & BASES;
    const from = words[base + FROM];
    const account = words[base + ACCOUNT];
    const instrument = words[base + INSTRUMENT];
    const order = words[base + ORDER] >>> 0;
    const tag = floats[(base >> 1) + TAG];
    if (this.market.owner(account & ACCOUNT_IDS) !== from)
      return this.reports.rejected(from, account, instrument, order, 0, NOT_THE_OWNER, tag);
    if (!this.market.cancel(account, instrument, order))
      return this.reports.rejected(from, account, instrument, order, 0, this.market.reason, tag);
    this.reports.canceled();
  };

  private cancelAll(message: Message): void {
    if (!this.mayAct(message))
      return this.reports.rejected(message.from, message.account, message.instrument, 0, 0, Reason['not-the-owner'], message.tag);
    this.market.cancelAll(message.account, message.instrument);
    this.reports.canceled();
  }

  private topUp(message: Message): void {
    const { account, amount, tag, from } = message;
    if (!this.mayAct(message)) return this.reports.rejected(from, account, 0, 0, 0, Reason['not-the-owner'], tag);
    const refused = this.market.topUp(account, amount);
    if (refused !== Reason['none']) return this.reports.rejected(from, account, 0, 0, 0, refused, tag);
    const told = this.context.send(from, ToppedUp);
    told.account = account;
    told.amount = amount;
    told.tag = tag;
  }

  private mayAct(message: Message): boolean {
    return this.market.owner(message.account) === message.from;
  }

  // ── Prices, funding, session

  /** Sets the mark, hands the stops it reached to this inbox, and only then tells the liquidation engine to look. */
  private mark(message: Message): void {
    const { instrument, index, price, liquidationPart, otherPart } = message;
    this.breaker.marked(instrument, price, index);
    if (this.phases.isMarkFrozen(instrument)) return;
    this.market.setMark(instrument, price);
    this.controller.marked(instrument, price);
    this.recalibrator.marked(instrument, price);
    const { stops } = this.market;
    // While halted nothing triggers: an order that cannot be placed would be lost. The first mark afterwards finds them.
    const reached = this.market.isOpen(instrument) ? stops.trigger(instrument, price) : 0;
    for (let row = 0; row < reached; row++) {
      const triggered = this.context.send(this.context.id, StopTriggered);
      triggered.account = stops.triggered.account[row];
      triggered.instrument = instrument;
      triggered.order = stops.triggered.order[row];
      triggered.price = price;
      triggered.tag = stops.triggered.tag[row];
    }
    if (this.phases.isUnwatched(instrument)) return;
    const told = this.context.send(this.engine, MarkPublished);
    told.instrument = instrument;
    told.index = index;
    told.price = price;
    told.liquidationPart = liquidationPart;
    told.otherPart = otherPart;
  }

  private changeMargin({ instrument, amount, rate, depth }: Message): void {
    const { grandfathered } = this.market.instrument(instrument).marginScale;
    this.market.changeRules(instrument, {
      marginScale: { initial: amount as number, maintenance: rate, leastInitial: depth, grandfathered },
    });
  }

  private changeLimits({ instrument, lots, rate }: Message): void {
    this.market.changeRules(instrument, { openInterestCap: lots });
    this.breaker.widen(instrument, rate);
  }

  private settleFundingOfAll(message: Message): void {
    const { instrument, rate } = message;
    if (this.phases.isFundingPaused(instrument)) return;
    this.market.settleFunding(instrument, rate);
    this.market.applyAllFunding((account, held, lots, amount) => {
      const owner = this.market.owner(account);
      if (owner === 0) return;
      const paid = this.context.send(owner, FundingPaid);
      paid.account = account;
      paid.instrument = held;
      paid.lots = lots;
      paid.amount = amount;
      paid.rate = rate;
    });
  }
}
