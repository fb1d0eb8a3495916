// Facts of src/risk_engine/isolated_margin.rs of lfest.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PPM } from '../../../src/base/units.ts';
import { touchTrigger } from '../../../src/market/touch-trigger.ts';

test.each([
  [2, 74, 126],
  [3, 83, 117],
])('at %d× and half of the initial margin, from 100', (leverage, bid, ask) => {
  expect(touchTrigger(100, 1, leverage * PPM, PPM / 2)).toBe(bid);
  expect(touchTrigger(100, -1, leverage * PPM, PPM / 2)).toBe(ask);
});

test('it is the first price beyond, and the one before it is safe', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 1_000_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: PPM }),
      (entry, times, share) => {
        // Exactly: price × leverage against entry × (leverage ∓ share).
        const leverage = BigInt(times * PPM);
        const bound = (sign: bigint) => BigInt(entry) * (leverage + sign * BigInt(share));
        const [bid, ask] = [touchTrigger(entry, 1, times * PPM, share), touchTrigger(entry, -1, times * PPM, share)].map(BigInt);
        expect(bid * leverage < bound(-1n) && (bid + 1n) * leverage >= bound(-1n)).toBe(true);
        expect(ask * leverage > bound(1n) && (ask - 1n) * leverage <= bound(1n)).toBe(true);
      },
    ),
  );
});
