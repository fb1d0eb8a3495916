// Small orders, a second apart, near the mark.

import { expect, test } from 'vitest';
import { increments } from '../../../src/liquidation/increments.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

test('50,000 a round within 1.5 % of the mark, until margin is restored', () => {
  const stage = new PolicyStage(increments, [1_000], { cash: 100_000 }).mark(945).rest(BUY, 1_000, 944);
  const decisions = stage.play();
  expect(decisions).toMatchObject(
    [
      { action: 'order', side: -1, lots: 52, limit: 931 },
      { action: 'wait', until: SECOND + 5_000 },
    ].slice(0, decisions.length),
  );
  expect(stage.isRestored).toBe(true);
});

test('goes on a second later', () => {
  const stage = new PolicyStage(increments, [1_000], { cash: 100_000 }).mark(940).rest(BUY, 1_000, 939);
  const decisions = stage.play();
  expect(decisions.slice(0, 3)).toMatchObject([
    { action: 'order', lots: 53 },
    { action: 'wait', until: SECOND + 5_000 },
    { action: 'order', lots: 53 },
  ]);
  expect(stage.isRestored).toBe(true);
});

test('where there is nothing within the bounds, the next position', () => {
  const stage = new PolicyStage(increments, [1_000, 500], { cash: 150_000 })
    .mark(945)
    .mark(945, 2)
    .rest(BUY, 100, 930)
    .rest(BUY, 100, 940, 2);
  expect(stage.decide()).toMatchObject({ action: 'order', instrument: 2, lots: 52 });
});

test('who is bankrupt is handed over, anybody else waits', () => {
  const stage = new PolicyStage(increments, [1_000], { cash: 100_000 });
  expect(stage.mark(945).decide()).toMatchObject({ action: 'wait', until: SECOND });
  expect(stage.mark(900).decide()).toMatchObject({ action: 'hand-over' });
});
