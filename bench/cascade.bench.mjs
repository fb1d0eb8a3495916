// A cascade through the production engine: margin call, breach, funding, cancel, recheck, sizing, order, fill, fee, fund,
// closing, each step an envelope through kernel, gateway, margin and book of a whole venue (venue.mjs). The public is one
// actor with an account and a take-profit order for each of `size` longs, of eleven leverages from 100× to 8×. The index
// falls by half a percent every half second until all are liquidated. A maker quotes around it every mark interval, the
// lower the more it has had to buy of late: what is sold takes the mid down, with it the mark, and with that others before
// their time (about a fifth of all); where its quotes are sold out, the fund takes over and works off what it took.
// Counted are messages but timers, from the first mark to the last case closed.
//
// Against: the very same run with every step of a case asked of XState's own `transition`, where the engine looks into the
// table that was compiled from it. Both must end in one digest. A round is a run of each, in turns, in processes of their own.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { transition } from 'xstate';
import { createRng } from '../dist/base/random.js';
import { caseTable, liquidationCase } from '../dist/exchange/liquidation-case.js';
import { ORDER_POST_ONLY, ORDER_REDUCE_ONLY, Type } from '../dist/messages.js';
import { INSTRUMENT, LATENCY, MARK_INTERVAL, START_PRICE, Venue } from './venue.mjs';

const USDT = 10_000;
const LOTS = 10;
/** Of the insurance fund, for each account: the fund always can. */
const FUND = 100 * USDT;
const FALL = 0.005;
const FALL_EVERY = 500_000;
const LATEST = 30_000_000;
const LEVERAGES = [100, 75, 50, 40, 30, 25, 20, 15, 12, 10, 8];
const MAINTENANCE = 0.004;
/** Levels on each side of the maker's quotes, and their distance from each other in ticks. */
const LEVELS = 40;
const LEVEL_GAP = 60;
/** It bids for such a part of what the public holds. */
const DEPTH = 0.05;
/** Buying all that the public holds would take its price down by so much; some of it is forgotten each mark interval. */
const FEAR = 0.2;
const MEMORY = 0.97;

const falling = {
  price: (now) => Math.round(START_PRICE * (1 - FALL * Math.floor(now / FALL_EVERY))),
};

class Cascade {
  constructor(size) {
    this.size = size;
    this.closed = 0;
    this.endogenous = 0;
    this.deepest = 0;
    this.bought = 0;
    const mark = { kind: 'basis-average', samples: 4, clamp: 0 };
    const venue = new Venue('bench/cascade', { path: falling, mark, fundCash: size * FUND });
    this.venue = venue;
    const { kernel, market } = venue;
    const everyone = kernel.register('public', (message) => this.hear(message), venue.line());
    const maker = kernel.register('maker', (message) => this.deal(message), venue.line());
    this.context = kernel.context(maker);
    this.maker = market.openAccount({ owner: maker, cash: 1_000_000_000 * USDT, leverage: 100_000_000 });
    const rng = createRng('bench/cascade/accounts');
    for (let i = 0; i < size; i++) {
      const distance = (0.85 + 0.3 * rng.next()) / LEVERAGES[rng.int(LEVERAGES.length)];
      const margin = Math.ceil(LOTS * START_PRICE * (distance + MAINTENANCE * (1 - distance)));
      const account = market.openAccount({ owner: everyone, cash: margin, leverage: 100_000_000 });
      market.openingTrade(account, this.maker, INSTRUMENT, LOTS, START_PRICE);
      market.submit(account, INSTRUMENT, -1, LOTS, START_PRICE + 10_000 + rng.int(1_000), 0, ORDER_POST_ONLY | ORDER_REDUCE_ONLY, 0);
    }
    venue.start();
    this.quote();
  }

  hear(message) {
    if (message.type === Type.LiquidationClosed) this.closed++;
    else if (message.type === Type.LiquidationStarted) {
      if (message.parent !== 0) this.endogenous++;
      this.deepest = Math.max(this.deepest, message.depth);
    }
  }

  deal(message) {
    if (message.type === Type.OrderFilled) this.bought += message.side * message.lots;
    else if (message.type === Type.Wake) this.quote();
  }

  /** Cancels what it has on the book and quotes anew. */
  quote() {
    const { context, venue } = this;
    this.venue.wakes++;
    context.wake(context.now + MARK_INTERVAL, 0);
    const cancel = context.send(venue.gatewayId, Type.CancelAll);
    cancel.account = this.maker;
    cancel.instrument = INSTRUMENT;
    this.bought *= MEMORY;
    const fear = (FEAR * this.bought) / (this.size * LOTS);
    const price = Math.round(falling.price(context.now + LATENCY) * (1 - fear));
    const lots = Math.ceil((DEPTH * this.size * LOTS) / LEVELS);
    for (let level = 1; level <= LEVELS; level++) {
      for (const side of [1, -1]) {
        const submit = context.send(venue.gatewayId, Type.SubmitOrder);
        submit.account = this.maker;
        submit.instrument = INSTRUMENT;
        submit.side = side;
        submit.lots = lots;
        submit.price = price - side * level * LEVEL_GAP;
      }
    }
  }

  /** Messages a second of processor time, of all threads: see kernel-side.mjs. */
  run() {
    const { kernel, market } = this.venue;
    globalThis.gc?.();
    const start = process.cpuUsage();
    for (let until = MARK_INTERVAL; this.closed < this.size && until <= LATEST; until += MARK_INTERVAL) kernel.runUntil(until);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    if (this.closed !== this.size) throw new Error(`${this.closed} of ${this.size} accounts were liquidated`);
    const problem =
      market.checkConservation() ?? market.checkPositions(INSTRUMENT) ?? market.checkOpenOrders() ?? market.checkBook(INSTRUMENT);
    if (problem !== null) throw new Error(problem);
    const { messages } = this.venue;
    const said =
      `${this.size} liquidations, ${Math.round((100 * this.endogenous) / this.size)} % of them caused by others, ${this.deepest} deep, ` +
      `${(messages / this.size).toFixed(1)} messages each`;
    return { rate: messages / seconds, digest: kernel.digest(), said };
  }
}

function askXState() {
  const { states, events } = caseTable;
  caseTable.step = (state, event) => {
    const before = liquidationCase.resolveState({ value: states[state] });
    const [after] = transition(liquidationCase, before, { type: events[event] });
    return states.indexOf(after.value);
  };
}

class Side {
  constructor(how, size) {
    this.child = fork(fileURLToPath(import.meta.url), [how, String(size)], { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] });
    this.ended = once(this.child, 'exit').then(() => []);
  }

  async run() {
    this.child.send('run');
    const [answer] = await Promise.race([once(this.child, 'message'), this.ended]);
    if (answer === undefined) throw new Error('one side ended before its time');
    return answer;
  }

  end() {
    this.child.disconnect();
  }
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function race(size, rounds) {
  const table = new Side('table', size);
  const xstate = new Side('xstate', size);
  const rates = [];
  const ratios = [];
  // The first two warm up.
  for (let round = -2; round < rounds; round++) {
    const theirs = await xstate.run();
    const ours = await table.run();
    if (ours.digest !== theirs.digest) throw new Error('the table and XState do not lead to the same run');
    if (round === -2) console.error(ours.said);
    if (round < 0) continue;
    rates.push(ours.rate);
    ratios.push(ours.rate / theirs.rate);
  }
  table.end();
  xstate.end();
  return { value: median(rates), ratio: median(ratios) };
}

export const cases = [
  ['cascade.1e4', 10_000, 15],
  ['cascade.1e5', 100_000, 7],
].map(([name, size, rounds]) => ({
  name,
  unit: 'messages/s',
  against: "the same with XState's own transition for every step of a case",
  run: () => race(size, rounds),
}));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [how, size] = process.argv.slice(2);
  if (how === 'xstate') askXState();
  process.on('message', () => process.send(new Cascade(Number(size)).run()));
}
