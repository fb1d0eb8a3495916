// What is kept in memory for each trader of the kernel benchmark: its inbox, state, stream of chance, pending timer and the
// XState actor where it is one, without its account and orders, which the market keeps however traders are run. And for each
// account: its cash, five positions, and the walls of its box in the risk index. Counted as the growth of heap and array buffers
// from a population of none, in a process that runs nothing else.

import { createRng } from '../dist/base/random.js';
import { Market } from '../dist/market/market.js';
import { BTC, START_PRICE, Venue } from './venue.mjs';
import { populate } from './zero-intelligence.mjs';

/** So many that what V8 keeps for itself, some hundred thousand bytes more or less, is little for each. */
const SIZE = 100_000;

function used() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Accounts alone, as many as there will be traders, and what market and exchange keep of each once they have begun. */
function accounts(size) {
  const venue = new Venue('bench/memory');
  for (let i = 0; i < size; i++) venue.openAccount(1);
  venue.start();
  return venue;
}

function bytes(how, most) {
  // Once before, so that what is made once is not counted, and code is compiled.
  const kept = [accounts(SIZE)];
  kept.push(new Venue('bench/memory'));
  populate(kept[1], SIZE, how);
  const start = used();
  kept.push(accounts(SIZE));
  const market = used() - start;
  const before = used();
  kept.push(new Venue('bench/memory'));
  populate(kept.at(-1), SIZE, how);
  const value = (used() - before - market) / SIZE;
  if (kept.at(-1).kernel.delivered !== 0) throw new Error('nothing should have run');
  return { value, ratio: most / value };
}

/** The buffers of tables that grow by themselves. */
function tableBytes(tables) {
  const views = tables.flatMap((table) => Object.values(table)).filter((value) => ArrayBuffer.isView(value));
  return [...new Set(views.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * A market told nothing of how many there will be, and a million accounts that come two by two: each has traded itself longs
 * and shorts of all five instruments on their books, has 5 to 50 % of them as margin, and is watched. At some number on the way the tables have just
 * grown and are emptiest: the most that was held for an account there, from a hundred thousand on, is said as well.
 */
function accountBytes(most) {
  const [size, instruments] = [1_000_000, 5];
  const build = (many) => {
    const specs = Array.from({ length: instruments }, (_, i) => ({ ...BTC, symbol: `${i}-PERP`, maxOpenInterest: 2 ** 40 }));
    const market = new Market({ settlement: { asset: 'USDT', unit: '0.0001' }, instruments: specs, fundCash: 0 });
    const rng = createRng('bench/memory/accounts');
    for (let i = 1; i <= instruments; i++) {
      market.setIndex(i, START_PRICE);
      market.setMark(i, START_PRICE);
    }
    const { riskIndex } = market;
    const { accounts, positions } = riskIndex.source;
    let emptiest = 0;
    for (let n = 2; n <= many; n += 2) {
      const pair = [0, 1].map(() => market.openAccount({ owner: n, cash: 0, leverage: 100_000_000 }));
      const lots = specs.map(() => Math.round((1_000 + 99_000 * rng.next() ** 3) / 60));
      const value = START_PRICE * lots.reduce((sum, each) => sum + each);
      for (const account of pair) {
        market.deposit(account, Math.ceil(value * (0.05 + 0.45 * rng.next())));
        riskIndex.watch(account, 1_250_000);
      }
      for (let i = 1; i <= instruments; i++) {
        const buyer = rng.int(2);
        market.submit(pair[buyer], i, 1, lots[i - 1], START_PRICE, 0, 0, 0);
        market.submit(pair[1 - buyer], i, -1, lots[i - 1], START_PRICE, 0, 0, 0);
        if (market.filled !== lots[i - 1]) throw new Error('an order was not filled');
      }
      if (n % 1_000 === 0) {
        riskIndex.collect();
        if (n >= 100_000) emptiest = Math.max(emptiest, tableBytes([accounts, positions, riskIndex, riskIndex.walls, riskIndex.dirty]) / n);
      }
    }
    return { market, emptiest };
  };
  const kept = [build(10_000)];
  const before = used();
  kept.push(build(size));
  const value = (used() - before) / size;
  console.error(`at most ${kept[1].emptiest.toFixed(0)} bytes an account where tables have just grown`);
  if (kept[1].market.checkPositions(1) !== null) throw new Error('positions do not add up');
  return { value, ratio: most / value };
}

const traders = [
  ['individual', 4_000],
  ['inbox', 600],
  ['cohort', 128],
].map(([how, most]) => ({
  name: `memory.${how}`,
  unit: 'bytes a trader',
  against: `a stated ${most.toLocaleString('en-US')} bytes`,
  run: () => bytes(how, most),
}));

export const cases = [
  ...traders,
  { name: 'memory.account', unit: 'bytes an account', against: 'a stated 256 bytes', run: () => accountBytes(256) },
];
