// What owners hear of their orders. The market keeps what the last command did as rows; here each row becomes an event to
// the owner of its account.

import type { AccountId, ActorId, InstrumentId, Lots, OrderId, Quote, Side, Ticks } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import * as arena from '../market/arena.ts';
import * as executed from '../market/executions.ts';
import type { Executions } from '../market/executions.ts';
import * as rows from '../market/fills.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Recalibrator } from './recalibrator.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { FILL_DONE, FILL_MAKER } = rows;
const { EXECUTION_WORDS } = executed;
const { ACCOUNT_IDS, ROWS } = arena;
const MAKER_DONE = FILL_MAKER + FILL_DONE;
const { TAG, FEE, ACCOUNT, ORDER, LEFT, PRICE, LOTS } = executed.EXECUTION;
const { OrderAccepted, OrderAmended, OrderCanceled, OrderFilled, OrderRejected } = Type;

export class OrderReports {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  // Each by its own name, because V8 sees through a call of one class and not through a loop over two.
  private readonly breaker: CircuitBreaker;
  private readonly recalibrator: Recalibrator;
  /** What the last command did: the rows of its fills. */
  private readonly executions: Executions;

  constructor(context: ActorContext<Message>, market: Market, breaker: CircuitBreaker, recalibrator: Recalibrator) {
    this.context = context;
    this.market = market;
    this.breaker = breaker;
    this.recalibrator = recalibrator;
    this.executions = market.state.done.executions;
  }

  rejected(to: ActorId, account: AccountId, instrument: InstrumentId, order: OrderId, lots: Lots, reason: number, tag: number): void {
    const draft = this.context.send(to, OrderRejected);
    draft.account = account;
    draft.instrument = instrument;
    draft.order = order;
    draft.lots = lots;
    draft.reason = reason;
    draft.tag = tag;
  }

  /** The order that somebody asked for. */
  accepted(
    from: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: Side,
    lots: Lots,
    price: Ticks,
    tag: number,
  ): void {
    // Through its fields: V8 inlines a method before it knows that every draft is the same object, and accessors after it does.
    const told = this.context.send(from, OrderAccepted);
    told.account = account;
    told.instrument = instrument;
    told.order = order;
    told.side = side;
    told.lots = lots;
    told.price = price;
    told.tag = tag;
    this.traded(from, account, instrument, order, side, price, tag);
  }

  /** Both sides of the fills, orders that were canceled or cut by them, and what of the order itself was dropped. */
  traded(owner: ActorId, account: AccountId, instrument: InstrumentId, order: OrderId, side: 1 | -1, price: number, tag: number): void {
    const { settled } = this.executions;
    const { unfilled } = this.market;
    const gone = this.market.canceled.count;
    if ((settled | gone | unfilled) === 0) return;
    for (let row = 0; row < settled; row += EXECUTION_WORDS) this.executed(row & ROWS, owner, account, instrument, order, side);
    if (gone > 0) this.canceled();
    if (unfilled > 0) this.gone(owner, account, instrument, order, side, unfilled, price, this.market.reason, tag);
    if (settled > 0) this.seen(instrument);
  }

  /** By whoever sees every execution as it happens. */
  seen(instrument: InstrumentId): void {
    this.breaker.traded(instrument);
    this.recalibrator.traded(instrument);
  }

  /** Both sides of an execution, the taker's first; what is not known of it is read from its row at once. */
  private executed(at: number, owner: ActorId, account: AccountId, instrument: InstrumentId, order: OrderId, side: Side): void {
    const { words, floats } = this.executions;
    const half = at >> 1;
    const lots = words[at + LOTS];
    const price = words[at + PRICE];
    const flags = words[at + LEFT] === 0 ? FILL_DONE : 0;
    const makerFlags = words[at + LEFT + 1] === 0 ? MAKER_DONE : FILL_MAKER;
    const maker = words[at + ORDER + 1] >>> 0;
    const makerAccount = words[at + ACCOUNT + 1] & ACCOUNT_IDS;
    this.filled(owner, account, instrument, order, side, lots, price, floats[half + FEE], flags, floats[half + TAG]);
    const against = (0 - side) as Side;
    const makerFee = floats[half + FEE + 1];
    const makerTag = floats[half + TAG + 1];
    this.filled(this.market.owner(makerAccount), makerAccount, instrument, maker, against, lots, price, makerFee, makerFlags, makerTag);
  }

  /** One side of an execution. */
  fill(row: number): void {
    const { fills } = this.market;
    const instrument = fills.instrument(row);
    const side = fills.side(row);
    const flags = fills.flags(row);
    this.filled(
      this.market.owner(fills.account(row)),
      fills.account(row),
      instrument,
      fills.order(row),
      side,
      fills.lots(row),
      fills.price(row),
      fills.fee(row),
      flags,
      fills.tag(row),
    );
  }

  private filled(
    owner: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: Side,
    lots: Lots,
    price: Ticks,
    fee: Quote,
    flags: number,
    tag: number,
  ): void {
    if (owner === 0) return;
    const told = this.context.send(owner, OrderFilled);
    told.account = account;
    told.instrument = instrument;
    told.order = order;
    told.side = side;
    told.lots = lots;
    told.price = price;
    told.amount = fee;
    told.flags = flags;
    told.tag = tag;
  }

  canceled(): void {
    const { canceled } = this.market;
    for (let row = 0; row < canceled.count; row++) {
      const owner = this.market.owner(canceled.account(row) & ACCOUNT_IDS);
      if (canceled.left(row) === 0) {
        this.gone(
          owner,
          canceled.account(row),
          canceled.instrument(row),
          canceled.order(row),
          canceled.side(row),
          canceled.lots(row),
          canceled.price(row),
          canceled.reason(row),
          canceled.tag(row),
        );
        continue;
      }
      const amended = this.context.send(owner, OrderAmended);
      amended.account = canceled.account(row);
      amended.instrument = canceled.instrument(row);
      amended.order = canceled.order(row);
      amended.lots = canceled.left(row);
      amended.price = canceled.price(row);
      amended.tag = canceled.tag(row);
    }
  }

  private gone(
    owner: ActorId,
    account: AccountId,
    instrument: InstrumentId,
    order: OrderId,
    side: 1 | -1,
    lots: Lots,
    price: number,
    reason: number,
    tag: number,
  ): void {
    const draft = this.context.send(owner, OrderCanceled);
    draft.account = account;
    draft.instrument = instrument;
    draft.order = order;
    draft.side = side;
    draft.lots = lots;
    draft.price = price;
    draft.tag = tag;
    draft.reason = reason;
  }
}
