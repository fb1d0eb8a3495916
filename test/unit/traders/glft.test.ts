import { expect, test } from 'vitest';
import { askDistance, bidDistance, decayForMargin, monopolyMargin, skewPerVolatility } from '../../../src/traders/glft.ts';

// Guéant, Lehalle & Fernandez-Tapia 2013: σ = 0.3, A = 0.9, k = 0.3, γ = 0.01.
const model = { decay: 0.3, fillRate: 0.9, riskAversion: 0.01 };
const margin = monopolyMargin(model);
const skew = 0.3 * skewPerVolatility(model);

test.each([
  [-10, 2.6342568732557012],
  [-1, 3.2450493660336552],
  [0, 3.312915198564539],
  [1, 3.380781031095423],
  [10, 3.991573523873377],
])('the closed form gives the published bid distance with %i lots held', (inventory, expected) => {
  expect(bidDistance(margin, skew, inventory)).toBeCloseTo(expected, 10);
});

test('bid and ask mirror each other', () => {
  for (const inventory of [-7, 0, 3]) expect(askDistance(margin, skew, inventory)).toBeCloseTo(bidDistance(margin, skew, -inventory), 12);
});

test('the decay for a margin gives that margin', () => {
  for (const x of [0.0001, 0.01, 1]) {
    const decay = decayForMargin(0.00008, x);
    expect(monopolyMargin({ decay, fillRate: 1, riskAversion: x * decay })).toBeCloseTo(0.00008, 15);
  }
});
