// Where a run can be taken up again: checkpoints of it, as many as memory is set aside for. The nearer the past the more
// of them, so that the last minutes are at hand at once and the first ones after a moment.

import type { Micros } from '../base/units.ts';
import { bytesOf, type Checkpoint } from '../simulation/checkpoint.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { createSimulation, restoreSimulation, type Simulation } from '../simulation/simulation.ts';
import { Chronicle, type Mark } from './chronicle.ts';
import type { Keyframes } from './playback.ts';

/** Bytes for checkpoints: thirty of them where there are twenty thousand accounts. */
const ROOM = 240e6;

interface Kept {
  readonly mark: Mark;
  readonly checkpoint: Checkpoint;
  readonly bytes: number;
}

export interface KeyframeOptions {
  readonly scenario: Scenario;
  readonly room?: number;
}

export function keyframesOf({ scenario, room = ROOM }: KeyframeOptions): Keyframes {
  const kept: Kept[] = [];
  return {
    keep(simulation: Simulation, mark: Mark): void {
      if (kept.some((other) => other.mark.at === mark.at)) return;
      const checkpoint = simulation.checkpoint();
      // Without a state it would be run again from the start anyway.
      if (checkpoint.state === null) return;
      kept.push({ mark, checkpoint, bytes: bytesOf(checkpoint) });
      kept.sort((a, b) => a.mark.at - b.mark.at);
      while (kept.length > 1 && kept.reduce((sum, { bytes }) => sum + bytes, 0) > room) kept.splice(leastMissed(kept, mark.at), 1);
    },
    take(at: Micros): { simulation: Simulation; mark: Mark } {
      const found = kept.findLast(({ mark }) => mark.at <= at);
      if (found !== undefined) return { simulation: restoreSimulation(scenario, found.checkpoint), mark: found.mark };
      const simulation = createSimulation(scenario);
      return { simulation, mark: Chronicle.start(simulation) };
    },
  };
}

/** The one without which the gap is smallest for its distance from where the run is being played; never that place itself. */
function leastMissed(kept: readonly Kept[], now: Micros): number {
  let best = 0;
  let least = Infinity;
  kept.forEach(({ mark: { at } }, i) => {
    if (at === now) return;
    const before = i === 0 ? 0 : kept[i - 1].mark.at;
    const after = i === kept.length - 1 ? at + (at - before) : kept[i + 1].mark.at;
    const gap = (after - before) / Math.abs(now - at);
    if (gap >= least) return;
    least = gap;
    best = i;
  });
  return best;
}
