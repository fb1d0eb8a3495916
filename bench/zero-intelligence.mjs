// Traders without intelligence (Daniels, Farmer, Gillemot, Iori & Smith 2003): orders of one size at exponential gaps, two
// in five at market, the rest at a random price in a window around the mark; more than eight resting, and the oldest is
// canceled. Once as an actor that owns its state and once as a cohort in columns: the same draws, so the same run, which
// kernel.bench.mjs checks by digest.

import { Drawn, RngColumns } from '../dist/base/random.js';
import { Participants } from '../dist/kernel/participant.js';
import * as messages from '../dist/messages.js';
import * as venues from './venue.mjs';

// Named again here, as the traders that come with Sandpile do: V8 folds a module's own constants, but not imported ones.
const { FILL_DONE, ORDER_MARKET } = messages;
const REQUESTED = messages.Reason['requested'];
const { Wake, SubmitOrder, CancelOrder, OrderAccepted, OrderCanceled, OrderFilled, OrderRejected } = messages.Type;
const { INSTRUMENT } = venues;

export const BEHAVIOUR = {
  /** Micros between two orders of a trader. */
  MEAN_GAP: 100_000,
  AT_MARKET: 0.4,
  /** How far from the mark a limit order may be, in ticks. */
  WINDOW: 300,
  LOTS: 10,
  /** Who holds more, long or short, trades the other way. */
  MOST_LOTS: 200,
  MOST_ORDERS: 8,
};
const { MEAN_GAP, AT_MARKET, WINDOW, LOTS, MOST_LOTS, MOST_ORDERS } = BEHAVIOUR;
/** Room for one that was on its way when the oldest was canceled. */
const ROOM = 9;
// What a trader knows is a row of ten integers: what it holds, times sixteen, and how many orders it has; and their ids, the oldest
// first.
const ROW = 1 + ROOM;
const A_LOT_HELD = 16;
const COUNT = 15;
/** Tags of orders: what is known of them before they have an id. */
const RESTS = 1;
const CROSSES = 2;

// Constants, because V8 asks at each call of a function by its name whether it is still the same.

const forget = (rows, row, order) => {
  const id = order | 0;
  const last = row + (rows[row] & COUNT);
  let at = row + 1;
  while (at <= last && rows[at] !== id) at++;
  if (at > last) return;
  for (; at < last; at++) rows[at] = rows[at + 1];
  rows[row]--;
};

const forgetOldest = (rows, row) => {
  const last = row + (rows[row] & COUNT);
  const order = rows[row + 1];
  for (let at = row + 1; at < last; at++) rows[at] = rows[at + 1];
  rows[row]--;
  return order;
};

/** What becomes of its orders. Who canceled one itself has forgotten it, and knows none of those that crossed. */
const hear = (rows, row, message) => {
  switch (message.type) {
    case OrderAccepted: {
      const count = rows[row] & COUNT;
      if (message.tag !== RESTS || count === ROOM) return;
      rows[row]++;
      rows[row + 1 + count] = message.order;
      return;
    }
    case OrderFilled:
      rows[row] += A_LOT_HELD * message.side * message.lots;
      if (message.tag === RESTS && (message.flags & FILL_DONE) !== 0) forget(rows, row, message.order);
      return;
    case OrderCanceled:
      if (message.tag === RESTS && message.reason !== REQUESTED) forget(rows, row, message.order);
  }
};

class ZeroIntelligence {
  /** Its row of `world.rows` is its own; that the rows of all lie in one array saves it an array, three objects to V8. */
  constructor(world, index) {
    this.world = world;
    this.row = ROW * index;
    this.account = 0;
    this.context = undefined;
    this.rng = undefined;
  }

  enter(context, account) {
    this.context = context;
    this.rng = context.rng('zi');
    this.account = account;
  }

  start() {
    this.await(this.rng.exponential());
  }

  handle(message) {
    if (message.type === Wake) this.act();
    else if (message.type === OrderRejected) this.world.venue.rejections++;
    else hear(this.world.rows, this.row, message);
  }

  await(gap) {
    const { context } = this;
    context.wake(context.now + 1 + Math.floor(MEAN_GAP * gap), 0);
  }

  act() {
    const { context, rng, row, account } = this;
    const { venue, rows, gateway, feed, drawn } = this.world;
    venue.wakes++;
    rng.exponentialAndTwo(drawn);
    this.await(drawn.exponential);
    const choice = drawn.first;
    const place = drawn.second;
    if ((rows[row] & COUNT) >= MOST_ORDERS) {
      const order = forgetOldest(rows, row);
      const cancel = context.send(gateway, CancelOrder);
      cancel.account = account;
      cancel.instrument = INSTRUMENT;
      cancel.order = order;
    }
    let side = place < 0.5 ? 1 : -1;
    if (side * (rows[row] >> 4) >= MOST_LOTS) side = -side;
    const submit = context.send(gateway, SubmitOrder);
    submit.account = account;
    submit.instrument = INSTRUMENT;
    submit.side = side;
    submit.lots = LOTS;
    if (choice < AT_MARKET) {
      submit.flags = ORDER_MARKET;
      submit.tag = CROSSES;
    } else {
      submit.price = feed.mark - side * (1 + Math.floor(((choice - AT_MARKET) / (1 - AT_MARKET)) * WINDOW));
      submit.tag = RESTS;
    }
  }
}

class ZeroIntelligenceCohort {
  constructor(venue, size) {
    this.venue = venue;
    this.kernel = venue.kernel;
    this.gateway = venue.gatewayId;
    this.feed = venue.feed;
    this.size = size;
    this.account = 0;
    this.rng = new RngColumns(size);
    this.drawn = new Drawn();
    this.rows = new Int32Array(ROW * size);
    this.first = venue.kernel.registerCohort('trader', size, this, venue.line());
    for (let i = 0; i < size; i++) {
      this.rng.seed(i, `${venue.seed}/trader/${i}/zi`);
      const account = venue.openAccount(this.first + i);
      if (i === 0) this.account = account;
    }
  }

  start() {
    for (let i = 0; i < this.size; i++) this.await(i, this.rng.exponential(i));
  }

  /** A field, so that V8 compiles it for this cohort (docs/performance.md, "Compiled for one"). */
  handle = (message) => {
    const i = message.to - this.first;
    if (message.type === Wake) this.act(i);
    else if (message.type === OrderRejected) this.venue.rejections++;
    else hear(this.rows, ROW * i, message);
  };

  await(i, gap) {
    this.kernel.wake(this.first + i, this.kernel.now + 1 + Math.floor(MEAN_GAP * gap), 0);
  }

  act(i) {
    this.venue.wakes++;
    const { kernel, rng, gateway, rows, drawn } = this;
    const row = ROW * i;
    // Read before chance is, so that both come from memory at once.
    const known = rows[row];
    rng.exponentialAndTwo(i, drawn);
    this.await(i, drawn.exponential);
    const id = this.first + i;
    const choice = drawn.first;
    const place = drawn.second;
    if ((known & COUNT) >= MOST_ORDERS) {
      const order = forgetOldest(rows, row);
      const cancel = kernel.send(id, gateway, CancelOrder, 0);
      cancel.account = this.account + i;
      cancel.instrument = INSTRUMENT;
      cancel.order = order;
    }
    let side = place < 0.5 ? 1 : -1;
    if (side * (known >> 4) >= MOST_LOTS) side = -side;
    const submit = kernel.send(id, gateway, SubmitOrder, 0);
    submit.account = this.account + i;
    submit.instrument = INSTRUMENT;
    submit.side = side;
    submit.lots = LOTS;
    if (choice < AT_MARKET) {
      submit.flags = ORDER_MARKET;
      submit.tag = CROSSES;
    } else {
      submit.price = this.feed.mark - side * (1 + Math.floor(((choice - AT_MARKET) / (1 - AT_MARKET)) * WINDOW));
      submit.tag = RESTS;
    }
  }
}

/**
 * How a population is run: `individual` is XState logic behind an RxJS inbox, `inspected` the same as XState actors that somebody
 * inspects, `inbox` the inbox alone, `cohort` one inbox for all.
 */
export function populate(venue, size, how) {
  if (how === 'cohort') {
    const cohort = new ZeroIntelligenceCohort(venue, size);
    venue.start();
    cohort.start();
    return;
  }
  const traders = [];
  const participants = new Participants(how === 'inspected' ? () => undefined : undefined);
  const world = { venue, rows: new Int32Array(ROW * size), gateway: venue.gatewayId, feed: venue.feed, drawn: new Drawn() };
  for (let i = 0; i < size; i++) {
    const name = `trader/${i}`;
    const trader = new ZeroIntelligence(world, i);
    let receiver = trader;
    if (how !== 'inbox') {
      receiver = participants.add(name);
      receiver.receiver = trader;
    }
    const id = venue.kernel.register(name, receiver, venue.line());
    trader.enter(venue.kernel.context(id), venue.openAccount(id));
    traders.push(trader);
  }
  venue.start();
  for (const trader of traders) trader.start();
}
