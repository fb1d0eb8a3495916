// Watching changes nothing, and going back is a replay: the same run, the same story, the same numbers.

import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../../src/simulation/simulation.ts';
import { keyframesOf } from '../../../src/tui/keyframes.ts';
import { KEYFRAME_EVERY, Playback } from '../../../src/tui/playback.ts';
import { smallScenario } from '../../helpers/small-scenario.ts';
import { ALWAYS, viewOf, watched } from '../../helpers/watched.ts';

/** Two keyframes long; the fall comes after the first. */
const LONG = ['duration=300s', 'shocks[0].at=140s', 'insuranceFund.cash=20000'];

function unwatched(set: readonly string[]) {
  const simulation = createSimulation(smallScenario({ set }));
  simulation.runToEnd();
  return simulation;
}

function story({ chronicle, simulation, fundStart }: Playback) {
  const { totals, winners, lines, steps } = chronicle;
  const history = chronicle.histories[1];
  const stretches = Array.from({ length: 300 }, (_, second) => history.stretch(second * 1e6, (second + 1) * 1e6));
  return { digest: simulation.kernel.digest(), totals, winners, lines, steps, stretches, fundStart, open: [...chronicle.open] };
}

describe('a run that is watched', () => {
  test('has the digest of one that is not, however it is played', () => {
    const expected = unwatched([]).kernel.digest();
    const { playback, clock } = watched();
    let calls = 0;
    while (!playback.ended) {
      playback.playTo(playback.now + 700_001, () => calls++ % 3 === 0);
      viewOf(playback, 1 + (calls % 60));
      clock.now += 20;
    }
    expect(playback.simulation.kernel.digest()).toBe(expected);
    expect(playback.chronicle.totals.liquidations).toBeGreaterThan(3);
  });

  test('counts what the headline counts', () => {
    const set = ['insuranceFund.cash=0', 'shocks[0].size=-6%'];
    const headline = unwatched(set).headline();
    const { playback } = watched(set);
    playback.playTo(60e6, ALWAYS);
    const { totals, winners } = playback.chronicle;
    const { unit } = playback.simulation.scenario.settlement;
    expect(totals.liquidations).toBe(headline.liquidations);
    expect(totals.calls).toBe(headline.marginCalls);
    expect(winners).toBe(headline.adl.accounts);
    expect(winners).toBeGreaterThan(0);
    expect(totals.deleveraged * Number(unit)).toBeCloseTo(Number(headline.adl.notional), 6);
    // The fund's own inventory, sold on or deleveraged, is forced and no liquidation; what it sold is left out here.
    const closed = (totals.onBook + totals.takenOver + totals.deleveraged) * Number(unit);
    expect(closed).toBeGreaterThanOrEqual(Number(headline.liquidatedNotional));
    expect(closed).toBeLessThanOrEqual(Number(headline.forcedNotional));
    expect(totals.badDebt * Number(unit)).toBeCloseTo(Number(headline.badDebt), 6);
    expect(playback.chronicle.open.size).toBeLessThanOrEqual(playback.simulation.market.accountCount);
  });

  test('every state it shows is one of a case that is open', () => {
    const { playback } = watched(['shocks[0].size=-6%']);
    playback.playTo(60e6, ALWAYS);
    const { cases } = playback.simulation;
    for (const account of playback.chronicle.open.keys()) {
      let last = 0;
      for (let id = 1; id <= cases.last; id++) if (cases.account[id] === account) last = id;
      expect(cases.closedAt[last], `account ${account}`).toBe(-1);
    }
  });
});

describe('rewinding', () => {
  test('from a keyframe leads to the same run with the same story', () => {
    const straight = watched(LONG).playback;
    straight.playTo(300e6, ALWAYS);
    const { playback } = watched(LONG);
    playback.playTo(300e6, ALWAYS);
    playback.rewind(200e6);
    expect(playback.now).toBe(KEYFRAME_EVERY - 1);
    playback.playTo(200e6, ALWAYS);
    const there = watched(LONG).playback;
    there.playTo(200e6, ALWAYS);
    expect(story(playback)).toEqual(story(there));
    playback.playTo(300e6, ALWAYS);
    expect(story(playback)).toEqual(story(straight));
    expect(playback.seen).toBe(300e6);
  });

  test('to before the first keyframe begins anew', () => {
    const { playback } = watched(LONG);
    playback.playTo(250e6, ALWAYS);
    playback.rewind(60e6);
    expect(playback.now).toBe(0);
    playback.playTo(60e6, ALWAYS);
    const there = watched(LONG).playback;
    there.playTo(60e6, ALWAYS);
    expect(story(playback)).toEqual(story(there));
  });

  test('keeps no more than there is room for, and the run is the same nonetheless', () => {
    const scenario = smallScenario({ set: LONG });
    let taken = 0;
    const keyframes = keyframesOf({ scenario, room: 1 });
    const counted = { keep: keyframes.keep.bind(keyframes), take: (at: number) => (taken++, keyframes.take(at)) };
    const playback = new Playback({ simulation: createSimulation(scenario), keyframes: counted, clock: () => 0 });
    playback.playTo(300e6, ALWAYS);
    playback.rewind(130e6);
    // Of two, the one at 128 s had to go.
    expect(playback.now).toBe(0);
    playback.playTo(300e6, ALWAYS);
    expect(taken).toBe(1);
    expect(playback.simulation.kernel.digest()).toBe(unwatched(LONG).kernel.digest());
  });

  test('forward is no rewind', () => {
    const { playback } = watched();
    playback.playTo(10e6, ALWAYS);
    const { simulation } = playback;
    playback.rewind(20e6);
    expect(playback.simulation).toBe(simulation);
  });
});

describe('playing to a condition', () => {
  test('stops at the very message, and at the end when it never comes', () => {
    const { playback } = watched();
    const { chronicle } = playback;
    while (!playback.playUntil(() => chronicle.totals.liquidations > 0, ALWAYS));
    expect(chronicle.totals.liquidations).toBe(1);
    expect(playback.now).toBeLessThan(60e6);
    while (!playback.playUntil(() => false, ALWAYS));
    expect(playback.ended).toBe(true);
    expect(playback.simulation.kernel.digest()).toBe(unwatched([]).kernel.digest());
  });
});
