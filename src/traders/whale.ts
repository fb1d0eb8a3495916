// One participant large enough to matter: it holds a large leveraged position from the start, or buys or sells a large
// amount in equal slices over a stretch of time, whatever the price does.
//
// Draws: none. Everything it does follows from its parameters and what it hears.

import { choice, coins, count, duration, fraction, money, number, type Values } from '../base/params.ts';
import { BUY, SELL, type Lots, type Quote, type Side } from '../base/units.ts';
import { ORDER_IOC, ORDER_MARKET, Type, type Message } from '../messages.ts';
import { planOpening, shareOf } from './opening.ts';
import { OwnAccount } from './own-account.ts';
import { instrumentOf, traderKind, type Trader, type TraderContext } from './trader.ts';

const params = {
  role: choice(['holder', 'program'], 'holder', '`holder`: holds its size when the run starts; `program`: trades its size in slices.'),
  direction: choice(['buy', 'sell'], 'sell', 'What a program does; a holder of `buy` is long, of `sell` short.'),
  size: coins('200', 'Size of the position, or of the whole program.'),
  leverage: number(5, 'Leverage, as a multiple; large positions get what their tier allows.', { min: 1 }),
  entryDistance: fraction('0%', 'How far from the starting price a holder entered, to its loss when positive.', { min: -0.9, max: 0.9 }),
  cushion: number(1.5, 'Equity of a holder at the start is at least this many times maintenance margin.', { min: 1 }),
  reserve: money('0', 'What it can add to its account when it is called, in all.'),
  topUp: fraction('25%', 'One top-up, as a share of its first deposit.', { min: 0, max: 1 }),
  delay: duration('60s', 'Time from a margin call to its top-up.', { min: 0 }),
  from: duration('10m', 'When a program begins.', { min: 0 }),
  over: duration('10m', 'How long a program takes.', { min: 1 }),
  slices: count(60, 'In how many equal parts a program trades.', { min: 1 }),
  slippage: fraction('0%', 'How far through the quote a slice may trade; 0 for market orders. What a slice leaves, the next ones add.', {
    min: 0,
    max: 0.5,
  }),
};

const { Wake, SubmitOrder, TopUp, OrderFilled, MarginCalled } = Type;
const SLICE = 0;
const TOP_UP = 1;
/** A program deposits this much more than its initial margin, for losses on the way. */
const PROGRAM_RESERVE = 0.25;

class Whale implements Trader {
  private readonly context: TraderContext;
  private readonly values: Values<typeof params>;
  private readonly account: OwnAccount;
  private readonly side: Side;
  private readonly deposit: Quote;
  private reserve: Quote;
  private slice = 0;
  private traded: Lots = 0;
  private called = false;

  constructor(context: TraderContext, values: Values<typeof params>) {
    this.context = context;
    this.values = values;
    this.side = values.direction === 'buy' ? BUY : SELL;
    this.reserve = values.reserve;
    const instrument = instrumentOf(context);
    const holds = values.role === 'holder';
    const { leverage } = values;
    const start = context.feed(instrument.id).mark;
    const { entry, cash } = planOpening(
      instrument,
      this.side,
      values.size,
      leverage,
      start,
      holds ? values.entryDistance : 0,
      values.cushion,
    );
    this.deposit = holds ? cash : cash + shareOf(cash, PROGRAM_RESERVE);
    this.account = new OwnAccount(context, this.deposit, leverage);
    if (!holds) return;
    context.openPosition(this.account.id, instrument.id, this.side * values.size, entry);
    this.account.open(this.side * values.size, entry);
  }

  start(): void {
    if (this.values.role === 'program') this.context.wake(this.context.now + this.values.from, SLICE);
  }

  handle(message: Message): void {
    const { type } = message;
    if (type === Wake) {
      if (message.tag === SLICE) this.trade();
      else this.topUp();
      return;
    }
    this.account.heard(message);
    if (type === OrderFilled) this.traded += message.lots;
    else if (type === MarginCalled && !this.called && this.reserve > 0) {
      this.called = true;
      this.context.wake(this.context.now + this.values.delay, TOP_UP);
    }
  }

  /** What should have been traded by now, less what has been: a halt or a thin book only puts it off. */
  private trade(): void {
    const { size, slices, over, slippage } = this.values;
    if (this.traded >= size || this.account.liquidated) return;
    this.context.wake(this.context.now + Math.max(1, Math.round(over / slices)), SLICE);
    this.slice = Math.min(this.slice + 1, slices);
    const feed = this.context.feed(this.context.instrument);
    const quote = this.side === BUY ? feed.ask : feed.bid;
    const lots = Math.round((size * this.slice) / slices) - this.traded;
    if (!feed.open || this.account.inLiquidation || quote === 0 || lots < 1) return;
    const draft = this.context.send(this.context.exchange, SubmitOrder);
    draft.account = this.account.id;
    draft.instrument = this.context.instrument;
    draft.side = this.side;
    draft.lots = lots;
    draft.price = slippage > 0 ? Math.max(1, Math.round(quote * (1 + this.side * slippage))) : 0;
    draft.flags = slippage > 0 ? ORDER_IOC : ORDER_MARKET;
  }

  private topUp(): void {
    this.called = false;
    if (this.account.inLiquidation || this.account.liquidated) return;
    const amount = Math.min(this.reserve, shareOf(this.deposit, this.values.topUp));
    this.reserve -= amount;
    const draft = this.context.send(this.context.exchange, TopUp);
    draft.account = this.account.id;
    draft.amount = amount;
  }
}

export const whale = traderKind({
  kind: 'whale',
  doc: 'One large position, or one large seller or buyer.',
  params,
  create: (context, values) => new Whale(context, values),
});
