// The risk index against a scan of all accounts, over one history: marks on a walk of 5 % in 1,000 of its ticks (a crash,
// if a tick is a second), a hundred account trades before each tick, every account below 1.25 × maintenance closed. A tick is:
// one instrument's new mark in, accounts below out. Who traded is examined before it, which is `risk.update`'s measure, and
// said beside each tick's. Index and scan take turns, a stretch of ticks each, on twins of the same market, and must name the
// same accounts at every tick.

import { createRng } from '../dist/base/random.js';
import { MarginTiers } from '../dist/market/margin-tiers.js';
import { RiskIndex } from '../dist/market/risk-index.js';

const STRETCH = 50;
const TRADES = 100;
const RATIO = 1_250_000;
const MAX_PRICE = 4_000_000;
// BTCUSDT on Binance, October 2024, in quote units of 0.0001 USDT (tick 0.1 × lot 0.001).
const USDT = 10_000;
const TIERS = new MarginTiers(
  [
    { floor: 0, maintenance: 4_000, initial: 8_000 },
    { floor: 50_000 * USDT, maintenance: 5_000, initial: 10_000 },
    { floor: 600_000 * USDT, maintenance: 6_500, initial: 13_333 },
    { floor: 3_000_000 * USDT, maintenance: 10_000, initial: 20_000 },
    { floor: 12_000_000 * USDT, maintenance: 20_000, initial: 40_000 },
    { floor: 70_000_000 * USDT, maintenance: 25_000, initial: 50_000 },
  ],
  true,
);

/** Cash and signed lots in columns; account ids from 1. */
class Market {
  constructor(accounts, instruments) {
    this.accounts = accounts;
    this.instruments = instruments;
    this.cash = new Float64Array(accounts + 1);
    this.lots = new Int32Array((accounts + 1) * instruments);
    this.marks = new Int32Array(instruments + 1).fill(600_000);
  }

  /** Everyone holds a thousand to a hundred thousand USDT in each instrument, with a margin of 1.25 to 50 % of it all. */
  static populated(accounts, instruments) {
    const market = new Market(accounts, instruments);
    const rng = createRng('bench/risk/accounts');
    for (let account = 1; account <= accounts; account++) {
      let cash = 0;
      let gross = 0;
      for (let i = 0; i < instruments; i++) {
        const u = rng.next();
        const lots = Math.round((1_000 + 99_000 * u * u * u) / 60) * (rng.next() < 0.5 ? -1 : 1);
        market.lots[account * instruments + i] = lots;
        cash -= lots * market.marks[i + 1];
        gross += Math.abs(lots) * market.marks[i + 1];
      }
      market.cash[account] = cash + Math.ceil(gross * (0.0125 + 0.4875 * rng.next()));
    }
    return market;
  }

  twin() {
    const twin = new Market(this.accounts, this.instruments);
    twin.cash.set(this.cash);
    twin.lots.set(this.lots);
    return twin;
  }

  trade(account, instrument, lots) {
    const at = account * this.instruments + instrument - 1;
    if (this.lots[at] === 0) return; // closed
    this.lots[at] += lots;
    this.cash[account] -= lots * this.marks[instrument];
  }

  close(account) {
    for (let i = 0; i < this.instruments; i++) this.lots[account * this.instruments + i] = 0;
    this.cash[account] = 0;
  }

  examine(account, exposure) {
    const first = account * this.instruments;
    let equity = this.cash[account];
    let maintenance = 0;
    for (let i = 0; i < this.instruments; i++) {
      const lots = this.lots[first + i];
      if (lots === 0) continue;
      const mark = this.marks[i + 1];
      const value = lots * mark;
      equity += value;
      maintenance += TIERS.maintenance(value < 0 ? -value : value);
      exposure.add(i + 1, mark, lots);
    }
    exposure.equity = equity;
    exposure.maintenance = maintenance;
  }

  isPlain(account, instrument, exposure) {
    const lots = this.lots[account];
    if (this.instruments !== 1 || lots === 0) return false;
    exposure.equity = this.cash[account];
    exposure.marks[0] = this.marks[instrument];
    exposure.values[0] = lots;
    return true;
  }

  fetch(account) {
    return this.cash[account] | this.lots[account * this.instruments];
  }

  /** All accounts, one column after another as they lie in memory; the ids found, ascending, are written to `out`. */
  scan(out) {
    const { cash, lots, marks, instruments, accounts } = this;
    const { floors, maintenanceRates: rates, deductions, count } = TIERS;
    let found = 0;
    let at = instruments;
    for (let account = 1; account <= accounts; account++) {
      let equity = cash[account];
      let maintenance = 0;
      for (let i = 1; i <= instruments; i++) {
        const value = lots[at++] * marks[i];
        const notional = value < 0 ? -value : value;
        let tier = 0;
        while (tier + 1 < count && notional >= floors[tier + 1]) tier++;
        equity += value;
        maintenance += Math.ceil((notional * rates[tier]) / 1_000_000) - deductions[tier];
      }
      if (4 * equity <= 5 * maintenance && (maintenance > 0 || equity < 0)) out[found++] = account;
    }
    return found;
  }
}

/** What happens before each tick, the same for both: which accounts trade what, and whose mark is new (in turn). */
function history(accounts, instruments, ticks) {
  const rng = createRng('bench/risk/history');
  const traders = new Int32Array(ticks * TRADES);
  const traded = new Int32Array(ticks * TRADES);
  const lots = new Int32Array(ticks * TRADES);
  for (let i = 0; i < traders.length; i++) {
    traders[i] = 1 + rng.int(accounts);
    traded[i] = 1 + rng.int(instruments);
    lots[i] = (1 + rng.int(3)) * (rng.next() < 0.5 ? -1 : 1);
  }
  const marks = new Int32Array(ticks);
  const now = new Float64Array(instruments).fill(600_000);
  for (let tick = 0; tick < ticks; tick++) {
    now[tick % instruments] *= 1 + (0.05 / Math.sqrt(1_000)) * rng.normal();
    marks[tick] = Math.round(now[tick % instruments]);
  }
  return { traders, traded, lots, marks };
}

function race(accounts, instruments, ticks) {
  const indexed = Market.populated(accounts, instruments);
  const scanned = indexed.twin();
  const specs = Array.from({ length: instruments }, (_, i) => ({ id: i + 1, maxPrice: MAX_PRICE, tiers: TIERS }));
  const index = new RiskIndex({ source: indexed, instruments: specs, accounts });
  for (let account = 1; account <= accounts; account++) index.watch(account, RATIO);
  const { traders, traded, lots, marks } = history(accounts, instruments, ticks);
  const before = (market, tick, touched) => {
    for (let i = tick * TRADES; i < (tick + 1) * TRADES; i++) {
      market.trade(traders[i], traded[i], lots[i]);
      if (touched) index.touch(traders[i]);
    }
    market.marks[1 + (tick % instruments)] = marks[tick];
  };
  const found = [];
  const scanFound = new Int32Array(accounts);
  const indexNs = [];
  const updateNs = [];
  const scanNs = [];

  // Those below from the start are closed first, outside the measurement.
  for (let i = 1; i <= instruments; i++) index.move(i, indexed.marks[i]);
  const first = index.collect();
  for (let i = 0; i < first; i++) {
    indexed.close(index.breached[i]);
    scanned.close(index.breached[i]);
    index.touch(index.breached[i]);
  }
  index.collect();
  const examined = index.examined;
  let liquidated = 0;
  let spent = 0;
  for (let start = 0; start < ticks; start += STRETCH) {
    for (let tick = start; tick < start + STRETCH; tick++) {
      before(indexed, tick, true);
      const began = process.hrtime.bigint();
      // Whoever is below already is still touched, and found again.
      index.collect();
      const idle = process.cpuUsage();
      const from = process.hrtime.bigint();
      const count = index.tick(1 + (tick % instruments), marks[tick]);
      const to = process.hrtime.bigint();
      const { user, system } = process.cpuUsage(idle);
      spent += user + system;
      updateNs.push(Number(from - began) / TRADES);
      indexNs.push(Number(to - from));
      found[tick] = index.breached.slice(0, count);
      for (const account of found[tick]) {
        indexed.close(account);
        index.touch(account);
      }
      liquidated += count;
    }
    for (let tick = start; tick < start + STRETCH; tick++) {
      before(scanned, tick, false);
      const from = process.hrtime.bigint();
      const count = scanned.scan(scanFound);
      scanNs.push(Number(process.hrtime.bigint() - from));
      const same = count === found[tick].length && found[tick].every((account, i) => account === scanFound[i]);
      if (!same) throw new Error(`tick ${tick}: the index found ${found[tick].length} accounts and the scan ${count}`);
      for (const account of found[tick]) scanned.close(account);
    }
  }
  const evaluated = (index.examined - examined) / ticks;
  console.error(
    `${accounts} accounts × ${instruments}: ${liquidated} fell below, ${evaluated.toFixed(0)} examined a tick (${TRADES} of them traded), ` +
      `a tick takes ${(spent / ticks).toFixed(1)} µs of the processor on average, and the median is the value: most pass few walls, ` +
      `one that goes where no mark has been passes thousands; ` +
      `${quantile(updateNs, 0.5).toFixed(0)} ns an account that traded; ${(index.bytes / accounts).toFixed(0)} bytes an account`,
  );
  return { value: quantile(indexNs, 0.5) / 1e3, ratio: quantile(scanNs, 0.5) / quantile(indexNs, 0.5) };
}

/** One account's way through the index after a fill: touched, examined, its box kept or moved. Ticks without other work. */
function update(accounts, instruments) {
  const market = Market.populated(accounts, instruments);
  const specs = Array.from({ length: instruments }, (_, i) => ({ id: i + 1, maxPrice: MAX_PRICE, tiers: TIERS }));
  const index = new RiskIndex({ source: market, instruments: specs, accounts });
  for (let account = 1; account <= accounts; account++) index.watch(account, RATIO);
  for (let i = 1; i <= instruments; i++) index.move(i, market.marks[i]);
  const below = index.collect();
  for (let i = 0; i < below; i++) {
    market.close(index.breached[i]);
    index.touch(index.breached[i]);
  }
  index.collect();
  const rng = createRng('bench/risk/update');
  const samples = [];
  for (let round = 0; round < 300; round++) {
    const trades = Array.from({ length: 1_000 }, () => [1 + rng.int(accounts), 1 + rng.int(instruments), rng.int(7) - 3]);
    for (const [account, instrument, lots] of trades) market.trade(account, instrument, lots);
    const from = process.hrtime.bigint();
    for (const [account] of trades) index.touch(account);
    index.collect();
    samples.push(Number(process.hrtime.bigint() - from) / trades.length);
  }
  const value = quantile(samples, 0.5);
  return { value, ratio: 600 / value };
}

function quantile(samples, share) {
  return samples.toSorted((a, b) => a - b)[Math.floor(share * (samples.length - 1))];
}

export const cases = [
  { name: 'risk.1e6', unit: 'µs a mark tick', against: 'a scan of all accounts', run: () => race(1_000_000, 1, 1_000) },
  { name: 'risk.1e5x5', unit: 'µs a mark tick', against: 'a scan of all accounts', run: () => race(100_000, 5, 1_000) },
  { name: 'risk.1e6x5', unit: 'µs a mark tick', against: 'a scan of all accounts', run: () => race(1_000_000, 5, 300) },
  { name: 'risk.update', unit: 'ns an account', against: 'a stated 600 ns', run: () => update(1_000_000, 1) },
  { name: 'risk.update.x5', unit: 'ns an account', against: 'a stated 600 ns', run: () => update(1_000_000, 5) },
];
