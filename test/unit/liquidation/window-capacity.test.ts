// A capacity of (2 bp + 5 bp) × 4,500,000 × 30 s = 94,500: 100 lots at 945.

import { expect, test } from 'vitest';
import { windowCapacity } from '../../../src/liquidation/window-capacity.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

const stage = (params: object = {}) =>
  new PolicyStage(windowCapacity, [1_000], { cash: 100_000, params: { skewScale: 4_500_000, ...params } }).mark(945).rest(BUY, 1_000, 944);

test('fills the window, and goes on when the first of it has left', () => {
  expect(stage().play(4)).toMatchObject([
    { action: 'order', side: -1, lots: 100, limit: 900 },
    { action: 'wait', until: 30 * SECOND },
    { action: 'order', lots: 100 },
    { action: 'wait', until: 60 * SECOND },
  ]);
});

test('the window is the market’s, not the account’s', () => {
  const made = stage();
  made.play(1);
  // Whoever comes next finds it full.
  expect(made.decide()).toMatchObject({ action: 'wait', until: 30 * SECOND });
});

test('once flagged an account is closed; or let go, if the venue says so', () => {
  const closed = stage();
  closed.play();
  expect(closed.market.positionLots(closed.alice, 1)).toBe(0);
  const restored = stage({ flagged: 'until-restored' });
  restored.play();
  expect(restored.market.positionLots(restored.alice, 1)).toBe(900);
});

test('what the book does not take is handed over', () => {
  expect(stage().empty().decide().action).toBe('hand-over');
});
