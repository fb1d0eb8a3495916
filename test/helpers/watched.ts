// A small run that is watched, with a clock that the test moves: what panels, keys and futures are tried on.

import { createSimulation } from '../../src/simulation/simulation.ts';
import { keyframesOf } from '../../src/tui/keyframes.ts';
import { Playback, type Keyframes } from '../../src/tui/playback.ts';
import type { View } from '../../src/tui/view.ts';
import { smallScenario } from './small-scenario.ts';

export interface Watched {
  readonly playback: Playback;
  readonly keyframes: Keyframes;
  readonly clock: { now: number };
}

export const ALWAYS = () => true;

export function watched(set: readonly string[] = [], keyframes?: Keyframes): Watched {
  const scenario = smallScenario({ set });
  const kept = keyframes ?? keyframesOf({ scenario });
  const clock = { now: 0 };
  const playback = new Playback({ simulation: createSimulation(scenario), keyframes: kept, clock: () => clock.now });
  return { playback, keyframes: kept, clock };
}

/** Everything up to date. */
export function viewOf(playback: Playback, follow = 0, reach = 0.1): View {
  return playback.view({ reach, follow }, ALWAYS);
}
