// Collateral against a twin that knows nothing of indexes: after every price, haircut, trade and sale, the accounts that the risk
// index finds are those that a scan of everybody finds, its sums made in BigInt from the story alone; and what is sold is
// the least that does, to the unit.

import '../helpers/property-seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng, type Rng } from '../../src/base/random.ts';
import type { CollateralSpec, CollateralTerms } from '../../src/market/collateral.ts';
import { Market } from '../../src/market/market.ts';
import { instrument } from '../helpers/instruments.ts';

const PPM = 1_000_000n;
const RATIOS = [1_000_000, 1_250_000];

/** What the twin knows: who brought what, and the rules as they were announced. */
class Twin {
  readonly units: Map<number, number>[] = [];
  readonly price: number[] = [];
  readonly terms: CollateralTerms[] = [];
  readonly specs: readonly CollateralSpec[];

  constructor(specs: readonly CollateralSpec[]) {
    this.specs = specs;
    specs.forEach((spec, i) => {
      this.units[i + 1] = new Map();
      this.price[i + 1] = spec.price;
      this.terms[i + 1] = spec.terms;
    });
  }

  /** Unit by unit, in slices: the haircut of each slice is the greatest of those that reach it. */
  value(asset: number, units: number, price = this.price[asset]): bigint {
    const { haircut, tiers, cap } = this.terms[asset];
    const { numerator, denominator } = this.specs[asset - 1];
    const counted = cap > 0 ? Math.min(cap, units) : units;
    const edges = [0, ...tiers.map(({ from }) => from).filter((from) => from < counted), counted];
    let sum = 0n;
    for (let n = 0; n + 1 < edges.length; n++) {
      const least = Math.max(haircut, ...tiers.filter(({ from }) => from <= edges[n] && from < counted).map((tier) => tier.haircut));
      const worth = (BigInt(edges[n + 1] - edges[n]) * BigInt(price) * BigInt(numerator)) / BigInt(denominator);
      sum += (worth * (PPM - BigInt(least))) / PPM;
    }
    return sum;
  }

  counts(account: number): bigint {
    return this.units.reduce((sum, held, asset) => sum + this.value(asset, held.get(account) ?? 0), 0n);
  }

  proceeds(asset: number, units: number): bigint {
    const { numerator, denominator } = this.specs[asset - 1];
    const worth = (BigInt(units) * BigInt(this.price[asset]) * BigInt(numerator)) / BigInt(denominator);
    return (worth * (PPM - BigInt(this.terms[asset].discount))) / PPM;
  }
}

function termsOf(rng: Rng): CollateralTerms {
  const from = rng.int(2_000);
  return {
    haircut: rng.int(300_001),
    tiers: rng.chance(0.5) ? [] : [0, 1, 2].slice(0, 1 + rng.int(3)).map((n) => ({ from: from + n * 700, haircut: 100_000 + n * 250_000 })),
    cap: rng.chance(0.7) ? 0 : 500 + rng.int(4_000),
    discount: rng.int(200_001),
  };
}

/** `quiet`: little but prices moves, and those by little, so that nobody is examined but by whose walls they pass. */
function play(seed: number, ticks: number, quiet = false): { readonly seen: number; readonly sold: number; readonly byCollateral: number } {
  const rng = createRng(`collateral/${seed}`);
  // So little of everything that what is rounded counts.
  const few = quiet && seed % 2 === 1;
  const specs: CollateralSpec[] = Array.from({ length: 1 + rng.int(3) }, (_, i) => ({
    symbol: `asset-${i}`,
    unit: '1',
    tick: '1',
    numerator: 1 + rng.int(4),
    denominator: 1 + rng.int(7),
    price: quiet ? 2_000 + rng.int(8_000) : 50 + rng.int(200),
    terms: termsOf(rng),
  }));
  const twin = new Twin(specs);
  const instruments = [instrument(), instrument({ symbol: 'OTHER', lot: '3', multiplier: 3, tickValue: '3' })];
  const market = new Market({ settlement: { asset: 'USDT', unit: '1' }, instruments, fundCash: 0, collateral: specs, accountsHint: 2 });
  const marks = [0, 10_000, 3_000];
  for (const id of [1, 2]) market.setMark(id, marks[id]);
  const world = market.openAccount({ owner: 1, cash: 0, leverage: 1_000_000, exempt: true });
  const ratios = new Map<number, number>();
  const accounts = 20 + rng.int(40);
  for (let n = 0; n < accounts; n++) {
    const account = market.openAccount({ owner: 1, cash: quiet ? 0 : rng.int(60_000), leverage: 100_000_000 });
    ratios.set(account, RATIOS[rng.int(2)]);
    market.riskIndex.watch(account, ratios.get(account)!);
  }
  const all = [...ratios.keys()];
  const pledge = (account: number) => {
    const asset = 1 + rng.int(specs.length);
    const units = rng.int(few ? 6 : 3_000);
    twin.units[asset].set(account, (twin.units[asset].get(account) ?? 0) + units);
    market.collateral.deposit(account, asset, units);
  };
  const trade = (account: number) => {
    const id = 1 + rng.int(2);
    const lots = 1 + (few ? 0 : rng.int(id === 1 ? 40 : 60));
    const [buyer, seller] = rng.chance(0.5) ? [account, world] : [world, account];
    market.openingTrade(buyer, seller, id, lots, marks[id]);
  };
  for (const account of all) {
    if (rng.chance(0.8)) pledge(account);
    trade(account);
  }

  const scan = (): number[] =>
    all.filter((account) => {
      let equity = BigInt(market.cash(account)) + twin.counts(account);
      let maintenance = 0n;
      market.forEachPosition(account, (id, lots) => {
        const value = BigInt(lots) * BigInt(instruments[id - 1].multiplier) * BigInt(marks[id]);
        equity += value;
        maintenance += BigInt(market.instrument(id).tiers.maintenance(Number(value < 0n ? -value : value)));
      });
      const gap = equity * PPM - maintenance * BigInt(ratios.get(account)!);
      return gap < 0n || (maintenance > 0n && gap === 0n);
    });

  let [seen, sold, byCollateral] = [0, 0, 0];
  let before = new Set<number>();
  for (let tick = 0; tick < ticks; tick++) {
    let priced = false;
    for (let n = quiet ? 0 : rng.int(4); n >= 0; n--) {
      const account = all[rng.int(all.length)];
      const asset = 1 + rng.int(specs.length);
      switch (quiet && rng.chance(0.9) ? 5 : rng.int(7)) {
        case 0:
          pledge(account);
          break;
        case 1:
          trade(account);
          break;
        case 2: {
          twin.terms[asset] = termsOf(rng);
          market.collateral.setTerms(asset, twin.terms[asset]);
          break;
        }
        case 3: {
          const haircut = rng.int(600_000);
          twin.terms[asset] = { ...twin.terms[asset], haircut };
          market.collateral.setHaircut(asset, haircut);
          break;
        }
        case 4: {
          // A sale for a debt: the least that does, the first asset first.
          const debt = BigInt(-market.cash(account));
          const raised = market.collateral.sellFor(account);
          let lacking = debt > 0n ? debt : 0n;
          let expected = 0n;
          for (let one = 1; one <= specs.length; one++) {
            const held = twin.units[one].get(account) ?? 0;
            if (lacking <= 0n || held === 0) continue;
            let units = held;
            if (twin.proceeds(one, held) > lacking) for (units = 0; twin.proceeds(one, units) < lacking;) units++;
            twin.units[one].set(account, held - units);
            expected += twin.proceeds(one, units);
            lacking -= twin.proceeds(one, units);
            sold += units;
          }
          expect(BigInt(raised), 'raised').toBe(expected);
          break;
        }
        default: {
          priced = true;
          twin.price[asset] = Math.max(
            1,
            Math.round(twin.price[asset] * (1 + (quiet ? 0.002 : rng.chance(0.1) ? 0.3 : 0.02) * rng.normal())),
          );
          market.collateral.setPrice(asset, twin.price[asset]);
        }
      }
    }
    if (quiet && rng.chance(0.1)) {
      // Money comes so that somebody has exactly his level, or a unit more: the next tick is the one.
      const account = all[rng.int(all.length)];
      const short =
        Math.ceil((market.maintenance(account) * ratios.get(account)!) / 1_000_000) - market.equity(account) + rng.int(few ? 30 : 2);
      if (short > 0) market.deposit(account, short);
      else if (short < 0) market.withdraw(account, -short);
    }
    if (rng.chance(quiet ? 0.05 : 0.3)) {
      const id = 1 + rng.int(2);
      marks[id] = Math.max(100, Math.round(marks[id] * (1 + 0.004 * rng.normal())));
      market.setMark(id, marks[id]);
      priced = false;
    }
    for (const account of all) expect(BigInt(market.collateral.held.valueOf(account)), `account ${account}`).toBe(twin.counts(account));
    const found = market.riskIndex.collect();
    const below = scan();
    expect([...market.riskIndex.breached.subarray(0, found)], `tick ${tick}`).toEqual(below);
    expect(market.checkConservation()).toBeNull();
    seen += found;
    if (priced) byCollateral += below.filter((account) => !before.has(account)).length;
    before = new Set(below);
  }
  return { seen, sold, byCollateral };
}

test('the index finds whom a scan finds, at the same tick, and sales take the least that does', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => void play(seed, 40)),
    { numRuns: 60 },
  );
});

test('quiet histories, in which only prices move: the walls alone tell who is concerned', () => {
  let byCollateral = 0;
  for (let seed = 0; seed < 30; seed++) byCollateral += play(seed, 150, true).byCollateral;
  expect(byCollateral).toBeGreaterThan(100);
});

test('histories in which collateral alone brings many down, and much of it is sold', () => {
  let [seen, sold, byCollateral] = [0, 0, 0];
  for (let seed = 0; seed < 5; seed++) {
    const story = play(seed, 300);
    seen += story.seen;
    sold += story.sold;
    byCollateral += story.byCollateral;
  }
  expect(seen).toBeGreaterThan(500);
  expect(sold).toBeGreaterThan(1_000);
  expect(byCollateral).toBeGreaterThan(20);
});

test('the least units that count for an amount: one less counts for less', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2_000_000 }), (seed, value) => {
      const rng = createRng(`units/${seed}`);
      const spec = { symbol: 'x', unit: '1', tick: '1', numerator: 1 + rng.int(4), denominator: 1 + rng.int(7), price: 1 + rng.int(200) };
      const terms = rng.chance(0.2) ? { ...termsOf(rng), tiers: [{ from: 800, haircut: 1_000_000 }] } : termsOf(rng);
      const market = new Market({
        settlement: { asset: 'USDT', unit: '1' },
        instruments: [instrument()],
        fundCash: 0,
        collateral: [{ ...spec, terms }],
      });
      const { held } = market.collateral;
      const units = held.unitsFor(1, value);
      const counts = (n: number) => held.counted(1, n, spec.price);
      if (counts(units) < value) expect(counts(units * 10 + 100_000)).toBe(counts(units));
      else expect(counts(units - 1)).toBeLessThan(value);
    }),
    { numRuns: 300 },
  );
});
