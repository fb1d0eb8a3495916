// Long 1,000 lots at 1,000 with 100,000; at 945 equity is 45,000 and 1.1 × 47,250 is aimed at.

import { expect, test } from 'vitest';
import { unitLoss } from '../../../src/liquidation/pace.ts';
import { targeted } from '../../../src/liquidation/targeted.ts';
import { PolicyStage } from '../../helpers/policy-cases.ts';
import { BUY, SECOND } from '../../helpers/venue.ts';

/** Ticks are so coarse here that it would hold out for the mark itself: unless a test says so, it does not. */
const stage = (params: object = {}, spec: object = {}) =>
  new PolicyStage(targeted, [1_000], { cash: 100_000, params: { reserve: 0, concession: 0.5, ...params }, spec }).mark(945);

test('on a deep book at the mark: what restores the target, at once, not below bankruptcy', () => {
  const made = stage().rest(BUY, 1_000, 945);
  expect(made.decide()).toMatchObject({ action: 'order', side: -1, lots: 135, limit: 900 });
  expect(made.play()).toHaveLength(1);
  expect(made.isRestored).toBe(true);
});

test('the fee comes out of what a lot releases, and the limit leaves it', () => {
  const made = stage({ price: 'solvent' }, { liquidationFeePpm: 10_000 }).rest(BUY, 1_000, 945);
  expect(made.decide()).toMatchObject({ lots: Math.ceil(6_975 / (51.975 - 9.45)), limit: 910 });
});

test('a restless market asks for more', () => {
  const calm = stage().rest(BUY, 1_000, 945);
  const restless = stage();
  for (let second = 1; second <= 60; second++) {
    restless.now = second * SECOND;
    restless.mark(second % 2 === 0 ? 945 : 948);
  }
  restless.rest(BUY, 1_000, 945);
  expect(restless.decide().lots).toBeGreaterThan(calm.decide().lots);
});

test('a thin book is given time to refill when bankruptcy is far, and none when it is near', () => {
  const thin = (mark: number) => {
    const made = stage({ markShare: 0 }).mark(mark);
    for (let away = 1; away <= 30; away++) made.rest(BUY, 30, mark - away);
    return made;
  };
  const far = thin(945).decide();
  const whole = stage({ markShare: 0, maxRounds: 1 });
  for (let away = 1; away <= 30; away++) whole.rest(BUY, 30, 945 - away);
  expect(far.lots).toBeLessThan(whole.decide().lots);
  const wild = stage({ markShare: 0, volatility: 1_000, deviations: 0 });
  for (let away = 1; away <= 30; away++) wild.rest(BUY, 30, 945 - away);
  expect(wild.decide().lots).toBe(whole.decide().lots);
});

test('where selling lowers the mark by more than it releases it is closed all the same, or handed over', () => {
  const steep = (params: object) => {
    const made = stage({ markShare: 1, ...params });
    for (let away = 1; away <= 40; away++) made.rest(BUY, 2, 945 - away);
    return made;
  };
  expect(steep({ whenWorse: 'hand-over' }).decide().action).toBe('hand-over');
  expect(steep({}).decide().action).toBe('order');
});

test('an empty book is waited for while something would be left, and not for ever', () => {
  const made = stage();
  expect(made.decide()).toMatchObject({ action: 'wait', until: SECOND });
  made.now = 299 * SECOND;
  expect(made.decide().action).toBe('wait');
  made.now = 300 * SECOND;
  expect(made.decide().action).toBe('hand-over');
  const bankrupt = stage();
  bankrupt.now = SECOND;
  expect(bankrupt.mark(900).decide().action).toBe('hand-over');
});

test('the expected excess of a standard normal over a bound', () => {
  expect(unitLoss(0)).toBeCloseTo(0.3989423, 6);
  expect(unitLoss(1)).toBeCloseTo(0.0833155, 6);
  expect(unitLoss(-1)).toBeCloseTo(1.0833155, 6);
  expect(unitLoss(2)).toBeCloseTo(0.0084907, 6);
  expect(unitLoss(Infinity)).toBe(0);
});

/** With 30 lots on each of a hundred ticks below the mark. */
const onBook = (params: object) => {
  const made = stage({ markShare: 0, pace: 'at-once', ...params });
  for (let away = 1; away <= 100; away++) made.rest(BUY, 30, 945 - away);
  return made;
};

test('quantity, pace and price one by one', () => {
  const least = onBook({}).decide();
  // No impact: at one tick below the mark, (E needed − E) ÷ (945 × M − 1) lots.
  const margin = 0.055;
  expect(onBook({ quantity: 'no-impact', deviations: 0 }).decide().lots).toBe(Math.ceil((margin * 945_000 - 45_000) / (margin * 945 - 1)));
  expect(least.lots).toBeGreaterThan(onBook({ quantity: 'no-impact' }).decide().lots);
  expect(onBook({ quantity: 'all' }).decide().lots).toBe(1_000);
  expect(onBook({ pace: 'equal' }).decide().lots).toBeLessThan(least.lots);
  expect(least.limit).toBe(900);
  expect(onBook({ price: 'band' }).decide().limit).toBe(Math.ceil(945 * 0.95));
  expect(onBook({ price: 'band', band: 0.1 }).decide().limit).toBe(Math.ceil(945 * 0.9));
});

test.each([
  ['a wrong estimate of impact', { impactScale: 4 }, { impactScale: 0.25 }],
  ['size', { assumeSize: 1_890_000 }, { assumeSize: 94_500 }],
  ['leverage', { assumeLeverage: 25 }, { assumeLeverage: 19 }],
  ['volatility', { assumeVolatility: 0.9, deviations: 20 }, { assumeVolatility: 0.01, deviations: 20 }],
  ['depth', { assumeDepth: 50_000 }, { assumeDepth: 50_000_000 }],
  ['the book', { assumeVolume: 10_000_000 }, { assumeVolume: 1e12 }],
] as const)('blind to or misled about %s it closes more, or less', (_name, more, less) => {
  // So restless that the cushion, and not the ratio, is what the target asks for.
  const whenSeeing = onBook('deviations' in more ? { deviations: more.deviations } : {}).decide().lots;
  const whenMore = onBook(more).decide().lots;
  const whenLess = onBook(less).decide().lots;
  expect(whenMore).toBeGreaterThan(whenSeeing);
  expect(whenLess).toBeLessThan(whenSeeing);
  expect(whenLess).toBeGreaterThan(0);
});

test('a book that is not looked at is what it is taken for, whatever rests there', () => {
  for (const params of [{ assumeDepth: 500_000 }, { assumeVolume: 1e9 }]) {
    const thin = stage({ markShare: 0, pace: 'at-once', ...params }).rest(BUY, 1_000, 944);
    expect(thin.decide().lots).toBe(onBook(params).decide().lots);
  }
});

test('what explain weighs is what decide chooses from', () => {
  const made = stage({ markShare: 0 });
  for (let away = 1; away <= 30; away++) made.rest(BUY, 30, 945 - away);
  const { alternatives, reason } = made.policy.explain!(made.view, made.market);
  const best = alternatives.reduce((a, b) => (b.score < a.score ? b : a));
  expect(alternatives.length).toBeGreaterThan(2);
  expect(made.decide().lots).toBe(best.lots);
  // And still is, once it is decided.
  expect(made.policy.explain!(made.view, made.market)).toMatchObject({ alternatives, reason });
});

test('where equity does not pay the fee of closing all, no part restores: all of it goes, at once', () => {
  const made = stage({ deviations: 0 }, { liquidationFeePpm: 60_000 });
  for (let away = 1; away <= 30; away++) made.rest(BUY, 60, 945 - away);
  expect(made.decide()).toMatchObject({ action: 'order', lots: 1_000 });
  expect(made.policy.explain!(made.view, made.market).alternatives).toHaveLength(1);
});

test('many small accounts share all of a book, not each its own size', () => {
  const made = new PolicyStage(targeted, [10], { cash: 1_000, params: { pace: 'at-once', markShare: 0, volunteers: 0 } }).mark(945);
  for (let away = 1; away <= 20; away++) made.rest(BUY, 1_000, 945 - away);
  const decide = (liquidation: number) => {
    const decision = { action: 'wait' as const, instrument: 0, side: 1 as const, lots: 0, limit: 0, until: 0 };
    made.policy.decide({ ...made.view, case: liquidation }, made.market, decision);
    return decision.lots;
  };
  const alone = decide(1);
  expect(alone).toBeGreaterThan(1);
  // Fifty others have asked for a share since: there is enough for all of them.
  for (let other = 2; other <= 51; other++) expect(decide(other)).toBe(alone);
  expect(decide(1)).toBe(alone);
});

/** Falling by two ticks a second for half a minute, to 945. */
function falling(params: object, down = 2): PolicyStage {
  const made = new PolicyStage(targeted, [1_000], { cash: 100_000, params: { markShare: 0, volunteers: 0, ...params } });
  for (let second = 30; second >= 0; second--) {
    made.now = (30 - second) * SECOND;
    made.mark(945 + down * second);
  }
  for (let away = 1; away <= 100; away++) made.rest(BUY, 30, 945 - away);
  return made;
}

test('in a fall it closes at once all that costs less to close than to hold; without a trend, or looking for none, it does not', () => {
  const { lots } = falling({}).decide();
  expect(lots).toBe(1_000);
  // So restless, and going nowhere: the cushion is the same, and no more.
  expect(falling({ trend: 0 }).decide().lots).toBeLessThan(lots);
  expect(falling({}, 0).decide().lots).toBeLessThan(500);
  // It rises for a long: what must go goes later.
  expect(falling({}, -1).decide().lots).toBeLessThanOrEqual(falling({ trend: 0 }, -1).decide().lots);
});

test('a schedule that was begun is kept to, or chosen anew every round', () => {
  const rounds = (schedule: string) => {
    const made = stage({ markShare: 0, schedule, refill: 0, volunteers: 0, trend: 0, volatility: 0.2, deviations: 0 });
    const rest = () => {
      for (let away = 1; away <= 30; away++) made.rest(BUY, 30, 945 - away);
    };
    rest();
    const orders = made.play(400, () => rest()).filter(({ action }) => action === 'order');
    return orders.map(({ lots }) => lots);
  };
  const kept = rounds('kept');
  const anew = rounds('anew');
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.length).toBeLessThan(anew.length);
  // Anew, the last lots are put off and put off again.
  expect(anew.at(-1)).toBeLessThan(kept.at(-1)!);
});

test('volunteers take what the book takes only for more; first goes to the book what it takes for less', () => {
  const offered = (params: object) => {
    const made = stage({ markShare: 0, ...params }).rest(BUY, 20, 944);
    for (let away = 1; away <= 40; away++) made.rest(BUY, 5, 930 - away);
    const helper = made.market.openAccount({ owner: 3, cash: 1_000_000, leverage: 10 * 1_000_000 });
    made.market.volunteers.enter({ account: helper, instrument: 1, lots: 500, discount: 5_000 });
    return made;
  };
  const made = offered({});
  const first = made.decide();
  expect(first).toMatchObject({ action: 'order', side: -1, lots: 20 });
  expect(made.policy.explain!(made.view, made.market).reason).toBe('volunteers take it for less than the book');
  made.lastInstrument = 1;
  const then = made.decide();
  expect(then.action).toBe('assign');
  // At the least of the discounts that anybody accepts, half a per cent and its rounding.
  expect(then.limit).toBe(Math.ceil(945 * (1 - 0.00625)));
  expect(offered({ volunteers: 0 }).decide().action).toBe('order');
  // Below half a per cent nobody is there.
  expect(offered({ volunteers: 0.004 }).decide().limit).toBe(900);
  // And where the book is deep nobody is asked.
  const deep = offered({}).rest(BUY, 2_000, 945);
  expect(deep.decide()).toMatchObject({ action: 'order', limit: 900 });
});

/** The index stands at 950; in the last second forced orders have taken the mark from there to `mark`. */
function pushed(mark: number, params: object = {}): PolicyStage {
  const made = new PolicyStage(targeted, [1_000], { cash: 100_000, params: { markShare: 0, volunteers: 0, ...params } });
  for (let second = 0; second <= 30; second++) {
    made.now = second * SECOND;
    made.policy.observe!(1, second === 30 ? mark : 950, made.now, 950);
  }
  made.market.setIndex(1, 950);
  made.market.setMark(1, mark);
  return made;
}

test('it holds out for what the index says while forced orders have taken the book below it, and not for ever', () => {
  const made = pushed(945).rest(BUY, 1_000, 940);
  expect(made.decide()).toMatchObject({ action: 'wait', until: 31 * SECOND });
  expect(made.policy.explain!(made.view, made.market).reason).toMatch(/takes nothing/);
  // 0.1 % and what two standard deviations come to while the book refills.
  expect(made.rest(BUY, 1_000, 949).decide()).toMatchObject({ action: 'order', limit: 949 });
  const late = pushed(945).rest(BUY, 1_000, 940);
  late.now = 300 * SECOND;
  expect(late.decide()).toMatchObject({ action: 'order', limit: 900 });
  expect(pushed(945, { reserve: 0 }).rest(BUY, 1_000, 940).decide()).toMatchObject({ action: 'order', limit: 900 });
  // To whom the mark is what it comes back to, and its fall a trend, nothing is too cheap.
  expect(pushed(945, { reference: 'mark' }).rest(BUY, 1_000, 944).decide().action).toBe('order');
});

test('what the trend of the index takes it gives away; forced orders that move the mark make no trend', () => {
  const made = falling({ reserve: 0.5 });
  // Half of 2 in 945 a second for 60 s ÷ ln 2, and a little: bankruptcy is the nearer bound.
  expect(made.decide()).toMatchObject({ action: 'order', limit: 900 });
  const alone = pushed(950);
  for (let second = 1; second <= 5; second++) {
    alone.now += SECOND;
    alone.policy.observe!(1, 950 - second, alone.now, 950);
  }
  alone.market.setMark(1, 945);
  for (let away = 1; away <= 100; away++) alone.rest(BUY, 30, 945 - away);
  expect(alone.decide().action).toBe('wait');
  expect(alone.policy.explain!(alone.view, alone.market).seen).toBeUndefined();
});

test('bankrupt at the mark it is held while it is not at what that comes back to', () => {
  expect(pushed(895).rest(BUY, 1_000, 890).decide().action).toBe('wait');
  const lost = stage({ reserve: 1 });
  lost.now = SECOND;
  expect(lost.mark(895).rest(BUY, 1_000, 890).decide().action).toBe('hand-over');
});
