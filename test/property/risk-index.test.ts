// The index and a scan of everybody name the same accounts at every tick, whatever happens in between.

import '../helpers/property-seed.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { valueOf } from '../../src/market/instrument.ts';
import { MarginTiers, type TierSpec } from '../../src/market/margin-tiers.ts';
import { RiskIndex } from '../../src/market/risk-index.ts';
import { RiskMarket, type RiskMarketInstrument } from '../helpers/risk-market.ts';

const GENTLE: readonly TierSpec[] = [
  { floor: 0, maintenance: 4_000, initial: 8_000 },
  { floor: 5_000_000, maintenance: 10_000, initial: 20_000 },
  { floor: 12_000_001, maintenance: 25_000, initial: 50_000 },
  { floor: 40_000_003, maintenance: 125_000, initial: 250_000 },
];
/** Rates so high that, times the ratio, a rising mark hurts longs too. */
const STEEP: readonly TierSpec[] = [
  { floor: 0, maintenance: 5_000, initial: 10_000 },
  { floor: 8_000_000, maintenance: 300_000, initial: 500_000 },
  { floor: 20_000_000, maintenance: 900_000, initial: 1_000_000 },
];
const SCHEDULES = [
  new MarginTiers(GENTLE, true),
  new MarginTiers(GENTLE, false),
  new MarginTiers(STEEP, true),
  new MarginTiers(STEEP, false),
];
const RATIOS = [1_000_000, 1_250_000, 1_333_333];
const MAX_PRICE = 60_000;

interface Setup {
  readonly seed: number;
  readonly instruments: number;
  readonly accounts: number;
  readonly inclusive: boolean;
  readonly volatility: number;
  /** Which share of the instruments is inverse. */
  readonly inverse: number;
}

const setups: fc.Arbitrary<Setup> = fc.record({
  seed: fc.nat(),
  instruments: fc.integer({ min: 1, max: 5 }),
  accounts: fc.integer({ min: 1, max: 120 }),
  inclusive: fc.boolean(),
  volatility: fc.constantFrom(0.0002, 0.003, 0.03),
  inverse: fc.constantFrom(0, 0.5, 1),
});

/** Plays a random history and returns how many breaches were seen, and how many accounts the index had to examine. */
function play({ seed, instruments: count, accounts, inclusive, volatility, inverse }: Setup, ticks: number) {
  const rng = createRng(`risk-index/${seed}`);
  const instruments: RiskMarketInstrument[] = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    maxPrice: MAX_PRICE,
    ...(inverse > rng.next()
      ? { inverse: true, multiplier: 200_000_000 + rng.int(99_999_999) }
      : { inverse: false, multiplier: 1 + rng.int(3) }),
    tiers: SCHEDULES[rng.int(SCHEDULES.length)],
  }));
  const market = new RiskMarket(instruments);
  for (const { id } of instruments) market.marks[id] = 500 + rng.int(30_000);
  // Room for fewer accounts than there are: growth is part of the play.
  const index = new RiskIndex({ source: market, instruments, accounts: 1 + (accounts >> 2), inclusive });
  const trade = (account: number) => {
    const instrument = instruments[rng.int(count)];
    const held = market.lots.get(account)!.get(instrument.id) ?? 0;
    const lots = held !== 0 && rng.chance(0.4) ? -held : rng.int(2_001) - 1_000;
    if (lots === 0) return;
    market.fill(account, instrument.id, lots, market.marks[instrument.id]);
    index.touch(account);
  };
  const open = (account: number) => {
    market.open(account, rng.int(3_000_000));
    market.ratios.set(account, RATIOS[rng.int(RATIOS.length)]);
    index.watch(account, market.ratios.get(account)!);
    for (let i = rng.int(4); i >= 0; i--) trade(account);
  };
  for (let account = 1; account <= accounts; account++) open(account);

  let seen = 0;
  for (let tick = 0; tick < ticks; tick++) {
    for (let i = rng.int(3); i > 0; i--) {
      const account = 1 + rng.int(accounts);
      const choice = rng.int(12);
      if (!market.ratios.has(account)) {
        if (choice < 6) trade(account); // unwatched accounts trade too, which must not matter
        else {
          market.ratios.set(account, RATIOS[rng.int(RATIOS.length)]);
          index.watch(account, market.ratios.get(account)!);
        }
      } else if (choice < 7) trade(account);
      else if (choice < 9) {
        market.cash.set(account, market.cash.get(account)! + rng.int(400_000) - 100_000);
        index.touch(account);
      } else if (choice < 10) {
        market.ratios.set(account, RATIOS[rng.int(RATIOS.length)]);
        index.setRatio(account, market.ratios.get(account)!);
      } else if (choice < 11) {
        market.ratios.delete(account);
        index.unwatch(account);
      } else {
        // The cash lands exactly on the level: equality must be told from one unit below.
        const [entry] = market.lots.get(account)!;
        if (entry !== undefined) {
          let equity = market.cash.get(account)!;
          let maintenance = 0;
          for (const [id, lots] of market.lots.get(account)!) {
            const value = valueOf(instruments[id - 1], lots, market.marks[id]);
            equity += value;
            maintenance += instruments[id - 1].tiers.maintenance(Math.abs(value));
          }
          const level = Math.ceil((maintenance * market.ratios.get(account)!) / 1_000_000);
          market.cash.set(account, market.cash.get(account)! + level - equity + rng.int(3) - 1);
          index.touch(account);
        }
      }
    }
    const instrument = instruments[rng.int(count)];
    const { id } = instrument;
    if (rng.chance(0.02)) {
      // Funding: everyone who holds the instrument pays or receives.
      for (const [account, held] of market.lots) {
        const lots = held.get(id);
        if (lots !== undefined) market.cash.set(account, market.cash.get(account)! - 3 * lots);
      }
      index.touchHolders(id);
    }
    if (rng.chance(0.01)) {
      instrument.tiers = SCHEDULES[rng.int(SCHEDULES.length)];
      index.setTiers(id, instrument.tiers);
    }
    const jump = rng.chance(0.02) ? 20 : 1;
    const mark = Math.round(market.marks[id] * (1 + jump * volatility * rng.normal()));
    market.marks[id] = Math.min(MAX_PRICE, Math.max(1, mark));
    index.move(id, market.marks[id]);
    if (rng.chance(0.2)) continue; // the next collect has several moves behind it
    const found = index.collect();
    const scanned = market.scan(inclusive);
    expect([...index.breached.subarray(0, found)], `tick ${tick}`).toEqual(scanned);
    seen += found;
  }
  return { seen, examined: index.examined, watched: market.ratios.size };
}

describe('the risk index', () => {
  test('names the accounts that a scan names, at every tick', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        play(setup, 60);
      }),
      { numRuns: 150 },
    );
  });

  test('through long histories with many breaches', () => {
    let seen = 0;
    for (let seed = 0; seed < 6; seed++) {
      const inverse = [0, 0, 1, 0.5, 1, 0][seed];
      seen += play({ seed, instruments: 1 + (seed % 5), accounts: 200, inclusive: seed % 2 === 0, volatility: 0.003, inverse }, 800).seen;
    }
    expect(seen).toBeGreaterThan(1_000);
  });
});
