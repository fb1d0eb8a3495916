// The whole loop: traders without intelligence on a whole venue (venue.mjs), each with a margined account, every order
// through gateway, margin and book, every answer back through a trader's inbox. Once as XState actors behind RxJS inboxes
// (`individual`), once without XState (`inbox`), once as one cohort with columns of state (`cohort`): these are one and the
// same run and must end in one digest. Counted are all messages but timers, and at least 30 % of them must be orders.
//
// Both sides of a pair take turns, a stretch of simulated time each; value and ratio are medians over the stretches.

import { Glue } from './glue.mjs';
import { INSTRUMENT, Venue } from './venue.mjs';
import { populate } from './zero-intelligence.mjs';

const PAIRS = 15;
const SEED = 'bench/kernel';
/** Messages but timers that a thousand traders cause in a second of simulated time, about. */
const A_SECOND = 32_000;
const A_STRETCH = 320_000;
const GLUE_STRETCH = 20_000;
const LEAST_ORDERS = 0.3;

class Run {
  constructor(size, how) {
    this.name = `${how}, ${size.toLocaleString('en-US')} traders`;
    this.venue = new Venue(SEED);
    populate(this.venue, size, how);
    this.stretch = Math.round((A_STRETCH / A_SECOND) * 1e6 * (1_000 / size));
    // Until books have filled and code is compiled.
    this.until = Math.max(2_000_000, 2 * this.stretch);
    this.venue.kernel.runUntil(this.until);
    this.messages = this.venue.messages;
    this.orders = this.venue.orders;
  }

  /** Messages a second over the next stretch. */
  rate() {
    const { venue } = this;
    const before = venue.messages;
    this.until += this.stretch;
    const elapsed = seconds(() => venue.kernel.runUntil(this.until));
    return (venue.messages - before) / elapsed;
  }

  /** That it did what it says: orders enough, none of them refused, and a market in which everything adds up. */
  check() {
    const { market, orders, messages, kernel, rejections } = this.venue;
    const share = (orders - this.orders) / (messages - this.messages);
    console.error(
      `${this.name}: ${(100 * share).toFixed(1)} % orders, ${market.book(INSTRUMENT).size} resting, digest ${kernel.digest().slice(0, 16)}`,
    );
    if (share < LEAST_ORDERS) throw new Error(`${this.name}: only ${(100 * share).toFixed(1)} % of the messages are orders`);
    if (rejections > orders / 100) throw new Error(`${this.name}: ${rejections} of ${orders} orders were rejected`);
    const problem =
      market.checkConservation() ?? market.checkPositions(INSTRUMENT) ?? market.checkOpenOrders() ?? market.checkBook(INSTRUMENT);
    if (problem !== null) throw new Error(`${this.name}: ${problem}`);
  }
}

class GlueRun {
  constructor(size) {
    this.glue = new Glue(SEED, size);
    this.glue.run(4 * GLUE_STRETCH);
  }

  rate() {
    return GLUE_STRETCH / seconds(() => this.glue.run(GLUE_STRETCH));
  }
}

function seconds(work) {
  globalThis.gc?.();
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

function race(run, other) {
  const rates = [];
  const ratios = [];
  // The first two warm up.
  for (let pair = -2; pair < PAIRS; pair++) {
    const theirs = other.rate();
    const ours = run.rate();
    if (pair < 0) continue;
    rates.push(ours);
    ratios.push(ours / theirs);
  }
  run.check();
  return { value: median(rates), ratio: median(ratios) };
}

/** Two ways to run the same traders: whatever the way, it must be the same run. */
function raceOfTwins(size, how, otherHow) {
  const run = new Run(size, how);
  const other = new Run(size, otherHow);
  const result = race(run, other);
  other.check();
  if (run.venue.kernel.digest() !== other.venue.kernel.digest()) throw new Error(`${run.name} and ${other.name} are not the same run`);
  return result;
}

const unit = 'messages/s';

export const cases = [
  {
    name: 'kernel.individual.1e3',
    unit,
    against: 'the usual glue (a machine a trader, nodejs-order-book, decimal.js), without margin',
    run: () => race(new Run(1_000, 'individual'), new GlueRun(1_000)),
  },
  {
    name: 'kernel.individual.1e4',
    unit,
    against: 'the same with 1,000 traders',
    run: () => race(new Run(10_000, 'individual'), new Run(1_000, 'individual')),
  },
  {
    name: 'kernel.individual.1e5',
    unit,
    against: 'the same with 1,000 traders',
    run: () => race(new Run(100_000, 'individual'), new Run(1_000, 'individual')),
  },
  { name: 'kernel.inbox.1e3', unit, against: 'the same traders as XState actors', run: () => raceOfTwins(1_000, 'inbox', 'individual') },
  { name: 'kernel.cohort.1e3', unit, against: 'the same traders as XState actors', run: () => raceOfTwins(1_000, 'cohort', 'individual') },
  {
    name: 'kernel.cohort.1e5',
    unit,
    against: 'the same traders as XState actors',
    run: () => raceOfTwins(100_000, 'cohort', 'individual'),
  },
];
