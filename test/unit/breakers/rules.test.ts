// Halting rules by themselves, with the worked examples of the literature: limit up, limit down (NMS plan), the US market-wide
// levels, CME's velocity logic.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sampler } from '../../../src/base/params.ts';
import type { BreakerKind, BreakerRule, MarkSample, Trip } from '../../../src/breakers/breaker.ts';
import { movedBy } from '../../../src/breakers/breaker.ts';
import { liquidationRate } from '../../../src/breakers/liquidation-rate.ts';
import { marketWide, marketWideLevels } from '../../../src/breakers/market-wide.ts';
import { openInterestDrop } from '../../../src/breakers/open-interest-drop.ts';
import { BandReference, priceBandRule } from '../../../src/breakers/price-band.ts';
import { priceDivergence } from '../../../src/breakers/price-divergence.ts';
import { breakerKinds } from '../../../src/breakers/registry.ts';
import { rollingRange } from '../../../src/breakers/rolling-range.ts';
import { velocity } from '../../../src/breakers/velocity.ts';
import { RollingExtremes } from '../../../src/estimators/rolling-extremes.ts';
import { priceBand } from '../../../src/market/price-band.ts';
import { defaultsOf } from '../../helpers/param-defaults.ts';
import { target } from '../../helpers/targets.ts';

const SECOND = 1_000_000;
const make = (kind: unknown, params: Record<string, number | string | Sampler>, reference = 10_000): BreakerRule =>
  (kind as BreakerKind).create(params as never, { reference });

/** When and how a rule trips on `[second, price]`. */
function trips(rule: BreakerRule, path: readonly (readonly [number, number])[]): readonly (readonly [number, Trip])[] {
  return path.flatMap(([at, price]) => {
    const trip = rule.traded?.(price, Math.round(at * SECOND)) ?? null;
    return trip === null ? [] : [[at, trip] as const];
  });
}

describe('velocity', () => {
  test('CB-VEL-01: trips when the price moved by the threshold within the look-back', () => {
    const path = [[0, 1000], [0.4, 1002], [0.8, 1005], [1.2, 1011], [1.5, 1016]] as const; // prettier-ignore
    // One point of a hundred, from 100.5 at 0.8 s.
    const rule = make(velocity, { lookback: SECOND, threshold: 10 / 1005, halt: 5 * SECOND });
    expect(trips(rule, path).map(([at]) => at)).toEqual([1.5]);
  });

  test('whichever way, and not for what is older', () => {
    const rule = () => make(velocity, { lookback: SECOND, threshold: 0.02, halt: 5 });
    expect(trips(rule(), [[0, 1000], [0.9, 980]])).toMatchObject([[0.9, { action: 'halt', duration: 5, reference: 1000 }]]); // prettier-ignore
    expect(trips(rule(), [[0, 1000], [1.1, 980]])).toEqual([]); // prettier-ignore
  });
});

describe('price band', () => {
  test('CB-LULD-01: the reference moves when the mean of five minutes is one per cent away, exactly', () => {
    const reference = new BandReference(4_000, 300 * SECOND, 0.01);
    for (const price of [4_010, 4_030, 4_050]) reference.push(price, 0);
    expect(reference.price).toBe(4_000);
    reference.push(4_070, SECOND);
    expect([reference.proForma, reference.price]).toEqual([4_040, 4_040]);
    const short = new BandReference(4_000, 300 * SECOND, 0.01);
    for (const price of [4_010, 4_030, 4_050, 4_066]) short.push(price, 0);
    expect([short.proForma, short.price]).toEqual([4_039, 4_000]);
    expect([priceBand(4_000, 50_000), priceBand(4_040, 50_000), priceBand(4_040, 100_000)]).toEqual([
      { low: 3_800, high: 4_200 },
      { low: 3_838, high: 4_242 },
      { low: 3_636, high: 4_444 },
    ]);
  });

  test('a trade at the edge limits, one inside clears', () => {
    const rule = make(priceBandRule, { width: 0.05, window: 300 * SECOND, replaceAt: 1, grace: 15, pause: 300 }, 4_000);
    expect(trips(rule, [[0, 4_000], [1, 3_800], [2, 3_790], [3, 3_900]])).toMatchObject([
      [1, { action: 'limit', low: 3_800, high: 4_200, grace: 15, duration: 300 }],
      [3, { action: 'clear' }],
    ]); // prettier-ignore
  });
});

describe('market-wide', () => {
  test('CB-MWCB-01: 7, 13 and 20 per cent below the reference', () => {
    expect(marketWideLevels(5_000, [0.07, 0.13, 0.2])).toEqual([4_650, 4_350, 4_000]);
  });

  test('each level halts once, the last for good; a gap halts by the deepest', () => {
    const rule = () => make(marketWide, { first: 0.07, second: 0.13, third: 0.2, halt: 900 }, 5_000);
    expect(trips(rule(), [[0, 4_651], [1, 4_650], [2, 4_640], [3, 4_350], [4, 3_999]]).map(([at, trip]) => [at, trip.duration])).toEqual([
      [1, 900],
      [3, 900],
      [4, 0],
    ]); // prettier-ignore
    expect(trips(rule(), [[0, 3_000]]).map(([, { duration }]) => duration)).toEqual([0]);
  });
});

test('rolling range: highest against lowest of the window', () => {
  const rule = make(rollingRange, { window: 10 * SECOND, range: 0.1, halt: 7 });
  expect(trips(rule, [[0, 1000], [5, 1050], [9, 1099], [10, 1100], [11, 1100]]).map(([at]) => at)).toEqual([10]); // prettier-ignore
});

describe('marks', () => {
  const sample = (at: number, mark: number, last = 0, openInterest = 100): MarkSample => ({
    at: at * SECOND,
    mark,
    index: 1_000,
    last,
    openInterest,
  });

  test('divergence must last', () => {
    const rule = make(priceDivergence, { price: 'mark', threshold: 0.05, lasting: 3 * SECOND, halt: 9 });
    const path = [[0, 950], [1, 960], [2, 950], [4, 940], [5, 940]] as const; // prettier-ignore
    expect(path.map(([at, mark]) => rule.marked?.(sample(at, mark))?.duration ?? null)).toEqual([null, null, null, null, 9]);
  });

  test('the last price may be watched instead, once there is one', () => {
    const rule = make(priceDivergence, { price: 'last', threshold: 0.05, lasting: 0, halt: 9 });
    expect([rule.marked?.(sample(0, 500)), rule.marked?.(sample(1, 1_000, 1_050))?.action]).toEqual([null, 'halt']);
  });

  test('open interest is held against the highest of the window', () => {
    const rule = make(openInterestDrop, { window: 60 * SECOND, drop: 0.05, halt: 3 });
    const seen = [[0, 100], [10, 110], [20, 105], [30, 104]] as const; // prettier-ignore
    expect(seen.map(([at, interest]) => rule.marked?.(sample(at, 1_000, 0, interest))?.reference ?? null)).toEqual([null, null, null, 110]);
  });
});

test('liquidations: more than allowed within the window holds them back, once at a time', () => {
  const rule = make(liquidationRate, { window: 60 * SECOND, notional: 100, pause: 10 * SECOND });
  const seen = [[0, 60], [1, 40], [2, 1], [5, 50], [13, 1], [200, 90]] as const; // prettier-ignore
  expect(seen.map(([at, notional]) => rule.liquidated?.(notional, at * SECOND)?.action ?? null)).toEqual([
    null,
    null,
    'throttle',
    null,
    'throttle',
    null,
  ]);
});

test('rolling extremes are those that a look at every sample finds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 50 })), { minLength: 1 }), (steps) => {
      const rolling = new RollingExtremes(10);
      const all: (readonly [number, number])[] = [];
      let at = 0;
      for (const [pause, value] of steps) {
        at += pause;
        all.push([at, value]);
        rolling.push(value, at);
        const within = all.filter(([then]) => then >= at - 10).map(([, then]) => then);
        expect([rolling.least, rolling.greatest]).toEqual([Math.min(...within), Math.max(...within)]);
      }
    }),
  );
});

test('a threshold that is met exactly is met', () => {
  expect([movedBy(4_040, 4_000, 0.01), movedBy(4_039, 4_000, 0.01), movedBy(3_960, 4_000, 0.01)]).toEqual([true, false, true]);
});

describe('the prices at which a rule would trip', () => {
  const kinds = [
    ['velocity', velocity, { lookback: 100 * SECOND, threshold: 0.02, halt: 5 }],
    ['rolling-range', rollingRange, { window: 100 * SECOND, range: 0.03, halt: 5 }],
    ['price-band', priceBandRule, { width: 0.025, window: 100 * SECOND, replaceAt: 1, grace: 15, pause: 300 }],
    ['market-wide', marketWide, { first: 0.01, second: 0.02, third: 0.05, halt: 900 }],
  ] as const;

  test.each(kinds)('%s: at them it trips, and a tick within it does not, also when bands are narrower or wider', (_, kind, params) => {
    const prices = fc.array(fc.integer({ min: 9_900, max: 10_100 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(prices, fc.constantFrom(0.5, 1, 2), (path, factor) => {
        const fresh = () => {
          const rule = make(kind, params);
          rule.widen?.(factor);
          for (const [i, price] of path.entries()) rule.traded?.(price, i * SECOND);
          return rule;
        };
        const { low, high } = fresh().levels?.() ?? { low: 0, high: 0 };
        const tripsAt = (price: number) => {
          const trip = fresh().traded?.(price, path.length * SECOND) ?? null;
          return trip !== null && trip.action !== 'clear';
        };
        // Who has tripped already has no level left to come to.
        fc.pre(
          !path.some((price, i) => i > 0 && (price <= low || price >= (high || Infinity))) &&
            path[0] > low &&
            (high === 0 || path[0] < high),
        );
        expect(low).toBeGreaterThan(0);
        expect([tripsAt(low), tripsAt(low + 1)]).toEqual([true, false]);
        if (high > 0) expect([tripsAt(high), tripsAt(high - 1)]).toEqual([true, false]);
      }),
    );
  });

  test('what has no price has no level', () => {
    for (const kind of [openInterestDrop, liquidationRate, priceDivergence])
      expect((kind as unknown as BreakerKind).create(defaultsOf(kind.params) as never, { reference: 10_000 }).levels).toBeUndefined();
    expect(make(velocity, { lookback: SECOND, threshold: 0.02, halt: 5 }).levels?.()).toBeNull();
  });
});

test('every rule is on the shelf, under its own name', () => {
  expect(new Set(breakerKinds.map(({ kind }) => kind)).size).toBe(7);
});

describe('as published', () => {
  test('CB-LULD-01: the pro-forma reference, whether it replaces the old one, and the bands, doubled at the close', ({ skip }) => {
    const { setup, expected } = target('CB-LULD-01', skip);
    const ticks = (price: number) => Math.round(price * 100);
    const reference = new BandReference(ticks(setup.ref), 300 * SECOND, 0.01);
    for (const price of setup.trades_last_5min as number[]) reference.push(ticks(price), 0);
    expect(reference.proForma / 100).toBeCloseTo(expected.pro_forma, 9);
    expect(reference.price === reference.proForma).toBe(expected.replace);
    const bands = (price: number, width: number) => {
      const { low, high } = priceBand(ticks(price), Math.round(width * 1_000_000));
      return [low / 100, high / 100];
    };
    expect(bands(setup.ref, setup.normal)).toEqual(expected.bands_old);
    expect(bands(expected.pro_forma, setup.normal)).toEqual(expected.bands_new);
    expect(bands(expected.pro_forma, 2 * setup.normal)).toEqual(expected.bands_doubled);
  });

  test('CB-MWCB-01: the levels, and how long each halts', ({ skip }) => {
    const { setup, expected } = target('CB-MWCB-01', skip);
    expect(marketWideLevels(setup.prev_close, [0.07, 0.13, 0.2])).toEqual(expected.levels);
    const rule = make(marketWide, { first: 0.07, second: 0.13, third: 0.2, halt: 900 * SECOND }, setup.prev_close);
    const path = (expected.levels as number[]).map((level, i) => [i, level] as const);
    const minutes = trips(rule, path).map(([, { duration }]) => (duration === 0 ? 'rest of day' : duration / (60 * SECOND)));
    expect(minutes).toEqual(expected.halt_minutes);
  });
});
