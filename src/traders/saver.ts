// Somebody who keeps money at the venue and does not trade: takes a little out now and then, and everything once the price
// has fallen far enough to be afraid. What a venue that owes more than it has does to those who leave shows on savers.
//
// Draws: the stream `arrival`, once at every withdrawal and at the start. It looks at the price at fixed times.

import { duration, fraction, money, type Values } from '../base/params.ts';
import { Type, type Message } from '../messages.ts';
import type { Rng } from '../base/random.ts';
import { OwnAccount } from './own-account.ts';
import { traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  cash: money('100000', 'What it deposits at the start.'),
  interval: duration('30m', 'Mean time between its withdrawals; arrivals are Poisson.', { min: 1 }),
  portion: fraction('5%', 'Share of its money that it takes out then.', { min: 0, max: 1 }),
  fear: fraction('5%', 'Once the mark has fallen this far from its highest, everything goes.', { min: 0, max: 1 }),
  look: duration('10s', 'How often it looks at the price, and tries to leave once it is afraid.', { min: 1 }),
};

const { Wake, Withdraw, Withdrawn, OrderRejected } = Type;

class Saver implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly arrival: Rng;
  private highest = 0;
  private dueAt = 0;
  private waiting = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.account = new OwnAccount(context, values.cash, 1);
    this.arrival = context.rng('arrival');
  }

  start(): void {
    this.plan();
    this.context.wake(this.context.now + this.values.look, 0);
  }

  handle(message: Message): void {
    const { type } = message;
    if (type !== Wake) {
      this.account.heard(message);
      if (type === Withdrawn || type === OrderRejected) this.waiting = false;
      return;
    }
    this.context.wake(this.context.now + this.values.look, 0);
    const { mark } = this.context.feed(this.context.instrument);
    this.highest = Math.max(this.highest, mark);
    if (this.waiting) return;
    if (mark <= this.highest * (1 - this.values.fear)) this.withdraw(this.account.cash);
    else if (this.context.now >= this.dueAt) {
      this.plan();
      this.withdraw(Math.floor(this.account.cash * this.values.portion));
    }
  }

  private plan(): void {
    this.dueAt = this.context.now + Math.round(this.values.interval * this.arrival.exponential());
  }

  private withdraw(amount: number): void {
    if (amount < 1) return;
    this.waiting = true;
    const draft = this.context.send(this.context.exchange, Withdraw);
    draft.account = this.account.id;
    draft.amount = amount;
    draft.tag = 0;
  }
}

export const saver = traderKind({
  kind: 'saver',
  doc: 'Keeps money at the venue without trading; withdraws some now and then, and all of it when the price has fallen far.',
  params,
  create: (context, values) => new Saver(context, values),
});
