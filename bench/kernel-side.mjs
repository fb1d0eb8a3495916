// One side of a race: a population on a venue, or the usual glue, run for a stretch at a time. Each side has a process of
// its own, so that what it does to the heap and to V8's knowledge of types does not slow down the other.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inlineMore } from './inlining.mjs';
import { Glue } from './glue.mjs';
import { INSTRUMENT, Venue } from './venue.mjs';
import { populate } from './zero-intelligence.mjs';

const SEED = 'bench/kernel';
/** Messages but timers that a thousand traders cause in a second of simulated time, about. */
const A_SECOND = 32_000;
/** Long enough that it does not matter whose data the caches hold when a side's turn begins. */
const A_STRETCH = 960_000;
const GLUE_STRETCH = 20_000;
const LEAST_ORDERS = 0.3;

/**
 * A collector to be called once, when all actors exist; and a nursery of 16 MB from the start, where V8 begins with one: what
 * is made of an actor then stays side by side when it is promoted, and a delivery to it waits a fifth less for memory.
 */
const NODE_FLAGS = ['--expose-gc', '--min-semi-space-size=16'];

/**
 * Arrays in large pages, where the C library offers it: a thousand traders do not notice, a hundred thousand run faster by a third to
 * three quarters, because what they wait for is mostly to find where in memory something is.
 */
const LARGE_PAGES = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' };

/**
 * Processor time of all threads: on an idle machine the clock's or a little more, on a shared one without what others had. The
 * collector works when V8 lets it, as in a run, and is not called: V8 throws optimized code away when a constant in it dies.
 */
function seconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

class Population {
  constructor(how, size) {
    this.name = `${how}, ${size.toLocaleString('en-US')} traders`;
    this.venue = new Venue(SEED, { traders: size });
    populate(this.venue, size, how);
    globalThis.gc?.();
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

  /** That it did what it says: orders enough, hardly any refused, and a market in which everything adds up. */
  finish() {
    const { market, kernel, rejections } = this.venue;
    const orders = this.venue.orders - this.orders;
    const share = orders / (this.venue.messages - this.messages);
    const digest = kernel.digest();
    console.error(
      `${this.name}: ${(100 * share).toFixed(1)} % orders, ${market.book(INSTRUMENT).size} resting, digest ${digest.slice(0, 16)}`,
    );
    if (share < LEAST_ORDERS) throw new Error(`${this.name}: only ${(100 * share).toFixed(1)} % of the messages are orders`);
    if (rejections > orders / 100) throw new Error(`${this.name}: ${rejections} of ${orders} orders were rejected`);
    const problem =
      market.checkConservation() ?? market.checkPositions(INSTRUMENT) ?? market.checkOpenOrders() ?? market.checkBook(INSTRUMENT);
    if (problem !== null) throw new Error(`${this.name}: ${problem}`);
    return digest;
  }
}

class UsualGlue {
  constructor(size) {
    this.glue = new Glue(SEED, size);
    globalThis.gc?.();
    this.glue.run(4 * GLUE_STRETCH);
  }

  rate() {
    return GLUE_STRETCH / seconds(() => this.glue.run(GLUE_STRETCH));
  }

  finish() {
    return 'none';
  }
}

/** `how` is `individual`, `inspected`, `inbox`, `cohort` (see zero-intelligence.mjs) or `glue`. */
export class Side {
  constructor(how, size) {
    this.child = fork(fileURLToPath(import.meta.url), [how, String(size)], {
      execArgv: NODE_FLAGS,
      env: { ...process.env, ...LARGE_PAGES },
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.ended = once(this.child, 'exit').then(() => []);
  }

  rate() {
    return this.ask('rate');
  }

  /** Checks the run and ends it; gives its digest. */
  async finish() {
    const digest = await this.ask('finish');
    this.child.disconnect();
    return digest;
  }

  async ask(question) {
    this.child.send(question);
    const [answer] = await Promise.race([once(this.child, 'message'), this.ended]);
    if (answer === undefined) throw new Error('one side ended before its time');
    return answer;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  inlineMore(30_000);
  const [how, size] = process.argv.slice(2);
  const side = how === 'glue' ? new UsualGlue(Number(size)) : new Population(how, Number(size));
  process.on('message', (question) => process.send(side[question]()));
}
