// What the liquidation engine does for a policy: wakes it when it asked to be woken, lets it say when a case is over, and
// shows it every mark. Alice is long 10 lots at 1,000 with 1,000 of her own: liquidatable at 947, bankrupt at 900.

import { expect, test } from 'vitest';
import type { LiquidationPolicy } from '../../../src/liquidation/policy.ts';
import { BUY, MS, SECOND, Venue } from '../../helpers/venue.ts';

function venueWith(policy: LiquidationPolicy): Venue {
  const venue = new Venue({ rules: { policy } });
  venue.trader('alice', { cash: 1_000 });
  venue.trader('bob');
  venue.trader('maker');
  venue.opened('alice', 'bob', 10, 1_000);
  venue.order('maker', { side: BUY, lots: 20, price: 939 });
  return venue;
}

/** One lot, then 300 ms of nothing. */
const slowly: LiquidationPolicy = {
  decide({ lastInstrument, now }, _market, decision) {
    if (lastInstrument !== 0) {
      decision.action = 'wait';
      decision.until = now + 300 * MS;
      return;
    }
    Object.assign(decision, { action: 'order', instrument: 1, side: -1, lots: 1, limit: 900 });
  },
};

test('a policy that waits is asked again at the very moment, whatever the scan interval', () => {
  const venue = venueWith(slowly);
  venue.mark(940, { at: SECOND });
  venue.run(3 * SECOND);
  const sent = venue.happened('LiquidateOnBook').map(({ at }) => at - SECOND);
  expect(sent).toEqual([5 * MS, 310 * MS]);
});

test('a case ends as soon as the account is above maintenance, unless the policy wants more', () => {
  const atOnce = venueWith(slowly);
  atOnce.mark(940, { at: SECOND });
  atOnce.run(5 * SECOND);
  // Equity 400 − 1 a lot against 47 a lot: 8 lots are safe.
  expect(atOnce.lots('alice')).toBe(8);

  const more = venueWith({ ...slowly, isRestored: ({ account }, market) => market.positionLots(account, 1) <= 5 });
  more.mark(940, { at: SECOND });
  more.run(5 * SECOND);
  expect(more.lots('alice')).toBe(5);
  expect(more.happened('LiquidationClosed')).not.toEqual([]);
});

test('a top-up while it waits restores it when it is looked at', () => {
  const venue = venueWith(slowly);
  venue.mark(940, { at: SECOND });
  venue.topUp('alice', 5_000, SECOND + 100 * MS);
  venue.run(2 * SECOND);
  expect(venue.happened('LiquidateOnBook')).toHaveLength(1);
  expect(venue.engine.stateOf(venue.account('alice'))).toBe('healthy');
});

test('a policy sees every mark, in order', () => {
  const seen: number[][] = [];
  const venue = venueWith({ ...slowly, observe: (instrument, mark, at) => seen.push([instrument, mark, at]) });
  venue.mark(990, { at: SECOND });
  venue.mark(980, { at: 2 * SECOND });
  venue.run(3 * SECOND);
  expect(seen).toEqual([
    [1, 990, SECOND],
    [1, 980, 2 * SECOND],
  ]);
});
