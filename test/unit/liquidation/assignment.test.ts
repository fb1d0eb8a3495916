// To the book, to volunteers, to the loss layers.

import { expect, test } from 'vitest';
import { assignment } from '../../../src/liquidation/assignment.ts';
import { autoDeleveraging } from '../../../src/losses/auto-deleveraging.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, layer, LOSSES, SECOND, Venue } from '../../helpers/venue.ts';

const policy = (params = {}) => assignment.create({ ...defaultsOf(assignment.params), ...params }, LOSSES);

/** A long of 100 from 1,000 with 10,000, which the mark takes below maintenance; `volunteers` by name and what they take. */
function venue(volunteers: Readonly<Record<string, { readonly lots: number; readonly ppm: number; readonly cash?: number }>>): Venue {
  const made = new Venue({ fund: 0, rules: { policy: policy() }, layers: () => [layer(autoDeleveraging)] });
  made.trader('weak', { cash: 10_000 });
  made.trader('other', { cash: 1_000_000 });
  made.opened('weak', 'other', 100, 1_000);
  for (const [name, { lots, ppm, cash = 1_000_000 }] of Object.entries(volunteers)) {
    made.trader(name, { cash });
    const draft = made.command(name, 'Volunteer', 0);
    draft.instrument = 1;
    draft.lots = lots;
    draft.rate = ppm;
  }
  return made;
}

test('what the book does not take goes to volunteers, in proportion to what they take, at a discount', () => {
  const made = venue({ greedy: { lots: 120, ppm: 9_000 }, modest: { lots: 40, ppm: 5_000 }, dear: { lots: 500, ppm: 20_000 } });
  made.order('other', { side: BUY, lots: 4, price: 940 });
  made.mark(945, { at: SECOND });
  made.run(2 * SECOND);
  // 4 on the book; 96 at 1 % below 945, rounded up in the account's favour: one could take all of it, the other 40.
  expect(made.happened('LiquidationFilled').at(-1)).toMatchObject({ lots: 4, price: 940 });
  const assigned = made.heard('weak', 'PositionAssigned');
  expect(assigned.map(({ counterparty, lots, price }) => [counterparty, lots, price])).toEqual([
    [made.account('greedy'), 68, 936],
    [made.account('modest'), 28, 936],
  ]);
  expect([made.lots('weak'), made.lots('greedy'), made.lots('modest'), made.lots('dear')]).toEqual([0, 68, 28, 0]);
  // What is left stays with the owner: 10,000 − 4 × 60 − 96 × 64.
  expect(made.cash('weak')).toBe(10_000 - 4 * 60 - 96 * 64);
  expect(made.heard('greedy', 'PositionAssigned')).toHaveLength(1);
  expect(made.last('LiquidationClosed')).toMatchObject({ account: made.account('weak') });
  expect(made.problems()).toEqual([]);
});

test('nobody takes more than leaves it the margin for it', () => {
  const made = venue({ poor: { lots: 100, ppm: 0, cash: 1_000 } });
  made.mark(945, { at: SECOND });
  made.run(2 * SECOND);
  // 10 % of 945 a lot; what it gains by the discount does not count before it has it.
  expect(made.lots('poor')).toBe(10);
  expect(made.market.available(made.account('poor'))).toBeGreaterThanOrEqual(0);
  expect(made.problems()).toEqual([]);
});

test('without volunteers the rest is handed over', () => {
  const stage = new PolicyStage(assignment, [1_000], { cash: 100_000 }).mark(945).rest(BUY, 10, 944);
  expect(stage.play()).toMatchObject([{ action: 'order', lots: 1_000, limit: 900 }, { action: 'hand-over' }]);
  expect(new PolicyStage(assignment, [1_000], { cash: 100_000, params: { book: false } }).mark(945).play()).toMatchObject([
    { action: 'hand-over' },
  ]);
});
