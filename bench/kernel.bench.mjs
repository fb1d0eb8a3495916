// The whole loop: traders without intelligence on a whole venue (venue.mjs), each with a margined account, every order
// through gateway, margin and book, every answer back through a trader's inbox. Once as XState logic behind RxJS inboxes
// (`individual`), once as XState actors that are inspected (`inspected`), once without XState (`inbox`), once as one cohort with
// columns of state (`cohort`): these are one and the same run and must end in one digest. Counted are all messages but timers,
// and at least 30 % of them must be orders.
//
// Both sides of a pair take turns, a stretch of simulated time each; value and ratio are medians over the stretches.

import { Side } from './kernel-side.mjs';

const PAIRS = 15;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function race(run, other, twins) {
  const rates = [];
  const ratios = [];
  // The first two warm up.
  for (let pair = -2; pair < PAIRS; pair++) {
    const theirs = await other.rate();
    const ours = await run.rate();
    if (pair < 0) continue;
    rates.push(ours);
    ratios.push(ours / theirs);
  }
  const digests = [await run.finish(), await other.finish()];
  if (twins && digests[0] !== digests[1]) throw new Error('the two ways to run the same traders are not the same run');
  return { value: median(rates), ratio: median(ratios) };
}

const unit = 'messages/s';
const GLUE = 'the usual glue (a machine a trader, nodejs-order-book, decimal.js), without margin';

export const cases = [
  { name: 'kernel.individual.1e3', unit, against: GLUE, run: () => race(new Side('individual', 1_000), new Side('glue', 1_000), false) },
  ...[10_000, 100_000].map((size) => ({
    name: `kernel.individual.1e${Math.log10(size)}`,
    unit,
    against: 'the same with 1,000 traders',
    run: () => race(new Side('individual', size), new Side('individual', 1_000), false),
  })),
  ...[
    ['inspected', 1_000],
    ['inbox', 1_000],
    ['cohort', 1_000],
    ['cohort', 100_000],
  ].map(([how, size]) => ({
    name: `kernel.${how}.1e${Math.log10(size)}`,
    unit,
    against: 'the same traders as `individual`',
    run: () => race(new Side(how, size), new Side('individual', size), true),
  })),
];
