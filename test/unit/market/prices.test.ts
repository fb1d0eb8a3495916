import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/base/random.ts';
import { MarkPrice, type MarkInputs, type MarkOptions } from '../../../src/market/prices.ts';

const HOUR = 3_600_000_000;

function inputs(some: Partial<MarkInputs>): MarkInputs {
  return {
    index: 100_000,
    mid: 100_000,
    last: 100_000,
    bid: some.mid ?? 100_000,
    ask: some.mid ?? 100_000,
    midPart: 0,
    lastPart: 0,
    fundingRate: 0,
    timeToFunding: 4 * HOUR,
    fundingInterval: 8 * HOUR,
    ...some,
  };
}

function marks(options: Partial<MarkOptions>, updates: readonly Partial<MarkInputs>[]): number[] {
  const price = new MarkPrice({ kind: 'median', samples: 3, clamp: 0, ...options });
  return updates.map((update) => {
    price.update(inputs(update));
    return price.mark;
  });
}

describe('the median', () => {
  test.each([
    // Half of a rate of 0.1 % lies ahead: 100,050 with funding; the basis gives 100,030.
    ['the index with funding', { fundingRate: 1_000, mid: 100_030, last: 100_200 }, 100_050],
    ['the index with basis', { fundingRate: 1_000, mid: 100_060, last: 100_200 }, 100_060],
    ['the last price', { fundingRate: 1_000, mid: 100_060, last: 100_055 }, 100_055],
    ['a negative rate', { fundingRate: -1_000, mid: 99_000, last: 101_000 }, 99_950],
  ])('is %s when that lies between', (_, update, expected) => {
    expect(marks({}, [update])).toEqual([expected]);
  });

  test('averages the basis over its window and rounds halves away from the index', () => {
    const update = (mid: number, last: number) => ({ mid, last, index: 1_000 });
    // Basis: 10; then (10 + 11) ÷ 2 = 10.5; then 7 (half ticks exact: 10, 11, 0); then the first leaves: (11 + 0 − 11) ÷ 3 = 0.
    expect(marks({}, [update(1_010, 2_000), update(1_011, 2_000), update(1_000, 2_000), update(989, 2_000)])).toEqual([
      1_010, 1_011, 1_007, 1_000,
    ]);
    expect(marks({ samples: 1 }, [update(999.5, 1)])).toEqual([999]);
  });

  test('is exact where millionths of a tick times micros pass 2^53', () => {
    expect(
      marks({}, [{ index: 2_000_000_000, fundingRate: 7_500, timeToFunding: 8 * HOUR, mid: 2_000_000_000, last: 2_100_000_000 }]),
    ).toEqual([2_015_000_000]);
  });
});

describe('the other formulas', () => {
  const far = [{ mid: 103_000, last: 104_000 }];

  test('index, last and average of the basis', () => {
    expect(marks({ kind: 'index' }, far)).toEqual([100_000]);
    expect(marks({ kind: 'last' }, far)).toEqual([104_000]);
    expect(marks({ kind: 'basis-average' }, far)).toEqual([103_000]);
  });

  test('a bound keeps the mark near the index, both ways', () => {
    expect(marks({ kind: 'basis-average', clamp: 15_000 }, [...far, { mid: 90_000 }, { mid: 90_000 }, { mid: 90_000 }])).toEqual([
      101_500, 98_500, 98_500, 98_500,
    ]);
    expect(marks({ kind: 'ema-basis', clamp: 15_000 }, far)).toEqual([101_500]);
  });

  test('an exponential average closes 1 − 1/e of a step in its time constant', () => {
    const step = [{ mid: 100_000 }, ...Array.from({ length: 30 }, () => ({ mid: 110_000 }))];
    const path = marks({ kind: 'ema-basis', samples: 30 }, step);
    expect(path[0]).toBe(100_000);
    expect(path[30]).toBe(106_321);
  });
});

describe('the mark without liquidations', () => {
  test.each(['median', 'basis-average', 'ema-basis', 'index', 'last'] as const)(
    'is the mark itself where they had no part (%s)',
    (kind) => {
      const rng = createRng('prices/none');
      const price = new MarkPrice({ kind, samples: 5, clamp: 2_000 });
      for (let i = 0; i < 200; i++) {
        const index = 100_000 + rng.int(1_000);
        price.update(
          inputs({ index, mid: index + rng.int(801) / 2 - 200, last: index + rng.int(500) - 250, fundingRate: rng.int(400) - 200 }),
        );
        expect(price.markWithoutLiquidations).toBe(price.mark);
      }
    },
  );

  test('comes out of the same windows as the mark of a market in which they never happened', () => {
    const rng = createRng('prices/twin');
    for (const kind of ['median', 'basis-average', 'ema-basis', 'last'] as const) {
      const real = new MarkPrice({ kind, samples: 5, clamp: 0 });
      const without = new MarkPrice({ kind, samples: 5, clamp: 0 });
      let differed = 0;
      for (let i = 0; i < 200; i++) {
        const [midPart, lastPart] = i < 50 ? [0, 0] : [-rng.int(600) / 2, -rng.int(300)];
        const clean = inputs({ mid: 100_000 + rng.int(101) / 2, last: 100_000 + rng.int(50), fundingRate: 300 });
        real.update({ ...clean, mid: clean.mid + midPart, last: clean.last + lastPart, midPart, lastPart });
        without.update(clean);
        expect(real.markWithoutLiquidations).toBe(without.mark);
        if (real.mark < without.mark) differed++;
      }
      expect(differed).toBeGreaterThan(100);
    }
  });

  test('forgets a part when its sample leaves the window', () => {
    const price = new MarkPrice({ kind: 'basis-average', samples: 3, clamp: 0 });
    const gaps = [-300, 0, 0, 0].map((midPart) => {
      price.update(inputs({ mid: 100_000 + midPart, midPart }));
      return price.mark - price.markWithoutLiquidations;
    });
    expect(gaps).toEqual([-300, -150, -100, 0]);
  });
});

describe('the other venues', () => {
  test('BitMEX: the index with the funding to come, whatever the book says', () => {
    expect(marks({ kind: 'funding-basis' }, [{ fundingRate: 1_000, mid: 90_000, last: 90_000 }])).toEqual([100_050]);
    expect(marks({ kind: 'funding-basis' }, [{ fundingRate: -1_000, timeToFunding: 0, mid: 90_000 }])).toEqual([100_000]);
  });

  test('Hyperliquid: of index with slow basis, book, and slower book, the middle one', () => {
    // The first sample is each average itself: book 99,000 everywhere.
    const crash = { mid: 99_000, last: 99_000, bid: 98_990, ask: 99_010 };
    expect(marks({ kind: 'book-median', samples: 50 }, [crash])).toEqual([99_000]);
    // Calm, then a crash of the book alone: both averages lag, the faster one lies between.
    const [, after] = marks({ kind: 'book-median', samples: 50 }, [{}, crash]);
    // 1 − e^(−1/10) of 1,000 below.
    expect(after).toBe(Math.round(100_000 - 1_000 * (1 - Math.exp(-1 / 10))));
  });

  test('what liquidations did to the book is taken out of its median and both averages', () => {
    const price = new MarkPrice({ kind: 'book-median', samples: 50, clamp: 0 });
    price.update(inputs({}));
    price.update(inputs({ mid: 99_000, bid: 98_990, ask: 99_010, last: 99_000, midPart: -1_000, lastPart: -1_000 }));
    expect(price.mark).toBeLessThan(99_950);
    expect(price.markWithoutLiquidations).toBe(100_000);
  });
});
