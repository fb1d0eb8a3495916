// A backstop provider: it has said that it takes liquidated positions over at a discount to the mark (assignment, auctions),
// and works what it is given off in the market, a slice at a time.
//
// Draws: the stream `arrival`, once a wake. Nothing else is random.

import { coins, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, PPM, SELL } from '../base/units.ts';
import { FILL_DONE, ORDER_IOC, ORDER_REDUCE_ONLY, Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { OwnAccount } from './own-account.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  capital: money('2000000', 'What it deposits at the start.'),
  leverage: number(5, 'The leverage its account chooses, as a multiple.', { min: 1 }),
  weight: number(0, 'Its share, among all with a weight, of balancing the opening positions; 0 starts flat.', { min: 0 }),
  capacity: coins('100', 'The greatest position, either way, up to which it takes any over.'),
  discount: fraction('50bp', 'The least discount to the mark at which it does.', { min: 0, max: 0.5 }),
  interval: duration('5s', 'Mean time between its orders; arrivals are Poisson.', { min: 1 }),
  share: fraction('10%', 'Share of its position that it sells at once.', { min: 0, max: 1 }),
  slippage: fraction('20bp', 'How far through the quote it trades.', { min: 0, max: 0.5 }),
};

const { Wake, Volunteer, SubmitOrder, OrderFilled, OrderCanceled, OrderRejected } = Type;

class Backstop implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly arrival: Rng;
  /** An order is on its way or being answered. */
  private waiting = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.capital, values.leverage);
    this.arrival = context.rng('arrival');
    if (values.weight > 0) context.balanceOpening(this.account.id, context.instrument, values.weight);
  }

  start(): void {
    const { instrument } = this.context;
    this.account.open(this.context.openingLots(this.account.id, instrument), this.context.feed(instrument).mark);
    const draft = this.context.send(this.context.exchange, Volunteer);
    draft.account = this.account.id;
    draft.instrument = this.context.instrument;
    draft.lots = this.values.capacity;
    draft.rate = Math.round(this.values.discount * PPM);
    this.await();
  }

  handle(message: Message): void {
    const { type } = message;
    if (type === Wake) {
      this.await();
      this.work();
      return;
    }
    this.account.heard(message);
    if (type === OrderFilled ? (message.flags & FILL_DONE) !== 0 : type === OrderCanceled || type === OrderRejected) this.waiting = false;
  }

  private await(): void {
    const gap = Math.round(this.values.interval * this.arrival.exponential());
    this.context.wake(this.context.now + Math.max(1, gap), 0);
  }

  private work(): void {
    const { lots, inLiquidation } = this.account;
    const { open, bid, ask } = this.context.feed(this.context.instrument);
    if (!open || this.waiting || inLiquidation || lots === 0 || (lots > 0 ? bid : ask) === 0) return;
    const { share, slippage } = this.values;
    this.waiting = true;
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.account.id;
    draft.instrument = this.context.instrument;
    draft.side = lots > 0 ? SELL : BUY;
    draft.lots = Math.max(1, Math.ceil(Math.abs(lots) * share));
    draft.price = lots > 0 ? Math.max(1, Math.floor(bid * (1 - slippage))) : Math.ceil(ask * (1 + slippage));
    draft.flags = ORDER_IOC | ORDER_REDUCE_ONLY;
    draft.tag = 0;
  }
}

export const backstop = traderKind({
  kind: 'backstop',
  doc: 'Volunteers to take liquidated positions over at a discount to the mark, and works them off in the market.',
  params,
  create: (context, values) => new Backstop(context, values),
});
