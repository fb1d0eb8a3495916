// Two futures of one moment: the unchanged one is the original to the digest, the changed one differs for a reason.

import { describe, expect, test } from 'vitest';
import { breakerKinds } from '../../../src/breakers/registry.ts';
import { Canvas } from '../../../src/tui/canvas.ts';
import { choicesFor, nextGroup, writtenChoice, type Choice } from '../../../src/tui/choices.ts';
import { Comparison } from '../../../src/tui/comparison.ts';
import { comparisonFrame, differencesOf } from '../../../src/tui/panels/comparison.ts';
import type { Playback } from '../../../src/tui/playback.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

/** In the middle of the fall. */
const MOMENT = 23e6;
const TURN = 250_000;

function started(
  choice: (choices: readonly Choice[]) => Choice | undefined,
  set: readonly string[] = [],
): { origin: Playback; comparison: Comparison } {
  const { playback: origin } = watched(['shocks[0].size=-5%', ...set]);
  origin.playTo(MOMENT, ALWAYS);
  const comparison = Comparison.start(origin, choice(choicesFor(origin.simulation))!, viewOf(origin), () => 0);
  if (typeof comparison === 'string') throw new Error(comparison);
  return { origin, comparison };
}

const named = (name: string) => (choices: readonly Choice[]) => choices.find((choice) => choice.name === name);

function played({ origin, comparison }: ReturnType<typeof started>) {
  while (!comparison.playTo(60e6, ALWAYS, TURN));
  origin.playTo(60e6, ALWAYS);
  const digests = [origin, comparison.left, comparison.right].map(({ simulation }) => simulation.kernel.digest());
  const shown = { choice: comparison.choice.name, begin: comparison.begin, left: viewOf(comparison.left), right: viewOf(comparison.right) };
  return { digests, shown, right: comparison.right };
}

describe('what if', () => {
  test('nothing changes: all three are the same to the digest, and every difference is none', () => {
    const { digests, shown } = played(started(named('nothing')));
    expect(new Set(digests).size).toBe(1);
    expect(differencesOf(shown).every(({ change }) => change === 'the same')).toBe(true);
    expect(shown.left.totals).toEqual(shown.right.totals);
    const canvas = new Canvas(140, 45);
    comparisonFrame(canvas, { ...shown, ended: true, digests: [digests[1], digests[2]], ascii: false });
    expect(canvas.text().join('\n')).toContain(`the same run: digest ${digests[0].slice(0, 8)}…`);
    // Over each price, what it is the price of, and nothing of another title.
    expect(canvas.text()[1]).toMatch(/^╭─ as it is {2}█ traded {2}━ mark .*╮╭─ nothing {2}█ traded {2}━ mark .*╮$/);
  });

  test('nobody is liquidated from then on: the original goes on as it would have', () => {
    const { digests, shown } = played(started(named('policy: no liquidations')));
    const straight = watched(['shocks[0].size=-5%']).playback;
    straight.playTo(60e6, ALWAYS);
    expect(digests[0]).toBe(straight.simulation.kernel.digest());
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
    const { left, right, begin } = shown;
    expect(left.totals.liquidations).toBeGreaterThan(begin.totals.liquidations);
    const row = differencesOf(shown).find(({ name }) => name === 'liquidations')!;
    expect(Number(row.left)).toBe(left.totals.liquidations - begin.totals.liquidations);
    expect(Number(row.right)).toBe(right.totals.liquidations - begin.totals.liquidations);
    expect(row.change).toMatch(/^−\d+ \(−\d+ %\)$/);
  });

  test('an empty fund: its money is gone, nothing else is, and somebody else pays', () => {
    const { shown, right } = played(started(named('insurance fund: empty')));
    expect(right.simulation.market.checkConservation()).toBeNull();
    expect(shown.left.winners).toBe(0);
    expect(shown.right.winners + shown.right.totals.badDebt).toBeGreaterThan(0);
  });

  test.each([
    'policy: targeted',
    'margin: maintenance × 2',
    'margin: maintenance × 0.5',
    'leverage: at most 10×',
    'losses: without insurance-fund',
    'insurance fund: × 10',
  ])('the choice "%s" can be made and keeps the books', (name) => {
    const { right, digests } = played(started(named(name)));
    expect(right.simulation.market.checkConservation()).toBeNull();
    expect(right.simulation.invariants().broken).toEqual([]);
    // Some change nothing of what happens in so short a time.
    if (!/leverage|fund: ×/.test(name)) expect(digests[2]).not.toBe(digests[1]);
  });

  test('every breaker of the shelf can be tried: each future keeps the books, some halt, and halts are told by name', () => {
    const { playback } = watched(['shocks[0].size=-5%']);
    const breakers = choicesFor(playback.simulation).filter(({ name }) => name.startsWith('breaker: '));
    expect(breakers.map(({ name }) => name)).toEqual(breakerKinds.map(({ kind }) => `breaker: ${kind}`));
    let trips = 0;
    for (const { name } of breakers) {
      const { right, shown } = played(started(named(name)));
      expect(right.simulation.market.checkConservation()).toBeNull();
      expect(right.simulation.invariants().broken).toEqual([]);
      expect(shown.right.breakers.armed.map(({ kind }) => `breaker: ${kind}`)).toEqual([name]);
      expect(shown.left.breakers.armed).toEqual([]);
      trips += right.chronicle.totals.trips;
      if (right.chronicle.totals.trips > 0)
        expect(right.chronicle.lines.some(({ text }) => text.includes(`"${name.slice('breaker: '.length)}"`))).toBe(true);
    }
    expect(trips).toBeGreaterThan(2);
  });

  test('where a breaker is armed, none can be chosen', () => {
    const armed = ['breakers.rules=[{ kind: velocity, lookback: 10s, threshold: 1%, halt: 10s }]'];
    const { shown } = played(started(named('breaker: none'), armed));
    expect(shown.right.breakers.armed).toEqual([]);
    expect(shown.left.totals.trips).toBeGreaterThan(shown.right.totals.trips);
  });

  test('money of a scenario that is scaled is what the choice says it is', () => {
    const { shown } = played(started(named('insurance fund: × 10'), ['scale=1/4']));
    const { comparison } = started(named('insurance fund: × 10'), ['scale=1/4']);
    const present = comparison.begin.fund.cash;
    comparison.playTo(MOMENT + TURN, ALWAYS, TURN);
    expect(comparison.right.simulation.market.fund.cash - comparison.left.simulation.market.fund.cash).toBe(9 * present);
    expect(shown.right.fund.equity).toBeGreaterThan(shown.left.fund.equity);
  });

  test('groups of choices are gone through, forward and back, and round', () => {
    const { playback } = watched();
    const choices = choicesFor(playback.simulation);
    const seen: string[] = [];
    let at = 0;
    do {
      seen.push(choices[at]?.name.split(':')[0] ?? 'another');
      const next = nextGroup(choices, at, 1);
      expect(nextGroup(choices, next, -1)).toBe(at);
      at = next;
    } while (at !== 0);
    expect(seen).toEqual(['nothing', 'policy', 'breaker', 'losses', 'insurance fund', 'margin', 'leverage', 'another']);
  });

  test('a rule written by hand; what cannot change is refused with a reason', () => {
    const { comparison } = started(() => writtenChoice('fees.taker = 20bp'));
    expect(comparison.choice.name).toBe('fees.taker = 20bp');
    const { playback } = watched();
    playback.playTo(1e6, ALWAYS);
    expect(Comparison.start(playback, writtenChoice('traders.noise.count=3')!, viewOf(playback), () => 0)).toMatch(/cannot change/);
    expect(Comparison.start(playback, writtenChoice('fees.takr=3')!, viewOf(playback), () => 0)).toMatch(/unknown/);
    expect(writtenChoice('just words')).toBeUndefined();
  });

  test('neither side runs ahead of the other', () => {
    const { comparison } = started(named('policy: targeted'));
    let looks = 0;
    comparison.playTo(60e6, () => ++looks < 5, TURN);
    expect(comparison.left.now).toBe(comparison.right.now);
    expect(comparison.now).toBe(MOMENT + 5 * TURN);
  });
});

describe('side by side', () => {
  test.each([
    [80, 24],
    [140, 45],
    [240, 70],
  ])('at %i × %i both futures and the numbers are there', (width, height) => {
    const { shown } = played(started(named('policy: no liquidations')));
    const canvas = new Canvas(width, height);
    comparisonFrame(canvas, { ...shown, ended: true, ascii: false });
    const text = canvas.text().join('\n');
    expect(text).toContain('as it is');
    expect(text).toContain('policy: no liquidations');
    expect(text).toContain('what the change makes');
    expect(text).toMatch(/liquidations +\d+ +\d+ +−\d+/);
    expect(text.match(/BTC-PERP|as it is|no liq/g)!.length).toBeGreaterThan(3);
  });
});
