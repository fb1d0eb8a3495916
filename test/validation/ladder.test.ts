// The liquidation ladder (continuum of liquidation prices, linear book): a fall of the price by d forces the sale of ρ lots a
// tick, each lot sold moves the price by κ, so that a first fall becomes fall ÷ (1 − n) with n = κρ. Where maintenance rises
// as the price falls, the ladder comes up to meet it: with θ = m′ ÷ (1 − m), the rise of the rate per relative fall over what
// it leaves, n = κρ(1 + θ). Positions that keep the maintenance at which they were opened stand still: θ = 0.
//
// Measured in the exchange itself: book, marks, risk index, liquidation engine, risk controller. Stated beforehand: n from
// the depth of the fall within 0.03 of theory (rungs every 20 ticks, factors in whole percents, and θ itself is less by the
// share of the price that is lost), and grandfathered within 0.005 of margin that does not move.

import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import type { ControlRule } from '../../src/controls/control.ts';
import { drawdown } from '../../src/controls/drawdown.ts';
import { fullClose } from '../../src/liquidation/full-close.ts';
import { MarkPrice } from '../../src/market/prices.ts';
import { instrument } from '../helpers/instruments.ts';
import { BUY, SECOND, SELL, Venue } from '../helpers/venue.ts';

const PRICE = 100_000;
/** Maintenance at the start, of the value at mark. */
const RATE = 0.05;
/** Lots resting a tick: κ is one over it. */
const DEPTH = 10;
/** A rung, in ticks of the price at which it is liquidated, and what is held on it. */
const SPACING = 20;
/** The first fall, in ticks. */
const SHOCK = 1_000;

interface Ladder {
  /** κρ. */
  readonly ratio: number;
  /** What a relative fall by 1 adds to the margin's factor: θ = slope × RATE ÷ (1 − RATE). */
  readonly slope: number;
  readonly grandfather?: boolean;
}

/** Liquidation orders take whatever the book pays: nobody is left over who did not sell. */
const policy = fullClose.create({ limit: 'none' }, { rng: createRng });
const context = { interval: SECOND, maintenance: RATE, impliedVolatility: [] };
const HOUR = 3_600 * SECOND;

/** How far the price fell in the end, in ticks, and how many were liquidated. */
function fall({ ratio, slope, grandfather = false }: Ladder) {
  const rules: ControlRule[] = slope === 0 ? [] : [drawdown.create({ lookback: 10 * HOUR, slope, of: 'falls' }, context)];
  const venue = new Venue({
    instruments: [instrument({ tiers: [{ floor: 0, maintenance: RATE * 1_000_000, initial: 100_000 }], maxLots: 1_000_000 })],
    price: PRICE,
    fund: 0,
    rules: { marginCall: 1_000_000, layers: [], policy },
    prices: [{ mark: new MarkPrice({ kind: 'last', samples: 1, clamp: 0 }), markInterval: SECOND }],
    controls: { rules, grandfather },
  });
  const reach = 8_000;
  const lots = Math.round(ratio * DEPTH * SPACING);
  venue.trader('maker', { cash: 4_000_000_000_000, leverage: 1 });
  venue.trader('seller', { cash: 4_000_000_000_000, leverage: 1 });
  venue.trader('shorts', { cash: 4_000_000_000_000, leverage: 1 });
  for (let rung = 1; rung * SPACING <= reach; rung++) {
    // Equity = maintenance where the price is that of the rung.
    const price = PRICE - rung * SPACING;
    const cash = Math.ceil(lots * PRICE - lots * price * (1 - RATE));
    venue.trader(`long ${rung}`, { cash });
    venue.opened(`long ${rung}`, 'shorts', lots, PRICE);
  }
  for (let price = PRICE; price >= PRICE - reach; price--) venue.order('maker', { side: BUY, lots: DEPTH, price }, 0);
  venue.order('seller', { side: SELL, lots: SHOCK * DEPTH }, 2 * SECOND + 500_000);
  venue.run(200 * SECOND);
  expect(venue.problems()).toEqual([]);
  const started = venue.happened('LiquidationStarted');
  const children = started.filter(({ parent }) => parent !== 0).length;
  return {
    depth: PRICE - venue.market.lastPrice(1),
    liquidations: started.length,
    children,
    changes: venue.happened('MarginChanged').length,
  };
}

/** From the depth: fall = shock ÷ (1 − n). */
const branching = (depth: number) => 1 - SHOCK / depth;
const theta = (slope: number) => (slope * RATE) / (1 - RATE);

describe('the branching ratio of a ladder', () => {
  const still = new Map([0.2, 0.4].map((ratio) => [ratio, fall({ ratio, slope: 0 })]));

  test.each([0.2, 0.4])('is κρ = %d where margin does not move', (ratio) => {
    const { depth, changes } = still.get(ratio)!;
    expect(changes).toBe(0);
    expect(Math.abs(branching(depth) - ratio)).toBeLessThan(0.03);
  });

  test.each([
    [0.2, 9.5],
    [0.4, 4.75],
    [0.4, 9.5],
    [0.4, 14.25],
  ])('is κρ(1 + θ) where it rises as the price falls: κρ = %d, slope %d', (ratio, slope) => {
    const { depth, changes, liquidations, children } = fall({ ratio, slope });
    expect(changes).toBeGreaterThan(1);
    expect(Math.abs(branching(depth) - ratio * (1 + theta(slope)))).toBeLessThan(0.03);
    // The causal ratio says the same: whom margin brings down that liquidations raised, liquidations bring down.
    expect(Math.abs(children / liquidations - ratio * (1 + theta(slope)))).toBeLessThan(0.05);
  });

  test.each([9.5, 14.25])('is κρ again where open positions are grandfathered: slope %d', (slope) => {
    const { depth, changes, liquidations, children } = fall({ ratio: 0.4, slope, grandfather: true });
    expect(changes).toBeGreaterThan(1);
    expect(Math.abs(children / liquidations - 0.4)).toBeLessThan(0.05);
    expect(Math.abs(branching(depth) - branching(still.get(0.4)!.depth))).toBeLessThan(0.005);
  });

  test('beyond 1 the whole ladder falls', () => {
    // κρ(1 + θ) = 0.4 × 3: no stop before the last rung, where margin that stood still stopped early.
    const { liquidations } = fall({ ratio: 0.4, slope: 38 });
    expect(liquidations).toBe(400);
    expect(still.get(0.4)!.liquidations).toBeLessThan(100);
  });

  test('the share of liquidations that others caused says the same, for margin that stands still', () => {
    const { liquidations, children } = still.get(0.4)!;
    expect(Math.abs(children / liquidations - 0.4)).toBeLessThan(0.05);
  });
});
