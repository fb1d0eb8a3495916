// How fast, and with whom the depth is shared: from what is at stake, not from constants.

import { expect, test } from 'vitest';
import { fullClose } from '../../../src/liquidation/full-close.ts';
import { fastestOf, weighPaces, type PaceProblem } from '../../../src/liquidation/pace.ts';
import { planRelease } from '../../../src/liquidation/release.ts';
import { SharedDepth } from '../../../src/liquidation/shared-depth.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

/** Long 1,000 lots at 945, five lots on each tick below. */
function problem(change: Partial<PaceProblem> = {}): PaceProblem {
  const stage = new PolicyStage(fullClose, [1_000], { cash: 100_000 }).mark(945);
  for (let away = 1; away <= 200; away++) stage.rest(BUY, 5, 945 - away);
  const { legs } = planRelease(stage.market, stage.alice, { ratio: 1.2, cushion: () => 0, limit: () => 0, markShare: 0 });
  return {
    leg: legs[0],
    lots: 200,
    equity: 45_000,
    lotRisk: 0.1,
    otherRisk: 0,
    adverse: () => 0,
    interval: 1,
    maxRounds: 32,
    markShare: 0,
    kept: 0,
    deficitPrice: 2,
    family: 'almgren-chriss',
    ...change,
  };
}
const chosen = (change: Partial<PaceProblem> = {}) => fastestOf(weighPaces(problem(change)));

test('the horizon shortens with the risk, and with what a deficit weighs', () => {
  const horizons = [0.1, 8, 60].map((lotRisk) => chosen({ lotRisk, equity: 9_000 }).rounds);
  expect(horizons[0]).toBe(32);
  expect(horizons[1]).toBeLessThan(32);
  expect(horizons[2]).toBeLessThan(horizons[1]);
  expect(chosen({ lotRisk: 8, equity: 9_000, deficitPrice: 0 }).rounds).toBe(32);
});

test('the shape of Almgren and Chriss is never dearer than equal slices, and sells more at first where there is something to lose', () => {
  let steeper = 0;
  for (const lotRisk of [2, 4, 8, 12, 20])
    for (const equity of [2_000, 5_000, 9_000, 20_000]) {
      const shaped = chosen({ lotRisk, equity });
      const equal = chosen({ lotRisk, equity, family: 'equal' });
      expect(shaped.cost).toBeLessThanOrEqual(equal.cost);
      if (shaped.cost < equal.cost) steeper++;
      if (shaped.rounds === equal.rounds) expect(shaped.lots).toBeGreaterThanOrEqual(equal.lots);
    }
  expect(steeper).toBeGreaterThan(3);
});

test('a fee that is more than there is does not make it patient: what it takes is capped by what is left', () => {
  const one = { equity: 300, lotRisk: 0.3 };
  const leg = { ...problem().leg, feePpm: 10_000 };
  expect(chosen({ ...one, leg })).toMatchObject({ rounds: chosen(one).rounds, lots: chosen(one).lots });
});

test('where all of its impact is for good, waiting saves nothing; where it may not wait, there is one round', () => {
  expect(weighPaces(problem({ family: 'at-once' })).map(({ rounds }) => rounds)).toEqual([1]);
  const saved = (markShare: number) => {
    const paces = weighPaces(problem({ markShare, lotRisk: 0.1 }));
    return 1 - fastestOf(paces).cost / paces[0].cost;
  };
  expect(saved(0)).toBeGreaterThan(0.8);
  // But for what steps of the book make of it, and the tick by which the best price is off the mark before it begins.
  expect(saved(1)).toBeLessThan(0.08);
});

test('a book that refills slowly asks for blocks at the ends', () => {
  const slow = weighPaces(problem({ family: 'obizhaeva-wang', kept: 0.8 }));
  const equal = weighPaces(problem({ family: 'equal', kept: 0.8 }));
  for (const pace of slow.slice(2)) {
    const other = equal.find(({ rounds }) => rounds === pace.rounds);
    if (other === undefined) continue;
    expect(pace.lots).toBeGreaterThan(other.lots);
    expect(pace.cost).toBeLessThan(other.cost);
  }
  expect(slow.length).toBeGreaterThan(3);
});

test('cases in one book share it by urgency, for a round and the next', () => {
  const shared = new SharedDepth(SECOND);
  expect(shared.shareOf(1, -1, 7, 2, 0)).toBe(1);
  shared.claim(1, -1, 7, 2, 0);
  expect(shared.shareOf(1, -1, 7, 2, 0)).toBe(1);
  expect(shared.shareOf(1, -1, 8, 6, 10)).toBe(0.75);
  shared.claim(1, -1, 8, 6, 10);
  expect(shared.shareOf(1, -1, 7, 2, 20)).toBe(0.25);
  // The other side and other books are nobody's.
  expect(shared.shareOf(1, 1, 9, 1, 20)).toBe(1);
  expect(shared.shareOf(2, -1, 9, 1, 20)).toBe(1);
  // In the next round what was claimed in this one stands until it is claimed anew.
  expect(shared.shareOf(1, -1, 7, 2, SECOND)).toBe(0.25);
  shared.claim(1, -1, 7, 2, SECOND);
  expect(shared.shareOf(1, -1, 7, 2, 3 * SECOND)).toBe(1);
});
