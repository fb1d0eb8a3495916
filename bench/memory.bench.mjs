// What is kept in memory for each trader of the kernel benchmark: its inbox, state, stream of chance, pending timer and the
// XState actor where it is one, without its account and orders, which the market keeps however traders are run. Counted as
// the growth of heap and array buffers from a population of none, in a process that runs nothing else.

import { Venue } from './venue.mjs';
import { populate } from './zero-intelligence.mjs';

const SIZE = 50_000;

function used() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Accounts alone, as many as there will be traders. */
function accounts(size) {
  const venue = new Venue('bench/memory');
  for (let i = 0; i < size; i++) venue.openAccount(1);
  return venue;
}

function bytes(how, most) {
  // Once small, so that what is made once is not counted, and code is compiled.
  const kept = [accounts(1_000)];
  kept.push(new Venue('bench/memory'));
  populate(kept[1], 1_000, how);
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

export const cases = [
  ['individual', 4_000],
  ['inbox', 600],
  ['cohort', 128],
].map(([how, most]) => ({
  name: `memory.${how}`,
  unit: 'bytes a trader',
  against: `a stated ${most.toLocaleString('en-US')} bytes`,
  run: () => bytes(how, most),
}));
