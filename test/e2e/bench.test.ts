// The venue of the benchmarks is wired by hand, as simulation.ts does it; here it runs, so that a part added there is not
// missed here. Nothing is timed.

import { expect, test } from 'vitest';
import { Venue } from '../../bench/venue.mjs';
import { populate } from '../../bench/zero-intelligence.mjs';

const SECOND = 1_000_000;

test('the same traders as actors, inspected, behind inboxes and as a cohort are one run, and its market adds up', () => {
  const digests = ['individual', 'inspected', 'inbox', 'cohort'].map((how) => {
    const venue = new Venue('test/bench');
    populate(venue, 50, how);
    venue.kernel.runUntil(5 * SECOND);
    expect(venue.orders).toBeGreaterThan(1_000);
    expect(venue.rejections).toBeLessThan(venue.orders / 50);
    expect(venue.market.checkConservation() ?? venue.market.checkOpenOrders() ?? venue.market.checkBook(1)).toBe(null);
    return venue.kernel.digest();
  });
  expect(new Set(digests).size).toBe(1);
});
