// The same market as one would glue it together from well-known packages: an XState machine a trader behind an RxJS
// Subject, messages as objects in a binary heap, nodejs-order-book, decimal.js for money. No margin, no marks, no digest:
// it does less than what it is compared with.

import { Decimal } from 'decimal.js';
import { OrderBook } from 'nodejs-order-book';
import { Subject } from 'rxjs';
import seedrandom from 'seedrandom';
import { createActor, setup } from 'xstate';
import { BEHAVIOUR } from './zero-intelligence.mjs';
import { LATENCY, START_PRICE } from './venue.mjs';

const { MEAN_GAP, AT_MARKET, WINDOW, LOTS, MOST_LOTS, MOST_ORDERS } = BEHAVIOUR;
const TICK = new Decimal('0.1');
const LOT = new Decimal('0.001');
const TAKER_FEE = new Decimal('0.0005');
const MAKER_FEE = new Decimal('0.0002');

class Heap {
  rows = [];

  push(row) {
    const { rows } = this;
    let at = rows.push(row) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(row, rows[parent])) break;
      rows[at] = rows[parent];
      at = parent;
    }
    rows[at] = row;
  }

  pop() {
    const { rows } = this;
    const first = rows[0];
    const last = rows.pop();
    if (rows.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= rows.length) break;
      if (child + 1 < rows.length && before(rows[child + 1], rows[child])) child++;
      if (!before(rows[child], last)) break;
      rows[at] = rows[child];
      at = child;
    }
    rows[at] = last;
    return first;
  }
}

function before(a, b) {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

const traderMachine = setup({
  actions: {
    remember: ({ context, event }) => {
      if (event.rests) context.orders.push(event.order);
    },
    forget: ({ context, event }) => {
      context.orders = context.orders.filter((order) => order !== event.order);
    },
    book: ({ context, event }) => {
      const value = TICK.times(event.price).times(LOT.times(event.lots));
      context.cash = context.cash.minus(value.times(event.side)).minus(event.fee);
      context.lots += event.side * event.lots;
    },
    act: ({ context }) => context.act(context),
  },
}).createMachine({
  id: 'trader',
  initial: 'trading',
  context: ({ input }) => ({ cash: new Decimal(10_000), lots: 0, orders: [], ...input }),
  states: {
    trading: {
      on: {
        Wake: { actions: 'act' },
        OrderAccepted: { actions: 'remember' },
        OrderFilled: { actions: ['book', 'forget'] },
        OrderCanceled: { actions: 'forget' },
      },
    },
  },
});

export class Glue {
  constructor(seed, size) {
    this.random = seedrandom.alea(seed);
    this.queue = new Heap();
    this.book = new OrderBook();
    this.now = 0;
    this.seq = 0;
    this.order = 0;
    this.messages = 0;
    this.inboxes = Array.from({ length: size }, (_, id) => {
      const actor = createActor(traderMachine, { id: `trader/${id}`, input: { id, act: (context) => this.act(context) } });
      actor.start();
      const inbox = new Subject();
      inbox.subscribe((message) => actor.send(message));
      this.await(id);
      return inbox;
    });
  }

  /** Delivers until there were `count` messages that are not wakes. */
  run(count) {
    const end = this.messages + count;
    while (this.messages < end) {
      const { at, to, message } = this.queue.pop();
      this.now = at;
      if (message.type !== 'Wake') this.messages++;
      if (to === undefined) this.exchange(message);
      else this.inboxes[to].next(message);
    }
  }

  send(to, message, delay = LATENCY) {
    this.queue.push({ at: this.now + delay, seq: ++this.seq, to, message });
  }

  await(id) {
    this.send(id, { type: 'Wake' }, 1 + Math.floor(-MEAN_GAP * Math.log(1 - this.random())));
  }

  act({ id, lots, orders }) {
    this.await(id);
    if (orders.length >= MOST_ORDERS) this.send(undefined, { type: 'CancelOrder', trader: id, order: orders.shift() });
    let side = this.random() < 0.5 ? 1 : -1;
    if (side * lots >= MOST_LOTS) side = -side;
    const atMarket = this.random() < AT_MARKET;
    const price = START_PRICE - side * (1 + Math.floor(this.random() * WINDOW));
    this.send(undefined, { type: 'SubmitOrder', trader: id, side, lots: LOTS, price, atMarket });
  }

  exchange(message) {
    if (message.type === 'CancelOrder') {
      if (this.book.cancel(message.order) !== undefined) this.send(message.trader, { type: 'OrderCanceled', order: message.order });
      return;
    }
    const { trader, side, lots, price, atMarket } = message;
    const id = String(++this.order);
    const options = { side: side === 1 ? 'buy' : 'sell', size: lots, accountId: String(trader), stpMode: 'EXPIRE_TAKER' };
    const { done, partial, partialQuantityProcessed } = atMarket ? this.book.market(options) : this.book.limit({ ...options, id, price });
    this.send(trader, { type: 'OrderAccepted', order: id, rests: !atMarket });
    for (const maker of done) if (maker.id !== id) this.fill(trader, side, id, maker, maker.size);
    if (partial !== null && partial.id !== id) this.fill(trader, side, id, partial, partialQuantityProcessed);
  }

  fill(trader, side, order, maker, lots) {
    const value = TICK.times(maker.price).times(LOT.times(lots));
    this.send(trader, { type: 'OrderFilled', order, side, lots, price: maker.price, fee: value.times(TAKER_FEE) });
    this.send(Number(maker.accountId), {
      type: 'OrderFilled',
      order: maker.id,
      side: -side,
      lots,
      price: maker.price,
      fee: value.times(MAKER_FEE),
    });
  }
}
