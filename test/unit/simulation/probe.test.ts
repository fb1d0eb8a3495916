// What readers may ask of the venue.

import { expect, test } from 'vitest';
import { createProbe } from '../../../src/simulation/probe.ts';
import { BUY, MS, SECOND, SELL, Venue } from '../../helpers/venue.ts';

test('prices, depth and money as the market has them', () => {
  const venue = new Venue({ price: 10_000, fund: 700 });
  venue.trader('alice');
  venue.trader('bob');
  venue.opened('alice', 'bob', 10, 10_000);
  const probe = createProbe(venue.market, venue.engine);
  expect([probe.bid(1), probe.ask(1), probe.mark(1), probe.index(1), probe.depthLots(1, 50)]).toEqual([0, 0, 10_000, 10_000, 0]);
  for (const [lots, price] of [
    [1, 9_995],
    [2, 9_950],
    [4, 9_949],
  ])
    venue.order('alice', { side: BUY, lots, price });
  for (const [lots, price] of [
    [8, 10_005],
    [16, 10_050],
    [32, 10_051],
  ])
    venue.order('bob', { side: SELL, lots, price });
  venue.run(0);
  expect([probe.bid(1), probe.ask(1)]).toEqual([9_995, 10_005]);
  // 0.5 % of 10,000 is 50 ticks, the ends included.
  expect([probe.depthLots(1, 5), probe.depthLots(1, 50), probe.depthLots(1, 100)]).toEqual([9, 27, 63]);
  expect(probe.openInterestLots(1)).toBe(10);
  expect([probe.fundAccount, probe.fundCash(), probe.fundInventoryMarked(), probe.fundPayable()]).toEqual([1, 700, 0, 700]);
  expect([probe.accounts(), probe.positionLots(2, 1), probe.netLots(1)]).toEqual([3, 10, 0]);
  expect([probe.equity(2), probe.maintenance(2)]).toEqual([1_000_000, 5_000]);
  expect([probe.money(), probe.openOrders()]).toEqual([null, null]);
});

test('one side of the book alone is measured from the mark', () => {
  const venue = new Venue({ price: 10_000 });
  venue.trader('alice');
  venue.order('alice', { side: BUY, lots: 3, price: 9_990 });
  venue.order('alice', { side: BUY, lots: 5, price: 9_000 });
  venue.run(0);
  expect(createProbe(venue.market, venue.engine).depthLots(1, 20)).toBe(3);
});

test('a fund pays neither more than its cash nor more than it is worth', () => {
  const venue = new Venue({ fund: 1_000 });
  venue.trader('alice');
  venue.trader('bob');
  venue.opened('alice', 'bob', 10, 1_000);
  const probe = createProbe(venue.market, venue.engine);
  venue.market.transfer(venue.account('alice'), venue.market.fundAccount, 1, 10, 1_000);
  for (const [mark, payable] of [
    [1_000, 1_000],
    [1_050, 1_000],
    [960, 600],
    [850, 0],
  ]) {
    venue.market.setMark(1, mark);
    expect(probe.fundPayable(), `at ${mark}`).toBe(payable);
  }
});

test('somebody below maintenance without a case is found, and is nobody once the engine has looked', () => {
  const venue = new Venue({ rules: { layers: [] } });
  venue.trader('alice', { cash: 1_000 });
  venue.trader('bob');
  venue.opened('alice', 'bob', 10, 1_000);
  venue.run(0);
  const probe = createProbe(venue.market, venue.engine);
  expect(probe.uncovered()).toBe(0);
  venue.market.setMark(1, 940);
  expect(probe.uncovered()).toBe(venue.account('alice'));
  venue.mark(940, { at: SECOND });
  venue.run(SECOND + 10 * MS);
  expect(venue.engine.stateOf(venue.account('alice'))).toBe('waiting');
  expect(probe.uncovered()).toBe(0);
});

test('with liquidation off nobody is uncovered', () => {
  const venue = new Venue({ rules: { enabled: false } });
  venue.trader('alice', { cash: 1_000 });
  venue.trader('bob');
  venue.opened('alice', 'bob', 10, 1_000);
  venue.market.setMark(1, 800);
  expect(createProbe(venue.market, venue.engine).uncovered()).toBe(0);
});
