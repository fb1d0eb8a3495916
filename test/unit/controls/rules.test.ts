// Each margin control by hand: what it asks for after samples whose answer can be computed.

import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { controlKinds } from '../../../src/controls/registry.ts';
import { YEAR, type ControlContext, type ControlKind, type ControlSample } from '../../../src/controls/control.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';

const MINUTE = 60_000_000;

function rule(kind: string, params: Record<string, unknown> = {}, context: Partial<ControlContext> = {}) {
  const found = controlKinds.find((one) => one.kind === kind) as ControlKind;
  return found.create(
    { ...defaultsOf(found.params), ...params },
    { interval: MINUTE, maintenance: 0.01, impliedVolatility: [], ...context },
  );
}

function sample(minute: number, mark: number, more: Partial<ControlSample> = {}): ControlSample {
  return {
    at: minute * MINUTE,
    mark,
    index: mark,
    openInterest: 1_000,
    depth: () => ({ bids: 100, asks: 100 }),
    exposed: () => ({ below: 0, above: 0 }),
    ...more,
  };
}

test('every kind is named once', () => {
  expect(new Set(controlKinds.map(({ kind }) => kind)).size).toBe(controlKinds.length);
  expect(controlKinds.length).toBe(7);
});

test('static asks for its constant', () => {
  expect(rule('static', { factor: 1.5 }).sampled(sample(0, 1_000))).toBe(1.5);
});

describe('volatility-scaled', () => {
  test('says nothing while it listens, then 1, then follows volatility as its average does', () => {
    const one = rule('volatility-scaled', { halfLife: MINUTE, warmup: 4 * MINUTE });
    // Four moves by 1 % of alternating sign: the mean square is that of each.
    const prices = [10_000, 10_100, 10_000, 10_100];
    prices.forEach((price, minute) => expect(one.sampled(sample(minute, price))).toBeNull());
    expect(one.sampled(sample(4, 10_000))).toBe(1);
    // One move by 2 %, and one that is half as old counts half: variance (1 + 4) ÷ 2 of before, to the logarithm's curvature.
    expect(one.sampled(sample(5, 10_200))).toBeCloseTo(Math.sqrt((1 + (Math.log(1.02) / Math.log(1.01)) ** 2) / 2), 3);
  });

  test('against a reference, to a power', () => {
    const one = rule('volatility-scaled', { reference: 0.19, warmup: 0, power: 2 });
    expect(one.sampled(sample(0, 10_000))).toBeNull();
    const daily = Math.log(1.01) * Math.sqrt(1_440);
    expect(one.sampled(sample(1, 10_100))).toBeCloseTo((daily / 0.19) ** 2, 10);
  });

  test('a price that stands still gives no measure', () => {
    const one = rule('volatility-scaled', { warmup: MINUTE });
    for (let minute = 0; minute < 10; minute++) expect(one.sampled(sample(minute, 10_000))).toBeNull();
  });
});

describe('var', () => {
  test('is the order statistic of the moves, scaled by the root of time, over the maintenance rate', () => {
    const one = rule('var', { window: 10, confidence: 0.9, horizon: 4 * MINUTE });
    let price = 1_000_000;
    const moves = [1, -2, 3, -4, 5, -6, 7, -8, 9, -10].map((bp) => bp / 10_000);
    let asked = one.sampled(sample(0, price));
    moves.forEach((move, i) => {
      expect(asked === null).toBe(i < 5);
      price *= Math.exp(move);
      asked = one.sampled(sample(i + 1, price));
    });
    // The ninth of ten, 9 bp a minute, over four minutes: 18 bp, of a maintenance of 1 %.
    expect(asked).toBeCloseTo(0.18, 10);
    expect(
      rule('var', { window: 10, confidence: 0.9, horizon: 4 * MINUTE, measure: 'expected-shortfall' }).sampled(sample(0, 5)),
    ).toBeNull();
  });
});

describe('implied-volatility', () => {
  const settings = { horizon: YEAR / 10_000, multiplier: 3 };

  test('a constant', () => {
    // 3 × 60 % × 1 % = 1.8 %, of 1 %.
    expect(rule('implied-volatility', { ...settings, level: 0.6 }).sampled(sample(0, 1))).toBeCloseTo(1.8, 12);
  });

  test('a path: each point holds until the next, and before the first there is nothing', () => {
    const impliedVolatility = [
      { at: 2 * MINUTE, volatility: 0.5 },
      { at: 5 * MINUTE, volatility: 1.5 },
    ];
    const one = rule('implied-volatility', settings, { impliedVolatility });
    const asked = [0, 2, 4, 5, 9].map((minute) => one.sampled(sample(minute, 1)));
    expect(asked[0]).toBeNull();
    expect(asked.slice(1).map((factor) => Math.round(factor! * 1e9) / 1e9)).toEqual([1.5, 1.5, 4.5, 4.5]);
  });
});

test('depth-aware: half the book, and 1.41 times the margin once that is known', () => {
  const one = rule('depth-aware', { usual: 1e15, recent: MINUTE, warmup: MINUTE, power: 0.5 });
  expect(one.sampled(sample(0, 1_000))).toBeNull();
  expect(one.sampled(sample(1, 1_000))).toBeCloseTo(1, 9);
  let asked: number | null = 0;
  const thin = { depth: () => ({ bids: 50, asks: 400 }) };
  for (let minute = 2; minute < 40; minute++) asked = one.sampled(sample(minute, 1_000, thin));
  expect(asked).toBeCloseTo(Math.SQRT2, 5);
});

test('concentration: what a move would liquidate over what the book takes, the worse side, with a ceiling', () => {
  const one = rule('concentration', { from: 0.2, addOn: 2, most: 3 });
  const exposed = (below: number, above: number) => one.sampled(sample(0, 1_000, { exposed: () => ({ below, above }) }));
  expect(exposed(20, 10)).toBe(1);
  expect(exposed(70, 10)).toBeCloseTo(2, 12);
  expect(exposed(10, 120)).toBeCloseTo(3, 12);
  expect(exposed(5_000, 0)).toBeCloseTo(6.6, 12);
});

test('drawdown: falls from the highest of the look-back, or rises from the lowest', () => {
  const falls = rule('drawdown', { lookback: 3 * MINUTE, slope: 5 });
  const asked = [1_000, 900, 950, 950, 950].map((mark, minute) => falls.sampled(sample(minute, mark)));
  [1, 1.5, 1.25, 1.25, 1].forEach((factor, i) => expect(asked[i]).toBeCloseTo(factor, 12));
  const rises = rule('drawdown', { slope: 5, of: 'rises' });
  expect(rises.sampled(sample(0, 1_000))).toBe(1);
  expect(rises.sampled(sample(1, 1_100))).toBeCloseTo(1.5, 12);
});

test('no kind draws chance: two made alike say alike', () => {
  const rng = createRng('controls');
  const kinds = controlKinds.map(({ kind }) => [rule(kind), rule(kind)] as const);
  let price = 10_000;
  for (let minute = 0; minute < 300; minute++) {
    price *= 1 + (rng.next() - 0.5) / 100;
    const seen = sample(minute, price, { exposed: () => ({ below: 30, above: 10 }) });
    for (const [one, other] of kinds) expect(one.sampled(seen)).toEqual(other.sampled(seen));
  }
});
