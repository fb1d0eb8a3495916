// The least that restores margin, against every quantity tried out.

import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { fullClose } from '../../../src/liquidation/full-close.ts';
import { planRelease } from '../../../src/liquidation/release.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SELL } from '../../helpers/venue.ts';

/** Equity less requirement with `x` lots of the only position closed, from one walk of the book. */
function surplus(stage: PolicyStage, x: number, ratio: number, markShare: number): number {
  const { market, alice } = stage;
  const held = market.positionLots(alice, 1);
  const side = held > 0 ? -1 : 1;
  const { tiers, liquidationFeePpm } = market.instrument(1);
  const swept = { lots: 0, notional: 0, worst: 0 };
  if (x > 0 && market.book(1).sweep(side, x, 0, swept) < x) return -Infinity;
  const best = side > 0 ? market.book(1).bestAsk : market.book(1).bestBid;
  const displaced = x === 0 ? 0 : markShare * Math.abs(swept.worst - best);
  const open = Math.abs(held) - x;
  const loss = side * (swept.notional - x * market.markPrice(1)) + open * displaced;
  const fee = Math.ceil((swept.notional * liquidationFeePpm) / 1_000_000);
  const maintenance = open === 0 ? 0 : tiers.maintenance(open * Math.max(1, Math.round(market.markPrice(1) + side * displaced)));
  return market.equity(alice) - loss - fee - ratio * maintenance;
}

test('no smaller quantity would do, on hundreds of random books', () => {
  let reachedOnes = 0;
  for (let seed = 0; seed < 400; seed++) {
    const rng = createRng(`release/${seed}`);
    const held = (rng.chance(0.5) ? 1 : -1) * (20 + rng.int(180));
    const spec = {
      liquidationFeePpm: rng.int(3) * 5_000,
      deduction: rng.chance(0.5),
      tiers: [
        { floor: 0, maintenance: 50_000, initial: 100_000 },
        { floor: 40_000, maintenance: 60_000, initial: 120_000 },
        { floor: 90_000, maintenance: 80_000, initial: 160_000 },
      ],
    };
    const stage = new PolicyStage(fullClose, [held], { cash: Math.abs(held) * 100, spec });
    const mark = held > 0 ? 940 + rng.int(10) : 1_040 + rng.int(10);
    stage.mark(mark);
    for (let away = 1; away < 40; away += 1 + rng.int(5)) {
      if (held > 0) stage.rest(BUY, 1 + rng.int(20), mark - away);
      else stage.rest(SELL, 1 + rng.int(20), mark + away);
    }
    const ratio = 1 + rng.int(3) / 10;
    const markShare = rng.int(3) / 4;
    const plan = planRelease(stage.market, stage.alice, { ratio, cushion: () => 0, limit: () => 0, markShare });
    const surpluses = Array.from({ length: Math.abs(held) + 1 }, (_, x) => surplus(stage, x, ratio, markShare));
    const least = surpluses.findIndex((value) => value >= 0);
    expect(plan.before, `seed ${seed}`).toBeCloseTo(surpluses[0], 6);
    expect(plan.reached, `seed ${seed}`).toBe(least >= 0);
    if (!plan.reached) continue;
    reachedOnes++;
    expect(plan.legs[0].closed, `seed ${seed}`).toBe(least);
  }
  expect(reachedOnes).toBeGreaterThan(50);
});

test('without impact: (M·q·P − E) ÷ (P·(M − f))', () => {
  const stage = new PolicyStage(fullClose, [1_000], { cash: 100_000, spec: { liquidationFeePpm: 10_000 } }).mark(945).rest(BUY, 1_000, 945);
  const plan = planRelease(stage.market, stage.alice, { ratio: 1, cushion: () => 0, limit: () => 0, markShare: 1 });
  expect(plan.legs[0].closed).toBe(Math.ceil((47_250 - 45_000) / (945 * (0.05 - 0.01))));
});

test('the position comes first whose book gives the margin for less, and the other when that is used up', () => {
  const stage = new PolicyStage(fullClose, [500, 500], { cash: 100_000 }).mark(945).mark(945, 2);
  stage.rest(BUY, 500, 935).rest(BUY, 40, 944, 2).rest(BUY, 500, 930, 2);
  const { legs, reached } = planRelease(stage.market, stage.alice, { ratio: 1.1, cushion: () => 0, limit: () => 0, markShare: 0 });
  const closed = Object.fromEntries(legs.map((leg) => [leg.instrument, leg.closed]));
  expect(reached).toBe(true);
  expect(closed[2]).toBe(40);
  expect(closed[1]).toBeGreaterThan(0);
  // 945,000 × 5.5 % − 45,000 − 40 × (945 × 5.5 % − 1) are left to the first, at 945 × 5.5 % − 10 a lot.
  expect(closed[1]).toBe(Math.ceil((51_975 - 45_000 - 40 * (51.975 - 1)) / (51.975 - 10)));
});

test('where the target is out of reach it stands where the surplus is greatest', () => {
  const stage = new PolicyStage(fullClose, [1_000], { cash: 100_000 }).mark(945).rest(BUY, 5, 944).rest(BUY, 500, 850);
  const plan = planRelease(stage.market, stage.alice, { ratio: 1.1, cushion: () => 0, limit: () => 0, markShare: 0 });
  expect(plan.reached).toBe(false);
  expect(plan.legs[0].closed).toBe(5);
  expect(plan.after).toBeGreaterThan(plan.before);
});
