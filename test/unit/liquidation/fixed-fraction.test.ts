// Long 1,000 lots at 1,000 with 100,000; maintenance 5 %.

import { expect, test } from 'vitest';
import { fixedFraction } from '../../../src/liquidation/fixed-fraction.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

const stage = (mark: number, params: object = {}, lots = 1_000) =>
  new PolicyStage(fixedFraction, [lots], { cash: lots * 100, params }).mark(mark).rest(BUY, 1_000, mark - 1);

test('a fifth, thirty seconds, everything', () => {
  expect(stage(935).play()).toMatchObject([
    { action: 'order', side: -1, lots: 200, limit: 0 },
    { action: 'wait', until: 30 * SECOND },
    { action: 'order', side: -1, lots: 800, limit: 0 },
  ]);
});

test('the other way to read the venue: everything that is still below during the cool-down', () => {
  expect(
    stage(935, { pause: 'everything' })
      .play()
      .map(({ lots }) => lots),
  ).toEqual([200, 800]);
});

test('a fifth may be enough', () => {
  const restored = stage(945);
  expect(restored.play()).toHaveLength(1);
  expect(restored.isRestored).toBe(true);
});

test('what is not above 100,000 goes whole', () => {
  expect(stage(945, {}, 105).decide()).toMatchObject({ lots: 105 });
  expect(stage(945, {}, 106).decide()).toMatchObject({ lots: 22 });
});

test('below two thirds of maintenance it is handed over', () => {
  expect(stage(932).decide().action).toBe('order');
  expect(stage(931).decide().action).toBe('hand-over');
});

test('not worse than bankruptcy, if the venue says so', () => {
  expect(stage(945, { limit: 'bankruptcy' }).decide()).toMatchObject({ limit: 900 });
});
