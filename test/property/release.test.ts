// The choice of targeted liquidation against an exhaustive search: on small books, every quantity of every position.

import '../helpers/property-seed.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullClose } from '../../src/liquidation/full-close.ts';
import { planRelease } from '../../src/liquidation/release.ts';
import { PolicyStage } from '../helpers/policy-cases.ts';
import { BUY, SELL } from '../helpers/venue.ts';

interface Position {
  readonly lots: number;
  readonly mark: number;
  /** Ticks from the level before, and lots. */
  readonly book: readonly (readonly [step: number, lots: number])[];
}

interface Case {
  readonly positions: readonly Position[];
  readonly cash: number;
  readonly ratio: number;
  readonly cushion: number;
  readonly markShare: number;
  readonly fee: number;
  readonly deduction: boolean;
}

const position = (most: number): fc.Arbitrary<Position> =>
  fc.record({
    lots: fc.integer({ min: 1, max: most }).chain((lots) => fc.constantFrom(lots, -lots)),
    mark: fc.integer({ min: 940, max: 1_060 }),
    book: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 8 }),
  });

const cases = (positions: fc.Arbitrary<readonly Position[]>): fc.Arbitrary<Case> =>
  fc.record({
    positions,
    cash: fc.integer({ min: 20, max: 110 }),
    ratio: fc.constantFrom(1, 1.1, 1.3),
    cushion: fc.constantFrom(0, 0.002, 0.01),
    markShare: fc.constantFrom(0, 0.25, 0.5),
    fee: fc.constantFrom(0, 500, 5_000),
    deduction: fc.boolean(),
  });

/** Cost and what is still required with `x` lots of position `i` closed; undefined where the book does not hold them. */
function effect(stage: PolicyStage, i: number, x: number, { markShare, cushion }: Case) {
  const { market, alice } = stage;
  const held = market.positionLots(alice, i);
  const side = held > 0 ? -1 : 1;
  const { tiers, liquidationFeePpm } = market.instrument(i);
  const swept = { lots: 0, notional: 0, worst: 0 };
  if (x > 0 && market.book(i).sweep(side, x, 0, swept) < x) return undefined;
  const best = side > 0 ? market.book(i).bestAsk : market.book(i).bestBid;
  const displaced = x === 0 ? 0 : markShare * Math.abs(swept.worst - best);
  const open = Math.abs(held) - x;
  const notional = open * Math.round(market.markPrice(i) + side * displaced);
  return {
    cost:
      side * (swept.notional - x * market.markPrice(i)) + open * displaced + Math.ceil((swept.notional * liquidationFeePpm) / 1_000_000),
    maintenance: open === 0 ? 0 : tiers.maintenance(notional),
    cushion: notional * cushion,
  };
}

function exhaustive(stage: PolicyStage, one: Case) {
  const effects = one.positions.map(({ lots }, i) =>
    Array.from({ length: Math.abs(lots) + 1 }, (_, x) => effect(stage, i + 1, x, one)).filter((it) => it !== undefined),
  );
  const equity = stage.market.equity(stage.alice);
  let least = Infinity;
  const visit = (i: number, cost: number, maintenance: number, cushion: number): void => {
    if (i < effects.length) {
      for (const it of effects[i]) visit(i + 1, cost + it.cost, maintenance + it.maintenance, cushion + it.cushion);
    } else if (equity - cost >= Math.max(one.ratio * maintenance, maintenance + cushion)) least = Math.min(least, cost);
  };
  visit(0, 0, 0, 0);
  return least;
}

function stageOf({ positions, cash, fee, deduction }: Case): PolicyStage {
  const spec = {
    liquidationFeePpm: fee,
    deduction,
    tiers: [
      { floor: 0, maintenance: 40_000, initial: 100_000 },
      { floor: 9_000, maintenance: 60_000, initial: 120_000 },
      { floor: 22_000, maintenance: 80_000, initial: 160_000 },
    ],
  };
  const size = positions.reduce((sum, { lots }) => sum + Math.abs(lots), 0);
  const stage = new PolicyStage(
    fullClose,
    positions.map(({ lots }) => lots),
    { cash: size * cash, spec },
  );
  positions.forEach(({ lots, mark, book }, i) => {
    stage.mark(mark, i + 1);
    let price = mark;
    for (const [step, size] of book) {
      price += lots > 0 ? -step : step;
      stage.rest(lots > 0 ? BUY : SELL, size, price, i + 1);
    }
  });
  return stage;
}

function check(one: Case): 'restored' | 'out of reach' | 'nothing to do' {
  const stage = stageOf(one);
  const least = exhaustive(stage, one);
  const { ratio, markShare } = one;
  const plan = planRelease(stage.market, stage.alice, { ratio, cushion: () => one.cushion, limit: () => 0, markShare });
  expect(plan.reached).toBe(least < Infinity);
  if (!plan.reached) return 'out of reach';
  const chosen = plan.legs.map(({ instrument, closed }) => effect(stage, instrument, closed, one)!);
  const sum = (of: (it: { cost: number; maintenance: number; cushion: number }) => number) =>
    chosen.reduce((total, it) => total + of(it), 0);
  const cost = sum((it) => it.cost);
  const maintenance = sum((it) => it.maintenance);
  expect(stage.market.equity(stage.alice) - cost).toBeGreaterThanOrEqual(
    Math.max(ratio * maintenance, maintenance + sum((it) => it.cushion)) - 1e-6,
  );
  expect(cost).toBeLessThanOrEqual(1.01 * least + 1e-6);
  return plan.legs.every(({ closed }) => closed === 0) ? 'nothing to do' : 'restored';
}

test.each([
  ['one position of up to 60 lots', fc.tuple(position(60)), 300],
  ['two positions of up to 30 lots', fc.tuple(position(30), position(30)), 400],
  ['three positions of up to 14 lots', fc.tuple(position(14), position(14), position(14)), 200],
  ['three positions of up to 60 lots, too many to try all', fc.tuple(position(60), position(60), position(60)), 300],
  ['five positions of up to 4 lots', fc.tuple(position(4), position(4), position(4), position(4), position(4)), 150],
] as const)('%s: within 1 % of the least cost that there is', (_name, positions, numRuns) => {
  const ends: Record<string, number> = {};
  fc.assert(
    fc.property(cases(positions as fc.Arbitrary<readonly Position[]>), (one) => {
      const end = check(one);
      ends[end] = (ends[end] ?? 0) + 1;
    }),
    { numRuns },
  );
  expect(ends.restored).toBeGreaterThan(numRuns / 10);
  expect(ends['out of reach']).toBeGreaterThan(numRuns / 100);
});
