// One decision of targeted liquidation: an account with five positions, each on a book of 200 levels a side, just below
// maintenance: which, how much, at what price and how fast. The marks move between decisions, and with them how far the
// account is from its target, so that some decisions need a level and some the whole book.

import { createRng } from '../dist/base/random.js';
import { targeted } from '../dist/liquidation/targeted.js';
import { Market } from '../dist/market/market.js';
import { BTC } from './venue.mjs';

const PPM = 1_000_000;
/** Of a liquidation, in ppm: one that partial closing leaves something of. */
const FEE = 500;
const LEVELS = 200;
const PRICE = 600_000;
const STATED = 200;
const DECISIONS = 4_000;
const WARM = 1_000;

function marketWith(positions) {
  const rng = createRng('bench/targeted');
  const instruments = Array.from({ length: positions }, (_, i) => ({ ...BTC, liquidationFeePpm: FEE, symbol: `PERP-${i}` }));
  const market = new Market({ settlement: { asset: 'USDT', unit: '0.0001' }, instruments, fundCash: 0 });
  const account = market.openAccount({ owner: 1, cash: 0, leverage: 100 * PPM });
  const maker = market.openAccount({ owner: 2, cash: 0, leverage: PPM, exempt: true });
  for (let id = 1; id <= positions; id++) {
    market.setIndex(id, PRICE);
    market.setMark(id, PRICE);
    market.setOpen(id, true);
    // A tick to five apart, half a coin to two and a half on each: some ten times what the account holds.
    for (const side of [1, -1]) {
      let price = PRICE;
      for (let level = 0; level < LEVELS; level++) {
        price -= side * (1 + rng.int(5));
        market.submit(maker, id, side, 50 + rng.int(200), price, 0, 0, 0);
      }
    }
    const lots = 5_000 + rng.int(15_000);
    if (id % 2 === 1) market.openingTrade(account, maker, id, lots, PRICE);
    else market.openingTrade(maker, account, id, lots, PRICE);
  }
  return { market, account, rng };
}

function decide(positions) {
  const { market, account, rng } = marketWith(positions);
  const defaults = {
    target: 1.1,
    deviations: 2,
    horizon: 60_000_000,
    volatility: 0.6,
    halfLife: 60_000_000,
    markShare: 0.5,
    band: 0.05,
    interval: 1_000_000,
    trend: 5_000_000,
    persistence: 60_000_000,
    refill: 10_000_000,
    participation: 1,
    volunteers: 0.01,
    schedule: 'kept',
    maxRounds: 32,
    deficitPrice: 2,
    patience: 300_000_000,
    reference: 'index',
    concession: 0.001,
    reversion: 120_000_000,
    reserve: 1,
    whenWorse: 'close',
    quantity: 'least',
    pace: 'almgren-chriss',
    price: 'bankruptcy',
    impactScale: 1,
    assumeSize: 0,
    assumeLeverage: 0,
    assumeVolatility: 0,
    assumeDepth: 0,
    assumeVolume: 0,
  };
  const missing = Object.keys(targeted.params).filter((name) => !(name in defaults));
  if (missing.length > 0) throw new Error(`say what ${missing.join(', ')} is`);
  const policy = targeted.create(defaults, { rng: createRng });
  const decision = { action: 'wait', instrument: 0, side: 1, lots: 0, limit: 0, until: 0 };
  const view = { case: 1, account, startedAt: 0, now: 0, rounds: 0, lastInstrument: 0 };
  const times = [];
  const actions = {};
  for (let n = -WARM; n < DECISIONS; n++) {
    const moved = 1 + ((n + WARM) % positions);
    market.setMark(moved, PRICE + rng.int(61) - 30);
    // So much is missing: a fifth of maintenance at most.
    const short = Math.round(market.maintenance(account) * (1 - 0.2 * rng.next())) - market.equity(account);
    if (short > 0) market.deposit(account, short);
    else market.withdraw(account, -short);
    view.now += 1_000_000;
    view.startedAt = view.now;
    for (let id = 1; id <= positions; id++) policy.observe(id, market.markPrice(id), view.now, PRICE);
    const from = process.hrtime.bigint();
    policy.decide(view, market, decision);
    const time = Number(process.hrtime.bigint() - from) / 1e3;
    if (n < 0) continue;
    times.push(time);
    actions[decision.action] = (actions[decision.action] ?? 0) + 1;
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * (times.length - 1))];
  console.error(
    `${DECISIONS} decisions (${JSON.stringify(actions)}): ${at(0.5).toFixed(0)} µs in the middle, ${at(0.9).toFixed(0)} at nine in ten, ${at(0.99).toFixed(0)} at 99 in a hundred`,
  );
  return { value: at(0.5), ratio: STATED / at(0.5) };
}

export const cases = [{ name: 'targeted.5x200', unit: 'µs a decision', against: 'a stated 200 µs', run: () => decide(5) }];
