import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exp, ln } from '../../../src/base/math.ts';
import { createRng } from '../../../src/base/random.ts';
import type { Bar, Path } from '../../../src/paths/path.ts';
import { replay } from '../../../src/paths/replay.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TABLES = ['march-2020', 'may-2021', 'october-2025'] as const;

/** The bars of a table in cents, from time 0. */
function table(name: (typeof TABLES)[number]): Bar[] {
  const rows = readFileSync(new URL(`../../../sim-configs/prices/${name}.csv`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number));
  const cents = (price: number) => Math.round(price * 100);
  return rows.map(([time, open, high, low, close]) => ({
    at: (time - rows[0][0]) * 1_000,
    open: cents(open),
    high: cents(high),
    low: cents(low),
    close: cents(close),
  }));
}

function create(bars: readonly Bar[], params: Partial<Parameters<typeof replay.create>[1]> = {}, seed: number | string = 1): Path {
  return replay.create(
    { rng: (purpose) => createRng(`${seed}/path/${purpose}`), start: 0, end: HOUR, tick: 0.01, bars },
    { prices: '', exogenousShare: 1, aftermath: 'replay', decline: 0.01, resolution: SECOND, ...params },
  );
}

/** The path at every second of every bar. */
function points(path: Path, bars: readonly Bar[], seconds = 60): number[][] {
  return bars.map(({ at }) => Array.from({ length: seconds }, (_, i) => path.price(at + i * SECOND)));
}

describe.each(TABLES)('the bars of %s', (name) => {
  const bars = table(name);

  test('are respected, each of them, on every seed', () => {
    for (let seed = 1; seed <= 12; seed++) {
      points(create(bars, {}, seed), bars).forEach((inside, i) => {
        const { open, high, low, close } = bars[i];
        expect([inside[0], Math.max(...inside), Math.min(...inside), inside[59]], `seed ${seed}, bar ${i}`).toEqual([
          open,
          high,
          low,
          close,
        ]);
      });
    }
  });

  test('are respected also on a grid of a quarter of a bar, and on one of 50 ms', () => {
    for (const resolution of [15 * SECOND, 40 * SECOND, 50_000]) {
      const path = create(bars, { resolution });
      const step = Math.min(resolution, 15 * SECOND);
      for (const { at, open, high, low, close } of bars) {
        const inside = Array.from({ length: MINUTE / step }, (_, i) => path.price(at + i * step));
        expect([inside[0], Math.max(...inside), Math.min(...inside), inside.at(-1)]).toEqual([open, high, low, close]);
      }
    }
  });

  test('leave the inside to the seed', () => {
    expect(points(create(bars, {}, 1), bars)).toEqual(points(create(bars, {}, 1), bars));
    const [one, two] = [1, 2].map((seed) => points(create(bars, {}, seed), bars).flat());
    const same = one.filter((price, i) => price === two[i]).length;
    expect(same / one.length).toBeLessThan(0.2);
  });

  test('do not depend on who looks when', () => {
    const often = create(bars);
    const seldom = create(bars);
    const every = Array.from({ length: 80 * 60 }, (_, second) => often.price(second * SECOND));
    const some = Array.from({ length: 50 }, (_, i) => seldom.price(i * 95 * SECOND));
    expect(some).toEqual(every.filter((_, second) => second % 95 === 0).slice(0, 50));
  });

  test('give the share of the move that is asked for', () => {
    const whole = points(create(bars), bars).flat();
    const part = points(create(bars, { exogenousShare: 0.4 }), bars).flat();
    whole.forEach((price, i) => expect(Math.abs(part[i] - bars[0].open * exp(0.4 * ln(price / bars[0].open)))).toBeLessThanOrEqual(0.5));
    expect(new Set(points(create(bars, { exogenousShare: 0 }), bars).flat())).toEqual(new Set([bars[0].open]));
  });

  test('are followed to the lowest low, and then not', () => {
    const lowest = Math.min(...bars.map(({ low }) => low));
    const whole = points(create(bars), bars).flat();
    const at = whole.indexOf(lowest);
    const held = points(create(bars, { aftermath: 'hold' }), bars).flat();
    expect(held.slice(0, at + 1)).toEqual(whole.slice(0, at + 1));
    expect(new Set(held.slice(at))).toEqual(new Set([lowest]));

    const declining = create(bars, { aftermath: 'decline', decline: 0.1 });
    const fallen = points(declining, bars).flat();
    expect(fallen.slice(0, at + 1)).toEqual(whole.slice(0, at + 1));
    expect(fallen.slice(at).every((price, i, all) => i === 0 || price <= all[i - 1])).toBe(true);
    expect(declining.price((at + 3_600) * SECOND)).toBe(Math.round(lowest * 0.9));
    expect(declining.price((at + 7_200) * SECOND)).toBe(Math.round(lowest * 0.81));
  });

  test('wander inside a bar as widely as the bar suggests', () => {
    // Realised variance at a second against the range's estimate (Parkinson): bridges between fixed points vary less than
    // a free path, folds less still; what must not be is a path of straight lines, or one of noise.
    let realised = 0;
    let expected = 0;
    points(create(bars), bars).forEach((inside, i) => {
      for (let k = 1; k < inside.length; k++) realised += (inside[k] - inside[k - 1]) ** 2;
      expected += (bars[i].high - bars[i].low) ** 2 / (4 * Math.LN2);
    });
    expect(realised / expected).toBeGreaterThan(0.6);
    expect(realised / expected).toBeLessThan(1.4);
  });
});

describe('a bar', () => {
  const seeds = Array.from({ length: 400 }, (_, seed) => seed);
  const orders = (bar: Bar) =>
    seeds.map((seed) => {
      const [inside] = points(create([bar, { ...bar, at: MINUTE }], {}, seed), [bar]);
      return { high: inside.indexOf(bar.high), low: inside.indexOf(bar.low) };
    });

  test('that rose mostly has its low first, one that fell its high, and one that went nowhere either', () => {
    const share = (open: number, close: number) =>
      orders({ at: 0, open, high: 2_000_000, low: 1_000_000, close }).filter(({ high, low }) => low < high).length / seeds.length;
    // 1 ÷ (1 + 2^(−12 × 0.2)) = 0.84; five standard errors are 0.09.
    expect(Math.abs(share(1_400_000, 1_600_000) - 0.84)).toBeLessThan(0.1);
    expect(Math.abs(share(1_600_000, 1_400_000) - 0.16)).toBeLessThan(0.1);
    expect(Math.abs(share(1_500_000, 1_500_000) - 0.5)).toBeLessThan(0.13);
  });

  test('touches its extremes anywhere inside', () => {
    const seconds = orders({ at: 0, open: 1_500_000, high: 2_000_000, low: 1_000_000, close: 1_500_000 }).map(({ low }) => low);
    expect(Math.min(...seconds)).toBeLessThan(4);
    expect(Math.max(...seconds)).toBeGreaterThan(55);
    expect(seconds.every((second) => second >= 1 && second <= 58)).toBe(true);
  });

  test.each([
    ['opens at its high and closes at its low', { open: 200, high: 200, low: 100, close: 100 }],
    ['opens at its low and closes at its high', { open: 100, high: 200, low: 100, close: 200 }],
    ['opens and closes at its low', { open: 100, high: 200, low: 100, close: 100 }],
    ['never moves', { open: 100, high: 100, low: 100, close: 100 }],
  ])('that %s', (_, prices) => {
    for (const seed of seeds.slice(0, 20)) {
      const [inside] = points(create([{ at: 0, ...prices }], {}, seed), [{ at: 0, ...prices }]);
      expect([inside[0], Math.max(...inside), Math.min(...inside), inside[59]]).toEqual([
        prices.open,
        prices.high,
        prices.low,
        prices.close,
      ]);
    }
  });

  test('that opens at the lowest low of all is where `hold` begins', () => {
    const bars = [
      { at: 0, open: 100, high: 120, low: 100, close: 110 },
      { at: MINUTE, open: 110, high: 130, low: 105, close: 130 },
    ];
    expect(new Set(points(create(bars, { aftermath: 'hold' }), bars).flat())).toEqual(new Set([100]));
    const closing = [
      { at: 0, open: 120, high: 120, low: 100, close: 100 },
      { at: MINUTE, open: 110, high: 130, low: 105, close: 130 },
    ];
    expect(points(create(closing, { aftermath: 'hold' }), closing)[1]).toEqual(Array.from({ length: 60 }, () => 100));
  });
});

test('before the first bar there is its open; where bars are missing, and after the last, the close before', () => {
  const bars = [
    { at: 5 * MINUTE, open: 1_000, high: 1_100, low: 950, close: 1_050 },
    { at: 6 * MINUTE, open: 1_050, high: 1_080, low: 1_000, close: 1_020 },
    { at: 9 * MINUTE, open: 1_100, high: 1_120, low: 1_090, close: 1_110 },
  ];
  const path = create(bars);
  expect(path.price(0)).toBe(1_000);
  expect(path.price(7 * MINUTE)).toBe(1_020);
  expect(path.price(9 * MINUTE - 1)).toBe(1_020);
  expect(path.price(9 * MINUTE)).toBe(1_100);
  expect(path.price(HOUR)).toBe(1_110);
});

test('looking at a bar late, or never, does not move the next', () => {
  const bars = table('october-2025');
  const late = create(bars);
  const all = points(create(bars), bars);
  expect(late.price(bars[50].at + 30 * SECOND)).toBe(all[50][30]);
});
