// Trees of liquidations: hand-made forests with their sizes, depths and ratios.

import { describe, expect, test } from 'vitest';
import { cascadesOf, summarise, wilson } from '../../../src/simulation/cascades.ts';
import { Cases } from '../../../src/simulation/cases.ts';
import { OWNER, Stream } from '../../helpers/stream.ts';

/** Each line: case, parent, depth, start, end. */
function forest(...lines: readonly [id: number, parent: number, depth: number, start: number, end: number][]): Cases {
  const stream = new Stream();
  const cases = stream.add(new Cases(stream.options));
  for (const [id, parent, depth, start, end] of lines) {
    stream.at(start).send('LiquidationStarted', { account: 100 + id, case: id, parent, depth });
    stream.send('LiquidationFilled', { account: 100 + id, case: id, lots: 1, price: 1_000, amount: 1_000 });
    stream.at(end).send('LiquidationClosed', { account: 100 + id, case: id });
  }
  return cases;
}

describe('cascadesOf', () => {
  test('a chain, a fork and a single', () => {
    const cases = forest(
      [1, 0, 1, 10, 20],
      [2, 1, 2, 15, 30],
      [3, 2, 3, 25, 60],
      [4, 0, 1, 40, 45],
      [5, 0, 1, 50, 55],
      [6, 5, 2, 52, 90],
      [7, 5, 2, 53, 70],
    );
    expect(cascadesOf(cases)).toEqual([
      { root: 1, size: 3, depth: 3, startedAt: 10, duration: 50, notional: 3_000 },
      { root: 5, size: 3, depth: 2, startedAt: 50, duration: 40, notional: 3_000 },
      { root: 4, size: 1, depth: 1, startedAt: 40, duration: 5, notional: 1_000 },
    ]);
    const summary = summarise(cascadesOf(cases));
    expect(summary).toMatchObject({ liquidations: 7, roots: 3, count: 2, largest: 3, deepest: 3, longest: 50, largestNotional: 3_000 });
    expect(summary.branchingRatio).toBeCloseTo(4 / 7, 12);
    expect(summary.standardError).toBeCloseTo(Math.sqrt(((4 / 7) * (3 / 7)) / 7), 12);
  });

  test('a parent may have a greater number than its child, and its news may come later', () => {
    const stream = new Stream();
    const cases = stream.add(new Cases(stream.options));
    stream.at(30).send('LiquidationStarted', { account: 101, case: 1, parent: 3, depth: 2 }, { sentAt: 20, to: OWNER });
    expect(cascadesOf(cases)).toMatchObject([{ root: 1, size: 1 }]);
    stream.at(40).send('LiquidationStarted', { account: 103, case: 3, parent: 0, depth: 1 }, { sentAt: 10, to: OWNER });
    expect(cascadesOf(cases)).toMatchObject([{ root: 3, size: 2, depth: 2, startedAt: 10, duration: 10 }]);
  });

  test('copies of a message change nothing, calls without liquidation are no trees', () => {
    const stream = new Stream();
    const cases = stream.add(new Cases(stream.options));
    stream.send('MarginCalled', { account: 101, case: 1 }).send('MarginCalled', { account: 102, case: 2 });
    for (let copy = 0; copy < 3; copy++) stream.send('LiquidationStarted', { account: 101, case: 1, depth: 1 });
    for (let copy = 0; copy < 3; copy++) stream.send('LiquidationFilled', { account: 101, case: 1, lots: 2, amount: 2_000 }, { to: OWNER });
    stream.send('LiquidationFilled', { account: 101, case: 1, lots: 2, amount: 2_000 });
    expect(cascadesOf(cases)).toMatchObject([{ root: 1, size: 1, notional: 2_000 }]);
    expect(cases).toMatchObject({ called: 2, started: 1 });
  });

  test('a case that is its own ancestor is our mistake', () => {
    const cases = forest([1, 2, 2, 10, 20], [2, 1, 2, 10, 20]);
    expect(() => cascadesOf(cases)).toThrow('its own ancestor');
  });

  test('nothing happened', () => {
    expect(summarise(cascadesOf(forest()))).toEqual({
      liquidations: 0,
      roots: 0,
      count: 0,
      largest: 0,
      deepest: 0,
      branchingRatio: 0,
      standardError: 0,
      interval: [0, 1],
      longest: 0,
      largestNotional: 0,
    });
  });

  test('many cases: columns grow, long chains do not recurse', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => [i + 1, i, i + 1, i, i + 1] as [number, number, number, number, number]);
    expect(cascadesOf(forest(...lines))).toEqual([
      { root: 1, size: 20_000, depth: 20_000, startedAt: 0, duration: 20_000, notional: 20_000_000 },
    ]);
  });
});

test('the estimator of the branching ratio: share of liquidations that are not roots (target CAS-BR-03)', () => {
  let id = 0;
  const trees = [1, 1, 2, 1, 5, 1, 3, 1, 1, 4].map((size) => {
    const root = ++id;
    return Array.from(
      { length: size },
      (_, i) => [i === 0 ? root : ++id, i === 0 ? 0 : root, i === 0 ? 1 : 2, id, id + 1] as [number, number, number, number, number],
    );
  });
  const { branchingRatio, standardError, liquidations, roots } = summarise(cascadesOf(forest(...trees.flat())));
  expect({ branchingRatio, liquidations, roots }).toEqual({ branchingRatio: 0.5, liquidations: 20, roots: 10 });
  expect(standardError).toBeCloseTo(0.11180339887498948, 12);
});

describe("Wilson's interval (target VER-WIL-01, and two recomputed by hand)", () => {
  test.each([
    [18, 20, 0.6989663547715128, 0.9721335187862318],
    [20, 20, 0.8388748419471806, 1],
    [0, 50, 0, 0.07134759913335872],
    [1, 10, 0.0178762130950729, 0.4041500267952385],
    [81, 263, 0.2552885198782742, 0.3662095769828],
  ])('%i of %i: %f … %f', (hits, trials, low, high) => {
    const [from, to] = wilson(hits, trials);
    expect(from).toBeCloseTo(low, 10);
    expect(to).toBeCloseTo(high, 10);
  });
});
