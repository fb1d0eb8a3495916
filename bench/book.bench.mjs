// The order book against nodejs-order-book on one identical stream: 53 % limit orders, 39 % cancels of live orders, 8 %
// market orders, self-trade prevention on, five to ten orders a price. Both books live through the whole stream; it is cut
// into pairs of segments that the two work through in turns, and the ratio is the median over the pairs. What the library
// is given (ids as strings, option objects) is made beforehand and not timed. At the end both must hold the same book.

import { OrderBook as PeerBook } from 'nodejs-order-book';
import seedrandom from 'seedrandom';
import { OrderBook } from '../dist/market/order-book.js';

const PAIRS = 15;
const LIMIT = 0;
const CANCEL = 1;
const MARKET = 2;
const START = 600_000;
const ACCOUNTS = 1_000;

/** Makes the commands, with a book of its own to know which orders are alive and where the market is. */
class Stream {
  constructor(seed, resting) {
    this.random = seedrandom.alea(seed);
    this.resting = resting;
    /** Mean distance of a new order from the other side's best price, so that a price holds five to ten orders. */
    this.distance = resting / 40;
    this.book = new OrderBook();
    this.live = [];
    this.positions = new Map();
    this.order = 0;
    this.drift = 0;
  }

  int(n) {
    return Math.floor(this.random() * n);
  }

  remember(order) {
    this.positions.set(order, this.live.length);
    this.live.push(order);
  }

  forget(order) {
    const position = this.positions.get(order);
    const last = this.live.pop();
    if (last !== order) {
      this.live[position] = last;
      this.positions.set(last, position);
    }
    this.positions.delete(order);
  }

  /** `count` commands as columns; with `fill`, limit orders alone. */
  next(count, fill = false) {
    const column = () => new Int32Array(count);
    const segment = { count, kind: column(), order: column(), account: column(), side: column(), price: column(), lots: column() };
    for (let i = 0; i < count; i++) {
      const draw = fill ? 0 : this.random();
      if (draw < 0.53) this.limit(segment, i);
      else if (draw < 0.92) this.cancel(segment, i);
      else this.market(segment, i);
    }
    return segment;
  }

  limit(segment, i) {
    const { book } = this;
    const side = this.int(2) === 0 ? 1 : -1;
    this.drift += this.random() - 0.5;
    const other = side === 1 ? book.bestAsk : book.bestBid;
    const reference = other === 0 ? START + side : other;
    // One in ten meets the other side.
    const away = this.random() < 0.1 ? -this.int(3) : 1 + Math.floor(-Math.log(1 - this.random()) * this.distance);
    this.place(segment, i, LIMIT, side, reference - side * away, 1 + this.int(10), 0);
  }

  market(segment, i) {
    const crowded = this.live.length > this.resting;
    this.place(segment, i, MARKET, this.int(2) === 0 ? 1 : -1, 0, 1 + this.int(crowded ? 20 : 4), 1);
  }

  place(segment, i, kind, side, price, lots, flags) {
    const order = ++this.order;
    const account = 1 + this.int(ACCOUNTS);
    segment.kind[i] = kind;
    segment.order[i] = order;
    segment.account[i] = account;
    segment.side[i] = side;
    segment.price[i] = price;
    segment.lots[i] = lots;
    const { book } = this;
    if (book.place(order, account, side, price, lots, flags, 0) > 0) this.remember(order);
    const { executions } = book;
    for (let fill = 0; fill < executions.count; fill++) if (executions.makerLeft(fill) === 0) this.forget(executions.maker(fill));
  }

  cancel(segment, i) {
    const order = this.live[this.int(this.live.length)];
    segment.kind[i] = CANCEL;
    segment.order[i] = order;
    this.book.cancel(order);
    this.forget(order);
  }
}

function runOurs(book, { count, kind, order, account, side, price, lots }) {
  let filled = 0;
  for (let i = 0; i < count; i++) {
    if (kind[i] === CANCEL) {
      book.cancel(order[i]);
    } else {
      book.place(order[i], account[i], side[i], price[i], lots[i], kind[i] === MARKET ? 1 : 0, 0);
      filled += book.filled;
    }
  }
  return filled;
}

/** The same commands in the library's own terms. */
function translate({ count, kind, order, account, side, price, lots }) {
  return Array.from({ length: count }, (_, i) => {
    const id = String(order[i]);
    if (kind[i] === CANCEL) return id;
    const options = { side: side[i] === 1 ? 'buy' : 'sell', size: lots[i], accountId: String(account[i]), stpMode: 'EXPIRE_TAKER' };
    return kind[i] === MARKET ? options : { ...options, id, price: price[i] };
  });
}

function runPeer(book, { count, kind }, commands) {
  for (let i = 0; i < count; i++) {
    if (kind[i] === CANCEL) book.cancel(commands[i]);
    else if (kind[i] === MARKET) book.market(commands[i]);
    else book.limit(commands[i]);
  }
}

/** Processor time: what other programs take of a shared machine is nobody's here. */
function seconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function levelsOf(book, side) {
  const levels = [];
  for (let price = book.best(side); price !== 0; price = book.worse(side, price)) levels.push([price, book.lotsAt(side, price)]);
  return levels;
}

/** Every price and every volume of both sides must agree. */
function mustAgree(ours, peer) {
  const [asks, bids] = peer.depth();
  const sorted = (levels) => levels.toSorted(([a], [b]) => a - b);
  const theirs = JSON.stringify([sorted(bids), sorted(asks)]);
  if (theirs !== JSON.stringify([sorted(levelsOf(ours, 1)), sorted(levelsOf(ours, -1))])) throw new Error('the two books differ');
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Both run the same lead-in first, so that neither is measured while its memory comes back from where the other put it. */
function measure(name, resting, commands) {
  const stream = new Stream(`bench/${name}`, resting);
  const ours = new OrderBook();
  const peer = new PeerBook();
  const build = stream.next(resting, true);
  runOurs(ours, build);
  runPeer(peer, build, translate(build));
  const rates = [];
  const ratios = [];
  // The first two warm up.
  for (let pair = -2; pair < PAIRS; pair++) {
    const leadIn = stream.next(commands / 2);
    const segment = stream.next(commands);
    const peerLeadIn = translate(leadIn);
    const peerSegment = translate(segment);
    globalThis.gc?.();
    runPeer(peer, leadIn, peerLeadIn);
    const peerTime = seconds(() => runPeer(peer, segment, peerSegment));
    runOurs(ours, leadIn);
    const ourTime = seconds(() => runOurs(ours, segment));
    if (pair < 0) continue;
    rates.push(commands / ourTime / 1e6);
    ratios.push(peerTime / ourTime);
  }
  mustAgree(ours, peer);
  return { value: median(rates), ratio: median(ratios) };
}

function bookCase(name, resting, commands) {
  return { name, unit: 'M commands/s', against: 'nodejs-order-book', run: () => measure(name, resting, commands) };
}

export const cases = [
  bookCase('book.tight', 2_000, 100_000),
  bookCase('book.50k', 50_000, 150_000),
  bookCase('book.500k', 500_000, 150_000),
];
