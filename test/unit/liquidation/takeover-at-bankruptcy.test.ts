// Nothing for the book, however good it is.

import { expect, test } from 'vitest';
import { takeoverAtBankruptcy } from '../../../src/liquidation/takeover-at-bankruptcy.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY } from '../../helpers/venue.ts';

test('is handed over at once', () => {
  const stage = new PolicyStage(takeoverAtBankruptcy, [1_000], { cash: 100_000 }).mark(945).rest(BUY, 2_000, 944);
  expect(stage.play()).toMatchObject([{ action: 'hand-over' }]);
});
