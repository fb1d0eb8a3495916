// What owners hear of their orders. The market keeps what the last command did as rows; here each row becomes an event to
// the owner of its account.

import type { AccountId, ActorId, InstrumentId, Lots, OrderId } from '../base/units.ts';
import type { ActorContext } from '../kernel/actor.ts';
import * as rows from '../market/fills.ts';
import type { Market } from '../market/market.ts';
import { Type, type Message } from '../messages.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Recalibrator } from './recalibrator.ts';

// Named again here: V8 folds a module's own constants into the code, but reads an imported one from its module each time.
const { EXECUTION_WORDS, FILL_DONE, IN_USE } = rows;
const { TAG, FEE, ACCOUNT, ORDER, LEFT, PRICE, LOTS, SIDE, INSTRUMENT } = rows.FILL;
const { OrderAccepted, OrderAmended, OrderCanceled, OrderFilled, OrderRejected } = Type;

export class OrderReports {
  private readonly context: ActorContext<Message>;
  private readonly market: Market;
  // Each by its own name, because V8 sees through a call of one class and not through a loop over two.
  private readonly breaker: CircuitBreaker;
  private readonly recalibrator: Recalibrator;

  constructor(context: ActorContext<Message>, market: Market, breaker: CircuitBreaker, recalibrator: Recalibrator) {
    this.context = context;
    this.market = market;
    this.breaker = breaker;
    this.recalibrator = recalibrator;
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

  /** The order that `submitted` asked for. */
  accepted(submitted: Message, order: OrderId): void {
    const { from, account, instrument, side, lots, price, tag } = submitted;
    this.context.send(from, OrderAccepted).tell(account, instrument, order, side, lots, price, tag);
    this.traded(from, account, instrument, order, side, price, tag);
  }

  /** Both sides of the fills, orders that were canceled or cut by them, and what of the order itself was dropped. */
  traded(owner: ActorId, account: AccountId, instrument: InstrumentId, order: OrderId, side: 1 | -1, price: number, tag: number): void {
    const { fills, unfilled, reason } = this.market;
    for (let row = 0; row < fills.count; row++) this.fill(row);
    if (this.market.canceled.count > 0) this.canceled();
    if (unfilled > 0) this.gone(owner, account, instrument, order, side, unfilled, price, reason, tag);
    if (fills.count > 0) this.seen(instrument);
  }

  /** By whoever sees every execution as it happens. */
  seen(instrument: InstrumentId): void {
    this.breaker.traded(instrument);
    this.recalibrator.traded(instrument);
  }

  /** One side of an execution: see `Fills`, whose words are read here at once. */
  fill(row: number): void {
    const { words, floats } = this.market.fills;
    const party = row & 1;
    const at = EXECUTION_WORDS * ((row >> 1) & IN_USE);
    const account = words[at + ACCOUNT + party];
    const owner = this.market.owner(account);
    if (owner === 0) return;
    const filled = this.context.send(owner, OrderFilled);
    const side = words[at + SIDE];
    filled.tell(
      account,
      words[at + INSTRUMENT],
      words[at + ORDER + party] >>> 0,
      (party === 0 ? side : -side) as 1 | -1,
      words[at + LOTS],
      words[at + PRICE],
      floats[(at >> 1) + TAG + party],
    );
    filled.amount = floats[(at >> 1) + FEE + party];
    filled.flags = party + (words[at + LEFT + party] === 0 ? FILL_DONE : 0);
  }

  canceled(): void {
    const { canceled } = this.market;
    for (let row = 0; row < canceled.count; row++) {
      const owner = this.market.owner(canceled.account(row));
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
    draft.tell(account, instrument, order, side, lots, price, tag);
    draft.reason = reason;
  }
}
